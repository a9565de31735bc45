"""Specialisation with compensation: freed of one fair share, a place makes up for it in the integral one."""

from __future__ import annotations

from typing import Any

from thuisplan.inputs.tables import Exemption, Key


def _fair(small: Any, rule_id: str, options: str, room: int = 0) -> list[Any]:
    parameters = {"key": "people", "options": options, "dead_band_dwellings": room, "checkpoint_every": 1}
    rows: list[Any] = small.rule(
        rule_id, "fair_share", parameters, purpose="agreement", place=small.REGION, strength="hard"
    )
    return rows


def _rows(small: Any, *fair_shares: Any, **exemption: Any) -> list[Any]:
    """Return 4 pitches and 8 clustered dwellings asked of A and B, who have as many inhabitants.

    A has no room for pitches and is exempt from their fair share, which leaves B 2 pitches of room.
    """
    return [
        [small.place(code, inhabitants=5_000) for code in (small.A, small.B)],
        [small.option("pitch", dwelling_type="caravan"), small.option("cluster", dwelling_type="clustered")],
        [small.offer(code, "cluster", 9) for code in (small.A, small.B)],
        small.offer(small.B, "pitch", 9),
        [small.need("pitch", 4), small.need("cluster", 8)],
        Key(key_id="people", basis="inhabitants"),
        _fair(small, "pitches", "pitch", room=2),
        Exemption(rule_id="pitches", place=small.A, value=None, agreed_by="R", **exemption),
        *fair_shares,
    ]


def test_a_place_without_pitches_builds_more_clustered(small: Any) -> None:
    """Half of 4 + 8 is 6 each: B builds all 4 pitches and 2 clustered, so A builds the other 6 clustered."""
    plan = small.solved(
        _rows(small, _fair(small, "together", "cluster|pitch"), compensated_in="together"),
    )
    assert plan.completed == {
        (small.A, 2026, "cluster"): 6,
        (small.B, 2026, "cluster"): 2,
        (small.B, 2026, "pitch"): 4,
    }
    assert small.line(plan, "pitches", small.A, "least", 2026).verdict == "exempt"
    assert small.outcome(small.line(plan, "pitches", small.B, "most", 2026)) == (4, "<=", 2 + 2, "met")
    assert small.outcome(small.line(plan, "together", small.A, "least", 2026)) == (6, ">=", 6, "met")


def test_without_the_integral_rule_it_only_gives_its_part_of_the_other_kind(small: Any) -> None:
    """A fair share of clustered alone asks half of 8: A builds 4 dwellings in all, and B 8."""
    plan = small.solved(_rows(small, _fair(small, "clustered", "cluster")))
    assert plan.completed == {
        (small.A, 2026, "cluster"): 4,
        (small.B, 2026, "cluster"): 4,
        (small.B, 2026, "pitch"): 4,
    }

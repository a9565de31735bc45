"""Specialisation: not every municipality houses every group, and each keeps its part of the whole."""

from __future__ import annotations

from typing import Any


def _agreements(small: Any) -> list[Any]:
    """Return 6 pitches and 6 rooms needed; A has room for pitches only, B for rooms only, C for both.

    Of each kind every municipality has at least 1, and of both together at least 3.
    """
    kinds = {"pitches": ("pitch", 1), "rooms": ("room", 1), "together": ("pitch|room", 3)}
    return [
        small.option("pitch", dwelling_type="caravan", unit="pitch", segment="outside"),
        small.option("room", dwelling_type="room", unit="room", segment="outside"),
        small.need("pitch", 6),
        small.need("room", 6),
        small.offer(small.A, "pitch", 9),
        small.offer(small.B, "room", 9),
        small.offer(small.C, "pitch", 2),
        small.offer(small.C, "room", 2),
        [
            small.rule(
                rule_id,
                "minimum_contribution",
                {"options": options, "dwellings": dwellings},
                purpose="agreement",
            )
            for rule_id, (options, dwellings) in kinds.items()
        ],
    ]


def test_each_its_own_kind_and_all_their_part(small: Any) -> None:
    """A is exempt from rooms and B from pitches, as agreed; of the whole they keep their 3 (facts E21).

    All 12 are built: C has 1 or 2 of each kind, so A builds at least 4 pitches and B at least 4 rooms.
    """
    plan = small.solved(_agreements(small), small.exempt("rooms", small.A), small.exempt("pitches", small.B))
    assert (plan.measures["unmet_special"], plan.measures["rule_violation"]) == (0, 0)
    assert small.line(plan, "rooms", small.A, "", 2026).verdict == "exempt"
    assert small.line(plan, "pitches", small.B, "", 2026).verdict == "exempt"
    assert small.built(plan, small.A, options=["pitch"]) >= 4
    assert small.built(plan, small.B, options=["room"]) >= 4
    for code in (small.A, small.B, small.C):
        found = small.line(plan, "together", code, "", 2026)
        assert found.verdict == "met"
        assert found.lhs == small.built(plan, code, options=["pitch", "room"]) >= 3


def test_without_the_agreement_there_is_no_plan(small: Any) -> None:
    """Nobody is exempt: A lacks 1 room and B 1 pitch, 2 in all, and nothing else can repair it."""
    assert small.giving(small.unsolved(_agreements(small))) == {
        "minimum_contribution": 2,
        "availability": None,
    }


def test_an_exemption_from_one_kind_is_none_from_the_whole(small: Any) -> None:
    """A is exempt from rooms and from nothing else: without pitches offered it lacks its 1 and its 3."""
    rows = [row for row in small.flat(_agreements(small)) if getattr(row, "municipality_code", "") != small.A]
    result = small.unsolved(
        rows, small.place(small.A), small.exempt("rooms", small.A), small.exempt("pitches", small.B)
    )
    assert small.giving(result)["minimum_contribution"] == 1 + 3

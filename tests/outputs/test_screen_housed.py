"""The part of the screen about people: the right numbers, whole words, and never wider than asked."""

from __future__ import annotations

import io
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from thuisplan.inputs.tables import Key, KeyShare, Municipality, Tariff
from thuisplan.inputs.write import write_folder
from thuisplan.outputs.screen_housed import Resolved, housed_tables, some_years, vacancy_shares
from thuisplan.outputs.screen_parts import nearest

Tables = Callable[..., dict[str, list[dict[str, Any]]]]
Show = Callable[..., list[list[str]]]


def _rule_line(place: str, lhs: float, rhs: float) -> dict[str, Any]:
    return {
        "family": "permit_holders", "subject": "task", "place": place, "period": "2026", "lhs": lhs,
        "rhs": rhs,
    }  # fmt: skip


@pytest.fixture
def instance(small: Any) -> Any:
    """Return Apeldoorn and Hattem: 20 and 10 vacated, urgents, a task for permit holders, flex, a tariff."""

    def place(code: str, name: str) -> Municipality:
        return Municipality(code=code, name=name, boundary_year=2026, social_stock=1000, dwelling_stock=4000)

    return small.instance(
        [place(small.A, "Apeldoorn"), place(small.B, "Hattem")],
        [small.turnover(small.A, Fraction(2, 100)), small.turnover(small.B, Fraction(1, 100))],
        [small.group("regional_urgent", "regional"), small.group("permit_holders", "task")],
        [small.fits("regional_urgent"), small.fits("permit_holders")],
        small.flow("urgent", 8, of="regional_urgent", waiting_at_start=4),
        [small.task(small.A, 5), small.task(small.B, 3), small.swap(small.B, small.A, 1)],
        [small.option("home"), small.option("flex", route="flex", service_life_years=1)],
        [small.offer(small.A, "home", 5), small.offer(small.A, "flex", 5), small.offer(small.B, "flex", 5)],
        small.rule("move", "flex_life", {"life_years": 5}),
        small.standing(small.A, "flex", 3, 2024),
        Key(key_id="k", basis="shares"),
        KeyShare(key_id="k", municipality_code=small.A, share=Fraction(3, 4)),
        KeyShare(key_id="k", municipality_code=small.B, share=Fraction(1, 4)),
        small.rule("fair", "fair_share", {"key": "k"}, track=2),
        small.rule("deal", "vacancy_share", {"share": "30 %", "permit_holders": "yes"}),
        small.rule("pact", "vacancy_share", {"form": "cap", "dwellings": 178}),
        small.rule(
            "path",
            "vacancy_share",
            {"form": "floor", "share": "1/4", "start_share": "1/5", "path_first_year": 2024,
             "path_last_year": 2026},
        ),
        Tariff(rule_id="fair", eur_per_dwelling=1_000),
    )  # fmt: skip


@pytest.fixture
def show(small: Any, instance: Any, tables: Tables, tmp_path: Path) -> Show:
    """Return a function that shows a plan: per table its lines."""
    write_folder(instance.scenario, tmp_path / "input" / "resolved", None)
    rows = tables(
        instance,
        x={(small.A, 2026, "home"): 2},
        moved={(small.B, 2026, "flex"): 2},
        a={
            (small.A, 2026, "urgent"): 4,
            (small.B, 2026, "urgent"): 2,
            (small.A, 2026, "permit_holders"): 3,
        },
        p={(small.A, 2026, "urgent", "home"): 1},
    )
    # A: 5 and 1 taken over, 3 are housed. B: 3 less the 1 that A took over, none is housed.
    rows["rules"] = [_rule_line(small.A, 3.0, 6.0), _rule_line(small.B, 0.0, 2.0)]

    def render(language: str, width: int = 80) -> list[list[str]]:
        shown = []
        for table in housed_tables(rows, Resolved(tmp_path), language):
            stream = io.StringIO()
            Console(file=stream, width=width, color_system=None).print(table)
            shown.append([line.rstrip() for line in stream.getvalue().splitlines()])
        return shown

    return render


def _row(lines: list[str], name: str) -> list[str]:
    """Return the numbers in the row of a name."""
    [found] = [line.split() for line in lines if line.strip().startswith(name)]
    return found[len(name.split()) :]


def test_lettings_add_up_to_what_is_left(show: Show) -> None:
    """Apeldoorn: 20 vacated, 2 new, 5 to groups and 3 to permit holders leave 14; 7 of 20 vacated is 35 %.

    Hattem: 10 vacated, 2 flex moved in are not let for the first time; 2 to groups leave 8.
    """
    lettings = show("nl")[0]
    assert _row(lettings, "Apeldoorn") == ["20", "2", "5", "3", "1", "35", "%", "14"]
    assert _row(lettings, "Hattem") == ["10", "0", "2", "0", "0", "20", "%", "8"]
    assert _row(lettings, "totaal") == ["30", "2", "7", "3", "1", "30", "%", "22"]
    assert lettings[-1].strip() == (
        "Deel van vrij: van wat vrijkomt, aan doelgroepen en vergunninghouders samen."
    )


def test_waiting_lists_from_start_to_end(show: Show) -> None:
    """4 wait, 8 come, 7 are housed: 5. Permit holders: 8 persons of one household each, 3 housed: 5."""
    waiting = show("en")[1]
    assert _row(waiting, "regional urgents") == ["4", "5"]
    assert _row(waiting, "permit holders") == ["0", "5"]
    assert _row(waiting, "total") == ["4", "10"]


def test_the_task_for_permit_holders_with_swaps(show: Show) -> None:
    """Apeldoorn has 5, takes 1 over, houses 3: 3 to go. Hattem has 3 and hands 1 over: 2 to go."""
    task = show("en")[2]
    assert _row(task, "Apeldoorn") == ["5", "0", "1", "3", "3"]
    assert _row(task, "Hattem") == ["3", "1", "0", "0", "2"]
    assert _row(task, "total") == ["8", "1", "1", "3", "5"]


def test_flex_in_service_moved_and_in_the_pool(show: Show) -> None:
    """Of 3 dwellings whose years in Apeldoorn are over 2 are in Hattem, and 1 is in the pool."""
    flex = show("nl")[3]
    assert _row(flex, "Apeldoorn") == ["flex", "0", "0", "0", "0", "1"]
    assert _row(flex, "Hattem") == ["flex", "0", "2", "0", "2", "1"]


def test_the_settlement_in_euros(show: Show) -> None:
    """Of 7 housed 5.25 are Apeldoorn's share and 1.75 Hattem's: 5 and 2 differ by a quarter, 250 euros."""
    settled = [line.split() for line in show("nl")[4] if line.startswith(" fair ")]
    assert settled == [
        ["fair", "Apeldoorn", "5,3", "5", "-0,3", "-0,3", "-250"],
        ["fair", "Hattem", "1,8", "2", "0,3", "0,3", "250"],
    ]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("width", [80, 100])
def test_every_table_fits_the_screen(show: Show, language: str, width: int) -> None:
    """No line is wider than the screen, and no number or name is cut off."""
    shown = show(language, width)
    assert len(shown) == 5
    for lines in shown:
        assert max(map(len, lines)) <= width
        assert not any("…" in line for line in lines)
        assert any(" Apeldoorn " in line for line in lines) or "totaal" in str(lines) or "total" in str(lines)


def test_a_rule_on_vacancies_says_of_what_and_with_whom(show: Show, tmp_path: Path) -> None:
    """The base and whether permit holders count are named; the same percentage can mean two things."""
    show("nl")
    assert list(vacancy_shares(Resolved(tmp_path), "nl")) == [
        "deal: streefwaarde 30 % van aangewezen vrijkomende woningen, met vergunninghouders.",
        "pact: bovengrens 178 per jaar uit aangewezen vrijkomende woningen, zonder vergunninghouders.",
        "path: ondergrens 25 % van aangewezen vrijkomende woningen, zonder vergunninghouders; "
        "groeipad van 20 % in 2024 tot 2026.",
        "Een streefwaarde wijkt voor de wachtlijst: pas als daar niets meer te winnen is, telt hoeveel er "
        "meer of minder naar de doelgroepen gaat. Voldoet niet kan dus ook te veel zijn.",
    ]
    assert next(iter(vacancy_shares(Resolved(tmp_path), "en"))) == (
        "deal: target of 30% of designated vacated dwellings, with permit holders."
    )


def test_many_flows_are_taken_together_by_group(small: Any, tables: Tables, tmp_path: Path) -> None:
    """20 flows of homeless people of 1 household each are one row of 20."""
    made = small.instance(
        small.group("homeless"),
        small.fits("homeless"),
        [small.flow(f"flow{number}", 1) for number in range(20)],
        small.vacating(small.A, 10),
    )
    rows = tables(made)
    write_folder(made.scenario, tmp_path / "input" / "resolved", None)
    tables_shown = list(housed_tables(rows, Resolved(tmp_path), "en"))
    assert [next(iter(column.cells)) for column in tables_shown[1].columns][1:] == ["0", "20"]


def test_some_years_keep_the_first_and_the_last() -> None:
    """At most five years are shown, evenly spread."""
    assert some_years([2026, 2027]) == [2026, 2027]
    assert some_years(list(range(2026, 2036))) == [2026, 2028, 2030, 2033, 2035]


def test_halves_are_rounded_away_from_zero() -> None:
    """Python rounds 0.5 and 2.5 down; readers do not."""
    assert [nearest(value, "nl", places=1) for value in (5.25, -0.25, 4.0)] == ["5,3", "-0,3", "4"]
    assert [nearest(value, "en") for value in (0.5, 2.5, -0.5, 2.4, None)] == ["1", "3", "-1", "2", ""]


def test_who_still_lives_in_a_temporary_place(tmp_path: Path) -> None:
    """3 of the 4 housed are within a stay at the end: what follows is after the horizon, and that is said."""
    figures = {"waiting_before": 0, "inflow": 4, "returns": 0, "housed_vacated": 1, "housed_new": 3}
    row = {"flow_id": "urgent", "group": "homeless", "year": 2026, "waiting_after": 0, **figures}
    rows: dict[str, Any] = {"rules": [], "waiting_list": [{**row, "in_temporary": 3.0}]}
    stream = io.StringIO()
    for table in housed_tables(rows, Resolved(tmp_path), "nl"):
        Console(file=stream, width=120, color_system=None).print(table)
    assert " ".join(stream.getvalue().split()).endswith(
        "Eind 2026 wonen 3 huishoudens nog tijdelijk; hun vervolghuisvesting valt na de planperiode."
    )

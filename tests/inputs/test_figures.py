"""Figures behind lines: the row of the input that says what a line asks or allows."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest

from thuisplan.inputs.columns import Row, sorted_rows
from thuisplan.inputs.figures import Figures, places
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.scenario import Origin, Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import (
    TABLES,
    Availability,
    Budget,
    Capacity,
    Commitment,
    Exclusion,
    Exemption,
    Membership,
    Municipality,
    Need,
    Neighbourhood,
    Option,
    Plan,
    Pot,
    Rule,
    RuleParameter,
)

A, B = "GM0001", "GM0002"

ROWS: tuple[Row, ...] = (
    *(Municipality(code=code, name=code, boundary_year=2026) for code in (A, B)),
    *(
        Membership(municipality_code=code, purpose="agreement", place="R", region_municipalities=2)
        for code in (A, B)
    ),
    Option(
        option="care", dwelling_type="clustered", route="new_build", segment="social_rent",
        extra_cost_eur=1000, deficit_eur=0, minimum_project=12,
    ),
    Availability(municipality_code="*", option="*", from_year=2026, max_per_year=9),
    Availability(municipality_code=B, option="care", from_year=2026, max_per_year=3),
    Capacity(municipality_code=A, from_year=2026, to_year=2026, dwellings_per_year=5),
    Capacity(municipality_code=A, from_year=2027, dwellings_per_year=6),
    Commitment(municipality_code=A, option="care", year=2027, dwellings=2),
    Exclusion(municipality_code=B, option="care", from_year=2027),
    *(
        Plan(
            project=f"P{year}", municipality_code=A, status="hard", route="new_build", from_year=year,
            to_year=year, dwellings=4, realisation=Fraction(1),
        )
        for year in (2026, 2027)
    ),
    Need(
        need_id="care", purpose="agreement", place="R", need_category="clustered", need_class="special",
        from_year=2026, central=Fraction(2),
    ),
    Pot(pot_id="p", payer="Rijk", kind="extra_cost", max_share=Fraction(1, 2)),
    Budget(pot_id="p", from_year=2026, amount_eur=7),
    Neighbourhood(municipality_code=A, neighbourhood="Noord", max_special=4, minimum_scale=2),
    Rule(rule_id="least", family="minimum_contribution"),
    RuleParameter(rule_id="least", parameter="options", value="care"),
    RuleParameter(rule_id="least", parameter="dwellings", value="3"),
    Exemption(rule_id="least", place=B, value=Fraction(1), agreed_by="all"),
    Rule(rule_id="even", family="steady_series"),
    RuleParameter(rule_id="even", parameter="dwellings", value="1"),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    family: str
    place: str
    subject: str = ""
    period: str = "2027"
    rule: str | None = None

    @property
    def rule_id(self) -> str:
        return self.rule or self.family


@pytest.fixture(scope="module")
def figures() -> Figures:
    """Return the figures of the rows above, each table numbered from row 2 on."""
    tables = {name: sorted_rows(row for row in ROWS if row.table == name) for name in TABLES}
    origins = {
        (name, row.key()): Origin(f"{name}.csv", number)
        for name, rows in tables.items()
        for number, row in enumerate(rows, start=2)
    }
    made = Settings(format=1, name="figures", first_year=2026, last_year=2028)
    return Figures(resolve(Scenario(made, MappingProxyType(tables), MappingProxyType(origins))))


CASES: dict[str, tuple[Line, str, list[int], Any]] = {
    "an offer of every option": (Line("availability", A, "care"), "max_per_year", [2], 9),
    "an offer of its own": (Line("availability", B, "care"), "max_per_year", [3], 3),
    "the capacity of that year": (Line("capacity", A, "all"), "dwellings_per_year", [3], 6),
    "a commitment": (Line("commitment", A, "care"), "dwellings", [2], 2),
    "an exclusion": (Line("exclusion", B, "care"), "from_year", [2], 2027),
    "a budget": (Line("extra_cost", "", "p"), "amount_eur", [2], 7),
    "what a pot pays per dwelling": (Line("extra_cost", A, "p:care"), "max_share", [2], Fraction(1, 2)),
    "a need": (Line("need", "R", "care"), "central", [2], 2),
    "the size of projects": (Line("project_size", A, "care"), "minimum_project", [2], 12),
    "the most of a neighbourhood": (Line("neighbourhood", A, "Noord"), "max_special", [2], 4),
    "the scale of a neighbourhood": (Line("neighbourhood", A, "scale:Noord:care"), "minimum_scale", [2], 2),
    "an exemption": (Line("minimum_contribution", B, rule="least"), "value", [2], 1),
    "the number of a rule": (Line("minimum_contribution", A, rule="least"), "value", [3], "3"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_figure_behind_a_line(figures: Figures, name: str) -> None:
    line, column, rows, value = CASES[name]
    [figure] = figures.behind(line)
    assert (figure.column, getattr(figure.row, column)) == (column, value)
    assert list(places([figure]).values()) == [rows]


def test_plans_of_all_years_so_far_are_behind_a_running_total(figures: Figures) -> None:
    """The plan of 2026 and that of 2027 are what is offered by 2027."""
    found = figures.behind(Line("capacity", A, "plans:new_build"))
    assert places(found) == {"plans.csv": [2, 3]}
    assert len(figures.behind(Line("capacity", A, "plans:new_build", "2026"))) == 1


def test_what_comes_by_itself_stands_nowhere(figures: Figures) -> None:
    """The automatic rule for lettings has no row and no number of its own."""
    assert places(figures.behind(Line("lettings", A, "vacated"))) == {}

"""A small input with lettings: two municipalities, urgent homeless people, and a task for permit holders."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest

from thuisplan.inputs.checks import check
from thuisplan.inputs.columns import Row, sorted_rows
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import (
    TABLES,
    Availability,
    Flow,
    Group,
    Membership,
    Municipality,
    Need,
    Option,
    PermitTask,
    Suitability,
    Turnover,
)
from thuisplan.outputs.texts import finding_text

A, B = "GM0001", "GM0002"


def _options() -> list[Row]:
    shared: dict[str, Any] = dict(segment="social_rent", extra_cost_eur=0, deficit_eur=0)
    return [
        Option(option="rent", dwelling_type="social_regular", route="new_build", **shared),
        Option(option="flex", dwelling_type="social_regular", route="flex", service_life_years=5, **shared),
        Option(option="clustered", dwelling_type="clustered", route="new_build", **shared),
    ]


# A has 40 of its 400 social dwellings vacated a year, which is a tenth, and B 30 of 600, a twentieth.
BASE: tuple[Row, ...] = (
    Municipality(
        code=A, name="Adorp", boundary_year=2026, inhabitants=2200, dwelling_stock=1000, social_stock=400,
        vacancies_per_year=40, urgent_lettings_today=8, permit_lettings_today=4,
    ),
    Municipality(
        code=B, name="Beveen", boundary_year=2026, inhabitants=4400, dwelling_stock=2000, social_stock=600,
        vacancies_per_year=30, urgent_lettings_today=6, permit_lettings_today=3,
    ),
    *(
        Membership(municipality_code=code, purpose="agreement", place="R", region_municipalities=2)
        for code in (A, B)
    ),
    *_options(),
    Availability(municipality_code="*", option="*", from_year=2026, max_per_year=9),
    Need(
        need_id="rent", purpose="agreement", place="R", need_category="social_regular", from_year=2026,
        need_class="regular", central=Fraction(5),
    ),
    Group(group="homeless", roles=("programme", "statutory")),
    Group(group="students", roles=("programme",)),
    Group(group="permit_holders", roles=("task",), persons_per_household=Fraction(2)),
    Flow(
        flow_id="homeless", group="homeless", purpose="agreement", place="R", from_year=2026,
        households=Fraction(20), waiting_at_start=7,
    ),
    Suitability(group="homeless", dwelling_type="social_regular"),
    Suitability(group="permit_holders", dwelling_type="social_regular"),
    Suitability(group="students", dwelling_type="social_regular", stay_years=4, returns=False),
    Turnover(municipality_code="*", from_year=2026),
    # Ten persons in A and four in B: seven households of two.
    PermitTask(municipality_code=A, year=2026, half=1, persons=6),
    PermitTask(municipality_code=A, year=2026, half=2, persons=4),
    PermitTask(municipality_code=B, year=2026, half=1, persons=4),
)  # fmt: skip


@pytest.fixture(scope="session")
def with_lettings() -> Callable[..., Scenario]:
    """Return a function that makes the input with other rows.

    A row takes the place of one with the same key; rows of the tables ``without`` are left out, and
    other keywords are settings.
    """

    def made(*rows: Row, without: tuple[type[Row], ...] = (), **settings: Any) -> Scenario:
        by_key = {(row.table, row.key()): row for row in BASE if type(row) not in without}
        by_key |= {(row.table, row.key()): row for row in rows}
        tables = {name: sorted_rows(r for (t, _), r in by_key.items() if t == name) for name in TABLES}
        years = {"first_year": 2026, "last_year": 2029}
        given = Settings.model_validate({"format": 1, "name": "lettings", **years, **settings})
        return Scenario(given, MappingProxyType(tables))

    return made


@pytest.fixture(scope="session")
def told() -> Callable[..., list[tuple[Any, ...]]]:
    """Return a function that checks an input: (severity, code, table, column) of every finding.

    Every finding must fill a sentence in both languages.
    """

    def findings(scenario: Scenario) -> list[tuple[Any, ...]]:
        found = check(scenario)
        for finding in found:
            for language in ("nl", "en"):
                sentence = finding_text(finding, language)
                assert "{" not in sentence
                assert "None" not in sentence
        return [(f.severity, f.code, f.source, f.column) for f in found]

    return findings

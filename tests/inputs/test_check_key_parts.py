"""Every way in which a key cannot be: found before solving, as a sentence with its place."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from thuisplan.inputs.check_context import Context
from thuisplan.inputs.check_key_parts import CHECKS
from thuisplan.inputs.check_keys import CHECKS as KEY_CHECKS
from thuisplan.inputs.columns import Row
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.scenario import Origin, Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import (
    TABLES,
    Key,
    KeyBound,
    KeyFactor,
    KeyOverride,
    KeyShare,
    Municipality,
    MunicipalityFigure,
)
from thuisplan.outputs.texts import finding_text

A, B = "GM0001", "GM0002"
F = Fraction

# Adorp has 600 inhabitants and Beveen 400; nobody filled in the households of Beveen.
ADORP = Municipality(
    code=A, name="Adorp", boundary_year=2026, inhabitants=600, households=300, social_stock=0
)
BEVEEN = Municipality(code=B, name="Beveen", boundary_year=2026, inhabitants=400, social_stock=0)
MIX = Key(key_id="k", basis="factors")
TIMES = Key(key_id="k", basis="factors", method="multiplicative")
PEOPLE = Key(key_id="k", basis="inhabitants", total=10)
BASE = KeyFactor(key_id="k", basis="inhabitants", role="baseline")


def found(*rows: Row, language: str = "en") -> list[Finding]:
    """Return what the checks on keys say of a scenario; row numbers count per table from 2."""
    tables: dict[str, list[Row]] = {name: [] for name in TABLES}
    for row in (ADORP, BEVEEN, *rows):
        tables[row.table].append(row)
    origins = {
        (name, row.key()): Origin(f"{name}.csv", number)
        for name, listed in tables.items()
        for number, row in enumerate(listed, start=2)
    }
    settings = Settings(format=1, name="keys", first_year=2026, last_year=2028, language=language)
    scenario = Scenario(settings, {name: tuple(listed) for name, listed in tables.items()}, origins)
    context = Context(scenario)
    return [finding for check in KEY_CHECKS for finding in check(context)]


def factor(basis: str, **columns: Any) -> KeyFactor:
    return KeyFactor(key_id="k", basis=basis, **columns)


def figure(code: str, value: int, name: str = "jobs") -> MunicipalityFigure:
    return MunicipalityFigure(municipality_code=code, figure=name, value=F(value))


def bound(code: str, floor: Fraction | None = None, cap: Fraction | None = None) -> KeyBound:
    return KeyBound(key_id="k", municipality_code=code, floor=floor, cap=cap)


def change(code: str, number: int) -> KeyOverride:
    return KeyOverride(key_id="k", municipality_code=code, change=number, agreed_by="both")


WRONG: dict[str, tuple[tuple[Row, ...], str, int, str | None, tuple[str, ...]]] = {
    # code: rows, table, row number, column, what the sentence names
    "key_figure_missing": (
        (Key(key_id="k", basis="households"),),
        "municipalities",
        3,
        "households",
        ("Beveen",),
    ),
    "factor_figure_missing": (
        (MIX, factor("households")),
        "key_factors",
        2,
        "basis",
        ("Beveen", "households"),
    ),
    "unknown_figure": (
        (MIX, factor("jbos"), figure(A, 1), figure(B, 2)),
        "key_factors",
        2,
        "basis",
        ("'jobs'",),
    ),
    "factor_total_zero": ((MIX, factor("social_stock")), "key_factors", 2, "basis", ("social stock",)),
    "key_total_zero": ((Key(key_id="k", basis="social_stock"),), "keys", 2, "basis", ("social stock",)),
    "figure_is_column": (
        (figure(A, 1, "inhabitants"),),
        "municipality_figures",
        2,
        "figure",
        ("inhabitants",),
    ),
    "factors_unused": ((PEOPLE, factor("inhabitants")), "key_factors", 2, "key_id", ("'k'",)),
    "method_without_factors": ((replace(PEOPLE, method="multiplicative"),), "keys", 2, "method", ("'k'",)),
    "key_without_factors": ((MIX,), "keys", 2, "basis", ("'k'",)),
    "key_without_baseline": (
        (TIMES, factor("inhabitants", role="factor", low=F(1, 2), high=F(3, 2))),
        "keys",
        2,
        "method",
        ("'k'",),
    ),
    "role_in_additive_key": (
        (MIX, factor("inhabitants", role="factor", low=F(1, 2), high=F(3, 2))),
        "key_factors",
        2,
        "role",
        ("inhabitants", "'factor'"),
    ),
    "share_in_multiplicative_key": (
        (TIMES, BASE, factor("jobs"), figure(A, 1), figure(B, 2)),
        "key_factors",
        3,
        "role",
        ("jobs",),
    ),
    "factor_without_range": (
        (TIMES, BASE, factor("jobs", role="factor", low=F(1, 2)), figure(A, 1), figure(B, 2)),
        "key_factors",
        3,
        "high",
        ("jobs",),
    ),
    "weight_of_factor": (
        (
            TIMES,
            BASE,
            factor("jobs", role="factor", low=F(1), high=F(2), weight=F(2)),
            figure(A, 1),
            figure(B, 2),
        ),
        "key_factors",
        3,
        "weight",
        ("jobs",),
    ),
    "range_without_factor": ((MIX, factor("inhabitants", high=F(2))), "key_factors", 2, "high", ("'share'",)),
    "factor_without_weight": (
        (MIX, factor("inhabitants", weight=F(0))),
        "key_factors",
        2,
        "weight",
        ("zero",),
    ),
    "key_leaves_nothing": (
        (TIMES, BASE, factor("jobs", role="factor", low=F(0), high=F(0)), figure(A, 1), figure(B, 2)),
        "keys",
        2,
        "method",
        ("'k'",),
    ),
    "bound_empty": ((PEOPLE, bound(A)), "key_bounds", 2, "cap", ("Adorp",)),
    "bounds_cross": ((PEOPLE, bound(A, F(3, 5), F(1, 2))), "key_bounds", 2, "floor", ("60%", "50%")),
    "floors_above_total": (
        (PEOPLE, bound(A, F(3, 5)), bound(B, F(1, 2))),
        "key_bounds",
        2,
        "floor",
        ("110%",),
    ),
    "caps_below_total": (
        (PEOPLE, bound(A, cap=F(2, 5)), bound(B, cap=F(1, 2))),
        "key_bounds",
        2,
        "cap",
        ("90%",),
    ),
    "override_without_total": (
        (replace(PEOPLE, total=None), change(A, 1), change(B, -1)),
        "key_overrides",
        2,
        "change",
        ("'k'",),
    ),
    "overrides_do_not_sum": (
        (PEOPLE, change(A, 3), change(B, -1)),
        "key_overrides",
        3,
        "change",
        ("3 and -1", "2"),
    ),
    # Beveen has 4 of 10 dwellings.
    "override_below_zero": (
        (PEOPLE, change(A, 5), change(B, -5)),
        "key_overrides",
        3,
        "change",
        ("Beveen", "4", "-5"),
    ),
    "path_from_shares": (
        (replace(PEOPLE, start_basis="factors", path_first_year=2026, path_last_year=2028),),
        "keys",
        2,
        "start_basis",
        ("factors",),
    ),
}


@pytest.mark.parametrize("code", WRONG)
def test_a_wrong_key_is_told_with_its_place(code: str) -> None:
    """One finding, at the row and the column, naming what matters, in both languages."""
    rows, table, number, column, names = WRONG[code]
    [finding] = found(*rows)
    assert (finding.code, finding.severity) == (code, Severity.WRONG)
    assert (finding.source, finding.row, finding.column) == (f"{table}.csv", number, column)
    sentence = finding_text(finding, "en")
    assert all(name in sentence for name in names), sentence
    assert "What to do" in sentence
    [dutch] = found(*rows, language="nl")
    assert "Wat te doen" in finding_text(dutch, "nl")


def test_caps_count_who_has_no_share_of_their_own() -> None:
    """A key that is all of Adorp, capped at 90 %: the rest is nobody's, unless Beveen has a floor."""
    all_of_adorp = (Key(key_id="k", basis="shares"), KeyShare(key_id="k", municipality_code=A, share=F(1)))
    [finding] = found(*all_of_adorp, bound(A, cap=F(9, 10)))
    assert (finding.code, finding.values["sum"]) == ("caps_below_total", F(9, 10))
    assert found(*all_of_adorp, bound(A, cap=F(9, 10)), bound(B, floor=F(1, 10))) == []


def test_an_override_past_a_bound_is_a_warning() -> None:
    """Adorp is held at 50 % of 10 and agrees to take one more: that counts, and it is said."""
    [finding] = found(PEOPLE, bound(A, cap=F(1, 2)), change(A, 1), change(B, -1))
    assert (finding.code, finding.severity) == ("override_past_bound", Severity.WARNING)
    assert "60%" in finding_text(finding, "en")


def test_all_problems_of_all_keys_at_once() -> None:
    """One key with three problems and one with another: four findings, none hidden by the others."""
    rows = (MIX, factor("jbos"), factor("households"), bound(A, F(3, 5), F(1, 2)))
    other = Key(key_id="other", basis="factors")
    codes = ["unknown_figure", "factor_figure_missing", "bounds_cross", "key_without_factors"]
    assert [finding.code for finding in found(*rows, other)] == codes


@pytest.mark.parametrize(
    "rows",
    [
        (MIX, factor("inhabitants"), factor("jobs", weight=F(2)), figure(A, 0), figure(B, 2)),
        (TIMES, BASE, factor("jobs", role="factor", low=F(2), high=F(1)), figure(A, 1), figure(B, 2)),
        (PEOPLE, bound(A, F(1, 10), F(1, 2)), change(A, -1), change(B, 1)),
    ],
)
def test_a_good_key_is_left_alone(rows: tuple[Row, ...]) -> None:
    """Additive, multiplicative, bounded and negotiated keys that are in order have no finding."""
    assert found(*rows) == []


def test_rows_that_could_not_be_read_silence_the_checks() -> None:
    """With a bad cell in one of the tables nothing is said of sums that are then not known."""
    tables: dict[str, tuple[Row, ...]] = dict.fromkeys(TABLES, ())
    tables |= {"municipalities": (ADORP, BEVEEN), "keys": (MIX,)}
    settings = Settings(format=1, name="keys", first_year=2026, last_year=2028)
    context = Context(Scenario(settings, tables), frozenset({"key_factors"}))
    assert [finding for check in CHECKS for finding in check(context)] == []

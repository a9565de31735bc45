"""Changes of a resolved input: each gives the rows that hand work gives, or is refused in whole sentences."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from thuisplan.inputs.changes import Change, ChangeError, apply, key_text
from thuisplan.inputs.examples import example
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.scenario import Origin, Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import (
    TABLES,
    Availability,
    Budget,
    Capacity,
    Commitment,
    Deviation,
    Membership,
    Municipality,
    Need,
    Option,
    Plan,
    Pot,
    Rule,
    RuleParameter,
)
from thuisplan.outputs.texts import finding_text

A, B = "GM0001", "GM0002"
NAMES = {A: "Adorp", B: "De Bult"}

# Four years; a need of 2.4 a year, so 2, 3, 2 and 3: the running total 2.4, 4.8, 7.2, 9.6 rounded half up.
ROWS = (
    *(Municipality(code=code, name=name, boundary_year=2026) for code, name in NAMES.items()),
    *(
        Membership(municipality_code=code, purpose="agreement", place="R", region_municipalities=2)
        for code in NAMES
    ),
    Option(option="rent", dwelling_type="social_regular", route="new_build", segment="social_rent"),
    Availability(municipality_code="*", option="rent", from_year=2026, max_per_year=9),
    Capacity(municipality_code=A, from_year=2026, to_year=2029, dwellings_per_year=10, route=None),
    Commitment(municipality_code=A, option="rent", year=2027, dwellings=4),
    Need(
        need_id="rent", purpose="agreement", place="R", need_category="social_regular", from_year=2026,
        central=Fraction("2.4"),
    ),
    Pot(pot_id="own", payer="own", kind="deficit"),
    Budget(pot_id="own", from_year=2026, to_year=2026, amount_eur=1000),
    Plan(
        project="De Kolk", municipality_code=A, status="hard", route="new_build", from_year=2026,
        to_year=2026, dwellings=40,
    ),
    Rule(rule_id="social", family="social_share"),
    RuleParameter(rule_id="social", parameter="share", value="30 %"),
)  # fmt: skip


@pytest.fixture(scope="module")
def given() -> Instance:
    """Return the resolved input."""
    tables: dict[str, tuple[Any, ...]] = {name: () for name in TABLES}
    for row in ROWS:
        tables[row.table] += (row,)
    settings = Settings(format=1, name="changes", language="en", first_year=2026, last_year=2029)
    return resolve(Scenario(settings, tables))


def _changed(given: Instance, *texts: str) -> Instance:
    return apply(given, [Change(*(part.strip() for part in text.split("|"))) for text in texts])


def _spans(instance: Instance, row_type: Any, figure: str, **named: Any) -> list[tuple[int, int, int]]:
    return [
        (row.from_year, row.to_year, int(getattr(row, figure)))
        for row in instance.rows(row_type)
        if all(getattr(row, name) == value for name, value in named.items())
    ]


# --- what changes ---------------------------------------------------------------------


def test_nothing_else_changes(given: Instance) -> None:
    """One more dwelling of capacity in one year: every other table stays the same object."""
    changed = _changed(given, f"capacity | {A} - 2027 | dwellings_per_year | add | 1")
    before, after = given.scenario.tables, changed.scenario.tables
    assert [name for name in TABLES if before[name] is not after[name]] == ["capacity"]
    assert given.capacity[A, None, 2027] == 10


@pytest.mark.parametrize(
    ("operation", "value", "expected"),
    [("set", "7", 7), ("add", "-3", 7), ("multiply", "0.75", 8), ("multiply", "1/3", 3)],
)
def test_a_span_is_split(given: Instance, operation: str, value: str, expected: int) -> None:
    """Ten in 2026-2029, changed in the middle; 7.5 is rounded half up to 8, 3.33 to 3."""
    changed = _changed(given, f"capacity | {A} - 2027-2028 | dwellings_per_year | {operation} | {value}")
    assert _spans(changed, Capacity, "dwellings_per_year") == [
        (2026, 2026, 10),
        (2027, 2028, expected),
        (2029, 2029, 10),
    ]


def test_a_part_of_a_span_is_removed(given: Instance) -> None:
    """Of nine in every year nothing is offered in 2026 and 2029."""
    changed = _changed(
        given, f"availability | {A} rent 2026 | | remove |", f"aanbod | {A} rent 2029 | | vervalt |"
    )
    assert _spans(changed, Availability, "max_per_year", municipality_code=A) == [(2027, 2028, 9)]
    assert _spans(changed, Availability, "max_per_year", municipality_code=B) == [(2026, 2029, 9)]


def test_a_star_is_every_row(given: Instance) -> None:
    """All municipalities, and all years: whole rows, so nothing is split."""
    changed = _changed(given, "availability | * rent * | max_per_year | multiply | 2")
    assert _spans(changed, Availability, "max_per_year") == [(2026, 2029, 18)] * 2


def test_names_in_two_languages_mean_the_same(given: Instance) -> None:
    """Dutch names, a municipality by its name between quotation marks, a label of a route, Dutch numbers."""
    dutch = _changed(
        given,
        "aanbod | 'De Bult' rent 2027 | hoogstens per jaar | wordt | 12".replace("'", '"'),
        "plannen | 'De Kolk' adorp nieuwbouw - 2026 | woningen | maal | 1,5".replace("'", '"'),
    )
    english = _changed(
        given,
        f"availability | {B} rent 2027 | max_per_year | set | 12",
        f'plans | "De Kolk" {A} new_build - 2026 | dwellings | multiply | 3/2',
    )
    assert dutch.scenario.tables == english.scenario.tables
    assert english.rows(Plan)[0].dwellings == 60


def test_changes_apply_in_order(given: Instance) -> None:
    """(10 + 2) x 2 = 24, and 10 x 2 + 2 = 22."""
    add, double = (
        f"capacity | {A} - * | dwellings_per_year | {text}" for text in ("add | 2", "multiply | 2")
    )
    assert _changed(given, add, double).capacity[A, None, 2026] == 24
    assert _changed(given, double, add).capacity[A, None, 2026] == 22


def test_needs_stay_whole_over_the_years(given: Instance) -> None:
    """Half of 2, 3, 2, 3 is 1, 1.5, 1, 1.5; the running total 1, 2.5, 3.5, 5 is rounded to 1, 3, 4, 5."""
    assert [row.central for row in given.rows(Need)] == [2, 3, 2, 3]
    changed = _changed(given, "needs | rent * | central | multiply | 50 %")
    assert [row.central for row in changed.rows(Need)] == [1, 2, 1, 1]
    assert changed.needs["rent"].required[2029] == 5


def test_a_parameter_is_of_the_kind_of_its_rule(given: Instance) -> None:
    """30 % less a tenth of it is 27 %; the text of a resolved parameter is an exact fraction."""
    changed = _changed(given, "rule_parameters | social share | value | multiply | 0.9")
    assert next(r.value for r in changed.rows(RuleParameter) if r.parameter == "share") == "27/100"
    changed = _changed(given, "regelparameters | social share | waarde | wordt | 25 %")
    assert next(r.value for r in changed.rows(RuleParameter) if r.parameter == "share") == "1/4"


def test_rows_are_made_where_nothing_counts_as_zero(given: Instance) -> None:
    """Money in years without a budget, an offer, a commitment, a plan and a deviation that were not there."""
    changed = _changed(
        given,
        "budgets | own 2026-2028 | amount_eur | add | 500",
        f"exclusions | {A} rent 2029 | source | set | council",
        f"commitments | {B} rent 2028 | dwellings | add | 3",
        f"plans | extra {B} flex - 2028 | dwellings | add | 4",
        "deviations | need R rent 2027 | amount | set | 2,5",
        f"capacity | {B} - 2027 | dwellings_per_year | set | 5",
    )
    assert [(row.from_year, row.amount_eur) for row in changed.rows(Budget)] == [
        (2026, 1500),
        (2027, 500),
        (2028, 500),
    ]
    assert changed.excluded == {(A, 2029, "rent")}
    assert changed.committed[B, 2028, "rent"] == 3
    assert changed.rows(Deviation)[0].amount == Fraction(5, 2)
    assert changed.capacity[B, None, 2027] == 5
    [plan] = [row for row in changed.rows(Plan) if row.project == "extra"]
    assert (plan.status, plan.realisation, plan.from_year, plan.to_year, plan.dwellings) == (
        "soft",
        1,
        2028,
        2028,
        4,
    )


def test_what_was_wrong_before_is_not_blamed_on_a_change(given: Instance) -> None:
    """A commitment in a year outside the horizon is wrong of itself."""
    late = Commitment(municipality_code=A, option="rent", year=2040, dwellings=1)
    tables = {**given.scenario.tables, "commitments": (*given.rows(Commitment), late)}
    wrong = Instance(Scenario(given.settings, tables))
    assert (
        _changed(wrong, f"capacity | {A} - 2027 | dwellings_per_year | add | 1").capacity[A, None, 2027] == 11
    )


# --- what is refused ----------------------------------------------------------------------


REFUSED: dict[str, tuple[str, str, str]] = {
    "a table that is not there": (
        "capacities | GM0001 - 2027 | dwellings_per_year | add | 1",
        "change_unknown_table",
        "De aanpassing noemt een tabel 'capacities' die er niet is. Is 'capaciteit' bedoeld? Wat te doen: "
        "noem een tabel van de invoer, zoals capaciteit of budgetbedragen.",
    ),
    "the list of assumptions": ("assumptions | a b c | value | set | 1", "change_unknown_table", ""),
    "a column that is not there": (
        "capacity | GM0001 - 2027 | dwellings | add | 1",
        "change_unknown_column",
        "De tabel 'capaciteit' heeft geen kolom 'dwellings'. Is 'dwellings_per_year' bedoeld? Wat te doen: "
        "verbeter de kolom van deze aanpassing.",
    ),
    "a column of the key": ("capacity | GM0001 - 2027 | route | set | flex", "change_of_key", ""),
    "a key of another length": (
        "capacity | GM0001 2027 | dwellings_per_year | add | 1",
        "change_key_parts",
        "De rij 'GM0001 2027' heeft 2 delen; een rij van 'capacity' wordt aangewezen met: municipality_code, "
        "route en from_year. Wat te doen: schrijf deze in die volgorde met een spatie ertussen: - is leeg, * "
        "is elke waarde; zet een naam met spaties tussen aanhalingstekens.",
    ),
    "a name with a space": (
        "availability | De Bult rent 2027 | max_per_year | add | 1", "change_key_parts", "",
    ),
    "a year that is none": ("capacity | GM0001 - 27 | dwellings_per_year | add | 1", "change_key_year", ""),
    "years that run backwards": (
        "capacity | GM0001 - 2028-2027 | dwellings_per_year | add | 1", "change_key_year", "",
    ),
    "a route that is none": (
        "capacity | GM0001 fles 2027 | dwellings_per_year | add | 1",
        "change_key_value",
        "'fles' is hier niet bekend; het staat in de rij 'GM0001 fles 2027' op de plaats van route. Kies "
        "uit: nieuwbouw, transformatie, flexwoning, optoppen, splitsen en woningdelen, woningaanpassing of "
        "aankoop. "
        "Wat te doen: verbeter dit deel van de rij.",
    ),
    "a column of a row that goes": (
        "capacity | GM0001 - 2027 | source | remove |", "change_removes_column", "",
    ),
    "adding to a text": ("capacity | GM0001 - 2027 | source | add | 1", "change_not_a_figure", ""),
    "adding to a list": ("rule_parameters | social side | value | add | 1", "change_not_a_figure", ""),
    "no value": ("capacity | GM0001 - 2027 | dwellings_per_year | add |", "change_without_value", ""),
    "no value for what cannot be empty": (
        "capacity | GM0001 - 2027 | dwellings_per_year | set |", "change_without_value", "",
    ),
    "no number": (
        "capacity | GM0001 - 2027 | dwellings_per_year | add | veel",
        "not_a_number",
        "waarde 'veel': dit is geen getal.",
    ),
    "a part of a dwelling": ("capacity | GM0001 - 2027 | dwellings_per_year | add | 0.5", "not_whole", ""),
    "an unknown choice": ("rules | social | strength | set | stevig", "unknown_choice", ""),
    "an unknown operation": ("rules | social | strength | doe | hard", "unknown_choice", ""),
    "less than nothing": (
        "capacity | GM0001 - 2027 | dwellings_per_year | add | -11",
        "change_out_of_range",
        "dwellings_per_year van de rij 'GM0001 - 2027' in 'capacity' wordt -1. Het moet ten minste 0 zijn.",
    ),
    "more of an unknown cost": ("options | rent | deficit_eur | multiply | 1.1", "change_of_unknown", ""),
    "a row that is not there": (
        "needs | rant 2027 | central | add | 1",
        "change_no_row",
        "De tabel 'behoeften' heeft na het verdelen over de jaren geen rij 'rant 2027'. Is 'rent 2027' "
        "bedoeld?",
    ),
    "no row for a factor": ("budgets | own 2028 | amount_eur | multiply | 2", "change_no_row", ""),
    "a star that finds nothing": ("budgets | own2 * | amount_eur | set | 2", "change_no_row", ""),
    "more of a capacity without limit": (
        "capacity | GM0002 - 2027 | dwellings_per_year | add | 1", "change_no_row", "",
    ),
    "a year outside the horizon": ("budgets | own 2030 | amount_eur | add | 2", "change_outside_horizon", ""),
    "a row that takes more": (
        "exemptions | social GM0001 | value | set | 0.2",
        "change_makes_no_row",
        "Er is geen rij 'social GM0001' in 'maatwerk', en met alleen deze waarde is er geen te maken: het "
        "ontbreekt aan agreed_by. Wat te doen: zet de nieuwe rij in de tabel zelf.",
    ),
    "a pot that is not there": ("budgets | prov 2027 | amount_eur | add | 2", "unknown_code", ""),
    "what resolving deals with": (
        "options | rent | lead_time_years | set | 2",
        "change_before_resolving",
        "Een aanpassing verandert iets in opties dat al is verwerkt voordat aanpassingen gelden, zoals een "
        "doorlooptijd, een prijspeil of een regel waarvan nog niet alles is ingevuld. Wat te doen: verander "
        "het in de tabel zelf.",
    ),
    "a deviation from what exists": (
        "deviations | lettings GM0001 rent 2027 | amount | set | 1", "deviation_of_always", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "code", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused(given: Instance, text: str, code: str, sentence: str) -> None:
    """One finding with its code; its sentence names the table, the row and what to do."""
    with pytest.raises(ChangeError) as refused:
        _changed(given, text)
    [finding] = refused.value.findings
    assert finding.code == code
    assert finding_text(finding, "nl").startswith(sentence)
    assert finding_text(finding, "en")


def test_everything_wrong_is_said_at_once(given: Instance) -> None:
    """Each finding stands at the file and row of its change; changes that fit are no finding."""
    changes = [
        Change("capacity", f"{A} - 2027", "dwellings_per_year", operation, value)
        for operation, value in (("add", "x"), ("add", "1"), ("set", "-1"))
    ]
    origins = [Origin("overrides.csv", row) for row in (2, 3, 4)]
    with pytest.raises(ChangeError) as refused:
        apply(given, changes, origins)
    found = [(f.code, f.source, f.row, f.value) for f in refused.value.findings]
    assert found == [
        ("not_a_number", "overrides.csv", 2, "x"),
        ("change_out_of_range", "overrides.csv", 4, None),
    ]


def test_a_row_that_a_change_made_wrong_stands_where_the_change_stands(given: Instance) -> None:
    """The pot is unknown in row 5 of the overrides: there is no such row in the table of budgets."""
    change = Change("budgets", "prov 2027", "amount_eur", "add", "1")
    with pytest.raises(ChangeError) as refused:
        apply(given, [change], [Origin("overrides.csv", 5)])
    [finding] = refused.value.findings
    assert (finding.code, finding.source, finding.row) == ("unknown_code", "overrides.csv", 5)


# --- keys as text ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (("wmo", 2028), "wmo 2028"),
        (("De Kolk", A, "new_build", None, 2028), f'"De Kolk" {A} new_build - 2028'),
        (("need", "", "rent", "2026-2030"), "need - rent 2026-2030"),
        (("-", "*"), '"-" "*"'),
    ],
)
def test_keys_are_written_as_they_are_read(values: tuple[Any, ...], text: str) -> None:
    """Names with spaces and names that mean something else stand between quotation marks."""
    assert key_text(values) == text


@pytest.mark.parametrize(
    ("table", "column"), [("needs", "central"), ("behoeften", "central"), ("flows", "households")]
)
def test_a_figure_that_is_resolved_in_every_row_cannot_be_emptied(table: str, column: str) -> None:
    """A need or a flow without its figure means nothing: the change is refused, whatever the language."""
    instance = resolve(example("stedendriehoek", "en"))
    with pytest.raises(ChangeError) as refused:
        apply(instance, [Change(table, "* *", column, "set", "")])
    assert {finding.code for finding in refused.value.findings} == {"change_without_value"}

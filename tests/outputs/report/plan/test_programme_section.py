"""The section about the programme: every number is a sum of plan.parquet, and the lead tells the finding."""

from __future__ import annotations

from typing import Any

import pytest

from thuisplan.inputs.tables import Realised
from thuisplan.outputs.report.content import ChartKind
from thuisplan.outputs.report.plan.figures import figures
from thuisplan.outputs.report.plan.programme_section import programme_section


def test_table_of_types_holds_the_sums_of_the_plan(three: Any, read: Any, table_of: Any) -> None:
    """Each cell is the sum of one municipality and type; the total is the sum of the row."""
    view = three("nl")
    plan = read(view, "plan")
    table = table_of(programme_section(view), "programme_types")
    expected = plan.groupby(["municipality_code", "dwelling_type"]).dwellings.sum().to_dict()
    types = [column.code.removeprefix("type_") for column in table.columns[1:-1]]
    found = {
        (table.links[number], code): count
        for number, row in enumerate(table.rows)
        for code, count in zip(types, row[1:-1], strict=True)
        if count
    }
    assert found == {key: count for key, count in expected.items() if count}
    assert [row[-1] for row in table.rows] == [sum(row[1:-1]) for row in table.rows]
    assert table.total(len(table.columns) - 1) == plan.dwellings.sum()
    assert [row[0] for row in table.rows] == ["Aalst", "Beek", "Cuijk"]
    assert table.source == "plan.parquet"


def test_table_of_years_holds_the_sums_of_the_plan(three: Any, read: Any, table_of: Any) -> None:
    """Each cell is the sum of one municipality and year."""
    view = three("nl")
    table = table_of(programme_section(view), "programme_years")
    expected = read(view, "plan").groupby(["municipality_code", "year"]).dwellings.sum().to_dict()
    for number, row in enumerate(table.rows):
        assert list(row[1:-1]) == [expected.get((table.links[number], year), 0) for year in view.years]


def test_long_table_is_the_plan_itself(three: Any, read: Any, table_of: Any) -> None:
    """Every row of plan.parquet is there, with its amounts, and stands in the workbook only."""
    view = three("en")
    plan = read(view, "plan")
    plan = plan[plan.dwellings > 0]
    table = table_of(programme_section(view), "programme_all")
    assert not table.on_page
    columns = ["municipality_code", "year", "option", "dwellings", "committed"]
    columns += ["extra_cost_eur", "deficit_eur"]
    found = [(row[1], row[2], row[3], *row[8:12]) for row in table.rows]
    assert found == list(plan[columns].itertuples(index=False, name=None))


@pytest.mark.parametrize(("code", "column"), [("programme_segments", "segment"), ("programme_special", "")])
def test_charts_hold_the_sums_of_the_plan(
    three: Any, read: Any, table_of: Any, code: str, column: str
) -> None:
    """The stack of a year is what is completed in it; for target groups: clustered, room and flex."""
    view = three("nl")
    plan = read(view, "plan")
    if not column:
        plan = plan[plan.option.isin(["clustered", "room", "flex"])]
    chart = table_of(programme_section(view), code)
    expected = plan.groupby("year").dwellings.sum()
    assert chart.kind is ChartKind.STACKED
    for position, year in enumerate(chart.categories):
        assert sum(series.values[position] for series in chart.series) == expected.get(year, 0)


def test_the_lead_says_what_is_missing_first_and_then_how_many_and_where(small: Any, view_of: Any) -> None:
    """Of 4 clustered dwellings 1 comes: 3 are missing. A has 3 rent + 2 rooms, B 1 market + 1 clustered."""
    view = view_of(_tiny(small), x=_amounts(small))
    assert programme_section(view).lead == (
        "Dit programma is niet genoeg: eind 2026 ontbreken nog 3 van de 4 woonruimten voor aandachtsgroepen "
        "(zie Behoefte en programma).",
        "In 2026 komen er 7 woonruimten: in Aalst (5) en Beek (2).",
        "In 2026 komt er niets in Cuijk.",
        "Het nieuwbouwprogramma telt 5 woningen: 80 % sociale huur en 20 % vrije sector.",
        "Buiten de segmentverdeling: 2 kamers, die niet meetellen in aandelen.",
        "Voor aandachtsgroepen: 1 geclusterde woning (14,3 % van het hele programma).",
    )


def test_the_lead_in_english(small: Any, view_of: Any) -> None:
    """The same plan in the other language."""
    lead = programme_section(view_of(_tiny(small), language="en", x=_amounts(small))).lead
    assert lead[1] == "In 2026 7 housing units are completed: in Aalst (5) and Beek (2)."


def _tiny(small: Any) -> Any:
    return small.instance(
        small.place(small.A, name="Aalst", inhabitants=1000),
        small.place(small.B, name="Beek"),
        small.place(small.C, name="Cuijk", inhabitants=500),
        small.region("agreement", "R", small.A, small.B, small.C),
        small.option("rent"),
        small.market("market"),
        small.option("clustered", dwelling_type="clustered", extra_cost_eur=7000),
        small.option("room", dwelling_type="room", segment="outside", unit="room", extra_cost_eur=None),
        small.need("clustered", 4),
    )


def _amounts(small: Any) -> dict[tuple[str, int, str], int]:
    return {
        (small.A, 2026, "rent"): 3,
        (small.A, 2026, "room"): 2,
        (small.B, 2026, "market"): 1,
        (small.B, 2026, "clustered"): 1,
    }


def test_what_is_built_agreed_or_temporary_is_told(small: Any, view_of: Any) -> None:
    """4 were realised in 2026; of the 8 in 2027 (6 rent, 2 flex) 3 are agreed: 3 of 12 is 25 %."""
    instance = small.instance(
        small.place(small.A, name="Aalst"),
        small.option("rent"),
        small.option("flex", route="flex", service_life_years=10),
        small.committed(small.A, "rent", 3, 2027),
        Realised(municipality_code=small.A, option="rent", year=2026, dwellings=4),
        years=2,
        first_open_year=2027,
    )
    view = view_of(instance, x={(small.A, 2027, "rent"): 6, (small.A, 2027, "flex"): 2})
    assert programme_section(view).lead == (
        "In 2026-2027 komen er 12 woonruimten.",
        "Het nieuwbouwprogramma telt 10 woningen: 100 % sociale huur.",
        "Van alle woonruimten zijn 2 tijdelijk: flexwoningen, die na een aantal jaren weg moeten of naar een "
        "andere plek gaan. Ook zij tellen niet mee in de aandelen van de nieuwbouw.",
        "Tot en met 2026 zijn het opgeleverde aantallen: 4 woonruimten.",
        "Hard afgesproken zijn 3 woonruimten, 25 %; de rest is plan.",
        "De meeste worden opgeleverd in 2027 (8), de minste in 2026 (4).",
    )


def test_a_name_is_data_whatever_it_holds(small: Any, view_of: Any) -> None:
    """Signs of a template or of a page in a name are shown as they are; escaping is for who renders."""
    name = "<script>{x:eur}"
    instance = small.instance(
        small.place(small.A, name=name), small.place(small.B, name="B"), small.option("rent")
    )
    section = programme_section(view_of(instance, x={(small.A, 2026, "rent"): 1}))
    assert section.lead[0] == f"In 2026 komt er 1 woonruimte: in {name}."
    assert section.items[1].rows[0][0] == name


def test_a_plan_of_rooms_alone_has_no_shares(small: Any, view_of: Any) -> None:
    """2 rooms are outside the new-build programme: there is nothing to divide by."""
    lead = programme_section(view_of(_tiny(small), x={(small.A, 2026, "room"): 2})).lead
    assert lead[1:] == (
        "In 2026 komen er 2 woonruimten: in Aalst (2).",
        "In 2026 komt er niets in Beek en Cuijk.",
        "Buiten de segmentverdeling: 2 kamers, die niet meetellen in aandelen.",
    )


def test_a_plan_without_dwellings_says_so(small: Any, view_of: Any) -> None:
    """Nothing comes: no tables, and the sentence."""
    section = programme_section(view_of(_tiny(small)))
    assert section.items == ()
    assert section.lead[-1] == "In 2026 komt er niets."


def test_figures_of_the_map_by_hand(small: Any, view_of: Any) -> None:
    """A: 5 per 1,000 inhabitants, all of its 3 social; B: 1 of 2 social, inhabitants unknown; C nothing.

    The extra cost of A's rooms is unknown, B has no inhabitants: only C is left, with nothing.
    """
    found = {figure.code: dict(figure.values) for figure in figures(view_of(_tiny(small), x=_amounts(small)))}
    assert found == {
        "dwellings": {small.A: 5, small.B: 2, small.C: 0},
        "per_thousand": {small.A: 5.0, small.C: 0.0},
        "social_share": {small.A: 100.0, small.B: 50.0},
        "special": {small.A: 0, small.B: 1, small.C: 0},
        "extra_cost": {small.C: 0.0},
    }


def test_figures_of_the_map_are_those_of_the_tables(three: Any, read: Any) -> None:
    """Stock, deviation and cost per inhabitant (2,000 and 2,500) come from their tables."""
    view = three("nl")
    found = {figure.code: dict(figure.values) for figure in figures(view)}
    assert len(found) <= 8
    stock, fair, plan = (read(view, name) for name in ("stock", "fair_share", "plan"))
    last = stock[(stock.year == 2031) & stock.social_share_pct.notna()]
    assert found["stock_social"] == dict(zip(last.municipality_code, last.social_share_pct, strict=True))
    last = fair[fair.year == 2031].set_index("municipality_code")
    assert found["deviation_1"] == last.deviation.to_dict()
    assert found["deviation_share_1"] == pytest.approx((100 * last.deviation / last.target).to_dict())
    cost = plan.groupby("municipality_code").extra_cost_eur.sum()
    assert found["extra_cost"] == {"GM0001": cost["GM0001"] / 2000, "GM0002": cost["GM0002"] / 2500}


@pytest.mark.parametrize(
    ("language", "built", "said"),
    [
        ("nl", (9, 8, 7, 1), "; de grootste aantallen in P1 (9), P2 (8) en P3 (7)."),
        ("nl", (9, 2, 2, 2), "; het grootste aantal in P1 (9)."),
        ("nl", (5, 5, 5, 5), "komen er 20 woonruimten."),
        ("nl", (9, 8, 7, 0), ": in P1 (9), P2 (8) en P3 (7)."),
        ("en", (9, 8, 7, 1), "; the largest numbers in P1 (9), P2 (8) and P3 (7)."),
    ],
)
def test_who_has_most_is_said_where_it_is_so(
    small: Any, view_of: Any, language: str, built: tuple[int, ...], said: str
) -> None:
    """Of four that build three are named, if the fourth has fewer than each of them."""
    codes = [f"GM{number:04d}" for number in range(1, 5)]
    instance = small.instance(
        [small.place(code, name=f"P{number}") for number, code in enumerate(codes, start=1)],
        small.option("rent"),
    )
    made = {(code, 2026, "rent"): count for code, count in zip(codes, built, strict=True) if count}
    assert programme_section(view_of(instance, language=language, x=made)).lead[0].endswith(said)


def test_a_need_that_cannot_be_tested_does_not_make_the_programme_too_small(small: Any, view_of: Any) -> None:
    """R has nine municipalities, of which one is in the input: others build of its 4 as well."""
    instance = small.instance(
        small.place(small.A, name="Aalst"),
        small.region("agreement", "R", small.A, size=9),
        small.option("clustered", dwelling_type="clustered"),
        small.need("clustered", 4),
    )
    lead = programme_section(view_of(instance, x={(small.A, 2026, "clustered"): 1})).lead
    assert lead[0] == "In 2026 komt er 1 woonruimte: in Aalst."

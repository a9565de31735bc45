"""The section about needs: every number stands in needs.parquet, and what is missing is told first."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from thuisplan.inputs.tables import Membership
from thuisplan.outputs.report.content import State
from thuisplan.outputs.report.plan.needs_section import needs_section

AMOUNTS = ["required", "delivered", "shortfall", "surplus"]


def test_tables_hold_the_rows_of_needs(three: Any, read: Any, table_of: Any) -> None:
    """The long table is needs.parquet; the other is its last year, with the first year that is short."""
    view = three("en")
    needs = read(view, "needs")
    section = needs_section(view)
    found = {(row[0], row[3]): list(row[4:]) for row in table_of(section, "needs_all").rows}
    assert found == {
        (row.need_id, row.year): [getattr(row, a) for a in AMOUNTS] for row in needs.itertuples()
    }
    last = needs[needs.year == 2031]
    table = table_of(section, "needs_last")
    assert sorted(row[3:7] for row in table.rows) == sorted(last[AMOUNTS].itertuples(index=False, name=None))
    short = needs[needs.shortfall > 0].groupby("need_id").year.agg(["min", "count"])
    expected = sorted((int(row["min"]), int(row["count"])) for _, row in short.iterrows())
    assert sorted(row[7:] for row in table.rows if row[8]) == expected
    assert {row[5] > 0 for n, row in enumerate(table.rows) if table.states[n] is State.SHORT} == {True}


def test_categories_are_the_sums_of_their_places(three: Any, read: Any, table_of: Any) -> None:
    """Amounts at the end per category, with the part that is short and the number of places."""
    view = three("nl")
    needs = read(view, "needs")
    last = needs[needs.year == 2031].groupby("need_category")
    expected = [
        (*row[1:], pytest.approx(100 * row.shortfall / row.required))
        for row in last[AMOUNTS].sum().itertuples()
    ]
    table = table_of(needs_section(view), "needs_category")
    assert sorted(row[2:7] for row in table.rows) == sorted(expected, key=lambda row: row[:4])
    assert [row[8] for row in table.rows if row[0] == "Kamers"] == [2]  # A and B need rooms


def test_charts_show_the_growth_path_over_what_is_met(three: Any, read: Any, table_of: Any) -> None:
    """Per category and year: the line is what is required, the bar what of it is not short."""
    view = three("nl")
    sums = read(view, "needs").groupby(["need_category", "year"])[AMOUNTS].sum()
    for category, kind in (("room", "special"), ("clustered", "special"), ("care", "followed")):
        chart = table_of(needs_section(view), f"need_{kind}_{category}")
        bar, line = chart.series
        assert chart.lines == (line.label,)
        assert list(line.values) == list(sums.loc[category].required)
        assert list(bar.values) == list(sums.loc[category].required - sums.loc[category].shortfall)


def _needs(small: Any, *rows: Any, years: int = 2) -> Any:
    return small.instance(
        small.place(small.A, name="Aalst"),
        small.place(small.B, name="Beek"),
        small.option("clustered", dwelling_type="clustered"),
        small.option("adapted", dwelling_type="care_suitable", route="adaptation", need_category="adapted"),
        small.option("rent", need_category="regular"),
        *rows,
        years=years,
    )


def test_shortfalls_come_first_with_where_and_since_when(small: Any, view_of: Any) -> None:
    """A needs 4 a year and gets 3 and 5: late and then met. B needs 2 a year and gets 1: 3 of 4 missing.

    Of both together 4 * 2 + 2 * 2 = 12 are needed and 3 missing: a quarter. Of 10 regular ones none
    is missing. Of 2 adapted dwellings that are only followed both are missing.
    """
    needs = [
        small.need("clustered", 4, need_id="a", purpose="municipality", place=small.A),
        small.need("clustered", 2, need_id="b", purpose="municipality", place=small.B),
        small.need("adapted", 1, strength="monitor"),
        small.need("regular", 5, need_class="regular"),
    ]
    built = {
        (small.A, 2026, "clustered"): 3,
        (small.A, 2027, "clustered"): 5,
        (small.B, 2026, "clustered"): 1,
        (small.A, 2026, "rent"): 10,
    }
    section = needs_section(view_of(_needs(small, *needs), x=built))
    assert section.lead == (
        "Voor aandachtsgroepen ontbreken eind 2027 nog 3 van de 12 woonruimten die nodig zijn (25 %).",
        "Geclusterde woningen: te kort in 1 van de 2 plaatsen, het meest in Beek (3 van 4).",
        "Daarnaast zijn er behoeften die het plan alleen volgt en niet hoeft in te vullen. Daarvan ontbreken "
        "eind 2027: zorggeschikte woningen (woningaanpassing) (2 van 2).",
        "Het reguliere programma is eind 2027 helemaal ingevuld: 10 woonruimten.",
    )


def test_what_one_place_has_too_many_helps_no_other(small: Any, view_of: Any, table_of: Any) -> None:
    """A needs 2 and has 4, B needs 2 and has none: 4 needed, 4 delivered, 2 short and 2 too many."""
    needs = [
        small.need("clustered", 2, need_id="a", purpose="municipality", place=small.A),
        small.need("clustered", 2, need_id="b", purpose="municipality", place=small.B),
    ]
    view = view_of(_needs(small, *needs, years=1), language="en", x={(small.A, 2026, "clustered"): 4})
    section = needs_section(view)
    [row] = table_of(section, "needs_category").rows
    assert row == ("Clustered dwellings", "target groups", 4, 4, 2, 2, 50.0, 1, 2)
    assert table_of(section, "need_special_clustered").series[0].values == (2,)
    assert section.lead[0].startswith("For target groups 2 of the 4 housing units")


def test_a_need_that_is_met_late_is_told(small: Any, view_of: Any) -> None:
    """1 a year is needed; 2 come in 2027: short in 2026 only."""
    view = view_of(_needs(small, small.need("clustered", 1)), x={(small.A, 2027, "clustered"): 2})
    assert needs_section(view).lead == (
        "Eind 2027 ingevuld, maar later dan nodig: geclusterde woningen (te kort in 2026).",
        "Wat het plan voor aandachtsgroepen moet invullen, is eind 2027 helemaal ingevuld: 2 woonruimten.",
    )


def test_a_need_of_nothing_has_no_shares(small: Any, view_of: Any, table_of: Any) -> None:
    """Nothing is required: no part of it can be short, and there is no chart of it."""
    section = needs_section(view_of(_needs(small, small.need("clustered", 0))))
    assert section.lead == ("Voor aandachtsgroepen is tot en met 2027 niets gevraagd.",)
    assert [item.code for item in section.items] == ["needs_category", "needs_last", "needs_all"]
    assert table_of(section, "needs_category").rows[0][6] is None


def test_a_plan_without_needs_has_no_section(small: Any, view_of: Any) -> None:
    """There is nothing to say."""
    assert needs_section(view_of(_needs(small))) is None


def test_a_category_of_the_user_is_called_after_its_type(small: Any, view_of: Any, table_of: Any) -> None:
    """Two categories that one type serves by new build would be called the same: then the code is there."""
    options = [
        small.option(code, dwelling_type="clustered", need_category=code, segment=segment)
        for code, segment in (("own", "social_rent"), ("other", "mid_rent"))
    ]
    needs = [small.need(code, Fraction(1)) for code in ("own", "other", "unserved")]
    section = needs_section(view_of(_needs(small, *options, *needs)))
    names = [row[0] for row in table_of(section, "needs_category").rows]
    assert sorted(names) == ["Geclusterde woningen (other)", "Geclusterde woningen (own)", "Unserved"]


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (3, "De behoefte van R (3 gemeenten) is niet te toetsen: 2 gemeenten staan in de invoer."),
        (
            None,
            "De behoefte van R is niet te toetsen: de invoer zegt niet hoeveel gemeenten dat gebied heeft.",
        ),
    ],
)
def test_a_need_that_cannot_be_tested_is_not_short(
    small: Any, view_of: Any, table_of: Any, size: int | None, said: str
) -> None:
    """Of 4 a year for R 1 is built: what others in R build is not known, so nothing is short."""
    members = [
        Membership(municipality_code=code, purpose="agreement", place="R", region_municipalities=size)
        for code in (small.A, small.B)
    ]
    view = view_of(
        _needs(small, members, small.need("clustered", 4), years=1), x={(small.A, 2026, "clustered"): 1}
    )
    section = needs_section(view)
    assert section.lead == (said,)
    category, last = table_of(section, "needs_category"), table_of(section, "needs_last")
    kind = "niet te toetsen"
    assert category.rows == (("Geclusterde woningen", kind, 4, 1, None, None, None, None, 1),)
    assert last.rows[0][3:] == (4, 1, None, None, None, None)
    assert last.rows[0][2].endswith(kind)
    assert State.SHORT not in {*category.states.values(), *last.states.values()}
    assert [item.code for item in section.items] == ["needs_category", "needs_last", "needs_all"]


def test_several_areas_that_cannot_be_tested_are_one_sentence(small: Any, view_of: Any) -> None:
    """R has three municipalities and Q four: two and one of them are in the input."""
    areas = [
        small.region("agreement", "R", small.A, small.B, size=3),
        small.region("province", "Q", small.A, size=4),
    ]
    needs = [small.need("clustered", 4), small.need("regular", 4, need_id="q", purpose="province", place="Q")]
    view = view_of(_needs(small, *areas, *needs), language="en")
    assert needs_section(view).lead == (
        "The need of R (2 of the 3 municipalities) and Q (1 of the 4 municipalities) is not testable: not "
        "all their municipalities are in the input.",
    )

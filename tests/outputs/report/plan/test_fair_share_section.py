"""The section about fair share: target against plan, and the verdicts that rules.parquet gives."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from thuisplan.inputs.tables import Key, KeyShare
from thuisplan.outputs.report.content import ChartKind, State
from thuisplan.outputs.report.plan.fair_share_section import BARS, fair_share_section
from thuisplan.outputs.report.plan.figures import figures

AMOUNTS = ["task", "target", "delivered", "deviation", "tolerance"]


def test_tables_hold_the_rows_of_fair_share(three: Any, read: Any, table_of: Any) -> None:
    """Amounts of every year, and of the last with the settlement; years without a test say so."""
    view = three("en")
    fair = read(view, "fair_share")
    section = fair_share_section(view)
    table = table_of(section, "fair_share_dwellings_all")
    assert [(row[4], row[5], *row[7:12]) for row in table.rows] == list(
        fair[["municipality_code", "year", *AMOUNTS]].itertuples(index=False, name=None)
    )
    # checkpoint_every=2 tests 2027, 2029 and 2031
    assert {row[5] for row in table.rows if row[12] != "not tested"} == {2027, 2029, 2031}
    last = fair[fair.year == 2031].set_index("municipality_code")
    settled = read(view, "settlement").set_index("municipality_code")
    table = table_of(section, "fair_share_dwellings")
    for number, row in enumerate(table.rows):
        code = table.links[number]
        assert row[3:8] == tuple(last.loc[code, AMOUNTS])
        assert row[2] == 100 * last.loc[code, "share"]
        assert row[8] == 100 * last.loc[code, "deviation"] / last.loc[code, "target"]
        assert row[9:11] == tuple(settled.loc[code, ["target", "difference"]])


def test_verdicts_are_those_of_the_rules(three: Any, read: Any, table_of: Any) -> None:
    """A municipality is outside if one of its two lines is broken; how often is counted over the tests."""
    view = three("nl")
    rules = read(view, "rules")
    lines = rules[rules.rule_id == "fair"]
    broken = lines[lines.verdict == "broken"].drop_duplicates(["place", "period"])
    table = table_of(fair_share_section(view), "fair_share_dwellings")
    outside = set(broken[broken.period == "2031"].place)
    for number, row in enumerate(table.rows):
        code = table.links[number]
        assert row[11] == ("voldoet niet" if code in outside else "voldoet")
        assert (table.states[number] is State.BROKEN) == (code in outside)
        assert row[12] == (broken.place == code).sum()


def test_chart_shows_the_largest_deviations_first(three: Any, read: Any, table_of: Any) -> None:
    """Bars of target and plan, in order of how far they are apart."""
    view = three("nl")
    chart = table_of(fair_share_section(view), "fair_share_dwellings_chart")
    fair = read(view, "fair_share")
    last = fair[fair.year == 2031].set_index("municipality_code")
    assert chart.kind is ChartKind.LYING
    places = {name: code for code, name in view.names.items()}
    for position, name in enumerate(chart.categories):
        row = last.loc[places[name]]
        assert [series.values[position] for series in chart.series] == [row.target, row.delivered]
    apart = [abs(last.loc[places[name]].deviation) for name in chart.categories]
    assert apart == sorted(apart, reverse=True)


def _shared(small: Any, *, basis: str = "task", needed: int = 8, places: int = 2, **values: Any) -> Any:
    """Return a rule that divides 8 clustered dwellings equally over two municipalities, in one year."""
    codes = [f"GM{number:04d}" for number in range(1, places + 1)]
    parameters = {"key": "k", "basis": basis, "needs": "clustered", "options": "clustered"}
    return small.instance(
        [small.place(code, name=f"Place {number}") for number, code in enumerate(codes, start=1)],
        small.option("clustered", dwelling_type="clustered"),
        small.need("clustered", needed),
        Key(key_id="k", basis="shares"),
        [KeyShare(key_id="k", municipality_code=code, share=Fraction(1, places)) for code in codes],
        small.rule("fair", "fair_share", parameters, track=1, **values),
    )


def test_what_is_not_delivered_comes_first_and_then_how_it_is_divided(small: Any, view_of: Any) -> None:
    """Of 8 come 6, 5 and 1: 2 too few. Of the 6 each should have 3: 2 more and 2 fewer."""
    built = {("GM0001", 2026, "clustered"): 5, ("GM0002", 2026, "clustered"): 1}
    lead = fair_share_section(view_of(_shared(small), x=built)).lead
    assert lead[0] == (
        "Van de 8 woningen die tot en met 2026 te verdelen zijn, staan er 6 in het plan: 2 te weinig."
    )
    # without lines of rules nothing is tested
    assert lead[1] == "Eind 2026 is het niet getoetst."
    assert lead[2].endswith("dan is het grootste verschil: Place 1 (2 meer, 66,7 % van het aandeel).")


def test_what_one_region_has_too_many_helps_no_other(small: Any, view_of: Any) -> None:
    """Each of two regions has a task of 4; one has 6 and the other 2: 6 of the 8 count, 2 are missing."""
    parameters = {"key": "k", "options": "clustered"}
    codes = ("GM0001", "GM0002")
    instance = small.instance(
        [small.place(code) for code in codes],
        [small.region("agreement", f"R{code}", code) for code in codes],
        small.option("clustered", dwelling_type="clustered"),
        [small.need("clustered", 4, need_id=f"n{code}", place=f"R{code}") for code in codes],
        Key(key_id="k", basis="shares"),
        [KeyShare(key_id="k", municipality_code=code, share=Fraction(1)) for code in codes],
        [
            small.rule(
                f"f{code}",
                "fair_share",
                {**parameters, "needs": f"n{code}"},
                track=1,
                purpose="agreement",
                place=f"R{code}",
            )
            for code in codes
        ],
    )
    built = {("GM0001", 2026, "clustered"): 6, ("GM0002", 2026, "clustered"): 2}
    assert (
        fair_share_section(view_of(instance, x=built))
        .lead[0]
        .endswith("staan er 6 in het plan: 2 te weinig.")
    )


def test_an_even_division_of_too_little_is_told(small: Any, view_of: Any) -> None:
    """Of 8 come 6, 3 in each: too few, and even."""
    built = {("GM0001", 2026, "clustered"): 3, ("GM0002", 2026, "clustered"): 3}
    lead = fair_share_section(view_of(_shared(small), language="en", x=built)).lead
    assert lead[0].endswith("6 are in the plan: 2 too few.")
    assert lead[2].startswith("The division itself is even")


def test_no_task_and_no_delivery_have_no_shares(small: Any, view_of: Any, table_of: Any) -> None:
    """Of what is delivered, nothing, each has nothing: no percentages."""
    section = fair_share_section(view_of(_shared(small, basis="delivered")))
    table = table_of(section, "fair_share_dwellings")
    assert [row[8] for row in table.rows] == [None, None]
    assert section.lead[0] == "Eind 2026 is het niet getoetst."


def test_a_chart_has_no_more_than_twelve_bars(small: Any, view_of: Any, table_of: Any) -> None:
    """Of 14 municipalities the 12 with the largest deviations are shown; 3 are built in the last one."""
    view = view_of(_shared(small, places=14, needed=28), x={("GM0014", 2026, "clustered"): 30})
    chart = table_of(fair_share_section(view), "fair_share_dwellings_chart")
    assert len(chart.categories) == BARS
    assert chart.categories[0] == "Place 14"  # 30 where 2 is its share
    assert "12 grootste" in chart.title


def test_a_plan_without_such_a_rule_has_no_section(small: Any, view_of: Any) -> None:
    """There is nothing to say."""
    instance = small.instance(small.place(small.A), small.option("rent"))
    assert fair_share_section(view_of(instance)) is None


def test_the_lead_says_what_the_key_divides_by(small: Any, view_of: Any) -> None:
    """A key of listed shares, and one that grows from vacancies to inhabitants in 2026 to 2035."""
    assert fair_share_section(view_of(_shared(small))).lead[-1] == (
        "Het aandeel van elke gemeente staat zo in de invoer."
    )
    view = view_of(_shared(small))
    path = Key(
        key_id="k",
        basis="inhabitants",
        start_basis="vacancies_per_year",
        path_first_year=2026,
        path_last_year=2035,
    )
    given = replace(view.given, tables={**view.given.tables, "keys": (path,)})
    assert fair_share_section(replace(view, given=given)).lead[-1] == (
        "De sleutel verdeelt eerst naar vrijkomende woningen en gaat vanaf 2026 in gelijke stappen naar "
        "inwoners, in 2035."
    )


def test_rules_for_other_municipalities_are_one_figure_of_the_map(small: Any, view_of: Any) -> None:
    """Two rules, each for one municipality: one figure. Both for both: a figure each, with the rule named."""

    def made(*places: tuple[str, ...]) -> Any:
        parameters = {"key": "k", "needs": "clustered", "options": "clustered"}
        instance = small.instance(
            small.place("GM0001"),
            small.place("GM0002"),
            small.region("agreement", "R", "GM0001", "GM0002"),
            [small.region(f"own{n}", f"S{n}", *codes) for n, codes in enumerate(places)],
            small.option("clustered", dwelling_type="clustered"),
            small.need("clustered", 2),
            Key(key_id="k", basis="shares"),
            [KeyShare(key_id="k", municipality_code=c, share=Fraction(1, 2)) for c in ("GM0001", "GM0002")],
            [
                small.rule(f"fair{n}", "fair_share", parameters, track=1, purpose=f"own{n}")
                for n in range(len(places))
            ],
        )
        found = figures(view_of(instance, x={("GM0001", 2026, "clustered"): 2}))
        return {figure.title: figure.values for figure in found if figure.code.startswith("deviation_")}

    # each should have 1: one has 2 and the other none
    apart = made(("GM0001",), ("GM0002",))
    assert list(apart.values()) == [{"GM0001": 1.0, "GM0002": -1.0}, {"GM0001": 100.0, "GM0002": -100.0}]
    both = made(("GM0001", "GM0002"), ("GM0001", "GM0002"))
    assert ["fair0" in title for title in both] == [True, True, False, False]
    assert ["fair1" in title for title in both] == [False, False, True, True]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", "Geen van de 2 gemeenten wijkt eind 2026 af van haar aandeel."),
        ("en", "None of the 2 municipalities deviates from its share at the end of 2026."),
    ],
)
def test_nobody_is_the_farthest_where_nobody_deviates(
    small: Any, view_of: Any, table_of: Any, language: str, said: str
) -> None:
    """Of 8 each of the two has its 4."""
    built = {(code, 2026, "clustered"): 4 for code in ("GM0001", "GM0002")}
    section = fair_share_section(view_of(_shared(small), language=language, x=built))
    assert table_of(section, "fair_share_dwellings_chart").told == said

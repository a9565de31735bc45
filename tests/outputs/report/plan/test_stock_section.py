"""The section about the stock: shares of stock.parquet, together weighted by dwellings."""

from __future__ import annotations

from typing import Any

import pytest

from thuisplan.outputs.report.plan.stock_section import stock_section


def test_tables_hold_the_rows_of_stock(three: Any, read: Any, table_of: Any) -> None:
    """The long table is stock.parquet; shares per year are its percentages, from the input to the end."""
    view = three("nl")
    stock = read(view, "stock")
    section = stock_section(view)
    found = {(row[1], row[2]): row[3:] for row in table_of(section, "stock_all").rows}
    for row in stock.itertuples():
        expected = (row.dwellings, row.social, row.mid, row.social_share_pct, row.mid_share_pct)
        assert [None if value != value else value for value in expected] == list(
            found[row.municipality_code, row.year]
        )
    for part, codes in (("social", ["GM0001", "GM0002"]), ("mid", ["GM0001"])):
        table = table_of(section, f"stock_{part}")
        assert [table.links[number] for number in sorted(table.links)] == codes
        for number, code in table.links.items():
            shares = list(stock[stock.municipality_code == code][f"{part}_share_pct"])
            assert list(table.rows[number][2:8]) == shares
            assert table.rows[number][8] == pytest.approx(shares[-1] - table.rows[number][1])
    # 200, 300 of 1,000 and 100 of 1,000 dwellings at the start
    assert [row[1] for row in table_of(section, "stock_social").rows] == [25.0, 20.0, 30.0]
    assert [row[1] for row in table_of(section, "stock_mid").rows] == [10.0, 10.0]


def test_shares_together_are_weighted_by_dwellings(three: Any, read: Any, table_of: Any) -> None:
    """All social dwellings over all dwellings, of the municipalities of which both are known."""
    view = three("nl")
    known = read(view, "stock").dropna(subset=["social"])
    sums = known.groupby("year")[["social", "dwellings"]].sum()
    expected = list(100 * sums.social / sums.dwellings)
    section = stock_section(view)
    assert table_of(section, "stock_shares").series[0].values == pytest.approx(expected)
    assert table_of(section, "stock_social").rows[0][2:8] == pytest.approx(expected)


def _stock(small: Any, *rows: Any, years: int = 1) -> Any:
    return small.instance(
        *rows,
        small.option("rent", adds_social=True, adds_stock=True),
        small.market("market", adds_stock=True),
        years=years,
    )


def test_the_lead_tells_where_it_goes_who_differs_and_who_crosses(small: Any, view_of: Any) -> None:
    """Aalst goes from 250 of 1,000 to 350 of 1,100 (31.8 %), Beek from 300 of 1,000 to 300 of 1,200 (25 %).

    Together from 550 of 2,000 (27.5 %) to 650 of 2,300 (28.3 %). They were 5 points apart and are 6.8 apart;
    Aalst passes the average of 25.9 % and Beek falls below it. Of Cuijk nothing is known.
    """
    instance = _stock(
        small,
        small.place(small.A, name="Aalst", dwelling_stock=1000, social_stock=250),
        small.place(small.B, name="Beek", dwelling_stock=1000, social_stock=300),
        small.place(small.C, name="Cuijk"),
    )
    built = {(small.A, 2026, "rent"): 100, (small.B, 2026, "market"): 200}
    assert stock_section(view_of(instance, x=built)).lead == (
        "In 2 van de 3 gemeenten (waarvan het bekend is) samen is bij de start 27,5 % van de woningen "
        "sociale huur, eind 2026 28,3 %: het aandeel stijgt.",
        "Eind 2026 heeft Aalst het hoogste aandeel sociale huur (31,8 %) en Beek het laagste (25 %). Dat "
        "verschil wordt groter: van 5 naar 6,8 procentpunt.",
        "Onder het landelijke gemiddelde van 25,9 %: bij de start 1 van de 2 gemeenten, eind 2026 1.",
        "Door het plan zakken onder het landelijke gemiddelde van 25,9 %: Beek. Welke eis voor hen geldt, "
        "verandert daardoor niet: die volgt uit de stand bij de start.",
        "Door het plan komen op of boven het landelijke gemiddelde van 25,9 %: Aalst. Welke eis voor hen "
        "geldt, verandert daardoor niet: die volgt uit de stand bij de start.",
        "Niet ingevuld, en hier dus niet meegeteld: de voorraad of het sociale deel ervan in Cuijk.",
        "Hoeveel van de voorraad middensegment is, is van geen gemeente ingevuld; dat aandeel is niet te "
        "geven.",
    )


def test_a_rule_about_the_stock_is_told_first(three: Any, read: Any) -> None:
    """How many municipalities are short at the end is counted from rules.parquet."""
    view = three("nl")
    rules = read(view, "rules")
    lines = rules[(rules.rule_id == "stock") & (rules.period == "2031")]
    tested, broken = (lines.verdict.isin(v).sum() for v in (["met", "broken"], ["broken"]))
    assert 0 < broken <= tested == 2
    assert f"niet gehaald in {broken} van de 2 gemeenten" in stock_section(view).lead[0]
    assert "ten minste 30 %" in stock_section(view).lead[0]


def test_a_stock_of_which_no_part_is_known_has_its_dwellings(small: Any, view_of: Any) -> None:
    """Only the table of numbers is left."""
    view = view_of(_stock(small, small.place(small.A, dwelling_stock=1000)), language="en")
    section = stock_section(view)
    assert [item.code for item in section.items] == ["stock_all"]
    assert section.lead[0] == "How much of the stock is social rent is not filled in."


def test_a_plan_without_any_stock_has_no_section(small: Any, view_of: Any) -> None:
    """There is nothing to say."""
    assert stock_section(view_of(_stock(small, small.place(small.A)))) is None


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "nl",
            "In Aalst blijft het aandeel sociale huur in de woningen ongeveer gelijk: bij de start en eind "
            "2026 25 %.",
        ),
        (
            "en",
            "In Aalst the share of social rent in the dwellings stays about equal: 25% at the start and at "
            "the end of 2026.",
        ),
    ],
)
def test_a_change_that_cannot_be_seen_is_none(small: Any, view_of: Any, language: str, said: str) -> None:
    """2,500 of 10,000 is 25 %; 2,501 of 10,001 is 25.007 %, as shown 25 % as well."""
    instance = _stock(small, small.place(small.A, name="Aalst", dwelling_stock=10000, social_stock=2500))
    assert stock_section(view_of(instance, language=language, x={(small.A, 2026, "rent"): 1})).lead[0] == said

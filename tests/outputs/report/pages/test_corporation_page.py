"""The page of a corporation, or of who carries the deficit: its numbers against the published tables."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

import pytest

from thuisplan.inputs.tables import Corporation
from thuisplan.outputs.report.content import Page, Section, Table
from thuisplan.outputs.report.pages.corporation_page import corporation_pages
from thuisplan.outputs.report.pages.page_less_money import Less, with_less

ORDER = ("answer", "share", "programme", "rules", "money", "people", "deviation")


def section(page: Page, code: str) -> Section:
    """Return a section of a page."""
    [found] = [one for one in page.sections if one.code == code]
    return found


def dutch(number: int) -> str:
    """Return a whole number as Dutch writes it."""
    return f"{number:,}".replace(",", ".")


@pytest.fixture(scope="module")
def shared(small: Any, view_of: Any) -> Any:
    """Return a view of a plan by hand: two corporations in A, one of them alone in B.

    A vacates 40 a year and lets 9 and 7 of them to homeless people, B lets 5 and none; A builds 10 social
    dwellings in 2026, of which the pot "fund" pays 120,000 euros each.
    """
    a, b = small.A, small.B
    instance = small.instance(
        small.vacating(a, 40),
        small.vacating(b, 20),
        small.option("rent", need_category="regular", adds_social=True, deficit_eur=120_000),
        small.offer(a, "rent", 20),
        small.need("regular", 10, need_class="regular"),
        small.group("homeless"),
        small.fits("homeless"),
        small.flow("homeless", 20),
        small.pot("fund", "deficit", {2026: 1_250_000, 2027: 50_000}),
        Corporation(municipality_code=a, corporation="Anker", social_dwellings=600, source="yearbook"),
        Corporation(municipality_code=a, corporation="Baken", social_dwellings=400),
        Corporation(municipality_code=b, corporation="Anker", social_dwellings=1000),
        years=2,
    )
    let = {(a, 2026, "homeless"): 9, (a, 2027, "homeless"): 7, (b, 2026, "homeless"): 5}
    built = {(a, 2026, "rent"): 10}
    paid = {("fund", a, 2026, "rent"): 1_200_000}
    return view_of(instance, None, "nl", x=built, a=let, y=paid)


def test_corporations_and_who_carries_deficit_have_a_page(shared: Any) -> None:
    """Two corporations and the pot; who is not said to be a corporation is listed apart, and told so."""
    pages = corporation_pages(shared)
    assert [(page.title, page.group) for page in pages] == [
        ("Anker", "Woningcorporaties"),
        ("Baken", "Woningcorporaties"),
        ("fund", "Wie de onrendabele top draagt"),
    ]
    assert len({page.code for page in pages}) == 3
    for page in pages:
        codes = [one.code for one in page.sections]
        assert codes == [code for code in ORDER if code in codes]
        unsaid = any("De invoer zegt van fund niet" in sentence for sentence in section(page, "answer").lead)
        assert unsaid == (page.title == "fund")


def test_what_a_corporation_builds_and_lets_is_that_of_the_table(
    shared: Any, read: Any, table_of: Any
) -> None:
    """Per municipality and year: sums of corporations.parquet; 600 of 1000 dwellings is 60 %."""
    table = read(shared, "corporations")
    codes = {name: code for code, name in shared.names.items()}
    for page in corporation_pages(shared)[:2]:
        mine = table[table.corporation == page.title]
        told = " ".join(section(page, "answer").lead)
        assert (
            f"deel aan {mine.new_dwellings.sum()} nieuwe sociale huurwoningen en {mine.lettings.sum()} "
            in told
        )
        for code, column in (("people", "lettings"), ("programme", "new_dwellings")):
            item = section(page, code).items[0]
            assert isinstance(item, Table)
            for name, *numbers, total in item.rows:
                rows = mine[mine.municipality_code == codes[name]].sort_values("year")
                assert [number or 0 for number in numbers] == list(rows[column])
                assert total == rows[column].sum()
        for row in table_of(section(page, "share"), "share").rows:
            rows = mine[mine.municipality_code == codes[row[0]]]
            assert row[2:5] == (100 * rows.share.iloc[0], rows.lettings.sum(), rows.new_dwellings.sum())
    [anker, _, _] = corporation_pages(shared)
    # 9 and 7 lettings in A by 600 to 400: 5.4 and 4.2, so 5 and 4; 5 in B: 14. A tenth of 14 is 2.
    assert "Een tiende minder van de 14 verhuringen zijn er 2." in section(anker, "deviation").lead[0]
    # 9 of the 14 are in A, where Baken has stock too; in B Anker is alone.
    told = section(anker, "deviation").lead[0]
    assert "in 1 van de 2 gemeenten (aantal andere corporaties: 1), met 9 van de verhuringen" in told
    assert "In GM0002 heeft volgens de invoer niemand anders sociale huurwoningen" in told
    share = table_of(section(anker, "share"), "share")
    assert share.rows[0][1:3] == (600, 60.0)
    assert share.rows[0][5] == "yearbook"


def test_what_a_pot_pays_is_that_of_the_tables(three: Any, read: Any, table_of: Any) -> None:
    """Dwellings per municipality and year from funding, accounts from finance, in a solved plan."""
    view = three("nl")
    funding, finance = read(view, "funding"), read(view, "finance")
    codes = {name: code for code, name in view.names.items()}
    [page] = corporation_pages(view)
    assert page.title == "corporations"
    mine, account = funding[funding.pot_id == "corporations"], finance[finance.pot_id == "corporations"]
    assert (
        f"Van corporations komt in 2026-2031 € {dutch(account.used_eur.sum())} aan onrendabele top"
        in section(page, "answer").lead[0]
    )
    table = table_of(section(page, "programme"), "paid")
    assert table.total(len(table.columns) - 1) == mine.dwellings.sum()
    for name, *numbers, total in table.rows:
        rows = mine[mine.municipality_code == codes[name]]
        per_year = Counter({year: part.dwellings.sum() for year, part in rows.groupby("year")})
        assert [number or 0 for number in numbers] == [per_year[year] for year in view.years]
        assert total == rows.dwellings.sum()
        assert table.links[[row[0] for row in table.rows].index(name)] == codes[name]
    [shown] = section(page, "money").items
    assert isinstance(shown, Table)
    names = [column.code for column in shown.columns[1:]]
    assert [row[1:] for row in shown.rows] == [
        tuple(row[f"{name}_eur"] for name in names) for row in account.to_dict("records")
    ]


def test_a_tenth_less_of_a_yearly_pot_is_short_in_each_year_apart(small: Any) -> None:
    """Of 1,000 a year 950 and 500 are used: with 900 the first year lacks 50, the second nothing."""
    instance = small.instance(
        small.option("rent", deficit_eur=20), small.offer(small.A, "rent", 1), small.pot("fund", "deficit")
    )
    account = [{"available_eur": 1000, "used_eur": used} for used in (950, 500)]
    paid = [{"option": "rent", "municipality_code": small.A, "amount_eur": 20, "dwellings": 1}]
    less = with_less(instance, instance.pots["fund"], account, paid)
    # A dwelling asks 20: 50 euros are at least 3 dwellings.
    assert less == Less(Fraction(50), 20)
    assert less.dwellings == 3


def test_a_tenth_less_of_a_pot_that_carries_over_is_short_once(small: Any) -> None:
    """500 of 900 leaves 400; 1,400 is more than the 1,300 there then is: 100 short."""
    instance = small.instance(
        small.option("rent", deficit_eur=20),
        small.offer(small.A, "rent", 1),
        small.pot("fund", "deficit", carry_over=True),
    )
    account = [{"available_eur": 1000, "used_eur": used} for used in (500, 1400)]
    assert with_less(instance, instance.pots["fund"], account, []) == Less(Fraction(100), 0)
    account = [{"available_eur": 1000, "used_eur": used} for used in (500, 900)]
    assert with_less(instance, instance.pots["fund"], account, []).short == 0


def test_less_money_is_told_with_the_numbers_of_the_tables(shared: Any) -> None:
    """Of 1,250,000 and 50,000 euros 1,200,000 and 0 are used: 75,000 short, one dwelling of 120,000."""
    page = corporation_pages(shared)[2]
    told = " ".join(section(page, "deviation").lead)
    assert "ontbreekt bij fund ten minste € 75.000" in told
    assert "vraagt hoogstens € 120.000, dus zijn ten minste 1 woonruimten dan niet betaald" in told
    assert "Andere budgetten voor onrendabele top hebben in dit plan samen € 0 over" in told


def test_a_payer_without_limit_is_told_so(small: Any, view_of: Any) -> None:
    """Who carries the rest has no tenth less: without it the plan is not paid."""
    instance = small.instance(
        small.option("rent", deficit_eur=20),
        small.offer(small.A, "rent", 1),
        small.pot("fund", "deficit", carries_rest=True),
    )
    [page] = corporation_pages(view_of(instance, None, "nl", x={(small.A, 2026, "rent"): 1}))
    assert "Voor rekening van fund komt zonder grens" in section(page, "deviation").lead[0]


def test_without_corporations_and_deficit_there_is_no_page(small: Any, view_of: Any) -> None:
    """A pot for extra cost alone is nobody's page."""
    instance = small.instance(
        small.option("rent"), small.offer(small.A, "rent", 1), small.pot("fund", "extra_cost")
    )
    assert corporation_pages(view_of(instance, None, "nl")) == ()


def test_both_languages_have_the_same_numbers(three: Any) -> None:
    """The English page has the same sections and numbers as the Dutch one."""
    [nl], [en] = corporation_pages(three("nl")), corporation_pages(three("en"))
    assert [one.code for one in nl.sections] == [one.code for one in en.sections]
    for one, other in zip(nl.sections, en.sections, strict=True):
        assert len(one.lead) == len(other.lead)
        for left, right in zip(one.items, other.items, strict=True):
            if isinstance(left, Table) and isinstance(right, Table):
                numbers = [[v for v in row if not isinstance(v, str)] for row in left.rows]
                assert numbers == [[v for v in row if not isinstance(v, str)] for row in right.rows]

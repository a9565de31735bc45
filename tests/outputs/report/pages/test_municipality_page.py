"""The page of a municipality: every number on it recomputed from the published tables, for all of them."""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil, floor
from typing import Any

import pytest

from thuisplan.inputs.labels import DWELLING_TYPES
from thuisplan.inputs.tables import Key, KeyShare
from thuisplan.outputs.report.content import Page, Section, State, Table
from thuisplan.outputs.report.numbers import exact
from thuisplan.outputs.report.pages import page_rules
from thuisplan.outputs.report.pages.municipality_page import municipality_pages
from thuisplan.outputs.report.pages.page_index import PlanIndex
from thuisplan.outputs.report.pages.page_rules import RuleWords, pressing

ORDER = ("answer", "share", "programme", "rules", "money", "people", "deviation", "figures")


def section(page: Page, code: str) -> Section:
    """Return a section of a page."""
    [found] = [one for one in page.sections if one.code == code]
    return found


def dutch(number: int) -> str:
    """Return a whole number as Dutch writes it."""
    return f"{number:,}".replace(",", ".")


@pytest.fixture(scope="module")
def housing(small: Any, view_of: Any) -> Any:
    """Return a view of a solved plan in which people are let homes: A vacates 40 a year and B 20.

    Of 30 households a year the key asks two thirds of A and one third of B; at most half of what is vacated
    goes to them.
    """
    a, b = small.A, small.B
    instance = small.instance(
        small.vacating(a, 40),
        small.vacating(b, 20),
        small.option("rent", need_category="regular", adds_social=True),
        small.offer(a, "rent", 4),
        small.need("regular", 4, need_class="regular"),
        small.group("homeless"),
        small.fits("homeless"),
        small.flow("homeless", 30),
        small.rule(
            "half",
            "vacancy_share",
            {"form": "cap", "share": "1/2", "base": "vacated"},
            strength="hard",
            track=2,
        ),
        Key(key_id="k", basis="shares"),
        KeyShare(key_id="k", municipality_code=a, share=Fraction(2, 3)),
        KeyShare(key_id="k", municipality_code=b, share=Fraction(1, 3)),
        small.rule("divide", "fair_share", {"key": "k", "checkpoint_every": 1}, purpose="agreement", track=2),
        years=2,
    )
    solution = small.solve(instance)
    return view_of(instance, solution)


def test_every_municipality_has_a_page_in_the_same_order(three: Any) -> None:
    """Sections of all pages stand in one order; pages are listed under the agreement."""
    pages = municipality_pages(three("nl"))
    assert [(page.code, page.title, page.group) for page in pages] == [
        ("GM0001", "Aalst", "R"),
        ("GM0002", "Beek", "R"),
        ("GM0003", "Cuijk", "R"),
    ]
    for page in pages:
        codes = [one.code for one in page.sections]
        assert codes == [code for code in ORDER if code in codes]
        assert {"answer", "share", "rules", "money", "figures"} <= set(codes)


def test_the_programme_is_that_of_the_plan(three: Any, read: Any, table_of: Any) -> None:
    """Per type and year, and the total: sums of plan.parquet, for every municipality."""
    view = three("nl")
    plan = read(view, "plan")
    for page in municipality_pages(view):
        mine = plan[plan.municipality_code == page.code]
        part = section(page, "programme")
        table, chart = table_of(part, "programme"), part.items[0]
        labels = {view.label(DWELLING_TYPES, code): code for code in mine.dwelling_type}
        assert len(table.rows) == mine.dwelling_type.nunique()
        for name, *numbers, total in table.rows:
            kind = mine[mine.dwelling_type == labels[name]]
            assert [number or 0 for number in numbers] == [
                kind[kind.year == year].dwellings.sum() for year in view.years
            ]
            assert total == kind.dwellings.sum()
        for position, year in enumerate(view.years):
            assert (
                sum(one.values[position] for one in chart.series) == mine[mine.year == year].dwellings.sum()
            )


def test_the_answer_counts_what_the_tables_count(three: Any, read: Any) -> None:
    """Dwellings, those for target groups, what the key asks and delivers, and euros: all from the tables."""
    view = three("nl")
    plan, shares = read(view, "plan"), read(view, "fair_share")
    special = [
        o
        for o, row in view.instance.options.items()
        if row.need_category in ("clustered", "room", "care", "urgent")
    ]
    for page in municipality_pages(view):
        told = " ".join(section(page, "answer").lead)
        mine = plan[plan.municipality_code == page.code]
        assert f"komen in 2026-2031 {dutch(mine.dwellings.sum())} woonruimten" in told
        counted = mine[mine.option.isin(special)].dwellings.sum()
        assert (f"Daarvan zijn er {dutch(counted)} voor aandachtsgroepen" in told) == bool(counted)
        [end] = shares[(shares.municipality_code == page.code) & (shares.year == 2031)].to_dict("records")
        target, task, delivered = (dutch(round(end[name])) for name in ("target", "task", "delivered"))
        assert f"{target} van de {task} woningen tot en met 2031; in het plan {delivered}, " in told
        assert ("binnen de afgesproken marge" in told) == (abs(end["deviation"]) <= end["tolerance"])
        for kind, words in (("extra_cost_eur", "meerkosten"), ("deficit_eur", "onrendabele top")):
            cost = mine[kind].sum()
            assert (f"€ {dutch(cost)} aan {words}" in told) == bool(cost)


def test_the_money_is_that_of_the_plan_and_of_who_pays(three: Any, read: Any) -> None:
    """Costs sum over the plan, payments over funding.parquet, and a pot's part over all municipalities."""
    view = three("nl")
    plan, funding = read(view, "plan"), read(view, "funding")
    for page in municipality_pages(view):
        told = " ".join(section(page, "money").lead)
        mine = funding[funding.municipality_code == page.code]
        for pot, rows in mine.groupby("pot_id"):
            amount, whole = rows.amount_eur.sum(), funding[funding.pot_id == pot].amount_eur.sum()
            if amount:
                percent = f"{round(1000 * Fraction(int(amount), int(whole))) / 10:g}".replace(".", ",")
                assert f"€ {dutch(amount)} van {pot} " in told
                assert f": {percent} % van wat dit budget" in told
        cost = plan[plan.municipality_code == page.code].deficit_eur.sum()
        assert not cost or f"€ {dutch(cost)} aan onrendabele top" in told


def test_every_rule_shown_has_the_numbers_status_and_source_of_its_line(three: Any) -> None:
    """Result, norm and margin of every row are those of the line of the period that it names."""
    view = three("nl")
    index = PlanIndex(view)
    words = RuleWords(index)
    shown = 0
    for page in municipality_pages(view):
        tables = [item for item in section(page, "rules").items if isinstance(item, Table)]
        found = pressing(index, page.code)
        for table in tables:
            codes = [column.code for column in table.columns]
            for row, told in zip(table.rows, found, strict=False):
                cells = dict(zip(codes, row, strict=True))
                lines = [line for group in told.groups for line in group.rows]
                rule = view.instance.rules_by_id[lines[0]["rule_id"]]
                assert (rule.source or "") in cells["source"]
                if cells["result"] is None:
                    continue
                period = re.search(r" in (\d{4}(-\d{4})?)", cells["result"])
                assert period
                [line] = [line for line in lines if line["period"] == period[1]]
                assert cells["result"].startswith(words.amount(line, line["lhs"], None))
                assert cells["margin"] == words.amount(line, line["margin"], False)
                assert ("ten minste" if line["operator"] == ">=" else "hoogstens") in cells["norm"]
                number = exact(line["rhs"]) * 10
                rounded = Fraction((ceil if line["operator"] == ">=" else floor)(number), 10)
                if line["unit"] != "EUR":
                    assert words.words.say("number", amount=rounded) in cells["norm"]
                if cells.get("part") is not None:
                    assert not told.own
                shown += 1
    assert shown > 5


def test_what_binds_or_is_broken_is_shown_or_counted(three: Any, read: Any) -> None:
    """Rules of the page and those counted below it are together all that bind or are broken there."""
    view = three("nl")
    rules = read(view, "rules")
    index = PlanIndex(view)
    for code in view.names:
        regions = {(region.purpose, region.place) for region in index.regions[code]}
        told = {
            (group.first["rule_id"], group.first["place"], group.first["subject"])
            for one in pressing(index, code)
            for group in one.groups
        }
        for line in rules.to_dict("records"):
            here = line["place"] in (code, "") or (line["purpose"], line["place"]) in regions
            tells = line["verdict"] == "broken" or line["binding"]
            asks_nothing = line["operator"] == ">=" and not line["rhs"]
            if here and tells and line["family"] not in page_rules.UNTOLD and not asks_nothing:
                assert (line["rule_id"], line["place"], line["subject"]) in told


def test_the_most_pressing_come_first_and_the_rest_is_counted(
    three: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken, binding, met: where there are many pages only the first six are shown, with a count."""
    view = three("nl")
    index = PlanIndex(view)
    monkeypatch.setattr(page_rules, "MANY_PAGES", 2)
    order = {"broken": 0, "binding": 1, "met": 2, "not_testable": 3, "exempt": 3}
    for page in municipality_pages(view):
        found = pressing(index, page.code)
        # What is only followed, what people just get, and what is offered stand in nobody's way.
        last = {"need", *page_rules.TOGETHER}
        told = [
            order[one.state]
            for one in found
            if one.first["strength"] != "monitor"
            and (one.first["family"] not in last or one.state == "broken")
        ]
        assert told == sorted(told)
        part = section(page, "rules")
        rows = sum(len(item.rows) for item in part.items if isinstance(item, Table))
        assert rows == min(6, len(found))
        rest = len(found) - rows
        assert any(f"Nog {rest} regels" in sentence for sentence in part.lead) == (rest > 0)


def test_broken_and_binding_rows_are_marked(three: Any) -> None:
    """A state goes with the words of the verdict, never alone."""
    for page in municipality_pages(three("nl")):
        for item in section(page, "rules").items:
            assert isinstance(item, Table)
            verdict = [column.code for column in item.columns].index("verdict")
            for number, row in enumerate(item.rows):
                state = item.states.get(number, State.PLAIN)
                assert (state is State.BROKEN) == str(row[verdict]).startswith("niet gehaald")
                assert (state is State.BINDING) == str(row[verdict]).startswith("knelt")


def test_who_is_let_a_home_is_that_of_the_tables(housing: Any, read: Any, table_of: Any) -> None:
    """Households per group, lettings per year and who still waits: allocations, vacancies, waiting list."""
    let, vacated, waiting = (read(housing, name) for name in ("allocations", "vacancies", "waiting_list"))
    [left] = waiting[waiting.year == 2027].waiting_after
    for page in municipality_pages(housing):
        part = section(page, "people")
        told = " ".join(part.lead)
        mine = let[let.municipality_code == page.code].households.sum()
        assert f"{dutch(mine)} huishoudens uit de groep 'dak- en thuislozen'" in told
        assert f"van de {dutch(let.households.sum())} in het hele plan" in told
        assert f"Nog wachtend in R, eind 2027, uit de groep 'dak- en thuislozen': {round(left)}" in told
        table = table_of(part, "lettings")
        here = vacated[vacated.municipality_code == page.code].sort_values("year")
        names = ("vacated", "first_lettings", "to_groups", "to_permit_holders", "regular")
        # What never happens has no row; what is left for others always has one.
        kept = [name for name in names if here[name].sum() or name == "regular"]
        for name, row in zip(kept, table.rows, strict=True):
            assert list(row[1:-1]) == [round(value) for value in here[name]]
            assert row[-1] == round(here[name].sum())


def test_a_share_of_lettings_counts_households(housing: Any, read: Any) -> None:
    """The key of track 2 asks households, and the others are asked households."""
    shares = read(housing, "fair_share")
    for page in municipality_pages(housing):
        [end] = shares[(shares.municipality_code == page.code) & (shares.year == 2027)].to_dict("records")
        told = " ".join(section(page, "answer").lead)
        assert f"{round(end['target'])} van de {round(end['task'])} huishoudens huisvesten" in told


def test_the_figures_of_a_municipality_and_their_source_are_told(three: Any) -> None:
    """What the input knows is told with its number; what it does not know is not made up."""
    pages = {page.title: section(page, "figures").lead for page in municipality_pages(three("nl"))}
    assert pages["Aalst"][0].startswith("inwoners 2.000; woningen 1.000; ")
    assert not any("inwoners" in sentence for sentence in pages["Cuijk"])
    assert all("De invoer noemt geen bron voor deze cijfers." in lead for lead in pages.values())


def test_both_languages_have_the_same_numbers(three: Any) -> None:
    """The English page has the same sections, tables and numbers as the Dutch one."""
    for nl, en in zip(municipality_pages(three("nl")), municipality_pages(three("en")), strict=True):
        assert [one.code for one in nl.sections] == [one.code for one in en.sections]
        for one, other in zip(nl.sections, en.sections, strict=True):
            assert len(one.lead) == len(other.lead)
            for left, right in zip(one.items, other.items, strict=True):
                if isinstance(left, Table):
                    numbers = [[v for v in row if not isinstance(v, str)] for row in left.rows]
                    assert isinstance(right, Table)
                    assert numbers == [[v for v in row if not isinstance(v, str)] for row in right.rows]

"""The rules on the page of a municipality: which are shown, with which figures and source."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pytest

from thuisplan.outputs.report.content import Page, Section, State, Table
from thuisplan.outputs.report.pages import page_rules
from thuisplan.outputs.report.pages.municipality_page import municipality_pages
from thuisplan.outputs.report.pages.page_index import PlanIndex
from thuisplan.outputs.report.pages.page_rules import RuleWords, nearest, pressing, shown_rules


def section(page: Page, code: str) -> Section:
    """Return a section of a page."""
    [found] = [one for one in page.sections if one.code == code]
    return found


def test_every_rule_shown_has_the_numbers_status_and_source_of_its_line(three: Any) -> None:
    """Result, norm and margin of every row are those of the line of the period that it names."""
    view = three("nl")
    index = PlanIndex(view)
    words = RuleWords(index)
    shown = 0
    for page in municipality_pages(view):
        tables = [item for item in section(page, "rules").items if isinstance(item, Table)]
        found = shown_rules(index, pressing(index, page.code))
        for table in tables:
            codes = [column.code for column in table.columns]
            for row, told in zip(table.rows, found, strict=True):
                cells = dict(zip(codes, row, strict=True))
                lines = [line for group in told.groups for line in group.rows]
                rule = view.instance.rules_by_id[lines[0]["rule_id"]]
                assert (rule.source or "") in cells["source"]
                if cells["result"] is None:
                    continue
                period = re.search(r" in (\d{4}(-\d{4})?)", cells["result"])
                assert period
                [line] = [line for line in lines if line["period"] == period[1]]
                assert cells["result"].startswith(words.amount(line, line["lhs"]))
                assert cells["margin"] == words.amount(line, line["margin"])
                assert ("ten minste" if line["operator"] == ">=" else "hoogstens") in cells["norm"]
                if line["unit"] != "EUR":
                    assert words.words.say("number", amount=nearest(line["rhs"])) in cells["norm"]
                # The period is that with the least to spare, which the section about rules shows.
                tested = [one["margin"] for one in lines if one["verdict"] in ("met", "broken")]
                assert not tested or line["margin"] == min(tested)
                if cells.get("part") is not None:
                    assert not told.own
                shown += 1
    assert shown > 5


def test_every_rule_that_binds_or_is_broken_is_shown(
    three: Any, read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a plan of few municipalities no such rule is left out, however many there are."""
    monkeypatch.setattr(page_rules, "MOST_ROWS", 1)
    view = three("nl")
    rules = read(view, "rules")
    index = PlanIndex(view)
    for code in view.names:
        regions = {(region.purpose, region.place) for region in index.regions[code]}
        told = {
            (group.first["rule_id"], group.first["place"], group.first["subject"])
            for one in shown_rules(index, pressing(index, code))
            for group in one.groups
        }
        for line in rules.to_dict("records"):
            here = line["place"] in (code, "") or (line["purpose"], line["place"]) in regions
            tells = line["verdict"] == "broken" or line["binding"]
            asks_nothing = line["operator"] == ">=" and not line["rhs"]
            if here and tells and not asks_nothing:
                assert (line["rule_id"], line["place"], line["subject"]) in told


def test_lines_of_options_share_a_row_with_their_number_and_years(three: Any) -> None:
    """Aalst builds the offer of two options in full: one row, "knelt bij 2", each with its years."""
    [page, *_] = municipality_pages(three("nl"))
    [table] = section(page, "rules").items
    assert isinstance(table, Table)
    verdict = [column.code for column in table.columns].index("verdict")
    [row] = [row for row in table.rows if str(row[0]).startswith("Aanbod")]
    index = PlanIndex(three("nl"))
    binding = [
        group
        for group in index.own_lines(page.code)
        if group.first["family"] == "availability" and group.state == "binding"
    ]
    assert len(binding) > 1
    assert str(row[verdict]).startswith(f"knelt bij {len(binding)}: ")
    assert str(row[verdict]).count(" in 20") == len(binding)


@pytest.mark.parametrize(("language", "words"), [("nl", "in het werkboek: "), ("en", "workbook only: ")])
def test_where_there_are_many_the_first_five_are_shown_and_the_rest_is_named(
    three: Any, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    """Families left out are named, with numbers that sum to what binds or is broken and is not shown."""
    view = three(language)
    index = PlanIndex(view)
    monkeypatch.setattr(page_rules, "MANY_PAGES", 2)
    for page in municipality_pages(view):
        found = pressing(index, page.code)
        shown = shown_rules(index, found)
        part = section(page, "rules")
        [table] = part.items
        assert isinstance(table, Table)
        assert len(table.rows) == len(shown) == min(5, len(found))
        left = sum(one.state in page_rules.URGENT for one in found)
        left -= sum(one.state in page_rules.URGENT for one in shown)
        [*_, told] = part.lead
        named = told.partition(words)[2]
        assert sum(map(int, re.findall(r"\((\d+)\)", named))) == left
        # The answer names no more rules than the table shows.
        answer = section(page, "answer").lead[-1]
        counted = re.search(r"nog (\d+) andere", answer)
        assert not counted or int(counted[1]) < len(shown)


def test_the_most_pressing_come_first(three: Any) -> None:
    """Broken, binding, met."""
    view = three("nl")
    index = PlanIndex(view)
    order = {"broken": 0, "binding": 1, "met": 2, "not_testable": 3, "exempt": 3}
    for code in view.names:
        # What is only followed, what people just get, and what is offered stand in nobody's way.
        last = {"need", *page_rules.TOGETHER}
        told = [
            order[one.state]
            for one in pressing(index, code)
            if one.first["strength"] != "monitor"
            and (one.first["family"] not in last or one.state == "broken")
        ]
        assert told == sorted(told)


@pytest.mark.parametrize(
    ("value", "told"),
    # Nearest, as every table: 826.383 is 826.4 and -137.617 is -137.6; what is not 0 is not told as 0.
    [
        (826.383, "826.4"),
        (-137.617, "-137.6"),
        (1044.793, "1044.8"),
        (0.04, "0.04"),
        (-0.0004, "-0.0004"),
        (0, "0"),
    ],
)
def test_amounts_are_rounded_to_the_nearest_and_never_to_nothing(value: float, told: str) -> None:
    """A margin of 0.04 is not none."""
    assert nearest(value) == Fraction(told)


@pytest.mark.parametrize(("language", "words"), [("nl", "zonder bron"), ("en", "without a source")])
def test_no_rule_is_without_a_source_in_words(three: Any, language: str, words: str) -> None:
    """This input gives no source anywhere: every row says so."""
    for page in municipality_pages(three(language)):
        [table] = section(page, "rules").items
        assert isinstance(table, Table)
        assert all(words in str(row[-1]) for row in table.rows)


def test_what_uses_no_capacity_is_said_below_the_rules(small: Any, view_of: Any) -> None:
    """A is full with 3 dwellings; rooms use none of it, by the input."""
    instance = small.instance(
        small.option("rent"),
        small.option("room", dwelling_type="room", segment="outside", unit="room", uses_capacity=False),
        small.offer(small.A, "rent", 5),
        small.capacity(small.A, 3),
        small.need("rent", 5),
    )
    page = municipality_pages(view_of(instance, small.solve(instance)))[0]
    [table] = section(page, "rules").items
    assert isinstance(table, Table)
    assert "Voor de bouwcapaciteit tellen niet mee: onzelfstandige woonruimte." in table.notes


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

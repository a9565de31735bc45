"""The page of a municipality: every number on it recomputed from the published tables, for all of them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from thuisplan.inputs.chosen_words import chosen_words
from thuisplan.inputs.labels import DWELLING_TYPES
from thuisplan.inputs.tables import Key, KeyShare
from thuisplan.outputs.report.content import Page, Section, Table
from thuisplan.outputs.report.pages.municipality_page import municipality_pages

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


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "eind 2031 ontbreken: zorg"), ("en", "end of 2031: care")]
)
def test_needs_that_are_only_followed_are_told_in_words(
    three: Any, read: Any, language: str, words: str
) -> None:
    """Of care 2 a year are needed, 12 up to 2031, and nothing is offered: 12 of 12 are lacking."""
    view = three(language)
    needs = read(view, "needs")
    [lacking] = needs[(needs.need_id == "care") & (needs.year == 2031)].shortfall
    assert lacking == 12
    told = " ".join(section(municipality_pages(view)[0], "people").lead)
    number = "12 van 12 (R)" if language == "nl" else "12 of 12 (R)"
    assert number in told
    assert words.partition(":")[0] in told


@pytest.mark.parametrize(
    ("asked", "known", "told"),
    [
        # Everything costs 0; a kind is unknown of all four; of one of four only.
        ({"rent": 0, "other": 0}, 1, "kosten deze woonruimten niets aan meerkosten en onrendabele top"),
        (
            {"rent": None, "other": None},
            0,
            "Niet bekend is wat deze 4 woonruimten kosten aan onrendabele top",
        ),
        ({"rent": 1000, "other": None}, 0, "Van 1 van de 4 woonruimten is niet bekend wat zij kosten"),
    ],
)
def test_costs_that_are_none_unknown_or_partly_unknown_are_told_apart(
    small: Any, view_of: Any, asked: dict[str, int | None], known: int, told: str
) -> None:
    """Three rent and one other are built; a cost of 0 is not an unknown cost."""
    instance = small.instance(
        *(small.option(code, deficit_eur=euros) for code, euros in asked.items()),
        *(small.offer(small.A, code, 3) for code in asked),
    )
    built = {(small.A, 2026, "rent"): 3, (small.A, 2026, "other"): 1}
    page = municipality_pages(view_of(instance, None, "nl", x=built))[0]
    answer = " ".join(section(page, "answer").lead)
    assert told in answer
    assert ("niet bekend" in answer.lower()) == (not known)
    assert ("Dat kost € 3.000 aan onrendabele top" in answer) == (asked["rent"] == 1000)


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


@pytest.mark.parametrize(("language", "groups"), [("nl", "aandachtsgroepen"), ("en", "target groups")])
def test_terms_that_a_reader_may_replace_stand_alone_and_in_the_plural(
    three: Any, language: str, groups: str
) -> None:
    """Replaced by "evenredige verdeling" the term does not stand beside its own explanation."""
    page = municipality_pages(three(language))[0]
    lead = section(page, "share").lead[0]
    assert "(fair share)" in lead
    assert "evenredig" not in lead
    assert "even division" not in lead
    assert groups in section(page, "money").lead[0]


def test_a_plan_of_one_year_names_it_once(small: Any, view_of: Any) -> None:
    """2026, and not 2026-2026."""
    instance = small.instance(small.option("rent"), small.offer(small.A, "rent", 3))
    page = municipality_pages(view_of(instance, None, "nl", x={(small.A, 2026, "rent"): 3}))[0]
    assert section(page, "answer").lead[0].startswith("In GM0001 komen in 2026 3 woonruimten")


def test_a_share_that_cannot_be_tested_is_not_told_as_short(small: Any, view_of: Any) -> None:
    """R has three municipalities, and only A is in the input: of 3 it delivers 0, and that is no lack."""
    instance = small.instance(
        small.place(small.A, name="Aalst", inhabitants=10),
        small.region("agreement", "R", small.A, size=3),
        small.option("clustered", dwelling_type="clustered"),
        small.need("clustered", 3),
        small.offer(small.A, "clustered", 1),
        Key(key_id="k", basis="inhabitants"),
        small.rule(
            "fair",
            "fair_share",
            {"key": "k", "needs": "clustered", "options": "clustered"},
            purpose="agreement",
        ),
    )
    [page] = municipality_pages(view_of(instance, small.solve(instance)))
    answer = " ".join(section(page, "answer").lead)
    assert "in het plan 0, niet te toetsen" in answer
    assert "te weinig" not in answer


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_words_of_the_region_stand_where_the_terms_stood(three: Any, language: str) -> None:
    """Fair share and target groups by words of the region: nothing of the old term is left."""
    words = {"term.target_groups": "mensen met voorrang", "term.fair_share": "evenredige verdeling"}
    with chosen_words(words, language):
        page = municipality_pages(three(language))[0]
        share, money = section(page, "share").lead[0], section(page, "money").lead[0]
    assert share.count("evenredige verdeling") == 1
    assert "fair share" not in share
    assert "mensen met voorrang" in money

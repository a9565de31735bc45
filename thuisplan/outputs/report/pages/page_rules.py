"""The rules that bind or are broken in a municipality, with norm, result, margin and source of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from thuisplan.inputs.labels import DWELLING_TYPES, FAMILY_LABELS, ROUTES
from thuisplan.outputs.line_words import ASKED, SIDES, years
from thuisplan.outputs.report.content import Section, State, Table
from thuisplan.outputs.report.numbers import exact
from thuisplan.outputs.report.pages.line_groups import LineGroup
from thuisplan.outputs.report.pages.page_index import PlanIndex
from thuisplan.outputs.report.pages.page_sources import RuleSources
from thuisplan.outputs.report.phrases import capital, listed
from thuisplan.outputs.report.plan.rule_lines import Line, LineWords
from thuisplan.outputs.report.plan_view import Words

SECTION = "report_municipality"
MOST_ROWS = 20
"""Rules that a page shows; more only of those that bind or are broken."""
MANY_PAGES = 40
"""Plans of more municipalities have short pages."""
FEWER_ROWS = 5
"""Rules that a short page shows: all of them stand in the workbook."""
NAMED, NAMED_SHORT = 12, 3
"""Subjects of one rule that a cell names, and on a short page; of the rest it says how many."""
PLACES = 6
"""Decimals of the smallest amount that is told apart from 0."""

TOGETHER = frozenset({"availability", "exclusion", "commitment", "project_size", "lettings"})
"""Families with a line per option: they share a row."""
BLOCKS = frozenset({*TOGETHER, "capacity", "need", "deficit", "extra_cost", "waiting_list", "flex_life"})
"""Families of the building blocks of a plan: met with room to spare they are no news."""
URGENT = ("broken", "binding")
"""States that a reader looks for."""


@dataclass(frozen=True, slots=True)
class Told:
    """A row of the table of rules.

    Parameters
    ----------
    groups
        The lines it is about; several of a family that shares a row.
    own
        Whether it is a rule of the municipality itself.
    """

    groups: tuple[LineGroup, ...]
    own: bool

    @property
    def first(self) -> Line:
        """A line that says what the rule is."""
        return self.groups[0].first

    @property
    def state(self) -> str:
        """What deserves attention."""
        return self.groups[0].state

    @property
    def rank(self) -> tuple[int, bool, str, str]:
        """The most pressing come first: broken before binding, agreements before building blocks.

        What the municipality itself is asked and does comes before what nobody has to keep.
        """
        state, family = self.state, self.first["family"]
        strength = self.first["strength"]
        if state == "broken":
            number = {"hard": 0, "soft": 1, "monitor": 5}[strength]
        elif state == "binding" and family in TOGETHER:
            number = 7
        elif state == "binding":
            # What people need and just get, and what is only followed, stands in nobody's way.
            number = 6 if family in ASKED or strength == "monitor" else 3 if family in BLOCKS else 2
        else:
            number = 9 if state != "met" else 4 if self.own else 8
        return number, not self.own, self.first["rule_id"], self.first["subject"]


def pressing(index: PlanIndex, code: str) -> list[Told]:
    """Return the rules that deserve attention in a municipality, the most pressing first.

    Parameters
    ----------
    index
        The plan.
    code
        The municipality.
    """
    own = {id(group) for group in index.own_lines(code)}
    single: list[Told] = []
    together: dict[tuple[str, str], list[LineGroup]] = {}
    for group in (*index.own_lines(code), *index.regional_lines(code)):
        family, state = group.first["family"], group.state
        if state not in URGENT and family in BLOCKS:
            continue
        if family in TOGETHER:
            together.setdefault((group.first["rule_id"], state), []).append(group)
        elif not _other_side(group) and not _asks_nothing(group):
            single.append(Told((group,), id(group) in own))
    merged = [Told(tuple(groups), True) for groups in together.values()]
    return sorted([*single, *merged], key=lambda told: told.rank)


def shown_rules(index: PlanIndex, found: Sequence[Told]) -> list[Told]:
    """Return the rules that a page shows: all that bind or are broken, on a short page the first of them.

    Parameters
    ----------
    index
        The plan: of many municipalities the pages are short.
    found
        What ``pressing`` returned.
    """
    short = len(index.view.names) > MANY_PAGES
    most = FEWER_ROWS if short else MOST_ROWS
    urgent = [told for told in found if told.state in URGENT]
    chosen = urgent[:most] if short else urgent
    others = [told for told in found if told.state not in URGENT]
    chosen = [*chosen, *others[: max(0, most - len(chosen))]]
    return sorted(chosen, key=lambda told: told.rank)


def _other_side(group: LineGroup) -> bool:
    """Return whether it is the side of a norm, or the surplus of a need, that nobody asks about."""
    sided = group.first["subject"] in ("least", "most") or group.first["subject"].endswith(":surplus")
    return sided and group.state in ("met", "not_testable", "exempt")


def _asks_nothing(group: LineGroup) -> bool:
    """Return whether a rule is met because it asks nothing here."""
    return group.first["operator"] == ">=" and not any(row["rhs"] for row in group.rows)


class RuleWords:
    """Lines of rules in the words of a page.

    Parameters
    ----------
    index
        The plan.
    """

    def __init__(self, index: PlanIndex) -> None:
        self.index, self.view = index, index.view
        self.language = index.view.language
        self.words: Words = index.view.words(SECTION)
        self.lines = LineWords(index.view)
        self._sources = RuleSources(self.view.instance)
        self._named = NAMED_SHORT if len(self.view.names) > MANY_PAGES else NAMED

    def name(self, told: Told) -> str:
        """Return what a rule is: family, subject, strength, and its code where it has one of its own."""
        row = told.first
        subject = "" if row["family"] in TOGETHER else self.subject(row)
        values = {
            "family": row["family"],
            "subject": f": {subject}" if subject else "",
            "strength": row["strength"],
            "rule": row["rule_id"],
        }
        told_name = self.words.say("rule" if row["rule_id"] == row["family"] else "rule_own", **values)
        return capital(told_name)

    def short(self, told: Told) -> str:
        """Return a rule for a sentence: family and subject."""
        row = told.first
        subject = "" if row["family"] in TOGETHER else self.subject(row)
        label = FAMILY_LABELS.text(row["family"], self.language)
        if row["subject"] in SIDES or row["unit"] == "EUR":
            # Both sides of a norm go by one name, and a payer says enough.
            subject = subject if row["unit"] == "EUR" else ""
            return f"{label} ({subject})" if subject else label
        told_place = "" if told.own or not row["place"] else f", {self.view.place(row['place'])}"
        return f"{label}{f' ({subject})' if subject else ''}{told_place}"

    def subject(self, row: Line) -> str:
        """Return what a line is about in words; nothing if it is about all."""
        if not row["subject"]:
            return ""
        need, _, surplus = row["subject"].partition(":")
        if row["family"] == "need" and need in self.view.instance.needs:
            words = self.index.category(self.view.instance.needs[need].row.need_category)
            return self.words.say("surplus", category=words) if surplus else words
        return self.lines.subject(row)

    def place(self, told: Told) -> str:
        """Return where a rule holds: here, a region with its number of municipalities, or the whole plan."""
        row = told.first
        if told.own:
            return self.words.say("here")
        if not row["place"]:
            return self.words.say("whole")
        values = {"place": row["place"], "purpose": row["purpose"]}
        return self.words.say("region", **values)

    def verdict(self, told: Told) -> str:
        """Return when a rule is broken, when it binds, and otherwise how it is met."""
        if told.first["family"] in TOGETHER:
            return self._listed(told)
        [group] = told.groups
        parts = [
            self.words.say(f"verdict_{state}", periods=years(group.periods(state)))
            for state in ("broken", "binding")
            if group.periods(state)
        ]
        return "; ".join(parts) or self.words.say(f"verdict_{group.state}")

    def _listed(self, told: Told) -> str:
        every = [
            self.words.say(
                "subject_in", what=self.subject(group.first), periods=years(group.periods(told.state))
            )
            for group in told.groups
        ]
        code = f"listed_{told.state}" if len(every) == 1 else f"listed_{told.state}_many"
        parts = listed(self.words, every, self._named, "more")
        return self.words.say(code, parts=parts, count=len(every))

    def source(self, told: Told) -> str:
        """Return where a rule comes from, or that nobody said so, and its status."""
        found = self._sources.of(line for group in told.groups for line in group.rows)
        status = told.first["status"]
        if not found:
            return self.words.say("status_input" if status == "input" else "status_only", status=status)
        return self.words.say("status_source", status=status, source="; ".join(found))

    # --- amounts ----------------------------------------------------------------------

    def result(self, row: Line) -> str | None:
        """Return period, result and share of a line."""
        if row["lhs"] is None:
            return None
        values = {"period": row["period"], "amount": self.amount(row, row["lhs"])}
        code = "result" if row["value_pct"] is None else "result_share"
        return self.words.say(code, **values, share=_percent(row["value_pct"]))

    def norm(self, row: Line) -> str | None:
        """Return what a line asks, with its unit."""
        if row["rhs"] is None:
            return None
        least = row["operator"] != "<="
        code = "norm_least" if least else "norm_most"
        told = self.with_unit(row, row["rhs"])
        if row["norm_pct"] is not None:
            return self.words.say(f"{code}_share", amount=told, share=_percent(row["norm_pct"]))
        return self.words.say(code, amount=told)

    def with_unit(self, row: Line, value: float) -> str:
        """Return an amount of a line with its unit; who is housed is a household, not a dwelling."""
        amount = exact(value) if row["unit"] == "EUR" else nearest(value)
        return self.lines.amount(float(amount), row)

    def margin(self, row: Line) -> str | None:
        """Return how much a line has to spare; below zero what it lacks."""
        return None if row["margin"] is None else self.amount(row, row["margin"])

    def amount(self, row: Line, value: float) -> str:
        """Return an amount of a line, rounded as every table is."""
        if row["unit"] == "EUR":
            return self.words.say("euros", amount=round(value))
        return self.words.say("number", amount=nearest(value))


def nearest(value: float) -> Fraction:
    """Return a number to the nearest tenth; what is not 0 gets the decimals that it needs to be told so."""
    number = exact(value)
    found = (Fraction(round(number * 10**places), 10**places) for places in range(1, PLACES + 1))
    return next((one for one in found if one or not number), number)


def _percent(value: float | None) -> Fraction | None:
    return None if value is None else exact(value) / 100


def rules_section(index: PlanIndex, words: RuleWords, code: str, found: Sequence[Told]) -> Section:
    """Return the section of a page about the rules that deserve attention.

    Parameters
    ----------
    index
        The plan.
    words
        What puts rules into words.
    code
        The municipality.
    found
        What ``pressing`` returned.
    """
    say = words.words.say
    shown = shown_rules(index, found)
    lead = [say("rules_lead" if shown else "rules_none", name=index.view.place(code))]
    kept = {id(told) for told in shown}
    rest = [told for told in found if id(told) not in kept]
    left = Counter(told.first["family"] for told in rest if told.state in URGENT)
    if left:
        parts = [say("left_out", family=family, count=count) for family, count in left.most_common()]
        lead.append(say("rules_rest", parts=parts))
    elif rest:
        lead.append(say("rules_roomy"))
    if not shown:
        return Section("rules", say("title_rules"), tuple(lead))
    table = rule_table(index, words, shown, code)
    if any(told.first["family"] == "capacity" for told in shown):
        table = replace(table, notes=(*table.notes, *_no_capacity(index, words)))
    return Section("rules", say("title_rules"), tuple(lead), (table,))


def _no_capacity(index: PlanIndex, words: RuleWords) -> Iterator[str]:
    """Yield which dwelling types and routes of the input use no building capacity, if there are any."""
    free = [row for row in index.view.instance.options.values() if not row.uses_capacity]
    using = {row.dwelling_type for row in index.view.instance.options.values() if row.uses_capacity}
    # A type that counts by one route and not by another is told by that route.
    names = [
        ROUTES.text(row.route, words.language)
        if row.dwelling_type in using
        else DWELLING_TYPES.text(row.dwelling_type, words.language)
        for row in free
    ]
    if names:
        yield words.words.say("note_no_capacity", parts=list(dict.fromkeys(names)))


def rule_table(index: PlanIndex, words: RuleWords, shown: Iterable[Told], code: str = "") -> Table:
    """Return a table of rules: where, result, norm, margin, verdict, status and source.

    Parameters
    ----------
    index
        The plan.
    words
        What puts rules into words.
    shown
        The rules.
    code
        The municipality whose part in the result is told; none for nobody's.
    """
    rows: list[tuple[str | None, ...]] = []
    states: dict[int, State] = {}
    for position, told in enumerate(shown):
        single = told.first["family"] not in TOGETHER
        line = told.groups[0].telling
        parts = index.parts(line) if code and single and not told.own else {}
        part = words.amount(line, parts.get(code, 0)) if parts else None
        figures = (words.result(line), part, words.norm(line), words.margin(line))
        rows.append(
            (
                words.name(told),
                words.place(told),
                *(figures if single else (None,) * 4),
                words.verdict(told),
                words.source(told),
            )
        )
        if told.state == "broken":
            states[position] = State.BROKEN
        elif told.state == "binding":
            states[position] = State.BINDING
    names = ("rule", "where", "result", "part", "norm", "margin", "verdict", "source")
    kept = [
        position
        for position, name in enumerate(names)
        if name != "part" or any(row[position] for row in rows)
    ]
    columns = [words.words.column(names[position]) for position in kept]
    cut = [tuple(row[position] for position in kept) for row in rows]
    return words.words.table("rules", columns, cut, "rules.parquet", states=states)

"""Lines of rules as a report shows them: their level, what they are about, and those taken together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from thuisplan.model.requirement import Requirement, Sense
from thuisplan.outputs.answer import sentence_text
from thuisplan.outputs.fair_share import LETTINGS_TRACK
from thuisplan.outputs.line_words import HOUSEHOLDS, SIDES, about, amount
from thuisplan.outputs.report.content import State
from thuisplan.outputs.report.numbers import exact
from thuisplan.outputs.report.plan_view import PlanView
from thuisplan.outputs.report.sums import rows_by
from thuisplan.outputs.texts import unit_text

LEVELS = ("everywhere", "nation", "province", "region", "municipality")
STRENGTHS = ("hard", "soft", "monitor")
PROVISIONAL = frozenset({"draft", "bill", "advice", "ambition"})
"""Statuses of texts that bind nobody yet."""

Row = dict[str, Any]
Line = Mapping[str, Any]
"""A row of a published table that is only read."""


@dataclass
class Group:
    """Lines that are told together.

    Parameters
    ----------
    lines
        Rows of ``rules.parquet``.
    """

    lines: list[Row]

    @property
    def first(self) -> Row:
        """The first line; what the lines have in common is read from it."""
        return self.lines[0]

    def count(self) -> Counter[str]:
        """Return how many lines have a verdict, and how many bind (``binding``)."""
        result = Counter(row["verdict"] for row in self.lines)
        result["binding"] = sum(row["binding"] for row in self.lines)
        return result

    def tightest(self) -> Row | None:
        """Return the tested line with the smallest margin, the first of equals; None if none is tested."""
        tested = [row for row in self.lines if is_tested(row) and row["margin"] is not None]
        return min(tested, key=lambda row: float(row["margin"]), default=None)

    def worst(self) -> Row:
        """Return the line that is furthest from its norm, in its own unit."""
        return max(self.lines, key=lambda row: float(row["slack"]))

    def state(self) -> State:
        """Return what the lines deserve attention for."""
        count = self.count()
        if count["broken"]:
            return State.BROKEN
        return State.BINDING if count["binding"] else State.PLAIN


def is_tested(row: Row) -> bool:
    """Return whether a line has an outcome."""
    return row["verdict"] in ("met", "broken")


def grouped(rows: Iterable[Row], *columns: str) -> list[Group]:
    """Return lines with the same values in some columns together, in the order of the first of each.

    Parameters
    ----------
    rows
        Rows of ``rules.parquet``.
    columns
        What they must have in common.
    """
    return [Group(lines) for lines in rows_by(rows, *columns).values()]


def in_order(groups: Iterable[Group]) -> list[Group]:
    """Return rules in order: hard, soft, followed; those of the user before those that are always there."""
    return sorted(
        groups,
        key=lambda group: (
            STRENGTHS.index(group.first["strength"]),
            group.first["rule_id"] == group.first["family"],
            group.first["rule_id"],
        ),
    )


class LineWords:
    """What lines are about in words, each asked once.

    Parameters
    ----------
    view
        The plan.
    """

    def __init__(self, view: PlanView) -> None:
        self._view = view
        self._subjects: dict[tuple[str, str, str], str] = {}

    def subject(self, row: Line) -> str:
        """Return what a line is about, without its place and rule; nothing if that says it all."""
        key = (row["family"], row["subject"] or "", row["unit"])
        if key not in self._subjects:
            self._subjects[key] = self._told(*key) if key[1] else ""
        return self._subjects[key]

    def _told(self, family: str, subject: str, unit: str) -> str:
        line = Requirement(
            rule_id=family,
            family=family,
            purpose="",
            place="",
            subject=subject,
            period="",
            lhs=0,
            rhs=0,
            sense=Sense.AT_MOST,
            unit="kEUR" if unit == "EUR" else unit,
            reference=Fraction(1),
            strength="",
            measure="",
            price=Fraction(0),
        )
        words = about(self._view.instance, line, where=False, rule=False)
        if isinstance(words, str):
            return words
        # A line about everything of its place says nothing of what it is about.
        return "" if words.code == "everywhere" else sentence_text(words, self._view.language)

    def place(self, row: Line) -> str:
        """Return where a line is; nothing for everywhere."""
        return self._view.place(row["place"] or "")

    def about(self, row: Line) -> str:
        """Return where a line is and what it is about; sides of a norm are told by the amounts."""
        subject = "" if row["subject"] in SIDES else self.subject(row)
        return ", ".join(part for part in (self.place(row), subject) if part)

    def amount(self, value: float, row: Line, up: bool = True) -> str:
        """Return an amount of a line with its unit.

        Parameters
        ----------
        value
            In the unit of the line.
        row
            The line.
        up
            Whether it is rounded up, as what is missing is.
        """
        shown, unit = exact(value), row["unit"]
        if unit == "EUR":
            shown, unit = shown / 1000, "kEUR"
        counted = next(iter(HOUSEHOLDS)) if self._in_households(row) else row["family"]
        return sentence_text(amount(shown, unit, counted, up), self._view.language)

    def unit(self, row: Line) -> str:
        """Return the unit of a line in words."""
        if self._in_households(row):
            return self._view.words("report_rules").say("households")
        return unit_text(row["unit"], self._view.language)

    def _in_households(self, row: Line) -> bool:
        """Return whether a line counts households, one per dwelling."""
        if row["unit"] != "dwellings":
            return False
        rule = self._view.instance.rules_by_id.get(row["rule_id"])
        lettings = rule is not None and rule.track == LETTINGS_TRACK
        return row["family"] in HOUSEHOLDS or (row["family"] == "fair_share" and lettings)

    def level(self, row: Line) -> str:
        """Return the level of a line: one of ``LEVELS``.

        What is agreed per region for every municipality is a line of the municipality.
        """
        if row["place"] in self._view.names:
            return "municipality"
        if not row["place"] and not row["purpose"]:
            return "everywhere"
        return row["purpose"] if row["purpose"] in ("nation", "province") else "region"

"""What an explanation is about: a municipality in a published plan, and perhaps one dwelling type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.key_shares import Keys
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Rule
from thuisplan.outputs.answer import Sentence
from thuisplan.outputs.published import Published, Rows

if TYPE_CHECKING:
    from thuisplan.model.local import LocalLine

RULE = "explain_rule"
LISTED = 12
"""Items that a sentence names; of the rest it says how many."""


@dataclass(frozen=True)
class Subject:
    """A municipality and perhaps a dwelling type, in a published plan.

    Parameters
    ----------
    instance
        The resolved input of the plan.
    given
        The input as it was given, for what the keys consist of.
    published
        The tables of the plan.
    municipality
        Code of the municipality.
    dwelling_type
        The dwelling type; None for all.
    lines
        The lines of rules that bind or are broken and that these dwellings have a part in.
    """

    instance: Instance
    given: Scenario
    published: Published
    municipality: str
    dwelling_type: str | None
    lines: tuple[LocalLine, ...]

    @property
    def name(self) -> str:
        """Name of the municipality."""
        return self.name_of(self.municipality)

    def name_of(self, code: str) -> str:
        """Return the name of a municipality, its code where it has none."""
        return self.instance.municipalities[code].name or code

    @cached_property
    def keys(self) -> Keys:
        """The keys of the input as it was given."""
        return Keys(self.given)

    @cached_property
    def options(self) -> frozenset[str]:
        """The options that are asked about."""
        return frozenset(
            code
            for code, row in self.instance.options.items()
            if self.dwelling_type in (None, row.dwelling_type)
        )

    @cached_property
    def special(self) -> frozenset[str]:
        """Dwelling types that serve a special need that decides."""
        return self._serving("soft", "monitor", "hard")

    @cached_property
    def steered(self) -> frozenset[str]:
        """Dwelling types that serve a special need that decides and is not only followed."""
        return self._serving("soft", "hard")

    def _serving(self, *strengths: str) -> frozenset[str]:
        needs = [need.row for need in self.instance.needs.values() if need.row.decides]
        served = {r.need_category for r in needs if r.need_class == "special" and r.strength in strengths}
        return frozenset(
            row.dwelling_type for row in self.instance.options.values() if row.need_category in served
        )

    @cached_property
    def cells(self) -> Rows:
        """Rows of ``plan`` of the options that are asked about, in every municipality."""
        return [row for row in self.published.rows("plan") if row["option"] in self.options]

    @cached_property
    def here(self) -> Rows:
        """Rows of ``plan`` of these options in this municipality."""
        return [row for row in self.cells if row["municipality_code"] == self.municipality]

    def region_of(self, purpose: str, place: str) -> tuple[str, ...]:
        """Return the municipalities of a place."""
        return self.instance.region(purpose, place).members


def totals(rows: Iterable[Mapping[str, Any]], by: str) -> Counter[Any]:
    """Return the dwellings of rows of ``plan`` per value of a column."""
    result: Counter[Any] = Counter()
    for row in rows:
        result[row[by]] += row["dwellings"]
    return result


def listed(items: Sequence[Sentence | str]) -> list[Sentence | str]:
    """Return items for a sentence; of very many the first, and how many there are more."""
    if len(items) <= LISTED:
        return list(items)
    more = Sentence("explain_types", "more", {"count": len(items) - LISTED + 1})
    return [*items[: LISTED - 1], more]


def about_rule(rule: Rule) -> Sentence:
    """Return a rule in words: its code, family, strength, status and source; its family if it has no code."""
    values = {
        "rule": rule.rule_id,
        "family": rule.family,
        "strength": rule.strength,
        "status": rule.status,
        "source": rule.source,
    }
    code = "family" if rule.rule_id == rule.family else "own" if rule.source else "own_without_source"
    return Sentence(RULE, code, values)


def introduced_once(sentences: Iterable[Sentence]) -> tuple[Sentence, ...]:
    """Return sentences in which a rule has its family, status and source where it is named first.

    Parameters
    ----------
    sentences
        In the order in which they are read.
    """
    known: set[str] = set()
    return tuple(_introduced(sentence, known) for sentence in sentences)


def _introduced(value: Any, known: set[str]) -> Any:
    if isinstance(value, list | tuple):
        return [_introduced(one, known) for one in value]
    if not isinstance(value, Sentence):
        return value
    if value.section == RULE and value.code != "family":
        name = value.values["rule"]
        if name in known:
            return Sentence(RULE, "short", value.values)
        known.add(name)
    return replace(value, values={key: _introduced(one, known) for key, one in value.values.items()})

"""Where a rule comes from in words: its own source, or that of the figures behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import Availability, Capacity, Commitment, Exclusion, Flow, PermitTask, Plan
from thuisplan.outputs.report.plan.rule_lines import Line

MOST_SOURCES = 3
"""Sources that one row names; of lines that are told together there may be many."""


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure of a municipality: what it is about, if it is about one option or route, and its source."""

    about: str | None
    source: str | None


class RuleSources:
    """The sources of lines of rules.

    Parameters
    ----------
    instance
        The resolved input.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._flows = {row.flow_id: row.source for row in instance.rows(Flow)}
        self._figures: dict[str, dict[str, list[_Figure]]] = {
            "availability": _by_place(instance.rows(Availability), "option"),
            "capacity": _by_place(instance.rows(Capacity), "route"),
            "commitment": _by_place(instance.rows(Commitment), "option"),
            "exclusion": _by_place(instance.rows(Exclusion), "option"),
            "permit_holders": _by_place(instance.rows(PermitTask)),
            "plans": _by_place(instance.rows(Plan), "route"),
        }

    def of(self, lines: Iterable[Line]) -> list[str]:
        """Return the sources of lines that are told together, without doubles; none if nobody gave one.

        Parameters
        ----------
        lines
            Rows of ``rules``. A rule without a source of its own has that of the figures it is made of.
        """
        found: dict[str, None] = {}
        for line in lines:
            own = (line["source"],) if line["source"] else self._of_figures(line)
            found.update((source, None) for source in own if source)
        return list(found)[:MOST_SOURCES]

    def _of_figures(self, line: Line) -> Iterator[str | None]:
        instance, family = self._instance, line["family"]
        name, _, rest = line["subject"].partition(":")
        if line["unit"] == "EUR" and name in instance.pots:
            yield instance.pots[name].source
        elif family == "need" and name in instance.needs:
            yield instance.needs[name].row.source
        elif family == "capacity":
            route = rest.partition(":")[0] if name == "plans" else "" if name == "all" else name
            yield from self._of_place("plans" if name == "plans" else family, line["place"], route)
        elif family == "lettings" and name not in instance.options:
            # What is vacated is a figure of the municipality itself.
            yield instance.municipalities[line["place"]].source
        elif family in self._figures:
            known = list(self._of_place(family, line["place"], name if name in instance.options else ""))
            yield from known
            # What no row of the place offers is offered by plans.
            if family == "availability" and not known and name in instance.options:
                yield from self._of_place("plans", line["place"], instance.options[name].route)
        elif name in instance.options:
            yield instance.options[name].source
        elif name in instance.lettings.flows:
            yield self._flows.get(name)

    def _of_place(self, table: str, place: str, about: str) -> Iterator[str | None]:
        for figure in self._figures[table].get(place, ()):
            if not about or figure.about in (None, about):
                yield figure.source


def _by_place(rows: Iterable[Any], about: str = "") -> dict[str, list[_Figure]]:
    found: dict[str, list[_Figure]] = {}
    for row in rows:
        of = getattr(row, about) if about else None
        found.setdefault(row.municipality_code, []).append(_Figure(of, row.source))
    return found

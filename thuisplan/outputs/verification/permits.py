r"""The statutory task for permit holders: persons per municipality, added up over half-years and years.

$T_{m,t} = \sum_{\tau\le t}(\text{task} + \text{backlog}) - \text{handed over} + \text{taken over}$, by
agreement. Of years before the first planned one only the backlog counts. Unit: persons.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thuisplan.outputs.verification.tables import Region, Rule, Tables

GROUP = "permit_holders"
"""Code of the group, of its flow and of its family."""


class Permits:
    """The task, and what a plan swaps of it.

    Parameters
    ----------
    tables
        The resolved input and the plan.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules about the task."""
        return tuple(rule for rule in self._tables.rules if rule.family == GROUP)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Municipalities with a task of their own."""
        return tuple(sorted({row["municipality_code"] for row in self._tables.rows("permit_tasks")}))

    def asked(self, place: str, years: range) -> int:
        """Return the persons that the rows of some years ask of a municipality, with backlogs."""
        return sum(
            row["persons"] * (row["year"] in self._tables.open_years) + row["backlog_persons"]
            for row in self._tables.rows("permit_tasks")
            if row["municipality_code"] == place and row["year"] in years
        )

    def agreed(self, place: str, years: range) -> tuple[int, int]:
        """Return the persons handed over and taken over by agreement in some planned years."""
        planned = set(self._tables.open_years) & set(years)
        rows = [row for row in self._tables.rows("permit_swaps") if row["year"] in planned]
        return (
            sum(row["persons"] for row in rows if row["from_municipality"] == place),
            sum(row["persons"] for row in rows if row["to_municipality"] == place),
        )

    def task(self, place: str, year: int) -> int:
        """Return the persons to be housed by the end of a year, after agreed swaps."""
        until = range(year + 1)
        handed_over, taken_over = self.agreed(place, until)
        return self.asked(place, until) - handed_over + taken_over

    def swapping(self, rule: Rule) -> list[tuple[Region, tuple[str, ...]]]:
        """Return the regions where a rule lets tasks be swapped, with the municipalities that may.

        Not the exempt, and only where one of the others has a task.
        """
        result = []
        for region in self._tables.regions(rule.purpose, rule.place):
            free = tuple(m for m in region.members if (rule.rule_id, m) not in self._tables.exemptions)
            if rule.parameters.get("swap") == "yes" and set(free) & set(self.places):
                result.append((region, free))
        return result

    @cached_property
    def swaps(self) -> tuple[tuple[Rule, Region, tuple[str, ...]], ...]:
        """Every rule with its regions and the municipalities that may swap in them."""
        return tuple((rule, region, free) for rule in self.rules for region, free in self.swapping(rule))

    def may_swap(self, rule: Rule, place: str) -> bool:
        """Whether a rule lets a municipality hand over or take over."""
        return any(place in free for _, free in self.swapping(rule))

    @cached_property
    def housing(self) -> tuple[str, ...]:
        """Municipalities that may house permit holders: with a task, or in a region that swaps."""
        members = {member for _, _, free in self.swaps for member in free}
        return tuple(sorted({*self.places, *members})) if self.places else ()

    @property
    def per_household(self) -> Fraction:
        """Persons per household."""
        row = self._tables.housed.groups.get(GROUP)
        return Fraction(1) if row is None else Fraction(row["persons_per_household"])

    def swapped(self, place: str, years: range) -> int:
        """Return the persons that the plan hands over, less those it takes over, in some years."""
        amounts = self._tables.amounts
        return sum(amounts.given.get((place, t), 0) - amounts.taken.get((place, t), 0) for t in years)

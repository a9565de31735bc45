r"""The statutory task for permit holders: persons per municipality, added up over half-years and years.

$T_{m,t} = \sum_{\tau\le t}(\text{task} + \text{backlog}) - \text{handed over} + \text{taken over}$, by
agreement. Years before the first planned one count in full: they are a backlog. Unit: persons.
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
            row["persons"] + row["backlog_persons"]
            for row in self._tables.rows("permit_tasks")
            if row["municipality_code"] == place and row["year"] in years
        )

    def agreed(self, place: str, years: range) -> tuple[int, int]:
        """Return the persons handed over and taken over by agreement in some years."""
        rows = [row for row in self._tables.rows("permit_swaps") if row["year"] in years]
        return (
            sum(row["persons"] for row in rows if row["from_municipality"] == place),
            sum(row["persons"] for row in rows if row["to_municipality"] == place),
        )

    def years(self, year: int) -> range:
        """Return the years whose rows count in a planned year; the first one also counts all before."""
        first = self._tables.settings.first_open_year
        return range(year + 1) if year <= first else range(year, year + 1)

    def task(self, place: str, year: int) -> int:
        """Return the persons to be housed by the end of a year, after agreed swaps."""
        until = range(year + 1)
        handed_over, taken_over = self.agreed(place, until)
        return self.asked(place, until) - handed_over + taken_over

    def region(self, rule: Rule, place: str) -> Region | None:
        """Return the region within which a municipality may swap, or None."""
        if rule.parameters.get("swap") != "yes":
            return None
        regions = self._tables.regions(rule.purpose, rule.place)
        return next((region for region in regions if place in region.members), None)

    @cached_property
    def swap_regions(self) -> tuple[Region, ...]:
        """The regions in which the task may be swapped: those with a municipality that has one."""
        return tuple(
            region
            for rule in self.rules
            if rule.parameters.get("swap") == "yes"
            for region in self._tables.regions(rule.purpose, rule.place)
            if set(region.members) & set(self.places)
        )

    @cached_property
    def housing(self) -> tuple[str, ...]:
        """Municipalities that may house permit holders: with a task, or in a region that swaps."""
        members = {member for region in self.swap_regions for member in region.members}
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

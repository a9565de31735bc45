"""An earlier plan to stay close to, and what of it can be compared with an input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from thuisplan.inputs.instance import Cell, Instance

OPEN, REALISED, NOT_POSSIBLE, NOT_COMPARED = "open", "realised", "not_possible", "not_compared"
"""What a cell is: see ``Comparison.status``."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier plan: what it completes, and what its own input was about.

    Parameters
    ----------
    path, name
        Where it was read, and the name of its scenario.
    input_hash, plan_hash
        Of its resolved input and of its ``plan.parquet``, from its manifest.
    municipalities
        Code -> name.
    options
        Option -> dwelling type.
    years
        Its horizon.
    dwellings
        Cell -> dwellings completed, above zero.
    """

    path: str
    name: str
    input_hash: str
    plan_hash: str
    municipalities: Mapping[str, str]
    options: Mapping[str, str]
    years: tuple[int, ...]
    dwellings: Mapping[Cell, int]


@dataclass(frozen=True)
class Comparison:
    """An earlier plan beside an input.

    Parameters
    ----------
    instance
        The resolved input.
    reference
        The earlier plan.
    """

    instance: Instance
    reference: Reference

    def status(self, cell: Cell) -> str:
        """Return what a cell is in the comparison.

        ``open``: the input may build there, and what it builds is compared; ``realised``: a year before the
        first open year, whose figures are fixed; ``not_possible``: an open year in which the option
        is neither offered nor committed there; ``not_compared``: a municipality, option or year that the
        input or the earlier plan does not have.
        """
        if not (self.known(cell) and self.known_before(cell)):
            return NOT_COMPARED
        if cell[1] < self.instance.settings.open_year:
            return REALISED
        possible = cell in self.instance.offered or self.instance.committed.get(cell)
        return OPEN if possible else NOT_POSSIBLE

    def known(self, cell: Cell) -> bool:
        """Return whether the input has a cell's municipality, year and option."""
        municipality, year, option = cell
        years, options = self.instance.years, self.instance.options
        return municipality in self.instance.municipalities and year in years and option in options

    def known_before(self, cell: Cell) -> bool:
        """Return whether the earlier plan's input has a cell's municipality, year and option."""
        municipality, year, option = cell
        reference = self.reference
        return (
            municipality in reference.municipalities
            and year in reference.years
            and option in reference.options
        )

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Open years that both have."""
        first = self.instance.settings.open_year
        return tuple(y for y in self.instance.years if y >= first and y in self.reference.years)

    @cached_property
    def municipalities(self) -> tuple[str, ...]:
        """Municipalities that both have."""
        return tuple(m for m in self.instance.municipalities if m in self.reference.municipalities)

    @cached_property
    def options(self) -> tuple[str, ...]:
        """Options that both have."""
        return tuple(o for o in self.instance.options if o in self.reference.options)

    @property
    def possible(self) -> bool:
        """Whether there is anything to compare."""
        return bool(self.years and self.municipalities and self.options)

    def before(self, *status: str) -> int:
        """Return the dwellings of the earlier plan in cells of some status."""
        return sum(n for cell, n in self.reference.dwellings.items() if self.status(cell) in status)

"""Neighbourhoods: where special dwellings of the plan may stand, and where they do."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING

from thuisplan.outputs.verification.resolved import Row

if TYPE_CHECKING:
    from thuisplan.outputs.verification.tables import Cell, Tables


class Sites:
    """The neighbourhoods of the input and the dwellings that a plan builds there.

    Parameters
    ----------
    tables
        The resolved input and the plan.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    @cached_property
    def _rows(self) -> dict[str, tuple[Row, ...]]:
        result: dict[str, tuple[Row, ...]] = {}
        for row in self._tables.rows("neighbourhoods"):
            place = row["municipality_code"]
            result[place] = (*result.get(place, ()), row)
        return result

    @property
    def municipalities(self) -> tuple[str, ...]:
        """Municipalities that name their neighbourhoods."""
        return tuple(self._rows)

    def of(self, place: str) -> tuple[Row, ...]:
        """Return the neighbourhoods of a municipality."""
        return self._rows.get(place, ())

    @cached_property
    def special(self) -> tuple[str, ...]:
        """Options that serve a special need."""
        needs = self._tables.needs.values()
        categories = {need["need_category"] for need in needs if need["need_class"] == "special"}
        return tuple(code for code, row in self._tables.options.items() if row["need_category"] in categories)

    def takes(self, cell: Cell) -> bool:
        """Whether a cell is of those that are divided over neighbourhoods."""
        return cell[0] in self._rows and cell[2] in self.special and cell[1] in self._tables.open_years

    def options(self, place: str, name: str) -> tuple[str, ...]:
        """Return the options that may stand in a neighbourhood and that the municipality may build."""
        [row] = [row for row in self.of(place) if row["neighbourhood"] == name]
        here = {option for m, _, option in self._tables.possible if m == place}
        return tuple(o for o in self.special if o in here and (not row["options"] or o in row["options"]))

    def here(self, name: str) -> dict[Cell, int]:
        """Return the dwellings completed in neighbourhoods of this name."""
        return {
            (place, year, option): n
            for (place, year, option, where), n in self._tables.amounts.sited.items()
            if where == name
        }

    def total(self, place: str, names: Collection[str], options: Collection[str], year: int) -> int:
        """Return the dwellings of options completed in neighbourhoods up to a year."""
        return sum(
            n
            for (m, t, option, where), n in self._tables.amounts.sited.items()
            if m == place and where in names and option in options and t <= year
        )

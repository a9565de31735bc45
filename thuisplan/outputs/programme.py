"""A plan as dwellings per municipality, year and option, with the sums that tables need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import StockChange


class Programme:
    """What is completed in every year of the horizon.

    Parameters
    ----------
    instance
        The resolved input; its realised figures are part of the programme.
    completed
        (municipality, year, option) -> dwellings, in open years.
    """

    def __init__(self, instance: Instance, completed: Mapping[tuple[str, int, str], int]) -> None:
        self.instance = instance
        cells = {**instance.realised, **completed}
        self.completed = {cell: cells[cell] for cell in sorted(cells) if cells[cell]}

    @cached_property
    def _by_place(self) -> Mapping[str, list[tuple[int, str, int]]]:
        result: dict[str, list[tuple[int, str, int]]] = {}
        for (municipality, year, option), dwellings in self.completed.items():
            result.setdefault(municipality, []).append((year, option, dwellings))
        return result

    def in_service(self, municipalities: Iterable[str], year: int, options: Iterable[str]) -> int:
        """Return the dwellings in service at the end of a year; temporary ones only for their life."""
        chosen = set(options)
        total = 0
        for municipality in municipalities:
            for built, option, dwellings in self._by_place.get(municipality, ()):
                if option in chosen and self.instance.options[option].stands(built, year):
                    total += dwellings
        return total

    def stock(self, municipality: str, year: int, flag: str, start: int | None, lost: str) -> int | None:
        """Return the stock at the end of a year: start, plus in service, less what is lost.

        Parameters
        ----------
        municipality, year
            Where and when.
        flag
            Column of an option that says whether it adds to this stock.
        start
            Stock at the start, None if unknown.
        lost
            Column of ``stock_changes`` with what leaves this stock.
        """
        if start is None:
            return None
        options = [o for o, row in self.instance.options.items() if getattr(row, flag)]
        gone: int = sum(
            getattr(row, lost)
            for row in self.instance.rows(StockChange)
            if row.municipality_code == municipality
            for when in self.instance.years
            if row.from_year <= when <= min(row.to_year or when, year)
        )
        return start + self.in_service([municipality], year, options) - gone

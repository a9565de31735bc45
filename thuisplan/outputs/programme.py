"""A plan as dwellings per municipality, year and option, with the sums that tables need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from thuisplan.inputs.instance import Instance

Amounts = Mapping[str, Mapping[tuple[Any, ...], int]]
"""Quantity -> key -> whole amount: the values of a solution."""


class Programme:
    """What is completed, and moved in, in every year of the horizon.

    Parameters
    ----------
    instance
        The resolved input; its realised figures are part of the programme.
    amounts
        Quantity -> key -> whole amount, in open years; here ``x``, dwellings completed, and
        ``moved``, temporary dwellings that come from another site.

    Attributes
    ----------
    completed, moved
        (municipality, year, option) -> dwellings, above zero, in order.
    """

    def __init__(self, instance: Instance, amounts: Amounts) -> None:
        self.instance = instance
        cells = {**instance.realised, **amounts.get("x", {})}
        self.completed = {cell: cells[cell] for cell in sorted(cells) if cells[cell]}
        self.moved = dict(sorted(amounts.get("moved", {}).items()))

    @cached_property
    def _by_place(self) -> Mapping[str, list[tuple[int, int | None, str, int]]]:
        """Municipality -> (first year in service, year it is gone, option, dwellings)."""
        result: dict[str, list[tuple[int, int | None, str, int]]] = {}
        for (municipality, year, option), dwellings in self.completed.items():
            life = self.instance.options[option].service_life_years
            gone = None if life is None else year + life
            result.setdefault(municipality, []).append((year, gone, option, dwellings))
        for (municipality, year, option), dwellings in self.moved.items():
            gone = year + self.instance.moves[municipality, option].years_there
            result.setdefault(municipality, []).append((year, gone, option, dwellings))
        return result

    def in_service(self, municipalities: Iterable[str], year: int, options: Iterable[str]) -> int:
        """Return the dwellings in service at the end of a year; temporary ones only for their life.

        A dwelling that came from another site is in service for its years there.
        """
        chosen = set(options)
        total = 0
        for municipality in municipalities:
            for first, gone, option, dwellings in self._by_place.get(municipality, ()):
                if option in chosen and first <= year and (gone is None or year < gone):
                    total += dwellings
        return total

    def leaving(self, municipality: str, year: int, option: str) -> int:
        """Return the temporary dwellings whose years at their site ended with the year before."""
        return sum(
            dwellings
            for _, gone, what, dwellings in self._by_place.get(municipality, ())
            if what == option and gone == year
        )

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
        gone = self.instance.lost(municipality, year, lost)
        return start + self.in_service([municipality], year, self.options_with(flag)) - gone

    def options_with(self, flag: str) -> tuple[str, ...]:
        """Return the options whose yes/no column ``flag`` says yes."""
        return tuple(o for o, row in self.instance.options.items() if getattr(row, flag))

    def built(self, municipality: str, year: int, options: Iterable[str]) -> int:
        """Return the dwellings of some options that are completed in a year."""
        return sum(self.completed.get((municipality, year, option), 0) for option in options)

"""Dwellings over many plans: what is the same in all, how far they are apart, and what holds in most."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from thuisplan.outputs.comparison.figures import Figures, Ids
from thuisplan.outputs.comparison.subjects import DWELLINGS

Counts = npt.NDArray[np.int64]
Rows = Iterator[dict[str, Any]]

QUANTILES = {
    "p5": Fraction(5, 100),
    "p25": Fraction(25, 100),
    "median": Fraction(1, 2),
    "p75": Fraction(75, 100),
    "p95": Fraction(95, 100),
}
"""Column of ``bandwidths`` -> share of the draws that have at most so many dwellings."""


@dataclass(frozen=True)
class Programmes:
    """Dwellings of several plans per municipality, type and year.

    Parameters
    ----------
    cells
        (municipality code, its name, type, year) per column of the counts.
    counts
        Plans x cells [dwellings].
    reference
        The same of the reference; None where it has no plan.
    """

    cells: list[tuple[str, str, str, int]]
    counts: Counts
    reference: Counts | None

    @classmethod
    def of(cls, figures: Figures, runs: Sequence[str], reference: str | None) -> Programmes:
        """Return the programmes of runs; a run that is named twice counts twice."""
        positions = figures.of(DWELLINGS)
        texts = figures.texts(positions)
        names = ("place", "municipality", "kind", "year")
        cells = list(zip(*(texts[name] for name in names), strict=True))
        base = None if reference is None else _whole(figures.matrix(positions, [reference]))[0]
        return cls(cells, _whole(figures.matrix(positions, runs)), base)

    def totals(self, by_year: bool = True) -> Iterator[tuple[dict[str, Any], Ids]]:
        """Yield every total with its cells: of a municipality or all, of a type or all, of a year or all.

        Parameters
        ----------
        by_year
            Whether single years are among them; else only totals over all years.
        """
        for keeps in product((True, False), (True, False), (True, False) if by_year else (False,)):
            groups: dict[tuple[Any, ...], list[int]] = {}
            for at, (code, _, kind, year) in enumerate(self.cells):
                key = tuple(
                    part if kept else None for part, kept in zip((code, kind, year), keeps, strict=True)
                )
                groups.setdefault(key, []).append(at)
            names = {code: name for code, name, _, _ in self.cells}
            for (code, kind, year), chosen in sorted(groups.items(), key=lambda pair: _sortable(pair[0])):
                where = {
                    "municipality_code": code,
                    "municipality": names.get(code),
                    "dwelling_type": kind,
                    "year": year,
                }
                yield where, np.array(chosen, dtype=np.int64)

    def base(self, chosen: Ids) -> int | None:
        """Return what the reference has of some cells; None without a reference."""
        return None if self.reference is None else int(self.reference[chosen].sum())


def common_rows(programmes: Programmes) -> Rows:
    """Yield the rows of ``common``: least and most over all plans, of every cell and of every total."""
    for where, chosen in programmes.totals() if len(programmes.counts) else ():
        numbers = programmes.counts[:, chosen].sum(axis=1)
        least, most = int(numbers.min()), int(numbers.max())
        yield {
            **where,
            "reference": programmes.base(chosen),
            "least": least,
            "most": most,
            "same_in_all": least == most,
        }


def bandwidth_rows(programmes: Programmes) -> Rows:
    """Yield the rows of ``bandwidths``: quantiles over the draws, each a number that a draw has.

    The quantile of a share is the least number that at least that share of the draws does not exceed.
    """
    for where, chosen in programmes.totals() if len(programmes.counts) else ():
        ordered = np.sort(programmes.counts[:, chosen].sum(axis=1))
        yield {
            **where,
            "draws": len(ordered),
            "reference": programmes.base(chosen),
            **{name: int(ordered[_rank(share, len(ordered)) - 1]) for name, share in QUANTILES.items()},
        }


def robust_rows(programmes: Programmes, hold: Fraction) -> Rows:
    """Yield the rows of ``robust``: how many dwellings there are by a year in a share of the draws.

    Parameters
    ----------
    programmes
        Of the draws.
    hold
        The share of the draws in which it must hold.
    """
    draws = len(programmes.counts)
    if not draws:
        return
    years = np.array([year for _, _, _, year in programmes.cells], dtype=np.int64)
    for where, chosen in programmes.totals(by_year=False):
        del where["year"]
        for year in sorted(set(years.tolist())):
            until = chosen[years[chosen] <= year]
            ordered = np.sort(programmes.counts[:, until].sum(axis=1))[::-1]
            least = int(ordered[_rank(hold, draws) - 1])
            if least:
                yield {
                    **where,
                    "by_year": year,
                    "draws": draws,
                    "reference": programmes.base(until),
                    "at_least": least,
                    "holds_in": int((ordered >= least).sum()),
                    "in_every_draw": int(ordered[-1]),
                }


def _rank(share: Fraction, count: int) -> int:
    """Return how many of ``count`` are a share of them, at least one."""
    return max(1, math.ceil(share * count))


def _whole(values: npt.NDArray[np.float64]) -> Counts:
    return np.rint(values).astype(np.int64)


def _sortable(key: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple((part is None, part or 0) for part in key) if key else ()

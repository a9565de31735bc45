"""The summaries of many runs as numbers: every figure has one position, whichever runs have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from thuisplan.outputs.comparison.schemas import CELL
from thuisplan.outputs.comparison.subjects import COUNTED

Ids = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]

_TEXTS = (*CELL[:-1], "unit", "municipality")
_BITS = {"subject": 5, "purpose": 4, "place": 15, "kind": 15, "detail": 12, "year": 11}
"""Bits in a key for every column of a cell: together one number of 62 bits."""
_FIRST_YEAR = 1900
"""Years are written from here, so that zero is no year."""


@dataclass(frozen=True)
class Figures:
    """The figures of several runs.

    Parameters
    ----------
    columns
        Column of a cell, ``unit`` and ``municipality`` -> its value at every position; the year is 0
        where a figure is about no year.
    runs
        Run -> positions of its figures, and their values.
    """

    columns: dict[str, npt.NDArray[Any]]
    runs: dict[str, tuple[Ids, Values]]

    @property
    def count(self) -> int:
        """How many positions there are."""
        return len(self.columns["subject"])

    @cached_property
    def counted(self) -> npt.NDArray[np.bool_]:
        """At which positions nothing is zero."""
        return np.isin(self.columns["subject"], sorted(COUNTED))

    def of(self, *subjects: str) -> Ids:
        """Return the positions of subjects, in order."""
        return np.flatnonzero(np.isin(self.columns["subject"], subjects))

    def dense(self, run: str | None) -> tuple[Values, npt.NDArray[np.bool_]]:
        """Return the figures of a run at all positions, and where it has a row.

        Parameters
        ----------
        run
            The run; None for a plan that is not there.

        Returns
        -------
        tuple
            Values: NaN where nothing is known, zero where there is nothing; and where there is a row.
        """
        values = np.full(self.count, np.nan)
        there = np.zeros(self.count, dtype=bool)
        if run is not None:
            values[self.counted] = 0.0
            ids, own = self.runs[run]
            values[ids] = own
            there[ids] = True
        return values, there

    def matrix(self, positions: Ids, runs: Sequence[str]) -> Values:
        """Return figures at some positions, a row per run; NaN or zero as in `dense`."""
        result = np.empty((len(runs), len(positions)))
        for row, run in enumerate(runs):
            result[row] = self.dense(run)[0][positions]
        return result

    def texts(self, positions: Ids) -> dict[str, list[Any]]:
        """Return the columns of some positions as lists; a year of 0 is None."""
        found: dict[str, list[Any]] = {name: all_[positions].tolist() for name, all_ in self.columns.items()}
        found["year"] = [year or None for year in found["year"]]
        return found


def read_figures(runs: Iterable[str], read: Callable[[str], pa.Table]) -> Figures:
    """Read the summaries of runs.

    Parameters
    ----------
    runs
        The runs.
    read
        Gives the summary of a run.
    """
    words: dict[str, dict[str | None, int]] = {name: {} for name in _TEXTS}
    keys: list[Ids] = []
    values: list[Values] = []
    extra: list[npt.NDArray[np.int32]] = []
    names = list(dict.fromkeys(runs))
    for run in names:
        table = read(run)
        codes = {name: _codes(table.column(name), words[name]) for name in _TEXTS}
        years = table.column("year").fill_null(_FIRST_YEAR).to_numpy().astype(np.int64) - _FIRST_YEAR
        keys.append(_keys(codes, years))
        values.append(table.column("value").to_numpy().astype(np.float64))
        extra.append(np.stack([codes["unit"], codes["municipality"]]).astype(np.int32))
    every = np.concatenate(keys) if keys else np.zeros(0, dtype=np.int64)
    unique, first, ids = np.unique(every, return_index=True, return_inverse=True)
    ends: list[int] = np.cumsum([len(one) for one in keys])[:-1].tolist() if keys else []
    of_runs = dict(zip(names, zip(np.split(ids, ends), values, strict=True), strict=True)) if keys else {}
    unit, municipality = np.concatenate(extra, axis=1)[:, first] if extra else (unique, unique)
    columns = _columns(unique, words) | {
        "unit": _words(words["unit"])[unit],
        "municipality": _words(words["municipality"])[municipality],
    }
    return _sorted(Figures(columns, of_runs))


def _codes(column: pa.ChunkedArray, known: dict[str | None, int]) -> Ids:
    """Return a number for every text; ``known`` grows by what is new."""
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    own = [known.setdefault(word, len(known)) for word in encoded.dictionary.to_pylist()]
    indices: Ids = encoded.indices.to_numpy(zero_copy_only=False)
    return np.array(own, dtype=np.int64)[indices]


def _keys(codes: dict[str, Ids], years: Ids) -> Ids:
    keys = np.zeros(len(years), dtype=np.int64)
    for name, bits in _BITS.items():
        part = years if name == "year" else codes[name]
        if len(part) and (part.min() < 0 or part.max() >= 1 << bits):
            raise ValueError(f"Expected at most {1 << bits} of {name} in all runs.")
        keys = (keys << bits) | part
    return keys


def _columns(keys: Ids, words: dict[str, dict[str | None, int]]) -> dict[str, npt.NDArray[Any]]:
    """Return the columns of keys again."""
    columns: dict[str, npt.NDArray[Any]] = {}
    for name, bits in reversed(_BITS.items()):
        part = keys & ((1 << bits) - 1)
        keys = keys >> bits
        columns[name] = np.where(part > 0, part + _FIRST_YEAR, 0) if name == "year" else part
    return {name: part if name == "year" else _words(words[name])[part] for name, part in columns.items()}


def _words(known: dict[str | None, int]) -> npt.NDArray[Any]:
    return np.array(list(known) or [""], dtype=object)


def _sorted(figures: Figures) -> Figures:
    """Return the same with positions in the order of their texts, whatever was read first."""
    columns = figures.columns
    order = np.array(
        sorted(range(figures.count), key=lambda at: tuple(columns[name][at] for name in CELL)), dtype=np.int64
    )
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    runs = {}
    for run, (ids, values) in figures.runs.items():
        moved = place[ids]
        by_place = np.argsort(moved, kind="stable")
        runs[run] = (moved[by_place], values[by_place])
    return Figures({name: column[order] for name, column in columns.items()}, runs)


def read_table(file: Path) -> pa.Table:
    """Read one file; one file needs no data set, which takes half a second to load."""
    with pq.ParquetFile(file) as source:
        return source.read()

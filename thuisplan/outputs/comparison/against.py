"""The table ``comparison``: every figure of every variant against the reference."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from thuisplan.outputs.comparison.figures import Figures, Values
from thuisplan.outputs.comparison.proofs import Proofs, Range
from thuisplan.outputs.comparison.run_info import RunInfo
from thuisplan.outputs.comparison.schemas import CELL, COMPARISONS
from thuisplan.outputs.comparison.subjects import MEASURE, PROOF

TABLE = "comparison"
AT_ONCE = 1_000_000
"""Rows that are written at once."""

Mask = npt.NDArray[np.bool_]


def write_against(out: Path, figures: Figures, runs: Sequence[RunInfo], reference: str | None) -> None:
    """Write ``comparison.parquet``, in parts, so that memory does not grow with the number of variants.

    Parameters
    ----------
    out
        Folder of the comparison.
    figures
        The figures of all runs with a plan.
    runs
        Every variant; those without a plan have no rows.
    reference
        Run of the reference; None where it has no plan.
    """
    scratch = out / f".{TABLE}.parquet"
    with pq.ParquetWriter(scratch, COMPARISONS[TABLE]) as writer:
        for table in _tables(figures, runs, reference):
            writer.write_table(table)
    os.replace(scratch, out / f"{TABLE}.parquet")


def against(figures: Figures, runs: Sequence[RunInfo], reference: str | None) -> pa.Table:
    """Return the table ``comparison`` of a few variants."""
    tables = list(_tables(figures, runs, reference))
    return pa.concat_tables([*tables, COMPARISONS[TABLE].empty_table()])


def _tables(figures: Figures, runs: Sequence[RunInfo], reference: str | None) -> Any:
    base, base_there = figures.dense(reference)
    compared = ~np.isin(figures.columns["subject"], sorted(PROOF))
    proofs = Proofs(figures)
    dictionaries = {name: _dictionary(figures.columns[name]) for name in (*CELL[:-1], "unit", "municipality")}
    parts: list[dict[str, npt.NDArray[Any]]] = []
    size = 0
    with_plan = [one for one in runs if one.has_plan]
    for number, one in enumerate(with_plan):
        parts.append(_part(number, one, figures, (base, base_there & compared), compared, proofs, reference))
        size += len(parts[-1]["at"])
        if size >= AT_ONCE or number == len(with_plan) - 1:
            joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
            yield _table(joined, [one.name for one in with_plan], figures, dictionaries)
            parts, size = [], 0


def _part(
    number: int,
    one: RunInfo,
    figures: Figures,
    base: tuple[Values, Mask],
    compared: Mask,
    proofs: Proofs,
    reference: str | None,
) -> dict[str, npt.NDArray[Any]]:
    values, there = figures.dense(one.run)
    at = np.flatnonzero((there & compared) | base[1])
    # Yes, no, or -1: of what nothing was proved, nothing is said.
    within = np.full(len(at), -1, dtype=np.int8)
    for row in np.flatnonzero(figures.columns["subject"][at] == MEASURE):
        measure = figures.columns["kind"][at[row]]
        overlap = within_gap(proofs.range(one.run, measure), proofs.range(reference, measure))
        within[row] = -1 if overlap is None else overlap
    return {
        "variant": np.full(len(at), number, dtype=np.int32),
        "at": at,
        "value": values[at],
        "reference": base[0][at],
        "within_gap": within,
    }


def within_gap(one: Range | None, other: Range | None) -> bool | None:
    """Return whether a difference between two values can come from solving alone.

    The best value lies between the bound and the value that was found. Where these ranges overlap,
    solving both further could take the difference away; not if both are exact and the same.

    Parameters
    ----------
    one, other
        Least and found value of a measure; None where nothing was proved.

    Returns
    -------
    bool or None
        None where nothing is proved: without a proof, and where ranges of a later stage are apart.
    """
    if one is None or other is None:
        return None
    exact = one.least == one.found == other.least == other.found
    if one.least <= other.found and other.least <= one.found:
        return not exact
    # The bound of a later stage holds within limits that each plan set for itself: apart is not proved.
    return False if one.first and other.first else None


def _dictionary(column: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int32], pa.Array]:
    words: dict[Any, int] = {}
    codes = np.array([words.setdefault(word, len(words)) for word in column.tolist()], dtype=np.int32)
    return codes, pa.array(list(words), pa.string())


def _table(
    joined: Mapping[str, npt.NDArray[Any]],
    names: list[str],
    figures: Figures,
    dictionaries: Mapping[str, tuple[npt.NDArray[np.int32], pa.Array]],
) -> pa.Table:
    at = joined["at"]

    def words(name: str) -> pa.Array:
        codes, dictionary = dictionaries[name]
        return dictionary.take(pa.array(codes[at]))

    in_municipality = figures.columns["purpose"][at] == "municipality"
    place = words("place")
    year = figures.columns["year"][at].astype(np.int64)
    value, reference = joined["value"], joined["reference"]
    columns = {
        "variant": pa.array(names, pa.string()).take(pa.array(joined["variant"])),
        **{name: words(name) for name in ("subject", "purpose", "kind", "detail", "unit", "municipality")},
        "place": place,
        "municipality_code": pc.if_else(pa.array(in_municipality), place, pa.scalar(None, pa.string())),
        "year": pa.array(year, mask=year == 0),
        "value": _numbers(value),
        "reference": _numbers(reference),
        "difference": _numbers(value - reference),
        "within_gap": pa.array(joined["within_gap"] == 1, mask=joined["within_gap"] < 0),
    }
    schema = COMPARISONS[TABLE]
    return pa.Table.from_arrays([columns[name] for name in schema.names], schema=schema)


def _numbers(values: Values) -> pa.Array:
    return pa.array(values, pa.float64(), mask=np.isnan(values))

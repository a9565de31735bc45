"""The tables of a benchmark, from its rows: the same rows go to the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from benchmarks.growth import powers
from benchmarks.race import Row
from benchmarks.trace import GAPS

_TIMES = tuple(f"{wanted:.1%}" for wanted in GAPS)
_PLAIN = {name: name.replace(".0", "") for name in _TIMES}


def tables(rows: Sequence[Row]) -> list[Table]:
    """Return a table per part, in the order in which the parts were run.

    Parameters
    ----------
    rows
        Of the parts, each with its ``part``.
    """
    return [_TABLES[part](list(found)) for part, found in groupby(rows, key=lambda row: str(row["part"]))]


def _race(rows: list[Row]) -> Table:
    table = _table(
        "Ours and others: seconds to a certified gap", "case", "objective", "solver", *_PLAIN.values()
    )
    _add(table, "value", "bound", "gap", "s", "ready", "MB", "ended")
    last: Any = None
    for row in rows:
        if last is not None and row["case"] != last:
            table.add_section()
        last = row["case"]
        table.add_row(row["name"], row["case"]["objective"], row["solver"], *_found(row), end_section=False)
    return table


def _growth(rows: list[Row]) -> Table:
    table = _table(
        "Growth: seconds to a certified gap", "municipalities x years", "objective", *_PLAIN.values()
    )
    _add(table, "value", "bound", "gap", "s", "ready", "MB", "ended", "power of size")
    for row, power in zip(rows, powers(rows, _TIMES[GAPS.index(0.01)]), strict=True):
        told = "" if power is None else f"{power:.2f}"
        table.add_row(row["name"], row["case"]["objective"], *_found(row), told)
    return table


def _stages(rows: list[Row]) -> Table:
    table = _table("All stages", "case", "stage", "s", "value", "bound", "gap", "ended", "MB")
    for row in rows:
        if "failure" in row:
            table.add_row(row["name"], row["failure"])
            continue
        for stage in row["stages"]:
            table.add_row(
                row["name"],
                stage["stage"],
                seconds(stage["seconds"]),
                amount(stage["value"]),
                amount(stage["bound"]),
                percent(stage["gap"]),
                stage["stopped"],
            )
        total = "all stages" if row["no_plan"] is None else f"no plan: {row['no_plan']}"
        table.add_row(row["name"], "building", seconds(row["ready"]))
        memory = f"{row['megabytes']:,.0f}"
        table.add_row(row["name"], total, seconds(row["seconds"]), "", "", "", "", memory, end_section=True)
    return table


def _batch(rows: list[Row]) -> Table:
    table = _table("Batches of the example", "batch", "runs", "s", "runs a minute", "building", "MB", "ended")
    for row in rows:
        if "failure" in row:
            table.add_row(row["name"], *[""] * 5, row["failure"])
            continue
        ended = ", ".join(f"{count} {status}" for status, count in sorted(row["ended"].items()))
        minute, memory = f"{row['runs_a_minute']:.1f}", f"{row['megabytes']:,.0f}"
        told = (str(row["runs"]), seconds(row["seconds"]), minute, percent(row["building"]), memory, ended)
        table.add_row(row["name"], *told)
    return table


def _commands(rows: list[Row]) -> Table:
    table = _table("Commands without a solve", "what", "s", "MB", "ended")
    for row in rows:
        memory = f"{row['megabytes']:,.0f}" if row.get("megabytes") else ""
        table.add_row(row["name"], seconds(row.get("seconds")), memory, row.get("failure", ""))
    return table


_TABLES: Mapping[str, Callable[[list[Row]], Table]] = MappingProxyType(
    {
        "race": _race,
        "growth": _growth,
        "stages": _stages,
        "batch": _batch,
        "comparison": _commands,
        "keys": _commands,
    }
)


def _found(row: Row) -> list[str]:
    """Return the times to each gap and what a solver ended with."""
    if "failure" in row:
        return [*[""] * (len(_TIMES) + 5), f"{row['megabytes']:,.0f}", row["failure"]]
    return [
        *(seconds(row["time_to"][name]) for name in _TIMES),
        amount(row["value"]),
        amount(row["bound"]),
        percent(row["gap"]),
        seconds(row["seconds"]),
        seconds(row["ready"]),
        f"{row['megabytes']:,.0f}",
        row["stopped"].replace("_", " "),
    ]


def seconds(number: float | None) -> str:
    """Return seconds as a table shows them, a dash for none."""
    return "-" if number is None else f"{number:.1f}"


def amount(number: float | None) -> str:
    """Return a value or bound as a table shows it, a dash for none."""
    if number is None:
        return "-"
    return f"{number:,.4g}" if abs(number) < 1000 else f"{number:,.0f}"


def percent(share: float | None) -> str:
    """Return a share as a table shows it, a dash for none."""
    return "-" if share is None else f"{share:.2%}"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    _add(table, *columns)
    return table


def _add(table: Table, *columns: str) -> None:
    words = {"case", "objective", "solver", "stage", "ended", "batch", "what", "municipalities x years"}
    for column in columns:
        table.add_column(column, justify="left" if column in words else "right", no_wrap=column != "ended")

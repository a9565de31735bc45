"""A published plan as amounts again, from its own tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from thuisplan.inputs.instance import Instance

Amounts = dict[str, dict[tuple[Any, ...], int]]
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Published:
    """The tables of a published plan, each read when it is asked for.

    Parameters
    ----------
    folder
        Folder of the plan.
    """

    folder: Path

    def rows(self, table: str) -> Rows:
        """Return the rows of a table; none where the plan does not have it."""
        if table not in self._read:
            path = self.folder / f"{table}.parquet"
            # One file needs no data set: that way takes half a second to load.
            self._read[table] = pq.ParquetFile(path).read().to_pylist() if path.exists() else []
        return self._read[table]

    @cached_property
    def _read(self) -> dict[str, Rows]:
        return {}

    def amounts(self, instance: Instance) -> Amounts:
        """Return what the plan decides in open years, as ``Solution.amounts`` has it.

        Parameters
        ----------
        instance
            The resolved input of the plan.
        """
        result: Amounts = {}
        for quantity, key, amount in self._amounts(instance.settings.open_year):
            if amount:
                result.setdefault(quantity, {})[key] = amount
        return result

    def _amounts(self, open_year: int) -> Iterator[tuple[str, tuple[Any, ...], int]]:
        for row in self.rows("plan"):
            if row["year"] >= open_year:
                yield "x", (row["municipality_code"], row["year"], row["option"]), row["dwellings"]
        for row in self.rows("funding"):
            paid = (row["pot_id"], row["municipality_code"], row["year"], row["option"])
            yield "y", paid, row["amount_eur"]
        for row in self.rows("allocations"):
            let = (row["municipality_code"], row["year"], row["flow_id"])
            if row["source"] == "vacated":
                yield "a", let, row["households"]
            else:
                yield "p", (*let, row["option"]), row["households"]
        for row in self.rows("flex"):
            yield "moved", (row["municipality_code"], row["year"], row["option"]), row["moved_in"]
        for row in self.rows("neighbourhoods"):
            placed = (row["municipality_code"], row["year"], row["option"], row["neighbourhood"])
            yield "n", placed, row["dwellings"]
        yield from self._swapped()

    def _swapped(self) -> Iterator[tuple[str, tuple[Any, ...], int]]:
        """Yield task that changes hands per year: the table has running totals."""
        before: dict[tuple[str, str], int] = {}
        for row in sorted(self.rows("swaps"), key=lambda row: int(row["year"])):
            for quantity, column in (("given", "planned_out"), ("taken", "planned_in")):
                place = row["municipality_code"]
                yield quantity, (place, row["year"]), row[column] - before.get((quantity, place), 0)
                before[quantity, place] = row[column]

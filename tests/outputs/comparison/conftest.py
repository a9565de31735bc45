"""Plans of runs, written by hand: only what comparisons read of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from thuisplan.outputs.comparison.run_info import CLOSED, RunInfo
from thuisplan.outputs.schemas import SCHEMAS, to_arrow
from thuisplan.outputs.verification import Problem, Verification
from thuisplan.outputs.verification.comparison import check_comparison

PLACES = {"A": "Adorp", "B": "Beveen"}

Built = Mapping[tuple[str, str, int], int]
"""(municipality, type, year) -> dwellings."""


class Runs:
    """Writes plans of runs below a folder, and what is known of them.

    Parameters
    ----------
    out
        Folder of the comparison.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.infos: list[RunInfo] = []

    def add(
        self,
        name: str,
        built: Built | None = None,
        measures: Mapping[str, tuple[float, float | None]] | None = None,
        kind: str = "variant",
        labels: Iterable[tuple[str, str]] = (),
        reproducible: bool | None = None,
        **tables: Iterable[Mapping[str, Any]],
    ) -> RunInfo:
        """Write a plan and return the variant that stands for it.

        Parameters
        ----------
        name
            Of the variant and of its run.
        built
            What it builds.
        measures
            Measure -> value and bound, a stage each, in order; a bound of None is no stage.
        kind, labels
            Of the variant.
        reproducible
            What the manifest says of it; None where it says nothing.
        **tables
            Rows of other tables of the plan; columns that are left out are empty or zero.
        """
        folder = self.out / "runs" / name
        folder.mkdir(parents=True)
        rows = {"plan": [_built(*cell, dwellings) for cell, dwellings in (built or {}).items()], **tables}
        for table in {**dict.fromkeys(("plan", "rules"), ()), **rows}:
            filled = [{**_nothing(table), **row} for row in rows.get(table, ())]
            pq.write_table(to_arrow(table, filled), folder / f"{table}.parquet")
        values = measures or {}
        staged = [(measure, *both) for measure, both in values.items() if both[1] is not None]
        manifest = {
            "measures": {measure: value for measure, (value, _) in values.items()},
            "stages": [_stage(number, *stage) for number, stage in enumerate(staged, start=1)],
        }
        if reproducible is not None:
            manifest["reproducible"] = reproducible
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        info = RunInfo(name, kind, tuple(labels), name, CLOSED, 0, 10.0, 1.0)
        self.infos.append(info)
        return info


def _nothing(table: str) -> dict[str, Any]:
    nothing = {"string": "", "int64": 0, "double": 0.0, "bool": False}
    return {field.name: nothing[str(field.type)] for field in SCHEMAS[table]}


def _built(place: str, kind: str, year: int, dwellings: int) -> dict[str, Any]:
    where = {"municipality_code": place, "municipality": PLACES[place], "year": year}
    return {**where, "dwelling_type": kind, "option": kind, "dwellings": dwellings}


def _stage(number: int, measure: str, value: float, bound: float) -> dict[str, Any]:
    measures = [{"measure": measure, "weight": 1.0, "value_published": value}]
    return {"stage": number, "measures": measures, "stopped": "closed", "bound": bound}


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    """Return what writes the plans of runs."""
    return Runs(tmp_path)


@pytest.fixture
def rule() -> Any:
    """Return what makes a line of a rule."""

    def line(rule_id: str, strength: str = "hard", verdict: str = "met", **values: Any) -> dict[str, Any]:
        return {
            "rule_id": rule_id,
            "family": "capacity",
            "purpose": "municipality",
            "place": "A",
            "strength": strength,
            "verdict": verdict,
            "binding": False,
            "slack": 0.0,
            "unit": "dwellings",
            **values,
        }

    return line


@pytest.fixture
def check(runs: Runs) -> Any:
    """Return what verifies the comparison in the folder of the runs; the plans themselves count as right."""

    def found(reference: str, hold: str = "9/10") -> list[Problem]:
        manifest = {"reference": reference, "hold": hold, "runs": [asdict(one) for one in runs.infos]}
        problems: list[Problem] = []
        right = Verification(True, (), 1, 1, {})
        lines, sums = check_comparison(runs.out, manifest, lambda folder: right, problems)
        assert lines == len({one.run for one in runs.infos if one.has_plan})
        assert sums > 0
        return problems

    return found

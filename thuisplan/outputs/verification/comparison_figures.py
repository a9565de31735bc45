"""The figures of a run that comparisons rest on, taken again from the tables of its plan."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from thuisplan.outputs.verification.measures import UNITS
from thuisplan.outputs.verification.problems import Problem
from thuisplan.outputs.verification.resolved import Row
from thuisplan.outputs.verification.written import read_written
from thuisplan.outputs.verification.written_comparison import SUMMARY

Cell = tuple[str, str, str, str, str, int | None]
"""Subject, purpose, place, kind, detail, year."""

Figures = dict[Cell, float]

COUNTED = frozenset(
    "dwellings required delivered shortfall cost paid waiting hard_lines soft_lines monitor_lines "
    "binding_lines broken_lines rule_short".split()
)
"""Subjects of which a plan without a row has none."""

AT = "municipality"


def figures_of_plan(folder: Path, found: list[Problem]) -> Figures:
    """Return the figures of a published plan.

    Parameters
    ----------
    folder
        The plan.
    found
        What cannot be read is added to it.
    """
    figures: Figures = {}

    def add(value: float, subject: str, *rest: Any) -> None:
        purpose, place, kind, detail, year = rest
        cell = (subject, purpose or "", place or "", kind or "", detail or "", year)
        figures[cell] = figures.get(cell, 0.0) + value

    def rows(name: str) -> Iterable[Row]:
        there = (folder / f"{name}.parquet").exists()
        return (read_written(folder, name, found) or []) if there else []

    _programme(rows, add)
    _needs_and_money(rows, add)
    _rules(rows("rules"), add)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    _measures(manifest, add)
    return figures


def figures_of_summary(folder: Path, name: str, found: list[Problem]) -> Figures:
    """Return the figures as they were kept: of a plan that is not in the folder itself."""
    rows = read_written(folder / "summaries", name, found, {name: SUMMARY}) or []
    return {tuple(row[column] for column in SUMMARY.key): row["value"] for row in rows}


Rows = Callable[[str], Iterable[Row]]
Add = Callable[..., None]


def _programme(rows: Rows, add: Add) -> None:
    for row in rows("plan"):
        place, year = row["municipality_code"], row["year"]
        add(row["dwellings"], "dwellings", AT, place, row["dwelling_type"], "", year)
        for kind in ("extra_cost", "deficit"):
            if row[f"{kind}_eur"]:
                add(row[f"{kind}_eur"], "cost", AT, place, kind, "", year)
    for row in rows("stock"):
        if row["social_share_pct"] is not None:
            add(row["social_share_pct"], "social_share", AT, row["municipality_code"], "", "", row["year"])


def _needs_and_money(rows: Rows, add: Add) -> None:
    for row in rows("needs"):
        for subject in ("required", "delivered", "shortfall"):
            where = (row["purpose"], row["place"], row["need_category"], "", row["year"])
            add(row[subject], subject, *where)
    for row in rows("funding"):
        add(row["amount_eur"], "paid", AT, row["municipality_code"], row["payer"], row["kind"], row["year"])
    for row in rows("fair_share"):
        where = (AT, row["municipality_code"], row["rule_id"], row["place"], row["year"])
        add(row["deviation"], "fair_share_deviation", *where)
        add(row["target"], "fair_share_target", *where)
    for row in rows("waiting_list"):
        where = (row["purpose"], row["place"], row["flow_id"], row["group"], row["year"])
        add(row["waiting_after"], "waiting", *where)


def _rules(rows: Iterable[Row], add: Add) -> None:
    for row in rows:
        where = (row["purpose"] or "", row["place"] or "", row["rule_id"], row["family"], None)
        add(1, f"{row['strength']}_lines", *where)
        if row["binding"]:
            add(1, "binding_lines", *where)
        if row["verdict"] == "broken":
            add(1, "broken_lines", *where)
        if row["verdict"] == "broken" and row["slack"]:
            add(row["slack"], "rule_short", *where)


def _measures(manifest: Mapping[str, Any], add: Add) -> None:
    values: dict[str, float] = dict(manifest.get("measures") or {})
    for stage in manifest["stages"]:
        for part in stage["measures"]:
            values[part["measure"]] = part["value_published"]
    for name, value in values.items():
        add(value, "measure", "", "", name, "", None)
    first: set[str] = set()
    for stage in manifest["stages"]:
        proved = stage["stopped"] != "not_run" and stage["bound"] is not None
        if proved and len(stage["measures"]) == 1:
            name, weight = stage["measures"][0]["measure"], stage["measures"][0]["weight"]
            if name in first:
                continue
            first.add(name)
            least = max(0.0, stage["bound"] / weight)
            add(min(least, values[name]), "bound", "", "", name, "", None)
            add(stage["stage"], "stage", "", "", name, "", None)
    if manifest.get("reproducible") is not None:
        add(1.0 if manifest["reproducible"] else 0.0, "reproducible", "", "", "", "", None)


class Run:
    """A run, as far as its plan is compared.

    Parameters
    ----------
    figures
        Its figures.
    """

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self.dwellings = {
            (place, kind, year): round(value)
            for (subject, _, place, kind, _, year), value in figures.items()
            if subject == "dwellings"
        }

    def measure(self, name: str, subject: str = "measure") -> float | None:
        """Return a measure, its bound (``bound``) or the stage that minimised it (``stage``)."""
        return self.figures.get((subject, "", "", name, "", None))

    def measures(self) -> list[str]:
        """Return the measures that are known."""
        return [name for name in UNITS if self.measure(name) is not None]

    def at(self, cell: Cell) -> float | None:
        """Return a figure: zero where there is nothing, None where nothing is known."""
        return self.figures.get(cell, 0.0 if cell[0] in COUNTED else None)

    def lines(self, rule: str, subject: str) -> int:
        """Return how many lines of a rule there are of a subject, over all places."""
        return self.by_rule.get((rule, subject), 0)

    @property
    def by_rule(self) -> Mapping[tuple[str, str], int]:
        """(rule, subject) -> lines."""
        if not hasattr(self, "_by_rule"):
            counts: dict[tuple[str, str], int] = {}
            for (subject, _, _, kind, _, _), value in self.figures.items():
                if subject.endswith("_lines"):
                    counts[kind, subject] = counts.get((kind, subject), 0) + round(value)
            self._by_rule = counts
        return self._by_rule

    def strength(self, rule: str) -> str | None:
        """Return the strongest of the lines of a rule."""
        names = [name for name in ("hard", "soft", "monitor") if self.lines(rule, f"{name}_lines")]
        return names[0] if names else None

    def families(self) -> dict[str, str]:
        """Return rule -> family."""
        return {cell[3]: cell[4] for cell in self.figures if cell[0].endswith("_lines")}


def can_vanish(one: Run | None, other: Run | None, measure: str) -> bool | None:
    """Return whether solving on could take a difference away: the proved ranges of both meet.

    None where nothing is proved: one of them has no proof, or they are apart in a later stage. Two values
    that are exact and the same do not differ at all.
    """
    if one is None or other is None:
        return None
    ends = [run.measure(measure, subject) for run in (one, other) for subject in ("bound", "measure")]
    if None in ends:
        return None
    least, most, other_least, other_most = (float(end or 0.0) for end in ends)
    if least == most == other_least == other_most:
        return False
    if max(least, other_least) <= min(most, other_most):
        return True
    # The bound of a later stage holds within limits that each plan set for itself.
    return False if one.measure(measure, "stage") == other.measure(measure, "stage") == 1 else None

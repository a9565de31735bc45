"""The tables of a comparison, computed again from the figures of the runs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from thuisplan.outputs.verification.comparison_figures import Run, can_vanish
from thuisplan.outputs.verification.measures import UNITS
from thuisplan.outputs.verification.resolved import Row

Expected = dict[tuple[Any, ...], Row]
QUANTILES = {"p5": (1, 20), "p25": (1, 4), "median": (1, 2), "p75": (3, 4), "p95": (19, 20)}
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Comparison:
    """A comparison as its manifest tells it.

    Parameters
    ----------
    variants
        Rows of the manifest: name, kind, labels, run, status and so on.
    runs
        Run -> its figures, of those that have a plan.
    reference
        Name of the variant against which the others are held.
    hold
        Share of the draws in which a decision must hold.
    """

    variants: list[Mapping[str, Any]]
    runs: Mapping[str, Run]
    reference: str
    hold: Fraction

    def run(self, variant: Mapping[str, Any]) -> Run | None:
        """Return the run of a variant; None if it has no plan."""
        return self.runs.get(variant["run"]) if variant["status"] in ("closed", "stopped") else None

    @property
    def base(self) -> Run | None:
        """The run of the reference."""
        return next((self.run(one) for one in self.variants if one["name"] == self.reference), None)

    def planned(self, kind: str | None = None) -> list[tuple[Mapping[str, Any], Run]]:
        """Return the variants with a plan, of one kind or all, with their runs."""
        pairs = [(one, self.run(one)) for one in self.variants if kind in (None, one["kind"])]
        return [(one, run) for one, run in pairs if run is not None]

    # --- a row per variant --------------------------------------------------------------------

    def run_rows(self) -> Expected:
        """Return the rows of ``runs``."""
        rows = {}
        for one in self.variants:
            run = self.run(one)
            told = {name: one.get(name) for name in ("kind", "run", "status", "exit_code", "reason")}
            told |= {name: one.get(name) for name in ("seconds", "build_seconds")}
            repeats = None if run is None else run.measure("", "reproducible")
            told["reproducible"] = None if repeats is None else repeats == 1
            told["dwellings"] = None if run is None else sum(run.dwellings.values())
            for name in UNITS:
                told[name] = None if run is None else run.measure(name)
                told[f"{name}_bound"] = None if run is None else run.measure(name, "bound")
            rows[(one["name"],)] = told
        return rows

    def label_rows(self) -> Expected:
        """Return the rows of ``labels``."""
        return {
            (one["name"], axis): {"choice": choice} for one in self.variants for axis, choice in one["labels"]
        }

    def rule_rows(self, chosen: list[tuple[Mapping[str, Any], Run]]) -> Expected:
        """Return the rows of ``rules_compared``."""
        families: dict[str, str] = {}
        for run in self.runs.values():
            families |= run.families()
        base = self.base
        return {
            (one["name"], rule): {
                "family": family,
                "strength": run.strength(rule),
                "lines": sum(run.lines(rule, f"{name}_lines") for name in ("hard", "soft", "monitor")),
                "binding": run.lines(rule, "binding_lines"),
                "broken": run.lines(rule, "broken_lines"),
                "reference_strength": None if base is None else base.strength(rule),
                "reference_binding": None if base is None else base.lines(rule, "binding_lines"),
                "reference_broken": None if base is None else base.lines(rule, "broken_lines"),
            }
            for one, run in chosen
            for rule, family in families.items()
        }

    # --- prices, axes and frontier -----------------------------------------------------------------

    def price_rows(self) -> Expected:
        """Return the rows of ``prices``."""
        base = self.base
        rows: Expected = {}
        if base is None:
            return rows
        for one, run in self.planned("price"):
            rule = dict(one["labels"]).get("without")
            for name in run.measures() if rule is not None else ():
                before, after = base.measure(name), run.measure(name)
                if before is None or after is None:
                    continue
                lows = base.measure(name, "bound"), run.measure(name, "bound")
                stage = base.measure(name, "stage")
                least = most = None
                if lows[0] is not None and lows[1] is not None:
                    least, most = lows[0] - after, before - lows[1]
                    if stage == 1 and base.strength(rule or "") == "hard":
                        least, most = max(0.0, least), max(0.0, most)
                rows[one["name"], name] = {
                    "rule_id": rule,
                    "strength": base.strength(rule or ""),
                    "stage": None if stage is None else round(stage),
                    "unit": UNITS[name],
                    "reference": before,
                    "without": after,
                    "gain": before - after,
                    "gain_at_least": least,
                    "gain_at_most": most,
                    "within_gap": can_vanish(base, run, name),
                }
        return rows

    def axis_rows(self) -> Expected:
        """Return the rows of ``axes``."""
        grids: dict[tuple[str, ...], list[tuple[dict[str, str], Mapping[str, Any]]]] = {}
        for one in self.variants:
            if one["kind"] == "variant" and one["labels"]:
                labels = {axis: choice for axis, choice in one["labels"]}
                grids.setdefault(tuple(labels), []).append((labels, one))
        rows: Expected = {}
        for axes, members in grids.items():
            for axis in axes:
                choices = list(dict.fromkeys(labels[axis] for labels, _ in members))
                first = "base" if "base" in choices else choices[0]
                for choice in (one for one in choices if one != first):
                    pairs = [
                        (run, other)
                        for labels, one in members
                        for against, variant in members
                        if labels[axis] == choice and {**labels, axis: first} == against
                        for run, other in [(self.run(one), self.run(variant))]
                        if run is not None and other is not None
                    ]
                    for name, row in _along(pairs):
                        rows[axis, choice, name] = {"against": first, "unit": UNITS[name], **row}
        return rows

    def frontier_rows(self) -> Expected:
        """Return the rows of ``frontier``, without which plan it is that dominates."""
        orders = [dict(one["labels"]).get("order", "") for one in self.variants if one["kind"] == "frontier"]
        named = [part.strip() for order in orders for part in order.split(">")]
        measures = [name for name in dict.fromkeys(named) if name in UNITS]
        points = [
            (one, run)
            for one, run in self.planned()
            if (one["kind"] == "frontier" or one["name"] == self.reference)
            and all(run.measure(name) is not None for name in measures)
        ]
        if not any(one["kind"] == "frontier" for one, _ in points):
            return {}
        values = [[run.measure(name) or 0.0 for name in measures] for _, run in points]
        rows: Expected = {}
        for (one, run), own in zip(points, values, strict=True):
            labels = dict(one["labels"])
            for name, value in zip(measures, own, strict=True):
                rows[one["name"], name] = {
                    "order": labels.get("order"),
                    "keep": labels.get("keep"),
                    "unit": UNITS[name],
                    "value": value,
                    "bound": run.measure(name, "bound"),
                    "dominated": any(_dominates(other, own) for other in values),
                }
        return rows

    # --- dwellings -----------------------------------------------------------------------------

    def totals(self) -> Iterator[tuple[tuple[Any, ...], list[tuple[str, str, int]]]]:
        """Yield place, type and year, each of them None for all, with what they hold."""
        cells = sorted({cell for run in self.runs.values() for cell in run.dwellings})
        for kept in product((True, False), repeat=3):
            groups: dict[tuple[Any, ...], list[tuple[str, str, int]]] = {}
            for cell in cells:
                key = tuple(part if keep else None for part, keep in zip(cell, kept, strict=True))
                groups.setdefault(key, []).append(cell)  # type: ignore[arg-type]
            yield from groups.items()

    def common_rows(self) -> Expected:
        """Return the rows of ``common``."""
        runs = [run for one, run in self.planned() if one["kind"] != "draw"]
        rows: Expected = {}
        for key, cells in self.totals() if runs else ():
            numbers = [_sum(run, cells) for run in runs]
            least, most = min(numbers), max(numbers)
            told = {"reference": self._base(cells), "least": least, "most": most}
            rows[key] = {**told, "same_in_all": least == most}
        return rows

    def bandwidth_rows(self) -> Expected:
        """Return the rows of ``bandwidths``."""
        runs = [run for _, run in self.planned("draw")]
        rows: Expected = {}
        for key, cells in self.totals() if runs else ():
            numbers = sorted(_sum(run, cells) for run in runs)
            found = {
                name: next(n for n in numbers if below * sum(m <= n for m in numbers) >= above * len(numbers))
                for name, (above, below) in QUANTILES.items()
            }
            rows[key] = {"draws": len(runs), "reference": self._base(cells), **found}
        return rows

    def robust_rows(self) -> Expected:
        """Return the rows of ``robust``."""
        runs = [run for _, run in self.planned("draw")]
        years = sorted({year for run in self.runs.values() for _, _, year in run.dwellings if year})
        rows: Expected = {}
        if not runs:
            return rows
        enough = max(1, math.ceil(self.hold * len(runs)))
        for (place, kind, year), cells in self.totals():
            for last in years if year is None else ():
                until = [cell for cell in cells if cell[2] <= last]
                numbers = sorted((_sum(run, until) for run in runs), reverse=True)
                least = numbers[enough - 1]
                if least:
                    rows[place, kind, last] = {
                        "draws": len(runs),
                        "reference": self._base(until),
                        "at_least": least,
                        "holds_in": sum(number >= least for number in numbers),
                        "in_every_draw": numbers[-1],
                    }
        return rows

    def _base(self, cells: list[tuple[str, str, int]]) -> int | None:
        return None if self.base is None else _sum(self.base, cells)


def _sum(run: Run, cells: list[tuple[str, str, int]]) -> int:
    return sum(run.dwellings.get(cell, 0) for cell in cells)


def _along(pairs: list[tuple[Run, Run]]) -> Iterator[tuple[str, Row]]:
    """Yield measure and figures over the pairs that have it."""
    for name in UNITS:
        known = [(a, b) for a, b in pairs if a.measure(name) is not None and b.measure(name) is not None]
        if known:
            apart = [(a.measure(name) or 0.0) - (b.measure(name) or 0.0) for a, b in known]
            vanish = [can_vanish(a, b, name) for a, b in known]
            mean = float(sum(map(Fraction, apart))) / len(apart)
            counted = None if None in vanish else vanish.count(True)
            row = {"pairs": len(known), "within_gap": counted, "apart": _beyond(known, name)}
            yield name, {**row, "least": min(apart), "mean": mean, "most": max(apart)}


def _beyond(pairs: list[tuple[Run, Run]], name: str) -> int | None:
    """Return in how many pairs one found less than the other can reach; None without bounds."""
    ends = [[(run.measure(name, "bound"), run.measure(name)) for run in pair] for pair in pairs]
    count = 0
    for (least, found), (other_least, other_found) in ends:
        if least is None or found is None or other_least is None or other_found is None:
            return None
        count += found < other_least or other_found < least
    return count


def _dominates(other: list[float], own: list[float]) -> bool:
    """Return whether a point is nowhere worse and somewhere better."""
    rooms = [TOLERANCE * max(1.0, abs(value)) for value in own]
    pairs = list(zip(other, own, rooms, strict=True))
    return all(a <= b + room for a, b, room in pairs) and any(a < b - room for a, b, room in pairs)

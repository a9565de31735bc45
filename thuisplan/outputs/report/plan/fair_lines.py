"""What fair-share rules came to, per rule and municipality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from thuisplan.outputs.report.plan_view import PlanView
from thuisplan.outputs.report.sums import series_by

Row = Mapping[str, Any]


@dataclass(frozen=True)
class FairLines:
    """The rows of ``fair_share.parquet`` and the verdicts that belong to them.

    Parameters
    ----------
    view
        The plan.
    """

    view: PlanView

    @cached_property
    def series(self) -> Mapping[tuple[str, str], tuple[Row, ...]]:
        """(rule, municipality) -> its rows, in order of year."""
        return series_by(self.view.rows("fair_share"), "rule_id", "municipality_code")

    @cached_property
    def tracks(self) -> Mapping[int, tuple[tuple[str, str], ...]]:
        """Track -> its (rule, municipality), in order."""
        result: dict[int, list[tuple[str, str]]] = {}
        for key, rows in self.series.items():
            result.setdefault(rows[0]["track"], []).append(key)
        return {track: tuple(result[track]) for track in sorted(result)}

    @cached_property
    def checks(self) -> Mapping[tuple[str, str, int], tuple[Row, ...]]:
        """(rule, municipality, year) -> the lines that test it: not too much, and not too little."""
        result: dict[tuple[str, str, int], list[Row]] = {}
        for row in self.view.rows("rules"):
            if row["family"] == "fair_share":
                key = row["rule_id"], row["place"], int(row["period"])
                result.setdefault(key, []).append(row)
        return {key: tuple(rows) for key, rows in result.items()}

    @cached_property
    def settled(self) -> Mapping[tuple[str, str], Row]:
        """(rule, municipality) -> its row of ``settlement.parquet``: its share in what is delivered."""
        return {(row["rule_id"], row["municipality_code"]): row for row in self.view.rows("settlement")}

    def verdict(self, rule_id: str, municipality: str, year: int) -> str | None:
        """Return the worst verdict of a year; None where the year is not tested."""
        found = {row["verdict"] for row in self.checks.get((rule_id, municipality, year), ())}
        return next((one for one in ("broken", "exempt", "not_testable", "met") if one in found), None)

    def binding(self, rule_id: str, municipality: str, year: int) -> bool:
        """Return whether a line of a year binds."""
        return any(row["binding"] for row in self.checks.get((rule_id, municipality, year), ()))

    def layers(self) -> list[tuple[str, Mapping[str, Row]]]:
        """Return the last rows per municipality; rules of one kind for other municipalities stand together.

        Returns
        -------
        list
            Names of the rules and municipality -> its row; no municipality is in a layer twice.
        """
        made: list[tuple[tuple[Any, ...], list[str], dict[str, Row]]] = []
        rules: dict[str, dict[str, Row]] = {}
        for (rule_id, municipality), rows in self.series.items():
            rules.setdefault(rule_id, {})[municipality] = rows[-1]
        for rule_id, places in rules.items():
            first = next(iter(places.values()))
            kind = first["track"], first["group"]
            for other, names, layer in made:
                if other == kind and not layer.keys() & places.keys():
                    names.append(rule_id)
                    layer.update(places)
                    break
            else:
                made.append((kind, [rule_id], dict(places)))
        return [(names[0] if len(names) == 1 else "", layer) for _, names, layer in made]

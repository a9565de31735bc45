"""The written tables of a comparison: columns, types and units. Part of the contract with readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from thuisplan.outputs.schemas import SCHEMAS, schema, to_arrow

MEASURE_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "unmet_special": "dwelling-years",
        "unmet_regular": "dwelling-years",
        "rule_violation": "relative",
        "fair_share_max": "share",
        "fair_share_mean": "share",
        "extra_cost": "kEUR",
        "deficit": "kEUR",
        "change": "dwellings",
        "lateness": "dwelling-years",
        "swapped": "persons",
    }
)
"""Measure -> its unit."""

CELL = ("subject", "purpose", "place", "kind", "detail", "year")
"""Columns that tell apart the figures of one plan."""

_CELL = (
    "subject:text",
    "purpose:text",
    "place:text",
    "municipality_code:text",
    "municipality:text",
    "kind:text",
    "detail:text",
    "year:whole:year",
    "unit:text",
)
_WHERE = ("municipality_code:text", "municipality:text", "dwelling_type:text")

COMPARISONS: Mapping[str, pa.Schema] = MappingProxyType(
    {
        "summary": schema(*_CELL, "value:number"),
        "runs": schema(
            "variant:text",
            "kind:text",
            "run:text",
            "status:text",
            "exit_code:whole",
            "reason:text",
            "reproducible:yes_no",
            "seconds:number:s",
            "build_seconds:number:s",
            "dwellings:whole:dwellings",
            *(
                f"{name}{part}:number:{unit}"
                for name, unit in MEASURE_UNITS.items()
                for part in ("", "_bound")
            ),
        ),
        "labels": schema("variant:text", "axis:text", "choice:text"),
        "comparison": schema(
            "variant:text",
            *_CELL,
            "value:number",
            "reference:number",
            "difference:number",
            "within_gap:yes_no",
        ),
        "rules_compared": schema(
            "variant:text",
            "rule_id:text",
            "family:text",
            "strength:text",
            "lines:whole:lines",
            "binding:whole:lines",
            "broken:whole:lines",
            "reference_strength:text",
            "reference_binding:whole:lines",
            "reference_broken:whole:lines",
        ),
        "prices": schema(
            "rule_id:text",
            "variant:text",
            "strength:text",
            "measure:text",
            "stage:whole",
            "unit:text",
            "reference:number",
            "without:number",
            "gain:number",
            "gain_at_least:number",
            "gain_at_most:number",
            "within_gap:yes_no",
        ),
        "common": schema(
            *_WHERE,
            "year:whole:year",
            "reference:whole:dwellings",
            "least:whole:dwellings",
            "most:whole:dwellings",
            "same_in_all:yes_no",
        ),
        "axes": schema(
            "axis:text",
            "choice:text",
            "against:text",
            "measure:text",
            "unit:text",
            "pairs:whole",
            "within_gap:whole",
            "apart:whole",
            "least:number",
            "mean:number",
            "most:number",
        ),
        "frontier": schema(
            "variant:text",
            "order:text",
            "keep:text",
            "measure:text",
            "unit:text",
            "value:number",
            "bound:number",
            "dominated:yes_no",
            "dominated_by:text",
            "within_gap:yes_no",
        ),
        "bandwidths": schema(
            *_WHERE,
            "year:whole:year",
            "draws:whole",
            "reference:whole:dwellings",
            "p5:whole:dwellings",
            "p25:whole:dwellings",
            "median:whole:dwellings",
            "p75:whole:dwellings",
            "p95:whole:dwellings",
        ),
        "robust": schema(
            *_WHERE,
            "by_year:whole:year",
            "draws:whole",
            "reference:whole:dwellings",
            "at_least:whole:dwellings",
            "holds_in:whole",
            "in_every_draw:whole:dwellings",
        ),
        "sentences": SCHEMAS["sentences"],
    }
)
"""Table -> Arrow schema; the unit of a column is in its metadata."""


def comparison_to_arrow(name: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return rows as an Arrow table of the fixed schema of a table in ``COMPARISONS``."""
    return to_arrow(name, rows, COMPARISONS)

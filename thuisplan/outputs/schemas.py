"""The written tables: columns, types and units. Part of the contract with readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import pyarrow as pa

_TYPES = {"text": pa.string(), "whole": pa.int64(), "number": pa.float64(), "yes_no": pa.bool_()}


def _schema(*columns: str) -> pa.Schema:
    """Make a schema from ``name:type`` or ``name:type:unit``."""
    fields = []
    for column in columns:
        name, kind, *unit = column.split(":")
        metadata = {"unit": unit[0]} if unit else None
        fields.append(pa.field(name, _TYPES[kind], metadata=metadata))
    return pa.schema(fields)


SCHEMAS: Mapping[str, pa.Schema] = MappingProxyType(
    {
        "plan": _schema(
            "municipality_code:text",
            "municipality:text",
            "year:whole:year",
            "option:text",
            "dwelling_type:text",
            "route:text",
            "segment:text",
            "unit:text",
            "dwellings:whole:dwellings",
            "committed:whole:dwellings",
            "extra_cost_eur:whole:EUR",
            "deficit_eur:whole:EUR",
        ),
        "needs": _schema(
            "need_id:text",
            "purpose:text",
            "place:text",
            "need_category:text",
            "year:whole:year",
            "required:whole:dwellings",
            "delivered:whole:dwellings",
            "shortfall:whole:dwellings",
            "surplus:whole:dwellings",
        ),
        "rules": _schema(
            "rule_id:text",
            "family:text",
            "purpose:text",
            "place:text",
            "subject:text",
            "period:text",
            "strength:text",
            "lhs:number",
            "operator:text",
            "rhs:number",
            "unit:text",
            "value_pct:number:%",
            "norm_pct:number:%",
            "margin:number",
            "slack:number",
            "verdict:text",
            "binding:yes_no",
            "valid_from:whole:year",
            "valid_to:whole:year",
            "status:text",
            "source:text",
        ),
        "funding": _schema(
            "pot_id:text",
            "payer:text",
            "kind:text",
            "municipality_code:text",
            "year:whole:year",
            "option:text",
            "dwellings:whole:dwellings",
            "amount_eur:whole:EUR",
        ),
        "finance": _schema(
            "pot_id:text",
            "payer:text",
            "kind:text",
            "year:whole:year",
            "available_eur:whole:EUR",
            "carried_in_eur:whole:EUR",
            "used_eur:whole:EUR",
            "carried_out_eur:whole:EUR",
            "lapsed_eur:whole:EUR",
        ),
        "fair_share": _schema(
            "rule_id:text",
            "key:text",
            "track:whole",
            "group:text",
            "basis:text",
            "place:text",
            "municipality_code:text",
            "year:whole:year",
            "share:number:share",
            "task:number:dwellings",
            "target:number:dwellings",
            "delivered:number:dwellings",
            "tolerance:number:dwellings",
            "deviation:number:dwellings",
        ),
        "stock": _schema(
            "municipality_code:text",
            "year:whole:year",
            "dwellings:whole:dwellings",
            "social:whole:dwellings",
            "mid:whole:dwellings",
            "social_share_pct:number:%",
            "mid_share_pct:number:%",
        ),
        "assumptions": _schema(
            "table:text",
            "key:text",
            "column:text",
            "value:text",
            "unit:text",
            "source:text",
            "year:whole:year",
            "status:text",
            "origin:text",
        ),
    }
)
"""Table -> Arrow schema; the unit of a column is in its metadata."""


def to_arrow(name: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return rows as an Arrow table of the fixed schema.

    Parameters
    ----------
    name
        Table in ``SCHEMAS``.
    rows
        One mapping per row, with exactly the columns of the schema.
    """
    return pa.Table.from_pylist([dict(row) for row in rows], schema=SCHEMAS[name])

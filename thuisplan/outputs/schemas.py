"""The written tables of a plan: columns, types and units. Part of the contract with readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import pyarrow as pa

_TYPES = {"text": pa.string(), "whole": pa.int64(), "number": pa.float64(), "yes_no": pa.bool_()}


def schema(*columns: str) -> pa.Schema:
    """Return a schema from ``name:type`` or ``name:type:unit``."""
    fields = []
    for column in columns:
        name, kind, *unit = column.split(":")
        metadata = {"unit": unit[0]} if unit else None
        fields.append(pa.field(name, _TYPES[kind], metadata=metadata))
    return pa.schema(fields)


SCHEMAS: Mapping[str, pa.Schema] = MappingProxyType(
    {
        "plan": schema(
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
        "needs": schema(
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
        "rules": schema(
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
            "allowed:number",
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
        "funding": schema(
            "pot_id:text",
            "payer:text",
            "kind:text",
            "municipality_code:text",
            "year:whole:year",
            "option:text",
            "dwellings:whole:dwellings",
            "amount_eur:whole:EUR",
        ),
        "finance": schema(
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
        "fair_share": schema(
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
        "stock": schema(
            "municipality_code:text",
            "year:whole:year",
            "dwellings:whole:dwellings",
            "social:whole:dwellings",
            "mid:whole:dwellings",
            "social_share_pct:number:%",
            "mid_share_pct:number:%",
        ),
        "assumptions": schema(
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
        "allocations": schema(
            "municipality_code:text",
            "municipality:text",
            "year:whole:year",
            "flow_id:text",
            "group:text",
            "source:text",
            "option:text",
            "households:whole:households",
            "persons:number:persons",
        ),
        "waiting_list": schema(
            "flow_id:text",
            "group:text",
            "purpose:text",
            "place:text",
            "year:whole:year",
            "waiting_before:number:households",
            "inflow:number:households",
            "returns:number:households",
            "housed_vacated:number:households",
            "housed_new:number:households",
            "waiting_after:number:households",
            "in_temporary:number:households",
        ),
        "vacancies": schema(
            "municipality_code:text",
            "year:whole:year",
            "social_stock:number:dwellings",
            "vacated:number:dwellings",
            "designated:number:dwellings",
            "first_lettings:whole:dwellings",
            "to_groups:whole:households",
            "to_groups_vacated:whole:households",
            "to_permit_holders:whole:households",
            "to_permit_holders_vacated:whole:households",
            "regular:number:dwellings",
            "regular_pct:number:%",
            "waiting_years:number:years",
        ),
        "swaps": schema(
            "municipality_code:text",
            "year:whole:year",
            "task_persons:whole:persons",
            "agreed_out:whole:persons",
            "agreed_in:whole:persons",
            "planned_out:whole:persons",
            "planned_in:whole:persons",
            "remaining_persons:whole:persons",
        ),
        "flex": schema(
            "municipality_code:text",
            "option:text",
            "year:whole:year",
            "completed:whole:dwellings",
            "moved_in:whole:dwellings",
            "left:whole:dwellings",
            "in_service:whole:dwellings",
            "pool:whole:dwellings",
        ),
        "neighbourhoods": schema(
            "municipality_code:text",
            "neighbourhood:text",
            "year:whole:year",
            "option:text",
            "dwellings:whole:dwellings",
        ),
        "settlement": schema(
            "rule_id:text",
            "track:whole",
            "municipality_code:text",
            "year:whole:year",
            "target:number:dwellings",
            "delivered:number:dwellings",
            "difference:number:dwellings",
            "persons:number:persons",
            "tariff_eur:whole:EUR",
            "amount_eur:whole:EUR",
        ),
        "changes": schema(
            "municipality_code:text",
            "municipality:text",
            "year:whole:year",
            "option:text",
            "dwelling_type:text",
            "status:text",
            "before:whole:dwellings",
            "after:whole:dwellings",
            "change:whole:dwellings",
        ),
        "sentences": schema(
            "position:whole",
            "section:text",
            "code:text",
            "nl:text",
            "en:text",
        ),
        "corporations": schema(
            "municipality_code:text",
            "corporation:text",
            "year:whole:year",
            "share:number:share",
            "lettings:whole:households",
            "new_dwellings:whole:dwellings",
        ),
    }
)
"""Table -> Arrow schema; the unit of a column is in its metadata."""


def to_arrow(
    name: str, rows: Iterable[Mapping[str, Any]], schemas: Mapping[str, pa.Schema] = SCHEMAS
) -> pa.Table:
    """Return rows as an Arrow table of the fixed schema.

    Parameters
    ----------
    name
        Table in ``schemas``.
    rows
        One mapping per row, with exactly the columns of the schema.
    schemas
        Those of a plan, or ``ANSWERS``.
    """
    return pa.Table.from_pylist([dict(row) for row in rows], schema=schemas[name])

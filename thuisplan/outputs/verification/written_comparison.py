"""The tables of a comparison as they are written: their keys, columns and types."""

from __future__ import annotations

from collections.abc import Mapping

from thuisplan.outputs.verification.measures import UNITS
from thuisplan.outputs.verification.written import Schema, schema

CELL = "subject purpose place kind detail year"
_WHERE = "municipality_code municipality dwelling_type"
_MEASURES = " ".join(f"{name} {name}_bound" for name in UNITS)

SUMMARY = schema(
    CELL,
    text="subject unit",
    text_or_empty="purpose place kind detail municipality_code municipality",
    whole_or_empty="year",
    number="value",
)
"""The figures of one plan, as they are kept beside the runs."""

COMPARISON_SCHEMAS: Mapping[str, Schema] = {
    "runs": schema(
        "variant",
        text="variant kind status",
        text_or_empty="run reason",
        whole_or_empty="exit_code dwellings",
        number_or_empty=f"seconds build_seconds {_MEASURES}",
        yes_no_or_empty="reproducible",
    ),
    "labels": schema("variant axis", text="variant axis choice"),
    "comparison": schema(
        f"variant {CELL}",
        text="variant subject unit",
        text_or_empty="purpose place kind detail municipality_code municipality",
        whole_or_empty="year",
        number_or_empty="value reference difference",
        yes_no_or_empty="within_gap",
    ),
    "rules_compared": schema(
        "variant rule_id",
        text="variant rule_id family",
        text_or_empty="strength reference_strength",
        whole="lines binding broken",
        whole_or_empty="reference_binding reference_broken",
    ),
    "prices": schema(
        "variant measure",
        text="rule_id variant measure unit",
        text_or_empty="strength",
        whole_or_empty="stage",
        number="reference without gain",
        number_or_empty="gain_at_least gain_at_most",
        yes_no_or_empty="within_gap",
    ),
    "common": schema(
        "municipality_code dwelling_type year",
        text_or_empty=_WHERE,
        whole_or_empty="year reference",
        whole="least most",
        yes_no="same_in_all",
    ),
    "axes": schema(
        "axis choice measure",
        text="axis choice against measure unit",
        whole="pairs",
        whole_or_empty="within_gap apart",
        number="least mean most",
    ),
    "frontier": schema(
        "variant measure",
        text="variant measure unit",
        text_or_empty="order keep dominated_by",
        number="value",
        number_or_empty="bound",
        yes_no="dominated",
        yes_no_or_empty="within_gap",
    ),
    "bandwidths": schema(
        "municipality_code dwelling_type year",
        text_or_empty=_WHERE,
        whole="draws p5 p25 median p75 p95",
        whole_or_empty="year reference",
    ),
    "robust": schema(
        "municipality_code dwelling_type by_year",
        text_or_empty=_WHERE,
        whole="by_year draws at_least holds_in in_every_draw",
        whole_or_empty="reference",
    ),
}
"""Table -> its key and columns."""

"""Reads the written tables: Parquet files with fixed columns, checked for type, empty cells and keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from thuisplan.outputs.verification.problems import Problem, problem
from thuisplan.outputs.verification.resolved import Row

_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda kind: bool(pa.types.is_string(kind) or pa.types.is_large_string(kind)),
    "whole": lambda kind: bool(pa.types.is_integer(kind)),
    "number": lambda kind: bool(pa.types.is_integer(kind) or pa.types.is_floating(kind)),
    "yes_no": lambda kind: bool(pa.types.is_boolean(kind)),
}


@dataclass(frozen=True, slots=True)
class Schema:
    """The columns of a table: name -> type; a type that ends in ``?`` may be empty."""

    key: tuple[str, ...]
    columns: Mapping[str, str]


def schema(key: str, **kinds: str) -> Schema:
    """Return a schema from the columns of its key, and type -> columns; ``text_or_empty`` may be empty."""
    columns = {
        name: kind.replace("_or_empty", "?") for kind, names in kinds.items() for name in names.split()
    }
    return Schema(tuple(key.split()), columns)


SCHEMAS: Mapping[str, Schema] = {
    "plan": schema(
        "municipality_code year option",
        text="municipality_code municipality option dwelling_type route segment unit",
        whole="year dwellings committed",
        whole_or_empty="extra_cost_eur deficit_eur",
    ),
    "needs": schema(
        "need_id year",
        text="need_id purpose place need_category",
        whole="year required delivered shortfall surplus",
    ),
    "rules": schema(
        "rule_id place subject period",
        text="rule_id family purpose place subject period strength operator unit verdict",
        text_or_empty="status source",
        number="slack",
        number_or_empty="lhs rhs allowed value_pct norm_pct margin",
        whole_or_empty="valid_from valid_to",
        yes_no="binding",
    ),
    "funding": schema(
        "pot_id municipality_code year option",
        text="pot_id payer kind municipality_code option",
        whole="year dwellings amount_eur",
    ),
    "finance": schema(
        "pot_id year",
        text="pot_id payer kind",
        whole="year available_eur carried_in_eur used_eur carried_out_eur lapsed_eur",
    ),
    "fair_share": schema(
        "rule_id place municipality_code year",
        text="rule_id key basis place municipality_code",
        text_or_empty="group",
        whole="track year",
        number="share task target delivered tolerance deviation",
    ),
    "stock": schema(
        "municipality_code year",
        text="municipality_code",
        whole="year",
        whole_or_empty="dwellings social mid",
        number_or_empty="social_share_pct mid_share_pct",
    ),
    "assumptions": schema(
        "table key column",
        text="table key column",
        text_or_empty="value unit source status origin",
        whole_or_empty="year",
    ),
    "allocations": schema(
        "municipality_code year flow_id source option",
        text="municipality_code municipality flow_id group source option",
        whole="year households",
        number="persons",
    ),
    "waiting_list": schema(
        "flow_id place year",
        text="flow_id group purpose place",
        whole="year",
        number="waiting_before inflow returns housed_vacated housed_new waiting_after in_temporary",
    ),
    "vacancies": schema(
        "municipality_code year",
        text="municipality_code",
        whole="year first_lettings to_groups to_groups_vacated to_permit_holders to_permit_holders_vacated",
        number="vacated designated regular",
        number_or_empty="social_stock regular_pct waiting_years",
    ),
    "swaps": schema(
        "municipality_code year",
        text="municipality_code",
        whole="year task_persons agreed_out agreed_in planned_out planned_in remaining_persons",
    ),
    "flex": schema(
        "municipality_code option year",
        text="municipality_code option",
        whole="year completed moved_in left in_service pool",
    ),
    "neighbourhoods": schema(
        "municipality_code neighbourhood year option",
        text="municipality_code neighbourhood option",
        whole="year dwellings",
    ),
    "settlement": schema(
        "rule_id municipality_code",
        text="rule_id municipality_code",
        whole="track year",
        number="target delivered difference",
        number_or_empty="persons",
        whole_or_empty="tariff_eur amount_eur",
    ),
    "corporations": schema(
        "municipality_code corporation year",
        text="municipality_code corporation",
        whole="year lettings new_dwellings",
        number="share",
    ),
    "changes": schema(
        "municipality_code year option",
        text="municipality_code municipality option dwelling_type status",
        whole="year",
        whole_or_empty="before after change",
    ),
    "diagnosis": schema(
        "question step number subject",
        text="question step outcome",
        text_or_empty="families subject unit",
        whole="number",
        number_or_empty="amount bound relative relative_bound",
        yes_no="proved",
        yes_no_or_empty="solves",
    ),
    "diagnosis_lines": schema(
        "question step number rule_id place subject period",
        text="question step rule_id family purpose place subject period unit",
        whole="number",
        number="amount",
    ),
    "repairs": schema(
        "repair table key column operation",
        text="table key column operation value",
        whole="repair",
    ),
    "verdict": schema(
        "rule_id place subject",
        text="rule_id family purpose place subject strength status verdict unit",
        text_or_empty="worst_period operator why reason",
        whole="broken met not_testable exempt",
        whole_or_empty="from_year to_year",
        number="short",
        number_or_empty="lhs rhs",
        yes_no="completed",
    ),
    "contribution": schema(
        "rule_id place municipality_code",
        text="rule_id key basis place municipality_code municipality",
        text_or_empty="group",
        whole="track year",
        number="share",
        number_or_empty="task target delivered tolerance difference",
    ),
    "pots": schema(
        "pot_id",
        text="pot_id payer kind",
        whole="asked_eur others_eur short_eur",
        whole_or_empty="available_eur short_from short_to",
        yes_no="carries_rest",
    ),
    "impossible": schema(
        "kind municipality_code year option",
        text="kind municipality_code municipality option",
        whole="year dwellings",
    ),
    "warnings": schema(
        "kind municipality_code year option route",
        text="kind municipality_code municipality",
        text_or_empty="option route",
        whole_or_empty="year",
        number="dwellings limit",
    ),
    "change": schema(
        "municipality_code year option",
        text="municipality_code municipality option dwelling_type",
        whole="year before change after",
    ),
}

ALWAYS = ("plan", "needs", "rules", "funding", "finance", "fair_share", "stock", "assumptions")
"""Tables of every plan; the others are there when the input has what they are about."""


def read_written(
    folder: Path, name: str, problems: list[Problem], schemas: Mapping[str, Schema] = SCHEMAS
) -> list[Row] | None:
    """Read a written table.

    Parameters
    ----------
    folder
        The plan folder.
    name
        Name of the table in ``SCHEMAS``.
    problems
        What is wrong with its columns, empty cells and keys is added to it.
    schemas
        Table -> its columns; those of a plan or another answer, unless it is a comparison.

    Returns
    -------
    list or None
        Rows with all columns of the schema; None if they cannot be used.
    """
    file = f"{name}.parquet"
    try:
        with pq.ParquetFile(folder / file) as source:
            table = source.read()
        rows: list[Row] = table.to_pylist()
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        problems.append(problem("unreadable_file", file=file, reason=reason))
        return None
    expected = schemas[name]
    missing = [column for column in expected.columns if column not in table.column_names]
    unexpected = [column for column in table.column_names if column not in expected.columns]
    if missing or unexpected or len(set(table.column_names)) != len(table.column_names):
        problems.append(problem("wrong_columns", file=file, missing=missing, unexpected=unexpected))
    if missing or len(set(table.column_names)) != len(table.column_names):
        return None
    return rows if _cells_fit(expected, table, rows, file, problems) else None


def _cells_fit(expected: Schema, table: Any, rows: list[Row], file: str, problems: list[Problem]) -> bool:
    fits = True
    for column, kind in expected.columns.items():
        found = table.schema.field(column).type
        if not _TYPES[kind.rstrip("?")](found) and not (pa.types.is_null(found) and kind.endswith("?")):
            problems.append(
                problem("wrong_type", file=file, column=column, expected=kind.rstrip("?"), found=str(found))
            )
            fits = False
        elif not kind.endswith("?") and (empty := table.column(column).null_count):
            problems.append(problem("empty_cells", file=file, column=column, count=empty))
            fits = False
    seen: set[tuple[Any, ...]] = set()
    for row in rows:
        key = tuple(row[column] for column in expected.key)
        if key in seen:
            problems.append(problem("duplicate_row", file=file, key=key_text(key)))
        seen.add(key)
    return fits


def key_text(key: tuple[Any, ...]) -> str:
    """Return the key of a row as people read it."""
    return " · ".join(str(part) for part in key if part not in (None, ""))

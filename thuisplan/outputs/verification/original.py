"""The second small check: that ``input/resolved`` follows from ``input/original``.

Per table it is stated once, in ``DERIVATIONS``, whether its rows are passed through or how they are
derived; every row must be there with every column, and no row more. Keys must sum to 1, and the list of
assumptions must name every default that was filled in.

The original is read with ``inputs.files`` and ``inputs.parse``, as any input is. So this check does not
cover the reading itself: what these two leave out or misread, it leaves out or misreads as well.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

from thuisplan.inputs.files import read_raw
from thuisplan.inputs.findings import InputError, Severity
from thuisplan.inputs.parse import parse
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import TABLES
from thuisplan.outputs.verification import (
    original_keys,
    original_lettings,
    original_overrides,
    original_rules,
)
from thuisplan.outputs.verification import original_rows as rows
from thuisplan.outputs.verification.compare import plain
from thuisplan.outputs.verification.original_rows import Original, as_text
from thuisplan.outputs.verification.problems import Problem, problem
from thuisplan.outputs.verification.resolved import FOLDER as RESOLVED
from thuisplan.outputs.verification.resolved import Texts, read_rows, read_texts
from thuisplan.outputs.verification.tables import Tables
from thuisplan.outputs.verification.written import key_text

FOLDER = "input/original"

DERIVATIONS: Mapping[str, Callable[[Original, str], Iterable[Texts]]] = MappingProxyType(
    {
        "municipalities": original_rules.municipalities,
        "memberships": rows.passed_through,
        "municipality_figures": rows.passed_through,
        "options": rows.options,
        "availability": rows.availability,
        "capacity": rows.closed,
        "plans": rows.plans,
        "realisation": rows.passed_through,
        "commitments": rows.passed_through,
        "realised": rows.passed_through,
        "exclusions": rows.closed,
        "stock_changes": rows.closed,
        "needs": original_lettings.needs,
        "groups": rows.passed_through,
        "flows": original_lettings.flows,
        "suitability": original_lettings.suitability,
        "turnover": original_lettings.turnover,
        "flow_through": original_lettings.flow_through,
        "permit_tasks": rows.passed_through,
        "permit_swaps": rows.passed_through,
        "flex_stock": rows.passed_through,
        "neighbourhoods": rows.passed_through,
        "care_demand": rows.passed_through,
        "care_capacity": rows.passed_through,
        "corporations": rows.passed_through,
        "tariffs": rows.passed_through,
        "pots": rows.pots,
        "budgets": rows.budgets,
        "price_indices": rows.passed_through,
        "keys": original_keys.keys,
        "key_factors": rows.none,
        "key_bounds": rows.none,
        "key_overrides": rows.none,
        "key_shares": original_keys.key_shares,
        "rules": original_rules.rules,
        "rule_parameters": original_rules.rule_parameters,
        "exemptions": rows.exemptions,
        "deviations": rows.passed_through,
        "overrides": rows.none,
        "reasons": rows.passed_through,
        "stages": rows.stages,
        "assumptions": original_rules.assumptions,
    }
)
"""Table -> the rows that it must hold; what is passed through keeps every row and column."""


def check_original(folder: Path, tables: Tables, problems: list[Problem]) -> int:
    """Compare the resolved input with what follows from the original.

    Parameters
    ----------
    folder
        The plan folder.
    tables
        Its resolved input.
    problems
        What differs is added to it.

    Returns
    -------
    int
        How many settings and rows were compared.
    """
    given = _read(folder / FOLDER, problems)
    if given is None:
        return 0
    _check_sums(tables, problems)
    if not _check_settings(folder, given.settings, problems):
        # Other years give other rows everywhere: one problem says more than all that follow from it.
        return len(Settings.model_fields)
    texts = {name: read_texts(folder, name) for name in TABLES}
    sources = tuple(
        given.origins["overrides", row.key()].source.rpartition("/")[2] for row in given.tables["overrides"]
    )
    original = Original(given.settings, given.tables, texts, tables, sources)
    changed = original_overrides.touched(original)
    compared = len(Settings.model_fields)
    for name, derive in DERIVATIONS.items():
        derived = list(derive(original, name))
        if name in changed:
            # What follows from this table was derived before overrides: it is shown as it was then.
            before = original.tables.with_rows(name, read_rows(name, derived))
            original = replace(original, texts={**original.texts, name: tuple(derived)}, tables=before)
            derived = original_overrides.overridden(original, name, derived)
        compared += _compare(name, derived, texts[name], problems)
    if not given.tables["assumptions"]:
        _check_assumed(original, problems)
    return compared


def _read(original: Path, problems: list[Problem]) -> Any:
    """Return the scenario that the user gave, or None with a problem."""
    try:
        files = sorted(original.iterdir())
        workbooks = [path for path in files if path.suffix.casefold() == ".xlsx"]
        folder = any(path.suffix.casefold() == ".toml" for path in files)
        scenario, findings = parse(read_raw(original if folder or len(workbooks) != 1 else workbooks[0]))
    except InputError as error:
        scenario, findings = None, error.findings
    codes = sorted({finding.code for finding in findings if finding.severity is Severity.WRONG})
    if scenario is None or codes:
        # Rows that could not be read are not in the scenario: without them nothing can be compared.
        problems.append(problem("unreadable_file", file=FOLDER, reason=", ".join(codes)))
        return None
    return scenario


def _check_sums(tables: Tables, problems: list[Problem]) -> None:
    """Every key divides the whole task in every year."""
    sums: dict[tuple[str, int], Fraction] = {}
    for (key, _, year), share in tables.shares.items():
        sums[key, year] = sums.get((key, year), Fraction(0)) + share
    for (key, year), total in sorted(sums.items()):
        if total != 1:
            problems.append(problem("key_sum", key=key, period=str(year), expected=1, found=plain(total)))


def _check_settings(folder: Path, given: Settings, problems: list[Problem]) -> bool:
    """Compare the settings; return whether the years are those of the original."""
    used = tomllib.loads((folder / RESOLVED / "scenario.toml").read_text(encoding="utf-8-sig"))
    expected = {name: getattr(given, name) for name in Settings.model_fields}
    expected |= {"first_open_year": given.open_year, "rule_sets": (), "need_level": "central"}
    expected["permit_holders_inside"] = False
    differing = []
    for name in (*expected, *(name for name in used if name not in expected)):
        value, found = expected.get(name), used.get(name)
        same = as_text(value) == as_text(tuple(found) if isinstance(found, list) else found)
        if not same or isinstance(value, tuple) != isinstance(found, list):
            differing.append(name)
            values = {"expected": as_text(value), "found": found}
            problems.append(problem("setting_differs", column=name, **values))
    return not {"first_year", "last_year", "first_open_year"}.intersection(differing)


def _compare(name: str, expected: list[Texts], found: tuple[Texts, ...], problems: list[Problem]) -> int:
    """Compare the rows of a table, however often each is there; return how many were expected."""
    columns = [column.name for column in TABLES[name].columns()]
    if found and set(found[0]) != set(columns):
        missing = [column for column in columns if column not in found[0]]
        unexpected = [column for column in found[0] if column not in columns]
        file = f"{RESOLVED}/{name}.csv"
        problems.append(problem("wrong_columns", file=file, missing=missing, unexpected=unexpected))
        return 0
    wanted = Counter(tuple(row[column] for column in columns) for row in expected)
    used = Counter(tuple(row[column] for column in columns) for row in found)
    places = [position for position, column in enumerate(TABLES[name].columns()) if column.key]
    sides: dict[tuple[str, ...], tuple[list[tuple[str, ...]], list[tuple[str, ...]]]] = {}
    for side, rows_ in enumerate((wanted - used, used - wanted)):
        for row in rows_.elements():
            key = tuple(row[place] for place in places)
            sides.setdefault(key, ([], []))[side].append(row)
    for key, (lacking, extra) in sorted(sides.items()):
        where = {"table": name, "key": key_text(key)}
        both = min(len(lacking), len(extra))
        for right, wrong in zip(lacking[:both], extra[:both], strict=True):
            for column, value, other in zip(columns, right, wrong, strict=True):
                if value != other:
                    values = {"column": column, "expected": value, "found": other}
                    problems.append(problem("derived_differs", **where, **values))
        problems += [problem("derived_missing", **where) for _ in lacking[both:]]
        problems += [problem("derived_unexpected", **where) for _ in extra[both:]]
    return len(expected)


def _check_assumed(original: Original, problems: list[Problem]) -> None:
    """Every default that was filled in must be in the list of assumptions."""
    listed = {
        (row["table_name"], row["row_key"], row["column_name"]) for row in original.tables.rows("assumptions")
    }
    for table, key, column in sorted(original.assumed - listed):
        problems.append(problem("assumption_missing", table=table, key=key, column=column))

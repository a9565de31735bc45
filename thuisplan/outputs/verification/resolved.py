"""Reads ``input/resolved``: the settings and the canonical CSV tables, as plain rows.

The columns are restated here, so that the check does not rest on the reader of the input.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from thuisplan.outputs.verification.problems import Problem, problem

Row = dict[str, Any]
Texts = dict[str, str]

FOLDER = "input/resolved"

# A column that is never empty ends in "!".
_COLUMNS: Mapping[str, str] = {
    "municipalities": (
        "code! name! inhabitants households dwelling_stock social_stock mid_stock vacancies_per_year pitches "
        "urgent_lettings_today permit_lettings_today registered_seekers programme_choice"
    ),
    "municipality_figures": "municipality_code! figure! value!",
    "memberships": "municipality_code! purpose! place! region_municipalities",
    "options": (
        "option! dwelling_type! route! segment! unit! need_category! in_programme! adds_social! adds_mid! "
        "adds_stock! uses_capacity! extra_cost_eur deficit_eur rent_class building_years! minimum_project! "
        "service_life_years first_year! features"
    ),
    "availability": "municipality_code! option! from_year! to_year! max_per_year!",
    "capacity": "municipality_code! route from_year! to_year! dwellings_per_year!",
    "realisation": "route! status! factor!",
    "plans": "project! municipality_code! route! segment from_year! dwellings!",
    "commitments": "municipality_code! option! year! dwellings!",
    "realised": "municipality_code! option! year! dwellings!",
    "exclusions": "municipality_code! option! from_year! to_year!",
    "stock_changes": "municipality_code! from_year! to_year! dwellings_lost! social_lost! mid_lost!",
    "needs": (
        "need_id! purpose! place! need_category! need_class! from_year! central! weight! strength! decides!"
    ),
    "groups": "group! roles persons_per_household! large_family_share! rent_classes",
    "flows": (
        "flow_id! group! purpose! place! housed_purpose housed_place from_year! households! "
        "waiting_at_start! weight! strength!"
    ),
    "suitability": "group! dwelling_type! route municipality_code! stay_years fit! returns!",
    "turnover": "municipality_code! from_year! rate designated_share! large_share",
    "permit_tasks": "municipality_code! year! half! persons! backlog_persons!",
    "permit_swaps": "from_municipality! to_municipality! year! persons!",
    "flow_through": "option! municipality_code! take_up! lag_years!",
    "flex_stock": "municipality_code! option! last_year! dwellings!",
    "care_demand": "subject! hours!",
    "care_capacity": "purpose! place! from_year! to_year hours!",
    "neighbourhoods": "municipality_code! neighbourhood! max_special preferred! options minimum_scale",
    "corporations": "municipality_code! corporation! social_dwellings!",
    "tariffs": "rule_id! eur_per_dwelling!",
    "pots": (
        "pot_id! payer! kind! purpose place dwelling_types groups start_from start_to finish_from finish_to "
        "minimum_use_years max_per_dwelling_eur max_share carry_over! carries_rest!"
    ),
    "budgets": "pot_id! from_year! amount_eur!",
    "keys": "key_id! path_last_year",
    "key_shares": "key_id! municipality_code! year! share!",
    "rules": (
        "rule_id! family! track! purpose! place strength! weight! valid_from! valid_to! status! source"
    ),
    "rule_parameters": "rule_id! parameter! value!",
    "exemptions": "rule_id! place! value",
    "deviations": "rule_id! place subject period! amount!",
    "reasons": "rule_id! place reason!",
    "stages": "stage! measure! weight! keep_rel! keep_abs!",
    "assumptions": "table_name! row_key! column_name! value unit source year status origin",
}

_WHOLE = frozenset(
    "dwelling_stock social_stock mid_stock region_municipalities extra_cost_eur deficit_eur minimum_project "
    "service_life_years first_year from_year to_year year max_per_year dwellings_per_year dwellings "
    "dwellings_lost social_lost mid_lost max_per_dwelling_eur amount_eur path_last_year track valid_from "
    "valid_to stage building_years start_from start_to finish_from finish_to minimum_use_years "
    "inhabitants households vacancies_per_year pitches urgent_lettings_today permit_lettings_today "
    "registered_seekers waiting_at_start stay_years half persons backlog_persons lag_years last_year "
    "max_special minimum_scale social_dwellings eur_per_dwelling".split()
)
_EXACT = frozenset(
    "central weight factor max_share share keep_rel keep_abs persons_per_household large_family_share fit "
    "rate designated_share large_share take_up hours amount".split()
)
# A column of the same name may hold a code in one table and a number in another.
_EXACT_IN = frozenset({("exemptions", "value"), ("municipality_figures", "value")})
_YES_NO = frozenset(
    "in_programme adds_social adds_mid adds_stock uses_capacity decides carry_over carries_rest "
    "returns preferred".split()
)
_SEVERAL = frozenset("features dwelling_types groups roles rent_classes options".split())

_NUMBER = re.compile(r"[+-]?\d+(/\d+|\.\d+)?")
# Canonical files hide a fraction or a formula from Excel behind one apostrophe.
_GUARDED = re.compile(r"'+(?=[=+\-@#]|\d+/\d+$)")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings that the checks need; shares are exact.

    Parameters
    ----------
    first_year, last_year, first_open_year
        Horizon, and the first year of it that is planned.
    national_social_share, at_average
        National average, and the side of a municipality exactly on it.
    permit_holder_priority
        Whether permit holders may be let vacated dwellings.
    """

    first_year: int
    last_year: int
    first_open_year: int
    national_social_share: Fraction
    at_average: str
    permit_holder_priority: bool = True

    @property
    def years(self) -> range:
        """Years of the horizon."""
        return range(self.first_year, self.last_year + 1)

    @property
    def open_years(self) -> range:
        """Years of the horizon that are planned."""
        return range(self.first_open_year, self.last_year + 1)


def read_number(text: str) -> Fraction:
    """Return the exact number that ``text`` writes as ``12``, ``2/3`` or ``0.3``; else ValueError."""
    if not _NUMBER.fullmatch(text.strip()):
        raise ValueError(text)
    return Fraction(text.strip())


def read_several(text: str) -> tuple[str, ...]:
    """Return the codes that ``text`` separates by ``|``."""
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _read_whole(text: str) -> int:
    number = read_number(text)
    if number.denominator != 1:
        raise ValueError(text)
    return int(number)


def _read_yes_no(text: str) -> bool:
    return {"yes": True, "no": False}[text]


def _reader(table: str, column: str) -> Callable[[str], Any]:
    if column in _WHOLE:
        return _read_whole
    if column in _EXACT or (table, column) in _EXACT_IN:
        return read_number
    if column in _YES_NO:
        return _read_yes_no
    return read_several if column in _SEVERAL else str


def read_settings(folder: Path, problems: list[Problem]) -> Settings | None:
    """Read ``input/resolved/scenario.toml``; None, with a problem, if it cannot be used."""
    file = f"{FOLDER}/scenario.toml"
    try:
        given = tomllib.loads((folder / file).read_text(encoding="utf-8-sig"))
        share = str(given["national_social_share"])
        first, last, planned = (given[name] for name in ("first_year", "last_year", "first_open_year"))
        if (
            not all(type(year) is int for year in (first, last, planned))
            or not first <= planned <= last < 3000
        ):
            raise ValueError(f"first_year {first}, first_open_year {planned}, last_year {last}")
        priority = given.get("permit_holder_priority", True)
        if type(priority) is not bool:
            raise ValueError(f"permit_holder_priority {priority}")
        return Settings(first, last, planned, read_number(share), str(given["at_average"]), priority)
    except (OSError, ValueError, ArithmeticError, KeyError, RecursionError) as error:
        problems.append(problem("unreadable_file", file=file, reason=_reason(error)))
        return None


def read_tables(folder: Path, problems: list[Problem]) -> dict[str, tuple[Row, ...]] | None:
    """Read the tables of ``input/resolved``; a missing file is an empty table.

    Parameters
    ----------
    folder
        The plan folder.
    problems
        What cannot be read is added to it.

    Returns
    -------
    dict or None
        Table -> rows with typed values; None if any table could not be read in full.
    """
    before = len(problems)
    tables = {
        name: _read_table(folder, name, columns.split(), problems) for name, columns in _COLUMNS.items()
    }
    return tables if len(problems) == before else None


def read_texts(folder: Path, table: str) -> tuple[Texts, ...]:
    """Read all columns of a table of ``input/resolved`` as text, after ``read_tables`` found no problem."""
    headings, records = _records(folder, f"{FOLDER}/{table}.csv", [])
    cells = (dict(zip(headings, record, strict=True)) for _, record in records)
    return tuple({name: unguarded(text) for name, text in row.items()} for row in cells)


def read_rows(table: str, texts: Iterable[Texts]) -> tuple[Row, ...]:
    """Return the typed rows of texts; raises ValueError or KeyError if a cell cannot be read."""
    names = [column.rstrip("!") for column in _COLUMNS.get(table, "").split()]
    empty = {name: () if name in _SEVERAL else None for name in names}
    return tuple(
        {name: _reader(table, name)(row[name]) if row[name] else empty[name] for name in names}
        for row in texts
    )


def _records(
    folder: Path, file: str, problems: list[Problem]
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the headings and the numbered rows of a file; those of another length are problems."""
    if not (folder / file).exists():
        return [], []
    try:
        text = (folder / file).read_bytes().decode("utf-8-sig")
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (OSError, ValueError, csv.Error) as error:
        problems.append(problem("unreadable_file", file=file, reason=_reason(error)))
        return [], []
    numbered = [
        (number, record)
        for number, record in enumerate(records, start=1)
        if any(cell.strip() for cell in record) and not record[0].startswith("#")
    ]
    headings = numbered[0][1] if numbered else []
    fitting = []
    for number, record in numbered[1:]:
        if len(record) == len(headings):
            fitting.append((number, record))
        else:
            reason = f"row {number}: {len(record)} cells, {len(headings)} headings"
            problems.append(problem("unreadable_file", file=file, reason=reason))
    return headings, fitting


def _read_table(folder: Path, table: str, columns: list[str], problems: list[Problem]) -> tuple[Row, ...]:
    file = f"{FOLDER}/{table}.csv"
    before = len(problems)
    headings, records = _records(folder, file, problems)
    if not (folder / file).exists() or (not headings and len(problems) > before):
        return ()
    missing = [name for name in (column.rstrip("!") for column in columns) if name not in headings]
    if missing or len(set(headings)) != len(headings):
        problems.append(problem("wrong_columns", file=file, missing=missing, unexpected=[]))
        return ()
    rows = []
    for number, record in records:
        cells = dict(zip(headings, record, strict=True))
        rows.append({c.rstrip("!"): _value(table, c, cells, file, number, problems) for c in columns})
    return tuple(rows)


def unguarded(cell: str) -> str:
    """Return a cell as it was meant, without the apostrophe that hides a formula or a fraction."""
    text = cell.strip()
    return text[1:] if _GUARDED.match(text) else text


def _value(
    table: str, column: str, cells: Mapping[str, str], file: str, row: int, problems: list[Problem]
) -> Any:
    name = column.rstrip("!")
    text = unguarded(cells[name])
    if not text:
        if column.endswith("!"):
            problems.append(problem("unreadable_cell", file=file, row=row, column=name, found=""))
        return () if name in _SEVERAL else None
    try:
        return _reader(table, name)(text)
    except (ValueError, ArithmeticError, KeyError):
        problems.append(problem("unreadable_cell", file=file, row=row, column=name, found=text))
        return None


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return f"{type(error).__name__}: {error}"

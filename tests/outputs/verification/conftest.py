"""A tiny plan, written by hand, and tables in memory for the families.

The tiny plan: municipalities A (20 of 100 dwellings social) and B (40 of 100) form region R; years 2026
and 2027. Options: ``rent`` (social, deficit 50 000), ``care`` (social, extra cost 10 000, projects of at
least 3), ``owner`` (affordable owner-occupied, no cost).
It builds in A 5 rent (2 of them committed) and 3 care in 2026 and 3 care in 2027, in B 6 owner in 2027.
Its input stands in the folder ``tiny``.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from thuisplan.outputs.verification.amounts import Amounts
from thuisplan.outputs.verification.resolved import Settings
from thuisplan.outputs.verification.tables import Tables

A, B = "GM0001", "GM0002"

TINY = Path(__file__).parent / "tiny"
PEOPLE = {
    path.stem: path.read_text(encoding="utf-8") for path in sorted((TINY.parent / "people").glob("*.csv"))
}
RESOLVED = {path.stem: path.read_text(encoding="utf-8") for path in sorted(TINY.glob("*.csv"))}

NEW = "new_build"
PLAN = [
    # municipality, year, option, dwellings, committed, extra cost, deficit: 3 x 10 000 and 5 x 50 000 euros
    (A, "Adorp", 2026, "care", "care_suitable", NEW, "social_rent", "dwelling", 3, 0, 30000, 0),
    (A, "Adorp", 2026, "rent", "social_regular", NEW, "social_rent", "dwelling", 5, 2, None, 250000),
    (A, "Adorp", 2027, "care", "care_suitable", NEW, "social_rent", "dwelling", 3, 0, 30000, 0),
    (B, "Beveen", 2027, "owner", "affordable_owner", NEW, "affordable_owner", "dwelling", 6, 0, 0, 0),
]
NEEDS = [
    # the need is 4 in 2026 and 4 + 2 = 6 in 2027; 3 and 3 + 3 = 6 are in service
    ("care", "agreement", "R", "care", 2026, 4, 3, 1, 0),
    ("care", "agreement", "R", "care", 2027, 6, 6, 0, 0),
]
FUNDING = [
    ("prov", "Provincie", "extra_cost", A, 2026, "care", 3, 30000),
    ("own", "Gemeenten", "deficit", A, 2026, "rent", 5, 250000),
    ("prov", "Provincie", "extra_cost", A, 2027, "care", 3, 30000),
]
FINANCE = [
    # 50 000 - 30 000 = 20 000 is carried; 20 000 + 20 000 - 30 000 = 10 000 is left
    ("own", "Gemeenten", "deficit", 2026, 250000, 0, 250000, 0, 0),
    ("own", "Gemeenten", "deficit", 2027, 0, 0, 0, 0, 0),
    ("prov", "Provincie", "extra_cost", 2026, 50000, 0, 30000, 20000, 0),
    ("prov", "Provincie", "extra_cost", 2027, 20000, 20000, 30000, 10000, 0),
]
FAIR_SHARE = [
    # two thirds and one third of the task of 4, then of 6 dwellings; a dead band of 2
    ("fair", "k", 1, None, "task", "R", A, 2026, 2 / 3, 4.0, 8 / 3, 3.0, 2.0, 1 / 3),
    ("fair", "k", 1, None, "task", "R", A, 2027, 2 / 3, 6.0, 4.0, 6.0, 2.0, 2.0),
    ("fair", "k", 1, None, "task", "R", B, 2026, 1 / 3, 4.0, 4 / 3, 0.0, 2.0, -4 / 3),
    ("fair", "k", 1, None, "task", "R", B, 2027, 1 / 3, 6.0, 2.0, 0.0, 2.0, -2.0),
]
STOCK = [
    # A adds 3 + 5 and then 3 social dwellings, B adds 6 for owners; the middle stock is unknown
    (A, 2026, 108, 28, None, 2800 / 108, None),
    (A, 2027, 111, 31, None, 3100 / 111, None),
    (B, 2026, 100, 40, None, 40.0, None),
    (B, 2027, 106, 40, None, 4000 / 106, None),
]
SETTLEMENT = [
    # the region has 6 in 2027; two thirds of them were for A: it did 2 more than its part, B 2 less;
    # dwellings have no persons
    ("fair", 1, A, 2027, 4.0, 6.0, 2.0, None, None, None),
    ("fair", 1, B, 2027, 2.0, 0.0, -2.0, None, None, None),
]
ASSUMPTIONS = [
    ("options", "rent", "extra_cost_eur", "", "EUR/dwelling", "unknown", None, "assumption", "default")
]


def _line(
    rule: str,
    place: str,
    subject: str,
    period: int,
    lhs: float,
    operator: str,
    rhs: float,
    margin: float,
    binding: bool = False,
    **values: Any,
) -> dict[str, Any]:
    """Return a row of rules.parquet for a hard rule of a municipality that is met."""
    known = {
        "purpose": "municipality",
        "strength": "hard",
        "unit": "dwellings",
        "status": "input",
        "source": None,
    }
    found = {"value_pct": None, "norm_pct": None, "slack": 0.0, "verdict": "met", "family": rule}
    found["allowed"] = None
    return {
        **known, **found, "rule_id": rule, "place": place, "subject": subject, "period": str(period),
        "lhs": float(lhs), "operator": operator, "rhs": float(rhs), "margin": float(margin),
        "binding": binding, "valid_from": 2026, "valid_to": 2027, **values,
    }  # fmt: skip


def _fair(place: str, subject: str, period: int, lhs: float, rhs: float, margin: float, binding: bool) -> Any:
    operator = {"most": "<=", "least": ">="}[subject]
    values = {"purpose": "agreement", "strength": "soft", "status": "agreement", "source": "deal"}
    return _line(
        "fair", place, subject, period, lhs, operator, rhs, margin, binding, family="fair_share", **values
    )


_NEED = {"purpose": "agreement", "strength": "soft"}
_SOCIAL = {
    "family": "social_share",
    "status": "draft",
    "source": "letter",
    "value_pct": 100.0,
    "norm_pct": 30.0,
}
_EUROS = {"purpose": "agreement", "unit": "EUR"}
RULES = [
    _line("availability", A, "care", 2026, 3, "<=", 6, 3),
    _line("availability", A, "care", 2027, 3, "<=", 6, 3),
    _line("availability", A, "rent", 2026, 5, "<=", 10, 5),
    _line("availability", A, "rent", 2027, 0, "<=", 10, 10),
    _line("availability", B, "care", 2026, 0, "<=", 6, 6),
    _line("availability", B, "owner", 2027, 6, "<=", 8, 2),
    # 3 care and 5 rent, then 3 care
    _line("capacity", A, "all", 2026, 8, "<=", 12, 4),
    _line("capacity", A, "all", 2027, 3, "<=", 12, 9),
    _line("commitment", A, "rent", 2026, 5, ">=", 2, 3),
    # a project of exactly 3 binds; no project does not
    _line("project_size", A, "care", 2026, 3, "0 or >=", 3, 0, True),
    _line("project_size", A, "care", 2027, 3, "0 or >=", 3, 0, True),
    _line("project_size", B, "care", 2026, 0, "0 or >=", 3, 0),
    # 10 000 to spare is just enough for one more dwelling of 10 000
    _line("extra_cost", "R", "prov", 2026, 30000, "<=", 50000, 20000, **_EUROS),
    _line("extra_cost", "R", "prov", 2027, 30000, "<=", 40000, 10000, **_EUROS),
    # one dwelling short in 2026; the surplus may be one project of 3
    _line("need", "R", "care", 2026, 3, ">=", 4, -1, **_NEED, slack=1.0, verdict="broken"),
    _line("need", "R", "care", 2027, 6, ">=", 6, 0, True, **_NEED),
    _line("need", "R", "care:surplus", 2026, 3, "<=", 7, 4, **_NEED),
    _line("need", "R", "care:surplus", 2027, 6, "<=", 9, 3, **_NEED),
    # all 8, then all 3 dwellings of A are social; 30 % of them was asked; B is above the average
    _line("social-30", A, "", 2026, 8, ">=", 2.4, 5.6, **_SOCIAL),
    _line("social-30", A, "", 2027, 3, ">=", 0.9, 2.1, **_SOCIAL),
    # the targets of FAIR_SHARE plus and minus the dead band of 2
    _fair(A, "most", 2026, 3, 14 / 3, 5 / 3, False),
    _fair(A, "least", 2026, 3, 2 / 3, 7 / 3, False),
    _fair(A, "most", 2027, 6, 6, 0, True),
    _fair(A, "least", 2027, 6, 2, 4, False),
    _fair(B, "most", 2026, 0, 10 / 3, 10 / 3, False),
    _fair(B, "least", 2026, 0, -2 / 3, 2 / 3, True),
    _fair(B, "most", 2027, 0, 4, 4, False),
    _fair(B, "least", 2027, 0, 0, 0, True),
]


def _stage(number: int, measure: str, unit: str, value: float, bound: float, gap: float) -> dict[str, Any]:
    """Return a stage of one measure that nothing may be given back of: its limit is its value."""
    return {
        "stage": number,
        "measures": [{"measure": measure, "weight": 1.0, "value_published": value}],
        "unit": unit,
        "stopped": "closed",
        "value_closed": value,
        "limit": value,
        "value_published": value,
        "bound": bound,
        "gap_absolute": value - bound,
        "gap_relative": gap,
        "seconds": 0.01,
    }


MANIFEST = {
    "kind": "plan",
    "format": 1,
    "status": {"stopped": "closed", "holds": "optimum within tolerances"},
    "stages": [
        # one dwelling short during one year
        _stage(1, "unmet_special", "dwelling-years", 1.0, 1.0, 0.0),
        # 6 dwellings of 10 000 euros; none is known to do with less than 54 000
        _stage(2, "extra_cost", "kEUR", 60.0, 54.0, 0.1),
    ],
    "verification": {"requirements": len(RULES)},
    "reproducible": True,
}

_TEXT, _WHOLE, _NUMBER, _YES_NO = pa.string(), pa.int64(), pa.float64(), pa.bool_()
_TYPES = {
    **dict.fromkeys(
        "year dwellings committed extra_cost_eur deficit_eur required delivered shortfall surplus amount_eur "
        "available_eur carried_in_eur used_eur carried_out_eur lapsed_eur track social mid valid_from "
        "valid_to tariff_eur".split(),
        _WHOLE,
    ),
    **dict.fromkeys(
        "lhs rhs allowed value_pct norm_pct margin slack share task target tolerance deviation "
        "social_share_pct mid_share_pct difference persons".split(),
        _NUMBER,
    ),
    "binding": _YES_NO,
}
_COLUMNS = {
    "plan": "municipality_code municipality year option dwelling_type route segment unit dwellings committed "
    "extra_cost_eur deficit_eur",
    "needs": "need_id purpose place need_category year required delivered shortfall surplus",
    "funding": "pot_id payer kind municipality_code year option dwellings amount_eur",
    "finance": "pot_id payer kind year available_eur carried_in_eur used_eur carried_out_eur lapsed_eur",
    "fair_share": "rule_id key track group basis place municipality_code year share task target delivered "
    "tolerance deviation",
    "stock": "municipality_code year dwellings social mid social_share_pct mid_share_pct",
    "settlement": "rule_id track municipality_code year target delivered difference persons tariff_eur "
    "amount_eur",
    "assumptions": "table key column value unit source year status origin",
    "rules": "rule_id family purpose place subject period strength lhs operator rhs allowed unit value_pct "
    "norm_pct margin slack verdict binding valid_from valid_to status source",
}


class PlanFiles:
    """A plan folder that a test can change: its tables, its resolved input and its manifest."""

    def __init__(self, path: Path) -> None:
        self.path = path
        written = {"plan": PLAN, "needs": NEEDS, "funding": FUNDING, "finance": FINANCE, "stock": STOCK}
        written |= {"fair_share": FAIR_SHARE, "assumptions": ASSUMPTIONS, "settlement": SETTLEMENT}
        self.tables: dict[str, list[dict[str, Any]]] = {
            name: [dict(zip(_COLUMNS[name].split(), row, strict=True)) for row in rows]
            for name, rows in written.items()
        }
        self.tables["rules"] = [dict(row) for row in RULES]
        self.manifest: dict[str, Any] = json.loads(json.dumps(MANIFEST))
        resolved = path / "input" / "resolved"
        shutil.copytree(TINY, resolved)
        shutil.copytree(resolved, path / "input" / "original")
        (path / "input" / "original" / "assumptions.csv").unlink()
        (path / "solver.log").write_text("solved\n", encoding="utf-8")

    def rows(self, table: str, **values: Any) -> list[dict[str, Any]]:
        """Return the rows of a written table that have these values; a test changes them in place."""
        return [
            row for row in self.tables[table] if all(row[name] == value for name, value in values.items())
        ]

    def replace_in(self, file: str, old: str, new: str) -> None:
        """Replace a text that occurs in a file."""
        text = (self.path / file).read_text(encoding="utf-8")
        assert old in text
        (self.path / file).write_text(text.replace(old, new), encoding="utf-8")

    def write_tables(self) -> None:
        """Write the Parquet files."""
        for name, rows in self.tables.items():
            settled = name in ("fair_share", "settlement")
            kinds = dict(_TYPES, delivered=_NUMBER) if settled else _TYPES
            schema = pa.schema([(column, kinds.get(column, _TEXT)) for column in _COLUMNS[name].split()])
            pq.write_table(pa.Table.from_pylist(rows, schema), self.path / f"{name}.parquet")

    def write(self) -> Path:
        """Write the tables and a manifest that fits all files, and return the folder."""
        self.write_tables()
        self.write_manifest()
        return self.path

    def write_manifest(self) -> None:
        """Write the manifest with the hashes of the files as they are."""
        files = {p.relative_to(self.path).as_posix(): p for p in self.path.rglob("*") if p.is_file()}
        files.pop("manifest.json", None)
        hashes = {name: hashlib.sha256(files[name].read_bytes()).hexdigest() for name in sorted(files)}
        whole = b""
        for name in sorted(files):
            inside = name.removeprefix("input/resolved/")
            if inside not in (name, "assumptions.csv"):
                whole += inside.encode() + b"\0" + files[name].read_bytes() + b"\0"
        complete = {
            **self.manifest,
            "files": hashes,
            "input_hash": f"sha256:{hashlib.sha256(whole).hexdigest()}",
        }
        (self.path / "manifest.json").write_text(json.dumps(complete), encoding="utf-8")


def _unindented(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines()) + "\n"


@pytest.fixture
def plan_files(tmp_path: Path) -> PlanFiles:
    """Return the tiny plan, not yet written."""
    return PlanFiles(tmp_path / "plan")


# --- tables in memory -------------------------------------------------------------

_WHOLE_COLUMNS = frozenset(
    "dwelling_stock social_stock mid_stock region_municipalities extra_cost_eur deficit_eur minimum_project "
    "service_life_years first_year from_year to_year year max_per_year dwellings_per_year dwellings "
    "dwellings_lost social_lost mid_lost max_per_dwelling_eur amount_eur valid_from valid_to track "
    "building_years start_from start_to finish_from finish_to minimum_use_years vacancies_per_year pitches "
    "registered_seekers households waiting_at_start stay_years lag_years half persons backlog_persons "
    "last_year max_special minimum_scale social_dwellings eur_per_dwelling path_last_year".split()
)
_EXACT_COLUMNS = frozenset(
    "central weight max_share share keep_rel keep_abs persons_per_household large_family_share fit rate "
    "designated_share large_share take_up hours".split()
)


_LEFT_OUT: dict[str, dict[str, Any]] = {
    "municipalities": dict.fromkeys("vacancies_per_year pitches registered_seekers".split()),
    "options": {"building_years": 1, "rent_class": None},
    "pots": dict.fromkeys("start_from start_to finish_from finish_to minimum_use_years".split())
    | {"groups": ()},
}
"""What a table in memory holds in columns that a test does not name."""


def _cell(column: str, text: str, table: str) -> Any:
    if column in ("features", "dwelling_types", "groups", "roles", "rent_classes", "options"):
        return tuple(part for part in text.split("|") if part)
    if not text:
        return None
    if column in _WHOLE_COLUMNS:
        return int(text)
    if column in _EXACT_COLUMNS or (table, column) in (
        ("exemptions", "value"), ("municipality_figures", "value"),
    ):  # fmt: skip
        return Fraction(text)
    return text if table == "rule_parameters" else {"yes": True, "no": False}.get(text, text)


def _rows(table: str, text: str) -> list[dict[str, Any]]:
    records = csv.DictReader(_unindented(text).splitlines())
    # The only column that the verifier does not read and that its rules have no place for.
    return [
        {
            **_LEFT_OUT.get(table, {}),
            **{name: _cell(name, value, table) for name, value in row.items() if name != "status_date"},
        }
        for row in records
    ]


@pytest.fixture
def make_tables() -> Callable[..., Tables]:
    """Return a maker of tables: those of the tiny plan, other ones where a test names them as CSV."""

    def make(
        built: dict[tuple[str, int, str], int],
        paid: dict[tuple[str, str, int, str], int] | None = None,
        last_year: int = 2027,
        open_year: int = 2026,
        amounts: Amounts | None = None,
        priority: bool = True,
        **tables: str,
    ) -> Tables:
        given = {**{name: text for name, text in RESOLVED.items() if name != "assumptions"}, **tables}
        settings = Settings(2026, last_year, open_year, Fraction(259, 1000), "below", priority)
        resolved = {name: _rows(name, text) for name, text in given.items()}
        return Tables(settings, resolved, built, paid or {}, amounts)

    return make


@pytest.fixture
def people() -> dict[str, str]:
    """Return the tables of the folder ``people`` as CSV."""
    return dict(PEOPLE)


@pytest.fixture
def make_people(make_tables: Callable[..., Tables]) -> Callable[..., Tables]:
    """Return a maker of tables with people; permit holders only where a test names their task."""

    def make(built: dict[tuple[str, int, str], int] | None = None, **values: Any) -> Tables:
        given = {name: text for name, text in PEOPLE.items() if name != "permit_tasks"}
        return make_tables(built or {}, **{**given, **values})

    return make

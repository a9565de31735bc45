"""Recomputes every written table but the rules: plan, needs, money, fair share, stock, assumptions."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from thuisplan.outputs.verification.compare import Key, compare, plain
from thuisplan.outputs.verification.fair_share import targets
from thuisplan.outputs.verification.money import KINDS, accounts, cost, pays_for
from thuisplan.outputs.verification.problems import Problem, problem
from thuisplan.outputs.verification.resolved import Row
from thuisplan.outputs.verification.stock import stock
from thuisplan.outputs.verification.tables import Cell, Tables


def known_cells(tables: Tables, file: str, rows: list[Row], problems: list[Problem]) -> list[Row]:
    """Return the rows whose municipality, year and option are in the input; others are problems."""
    known = []
    for row in rows:
        unknown = [
            ("municipality_code", row["municipality_code"] in tables.municipalities),
            ("year", row["year"] in tables.years),
            ("option", row["option"] in tables.options),
        ]
        wrong = [column for column, fine in unknown if not fine]
        for column in wrong:
            problems.append(problem("unknown_code", file=file, column=column, found=row[column]))
        if not wrong:
            known.append(row)
    return known


def check_cells(tables: Tables, problems: list[Problem]) -> int:
    """Check that the plan builds whole dwellings where they are offered, committed or realised.

    Returns how many cells were checked.
    """
    cells = sorted({*tables.built, *tables.realised})
    for cell in cells:
        place, year, option = cell
        where = {"file": "plan.parquet", "place": place, "period": str(year), "option": option}
        built = tables.built.get(cell, 0)
        if cell in tables.built and built <= 0:
            problems.append(problem("dwellings_not_positive", **where, found=built))
        if year < tables.settings.first_open_year:
            expected = tables.realised.get(cell, 0)
            if built != expected:
                problems.append(problem("realised_differs", **where, expected=expected, found=built))
        elif cell not in tables.offered and built > tables.committed.get(cell, 0):
            most = tables.committed.get(cell, 0)
            problems.append(problem("not_offered", **where, expected=most, found=built))
    return len(cells)


def check_plan(tables: Tables, rows: list[Row], problems: list[Problem]) -> int:
    """Compare the columns of the plan that follow from the input; return how many figures."""
    expected: dict[Key, Row] = {}
    for cell, built in tables.built.items():
        place, year, option = cell
        described: Row = {
            name: tables.options[option][name] for name in ("dwelling_type", "route", "segment", "unit")
        }
        described["municipality"] = tables.municipalities[place]["name"]
        described["committed"] = min(tables.committed.get(cell, 0), built)
        for kind in KINDS:
            cost = tables.options[option][f"{kind}_eur"]
            paid = cost if cost is None or year in tables.open_years else 0
            described[f"{kind}_eur"] = None if paid is None else paid * built
        expected[cell] = described
    return compare("plan", expected, rows, problems)


def check_needs(tables: Tables, rows: list[Row], problems: list[Problem]) -> int:
    """Compare required and delivered per need and year; return how many figures."""
    expected: dict[Key, Row] = {}
    for need_id, need in tables.needs.items():
        if not need["decides"]:
            continue
        members = tables.regions(need["purpose"], need["place"])[0].members
        for year in tables.years:
            required = tables.required(need_id, year)
            delivered = tables.in_service(members, tables.options_for(need["need_category"]), year)
            expected[need_id, year] = {
                "purpose": need["purpose"],
                "place": need["place"],
                "need_category": need["need_category"],
                "required": required,
                "delivered": delivered,
                "shortfall": max(0, required - delivered),
                "surplus": max(0, delivered - required),
            }
    return compare("needs", expected, rows, problems)


def check_funding(tables: Tables, rows: list[Row], problems: list[Problem]) -> int:
    """Check every payment, and that payments add up to the cost of each cell and kind of money.

    Returns how many payments and sums were checked.
    """
    pots = {row["pot_id"]: row for row in tables.rows("pots")}
    paid: Counter[tuple[str, Cell]] = Counter()
    for row in rows:
        cell = (row["municipality_code"], row["year"], row["option"])
        where: dict[str, Any] = {
            "file": "funding.parquet",
            "pot_id": row["pot_id"],
            "place": cell[0],
            "period": str(cell[1]),
            "option": cell[2],
        }
        pot = pots.get(row["pot_id"])
        if pot is None:
            problems.append(
                problem("unknown_code", file="funding.parquet", column="pot_id", found=row["pot_id"])
            )
            continue
        dwellings = tables.built.get(cell, 0) + tables.moves.paid(cell, pot["kind"])
        expected = {"payer": pot["payer"], "kind": pot["kind"], "dwellings": dwellings}
        for column, value in expected.items():
            if row[column] != value:
                values = {**where, "column": column, "expected": value, "found": row[column]}
                problems.append(problem("payment_differs", **values))
        if row["amount_eur"] <= 0:
            problems.append(problem("amount_not_positive", **where, found=row["amount_eur"]))
        if cell[1] not in tables.open_years or not pays_for(tables, pot, cell):
            problems.append(problem("pot_not_allowed", **where, amount_eur=row["amount_eur"]))
        paid[pot["kind"], cell] += row["amount_eur"]
    cells = {cell for cell in (*tables.built, *tables.amounts.moved) if cell[1] in tables.open_years}
    sums = {(kind, cell) for kind in KINDS for cell in cells} | set(paid)
    for kind, cell in sorted(sums):
        asked = cost(tables, cell, kind)
        if paid[kind, cell] != asked:
            problems.append(
                problem(
                    "cost_not_covered",
                    file="funding.parquet",
                    kind=kind,
                    place=cell[0],
                    period=str(cell[1]),
                    option=cell[2],
                    expected=asked,
                    found=paid[kind, cell],
                )
            )
    return len(rows) + len(sums)


def check_finance(tables: Tables, rows: list[Row], problems: list[Problem]) -> int:
    """Compare the account of every pot and year; return how many figures."""
    expected: dict[Key, Row] = {}
    for pot in tables.rows("pots"):
        for year, account in accounts(tables, pot).items():
            expected[pot["pot_id"], year] = {
                "payer": pot["payer"],
                "kind": pot["kind"],
                "available_eur": account.available,
                "carried_in_eur": account.carried_in,
                "used_eur": account.used,
                "carried_out_eur": account.carried_out,
                "lapsed_eur": account.lapsed,
            }
    return compare("finance", expected, rows, problems)


def check_fair_share(tables: Tables, rows: list[Row], problems: list[Problem]) -> int:
    """Compare target and delivered per fair-share rule, municipality and year; return how many figures."""
    expected: dict[Key, Row] = {}
    for rule in tables.rules:
        if rule.family != "fair_share":
            continue
        valid = tables.valid_years(rule)
        for region in tables.regions(rule.purpose, rule.place):
            for one in targets(tables, rule, region):
                if one.year in valid:
                    expected[rule.rule_id, region.place, one.municipality, one.year] = {
                        "key": rule.text("key"),
                        "track": rule.track,
                        "group": rule.parameters.get("group"),
                        "basis": rule.text("basis"),
                        "share": one.share,
                        "task": one.task,
                        "target": one.target,
                        "delivered": one.delivered,
                        "tolerance": one.tolerance,
                        "deviation": one.delivered - one.target,
                    }
    return compare("fair_share", expected, rows, problems)


def check_stock(tables: Tables, rows: list[Row], problems: list[Problem]) -> int:
    """Compare the stock per municipality and year; return how many figures."""
    expected: dict[Key, Row] = {}
    for place in tables.municipalities:
        for year in tables.years:
            whole = stock(tables, place, "dwelling", year)
            row: Row = {"dwellings": whole}
            for part in ("social", "mid"):
                row[part] = stock(tables, place, part, year)
                row[f"{part}_share_pct"] = (
                    Fraction(100 * row[part], whole) if whole and row[part] is not None else None
                )
            expected[place, year] = row
    return compare("stock", expected, rows, problems)


def check_assumptions(tables: Tables, rows: list[Row], problems: list[Problem]) -> int:
    """Compare the list of assumptions with that of the resolved input; return how many rows."""
    names = {"table": "table_name", "key": "row_key", "column": "column_name"}
    columns = ("table", "key", "column", "value", "unit", "source", "year", "status", "origin")

    def cells(row: Row, given: bool) -> tuple[Any, ...]:
        return tuple(row[names.get(c, c) if given else c] or None for c in columns)

    expected = Counter(cells(row, True) for row in tables.rows("assumptions"))
    found = Counter(cells(row, False) for row in rows)
    for code, differing in (("row_missing", expected - found), ("row_unexpected", found - expected)):
        for key in differing:
            text = " · ".join(str(plain(part)) for part in key[:3] if part is not None)
            problems.append(problem(code, file="assumptions.parquet", key=text))
    return len(rows)

"""Named changes of figures: needs, flows, costs, pots, capacity and commitments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from thuisplan.inputs.columns import write_exact
from thuisplan.inputs.labels import MONEY_KINDS, NEED_LEVELS
from thuisplan.inputs.read_change import Change
from thuisplan.inputs.tables import Budget, Capacity, Commitment, Flow, Municipality, Need, Option, Plan
from thuisplan.inputs.variants.base import Base
from thuisplan.inputs.variants.entry import EVERY, Entry, pattern

Changes = tuple[Change, ...]

NONE = frozenset({"none", "geen"})

HOW_MUCH = ("factor", "amount_eur")
"""Keys of which a change of money has one."""


def need_changes(base: Base, entry: Entry) -> Changes:
    """Return the changes of a table about needs: a level of their range, or a factor."""
    known = {row.need_id for row in base.instance.rows(Need)}
    if not entry.only("needs", "need", "factor"):
        return ()
    need = entry.one_of("variants_unknown_need", "need", known, EVERY)
    text = entry.text("needs")
    level = NEED_LEVELS.read_code(text or "")
    if need is None or text is None:
        return ()
    if text == EVERY or (level is None and text in known):
        factor = entry.number("factor")
        chosen = text if text != EVERY else need
        if factor is None:
            return ()
        return (Change(Need.table, pattern(chosen, EVERY), "central", "multiply", write_exact(factor, None)),)
    if level is None:
        levels = (*NEED_LEVELS.labels, EVERY)
        entry.report.at("variants_bad_value", entry.place("needs"), text, known=levels)
        return ()
    changes = _level(base, entry, level, need)
    if "factor" in entry.values and (factor := entry.number("factor")) is not None:
        key = pattern(need, EVERY)
        changes += (Change(Need.table, key, "central", "multiply", write_exact(factor, None)),)
    return changes


def _level(base: Base, entry: Entry, level: str, need: str) -> Changes:
    ranged = [row for row in base.given.rows(Need) if need in (row.need_id, EVERY) and has_range(row)]
    if not ranged:
        entry.report.at("variants_no_levels", entry.place("needs"), level, need=need)
        return ()
    return needs_as(base, {row.key(): levels(row)[level] for row in ranged})


def has_range(row: Need) -> bool:
    """Return whether a need has estimates that differ."""
    return len({value for value in (row.low, row.central, row.high) if value is not None}) > 1


def levels(row: Need) -> Mapping[str, Fraction]:
    """Return the estimates of a need, as the setting ``need_level`` reads them [dwellings/year]."""
    ends = [value for value in (row.low, row.high) if value is not None]
    central = row.central if row.central is not None else sum(ends, Fraction(0)) / len(ends)
    return {
        "low": central if row.low is None else row.low,
        "central": central,
        "high": central if row.high is None else row.high,
    }


def needs_as(base: Base, amounts: Mapping[tuple[Any, ...], Fraction]) -> Changes:
    """Return the changes that set needs to amounts.

    Parameters
    ----------
    base
        The base.
    amounts
        Key of a row of the needs as given -> dwellings a year.
    """
    rows = [
        replace(row, low=None, central=amounts[row.key()], high=None) if row.key() in amounts else row
        for row in base.given.rows(Need)
    ]
    # Flows may become needs too: these stay as they are.
    return base.changes_of(Need, rows, Flow)


def flow_changes(base: Base, entry: Entry) -> Changes:
    """Return the change of a table about the households that need a home: a factor."""
    known = {row.flow_id for row in base.instance.rows(Flow)}
    if not entry.only("flows", "factor"):
        return ()
    flow, factor = entry.one_of("variants_unknown_flow", "flows", known), entry.number("factor")
    if flow is None or factor is None:
        return ()
    return (Change(Flow.table, pattern(flow, EVERY), "households", "multiply", write_exact(factor, None)),)


def cost_changes(base: Base, entry: Entry) -> Changes:
    """Return the changes of a table about the cost of dwellings: a factor, or an amount."""
    if not entry.only("cost", "option", *HOW_MUCH) or not entry.either(*HOW_MUCH):
        return ()
    kind = entry.code("cost", MONEY_KINDS)
    options = {row.option for row in base.instance.rows(Option)}
    option = entry.one_of("variants_unknown_option", "option", options, EVERY)
    if kind is None or option is None:
        return ()
    if "amount_eur" in entry.values:
        amount = entry.number("amount_eur", whole=True)
        if amount is None:
            return ()
        return (Change(Option.table, pattern(option), f"{kind}_eur", "set", str(amount)),)
    factor = entry.number("factor")
    changes = () if factor is None else costs_times(base, kind, factor, option)
    if factor is not None and not changes:
        entry.report.at("variants_cost_unknown", entry.place("cost"), None, kind=kind)
    return changes


def costs_times(base: Base, kind: str, factor: Fraction, option: str = EVERY) -> Changes:
    """Return the changes that multiply the costs that are known.

    Parameters
    ----------
    base
        The base.
    kind
        ``extra_cost`` or ``deficit``.
    factor
        By what.
    option
        Of which option; ``*`` for all.
    """
    column = f"{kind}_eur"
    return tuple(
        Change(Option.table, pattern(row.option), column, "multiply", write_exact(factor, None))
        for row in base.instance.rows(Option)
        if option in (row.option, EVERY) and getattr(row, column)
    )


def pot_changes(base: Base, entry: Entry) -> Changes:
    """Return the change of a table about a pot: a factor or an amount, in all years or some."""
    if not entry.only("pot", "years", *HOW_MUCH) or not entry.either(*HOW_MUCH):
        return ()
    pot = entry.one_of("variants_unknown_pot", "pot", base.instance.pots)
    years = entry.text("years", EVERY)
    name = "amount_eur" if "amount_eur" in entry.values else "factor"
    number = entry.number(name, whole=name == "amount_eur")
    if pot is None or years is None or number is None:
        return ()
    operation = "set" if name == "amount_eur" else "multiply"
    return (Change(Budget.table, pattern(pot, years), "amount_eur", operation, write_exact(number, None)),)


def capacity_changes(base: Base, entry: Entry) -> Changes:
    """Return the changes of a table about what can be completed: a factor for capacity and plans."""
    if not entry.only("capacity", "municipality"):
        return ()
    factor, code = entry.number("capacity"), _municipality(base, entry)
    if factor is None or code is None:
        return ()
    changes = tuple(
        Change(row_type.table, pattern(*key), column, "multiply", write_exact(factor, None))
        for row_type, key, column in (
            (Capacity, (code, EVERY, EVERY), "dwellings_per_year"),
            (Plan, (EVERY, code, EVERY, EVERY, EVERY), "dwellings"),
        )
        if any(code in (row.municipality_code, EVERY) for row in base.instance.rows(row_type))  # type: ignore[attr-defined]
    )
    if not changes:
        entry.report.at("variants_nothing_there", entry.place("capacity"), None, table=Capacity.table)
    return changes


def commitment_changes(base: Base, entry: Entry) -> Changes:
    """Return the change of a table about what is fixed: none of it is."""
    if not entry.only("commitments", "municipality"):
        return ()
    text, code = entry.text("commitments"), _municipality(base, entry)
    if text is None or code is None:
        return ()
    if text.casefold() not in NONE:
        entry.report.at("variants_bad_value", entry.place("commitments"), text, known=("none",))
        return ()
    if not any(code in (row.municipality_code, EVERY) for row in base.instance.rows(Commitment)):
        entry.report.at("variants_nothing_there", entry.place("commitments"), None, table=Commitment.table)
        return ()
    return (Change(Commitment.table, pattern(code, EVERY, EVERY), "", "remove", ""),)


def _municipality(base: Base, entry: Entry) -> str | None:
    """Return the code of the municipality that a table names; ``*`` if it names none."""
    text = entry.text("municipality", EVERY)
    if text is None:
        return None
    code = base.municipality(text)
    if code is None:
        known = [name for row in base.instance.rows(Municipality) for name in (row.name, row.code)]
        entry.report.unknown("variants_unknown_municipality", entry.place("municipality"), text, known)
    return code

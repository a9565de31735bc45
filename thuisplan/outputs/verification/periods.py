"""Periods over which share rules count, restated for the check."""

from __future__ import annotations

import re

from thuisplan.outputs.verification.tables import Rule, Tables


def periods(tables: Tables, rule: Rule) -> tuple[range, ...]:
    """Return the periods of a rule, cut to its valid years; empty ones are dropped.

    ``year`` is every year, ``horizon`` all years at once; a single year splits the
    horizon after it; otherwise ``2026-2030 2031-2035``. Raises ValueError on other texts.
    """
    valid = tables.valid_years(rule)
    text = rule.text("periods").strip().casefold()
    if not valid:
        return ()
    first, last = valid[0], valid[-1]
    if text in ("year", "jaar"):
        named = [(year, year) for year in valid]
    elif text in ("horizon", "geheel"):
        named = [(first, last)]
    elif re.fullmatch(r"\d{4}", text):
        named = [(first, int(text)), (int(text) + 1, last)]
    elif re.fullmatch(r"\d{4}(-\d{4})?(\s+\d{4}(-\d{4})?)*", text):
        ends = [part.split("-") for part in text.split()]
        named = [(int(part[0]), int(part[-1])) for part in ends]
    else:
        raise ValueError(f"rule {rule.rule_id}: periods {text!r}")
    cut = (range(max(a, first), min(b, last) + 1) for a, b in named)
    return tuple(period for period in cut if period)


def period_text(period: range) -> str:
    """Return a period as the tables write it."""
    return str(period[0]) if len(period) == 1 else f"{period[0]}-{period[-1]}"

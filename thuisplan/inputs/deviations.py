"""Agreed deviations: by how much a line of a rule may be missed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.raw import nearest
from thuisplan.inputs.row_keys import key_text
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Deviation

LineKey = tuple[str, str, str, str]
"""Rule, place, subject and period of a line, as in ``rules.parquet``."""

_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")


def years_of(period: str) -> tuple[int, int] | None:
    """Return the first and last year of a period; None if it is not one."""
    found = _YEARS.fullmatch(period)
    return (int(found[1]), int(found[2] or found[1])) if found else None


class Deviations:
    """The agreed deviations of an input.

    Parameters
    ----------
    rows
        The rows of the table.
    """

    def __init__(self, rows: Iterable[Deviation]) -> None:
        self._rows: dict[tuple[str, str, str], list[Deviation]] = {}
        for row in rows:
            self._rows.setdefault((row.rule_id, row.place, row.subject), []).append(row)

    def allowed(self, rule_id: str, place: str, subject: str, period: str) -> Fraction | None:
        """Return by how much a line may be missed, in its unit; None where nothing is agreed.

        All rows about the line together: those of its period, and of years that its year is one of.
        """
        rows = self._rows.get((rule_id, place, subject), ())
        amounts = [row.amount for row in rows if _covers(row.period, period)]
        return sum(amounts, Fraction(0)) if amounts else None


def _covers(agreed: str, period: str) -> bool:
    if agreed == period:
        return True
    agreed_years, years = years_of(agreed), years_of(period)
    if agreed_years is None or years is None or years[0] != years[1]:
        return False
    return agreed_years[0] <= years[0] <= agreed_years[1]


def unmatched(scenario: Scenario, lines: Iterable[LineKey]) -> tuple[Finding, ...]:
    """Return a warning per agreed deviation that no line of the model has.

    Parameters
    ----------
    scenario
        The resolved input.
    lines
        The lines of the model.
    """
    rows = scenario.rows(Deviation)
    if not rows:
        return ()
    periods: dict[tuple[str, str, str], list[str]] = {}
    for rule_id, place, subject, period in lines:
        periods.setdefault((rule_id, place, subject), []).append(period)
    return tuple(
        _finding(scenario, row, periods)
        for row in rows
        if not any(
            _covers(row.period, period) for period in periods.get((row.rule_id, row.place, row.subject), ())
        )
    )


def _finding(
    scenario: Scenario, row: Deviation, periods: Mapping[tuple[str, str, str], list[str]]
) -> Finding:
    key = (row.rule_id, row.place, row.subject)
    near = None
    if key not in periods:
        near = nearest(key_text(key), [key_text(known) for known in periods if known[0] == row.rule_id])
    origin = scenario.origins.get((Deviation.table, row.key()))
    return Finding(
        Severity.WARNING,
        "deviation_without_line",
        {
            "rule": row.rule_id,
            "line": key_text((row.place, row.subject, row.period)),
            "periods": tuple(periods.get(key, ())) or None,
            "nearest": near,
        },
        origin.source if origin else None,
        origin.row if origin else None,
    )

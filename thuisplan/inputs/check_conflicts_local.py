"""Conflicts between commitments and what neighbourhoods may get."""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.inputs.check_context import Context
from thuisplan.inputs.check_limits import HardLimits
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.tables import Commitment, Neighbourhood


def neighbourhoods(limits: HardLimits, context: Context) -> Iterator[Finding]:
    """Commitments for special groups above what all neighbourhoods of the municipality together may get."""
    instance = limits.instance
    needs = (series.row for series in instance.needs.values())
    special = {row.need_category for row in needs if row.need_class == "special"}
    places: dict[str, list[Neighbourhood]] = {}
    for row in instance.rows(Neighbourhood):
        places.setdefault(row.municipality_code, []).append(row)
    for code, rows in places.items():
        committed = [
            row
            for row in instance.rows(Commitment)
            if row.municipality_code == code
            and row.dwellings
            and row.year >= instance.settings.open_year
            and instance.options[row.option].need_category in special
            and limits.hard("commitment", row.year, code)
        ]
        options = sorted({row.option for row in committed})
        # Each option by itself, and all of them together.
        for some in [*((option,) for option in options), tuple(options)]:
            found = _first_above(limits, code, rows, [row for row in committed if row.option in some])
            if found is not None:
                largest, year, total, most = found
                about = {"municipality": context.name(code), "year": year, "committed": total, "most": most}
                about["options"] = some
                yield context.at(
                    Severity.CONFLICT, "commitments_above_neighbourhoods", largest, "dwellings", **about
                )
                break


def _first_above(
    limits: HardLimits, code: str, rows: list[Neighbourhood], committed: list[Commitment]
) -> tuple[Commitment, int, int, int] | None:
    """Return the first year in which more stands than fits: the largest commitment, year, sum and most."""
    options = {row.option for row in committed}
    open_to = [row for row in rows if not row.options or options.intersection(row.options)]
    if any(row.max_special is None for row in open_to):
        return None
    most = sum(row.max_special or 0 for row in open_to)
    for year in limits.open_years:
        standing = [row for row in committed if limits.instance.options[row.option].stands(row.year, year)]
        total = sum(row.dwellings for row in standing)
        if total > most and limits.hard("neighbourhood", year, code):
            return max(standing, key=lambda row: row.dwellings), year, total, most
    return None

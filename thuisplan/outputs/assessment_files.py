"""What an assessment writes besides its tables: the changed programme, and its part of the manifest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from thuisplan.inputs.tables.programme import ProgrammeRow
from thuisplan.inputs.write import table_text

if TYPE_CHECKING:
    from thuisplan.solvers.assessed import Assessed, SmallestChange

FITTING = "fitting_programme.csv"
"""The changed programme, as ``--programme`` reads it."""

COLUMNS = ("municipality_code", "municipality", "year", "option", "dwellings")


def write_fitting(after: Assessed, folder: Path) -> None:
    """Write a programme as a CSV file that opens well in Excel, in the language of the input.

    A municipality that builds nothing keeps a row with zero dwellings: it is part of the programme.

    Parameters
    ----------
    after
        The changed programme, judged.
    folder
        Where to.
    """
    instance = after.instance
    cells = dict(after.programme)
    for code in set(after.places) - {municipality for municipality, _, _ in cells}:
        cells[code, instance.settings.open_year, next(iter(instance.options))] = 0
    rows = tuple(
        ProgrammeRow(
            municipality_code=code,
            municipality=instance.municipalities[code].name,
            year=year,
            option=option,
            dwellings=dwellings,
        )
        for (code, year, option), dwellings in cells.items()
    )
    text = table_text(ProgrammeRow, rows, instance.settings.language, COLUMNS)
    # Excel takes a file without byte order mark for an old Windows one.
    (folder / FITTING).write_text(text, encoding="utf-8-sig", newline="")


def assessment_manifest(assessed: Assessed, change: SmallestChange | None) -> dict[str, Any]:
    """Return what the manifest of an assessment says besides what every manifest does.

    Parameters
    ----------
    assessed
        The programme, judged.
    change
        The smallest change; None where none was looked for.
    """
    return {
        "assessment": {
            "fits": assessed.fits,
            "others": assessed.others,
            "municipalities": list(assessed.places),
            "completion": assessed.completion,
            "tested": sum(one.hard and one.verdict in ("met", "broken") for one in assessed.verdicts),
            "broken": len(assessed.misfits),
        },
        "change": [] if change is None else _changes(change),
        "verification": {"requirements": len(assessed.verdicts)},
    }


def _changes(change: SmallestChange) -> list[dict[str, Any]]:
    """Return every freedom that was tried, in order."""
    one = {
        "may_move": change.may_move,
        "stopped": change.stopped,
        "size": change.size,
        "bound": change.bound,
        "proved": change.proved,
        "added": change.added,
        "removed": change.removed,
        "seconds": round(change.seconds, 2),
    }
    return [one] if change.wider is None else [one, *_changes(change.wider)]

"""A page and a workbook of a published answer, written beside it."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from thuisplan.commands.run import PlanNotVerified
from thuisplan.outputs.plan_folder import FolderError, PlanFolder, locked, os_errors

if TYPE_CHECKING:
    from thuisplan.inputs.boundaries import Boundaries
    from thuisplan.outputs.report.content import Report

FOLDER = "report"
PAGE, WORKBOOK = "report.html", "plan.xlsx"
PATIENCE = 60.0
"""Seconds to wait for another report or publication in the same folder."""


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """Options of ``thuisplan report``.

    Parameters
    ----------
    language
        ``nl`` or ``en``.
    boundaries
        GeoJSON or TopoJSON with the municipalities; None for a schematic map.
    labels
        Table of words that a region chose; None for the ordinary ones.
    """

    language: str
    boundaries: Path | None = None
    labels: Path | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """Where a report stands.

    Parameters
    ----------
    page, workbook
        The files.
    missing
        Names of municipalities that the boundaries do not have.
    """

    page: Path
    workbook: Path
    missing: tuple[str, ...]


def report(out: Path, options: ReportOptions) -> Reported:
    """Make the report of an answer, after checking the answer once more.

    Parameters
    ----------
    out
        Folder of a plan, an assessment, a diagnosis or a comparison.
    options
        Language, map and words.

    Raises
    ------
    FolderError
        If the folder holds no answer, or the report cannot be written there.
    InputError
        If the boundaries or the labels cannot be read.
    PlanNotVerified
        If the answer fails verification.
    """
    from thuisplan.outputs.verification import verify

    folder = PlanFolder.open(out)
    found = verify(folder.path)
    if not found.passed:
        raise PlanNotVerified(folder.path, found)
    return write_report(folder, options)


def write_report(folder: PlanFolder, options: ReportOptions) -> Reported:
    """Write the page and the workbook of an answer that was verified just now.

    Parameters
    ----------
    folder, options
        As for ``report``.

    Raises
    ------
    FolderError, InputError
        As ``report``.
    """
    from thuisplan.inputs.boundaries import read_boundaries
    from thuisplan.inputs.chosen_words import chosen_words
    from thuisplan.inputs.labels_file import read_labels

    boundaries = None if options.boundaries is None else read_boundaries(options.boundaries)
    words = {} if options.labels is None else read_labels(options.labels, options.language)
    with chosen_words(words, options.language):
        return _write(folder, options.language, boundaries)


def _write(folder: PlanFolder, language: str, boundaries: Boundaries | None) -> Reported:
    from thuisplan.outputs.report.make import make_report
    from thuisplan.outputs.report.web.html import write_page
    from thuisplan.outputs.report.web.map import make_atlas
    from thuisplan.outputs.report.workbook.book import write_book

    made = make_report(folder, language)
    told = made.report
    atlas = make_atlas(told.municipalities, _groups(told), told.figures, boundaries, language)
    target = folder.path / FOLDER
    # Both are whole before either takes the place of an earlier one; a workbook that is open goes first.
    new = {name: target / f".{name}.new" for name in (WORKBOOK, PAGE)}
    with os_errors(target), locked(folder.path, PATIENCE):
        try:
            target.mkdir(exist_ok=True)
            write_page(told, new[PAGE], atlas)
            write_book(told, made.deals, new[WORKBOOK])
            for name, path in new.items():
                _replace(path, target / name)
        finally:
            for path in new.values():
                with suppress(OSError):
                    path.unlink(missing_ok=True)
    missing = () if atlas is None else tuple(told.municipalities[code] for code in atlas.missing)
    return Reported(target / PAGE, target / WORKBOOK, missing)


def _replace(new: Path, old: Path) -> None:
    try:
        os.replace(new, old)
    except OSError as error:
        raise FolderError("report_in_use", path=str(old), reason=error.strerror or str(error)) from error


def _groups(told: Report) -> dict[str, str]:
    """Return code of a municipality -> region under which it is listed."""
    return {page.code: page.group for page in told.pages if page.kind == "municipality"}

"""The report of a comparison: differences first, then prices and trade-offs, then what is the same in all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pyarrow.compute as pc

from thuisplan.outputs.comparison.subjects import DWELLINGS
from thuisplan.outputs.plan_folder import PlanFolder
from thuisplan.outputs.report.answers.comparison_answer import (
    comparison_answer,
    comparison_picture,
    comparison_tiles,
)
from thuisplan.outputs.report.answers.comparison_common import common_section, draws_section
from thuisplan.outputs.report.answers.comparison_differences import differences_section
from thuisplan.outputs.report.answers.comparison_made import (
    changes_section,
    comparison_made,
    unfinished_section,
)
from thuisplan.outputs.report.answers.comparison_programme import programme_differences, short_and_paid
from thuisplan.outputs.report.answers.comparison_rules import choices_section, prices_section, rules_compared
from thuisplan.outputs.report.answers.comparison_view import ComparisonView
from thuisplan.outputs.report.answers.frontier_section import frontier_section
from thuisplan.outputs.report.answers.regret_section import regret_section
from thuisplan.outputs.report.content import Chart, Figure, Kind, Report, Section
from thuisplan.outputs.report.numbers import tidy

ON_MAP = 10
"""Variants that the map can show."""

SECTIONS: tuple[Callable[[ComparisonView], Section | None], ...] = (
    differences_section,
    changes_section,
    unfinished_section,
    short_and_paid,
    programme_differences,
    rules_compared,
    choices_section,
    prices_section,
    frontier_section,
    common_section,
    draws_section,
    regret_section,
    comparison_made,
)
"""What is said of a comparison, in the order in which it is read."""


def comparison_report(folder: PlanFolder, language: str) -> Report:
    """Return the report of variants against their reference, or of two plans.

    Parameters
    ----------
    folder
        The published comparison; it was verified before.
    language
        ``nl`` or ``en``.
    """
    view = ComparisonView(folder, language)
    return Report(
        language=language,
        kind="comparison",
        title=view.words.say("title_two") if view.scenario is None else view.scenario.settings.name,
        subtitle=_subtitle(view),
        answer=comparison_answer(view),
        tiles=comparison_tiles(view),
        picture=comparison_picture(view),
        sections=tuple(_shown(view, section) for make in SECTIONS if (section := make(view)) is not None),
        pages=(),
        figures=_figures(view),
        municipalities=view.names,
        file_name=folder.path.name,
    )


def _shown(view: ComparisonView, section: Section) -> Section:
    """Return a section that says where its tables are if a page shows none of them."""
    if any(isinstance(item, Chart) or item.on_page for item in section.items):
        return section
    return replace(section, lead=(*section.lead, view.words.say("tables_in_workbook")))


def _subtitle(view: ComparisonView) -> str:
    if view.scenario is None:
        return view.words.say("subtitle_two", **{name: view.plan_name(name) for name in ("first", "second")})
    settings = view.scenario.settings
    values = {"first": settings.first_year, "last": settings.last_year, "count": len(view.runs)}
    return view.words.say("subtitle", **values)


def _figures(view: ComparisonView) -> tuple[Figure, ...]:
    """Return what the map can show: dwellings of the reference, differences of variants, the least."""
    if view.base is None or not view.others:
        return ()
    words = view.words
    sums = view.sums(DWELLINGS, "place")
    base = {place: tidy(next(iter(values.values()))[1]) for (place,), values in sums.items()}
    reference = view.variant(view.reference)
    found = [Figure("reference", words.say("figure_reference", reference=reference), Kind.WHOLE, base)]
    for position, row in enumerate(view.others[:ON_MAP], start=1):
        name = row["variant"]
        differences = {
            place: tidy(values[name][0] - values[name][1])
            for (place,), values in sums.items()
            if name in values
        }
        values = {"variant": view.variant(name), "reference": reference}
        found.append(
            Figure(f"variant_{position}", words.say("figure_variant", **values), Kind.WHOLE, differences)
        )
    common = view.table("common")
    chosen = pc.and_(pc.is_null(common["dwelling_type"]), pc.is_null(common["year"]))
    rows = common.filter(pc.and_(chosen, pc.is_valid(common["municipality_code"]))).to_pylist()
    if rows:
        least = {row["municipality_code"]: row["least"] for row in rows}
        found.append(Figure("least", words.say("figure_least"), Kind.WHOLE, least))
    return tuple(found)

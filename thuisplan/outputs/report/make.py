"""From a published answer to its report: which parts it has, and in which order they are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from thuisplan.inputs.read import read, read_scenario
from thuisplan.outputs.plan_folder import PlanFolder
from thuisplan.outputs.published import Published
from thuisplan.outputs.report.answers.assessment_made import assessment_made
from thuisplan.outputs.report.answers.assessment_report import (
    assessment_answer,
    assessment_sections,
    assessment_subtitle,
)
from thuisplan.outputs.report.answers.comparison_report import comparison_report
from thuisplan.outputs.report.answers.diagnosis_report import diagnosis_report
from thuisplan.outputs.report.content import Report, Section
from thuisplan.outputs.report.pages.corporation_page import corporation_pages
from thuisplan.outputs.report.pages.municipality_page import municipality_pages
from thuisplan.outputs.report.plan.assumptions_section import assumptions_section
from thuisplan.outputs.report.plan.fair_share_section import fair_share_section
from thuisplan.outputs.report.plan.figures import figures
from thuisplan.outputs.report.plan.flex_section import flex_section
from thuisplan.outputs.report.plan.lettings_section import lettings_section
from thuisplan.outputs.report.plan.levels_section import levels_section
from thuisplan.outputs.report.plan.made_section import made_section
from thuisplan.outputs.report.plan.money_section import money_section
from thuisplan.outputs.report.plan.needs_section import needs_section
from thuisplan.outputs.report.plan.plan_answer import PlanAnswer
from thuisplan.outputs.report.plan.programme_section import programme_section
from thuisplan.outputs.report.plan.rules_section import rules_section
from thuisplan.outputs.report.plan.stock_section import stock_section
from thuisplan.outputs.report.plan_view import PlanView
from thuisplan.outputs.report.workbook.woondeal import deals
from thuisplan.outputs.report.workbook.woondeal_content import Deal

SECTIONS: tuple[Callable[[PlanView], Section | None], ...] = (
    programme_section,
    needs_section,
    fair_share_section,
    rules_section,
    money_section,
    stock_section,
    levels_section,
    lettings_section,
    flex_section,
    assumptions_section,
)
"""What is said of a plan, in the order in which it is read; how it was made comes last."""


@dataclass(frozen=True, slots=True)
class Made:
    """A report, and the sheets for the *woondeal* that only its workbook has."""

    report: Report
    deals: tuple[Deal, ...] = ()


def make_report(folder: PlanFolder, language: str) -> Made:
    """Return the report of a published answer of any kind.

    Parameters
    ----------
    folder
        The answer; it was verified before.
    language
        ``nl`` or ``en``.

    Raises
    ------
    FolderError, InputError
        If its files cannot be read.
    """
    kind = folder.manifest["kind"]
    if kind == "comparison":
        return Made(comparison_report(folder, language))
    if kind == "diagnosis":
        return Made(diagnosis_report(folder, language))
    instance = read(folder.path / "input").instance
    given, _ = read_scenario(folder.path / "input" / "original")
    view = PlanView(instance, given, Published(folder.path), folder.manifest, language)
    # An assessment is of a programme of others: a sheet for the *woondeal* is of a plan to agree on.
    return Made(_about_plan(view, folder), () if kind == "assessment" else deals(view))


def _about_plan(view: PlanView, folder: PlanFolder) -> Report:
    assessed = view.manifest["kind"] == "assessment"
    makers = (*SECTIONS, assessment_made if assessed else made_section)
    sections = tuple(section for make in makers if (section := make(view)) is not None)
    if assessed:
        answer, tiles, picture = assessment_answer(view)
        sections, subtitle = (*assessment_sections(view), *sections), assessment_subtitle(view)
    else:
        told = PlanAnswer(view)
        answer, tiles, picture = told.sentences(), told.tiles(), told.picture()
        words = view.words("report_answer")
        subtitle = words.say("subtitle", first=view.years[0], last=view.years[-1])
    return Report(
        view.language,
        view.manifest["kind"],
        view.instance.settings.name,
        subtitle,
        answer,
        tiles,
        picture,
        sections,
        (*municipality_pages(view), *corporation_pages(view)),
        figures(view),
        view.names,
        folder.path.name,
    )

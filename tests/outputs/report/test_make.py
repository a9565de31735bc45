"""Which report a published answer gets, and which sheets it has beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from thuisplan.outputs.plan_folder import PlanFolder
from thuisplan.outputs.report.make import Made, make_report

PROGRAMME = """municipality,year,option,dwellings
Adorp,2026,rent,2
"""
# Nothing can be built, and nothing is agreed.
EMPTY = {
    "availability": """municipality_code,option,from_year,to_year,max_per_year
        GM0001,rent,2026,2027,0
        GM0001,care,2026,2027,0""",
    "commitments": "municipality_code,option,year,dwellings",
}


@pytest.fixture(scope="module")
def made(ran: Callable[..., Path]) -> Callable[[str, str], Made]:
    """Return a function that makes the report of an assessment, or of a plan of the same input."""
    folder = ran(
        ("assess", "{folder}/small", "--programme", "{folder}/theirs.csv", "-o", "{folder}/assessed"),
        ("solve", "{folder}/small", "-o", "{folder}/planned"),
        files={"theirs.csv": PROGRAMME},
    )
    return lambda name, language: make_report(PlanFolder.open(folder / name), language)


@pytest.mark.parametrize(("language", "begins"), [("nl", "Toets van"), ("en", "Test of")])
def test_an_assessment_is_called_one_and_has_no_sheet_to_sign(
    made: Callable[[str, str], Made], language: str, begins: str
) -> None:
    """What others intend is tested, not planned: nobody signs it."""
    assert made("assessed", language).report.subtitle.startswith(begins)
    assert made("assessed", language).deals == ()


@pytest.mark.parametrize(("language", "said"), [("nl", "Programma 2026-2027"), ("en", "Programme 2026-2027")])
def test_a_plan_is_a_programme_and_has_one(
    made: Callable[[str, str], Made], language: str, said: str
) -> None:
    """The input has one agreement: one sheet."""
    assert made("planned", language).report.subtitle == said
    assert [deal.region for deal in made("planned", language).deals] == ["R"]


def test_a_plan_without_a_dwelling_has_a_report(ran: Callable[..., Path]) -> None:
    """Nothing can be built: there is no picture, and page and workbook are written."""
    folder = ran(
        ("solve", "{folder}/small", "-o", "{folder}/planned"),
        ("report", "{folder}/planned"),
        **EMPTY,
    )
    assert make_report(PlanFolder.open(folder / "planned"), "en").report.picture is None
    assert {file.suffix for file in (folder / "planned" / "report").iterdir()} >= {".html", ".xlsx"}

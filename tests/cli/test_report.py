"""``thuisplan report`` as users call it: what is written where, and what wrong input gets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

Run = Callable[..., Any]

SQUARE = [[[6.0, 52.0], [6.2, 52.0], [6.2, 52.2], [6.0, 52.2], [6.0, 52.0]]]
"""A square in the Netherlands, longitude and latitude."""


def boundaries(path: Path, *features: dict[str, Any]) -> Path:
    """Write a GeoJSON file with one square per feature's properties."""
    shapes = [
        {"type": "Feature", "properties": given, "geometry": {"type": "Polygon", "coordinates": SQUARE}}
        for given in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": shapes}), encoding="utf-8")
    return path


def reported(out: Path) -> tuple[str, Any]:
    """Return the page as text and the workbook of a report."""
    page = (out / "report" / "report.html").read_text(encoding="utf-8")
    return page, openpyxl.load_workbook(out / "report" / "plan.xlsx")


def test_a_report_is_a_page_and_a_workbook_beside_the_plan(
    run: Run, plan: Path, snapshot: Callable[[Path], dict[str, bytes]]
) -> None:
    """The command names both files, leaves the plan as it is, and the plan still verifies."""
    before = snapshot(plan)
    done = run("report", plan)
    assert done.code == 0, done
    assert str(plan / "report" / "report.html") in done.out.replace("\n", "")
    after = snapshot(plan)
    assert set(after) - set(before) == {"report/report.html", "report/plan.xlsx"}
    assert {name: after[name] for name in before} == before
    assert run("verify", plan).code == 0
    page, book = reported(plan)
    assert "Two places" in page
    assert book.sheetnames


def test_a_report_speaks_the_language_of_its_input_or_the_one_asked_for(run: Run, plan: Path) -> None:
    """The small input is in English."""
    assert run("report", plan).code == 0
    assert '<html lang="en"' in reported(plan)[0]
    assert run("report", plan, "--language", "nl").code == 0
    page, book = reported(plan)
    assert '<html lang="nl"' in page
    assert "woonruimten" in page
    assert any("gemeente" in name.casefold() for name in book.sheetnames)


def test_equal_plans_give_equal_reports(run: Run, plan: Path, snapshot: Callable[..., Any]) -> None:
    """Nothing in a report depends on when it is made."""
    assert run("report", plan).code == 0
    first = snapshot(plan / "report")
    assert run("report", plan).code == 0
    assert snapshot(plan / "report") == first


def test_solve_writes_the_report_too(run: Run, small: Path, tmp_path: Path) -> None:
    """``--report`` ends by naming the page."""
    done = run("solve", small, "-o", tmp_path / "out", "--report")
    assert done.code == 0, done
    page = tmp_path / "out" / "report" / "report.html"
    assert str(page) in done.out.replace("\n", "")
    assert page.exists()


def test_an_interrupt_while_the_report_is_written_keeps_the_plan(
    run: Run, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan is published by then: exit code 4 and a sentence, not "nothing was written"."""
    from thuisplan.outputs.report.web import html

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(html, "write_page", interrupted)
    out = tmp_path / "out"
    done = run("solve", small, "-o", out, "--report")
    assert done.code == 4, done
    assert f"the plan is in {out}, without a report" in done.err
    assert run("verify", out).code == 0
    assert list((out / "report").iterdir()) == []


@pytest.mark.parametrize("kind", ["missing", "empty", "other"])
def test_a_folder_that_is_no_plan_is_refused(run: Run, tmp_path: Path, kind: str) -> None:
    """Nothing is made in a folder that Thuisplan did not write."""
    folder = tmp_path / "folder"
    if kind != "missing":
        folder.mkdir()
    if kind == "other":
        (folder / "manifest.json").write_text("{}")
    done = run("report", folder)
    assert done.code == 2, done
    assert not (folder / "report").exists()


def test_a_plan_that_fails_verification_is_refused_with_what_failed(run: Run, plan: Path) -> None:
    """One changed byte in a table: exit code 6, the file is named, no report."""
    table = plan / "stock.parquet"
    table.write_bytes(table.read_bytes()[:-1] + b"x")
    done = run("report", plan)
    assert done.code == 6, done
    assert "stock.parquet" in done.err
    assert not (plan / "report").exists()


def test_a_report_that_fails_leaves_the_earlier_one(run: Run, plan: Path, tmp_path: Path) -> None:
    """Wrong boundaries are told before anything is written."""
    assert run("report", plan).code == 0
    before = reported(plan)[0]
    assert run("report", plan, "--boundaries", boundaries(tmp_path / "b.geojson", {"x": 1})).code == 2
    assert reported(plan)[0] == before
    assert sorted(path.name for path in (plan / "report").iterdir()) == ["plan.xlsx", "report.html"]


def test_a_workbook_that_cannot_be_replaced_leaves_both_files(run: Run, plan: Path) -> None:
    """A folder stands in its place, as an open file does on Windows: the page is the earlier one too."""
    assert run("report", plan).code == 0
    before = (plan / "report" / "report.html").read_bytes()
    (plan / "report" / "plan.xlsx").unlink()
    (plan / "report" / "plan.xlsx").mkdir()
    done = run("report", plan, "--language", "nl")
    assert done.code == 2, done
    assert "plan.xlsx" in done.err
    assert "Excel" in done.err
    assert (plan / "report" / "report.html").read_bytes() == before
    assert sorted(path.name for path in (plan / "report").iterdir()) == ["plan.xlsx", "report.html"]


def test_a_plan_without_a_single_dwelling_has_a_report(
    run: Run, write_small: Callable[..., Path], tmp_path: Path
) -> None:
    """Nothing may be built and nothing is committed: the report says so, in page and workbook."""
    nothing = {
        "capacity": """
            municipality_code,route,from_year,to_year,dwellings_per_year
            GM0001,,2026,2027,0
            GM0002,,2026,2027,0""",
        "commitments": "municipality_code,option,year,dwellings",
    }
    done = run("solve", write_small(tmp_path / "in", **nothing), "-o", tmp_path / "out", "--report")
    assert done.code == 0, done
    page, book = reported(tmp_path / "out")
    assert "0 housing units" in page.replace("\u00a0", " ")
    assert book.sheetnames


def test_a_full_disk_is_told(run: Run, plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The workbook does not fit: exit code 2, a sentence, and nothing of it is left."""
    import errno

    import xlsxwriter

    def full(self: object, *arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(xlsxwriter.workbook.ZipFile, "write", full)
    monkeypatch.setattr(xlsxwriter.workbook.ZipFile, "writestr", full)
    done = run("report", plan)
    assert done.code == 2, done
    assert "disk" in done.err
    assert list((plan / "report").iterdir()) == []


def test_boundaries_make_a_map_and_who_is_not_on_it_is_named(run: Run, plan: Path, tmp_path: Path) -> None:
    """Beveen (GM0002) is not in the file: it is told on the screen and on the page."""
    file = boundaries(tmp_path / "b.geojson", {"statcode": "GM0001"}, {"statcode": "GM0009"})
    done = run("report", plan, "--boundaries", file)
    assert done.code == 0, done
    assert "Beveen" in done.out
    assert "These municipalities are not in b.geojson" in reported(plan)[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("not json", "JSON"),
        (json.dumps({"type": "FeatureCollection", "features": []}), "b.geojson"),
        (None, "b.geojson"),
    ],
)
def test_boundaries_that_cannot_be_read_are_told_in_words(
    run: Run, plan: Path, tmp_path: Path, content: str | None, said: str
) -> None:
    """No JSON, no features, no file: a sentence with the name of the file, and exit code 2."""
    file = tmp_path / "b.geojson"
    if content is not None:
        file.write_text(content)
    done = run("report", plan, "--boundaries", file)
    assert done.code == 2, done
    assert said in done.err


def test_boundaries_without_codes_or_in_another_projection_are_told_in_words(
    run: Run, plan: Path, tmp_path: Path
) -> None:
    """The properties that are there are named; web mercator is called by its name."""
    done = run("report", plan, "--boundaries", boundaries(tmp_path / "b.geojson", {"naam": "Adorp"}))
    assert (done.code, "naam" in done.err) == (2, True), done
    file = boundaries(tmp_path / "m.geojson", {"statcode": "GM0001"})
    mercator = [[[x * 111319.49, y * 132000] for x, y in SQUARE[0]]]
    text = json.loads(file.read_text())
    text["features"][0]["geometry"]["coordinates"] = mercator
    file.write_text(json.dumps(text))
    done = run("report", plan, "--boundaries", file)
    assert done.code == 2, done
    assert "28992" in done.err


def test_words_of_a_region_take_the_place_of_ours(run: Run, plan: Path, tmp_path: Path) -> None:
    """A label and a term are replaced everywhere; names from the input are not."""
    words = tmp_path / "words.csv"
    words.write_text("code;label\ncare_suitable;zorgwoning XL\nfair_share;evenredige verdeling\n")
    assert run("report", plan, "--language", "nl", "--labels", words).code == 0
    page, _ = reported(plan)
    assert "zorgwoning XL" in page
    assert "zorggeschikte woning" not in page
    assert "venredige verdeling" in page
    assert not re.search("fair share(?!-)", page, re.IGNORECASE)


def test_an_unknown_word_gets_the_nearest_name(run: Run, plan: Path, tmp_path: Path) -> None:
    """``fair_shair`` is not a code: the finding has file, row and what is meant; all at once."""
    words = tmp_path / "words.csv"
    words.write_text("code;label\nfair_shair;verdeling\ncare_suitable;\n")
    done = run("report", plan, "--labels", words)
    assert done.code == 2, done
    assert "fair share" in done.err
    assert "row 2" in done.err
    assert "row 3" in done.err
    assert not (plan / "report").exists()


def test_names_are_shown_and_never_run(run: Run, write_small: Callable[..., Path], tmp_path: Path) -> None:
    """A municipality called ``<script>`` and one that looks like a formula are texts in page and workbook."""
    table = """
        code,name,boundary_year,dwelling_stock,social_stock,mid_stock
        GM0001,<script>alert(1)</script>,2026,1000,200,
        GM0002,"=HYPERLINK(""x"",""y"")",2026,1000,400,"""
    given = write_small(tmp_path / "in", municipalities=table)
    done = run("solve", given, "-o", tmp_path / "out", "--report")
    assert done.code == 0, done
    page, book = reported(tmp_path / "out")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    names = [cell for cell in cells if isinstance(cell.value, str) and "HYPERLINK(" in cell.value]
    assert names
    assert {cell.data_type for cell in names} == {"s"}

"""What changes from an earlier plan: the table ``changes``, and the same in sentences and on a screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from rich.console import Console
from rich.text import Text

from thuisplan.inputs.instance import Cell
from thuisplan.inputs.labels import DWELLING_TYPES
from thuisplan.inputs.reference import NOT_POSSIBLE, OPEN, REALISED, Comparison
from thuisplan.outputs.answer import Sentence, print_answer, sentence_rows
from thuisplan.outputs.schemas import to_arrow
from thuisplan.outputs.screen_parts import make_table, shown
from thuisplan.outputs.texts import text

if TYPE_CHECKING:
    from thuisplan.solvers.solution import Solution, StageRecord

USED, SECTION, LAG = "reference_used", "reference", "reference_lag"
Rows = list[dict[str, Any]]


def changed(comparison: Comparison, completed: Mapping[Cell, int]) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``changes``: every cell in which the earlier plan or this one has a dwelling.

    Parameters
    ----------
    comparison
        The earlier plan beside the input of this one.
    completed
        What this plan completes in open years.
    """
    instance, reference = comparison.instance, comparison.reference
    after = {**instance.realised, **completed}
    for cell in sorted({*reference.dwellings, *(cell for cell, n in after.items() if n)}):
        code, year, option = cell
        status = comparison.status(cell)
        then = reference.dwellings.get(cell, 0) if comparison.known_before(cell) else None
        now = after.get(cell, 0) if comparison.known(cell) else None
        row = instance.options.get(option)
        place = instance.municipalities.get(code)
        yield {
            "municipality_code": code,
            "municipality": place.name if place is not None else reference.municipalities[code],
            "year": year,
            "option": option,
            "dwelling_type": row.dwelling_type if row is not None else reference.options[option],
            "status": status,
            "before": then,
            "after": now,
            "change": None if then is None or now is None else now - then,
        }


def change_tables(comparison: Comparison, solution: Solution) -> dict[str, pa.Table]:
    """Return the tables ``changes`` and ``sentences`` of a plan that was to stay close to an earlier one.

    Parameters
    ----------
    comparison
        The earlier plan beside the input of this one.
    solution
        This plan.
    """
    rows = list(changed(comparison, solution.completed))
    told = [*matching(comparison), *change_sentences(rows, change_bound(solution.stages))]
    return {"changes": to_arrow("changes", rows), "sentences": to_arrow("sentences", sentence_rows(told))}


def change_bound(records: Iterable[StageRecord]) -> float | None:
    """Return the proved bound of the stage that minimises the change, None if there is none."""
    return next((record.bound for record in records if record.stage.measures == {"change": 1.0}), None)


# --- sentences ------------------------------------------------------------------------------


def matching(comparison: Comparison) -> Iterator[Sentence]:
    """Yield what of an earlier plan is used, and what does not match; known before anything is solved."""
    instance, reference = comparison.instance, comparison.reference
    yield Sentence(
        USED,
        "used",
        {
            "name": reference.name,
            "dwellings": comparison.before(OPEN),
            "municipalities": len(comparison.municipalities),
            "years": _years(comparison.years),
        },
    )
    gone = [name for code, name in reference.municipalities.items() if code not in instance.municipalities]
    new = [row.name for code, row in instance.municipalities.items() if code not in reference.municipalities]
    options_gone = [option for option in reference.options if option not in instance.options]
    options_new = [option for option in instance.options if option not in reference.options]
    years_gone = [year for year in reference.years if year not in instance.years]
    years_new = [year for year in instance.years if year not in reference.years]
    for code, names, there in (
        ("municipalities_gone", gone, lambda cell: cell[0] not in instance.municipalities),
        ("municipalities_new", new, None),
        ("options_gone", options_gone, lambda cell: cell[2] not in instance.options),
        ("options_new", options_new, None),
        ("years_gone", years_gone, lambda cell: cell[1] not in instance.years),
        ("years_new", years_new, None),
    ):
        if names:
            what = _years(names) if code.startswith("years") else names
            yield Sentence(USED, code, {"what": what, "dwellings": _sum(reference.dwellings, there)})
    impossible = comparison.before(NOT_POSSIBLE)
    if impossible:
        yield Sentence(USED, "not_possible", {"dwellings": impossible})


def _sum(dwellings: Mapping[Cell, int], there: Callable[[Cell], bool] | None) -> int:
    return 0 if there is None else sum(n for cell, n in dwellings.items() if there(cell))


def _years(years: Iterable[Any]) -> str:
    """Return years as ranges: ``2026-2028, 2031``."""
    parts: list[list[int]] = []
    for year in sorted(years):
        if parts and parts[-1][1] == year - 1:
            parts[-1][1] = year
        else:
            parts.append([year, year])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)


def change_sentences(rows: Rows, bound: float | None) -> Iterator[Sentence]:
    """Yield what changed in all, per municipality, per type and per year, and the lag of what was realised.

    Parameters
    ----------
    rows
        The table ``changes``.
    bound
        No plan within the limits of the stages before it changes less [dwellings]; None if unknown.
    """
    compared = [row for row in rows if row["status"] in (OPEN, NOT_POSSIBLE)]
    more, fewer = _more(compared), _fewer(compared)
    values = {"change": more + fewer, "more": more, "fewer": fewer}
    counted = sum(abs(row["change"]) for row in compared if row["status"] == OPEN)
    if not more + fewer:
        yield Sentence(SECTION, "same")
    else:
        yield Sentence(SECTION, "changed", values)
        if bound is not None and counted:
            least = counted if counted - bound < 1 else int(-(-(bound - 1e-6) // 1))
            code = "least" if least == counted else "least_unproved"
            yield Sentence(SECTION, code, {"counted": counted, "bound": max(0, least)})
    for column, code in (
        ("municipality", "of_municipality"),
        ("dwelling_type", "of_type"),
        ("year", "of_year"),
    ):
        for what, parts in _grouped(compared, column):
            if _more(parts) + _fewer(parts):
                yield Sentence(SECTION, code, {"what": what, "more": _more(parts), "fewer": _fewer(parts)})
    yield from _lag([row for row in rows if row["status"] == REALISED])


def _lag(rows: Rows) -> Iterator[Sentence]:
    if not rows:
        return
    last = max(row["year"] for row in rows)
    yield Sentence(LAG, _lag_code(rows), {"what": last, **_lag_values(rows)})
    for column, code in (
        ("municipality", "of_municipality"),
        ("dwelling_type", "of_type"),
        ("year", "of_year"),
    ):
        for what, parts in _grouped(rows, column):
            if any(row["change"] for row in parts):
                yield Sentence(LAG, code, {"what": what, **_lag_values(parts)})


def _lag_code(rows: Rows) -> str:
    change = sum(row["change"] for row in rows)
    return "behind" if change < 0 else "ahead" if change else "as_planned"


def _lag_values(rows: Rows) -> dict[str, int]:
    planned, realised = (sum(row[column] for row in rows) for column in ("before", "after"))
    return {"planned": planned, "realised": realised, "difference": abs(realised - planned)}


def _grouped(rows: Rows, column: str) -> list[tuple[Any, Rows]]:
    """Return what a column holds, in order, with its rows."""
    known = list(DWELLING_TYPES.labels)
    groups: dict[Any, Rows] = {}
    for row in rows:
        groups.setdefault(row[column], []).append(row)
    if column == "dwelling_type":
        rank = {kind: position for position, kind in enumerate(known)}
        return sorted(groups.items(), key=lambda pair: (rank.get(pair[0], len(known)), pair[0]))
    return sorted(groups.items())


def _more(rows: Rows) -> int:
    return sum(max(0, row["change"]) for row in rows)


def _fewer(rows: Rows) -> int:
    return sum(max(0, -row["change"]) for row in rows)


# --- the screen --------------------------------------------------------------------------------


def print_changes(rows: Rows, sentences: Iterable[Sentence], language: str, console: Console) -> None:
    """Print what changed: the outcome in sentences, and tables by municipality, type and year.

    Parameters
    ----------
    rows
        The table ``changes``.
    sentences
        What ``change_sentences`` says.
    language
        ``nl`` or ``en``.
    console
        Where to print.
    """
    told = [sentence for sentence in sentences if not sentence.code.startswith("of_")]
    print_answer(told, language, console)
    console.print()
    for title, status, names in (
        ("changes", (OPEN, NOT_POSSIBLE), ("before", "after", "more", "fewer")),
        ("lag", (REALISED,), ("planned", "realised", "more", "fewer")),
    ):
        compared = [row for row in rows if row["status"] in status]
        if not any(row["change"] for row in compared):
            continue
        headings = [text(f"reference_screen.{name}", language) for name in ("what", *names)]
        table = make_table(text(f"reference_screen.{title}", language), headings, language)
        for column in ("municipality", "dwelling_type", "year"):
            for what, parts in _grouped(compared, column):
                label = DWELLING_TYPES.text(what, language) if column == "dwelling_type" else str(what)
                before, after = (sum(row[name] for row in parts) for name in ("before", "after"))
                numbers = (before, after, _more(parts), _fewer(parts))
                # What stays as it was is in the table ``changes``.
                if any(numbers[2:]):
                    table.add_row(Text(label), *(shown(number, language) for number in numbers))
            table.add_section()
        console.print(table)
        console.print()

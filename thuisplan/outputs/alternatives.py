"""The alternatives of a plan: the tables of ``OUT/alternatives/``, the same in sentences, and on a screen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
from rich.console import Console
from rich.text import Text

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.labels import DWELLING_TYPES, MEASURES
from thuisplan.outputs.answer import Sentence, print_answer, sentence_rows
from thuisplan.outputs.answer_schemas import answer_to_arrow
from thuisplan.outputs.screen_parts import make_table, rounded, shown
from thuisplan.outputs.texts import text, unit_text

if TYPE_CHECKING:
    from thuisplan.solvers.alternatives import Alternatives
    from thuisplan.solvers.solution import Solution, StageRecord

FOLDER = "alternatives"
SECTION = "alternatives"

LARGEST = 3
"""Differences of an alternative that are told, each way."""

Rows = list[dict[str, Any]]


def folder_of(out: Path, number: int) -> Path:
    """Return where an alternative of the plan in ``out`` is published: ``OUT/alternatives/01`` and so on."""
    return out / FOLDER / f"{number:02}"


def write_alternatives(out: Path, instance: Instance, solution: Solution, found: Alternatives) -> None:
    """Write the tables about all alternatives; each replaces one of that name in one step.

    Parameters
    ----------
    out
        The published plan.
    instance
        The resolved input.
    solution
        The plan that the alternatives are of.
    found
        The alternatives.
    """
    folder = out / FOLDER
    folder.mkdir(exist_ok=True)
    for name, rows in {
        "alternatives": _alternatives(found),
        "alternative_stages": _stages(solution, found),
        "alternative_programmes": _programmes(instance, found),
        "common": _common(instance, found),
        "sentences": sentence_rows(sentences(instance, solution, found)),
    }.items():
        scratch = folder / f".{name}.parquet"
        pq.write_table(answer_to_arrow(name, rows), scratch)
        os.replace(scratch, folder / f"{name}.parquet")


# --- tables -----------------------------------------------------------------------------


def _alternatives(found: Alternatives) -> Iterator[dict[str, Any]]:
    yield {"plan": 0, "folder": ".", "dwellings": sum(found.counts), "reproducible": None}
    for number, one in enumerate(found.plans, start=1):
        yield {
            "plan": number,
            "folder": f"{number:02}",
            "dwellings": sum(one.counts),
            "distance": one.distance,
            "nearest": one.nearest,
            "bound": one.bound,
            "reproducible": not one.clocked,
        }


def _plans(solution: Solution, found: Alternatives) -> list[Solution]:
    return [solution, *(one.solution for one in found.plans)]


def _stages(solution: Solution, found: Alternatives) -> Iterator[dict[str, Any]]:
    for number, plan in enumerate(_plans(solution, found)):
        for record in solution.stages:
            yield {
                "plan": number,
                "stage": record.stage.number,
                "measures": " + ".join(record.stage.measures),
                "unit": record.stage.unit,
                "value": plan.objective(record.stage),
                "limit": record.limit,
            }


def _counts(found: Alternatives) -> list[tuple[int, ...]]:
    return [found.counts, *(one.counts for one in found.plans)]


def _programmes(instance: Instance, found: Alternatives) -> Iterator[dict[str, Any]]:
    for number, counts in enumerate(_counts(found)):
        for (code, kind), dwellings in zip(found.cells, counts, strict=True):
            yield {"plan": number, **_cell(instance, code, kind), "dwellings": dwellings}


def _common(instance: Instance, found: Alternatives) -> Iterator[dict[str, Any]]:
    for position, (code, kind) in enumerate(found.cells):
        numbers = [counts[position] for counts in _counts(found)]
        anywhere = None if found.least is None else found.least[position]
        yield {
            **_cell(instance, code, kind),
            "in_plan": numbers[0],
            "least": min(numbers),
            "most": max(numbers),
            "least_in_any": None if anywhere is None else anywhere.bound,
            "proved": None if anywhere is None else anywhere.proved,
        }


def _cell(instance: Instance, code: str, kind: str) -> dict[str, Any]:
    name = instance.municipalities[code].name
    return {"municipality_code": code, "municipality": name, "dwelling_type": kind}


# --- sentences -----------------------------------------------------------------------------


def sentences(instance: Instance, solution: Solution, found: Alternatives) -> list[Sentence]:
    """Return what the alternatives say, in order.

    Parameters
    ----------
    instance
        The resolved input.
    solution
        The plan that they are alternatives of.
    found
        The alternatives.
    """
    return [
        Sentence(SECTION, "tolerance"),
        *(_limit(record) for record in solution.stages if record.limit is not None),
        *_distances(found),
        *_ended(found),
        *_differences(instance, found),
        *_shared(found),
        *_anywhere(instance, found),
    ]


def _limit(record: StageRecord) -> Sentence:
    """Return what plans are held to in a stage, in the words of its unit; money in euros."""
    factor = 1000 if record.stage.unit == "kEUR" else 1
    limit, value = (
        None if number is None else rounded(number * factor) for number in (record.limit, record.value)
    )
    values = {"number": record.stage.number, "measures": list(record.stage.measures)}
    code = f"limit_{record.stage.unit.replace('-', '_')}"
    return Sentence(SECTION, code, {**values, "limit": limit, "value": value})


def _distances(found: Alternatives) -> Iterator[Sentence]:
    for number, one in enumerate(found.plans, start=1):
        code = "apart_from_plan" if one.nearest == 0 else "apart_from_alternative"
        values = {
            "plan": number,
            "nearest": one.nearest,
            "distance": one.distance,
            "bound": one.bound,
        }
        if one.bound is not None:
            code += "_proved" if one.bound == one.distance else "_bound"
        yield Sentence(SECTION, code, values)


def _ended(found: Alternatives) -> Iterator[Sentence]:
    if found.ended != "all":
        known = found.ended == "none_found" and found.left is not None
        code = f"{found.ended}_bound" if known else found.ended
        yield Sentence(SECTION, code, {"count": len(found.plans), "bound": found.left})


def _differences(instance: Instance, found: Alternatives) -> Iterator[Sentence]:
    """Yield where each alternative differs most from the plan: more first, then fewer."""
    for number, one in enumerate(found.plans, start=1):
        differences = [
            (now - before, cell)
            for cell, before, now in zip(found.cells, found.counts, one.counts, strict=True)
        ]
        for sign, code in ((1, "more"), (-1, "fewer")):
            largest = sorted(differences, key=lambda pair: (-sign * pair[0], pair[1]))[:LARGEST]
            for difference, (place, kind) in largest:
                if sign * difference > 0:
                    name = instance.municipalities[place].name
                    values = {"plan": number, "municipality": name, "type": kind}
                    yield Sentence(SECTION, code, {**values, "dwellings": abs(difference)})


def _shared(found: Alternatives) -> Iterator[Sentence]:
    if found.plans:
        least = sum(min(numbers) for numbers in zip(*_counts(found), strict=True))
        values = {"plans": len(found.plans) + 1, "common": least, "dwellings": sum(found.counts)}
        yield Sentence(SECTION, "common", values)


def _anywhere(instance: Instance, found: Alternatives) -> Iterator[Sentence]:
    """Yield what every plan has, and the numbers for which that is not nothing."""
    if found.least is None:
        return
    total = sum(one.bound for one in found.least)
    open_ = sum(not one.proved for one in found.least)
    code = "anywhere" if not open_ else "anywhere_open"
    yield Sentence(SECTION, code, {"common": total, "numbers": len(found.least), "open": open_})
    for (place, kind), one in zip(found.cells, found.least, strict=True):
        if one.bound:
            name = instance.municipalities[place].name
            values = {"municipality": name, "type": kind, "bound": one.bound, "found": one.found}
            yield Sentence(SECTION, "least_proved" if one.proved else "least_bound", values)


# --- the screen --------------------------------------------------------------------------------


def print_alternatives(
    instance: Instance, solution: Solution, found: Alternatives, language: str, console: Console
) -> None:
    """Print the alternatives: in sentences, per municipality and type, and what each costs per stage.

    Parameters
    ----------
    instance
        The resolved input.
    solution
        The plan that they are alternatives of.
    found
        The alternatives.
    language
        ``nl`` or ``en``.
    console
        Where to print.
    """
    told = [one for one in sentences(instance, solution, found) if not one.code.startswith("limit")]
    print_answer(told, language, console)
    console.print()
    if not found.plans:
        return
    numbers = [text("alternatives_screen.plan", language)]
    numbers += [text("alternatives_screen.number", language, plan=n + 1) for n in range(len(found.plans))]
    headings = [text("alternatives_screen.what", language), *numbers]
    table = make_table(text("alternatives_screen.programmes", language), headings, language)
    names = {code: instance.municipalities[code].name for code, _ in found.cells}
    for key in (0, 1):
        for what in dict.fromkeys(cell[key] for cell in found.cells):
            label = names[what] if key == 0 else DWELLING_TYPES.text(what, language)
            chosen = [position for position, cell in enumerate(found.cells) if cell[key] == what]
            sums = [sum(counts[position] for position in chosen) for counts in _counts(found)]
            table.add_row(Text(label), *(shown(number, language) for number in sums))
        table.add_section()
    console.print(table)
    console.print()
    headings = [
        text("alternatives_screen.stage", language),
        *numbers,
        text("alternatives_screen.limit", language),
    ]
    table = make_table(text("alternatives_screen.stages", language), headings, language)
    for record in solution.stages:
        name = " + ".join(MEASURES.text(measure, language) for measure in record.stage.measures)
        values = [plan.objective(record.stage) for plan in _plans(solution, found)]
        table.add_row(
            Text(f"{record.stage.number} {name}, {unit_text(record.stage.unit, language)}"),
            *(shown(rounded(value), language) for value in [*values, record.limit]),
        )
    console.print(table)
    console.print()

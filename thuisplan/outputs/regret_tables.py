"""The least regret over scenarios: its tables, the same in sentences, and on a screen."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table
from rich.text import Text

from thuisplan.inputs.instance import Instance
from thuisplan.outputs.answer import Sentence, print_answer, sentence_rows
from thuisplan.outputs.schemas import SCHEMAS, schema, to_arrow
from thuisplan.outputs.screen_parts import make_table, rounded, shown
from thuisplan.outputs.texts import text, unit_text

if TYPE_CHECKING:
    from thuisplan.solvers.regretted import Regretted, ScenarioRegret

SECTION = "regret"
WORDS = "regret_words"
NOISE = 1e-6

REGRETS: Mapping[str, pa.Schema] = MappingProxyType(
    {
        "regret": schema(
            "scenario:text",
            "folder:text",
            "measures:text",
            "unit:text",
            "impossible:yes_no",
            "own_best:number",
            "own_bound:number",
            "value:number",
            "regret:number",
            "regret_at_most:number",
        ),
        "common_decisions": schema(
            "municipality_code:text",
            "municipality:text",
            "year:whole:year",
            "option:text",
            "dwelling_type:text",
            "dwellings:whole:dwellings",
        ),
        "regret_imposed": schema(
            "decided_for:text",
            "scenario:text",
            "outcome:text",
            "value:number",
            "bound:number",
            "regret_at_least:number",
            "regret_at_most:number",
        ),
        "regret_stages": schema(
            "step:whole",
            "measures:text",
            "value:number",
            "bound:number",
            "limit:number",
            "outcome:text",
            "seconds:number:s",
        ),
        "regret_sentences": SCHEMAS["sentences"],
    }
)
"""Table -> Arrow schema; the unit of a column is in its metadata, that of a regret in ``unit``."""


def regret_tables(base: Instance, found: Regretted, folders: Mapping[str, str]) -> dict[str, pa.Table]:
    """Return the tables about the least regret.

    Parameters
    ----------
    base
        What the scenarios are changes of.
    found
        The least regret.
    folders
        Scenario -> where its plan is, beside the tables; none without a plan.
    """
    rows: dict[str, Iterable[Mapping[str, Any]]] = {
        "regret": _regrets(found, folders),
        "common_decisions": _decisions(base, found),
        "regret_imposed": _imposed(found),
        "regret_stages": _stages(found),
        "regret_sentences": sentence_rows(regret_sentences(found)),
    }
    return {name: to_arrow(name, made, REGRETS) for name, made in rows.items()}


def write_regret(out: Path, tables: Mapping[str, pa.Table]) -> None:
    """Write the tables; each replaces one of that name in one step.

    Parameters
    ----------
    out
        The folder of the comparison.
    tables
        Name -> table.
    """
    for name, table in tables.items():
        scratch = out / f".{name}.parquet"
        pq.write_table(table, scratch)
        os.replace(scratch, out / f"{name}.parquet")


# --- tables ------------------------------------------------------------------------------------


def _regrets(found: Regretted, folders: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for one in found.scenarios:
        yield {
            "scenario": one.name,
            "folder": folders.get(one.name),
            "measures": " + ".join(found.stage.measures),
            "unit": found.stage.unit,
            "impossible": one.own.impossible,
            "own_best": one.own.value,
            "own_bound": one.own.bound,
            "value": one.value,
            "regret": one.at_least,
            "regret_at_most": one.at_most,
        }


def _decisions(base: Instance, found: Regretted) -> Iterator[dict[str, Any]]:
    for (code, year, option), dwellings in sorted(found.decisions.items()):
        yield {
            "municipality_code": code,
            "municipality": base.municipalities[code].name,
            "year": year,
            "option": option,
            "dwelling_type": base.options[option].dwelling_type,
            "dwellings": dwellings,
        }


def _imposed(found: Regretted) -> Iterator[dict[str, Any]]:
    for one in found.imposed:
        yield {
            "decided_for": one.decided_for,
            "scenario": one.scenario,
            "outcome": one.outcome,
            "value": one.value,
            "bound": one.bound,
            "regret_at_least": one.at_least,
            "regret_at_most": one.at_most,
        }


def _stages(found: Regretted) -> Iterator[dict[str, Any]]:
    for position, record in enumerate(found.stages, start=1):
        yield {
            "step": position,
            "measures": " + ".join(record.stage.measures),
            "value": record.value,
            "bound": record.bound,
            "limit": record.limit,
            "outcome": record.stopped,
            "seconds": round(record.seconds, 2),
        }


# --- sentences ---------------------------------------------------------------------------------


def regret_sentences(found: Regretted) -> list[Sentence]:
    """Return what the least regret says, in order.

    Parameters
    ----------
    found
        The least regret.
    """
    until = {"until": found.common_until}
    told = [Sentence(SECTION, "meaning", {**until, "measures": list(found.stage.measures)})]
    if found.found:
        told += _found(found)
        told += [sentence for one in found.scenarios for sentence in _scenario(found, one)]
    told += _imposing(found)
    if found.ended == "scenario_impossible":
        impossible = (one.name for one in found.scenarios if one.own.impossible)
        return told + [Sentence(SECTION, found.ended, {"scenario": name}) for name in impossible]
    if not found.closed:
        regretted = [record for record in found.stages[:2] if not record.closed]
        # What was cut short after the regret itself says nothing about the regret.
        told += [Sentence(SECTION, found.ended, until)] if regretted or not found.found else []
    if found.ended == "impossible":
        pairs = [{**until, "one": one, "other": other} for one, other in found.conflicting]
        told += [Sentence(SECTION, "conflicting", pair) for pair in pairs]
        if not pairs and len(found.scenarios) > 2:
            told.append(Sentence(SECTION, "conflicting_together"))
    if any(not record.closed for record in found.stages[2:]):
        told.append(Sentence(SECTION, "later_open"))
    return told


def _found(found: Regretted) -> Iterator[Sentence]:
    until = {"until": found.common_until}
    if not found.decisions:
        yield Sentence(SECTION, "nothing_common", until)
    else:
        built = [number for number in found.decisions.values() if number]
        yield Sentence(SECTION, "decided", {**until, "dwellings": sum(built), "cells": len(built)})
    assert found.largest is not None
    least, most = found.largest
    proved = found.bound is not None and most - found.bound <= NOISE * max(1.0, most)
    amounts = {"least": least, "most": most, "bound": found.bound or 0.0}
    values = {name: _amount(found, value) for name, value in amounts.items()}
    # That nothing is below zero needs no proof.
    code = "largest_proved" if proved else "largest" if found.bound else "largest_open"
    yield Sentence(SECTION, code, values)


def _scenario(found: Regretted, one: ScenarioRegret) -> Iterator[Sentence]:
    if one.value is None or one.own.value is None or one.at_least is None or one.at_most is None:
        return
    proved = one.at_most - one.at_least <= NOISE * max(1.0, one.at_most)
    amounts = {"value": one.value, "own": one.own.value, "least": one.at_least, "most": one.at_most}
    values = {name: _amount(found, value) for name, value in amounts.items()}
    yield Sentence(SECTION, "scenario_proved" if proved else "scenario", {"scenario": one.name, **values})


def _imposing(found: Regretted) -> Iterator[Sentence]:
    """Yield what deciding for one scenario alone means when another comes: the worst of them."""
    for scenario in found.scenarios:
        others = [
            one for one in found.imposed if one.decided_for == scenario.name and one.scenario != scenario.name
        ]
        for outcome, code in (("impossible", "imposed_impossible"), ("not_known", "imposed_unknown")):
            if names := [one.scenario for one in others if one.outcome == outcome]:
                quoted = [Sentence(WORDS, "scenario", {"scenario": name}) for name in names]
                yield Sentence(SECTION, code, {"scenario": scenario.name, "others": quoted})
        known = [one for one in others if one.at_least is not None and one.at_most is not None]
        if known and len(known) == len(others):
            least, most = (max(getattr(one, name) for one in known) for name in ("at_least", "at_most"))
            proved = most - least <= NOISE * max(1.0, most)
            code = "imposed_proved" if proved else "imposed" if least else "imposed_at_most"
            values = {"least": _amount(found, least), "most": _amount(found, most)}
            yield Sentence(SECTION, code, {"scenario": scenario.name, **values})


def _amount(found: Regretted, value: float) -> Sentence:
    """Return an amount in the unit of what is regretted; money in euros."""
    unit = found.stage.unit
    told = rounded(value * 1000 if unit == "kEUR" else value)
    return Sentence(WORDS, f"amount_{unit.replace('-', '_')}", {"value": told})


# --- the screen --------------------------------------------------------------------------------


def print_regret(base: Instance, found: Regretted, language: str, console: Console) -> None:
    """Print the least regret: in sentences, per scenario, and the common decisions.

    Parameters
    ----------
    base
        What the scenarios are changes of.
    found
        The least regret.
    language
        ``nl`` or ``en``.
    console
        Where to print.
    """
    print_answer(regret_sentences(found), language, console)
    console.print()
    if found.found:
        for table in (_scenarios(found, language), _programme(base, found, language)):
            console.print(table)
            console.print()


def regret_step(step: str, language: str) -> str:
    """Return what is being done, for who waits.

    Parameters
    ----------
    step
        ``own``, ``imposed``, ``largest``, ``sum`` or ``later``.
    language
        ``nl`` or ``en``.
    """
    return _says(f"{step}_step", language)


def _says(name: str, language: str, **values: Any) -> str:
    return text(f"regret_screen.{name}", language, **values)


def _scenarios(found: Regretted, language: str) -> Table:
    names = ("scenario", "own", "bound", "value", "least", "most")
    title = _says("scenarios", language, unit=unit_text(found.stage.unit, language))
    table = make_table(title, [_says(name, language) for name in names], language)
    for one in found.scenarios:
        numbers = (one.own.value, one.own.bound, one.value, one.at_least, one.at_most)
        table.add_row(Text(one.name), *(shown(rounded(number), language) for number in numbers))
    return table


def _programme(base: Instance, found: Regretted, language: str) -> Table:
    counts: Counter[tuple[str, int]] = Counter()
    for (code, year, _), dwellings in found.decisions.items():
        counts[code, year] += dwellings
    years = sorted({year for _, year in counts})
    headings = [_says("municipality", language), *map(str, years), _says("total", language)]
    table = make_table(_says("decisions", language, until=found.common_until), headings, language)
    places = sorted({code for code, _ in counts}, key=lambda code: base.municipalities[code].name)
    for code in places:
        numbers = [counts[code, year] for year in years]
        name = base.municipalities[code].name
        table.add_row(Text(name), *(shown(number, language) for number in [*numbers, sum(numbers)]))
    table.add_section()
    totals = [sum(counts[code, year] for code in places) for year in years]
    cells = (shown(number, language) for number in [*totals, sum(totals)])
    table.add_row(_says("total", language), *cells)
    return table

"""An assessment in sentences: does the programme fit, why not, and the smallest change that makes it fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rich.console import Console

from thuisplan.inputs.labels import MONEY_KINDS
from thuisplan.outputs import assessment_rules as rules
from thuisplan.outputs.answer import Sentence, print_answer, sentence_text
from thuisplan.outputs.assessment_tables import (
    concerns,
    contribution_rows,
    everybody,
    pot_rows,
    verdict_rows,
)
from thuisplan.outputs.line_words import about, amount, place
from thuisplan.outputs.programme import Programme
from thuisplan.outputs.type_words import dwellings_of

if TYPE_CHECKING:
    from thuisplan.inputs.instance import Instance, NeedSeries
    from thuisplan.solvers.assessed import Assessed, CellChange, SmallestChange

NAMES_SHOWN = 3
"""Municipalities that a sentence names; more are counted."""
RULED = frozenset({"not_offered", "offer"})
"""Kinds of warnings that a rule tells as well: they stand in the table only."""
CELLS_SHOWN = 10
"""Changes of one municipality that a sentence names; the others are counted."""


def sentences(assessed: Assessed) -> tuple[Sentence, ...]:
    """Return an assessment in sentences.

    Parameters
    ----------
    assessed
        The programme, judged.

    Returns
    -------
    tuple
        In order: the verdict, rules that are broken, contribution, money, needs, warnings, what could not be
        tested, and what is kept.
    """
    verdicts = list(verdict_rows(assessed))
    return (
        *_opening(assessed),
        *rules.broken(assessed),
        *_contribution(assessed),
        *_pots(assessed),
        *_needs(assessed),
        *_warnings(assessed),
        *rules.untested(assessed, verdicts),
        *rules.exempt(assessed),
        *rules.kept(verdicts),
    )


def change_sentences(assessed: Assessed, change: SmallestChange | None) -> tuple[Sentence, ...]:
    """Return the smallest change in sentences.

    Parameters
    ----------
    assessed
        The programme, judged.
    change
        The smallest change that makes it fit; None where none was looked for.
    """
    return tuple(_change(assessed, change))


def print_assessment(told: Iterable[Sentence], language: str, console: Console) -> None:
    """Print an assessment: the verdict on top, then every section as a list.

    Parameters
    ----------
    told
        As ``sentences`` gives them.
    language
        ``nl`` or ``en``.
    console
        Where to print.
    """
    verdict, *rest = told
    whole = not console.is_terminal  # on a screen a line breaks between words
    console.print(sentence_text(verdict, language), style="bold", markup=False, soft_wrap=whole)
    print_answer(rest, language, console)


# --- the verdict --------------------------------------------------------------------


def _opening(assessed: Assessed) -> Iterator[Sentence]:
    instance, tested = assessed.instance, [one for one in assessed.verdicts if one.hard]
    names = [instance.municipalities[code].name for code in assessed.places]
    who: Any = names
    if len(names) > NAMES_SHOWN:
        who = Sentence("assess", "many", {"count": len(names)})
    count = sum(one.verdict in ("met", "broken") for one in tested)
    values = {"who": who, "tested": count, "broken": len(assessed.misfits)}
    codes = {0: "fits_not_impossible", 1: "fits_not_one"}
    yield Sentence("assess", "fits" if assessed.fits else codes.get(values["broken"], "fits_not"), values)
    committed = sum(
        min(dwellings, instance.committed.get(cell, 0)) for cell, dwellings in assessed.programme.items()
    )
    values = {"dwellings": sum(assessed.programme.values()), "committed": committed}
    years = {"first": instance.settings.open_year, "last": instance.years[-1]}
    yield Sentence("assess", "about", {**values, **years})
    if assessed.others in ("none", "plan"):
        yield Sentence("assess", f"others_{assessed.others}")
    if assessed.completion == "stopped":
        yield Sentence("assess", "stopped")
    elif assessed.completion != "nothing":
        yield Sentence("assess", "completed")


# --- contribution and money -----------------------------------------------------------


def _contribution(assessed: Assessed) -> Iterator[Sentence]:
    unsaid = False
    for row in contribution_rows(assessed):
        difference = _whole(row["difference"])
        share = Fraction(row["share"])
        if row["target"] is not None and row["task"]:
            # On a growth path the share of the sum is not that of the last year.
            share = Fraction(row["target"]) / Fraction(row["task"])
        values = {
            "municipality": row["municipality"],
            "rule": row["rule_id"],
            "year": row["year"],
            "share": share.limit_denominator(10**6),
            **{name: _whole(row[name]) for name in ("task", "target", "delivered")},
            "difference": abs(difference or 0),
            "room": None,
        }
        if row["delivered"] is None:
            code, unsaid = "unknown" if row["target"] is None else "lettings", True
        elif difference is None:
            code = "delivered"
        else:
            code = "less" if difference < 0 else "more" if difference else "exact"
            if difference and abs(row["difference"]) <= row["tolerance"]:
                values["room"] = str(_whole(row["tolerance"]))
        yield Sentence("assess_contribution", code, values)
    if unsaid:
        yield Sentence("assess_contribution", "unsaid")


def _whole(number: float | None) -> int | None:
    """Return a number of dwellings as people count them."""
    return None if number is None else round(number)


def _pots(assessed: Assessed) -> Iterator[Sentence]:
    instance, asked = assessed.instance, {}
    for kind in MONEY_KINDS.labels:
        asked[kind] = sum(
            instance.unit_cost(option, kind) * dwellings
            for (_, _, option), dwellings in assessed.programme.items()
        )
    rows = list(pot_rows(assessed))
    if not rows:
        return
    yield Sentence("assess_pots", "asked", asked)
    built = sorted({option for (_, _, option) in assessed.programme})
    for kind in MONEY_KINDS.labels:
        unknown = [o for o in built if getattr(instance.options[o], f"{kind}_eur") is None]
        if unknown:
            types = [dwellings_of(instance, option) for option in unknown]
            yield Sentence("assess_pots", "unknown", {"options": types, "kind": kind})
    for row in rows:
        if not row["asked_eur"] and not row["short_eur"]:
            continue
        code = "pot_rest" if row["carries_rest"] else "pot_short" if row["short_eur"] else "pot"
        first, last = row["short_from"], row["short_to"]
        values = {
            "payer": row["payer"],
            "kind": row["kind"],
            "pot": row["pot_id"],
            "asked": row["asked_eur"],
            "available": row["available_eur"],
            "short": row["short_eur"],
            "years": str(first) if first == last else f"{first}-{last}",
            "others": None,
        }
        if row["others_eur"]:
            values["others"] = Sentence("assess_pots", "others", {"euros": row["others_eur"]})
        yield Sentence("assess_pots", code, values)


# --- needs ------------------------------------------------------------------------------


def _needs(assessed: Assessed) -> Iterator[Sentence]:
    instance, everyone = assessed.instance, everybody(assessed)
    programme = Programme(instance, assessed.solution.amounts)
    groups: dict[tuple[str, str, str], list[NeedSeries]] = {}
    for need in instance.needs.values():
        row = need.row
        members = instance.region(row.purpose, row.place).members
        if not row.decides or set(members).isdisjoint(assessed.places):
            continue
        if everyone or set(members) <= set(assessed.places):
            groups.setdefault((row.purpose, row.need_category, row.strength), []).append(need)
        else:
            yield _part(assessed, programme, need)
    met = []
    for needs in groups.values():
        together = [needs] if len(needs) > NAMES_SHOWN else [[need] for need in needs]
        for one in together:
            told = _open(instance, programme, one)
            if told is None:
                met.append(Sentence("assess_needs", "need", _about(instance, one)))
            else:
                yield told
    if met:
        yield Sentence("assess_needs", "met", {"needs": met})
    yield from _waiting(assessed)


def _about(instance: Instance, needs: list[NeedSeries]) -> dict[str, Any]:
    row = needs[0].row
    several = Sentence("assess_needs", "several", {"count": len(needs)})
    return {
        "place": place(instance, row.place) if len(needs) == 1 else several,
        "category": row.need_category,
        "followed": Sentence("assess_needs", "followed") if row.strength == "monitor" else None,
    }


def _part(assessed: Assessed, programme: Programme, need: NeedSeries) -> Sentence:
    """Return what the programme delivers of a need that is not of its municipalities alone."""
    instance, last = assessed.instance, assessed.instance.years[-1]
    options = instance.options_for(need.row.need_category)
    members = instance.region(need.row.purpose, need.row.place).members
    own = tuple(code for code in members if code in assessed.places)
    values = {"delivered": programme.in_service(own, last, options), "required": need.required[last]}
    return Sentence("assess_needs", "part", {**_about(instance, [need]), **values, "year": last})


def _open(instance: Instance, programme: Programme, needs: list[NeedSeries]) -> Sentence | None:
    """Return what stays open of needs for the same; None if they are covered in every open year."""
    last = instance.years[-1]
    options = instance.options_for(needs[0].row.need_category)
    years = [year for year in instance.years if year >= instance.settings.open_year]
    short: Counter[int] = Counter()
    for need in needs:
        members = instance.region(need.row.purpose, need.row.place).members
        for year in years:
            # What one place has more does not help another.
            short[year] += max(0, need.required[year] - programme.in_service(members, year, options))
    worst = max(years, key=lambda year: (short[year], -year))
    if not short[worst]:
        return None
    required = sum(need.required[last] for need in needs)
    values = {**_about(instance, needs), "required": required, "year": last, "worst": worst}
    if short[last]:
        values |= {"delivered": required - short[last], "short": short[last]}
        return Sentence("assess_needs", "open", values)
    return Sentence("assess_needs", "late", {**values, "short": short[worst]})


def _waiting(assessed: Assessed) -> Iterator[Sentence]:
    """Yield who waits, and what is missing of a task for permit holders, in the last year of either."""
    for verdicts in rules.grouped(assessed.verdicts):
        last = max(verdicts, key=lambda one: one.line.requirement.period)
        line = last.line.requirement
        codes = {"waiting_list": "waiting", "permit_holders": "task"}
        if line.strength != "soft" or line.family not in codes:
            continue
        if concerns(assessed, line.purpose, line.place):
            values = {
                "about": about(assessed.instance, line),
                "family": line.family,
                "short": amount(last.short, line.unit, line.family),
                "period": line.period,
            }
            yield Sentence("assess_needs", codes[line.family], values)


# --- warnings and the change --------------------------------------------------------------


def _warnings(assessed: Assessed) -> Iterator[Sentence]:
    instance = assessed.instance
    told = [warning for warning in assessed.warnings if warning.kind not in RULED]
    for warning in told[: rules.LINES_SHOWN]:
        values = {
            "municipality": instance.municipalities[warning.municipality].name,
            "year": warning.year,
            "type": warning.option and dwellings_of(instance, warning.option, warning.dwellings),
            "route": warning.route,
            "dwellings": _rounded(warning.dwellings),
            "limit": _rounded(warning.limit),
        }
        by_route = warning.kind == "capacity" and warning.route is not None
        yield Sentence("assess_warning", "capacity_route" if by_route else warning.kind, values)
    if len(told) > rules.LINES_SHOWN:
        yield Sentence("assess_warning", "others", {"count": len(told) - rules.LINES_SHOWN})


def _rounded(number: Fraction) -> int | Fraction:
    shown = Fraction(round(number * 10), 10)
    return int(shown) if shown.denominator == 1 else shown


def _change(assessed: Assessed, change: SmallestChange | None) -> Iterator[Sentence]:
    while change is not None:
        if change.size is not None:
            yield from _found(assessed.instance, change)
            return
        if change.stopped == "infeasible":
            yield Sentence("assess_change", f"no_{change.may_move}")
            yield from _stay(assessed, change)
        else:
            yield Sentence("assess_change", "time", {"bound": change.bound})
        if change.wider is not None and change.wider.size is not None:
            yield Sentence("assess_change", "wider")
        change = change.wider


def _found(instance: Instance, change: SmallestChange) -> Iterator[Sentence]:
    values = {
        "added": amount(Fraction(change.added), "dwellings"),
        "removed": amount(Fraction(change.removed), "dwellings"),
        "bound": change.bound,
    }
    yield Sentence("assess_change", "size" if change.proved else "size_found", values)
    yield Sentence("assess_change", change.may_move)
    by_place: dict[str, list[CellChange]] = {}
    for cell in change.changes:
        by_place.setdefault(cell.municipality, []).append(cell)
    for code, cells in by_place.items():
        # What comes first, then what goes; the largest first.
        cells.sort(key=lambda cell: (cell.dwellings < 0, cell.year, cell.option))
        parts = [_cell(instance, cell) for cell in cells[:CELLS_SHOWN]]
        if len(cells) > CELLS_SHOWN:
            parts.append(Sentence("assess_change", "again", {"count": len(cells) - CELLS_SHOWN}))
        values = {"municipality": instance.municipalities[code].name, "cells": parts}
        yield Sentence("assess_change", "municipality", values)


def _cell(instance: Instance, cell: CellChange) -> Sentence:
    values: Mapping[str, Any] = {
        "dwellings": abs(cell.dwellings),
        "type": dwellings_of(instance, cell.option, abs(cell.dwellings)),
        "year": cell.year,
    }
    return Sentence("assess_change", "more" if cell.dwellings > 0 else "less", values)


def _stay(assessed: Assessed, change: SmallestChange) -> Iterator[Sentence]:
    """Yield the rules that stay broken whatever is moved."""
    groups = list(rules.grouped(change.stay))
    for verdicts in groups[: rules.PERIODS_SHOWN]:
        status = assessed.instance.rules_by_id[verdicts[0].line.requirement.rule_id].status
        yield Sentence("assess_change", "stay", {"line": rules.broken_line(assessed, verdicts, status)})
    if len(groups) > rules.PERIODS_SHOWN:
        yield Sentence("assess_change", "stay_more", {"count": len(groups) - rules.PERIODS_SHOWN})

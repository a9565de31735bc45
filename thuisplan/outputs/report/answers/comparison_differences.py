"""How far variants are from the reference in what was minimised, and what of it is proved."""

from __future__ import annotations

from thuisplan.inputs.labels import MEASURES
from thuisplan.outputs.comparison.schemas import MEASURE_UNITS
from thuisplan.outputs.comparison.sentences import TOLD
from thuisplan.outputs.comparison.words import APART, UNPROVED, possible_difference
from thuisplan.outputs.report.answers.comparison_view import (
    AT_MOST,
    ComparisonView,
    Row,
    in_unit,
    on_page,
    readable,
)
from thuisplan.outputs.report.content import Column, Kind, Section, Table, Value

SOURCE = "runs.parquet"


def differences_section(view: ComparisonView) -> Section | None:
    """Return what variants differ in; None where there is no reference or nothing beside it."""
    if view.base is None or not view.others:
        return None
    told = view.told.of("compared_differences", "compared_plans", codes=CODES)
    if view.base_stopped:
        name = view.plan_name("first") if view.is_two else view.reference
        told = (view.words.say("base_stopped", reference=name), *told)
    if len(view.others) > AT_MOST:
        told = (*told, view.words.say("in_workbook", count=len(view.others)))
    items = (_wide(view), _proved(view), _reference(view))
    return Section("differences", view.say("differences"), told, items)


CODES = frozenset(
    {"gap", "differs", "differs_and_unclear", "unclear", "same", "same_run", "unproved", "left", "identical"}
)


def _wide(view: ComparisonView) -> Table:
    """Return a row per variant: the differences that were found, and in what they are proved."""
    assert view.base is not None
    words, rows = view.words, []
    for row in view.others:
        apart = [name for name in view.measures if view.standing(row, name) == APART]
        differences = [_difference(view, row, name) for name in view.measures]
        nothing = "nothing_stopped" if view.base_stopped else "nothing_proved"
        proved = ", ".join(view.label(MEASURES, name) for name in apart) or words.say(nothing)
        if len(apart) == len(view.measures) > 1:
            proved = words.say("all_proved")
        if row["run"] == view.base["run"]:
            proved = words.say("same_input")
        more = row["dwellings"] - view.base["dwellings"]
        rows.append((view.variant(row["variant"]), *differences, more, proved))
    columns = (
        words.column("variant"),
        *(view.measure_column(name) for name in view.measures),
        words.column("dwellings_difference", Kind.WHOLE),
        words.column("proved_in"),
    )
    reference = view.variant(view.reference)
    notes = (words.say("wide_note", reference=reference), words.say("dwellings_free"))
    return words.table("differences", columns, rows, SOURCE, notes=notes, **on_page(rows))


def _difference(view: ComparisonView, row: Row, measure: str) -> float | int | None:
    assert view.base is not None
    if view.standing(row, measure) == UNPROVED:
        return None
    return in_unit(row[measure] - view.base[measure], MEASURE_UNITS[measure])


def _proved(view: ComparisonView) -> Table:
    """Return a row per variant and measure: both values, and between what the difference lies."""
    assert view.base is not None
    words = view.words
    rows: list[tuple[Value, ...]] = []
    for row in view.others:
        for name in TOLD:
            if row[name] is None or view.base[name] is None:
                continue
            unit = MEASURE_UNITS[name]
            found = view.standing(row, name)
            possible = possible_difference(row, view.base, name)
            least, most = (None, None) if possible is None else (in_unit(one, unit) for one in possible)
            values = (readable(view.base[name], name), readable(row[name], name))
            difference = in_unit(row[name] - view.base[name], unit)
            what = (view.variant(row["variant"]), view.label(MEASURES, name), view.unit(unit))
            rows.append((*what, *values, difference, least, most, words.say(f"standing_{found}")))
    columns = (
        *(words.column(name) for name in ("variant", "measure", "unit")),
        *(
            words.column(name, Kind.NUMBER)
            for name in ("reference", "value", "difference", "at_least", "at_most")
        ),
        words.column("standing"),
    )
    shown = {"on_page": on_page(rows)["on_page"], "folded": True}
    return words.table("measures", columns, rows, SOURCE, notes=(words.say("standing_note"),), **shown)


def _reference(view: ComparisonView) -> Table:
    """Return what the reference has of every measure, and what no plan can be below."""
    assert view.base is not None
    words = view.words
    rows = [
        (
            view.label(MEASURES, name),
            view.unit(MEASURE_UNITS[name]),
            readable(view.base[name], name),
            readable(view.base[f"{name}_bound"], name),
        )
        for name in TOLD
        if view.base[name] is not None
    ]
    columns: tuple[Column, ...] = (
        words.column("measure"),
        words.column("unit"),
        words.column("found", Kind.NUMBER),
        words.column("bound", Kind.NUMBER),
    )
    return words.table("reference", columns, rows, SOURCE, notes=(words.say("bound_note"),))

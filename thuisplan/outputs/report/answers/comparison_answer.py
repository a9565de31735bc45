"""The first screen of a comparison: how many variants, what they differ in, and why to trust it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from thuisplan.inputs.labels import MEASURES
from thuisplan.outputs.answer import sentence_text
from thuisplan.outputs.comparison.run_info import CLOSED, STOPPED
from thuisplan.outputs.comparison.schemas import MEASURE_UNITS
from thuisplan.outputs.comparison.subjects import DWELLINGS
from thuisplan.outputs.comparison.words import APART, OPEN, between, possible_difference
from thuisplan.outputs.report.answers.comparison_view import ComparisonView, in_unit
from thuisplan.outputs.report.content import Chart, ChartKind, Series, State, Tile
from thuisplan.outputs.report.numbers import millions, tidy

IN_PICTURE = 20
"""Variants, or municipalities, of which the names fit in a picture."""
COLOUR, OTHER = 1, 0
TILE_MEASURES = ("unmet_special", "unmet_regular")
COSTS = ("extra_cost", "deficit")

Row = dict[str, Any]


def comparison_answer(view: ComparisonView) -> tuple[str, ...]:
    """Return a comparison in three sentences: what was compared, what differs, and what is the same."""
    if view.is_two:
        return _two(view)
    same = view.told.of("compared_common", codes=("core", "core_alone"))
    stopped = view.told.of("compared", codes=("stopped",))
    return tuple(
        " ".join(part)
        for part in (
            view.told.of("compared", codes=("counted", "no_reference")),
            _furthest(view),
            (*same, *stopped),
        )
        if part
    )


def _two(view: ComparisonView) -> tuple[str, ...]:
    plans = {name: view.plan_name(name) for name in ("first", "second")}
    section = "compared_plans"
    same_input = view.told.of(section, codes=("same_input", "other_input", "other_rows"))
    stopped = (
        (view.words.say("base_stopped", reference=view.plan_name("first")),) if view.base_stopped else ()
    )
    parts = (
        (view.words.say("plans", **plans), *same_input),
        (*view.told.of(section, codes=("identical", "differs", "unclear")), *stopped),
        view.told.of(section, codes=("moved", "free")),
    )
    return tuple(" ".join(part) for part in parts if part)


def main_measure(view: ComparisonView) -> str | None:
    """Return the first measure in which a variant is proved to differ; else in which one may."""
    for wanted in (APART, OPEN):
        for measure in view.measures:
            if any(view.standing(row, measure) == wanted for row in view.others):
                return measure
    return None


def _furthest(view: ComparisonView) -> tuple[str, ...]:
    """Return in how many variants a difference is proved, and the largest of the main measure either way."""
    base, measure = view.base, main_measure(view)
    if base is None or not view.others:
        return ()
    different = [
        row for row in view.others if any(view.standing(row, name) == APART for name in view.measures)
    ]
    values = {"count": len(different), "all": len(view.others), "reference": view.reference}
    stopped = (view.words.say("base_stopped", reference=view.reference),) if view.base_stopped else ()
    if measure is None or not different:
        return (view.words.say("none_different", **values), *stopped)
    apart = [row for row in view.others if view.standing(row, measure) == APART]
    apart.sort(key=lambda row: row[measure] - base[measure])
    # The lowest and the highest, each only on its own side of the reference.
    ends = [apart[0]] if apart[0][measure] < base[measure] else []
    ends += [apart[-1]] if apart[-1][measure] > base[measure] else []
    parts = []
    for row in ends:
        possible = possible_difference(row, base, measure)
        assert possible is not None
        told = sentence_text(between(measure, *possible), view.language)
        parts.append(view.words.say("furthest", variant=row["variant"], told=told))
    most = (view.words.say("most", parts=parts),) if parts else ()
    return (view.words.say("different", **values), *most, *stopped)


# --- tiles ------------------------------------------------------------------------------------


def comparison_tiles(view: ComparisonView) -> tuple[Tile, ...]:
    """Return the numbers of the first screen, in the order of that of a plan."""
    words = view.words
    tiles = [_many(view)]
    if view.base is not None and view.base["dwellings"] is not None:
        values = [row["dwellings"] for row in (view.base, *view.others)]
        note = words.say(
            "dwellings_note", reference=view.variant(view.reference), value=view.base["dwellings"]
        )
        tiles.append(Tile(words.say("dwellings_tile"), _span(view, values, "dwellings_value"), note))
        tiles += [_measure(view, name) for name in TILE_MEASURES if name in view.measures][:1]
        tiles += _cost(view)
    return (*tiles, _trust(view))


def _many(view: ComparisonView) -> Tile:
    words = view.words
    if view.is_two:
        note = " / ".join(view.plan_name(name) for name in ("first", "second"))
        return Tile(words.say("many_tile"), words.say("two_value"), note)
    count, plans = len(view.runs), len(view.with_plan)
    value = words.say("many_value", plans=plans, count=count)
    note = words.say("many_note", reference=view.reference)
    return Tile(words.say("many_tile"), value, note, State.ATTENTION if plans < count else State.PLAIN)


def _span(view: ComparisonView, values: list[Any], code: str) -> str:
    least, most = min(values), max(values)
    return view.words.say(code if least != most else f"{code}_same", least=least, most=most)


def _measure(view: ComparisonView, measure: str) -> Tile:
    """Return between which values the variants are in a measure, and in how many a difference is proved."""
    assert view.base is not None
    values = [row[measure] for row in (view.base, *view.others) if row[measure] is not None]
    shown = [round(value) for value in values]
    apart = sum(view.standing(row, measure) == APART for row in view.others)
    code = "measure_note" if not view.is_two else "measure_proved" if apart else "measure_open"
    note = view.words.say(
        code,
        reference=view.variant(view.reference),
        value=round(view.base[measure]),
        apart=apart,
        all=len(view.others),
    )
    return Tile(view.words.say(f"tile_{measure}"), _span(view, shown, "years_value"), note)


def _cost(view: ComparisonView) -> list[Tile]:
    kinds = [name for name in COSTS if name in view.measures]
    if not kinds or view.base is None:
        return []
    rows = [row for row in (view.base, *view.others) if all(row[name] is not None for name in kinds)]
    # Two kinds of money with budgets of their own: they are not added up.
    spans = [_span(view, [_millions(row[name]) for row in rows], "cost_value") for name in kinds]
    parts = [
        view.words.say(
            "cost_part", kind=view.label(MEASURES, name), value=_millions(view.base[name]), unit="kEUR"
        )
        for name in kinds
    ]
    note = view.words.say("cost_note", reference=view.variant(view.reference), parts=parts)
    return [Tile(view.words.say("cost_tile"), " + ".join(spans), note)]


def _millions(thousands: float) -> Fraction:
    return millions(round(1000 * thousands))


def _trust(view: ComparisonView) -> Tile:
    stopped = sum(row["status"] == STOPPED for row in view.runs)
    clocked = sum(row["reproducible"] is False for row in view.runs)
    closed = sum(row["status"] == CLOSED for row in view.runs)
    notes = [view.words.say("stopped_note", stopped=stopped) if stopped else ""]
    notes += [view.words.say("closed_note", closed=closed) if closed and not stopped else ""]
    notes += [view.words.say("clocked_note", clocked=clocked) if clocked and not stopped else ""]
    state = State.ATTENTION if stopped else State.GOOD
    note = "; ".join(one for one in notes if one)
    return Tile(view.words.say("trust_tile"), view.words.say("trust_value"), note, state)


# --- picture ----------------------------------------------------------------------------------


def comparison_picture(view: ComparisonView) -> Chart | None:
    """Return the picture of the first screen; None where nothing differs or there is no reference.

    Of variants how far each is from the reference in the main measure; of two plans the dwellings per
    municipality.
    """
    if view.is_two:
        return _moved(view)
    measure = main_measure(view)
    if measure is None or view.base is None:
        return None
    known = [row for row in view.others if view.standing(row, measure) != "unproved"]
    known.sort(key=lambda row: -abs(row[measure] - view.base[measure]))  # type: ignore[index]
    shown = known[:IN_PICTURE]
    shown.sort(key=lambda row: row[measure])
    differences = [in_unit(row[measure] - view.base[measure], MEASURE_UNITS[measure]) for row in shown]
    proved = [view.standing(row, measure) != OPEN for row in shown]
    series = [
        Series(view.words.say(code), tuple(_only(differences, kept)), colour)
        for code, kept, colour in (
            ("proved", proved, COLOUR),
            ("not_proved", [not one for one in proved], OTHER),
        )
        if any(kept)
    ]
    values = {"measure": view.label(MEASURES, measure), "reference": view.reference}
    told = view.words.say(
        "picture_told",
        **values,
        first=shown[0]["variant"],
        least=differences[0],
        last=shown[-1]["variant"],
        most=differences[-1],
        unit=view.unit(MEASURE_UNITS[measure]),
    )
    if len(known) > IN_PICTURE:
        told = f"{told} {view.words.say('picture_part', shown=IN_PICTURE, count=len(known))}"
    apart = any(view.standing(row, measure) == APART for row in shown)
    if view.base_stopped and not all(proved):
        told = f"{told} {view.words.say('base_stopped', reference=view.reference)}"
    names = tuple(row["variant"] for row in shown)
    title = view.words.say("picture" if apart else "picture_open", **values)
    return Chart(
        "picture", title, told, ChartKind.LYING, names, tuple(series), view.unit(MEASURE_UNITS[measure])
    )


def _only(values: list[Any], kept: list[bool]) -> list[Any]:
    return [value if keep else None for value, keep in zip(values, kept, strict=True)]


def _moved(view: ComparisonView) -> Chart | None:
    [second] = view.others
    sums = view.sums(DWELLINGS, "municipality")
    changed = [
        (place, tidy(values[second["variant"]][0] - values[second["variant"]][1]))
        for (place,), values in sums.items()
        if second["variant"] in values
    ]
    changed = sorted(changed, key=lambda one: (-abs(one[1]), str(one[0])))[:IN_PICTURE]
    if not any(difference for _, difference in changed):
        return None
    changed.sort(key=lambda one: one[1])
    places, differences = zip(*changed, strict=True)
    words = view.words
    told = words.say(
        "moved_told", first=places[0], least=differences[0], last=places[-1], most=differences[-1]
    )
    if len(sums) > IN_PICTURE:
        told = f"{told} {words.say('moved_part', shown=IN_PICTURE, count=len(sums))}"
    series = (Series(words.say("moved_series"), differences, COLOUR),)
    return Chart("picture", words.say("moved"), told, ChartKind.LYING, places, series, view.unit("dwellings"))

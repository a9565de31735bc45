"""Rules in a comparison: which stand otherwise, what a rule costs, and what a choice on an axis gives."""

from __future__ import annotations

from thuisplan.inputs.labels import MEASURES, STRENGTHS
from thuisplan.outputs.comparison.schemas import MEASURE_UNITS
from thuisplan.outputs.comparison.sentences import TOLD
from thuisplan.outputs.comparison.words import differs
from thuisplan.outputs.report.answers.comparison_view import ComparisonView, Row, in_unit, on_page
from thuisplan.outputs.report.content import Chart, ChartKind, Kind, Section, Series, State, Table, Value

IN_PICTURE = 12
"""Rules that a picture of prices shows."""
COUNTS = ("reference_broken", "broken", "reference_binding", "binding")


def rules_compared(view: ComparisonView) -> Section | None:
    """Return the rules that variants keep more or less than the reference, or that only one side has."""
    chosen = {row["variant"] for row in view.others}
    rows = [row for row in view.rows("rules_compared") if row["variant"] in chosen]
    if not rows or view.base is None:
        return None
    told = view.told.of("compared_rules")
    changed = [row for row in rows if _changed(row)]
    items = []
    if changed:
        items.append(_rules(view, "rules_changed", changed))
    items.append(_rules(view, "rules_all", rows, on_page=False))
    count = len({row["rule_id"] for row in changed})
    lead = told or (view.say("rules_otherwise" if changed else "rules_same", count=count),)
    return Section("rules", view.words.say("rules"), lead, tuple(items))


def _changed(row: Row) -> bool:
    pairs = ((row[name], row[f"reference_{name}"]) for name in ("strength", "broken"))
    return any(own != reference for own, reference in pairs)


def _rules(view: ComparisonView, code: str, rows: list[Row], **shown: bool) -> Table:
    words = view.words
    made: list[tuple[Value, ...]] = []
    states = {}
    for row in rows:
        if row["broken"] > (row["reference_broken"] or 0):
            states[len(made)] = State.BROKEN
        strengths = (
            words.say("no_rule") if row[name] is None else view.label(STRENGTHS, row[name])
            for name in ("reference_strength", "strength")
        )
        counts = (row[name] for name in COUNTS)
        made.append(
            (view.rule(row["rule_id"]), view.variant(row["variant"]), *strengths, row["lines"], *counts)
        )
    columns = (
        *(words.column(name) for name in ("rule", "variant", "reference_strength", "strength")),
        *(words.column(name, Kind.WHOLE) for name in ("lines", *COUNTS)),
    )
    shown = shown or on_page(made)
    notes = (words.say("rules_note"),)
    return words.table(code, columns, made, "rules_compared.parquet", notes=notes, states=states, **shown)


# --- prices -----------------------------------------------------------------------------------


def prices_section(view: ComparisonView) -> Section | None:
    """Return what the absence of each rule would give, as far as proved; None where it was not asked."""
    rows = view.rows("prices")
    if not rows:
        return None
    proved = [row for row in rows if row["measure"] in TOLD and row["gain_at_least"] is not None]
    telling = [row for row in proved if any(differs(row[f"gain_at_{end}"], 0) for end in ("least", "most"))]
    telling.sort(key=lambda row: (TOLD.index(row["measure"]), -row["gain_at_least"], row["rule_id"]))
    items: list[Table | Chart] = []
    picture = _price_picture(view, telling)
    items += [picture] if picture else []
    items += [_prices(view, "prices", telling)] if telling else []
    items.append(_prices(view, "prices_all", rows, on_page=False))
    lead = (view.words.say("prices_lead"), *view.told.of("compared_prices"))
    return Section("prices", view.words.say("prices"), lead, tuple(items))


def _prices(view: ComparisonView, code: str, rows: list[Row], **shown: bool) -> Table:
    words = view.words
    made: list[tuple[Value, ...]] = []
    for row in rows:
        unit = row["unit"]
        amounts = [
            None if row[name] is None else in_unit(row[name], unit)
            for name in ("reference", "without", "gain", "gain_at_least", "gain_at_most")
        ]
        known = row["gain_at_least"] is not None
        apart = known and (
            differs(max(row["gain_at_least"], 0), 0) or differs(min(row["gain_at_most"], 0), 0)
        )
        proved = "unproved" if not known else "apart" if apart else "open"
        if known and not any(differs(row[f"gain_at_{end}"], 0) for end in ("least", "most")):
            proved = "same"
        what = (view.rule(row["rule_id"]), view.label(MEASURES, row["measure"]), view.unit(unit))
        made.append((*what, *amounts, words.say(f"standing_{proved}")))
    columns = (
        *(words.column(name) for name in ("rule", "measure", "unit")),
        *(
            words.column(name, Kind.NUMBER)
            for name in ("with_rule", "without_rule", "gain", "gain_least", "gain_most")
        ),
        words.column("standing"),
    )
    shown = shown or on_page(made)
    notes = (words.say("prices_note"),)
    return words.table(code, columns, made, "prices.parquet", notes=notes, **shown)


def _price_picture(view: ComparisonView, rows: list[Row]) -> Chart | None:
    """Return for the first measure that a rule changes how much lower it is without, at least and at most."""
    if not rows:
        return None
    measure = rows[0]["measure"]
    own = [row for row in rows if row["measure"] == measure]
    shown, unit = own[:IN_PICTURE], MEASURE_UNITS[measure]
    words = view.words
    series = tuple(
        Series(
            words.say(f"picture_{end}"), tuple(in_unit(row[f"gain_at_{end}"], unit) for row in shown), colour
        )
        for end, colour in (("least", 1), ("most", 0))
    )
    values = {"measure": view.label(MEASURES, measure)}
    told = words.say("prices_told", **values, rule=view.rule(shown[0]["rule_id"]))
    if len(own) > IN_PICTURE:
        told = f"{told} {words.say('prices_part', shown=IN_PICTURE, count=len(own))}"
    names = tuple(view.rule(row["rule_id"]) for row in shown)
    title = words.say("prices_picture", **values)
    return Chart("prices", title, told, ChartKind.LYING, names, series, view.unit(unit))


# --- choices of a grid ------------------------------------------------------------------------


def choices_section(view: ComparisonView) -> Section | None:
    """Return what a choice on an axis of a grid gives with all else the same; None without a grid."""
    rows = [row for row in view.rows("axes") if row["measure"] in TOLD]
    if not rows:
        return None
    words = view.words
    made: list[tuple[Value, ...]] = []
    for row in rows:
        what = (row["axis"], row["choice"], row["against"], view.label(MEASURES, row["measure"]))
        amounts = (in_unit(row[name], row["unit"]) for name in ("least", "mean", "most"))
        made.append((*what, view.unit(row["unit"]), *amounts, row["pairs"], row["apart"], row["within_gap"]))
    columns = (
        *(words.column(name) for name in ("axis", "choice", "against", "measure", "unit")),
        *(words.column(f"axis_{name}", Kind.NUMBER) for name in ("least", "mean", "most")),
        *(words.column(name, Kind.WHOLE) for name in ("pairs", "apart", "within_gap")),
    )
    notes = (words.say("choices_note"),)
    table = words.table("choices", columns, made, "axes.parquet", notes=notes, **on_page(made))
    return Section("choices", words.say("choices"), view.told.of("compared_axes"), (table,))

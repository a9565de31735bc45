"""Contribution, pots, warnings and the smallest change of a tested programme, as tables."""

from __future__ import annotations

from thuisplan.inputs.labels import DWELLING_TYPES, FAMILY_LABELS, MONEY_KINDS, ROUTES
from thuisplan.inputs.periods import Period
from thuisplan.outputs.report.content import Chart, ChartKind, Kind, Series, State, Table, Value
from thuisplan.outputs.report.numbers import tidy, tidy_or_none
from thuisplan.outputs.report.plan_view import PlanView

SECTION = "report_assessment"
ON_PAGE = 60
"""Rows of a table that a page shows at once."""
IN_PICTURE = 12


def contribution_items(view: PlanView) -> tuple[Table | Chart, ...]:
    """Return what fair-share rules ask of the municipalities at the end, and what the programme delivers."""
    rows = view.rows("contribution")
    if not rows:
        return ()
    words = view.words(SECTION)
    made: list[tuple[Value, ...]] = []
    states = {}
    for row in rows:
        if row["difference"] is not None and row["difference"] < -(row["tolerance"] or 0):
            states[len(made)] = State.BROKEN
        amounts = (
            tidy_or_none(row[name], 1) for name in ("task", "target", "delivered", "difference", "tolerance")
        )
        rule = view.label(FAMILY_LABELS, row["rule_id"])
        share = round(100 * row["share"], 2)
        made.append((row["municipality"], rule, row["key"], row["year"], share, *amounts))
    columns = (
        *(words.column(name) for name in ("place", "rule", "key")),
        words.column("until", Kind.YEAR),
        words.column("share", Kind.PERCENT),
        *(
            words.column(name, Kind.NUMBER)
            for name in ("task", "target", "delivered", "difference", "tolerance")
        ),
    )
    table = words.table(
        "assess_contribution",
        columns,
        made,
        "contribution.parquet",
        notes=(words.say("contribution_table_note"),),
        states=states,
        folded=len(made) > ON_PAGE,
    )
    known = [row for row in rows if row["difference"] is not None]
    if len(known) < 2:
        return (table,)
    shown = sorted(known, key=lambda row: -abs(row["difference"]))[:IN_PICTURE]
    series = tuple(
        Series(words.say(f"column_{name}"), tuple(tidy(row[name], 1) for row in shown), colour)
        for name, colour in (("target", 0), ("delivered", 1))
    )
    told = words.say("contribution_told", municipality=shown[0]["municipality"], rule=shown[0]["rule_id"])
    if len(known) > IN_PICTURE:
        told = f"{told} {words.say('contribution_part', shown=IN_PICTURE, count=len(known))}"
    rules = {row["rule_id"] for row in known}
    names = tuple(
        row["municipality"] if len(rules) == 1 else f"{row['municipality']}, {row['rule_id']}"
        for row in shown
    )
    title, unit = words.say("contribution_picture"), words.say("unit_dwellings")
    return (Chart("assess_contribution", title, told, ChartKind.LYING, names, series, unit), table)


def pots_table(view: PlanView) -> tuple[Table, ...]:
    """Return what the programme asks of every pot that may pay for it, and what the pot lacks."""
    rows = view.rows("pots")
    if not rows:
        return ()
    words = view.words(SECTION)
    made: list[tuple[Value, ...]] = []
    states = {}
    for row in rows:
        if row["short_eur"]:
            states[len(made)] = State.SHORT
        first, last = row["short_from"], row["short_to"]
        when = None if first is None else str(Period(first, last))
        what = (row["payer"], view.label(MONEY_KINDS, row["kind"]), row["pot_id"])
        euros = (row[name] for name in ("available_eur", "asked_eur", "others_eur", "short_eur"))
        made.append((*what, *euros, when, row["carries_rest"]))
    # Two kinds of money with budgets of their own: they are not added up.
    one_kind = len({row["kind"] for row in rows}) == 1
    columns = (
        *(words.column(name) for name in ("payer", "kind", "pot")),
        words.column("available", Kind.EUROS),
        *(
            words.column(name, Kind.EUROS, adds_up=one_kind)
            for name in ("asked_eur", "others_eur", "short_eur")
        ),
        words.column("when"),
        words.column("carries_rest", Kind.YES_NO),
    )
    return (
        words.table("assess_pots", columns, made, "pots.parquet", states=states, folded=len(made) > ON_PAGE),
    )


def warnings_table(view: PlanView) -> tuple[Table, ...]:
    """Return where the programme is optimistic: above what is usual or possible."""
    rows = view.rows("warnings")
    if not rows:
        return ()
    words = view.words(SECTION)
    made: list[tuple[Value, ...]] = [
        (
            row["municipality"],
            row["year"],
            words.say(f"warning_{row['kind']}"),
            row["option"] or view.label(ROUTES, row["route"]),
            tidy(row["dwellings"], 1),
            tidy(row["limit"], 1),
        )
        for row in rows
    ]
    columns = (
        words.column("place"),
        words.column("year", Kind.YEAR),
        *(words.column(name) for name in ("warning", "option")),
        *(words.column(name, Kind.NUMBER) for name in ("programme", "limit")),
    )
    notes = (words.say("warnings_note"),)
    folded = len(made) > ON_PAGE
    return (words.table("assess_warnings", columns, made, "warnings.parquet", notes=notes, folded=folded),)


def change_table(view: PlanView) -> tuple[Table, ...]:
    """Return the smallest change that makes the programme fit, cell by cell."""
    rows = view.rows("change")
    if not rows:
        return ()
    words = view.words(SECTION)
    made: list[tuple[Value, ...]] = [
        (
            row["municipality"],
            row["year"],
            view.label(DWELLING_TYPES, row["dwelling_type"]),
            row["option"],
            row["before"],
            row["change"],
            row["after"],
        )
        for row in rows
    ]
    columns = (
        words.column("place"),
        words.column("year", Kind.YEAR),
        *(words.column(name) for name in ("type", "option")),
        *(words.column(name, Kind.WHOLE, adds_up=True) for name in ("before", "change", "after")),
    )
    notes = (words.say("change_note"),)
    folded = len(made) > ON_PAGE
    return (words.table("assess_change", columns, made, "change.parquet", notes=notes, folded=folded),)

"""First years that hold in every scenario, with the least regret."""

from __future__ import annotations

from collections import Counter

from thuisplan.inputs.labels import DWELLING_TYPES
from thuisplan.outputs.report.answers.comparison_view import SECTION, ComparisonView, in_unit, on_page
from thuisplan.outputs.report.answers.written_sentences import WrittenSentences
from thuisplan.outputs.report.content import Kind, Section, State, Table, Value, year_columns

REGRET_COLUMNS = ("own_best", "own_bound", "value", "regret", "regret_at_most")


def regret_section(view: ComparisonView) -> Section | None:
    """Return what can be decided now, not knowing which scenario comes; None where it was not asked."""
    rows = view.rows("regret_sentences")
    if not rows:
        return None
    told = WrittenSentences(rows, view.language, SECTION)
    lead = told.of(*dict.fromkeys(row["section"] for row in rows))
    items = tuple(item for item in (_regrets(view), _imposed(view), *_decisions(view)) if item is not None)
    return Section("regret", view.words.say("regret"), lead, items)


def _regrets(view: ComparisonView) -> Table | None:
    rows = view.rows("regret")
    words = view.words
    made: list[tuple[Value, ...]] = [
        (
            row["scenario"],
            view.unit(row["unit"]),
            *(None if row[name] is None else in_unit(row[name], row["unit"]) for name in REGRET_COLUMNS),
        )
        for row in rows
    ]
    columns = (
        words.column("scenario"),
        words.column("unit"),
        *(words.column(f"regret_{name}", Kind.NUMBER) for name in REGRET_COLUMNS),
    )
    return words.table("regret", columns, made, "regret.parquet", **on_page(made)) if made else None


def _imposed(view: ComparisonView) -> Table | None:
    """Return what it means to decide for one scenario when another comes."""
    words = view.words
    units = [row["unit"] for row in view.rows("regret")]
    made: list[tuple[Value, ...]] = []
    states = {}
    for row in view.rows("regret_imposed"):
        if row["decided_for"] == row["scenario"]:
            continue
        amounts = [
            None if row[name] is None or not units else in_unit(row[name], units[0])
            for name in ("regret_at_least", "regret_at_most")
        ]
        if row["outcome"] == "impossible":
            # No rule is broken here: there is no plan at all, and the words say that.
            states[len(made)] = State.ATTENTION
        made.append((row["decided_for"], row["scenario"], words.say(f"imposed_{row['outcome']}"), *amounts))
    columns = (
        *(words.column(name) for name in ("decided_for", "comes", "outcome")),
        *(words.column(name, Kind.NUMBER) for name in ("regret_least", "regret_most")),
    )
    if not made:
        return None
    return words.table("imposed", columns, made, "regret_imposed.parquet", states=states, **on_page(made))


def _decisions(view: ComparisonView) -> tuple[Table, ...]:
    """Return the dwellings of the common years: per municipality, and all of them for the workbook."""
    rows = view.rows("common_decisions")
    if not rows:
        return ()
    words = view.words
    per_place: Counter[tuple[str, int]] = Counter()
    for row in rows:
        per_place[row["municipality_code"], row["year"]] += row["dwellings"]
    years = sorted({row["year"] for row in rows})
    codes = list(dict.fromkeys(row["municipality_code"] for row in rows))
    made: list[tuple[Value, ...]] = [
        (view.names.get(code, code), *(per_place[code, year] for year in years)) for code in codes
    ]
    columns = (words.column("by_municipality"), *year_columns(years))
    source = "common_decisions.parquet"
    every: list[tuple[Value, ...]] = [
        (
            view.names.get(row["municipality_code"], row["municipality_code"]),
            view.label(DWELLING_TYPES, row["dwelling_type"]),
            row["option"],
            row["year"],
            row["dwellings"],
        )
        for row in rows
        if row["dwellings"]
    ]
    long = (
        *(words.column(name) for name in ("by_municipality", "by_type", "option")),
        words.column("by_year", Kind.YEAR),
        words.column("dwellings", Kind.WHOLE, adds_up=True),
    )
    return (
        words.table("decisions", columns, made, source, **on_page(made)),
        words.table("decisions_all", long, every, source, on_page=False),
    )

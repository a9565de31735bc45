"""Which variants there are, which have no plan and why, and how they were solved."""

from __future__ import annotations

import csv
from contextlib import suppress
from fractions import Fraction
from typing import Any

from thuisplan.inputs.labels import OPERATIONS, STRENGTHS
from thuisplan.outputs.report.answers.comparison_view import AT_MOST, ComparisonView, on_page
from thuisplan.outputs.report.answers.facts_table import facts_table
from thuisplan.outputs.report.content import Kind, Section, Table, Value
from thuisplan.outputs.report.input_words import column_name, table_words

OVERRIDES = "input/original/overrides.csv"
"""Where the plan of a variant says what it changes in the base."""
IN_ORDER = ("failed", "missing", "infeasible", "stopped")


def unfinished_section(view: ComparisonView) -> Section | None:
    """Return the variants without a plan and those that stopped at a limit; None where all are finished."""
    words = view.words
    rows = [row for row in view.runs if row["status"] in IN_ORDER]
    if not rows:
        return None
    rows.sort(key=lambda row: IN_ORDER.index(row["status"]))
    made: list[tuple[Value, ...]] = []
    for row in rows:
        made.append((view.variant(row["variant"]), words.say(f"status_{row['status']}"), row["reason"]))
    with_reason = any(row["reason"] for row in rows)
    names = ("variant", "status", "reason") if with_reason else ("variant", "status")
    columns = tuple(words.column(name) for name in names)
    cut = [row[: len(names)] for row in made]
    table = words.table("unfinished", columns, cut, "runs.parquet", **on_page(made))
    lead = [view.say("unfinished_lead")]
    lead += [words.say("stopped_lead")] if any(row["status"] == "stopped" for row in rows) else []
    return Section("unfinished", view.say("unfinished"), tuple(lead), (table,))


def changes_section(view: ComparisonView) -> Section | None:
    """Return what was changed in the input for every variant; None for two plans."""
    words = view.words
    made: list[tuple[Value, ...]] = []
    for row in view.others:
        file = view.folder.path / "runs" / str(row["run"]) / OVERRIDES
        if row["run"] is None or not file.exists():
            continue
        with file.open(encoding="utf-8-sig", newline="") as stream:
            for change in csv.DictReader(stream):
                made.append((row["variant"], *_change(view, change)))
    if not made:
        return None
    columns = tuple(
        words.column(name) for name in ("variant", "in_table", "in_rows", "in_column", "operation", "to")
    )
    table = words.table("changes", columns, made, f"runs/*/{OVERRIDES}", **on_page(made))
    return Section("changes", words.say("changes"), (words.say("changes_lead"),), (table,))


def _change(view: ComparisonView, change: dict[str, str]) -> tuple[Value, ...]:
    """Return a row of overrides in words: table, rows, column, and what becomes of them."""
    every = set(change["key"].split()) == {"*"}
    value = change["value"]
    if change["column"] == "strength":
        value = view.label(STRENGTHS, value)
    with suppress(ValueError):
        value = view.words.say("to", value=Fraction(value))
    return (
        table_words(change["table"], view.language),
        view.words.say("every_row") if every else change["key"],
        column_name(change["table"], change["column"], view.language),
        view.label(OPERATIONS, change["operation"]),
        value,
    )


def comparison_made(view: ComparisonView) -> Section:
    """Return every variant with what it is made of and how it was solved, and what Thuisplan that was."""
    manifest, words = view.folder.manifest, view.words
    lead = [view.say("made_lead"), view.say("verified")]
    return Section("made", words.say("made"), tuple(lead), (_runs(view), _facts(view, manifest)))


def _runs(view: ComparisonView) -> Table:
    words = view.words
    labels: dict[str, list[str]] = {}
    for row in view.rows("labels"):
        labels.setdefault(row["variant"], []).append(f"{row['axis']}: {row['choice']}")
    made: list[tuple[Value, ...]] = []
    for row in view.runs:
        repeats = None if row["reproducible"] is None else bool(row["reproducible"])
        seconds = None if row["seconds"] is None else round(row["seconds"], 1)
        what = ", ".join(labels.get(row["variant"], ()))
        made.append(
            (
                view.variant(row["variant"]),
                words.say(f"kind_{row['kind']}"),
                what,
                words.say(f"status_{row['status']}"),
                row["dwellings"],
                repeats,
                seconds,
                row["run"],
            )
        )
    columns = (
        *(words.column(name) for name in ("variant", "kind", "made_of", "status")),
        words.column("dwellings", Kind.WHOLE),
        words.column("repeats", Kind.YES_NO),
        words.column("seconds", Kind.NUMBER),
        words.column("run"),
    )
    source = "runs.parquet, labels.parquet"
    return words.table("runs", columns, made, source, on_page=len(made) <= AT_MOST, folded=True)


def _facts(view: ComparisonView, manifest: Any) -> Table:
    names = ("first", "second") if view.is_two else ()
    hashes = [(view.words.say(f"hash_{name}"), manifest["plans"][name]["input_hash"]) for name in names]
    return facts_table(view.words, "facts", manifest, last=hashes)

"""The ways out of a diagnosis: who gives how much, what of it is proved, and what is given up whole."""

from __future__ import annotations

from thuisplan.inputs.labels import FAMILY_LABELS, OPERATIONS
from thuisplan.outputs.report.answers.given_up import asked, given_up
from thuisplan.outputs.report.answers.written_sentences import WrittenSentences
from thuisplan.outputs.report.content import Kind, State, Table, Value
from thuisplan.outputs.report.input_words import column_name, table_words
from thuisplan.outputs.report.plan.rule_lines import LineWords, Row
from thuisplan.outputs.report.plan_view import PlanView
from thuisplan.outputs.texts import has_text, text

SECTION = "report_diagnosis"
ON_PAGE = 60
"""Rows of a table that a page shows at once."""


def ways_out(view: PlanView) -> list[Row]:
    """Return the rows of the ways out, in order."""
    return [row for row in view.rows("diagnosis") if row["step"] == "repair"]


def with_proof(view: PlanView, said: WrittenSentences) -> dict[str, str]:
    """Return sentence of a way out -> the same with what is proved of its size, and what it drops whole."""
    told = said.of("diagnose_repairs", codes=("choice", "choice_several"))
    words, everything = view.words(SECTION), asked(view)
    found = {}
    for sentence, row in zip(told, ways_out(view), strict=True):
        given = given_up(view, everything, row["number"])
        parts = (sentence, words.say("size_proved" if row["proved"] else "size_found"), given)
        found[sentence] = " ".join(_sentence(part) for part in parts if part)
    return found


def _sentence(told: str) -> str:
    """Return words as a sentence: with a capital and a full stop."""
    return f"{told[:1].upper()}{told[1:].removesuffix('.')}."


def families_text(view: PlanView, families: str) -> str:
    """Return kinds of rules; of pots their budgets give."""
    names = []
    for family in families.split("+"):
        code = f"diagnose_family.{family}"
        known = family != "other" and has_text(code, view.language)
        names.append(text(code, view.language) if known else view.label(FAMILY_LABELS, family))
    return " + ".join(names)


def parts_text(view: PlanView, lines: LineWords, row: Row) -> str:
    """Return what every kind of rule gives in an outcome, as its lines add up."""
    sums: dict[tuple[str, str], Row] = {}
    for line in view.rows("diagnosis_lines"):
        if all(line[name] == row[name] for name in ("question", "step", "number")):
            total = sums.setdefault((line["family"], line["unit"]), {**line, "amount": 0})
            total["amount"] += line["amount"]
    if not sums:
        return families_text(view, row["families"])
    return ", ".join(
        f"{families_text(view, family)}: {lines.amount(total['amount'], total)}"
        for (family, _), total in sums.items()
    )


def repairs_table(view: PlanView, lines: LineWords) -> tuple[Table, ...]:
    """Return the ways out: who gives how much, whether it was tested, and the file that does it."""
    rows = ways_out(view)
    if not rows:
        return ()
    words, everything = view.words(SECTION), asked(view)
    falls = [row for row in view.rows("diagnosis_lines") if row["step"] == "repair"]
    made: list[tuple[Value, ...]] = []
    states = {}
    for row in rows:
        given = given_up(view, everything, row["number"])
        if row["solves"] and row["proved"] and not given:
            states[len(made)] = State.GOOD
        places = list(
            dict.fromkeys(view.place(one["place"]) for one in falls if one["number"] == row["number"])
        )
        where = ", ".join(place or words.say("everywhere") for place in places)
        made.append(
            (
                row["number"],
                parts_text(view, lines, row),
                words.say("size_proved" if row["proved"] else "size_found"),
                given or None,
                where,
                words.say("tested" if row["solves"] else "untested"),
                f"repairs/{row['number']:02}/overrides.csv",
            )
        )
    columns = (
        words.column("number", Kind.WHOLE),
        *(words.column(name) for name in ("families", "proved", "gives_up", "places", "checked", "file")),
    )
    return (words.table("repairs", columns, made, "diagnosis.parquet", states=states),)


def changes_table(view: PlanView) -> tuple[Table, ...]:
    """Return what each way out changes in the input, as its file has it."""
    rows = view.rows("repairs")
    if not rows:
        return ()
    words = view.words(SECTION)
    made: list[tuple[Value, ...]] = []
    for row in rows:
        name = table_words(row["table"], view.language)
        operation = view.label(OPERATIONS, row["operation"])
        column = column_name(row["table"], row["column"], view.language)
        made.append((row["repair"], name, row["key"], column, operation, row["value"]))
    columns = (
        words.column("number", Kind.WHOLE),
        *(words.column(name) for name in ("table", "row", "column", "operation", "value")),
    )
    folded, on_page = len(made) > ON_PAGE // 3, len(made) <= 10 * ON_PAGE
    return (words.table("changes", columns, made, "repairs.parquet", folded=folded, on_page=on_page),)

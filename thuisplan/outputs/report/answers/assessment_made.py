"""How an assessment was made: what others were taken to build, which changes were tried, and with what."""

from __future__ import annotations

from thuisplan.outputs.report.answers.facts_table import facts_table
from thuisplan.outputs.report.content import Kind, Section, Table, Value
from thuisplan.outputs.report.plan_view import PlanView

SECTION = "report_assessment"


def assessment_made(view: PlanView) -> Section:
    """Return what made an assessment; it stands where a plan says how it was made."""
    words, manifest = view.words(SECTION), view.manifest
    lead = (
        words.say("verified", lines=manifest["verification"]["requirements"]),
        words.say(f"made_others_{manifest['assessment']['others']}"),
    )
    tables = (*_tried(view), _facts(view))
    return Section("made", words.say("made"), lead, tables)


def _tried(view: PlanView) -> tuple[Table, ...]:
    """Return the freedoms in which a change was looked for, in order, and what came of it."""
    words = view.words(SECTION)
    made: list[tuple[Value, ...]] = [
        (
            words.say(f"freedom_{one['may_move']}"),
            words.say(
                "found_proved" if one["proved"] else "found" if one["size"] is not None else "not_found"
            ),
            one["added"] if one["size"] is not None else None,
            one["removed"] if one["size"] is not None else None,
            one["bound"],
            one["seconds"],
        )
        for one in view.manifest["change"]
    ]
    columns = (
        *(words.column(name) for name in ("freedom", "outcome_of_search")),
        *(words.column(name, Kind.WHOLE) for name in ("added", "removed", "bound")),
        words.column("seconds", Kind.NUMBER),
    )
    return (words.table("assess_tried", columns, made, "manifest.json"),) if made else ()


def _facts(view: PlanView) -> Table:
    words, manifest = view.words(SECTION), view.manifest
    facts = [(words.say(f"seconds_{step}"), str(value)) for step, value in manifest["seconds"].items()]
    return facts_table(words, "assess_facts", manifest, [*facts, (words.say("hash"), manifest["input_hash"])])

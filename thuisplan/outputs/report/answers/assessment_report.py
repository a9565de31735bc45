"""What a report says first where a programme was tested: the verdict and what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from thuisplan.inputs.labels import MONEY_KINDS, STATUSES, STRENGTHS, VERDICTS
from thuisplan.inputs.periods import Period
from thuisplan.outputs.line_words import ASKED
from thuisplan.outputs.report.answers.assessment_tables_section import (
    ON_PAGE,
    change_table,
    contribution_items,
    pots_table,
    warnings_table,
)
from thuisplan.outputs.report.answers.category_names import NamedLines
from thuisplan.outputs.report.answers.written_sentences import WrittenSentences
from thuisplan.outputs.report.content import (
    Chart,
    ChartKind,
    Kind,
    Section,
    Series,
    State,
    Table,
    Tile,
    Value,
)
from thuisplan.outputs.report.numbers import tidy_or_none
from thuisplan.outputs.report.plan.rule_lines import LineWords, Row
from thuisplan.outputs.report.plan_view import PlanView

SECTION = "report_assessment"
NAMED = 3
"""Municipalities that are named; of more it is said how many there are."""
ELSEWHERE = frozenset(
    {
        "assess_broken.others",
        "assess_broken.others_impossible",
        "assess_explain.others",
        "assess_followed.others",
        "assess_warning.others",
    }
)
"""Sentences that point to a file: in a report the table below them has all of it."""


def told(view: PlanView) -> WrittenSentences:
    """Return the sentences that the assessment was published with."""
    return WrittenSentences(view.rows("sentences"), view.language, SECTION, left_out=ELSEWHERE)


# --- first screen -----------------------------------------------------------------------------


def assessment_answer(view: PlanView) -> tuple[tuple[str, ...], tuple[Tile, ...], Chart | None]:
    """Return the first screen: whether the programme fits and why not, and the smallest change.

    Returns
    -------
    tuple
        Three sentences, tiles, and the picture: the programme per year, and as it would fit.
    """
    said, words = told(view), view.words(SECTION)
    verdict = said.of("assess", codes=VERDICT_CODES)
    about = said.of("assess", codes=("about",))
    broken = said.of("assess_broken")
    why: tuple[str, ...] = broken[:2]
    if len(broken) > len(why):
        why = (*why, words.say("more_broken", count=len(broken) - len(why)))
    change = said.of("assess_change", codes=CHANGE_CODES)
    soft, filled = len(_explained(view)), _as_filled(view)
    code = "soft_none" if not soft else "soft_one" if soft == 1 else "soft_sentence"
    if change and any(said.has("assess_change", code) for code in ("size", "size_found")):
        change = (words.say("smallest", told=change[0]), *change[1:])
    third = (*change, words.say(code, count=soft))
    third += (words.say("filled_one" if filled == 1 else "filled", count=filled),) if filled else ()
    why = why or said.of("assess_pots", codes=("asked",))
    answer = (" ".join((*verdict, *about)), " ".join(why), " ".join(third))
    return tuple(part for part in answer if part), _tiles(view), _picture(view)


VERDICT_CODES = ("fits", "fits_not", "fits_not_one", "fits_not_impossible")
CHANGE_CODES = ("size", "size_found", "no_years", "no_types", "no_all", "time")


def _broken(view: PlanView) -> list[Row]:
    return [row for row in view.rows("verdict") if row["verdict"] == "broken"]


def _decided(row: Row) -> bool:
    """Return whether a softer rule that is broken speaks of the programme: needs are told apart."""
    return not row["completed"] and row["family"] not in ASKED


def _explained(view: PlanView) -> list[Row]:
    """Return the soft rules to comply with or explain."""
    return [row for row in _broken(view) if row["strength"] == "soft" and _decided(row)]


def _as_filled(view: PlanView) -> int:
    """Return how many soft rules are not kept only as was filled in who pays and who lives where."""
    return len(
        {
            row["rule_id"]
            for row in _broken(view)
            if row["strength"] == "soft" and row["completed"] and row["family"] not in ASKED
        }
    )


def _tiles(view: PlanView) -> tuple[Tile, ...]:
    words, found = view.words(SECTION), view.manifest["assessment"]
    fits = found["fits"]
    verdict = Tile(
        words.say("fits_tile"),
        words.say("yes" if fits else "no"),
        words.say("fits_note", tested=found["tested"], broken=found["broken"]),
        State.GOOD if fits else State.BROKEN,
    )
    soft = _explained(view)
    reasons = sum(row["reason"] is not None for row in soft)
    note = (
        words.say("soft_note", reasons=reasons, without=len(soft) - reasons)
        if soft
        else words.say("soft_kept")
    )
    filled = _as_filled(view)
    if filled:
        note = f"{note}; {words.say('filled_note_one' if filled == 1 else 'filled_note', count=filled)}"
    state = State.BROKEN if soft else State.PLAIN if filled else State.GOOD
    explain = Tile(words.say("soft_tile"), words.say("soft_value", count=len(soft)), note, state)
    return (verdict, explain, *_contribution_tile(view), *_money_tile(view), _change_tile(view))


def _contribution_tile(view: PlanView) -> tuple[Tile, ...]:
    rows = [row for row in view.rows("contribution") if row["difference"] is not None]
    if not rows:
        return ()
    words = view.words(SECTION)
    kept = [row for row in rows if row["difference"] >= -(row["tolerance"] or 0)]
    value = words.say("contribution_value", kept=len(kept), all=len(rows))
    if len(rows) == 1:
        values = {name: round(rows[0][name]) for name in ("delivered", "target")}
        value = words.say("contribution_one", **values)
    state = State.GOOD if len(kept) == len(rows) else State.BROKEN
    note = words.say("contribution_note", municipality=rows[0]["municipality"]) if len(rows) == 1 else ""
    return (Tile(words.say("contribution_tile"), value, note or words.say("contribution_all"), state),)


def _money_tile(view: PlanView) -> tuple[Tile, ...]:
    rows = view.rows("pots")
    if not rows:
        return ()
    words = view.words(SECTION)
    asked: Counter[str] = Counter()
    for row in rows:
        asked[row["kind"]] += row["asked_eur"]
    short = sum(row["short_eur"] for row in rows)
    asked = Counter({kind: euros for kind, euros in asked.items() if euros})
    # Two kinds of money with budgets of their own: they are not added up.
    value = " + ".join(words.say("money_value", euros=euros) for euros in asked.values() or (0,))
    kinds = [" + ".join(view.label(MONEY_KINDS, kind) for kind in asked)] if asked else []
    note = words.say("money_short", short=short) if short else words.say("money_fits")
    state = State.SHORT if short else State.PLAIN
    return (Tile(words.say("money_tile"), value, "; ".join((*kinds, note)), state),)


def _change_tile(view: PlanView) -> Tile:
    words = view.words(SECTION)
    tried = view.manifest["change"]
    found = next((one for one in tried if one["size"] is not None), None)
    label = words.say("change_tile")
    if view.manifest["assessment"]["fits"]:
        return Tile(label, words.say("change_none"), words.say("change_fits"), State.GOOD)
    if found is None:
        return Tile(label, words.say("change_unknown"), words.say("change_not_found"))
    note = words.say("change_proved" if found["proved"] else "change_found", bound=found["bound"])
    return Tile(label, words.say("change_value", **found), note)


def _picture(view: PlanView) -> Chart | None:
    """Return the programme of the municipalities that were tested, per year, and with the smallest change."""
    words, places = view.words(SECTION), set(view.manifest["assessment"]["municipalities"])
    before: Counter[int] = Counter()
    for row in view.rows("plan"):
        if row["municipality_code"] in places:
            before[row["year"]] += row["dwellings"]
    after = Counter(before)
    changes = view.rows("change")
    for row in changes:
        after[row["year"]] += row["change"]
    if not before and not changes:
        return None
    series = [Series(words.say("before"), tuple(before[year] for year in view.years), 0 if changes else 1)]
    series += [Series(words.say("after"), tuple(after[year] for year in view.years), 1)] if changes else []
    told_ = words.say("picture_change" if changes else "picture_told", total=before.total())
    title, unit = words.say("picture"), words.say("units")
    return Chart("picture", title, told_, ChartKind.GROUPED, view.years, tuple(series), unit)


# --- sections ---------------------------------------------------------------------------------


def assessment_sections(view: PlanView) -> tuple[Section, ...]:
    """Return what stands before the sections of the plan, in the order in which a council asks.

    The verdict, rules that are broken with their reasons, contribution, money, needs, the smallest change,
    where the programme is optimistic, and all that was tested.
    """
    said, words = told(view), view.words(SECTION)
    lines = NamedLines(view)
    hard = [row for row in _broken(view) if row["strength"] == "hard"]
    softer = [row for row in _broken(view) if row["strength"] != "hard"]
    needs = [row for row in softer if row["family"] in ASKED]
    softer = [row for row in softer if _decided(row)]
    verdict = said.of("assess")
    impossible = _impossible(view)
    sections = (
        Section("verdict", words.say("verdict"), verdict),
        _section(
            view, "broken", said.of("assess_broken"), [*_rules(view, lines, "broken", hard), *impossible]
        ),
        _section(
            view,
            "explain",
            (*said.of("assess_explain"), *_headed(said, "assess_followed")),
            _rules(view, lines, "explain", softer),
        ),
        _section(view, "contribution", said.of("assess_contribution"), contribution_items(view)),
        _section(view, "asked", said.of("assess_pots"), pots_table(view)),
        _section(
            view,
            "open",
            tuple(lines.named(one) for one in said.of("assess_needs")),
            _rules(view, lines, "open", needs),
        ),
        _section(view, "change", said.of("assess_change"), change_table(view)),
        _section(view, "warnings", said.of("assess_warning"), warnings_table(view)),
        _section(
            view,
            "tested",
            (
                *_headed(said, "assess_kept"),
                *_headed(said, "assess_untested"),
                *_headed(said, "assess_exempt"),
            ),
            _rules(view, lines, "tested", view.rows("verdict"), folded=True),
        ),
        _section(view, "around", _around(view), ()),
    )
    return tuple(section for section in sections if section is not None)


def tested_places(view: PlanView) -> str:
    """Return the municipalities of which a programme was tested; of many how many there are."""
    places = view.manifest["assessment"]["municipalities"]
    if len(places) > NAMED:
        return view.words(SECTION).say("many", count=len(places))
    return view.words(SECTION).say("names", names=[view.names.get(place, place) for place in places])


def assessment_subtitle(view: PlanView) -> str:
    """Return what stands below the title: whose programme was tested, and for which years."""
    words = view.words(SECTION)
    return words.say("subtitle", who=tested_places(view), first=view.years[0], last=view.years[-1])


def _around(view: PlanView) -> tuple[str, ...]:
    """Return that what follows is about everybody; nothing if the programme is of everybody."""
    others = view.manifest["assessment"]["others"]
    if others == "whole":
        return ()
    words = view.words(SECTION)
    return (words.say(f"around_{others}", who=tested_places(view)),)


def _section(
    view: PlanView, code: str, lead: tuple[str, ...], items: Sequence[Table | Chart]
) -> Section | None:
    if not lead and not items:
        return None
    return Section(f"assess_{code}", view.words(SECTION).say(code), lead, tuple(items))


def _headed(said: WrittenSentences, section: str) -> tuple[str, ...]:
    """Return sentences, the first after the heading that they have on a screen."""
    first, *others = said.of(section) or ("",)
    return (f"{said.heading(section)}. {first}", *others) if first else ()


def _rules(
    view: PlanView, lines: LineWords, code: str, rows: list[Row], folded: bool = False
) -> tuple[Table, ...]:
    """Return a row per rule, place and subject, the worst verdict first."""
    if not rows:
        return ()
    words = view.words(SECTION)
    made: list[tuple[Value, ...]] = []
    states = {}
    for row in sorted(rows, key=lambda row: VERDICT_ORDER.index(row["verdict"])):
        if row["verdict"] == "broken" and (row["strength"] == "hard" or not row["completed"]):
            states[len(made)] = State.BROKEN
        cells = _rule(view, lines, row)
        made.append(tuple(cells[name] for name in COLUMNS if code == "tested" or name in BROKEN_COLUMNS))
    columns = [
        words.column(name, COLUMNS[name]) for name in COLUMNS if code == "tested" or name in BROKEN_COLUMNS
    ]
    on_page = len(made) <= 10 * ON_PAGE
    folded = folded or len(made) > ON_PAGE
    notes = () if code == "open" else (words.say("tested_note" if code == "tested" else "rules_note"),)
    return (
        words.table(
            f"assess_{code}",
            columns,
            made,
            "verdict.parquet",
            notes=notes,
            states=states,
            on_page=on_page,
            folded=folded,
        ),
    )


COLUMNS = {
    **dict.fromkeys(("place", "rule", "about", "strength", "status", "outcome", "short", "when"), Kind.TEXT),
    "worst": Kind.TEXT,
    **dict.fromkeys(("found", "norm"), Kind.NUMBER),
    "reason": Kind.TEXT,
    **dict.fromkeys(("lines_broken", "lines_met", "lines_untested"), Kind.WHOLE),
}
"""Columns of the table of all that was tested -> what they hold."""
BROKEN_COLUMNS = frozenset({"place", "rule", "about", "strength", "status", "short", "when", "reason"})
"""Those of the tables of what is not kept: a page has no room for more."""
VERDICT_ORDER = ("broken", "not_testable", "exempt", "met")
UNTESTED_WHY = ("others", "region", "figure")


def _rule(view: PlanView, lines: LineWords, row: Row) -> dict[str, Value]:
    """Return the cells of a row by column."""
    words = view.words(SECTION)
    rule = view.rule(row["family"], row["rule_id"])
    short = lines.amount(row["short"], row) if row["short"] else None
    outcome = view.label(VERDICTS, row["verdict"])
    if row["verdict"] == "broken" and row["completed"]:
        outcome = words.say("as_completed")
    reason = row["reason"]
    if row["verdict"] == "not_testable" and row["why"] in UNTESTED_WHY:
        reason = words.say(f"why_{row['why']}")
    when = None if row["from_year"] is None else str(Period(row["from_year"], row["to_year"]))
    sides = [tidy_or_none(row[name]) for name in ("lhs", "rhs")]
    cells: tuple[Value, ...] = (
        lines.place(row) or words.say("everywhere"),
        rule,
        lines.subject(row),
        view.label(STRENGTHS, row["strength"]),
        view.label(STATUSES, row["status"]),
        outcome,
        short,
        when,
        row["worst_period"],
        *sides,
        reason,
        *(row[name] for name in ("broken", "met", "not_testable")),
    )
    return dict(zip(COLUMNS, cells, strict=True))


def _impossible(view: PlanView) -> tuple[Table, ...]:
    """Return the dwellings that no pot or neighbourhood can have."""
    rows = view.rows("impossible")
    if not rows:
        return ()
    words = view.words(SECTION)
    made: list[tuple[Value, ...]] = [
        (
            row["municipality"],
            row["year"],
            row["option"],
            row["dwellings"],
            words.say("nowhere")
            if row["kind"] == "neighbourhood"
            else words.say("unpaid", kind=view.label(MONEY_KINDS, row["kind"])),
        )
        for row in rows
    ]
    columns = (
        words.column("place"),
        words.column("year", Kind.YEAR),
        words.column("option"),
        words.column("dwellings", Kind.WHOLE, adds_up=True),
        words.column("why_impossible"),
    )
    return (
        words.table("assess_impossible", columns, made, "impossible.parquet", folded=len(made) > ON_PAGE),
    )

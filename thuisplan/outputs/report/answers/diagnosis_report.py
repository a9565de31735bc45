"""The report of a diagnosis: what cannot hold together, what would have to give, and the ways out."""

from __future__ import annotations

from collections.abc import Sequence

from thuisplan.inputs.labels import FAMILY_LABELS
from thuisplan.inputs.read import read, read_scenario
from thuisplan.outputs.plan_folder import PlanFolder
from thuisplan.outputs.published import Published
from thuisplan.outputs.report.answers.category_names import NamedLines
from thuisplan.outputs.report.answers.diagnosis_ways import (
    ON_PAGE,
    SECTION,
    changes_table,
    families_text,
    parts_text,
    repairs_table,
    ways_out,
    with_proof,
)
from thuisplan.outputs.report.answers.facts_table import facts_table
from thuisplan.outputs.report.answers.given_up import asked, given_up
from thuisplan.outputs.report.answers.written_sentences import WrittenSentences
from thuisplan.outputs.report.content import (
    Chart,
    ChartKind,
    Kind,
    Report,
    Section,
    Series,
    State,
    Table,
    Tile,
    Value,
)
from thuisplan.outputs.report.numbers import tidy, tidy_or_none
from thuisplan.outputs.report.plan.rule_lines import LineWords, Row
from thuisplan.outputs.report.plan_view import PlanView
from thuisplan.outputs.texts import unit_text

BELOW = frozenset({"where", "elsewhere", "solves_rules", "solves_needs", "solves_rest", "untested", "file"})
"""Sentences that belong to the one before them."""
ELSEWHERE = frozenset(
    f"diagnose_{name}.{code}"
    for name in ("limited", "alone", "pairs", "together", "beyond")
    for code in ("more", "more_one")
)
CONFLICTS = 2
"""Conflicts, and ways out, that the first screen tells."""


def diagnosis_report(folder: PlanFolder, language: str) -> Report:
    """Return the report of a diagnosis.

    Parameters
    ----------
    folder
        The published diagnosis; it was verified before.
    language
        ``nl`` or ``en``.
    """
    instance = read(folder.path / "input").instance
    given, _ = read_scenario(folder.path / "input" / "original")
    view = PlanView(instance, given, Published(folder.path), folder.manifest, language)
    words = view.words(SECTION)
    period = {"first": view.years[0], "last": view.years[-1]}
    return Report(
        language=language,
        kind="diagnosis",
        title=instance.settings.name,
        subtitle=words.say("subtitle", **period),
        answer=_answer(view),
        tiles=_tiles(view),
        picture=_picture(view),
        sections=_sections(view),
        pages=(),
        figures=(),
        municipalities=view.names,
        file_name=folder.path.name,
    )


def _told(view: PlanView) -> WrittenSentences:
    return WrittenSentences(view.rows("sentences"), view.language, SECTION, BELOW, ELSEWHERE)


# --- first screen -----------------------------------------------------------------------------


def _answer(view: PlanView) -> tuple[str, ...]:
    """Return whether it fits, what stands in the way, and the first ways out."""
    said, words = _told(view), view.words(SECTION)
    first = []
    for question in ("rules", "needs"):
        own = said.of(f"diagnose_{question}")
        first += [f"{said.heading(f'diagnose_{question}')} {own[0]}"] if own else []
    conflicts = said.of("conflicts")[:CONFLICTS]
    together = () if conflicts else said.of("diagnose_conflicting")[:1]
    giving = () if conflicts else said.of("diagnose_alone", codes=("gives",))[:1]
    ways = ways_out(view)
    choices = tuple(with_proof(view, said).values())[:CONFLICTS]
    last = said.of("diagnose_repairs")
    if ways:
        last = (words.say("ways", count=len(ways), tested=sum(bool(row["solves"]) for row in ways)), *choices)
    parts = (first, (*conflicts, *together, *giving), last)
    return tuple(" ".join(part) for part in parts if part)


def _tiles(view: PlanView) -> tuple[Tile, ...]:
    words, rows = view.words(SECTION), view.rows("diagnosis")
    tiles = []
    for row in (row for row in rows if row["step"] == "question"):
        # That rules cannot hold together is no rule that is broken: the words say it, no mark does.
        missed = State.SHORT if row["question"] == "needs" else State.PLAIN
        state = {"holds": State.GOOD, "conflict": missed}.get(row["outcome"], State.PLAIN)
        value, note = words.say(f"status_{row['outcome']}"), words.say(f"question_{row['question']}")
        tiles.append(Tile(words.say(f"tile_{row['question']}"), value, note, state))
    alone = [row for row in rows if row["step"] == "alone"]
    if alone:
        can = [row for row in alone if row["outcome"] == "repaired"]
        cannot = sum(row["outcome"] == "cannot" for row in alone)
        note = words.say("alone_note", cannot=cannot, late=len(alone) - len(can) - cannot)
        tiles.append(
            Tile(words.say("alone_tile"), words.say("alone_value", can=len(can), all=len(alone)), note)
        )
    ways = ways_out(view)
    if any(row["outcome"] == "conflict" for row in rows):
        everything = asked(view)
        whole = sum(bool(given_up(view, everything, row["number"])) for row in ways)
        tested, proved = (sum(bool(row[name]) for row in ways) for name in ("solves", "proved"))
        note = words.say("ways_note", tested=tested, proved=proved)
        if whole:
            note = f"{note}; {words.say('ways_whole_one' if whole == 1 else 'ways_whole', count=whole)}"
        settled = bool(ways) and tested == proved == len(ways) and not whole
        state = State.GOOD if settled else State.PLAIN
        tiles.append(Tile(words.say("ways_tile"), words.say("ways_value", count=len(ways)), note, state))
    late = [part for status in view.manifest["status"].values() for part in status["unfinished"]]
    value = words.say("unfinished_value" if late else "finished_value")
    note = words.say("unfinished_note", count=len(late)) if late else words.say("finished_note")
    tiles.append(Tile(words.say("trust_tile"), value, note, State.ATTENTION if late else State.GOOD))
    return tuple(tiles)


def _picture(view: PlanView) -> Chart | None:
    """Return what would have to give if one kind of rule gives alone, of those in the commonest unit."""
    rows = [
        row
        for row in view.rows("diagnosis")
        if row["step"] == "alone" and row["outcome"] == "repaired" and row["amount"] is not None
    ]
    if not rows:
        return None
    # Dwellings and euros have no axis in common.
    units = [row["unit"] for row in rows]
    unit = max(dict.fromkeys(units), key=units.count)
    shown = sorted((row for row in rows if row["unit"] == unit), key=lambda row: row["amount"])
    if len(shown) < 2:
        return None
    words = view.words(SECTION)
    series = [Series(words.say("series_amount"), tuple(tidy(row["amount"], 1) for row in shown), 1)]
    if any(row["bound"] != row["amount"] for row in shown):
        series.append(
            Series(words.say("series_bound"), tuple(tidy_or_none(row["bound"], 1) for row in shown), 0)
        )
    names = tuple(families_text(view, row["families"]) for row in shown)
    label = unit_text(unit or "", view.language)
    least = {**shown[0], "family": shown[0]["families"], "rule_id": shown[0]["families"]}
    amount = LineWords(view).amount(least["amount"], least)
    told = words.say("picture_told", family=names[0], amount=amount)
    if len(shown) < len(rows):
        told = f"{told} {words.say('picture_part', shown=len(shown), count=len(rows), unit=label)}"
    return Chart("picture", words.say("picture"), told, ChartKind.LYING, names, tuple(series), label)


# --- sections ---------------------------------------------------------------------------------


def _sections(view: PlanView) -> tuple[Section, ...]:
    """Return the answer in the order in which it was found: what is seen, what gives, and what to choose."""
    said, words = _told(view), view.words(SECTION)
    lines = NamedLines(view)
    conflicts = (*said.of("conflicts"), *said.of("diagnose_seen"))
    questions = tuple(
        f"{said.heading(f'diagnose_{code}')} {one}"
        for code in ("rules", "needs")
        for one in said.of(f"diagnose_{code}")
    )
    needs = tuple(lines.named(one) for one in said.of("diagnose_limited"))
    repairs = tuple(lines.named(one) for one in _choices(view, said))
    sections = (
        _section(view, "conflicts", conflicts, ()),
        _section(view, "questions", questions, ()),
        _section(view, "repairs", repairs, (*repairs_table(view, lines), *changes_table(view))),
        _section(view, "alone", said.of("diagnose_alone"), _giving(view, lines, "alone")),
        _section(view, "pairs", said.of("diagnose_pairs"), _giving(view, lines, "pair")),
        _section(view, "together", said.of("diagnose_together"), _giving(view, lines, "together")),
        _section(view, "limited", needs, _giving(view, lines, "limited")),
        _section(view, "beyond", said.of("diagnose_beyond"), _lines(view, lines, "beyond")),
        _section(view, "conflicting", said.of("diagnose_conflicting"), _groups(view)),
        _section(view, "unfinished", said.of("diagnose_unfinished"), ()),
        _section(view, "where", (words.say("where_lead"),), _lines(view, lines, "where")),
        Section("made", words.say("made"), (words.say("made_lead"), words.say("verified")), (_facts(view),)),
    )
    return tuple(section for section in sections if section is not None)


def _section(
    view: PlanView, code: str, lead: tuple[str, ...], items: Sequence[Table | Chart]
) -> Section | None:
    """Return a section; None where there is nothing to say, or its only table has no rows."""
    if not items and (not lead or code == "where"):
        return None
    return Section(code, view.words(SECTION).say(code), lead, tuple(items))


def _choices(view: PlanView, said: WrittenSentences) -> tuple[str, ...]:
    told = said.of("diagnose_repairs")
    for sentence, proved in with_proof(view, said).items():
        told = tuple(
            f"{proved}{one.removeprefix(sentence)}" if one.startswith(sentence) else one for one in told
        )
    return (*told, view.words(SECTION).say("how_to_choose")) if view.rows("repairs") else told


def _groups(view: PlanView) -> tuple[Table, ...]:
    """Return the rules that cannot hold together, as a set."""
    rows = [row for row in view.rows("diagnosis") if row["step"] == "conflicting"]
    words = view.words(SECTION)
    made = [
        (view.label(FAMILY_LABELS, rule), words.say(f"group_{row['outcome']}"))
        for row in rows
        for rule in row["subject"].split("+")
    ]
    columns = (words.column("rule"), words.column("group"))
    return (words.table("groups", columns, made, "diagnosis.parquet"),) if made else ()


def _giving(view: PlanView, lines: LineWords, step: str) -> tuple[Table, ...]:
    """Return the outcomes of a step: which kinds of rules give, how much, and what is proved of it."""
    rows = [row for row in view.rows("diagnosis") if row["step"] == step]
    if not rows:
        return ()
    words = view.words(SECTION)
    order = ("repaired", "cannot")
    rows.sort(key=lambda row: order.index(row["outcome"]) if row["outcome"] in order else len(order))
    counted = any(row["amount"] is not None for row in rows)
    made: list[tuple[Value, ...]] = []
    for row in rows:
        proved = row["proved"] and row["outcome"] == "repaired"
        outcome = words.say("outcome_proved" if proved else f"outcome_{row['outcome']}")
        about = (_asked(view, lines, row["subject"]),) if step == "limited" else ()
        gives = (
            parts_text(view, lines, row) if row["amount"] is None else families_text(view, row["families"])
        )
        amounts = (tidy_or_none(row["amount"], 1), tidy_or_none(row["bound"], 1), _unit(view, row))
        made.append((*about, gives, outcome, *(amounts if counted else ())))
    columns = [words.column("need")] if step == "limited" else []
    columns += [words.column("families"), words.column("outcome")]
    if counted:
        columns += [words.column(name, Kind.NUMBER) for name in ("amount", "bound")]
        columns.append(words.column("unit"))
    notes = (words.say("giving_note"),) if counted else ()
    return (words.table(step, columns, made, "diagnosis.parquet", notes=notes, folded=len(made) > ON_PAGE),)


def _unit(view: PlanView, row: Row) -> str | None:
    """Return the unit of an amount, if there is one."""
    return None if row["amount"] is None or row["unit"] is None else unit_text(row["unit"], view.language)


def _asked(view: PlanView, lines: LineWords, name: str) -> str:
    """Return the need that a line is about, from its public name: ``family[place,subject,year]``."""
    family, _, rest = name.partition("[")
    place, subject, year = rest.removesuffix("]").rsplit(",", 2)
    words = lines.subject({"rule_id": family, "family": family, "subject": subject, "unit": "dwellings"})
    return ", ".join((view.place(place), words, year))


def _lines(view: PlanView, lines: LineWords, code: str) -> tuple[Table, ...]:
    """Return the rules, places and periods in which what gives falls."""
    beyond = code == "beyond"
    rows = [row for row in view.rows("diagnosis_lines") if (row["step"] == "beyond") == beyond]
    if not rows:
        return ()
    words = view.words(SECTION)
    families = {
        (row["question"], row["step"], row["number"]): row["families"] for row in view.rows("diagnosis")
    }
    made: list[tuple[Value, ...]] = []
    for row in rows:
        rule = view.rule(row["family"], row["rule_id"])
        step: tuple[Value, ...] = ()
        if not beyond:
            given = families[row["question"], row["step"], row["number"]]
            number = row["number"] if row["step"] == "repair" else None
            step = (words.say(f"step_{row['step']}"), number, families_text(view, given))
        where = (lines.place(row) or words.say("everywhere"), rule, lines.subject(row))
        unit = lines.unit(row)
        made.append((*step, *where, row["period"], tidy(row["amount"], 1), unit))
    columns = (
        [] if beyond else [words.column("step"), words.column("number", Kind.WHOLE), words.column("families")]
    )
    columns += [words.column(name) for name in ("place", "rule", "about", "period")]
    columns += [words.column("gives", Kind.NUMBER), words.column("unit")]
    folded, on_page = len(made) > ON_PAGE // 3, len(made) <= 10 * ON_PAGE
    table = words.table(code, columns, made, "diagnosis_lines.parquet", folded=folded, on_page=on_page)
    return (table,)


def _facts(view: PlanView) -> Table:
    words, manifest = view.words(SECTION), view.manifest
    facts = ((words.say("seconds"), str(manifest["seconds"])), (words.say("hash"), manifest["input_hash"]))
    return facts_table(words, "facts", manifest, facts)

"""Comply or explain: why a rule that may give way is not kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from thuisplan.inputs.columns import CODE, TEXT, Row, column
from thuisplan.inputs.labels import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason(Row):
    """The reason that a municipality or region gives for not keeping a rule."""

    table: ClassVar[str] = "reasons"
    nl: ClassVar[str] = "redenen"
    meaning: ClassVar[Label] = Label(
        "Pas toe of leg uit: waarom een plaats een streefregel of een ontwerpregel niet haalt. Het verandert "
        "niets aan de toets; de reden staat in het antwoord van `thuisplan assess`.",
        "Comply or explain: why a place does not keep a soft rule or a draft rule. It changes nothing in the "
        "test; the reason stands in the answer of `thuisplan assess`.",
    )

    rule_id: str = column(
        "regel",
        CODE,
        ("code uit de tabel regels", "code from the table rules"),
        key=True,
        refers="rules.rule_id",
    )
    place: str | None = column(
        "plaats",
        TEXT,
        ("regio, of gemeentecode", "region, or municipality code"),
        key=True,
        empty=("elke plaats van de regel", "every place of the rule"),
    )
    reason: str = column("reden", TEXT, ("waarom het niet lukt", "why it is not kept"))

"""The columns of a file with words of one's own; a file of its own, not a table of an input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from thuisplan.inputs.columns import TEXT, Row, column
from thuisplan.inputs.labels import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class WordRow(Row):
    """The word that a region uses for something; a table of its own, not part of an input."""

    table: ClassVar[str] = "labels"
    nl: ClassVar[str] = "woorden"
    meaning: ClassVar[Label] = Label(
        "Eigen woorden voor een rapport: wat Thuisplan zo noemt, noemt de regio anders.",
        "Words of one's own for a report: what Thuisplan calls so, the region calls otherwise.",
    )

    code: str = column(
        "code",
        TEXT,
        (
            "code van Thuisplan, zoals target_groups, of het woord dat vervangen wordt",
            "code of Thuisplan, such as target_groups, or the word that is replaced",
        ),
        key=True,
    )
    label: str = column("woord", TEXT, ("het woord ervoor in de plaats", "the word that takes its place"))

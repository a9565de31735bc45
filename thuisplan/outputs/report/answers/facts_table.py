"""The table of what made an answer: its input, the versions of what was used, and the machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from thuisplan.outputs.report.content import Table
from thuisplan.outputs.report.plan_view import Words

Fact = tuple[str, str]


def facts_table(
    words: Words,
    code: str,
    manifest: Mapping[str, Any],
    first: Iterable[Fact] = (),
    last: Iterable[Fact] = (),
) -> Table:
    """Return the table of facts.

    Parameters
    ----------
    words
        Words of the report.
    code
        Name of the table.
    manifest
        Content of ``manifest.json``.
    first, last
        What stands before and after the versions: what it is called, and what it is.
    """
    facts = (
        *first,
        (words.say("version"), str(manifest["thuisplan"])),
        *((name, str(version)) for name, version in manifest["versions"].items()),
        (words.say("platform"), str(manifest["platform"])),
        *last,
    )
    return words.table(code, words.columns("fact", "fact_value"), facts, "manifest.json", folded=True)

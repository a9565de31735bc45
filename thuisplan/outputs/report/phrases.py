"""Parts of sentences that every section of a report needs."""

from __future__ import annotations

from collections.abc import Iterable

from thuisplan.inputs.periods import Period
from thuisplan.outputs.report.plan_view import Words

NAMED = 6
"""Names that a sentence still lists; more are counted."""


def span(years: Iterable[int]) -> str:
    """Return years from the first to the last as they are said: ``2026-2035``, or one year."""
    every = list(years)
    return str(Period(min(every), max(every)))


def capital(words: str) -> str:
    """Return words with a capital at the start."""
    return words[:1].upper() + words[1:]


def listed(words: Words, names: Iterable[str], most: int = NAMED, others: str = "others") -> list[str]:
    """Return names for a sentence: the first ones, and how many others there are.

    Parameters
    ----------
    words
        Words of the section.
    names
        In order of importance.
    most
        How many are named; one more than that is named too, as "1 other" is no shorter.
    others
        Code of the words that say how many more there are.
    """
    every = list(names)
    if len(every) <= most + 1:
        return every
    return [*every[:most], words.say(others, count=len(every) - most)]

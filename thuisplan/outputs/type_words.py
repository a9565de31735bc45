"""What dwellings of a type are called when they are counted."""

from __future__ import annotations

from fractions import Fraction

from thuisplan.outputs.answer import Sentence
from thuisplan.outputs.texts import LANGUAGES, has_text


def type_words(dwelling_type: str | None, count: int | Fraction = 2) -> Sentence:
    """Return what dwellings of a type are called, such as ``clustered dwellings`` or ``room``.

    Parameters
    ----------
    dwelling_type
        The type; None for any. A type that a user added goes by its label.
    count
        How many: one, or one fewer, is a dwelling.
    """
    known = has_text(f"type_words.{dwelling_type}", LANGUAGES[0])
    code = "all" if dwelling_type is None else dwelling_type if known else "own"
    return Sentence("type_words", f"{code}_one" if abs(count) == 1 else code, {"type": dwelling_type})

"""What dwellings of a type are called when they are counted."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from thuisplan.inputs.chosen_words import is_chosen
from thuisplan.inputs.labels import DWELLING_TYPES
from thuisplan.outputs.answer import Sentence
from thuisplan.outputs.texts import LANGUAGES, has_text

if TYPE_CHECKING:
    from thuisplan.inputs.instance import Instance


def type_words(dwelling_type: str | None, count: int | Fraction = 2) -> Sentence:
    """Return what dwellings of a type are called, such as ``clustered dwellings`` or ``room``.

    Parameters
    ----------
    dwelling_type
        The type; None for any. One that a user added, or chose the word for, goes by its label.
    count
        How many: one, or one fewer, is a dwelling.
    """
    if dwelling_type is None:
        code = "all"
    elif is_chosen(DWELLING_TYPES.name, dwelling_type):
        code = "own"
    else:
        code = dwelling_type if has_text(f"type_words.{dwelling_type}", LANGUAGES[0]) else "own"
    return Sentence("type_words", f"{code}_one" if abs(count) == 1 else code, {"type": dwelling_type})


def counted(dwellings: int, dwelling_type: str | None, signed: bool = False) -> Sentence:
    """Return a number of dwellings of a type, such as ``42 clustered dwellings`` or ``+1 room``.

    Parameters
    ----------
    dwellings
        How many.
    dwelling_type
        The type; None for any.
    signed
        Whether a number above zero has a plus.
    """
    values = {"sign": "+" if signed and dwellings > 0 else "", "dwellings": dwellings}
    return Sentence("explain_types", "count", {**values, "types": type_words(dwelling_type, dwellings)})


def dwellings_of(instance: Instance, option: str, count: int | Fraction = 2) -> Sentence:
    """Return an option as dwellings, such as "clustered dwellings"; with its code if others are alike.

    Parameters
    ----------
    instance
        The resolved input.
    option
        Code of the option.
    count
        How many: one is a dwelling.
    """
    row = instance.options[option]
    alike = [one for one in instance.options.values() if one.dwelling_type == row.dwelling_type]
    values = {"what": type_words(row.dwelling_type, count), "code": option if len(alike) > 1 else None}
    return Sentence("assess_dwellings", "option", values)

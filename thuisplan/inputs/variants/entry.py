"""One table of a file of variants while its values are read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from thuisplan.inputs.columns import EXACT, WHOLE, CellError, write_exact
from thuisplan.inputs.labels import Vocabulary
from thuisplan.inputs.row_keys import key_text
from thuisplan.inputs.variants.places import Report, Where

EVERY = "*"


def value_text(value: Any) -> str:
    """Return a value of TOML as a cell of a table would have it; a number stays exact."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return write_exact(Fraction(repr(value)), None)
    if isinstance(value, list | tuple):
        return "|".join(value_text(part) for part in value)
    return str(value).strip()


def pattern(*parts: Any) -> str:
    """Return the text of a key in which ``*`` is any value."""
    return " ".join(EVERY if part == EVERY else key_text((part,)) for part in parts)


@dataclass(frozen=True)
class Entry:
    """A table with what it says; everything asked of it that is wrong is reported.

    Parameters
    ----------
    where
        Its place in the file.
    values
        Key -> value as written.
    report
        Where to tell what is wrong.
    """

    where: Where
    values: Mapping[str, Any]
    report: Report

    def place(self, name: str) -> Where:
        """Return the place of a key."""
        return (*self.where, name)

    def only(self, *names: str) -> bool:
        """Return whether no other keys are there; the others are reported."""
        others = [name for name in self.values if name not in names]
        for name in others:
            self.report.unknown("variants_unknown_key", self.place(name), name, names)
        return not others

    def either(self, *names: str) -> bool:
        """Return whether at most one of these keys is there; more are reported."""
        there = [name for name in names if name in self.values]
        if len(there) > 1:
            self.report.at("variants_either", self.place(there[-1]), None, names=tuple(there))
        return len(there) <= 1

    def text(self, name: str, default: str | None = None) -> str | None:
        """Return a value as text; None, and a finding, if there is none and no default."""
        value = self.values.get(name, default)
        if value is None:
            self.report.at("variants_missing_key", self.where, None, name=name)
            return None
        if isinstance(value, dict) or not value_text(value):
            self.report.at("variants_bad_value", self.place(name), _shown(value))
            return None
        return value_text(value)

    def number(
        self, name: str, *, whole: bool = False, least: int | None = 0, most: int | None = None
    ) -> Fraction | None:
        """Return an exact number; None, and a finding, if it is none or out of range."""
        text = self.text(name)
        if text is None:
            return None
        number = read_number(text, whole)
        beyond = number is None or (least is not None and number < least)
        if beyond or (most is not None and number is not None and number > most):
            limits = {"minimum": least, "maximum": most}
            self.report.at("variants_bad_value", self.place(name), _shown(self.values[name]), **limits)
            return None
        return number

    def code(self, name: str, vocabulary: Vocabulary) -> str | None:
        """Return a code of a list, by code or label; None, and a finding, if it is none of them."""
        text = self.text(name)
        code = None if text is None else vocabulary.read_code(text)
        if text is not None and code is None:
            self.report.at("variants_bad_value", self.place(name), text, known=tuple(vocabulary.labels))
        return code

    def one_of(self, code: str, name: str, known: Collection[str], default: str | None = None) -> str | None:
        """Return a name that must be known, or ``*``; None, and a finding with this code, if it is not."""
        text = self.text(name, default)
        if text is None or text == EVERY or text in known:
            return text
        self.report.unknown(code, self.place(name), text, known)
        return None


def read_number(text: str, whole: bool = False) -> Fraction | None:
    """Return an exact number such as ``0.7``, ``70%`` or ``7/10``; None if the text is none."""
    try:
        return Fraction((WHOLE if whole else EXACT).read(text).value)
    except CellError:
        return None


def _shown(value: Any) -> Any:
    return None if isinstance(value, dict | list) else value

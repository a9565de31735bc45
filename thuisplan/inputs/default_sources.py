"""Where the defaults of columns, parameters and settings come from: source, date and status in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from thuisplan.inputs.columns import YESNO, Column, write_exact
from thuisplan.inputs.families import FAMILIES
from thuisplan.inputs.labels import STATUSES, Label
from thuisplan.inputs.rule_sets import CHECK, NUMBERS, RULE_SETS
from thuisplan.inputs.settings import Settings


@dataclass(frozen=True, slots=True)
class DefaultSource:
    """Where a default comes from.

    Parameters
    ----------
    name
        What it rests on.
    status
        Code of ``STATUSES``.
    date
        Year or date of the source; empty for a choice of the model.
    """

    name: Label
    status: str = "assumption"
    date: str = ""

    def text(self, language: str) -> str:
        """Return source, date and status in words."""
        words = {"nl": ("bron", "status"), "en": ("source", "status")}[language]
        name = ", ".join(part for part in (self.name.text(language), self.date) if part)
        return f"{words[0]}: {name}; {words[1]}: {STATUSES.text(self.status, language)}"


MODEL = DefaultSource(Label("Thuisplan, modelkeuze", "Thuisplan, model choice"))
FOLLOWS = frozenset({"in_programme", "adds_social", "adds_mid", "adds_stock", "uses_capacity"})
"""Columns of the options without a fixed default: ``defaults.option_flags`` fills them by type and route."""
_SETTINGS: Mapping[str, DefaultSource] = MappingProxyType(
    {
        name: DefaultSource(
            Label("Kamerbrief over de regie op de volkshuisvesting", "letter to parliament on housing"),
            "advice",
            "2024-06",
        )
        for name in ("national_social_share", "national_social_share_year")
    }
)


def empty_text(owner: str, column: Column, language: str) -> str:
    """Return what an empty cell means, with the source of the default that takes its place.

    Parameters
    ----------
    owner
        Name of the table, or of the rule family whose parameter it is.
    column
        The column or parameter.
    language
        ``"nl"`` or ``"en"``.
    """
    if column.empty is None:
        return ""
    meaning = column.empty.text(language)
    source = _source(owner, column)
    return f"{meaning} ({source.text(language)})" if source else meaning


def _source(owner: str, column: Column) -> DefaultSource | None:
    """Return the source of a default; None where an empty cell only leaves something out."""
    if owner == "options" and column.name in FOLLOWS:
        return MODEL
    if column.default in (None, (), "") or owner == "assumptions":
        return None
    return _of_rule_set(owner, column) or MODEL if owner in FAMILIES else MODEL


def _of_rule_set(family: str, column: Column) -> DefaultSource | None:
    """Return the text that a ready set of rules names for the same share, if there is one."""
    if column.name != "share":
        return None
    for name, rules in RULE_SETS.items():
        values = {
            row.rule_id: column.kind.read(row.value).value
            for row in NUMBERS[name]
            if row.parameter == column.name
            and any(rule.rule_id == row.rule_id for rule in _of(family, rules))
        }
        for rule in _of(family, rules):
            if values.get(rule.rule_id) == column.default:
                source = str(rule.source).removesuffix(f"; {CHECK}")
                return DefaultSource(Label(source, source), rule.status, rule.status_date or "")
    return None


def _of(family: str, rules: Any) -> list[Any]:
    return [rule for rule in rules if rule.family == family]


def setting_default(name: str, language: str) -> str:
    """Return the default of a setting in words with its source; empty if it has none."""
    field = Settings.model_fields[name]
    value = field.default
    if field.is_required() or value in (None, ()):
        return ""
    if isinstance(value, bool):
        text = YESNO.write(value, language)
    else:
        text = f"{write_exact(value * 100, language)} %" if isinstance(value, Fraction) else str(value)
    return f"{text} ({_SETTINGS.get(name, MODEL).text(language)})"

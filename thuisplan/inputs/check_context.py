"""What the checks look at: a scenario, perhaps partial, with findings that name their place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from thuisplan.inputs.columns import CellError, R, Row
from thuisplan.inputs.families import FAMILIES, parameter_column
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.raw import nearest
from thuisplan.inputs.resolve_lettings import needs_of_flows
from thuisplan.inputs.rule_sets import NUMBERS, RULE_SETS
from thuisplan.inputs.scenario import Origin, Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import (
    Availability,
    Flow,
    Membership,
    Municipality,
    Need,
    Option,
    Rule,
    RuleParameter,
)

SETTINGS_SOURCE = "scenario"
"""Where settings stand when no origin says it: the sheet, and the file without its ending."""

RULE_LEFT_EMPTY = ("purpose", "place", "strength", "valid_from", "valid_to", "status_date", "source")
"""Columns of a rule that comes by itself."""


def as_ranges(years: Iterable[int]) -> str:
    """Return years in words, such as ``2026-2028, 2030``."""
    ordered = sorted(set(years))
    ends: list[list[int]] = []
    for year in ordered:
        if ends and year == ends[-1][1] + 1:
            ends[-1][1] = year
        else:
            ends.append([year, year])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in ends)


@dataclass(frozen=True)
class Context:
    """A scenario and what the checks ask of it.

    Parameters
    ----------
    scenario
        The scenario; rows with errors were left out.
    incomplete
        Tables of which rows were left out: what refers to them is not judged.
    """

    scenario: Scenario
    incomplete: Collection[str] = ()

    @property
    def settings(self) -> Settings:
        """The settings."""
        return self.scenario.settings

    @property
    def years(self) -> tuple[int, ...]:
        """Years of the horizon."""
        return self.scenario.settings.years

    def rows(self, row_type: type[R]) -> tuple[R, ...]:
        """Return the rows of a table, in the order of the input where that is known."""
        return self._ordered.get(row_type.table, ())  # type: ignore[return-value]

    @cached_property
    def _ordered(self) -> Mapping[str, tuple[Row, ...]]:
        return {
            name: tuple(sorted(rows, key=lambda row: self.row_number(row) or 0))
            for name, rows in self.scenario.tables.items()
        }

    def complete(self, *row_types: type[Row]) -> bool:
        """Whether all rows of these tables could be read."""
        return not any(row_type.table in self.incomplete for row_type in row_types)

    # --- findings with a place ------------------------------------------------------

    def origin(self, row: Row) -> Origin | None:
        """Return where a row stands; a row that was spread over years stands where it came from."""
        found = self.scenario.origins.get((row.table, row.key()))
        if found is None and isinstance(row, Availability):
            places = ((row.municipality_code, row.option), (row.municipality_code, "*"), ("*", row.option))
            keys = [(row.table, place) for place in (*places, ("*", "*"))]
            return next((self._first_origins[key] for key in keys if key in self._first_origins), None)
        if found is None and isinstance(row, Need) and (row.table, row.key()[:1]) not in self._first_origins:
            return self._first_origins.get((Flow.table, (row.need_id,)))  # a need that a flow became
        return found or self._first_origins.get((row.table, _without_years(row.key())))

    @cached_property
    def _first_origins(self) -> Mapping[tuple[str, tuple[Any, ...]], Origin]:
        result: dict[tuple[str, tuple[Any, ...]], Origin] = {}
        for (table, key), origin in self.scenario.origins.items():
            result.setdefault((table, _without_years(key)), origin)
        return result

    def row_number(self, row: Row) -> int | None:
        """Return the row number of a row, if it is known."""
        origin = self.origin(row)
        return origin.row if origin else None

    def at(
        self, severity: Severity, code: str, row: Row, column: str | None = None, /, **values: Any
    ) -> Finding:
        """Return a finding at a row, or at one cell of it."""
        origin = self.origin(row)
        language = self.settings.language
        heading, cell = None, None
        if origin is None and self.scenario.origins:
            return Finding(severity, code, values)  # a rule of a ready set, or one that came by itself
        source = origin.source if origin else row.nl if language == "nl" else row.table
        if column is not None:
            described = next(c for c in row.columns() if c.name == column)
            heading = (origin.headings if origin else {}).get(column, described.heading(language))
            cell = getattr(row, column)
            if cell is not None:
                cell = described.kind.write(cell, language)
        return Finding(severity, code, values, source, origin.row if origin else None, heading, cell)

    def at_setting(
        self, severity: Severity, code: str, setting: str, value: Any, /, **values: Any
    ) -> Finding:
        """Return a finding at a setting."""
        origin = self.scenario.origins.get((SETTINGS_SOURCE, (setting,)))
        source, row = (origin.source, origin.row) if origin else (SETTINGS_SOURCE, None)
        return Finding(severity, code, values, source, row, setting, value)

    def nearest(self, word: str, known: Iterable[str]) -> str | None:
        """Return the known name that looks most like ``word``, or None."""
        return nearest(word, known)

    # --- places -----------------------------------------------------------------------

    @cached_property
    def municipalities(self) -> Mapping[str, Municipality]:
        """Code -> municipality."""
        return {row.code: row for row in self.rows(Municipality)}

    def name(self, code: str) -> str:
        """Return the name of a municipality with its code; an unknown code is its own name."""
        row = self.municipalities.get(code)
        return f"{row.name} ({code})" if row else code

    def names(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Return the names of municipalities, in order of code."""
        return tuple(self.name(code) for code in sorted(codes))

    @cached_property
    def places(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """Purpose -> place -> codes of its municipalities in the input."""
        result: dict[str, dict[str, tuple[str, ...]]] = {
            "municipality": {code: (code,) for code in self.municipalities}
        }
        for row in self.rows(Membership):
            if row.purpose != "municipality":
                members = result.setdefault(row.purpose, {})
                members[row.place] = (*members.get(row.place, ()), row.municipality_code)
        return result

    def members(self, purpose: str, place: str) -> frozenset[str]:
        """Return the municipalities of a place; empty if it is unknown."""
        return frozenset(self.places.get(purpose, {}).get(place, ()))

    def whole(self, purpose: str, place: str) -> bool:
        """Whether all municipalities of a region are in the input."""
        if purpose == "municipality":
            return True
        rows = [r for r in self.rows(Membership) if (r.purpose, r.place) == (purpose, place)]
        return bool(rows) and rows[0].region_municipalities == len(rows)

    # --- options ------------------------------------------------------------------------

    @cached_property
    def options(self) -> Mapping[str, Option]:
        """Code -> option."""
        return {row.option: row for row in self.rows(Option)}

    def options_for(self, category: str) -> tuple[str, ...]:
        """Return the options that serve a need category."""
        return tuple(
            o for o, row in self.options.items() if (row.need_category or row.dwelling_type) == category
        )

    @cached_property
    def _availability(self) -> Mapping[tuple[str, str], tuple[Availability, ...]]:
        result: dict[tuple[str, str], tuple[Availability, ...]] = {}
        for row in self.rows(Availability):
            key = (row.municipality_code, row.option)
            result[key] = (*result.get(key, ()), row)
        return result

    def listed(self, municipality: str, option: str) -> tuple[Availability, ...]:
        """Return the availability rows that hold for an option in a municipality: the most specific."""
        for key in ((municipality, option), (municipality, "*"), ("*", option), ("*", "*")):
            if key in self._availability:
                return self._availability[key]
        return ()

    def most_offered(self, municipality: str, option: str) -> int:
        """Return the largest number that is offered in any open year of the horizon."""
        return max(
            (
                listed.max_per_year or 0
                for listed in self.listed(municipality, option)
                if self._years_of(listed, option)
            ),
            default=0,
        )

    def offered_years(self, municipality: str, option: str) -> tuple[int, ...]:
        """Return the open years of the horizon in which an option is offered."""
        rows = [row for row in self.listed(municipality, option) if row.max_per_year]
        return tuple(sorted({year for row in rows for year in self._years_of(row, option)}))

    def _years_of(self, listed: Availability, option: str) -> range:
        """Return the open years of the horizon in which an availability row lets an option be completed."""
        row, last = self.options[option], self.settings.last_year
        first = max(row.first_year or 0, self.settings.open_year + row.lead_time_years)
        return range(
            max(listed.from_year, first), min(last if listed.to_year is None else listed.to_year, last) + 1
        )

    # --- needs ----------------------------------------------------------------------------

    @cached_property
    def needs(self) -> Mapping[str, tuple[Need, ...]]:
        """Need -> its rows, also those that flows become."""
        result: dict[str, tuple[Need, ...]] = {}
        for row in (*self.rows(Need), *needs_of_flows(self.scenario)):
            result[row.need_id] = (*result.get(row.need_id, ()), row)
        return result

    def amount(self, row: Need) -> Fraction:
        """Return the yearly estimate that the setting ``need_level`` asks for; 0 if there is none."""
        ends = [value for value in (row.low, row.high) if value is not None]
        central = row.central
        if central is None:
            central = sum(ends, Fraction(0)) / max(len(ends), 1)
        chosen = {"low": row.low, "central": central, "high": row.high}[self.settings.need_level]
        return central if chosen is None else chosen

    def spread(self, row: Any) -> range:
        """Return the years of the horizon that a row with ``from_year`` and ``to_year`` covers."""
        last = self.settings.last_year
        last = last if row.to_year is None else min(row.to_year, last)
        return range(max(row.from_year, self.settings.first_year), last + 1)

    def total(self, need_id: str) -> Fraction:
        """Return a need over the horizon [dwellings]."""
        return sum((self.amount(row) * len(self.spread(row)) for row in self.needs[need_id]), Fraction(0))

    # --- rules ------------------------------------------------------------------------------

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """Every rule that holds: of rule sets, of the input, and those that come by themselves."""
        named = [row for name in self.settings.rule_sets for row in RULE_SETS.get(name, ())]
        result = {row.rule_id: row for row in (*named, *self.rows(Rule))}
        for family, description in FAMILIES.items():
            if description.automatic and all(row.family != family for row in result.values()):
                empty: dict[str, Any] = dict.fromkeys(RULE_LEFT_EMPTY)
                result[family] = Rule(rule_id=family, family=family, **empty)
        return result

    def purpose(self, rule: Rule) -> str:
        """Return the level of a rule."""
        return rule.purpose or FAMILIES[rule.family].purpose

    def strength(self, rule: Rule) -> str:
        """Return the strength of a rule."""
        return rule.strength or FAMILIES[rule.family].strength

    def from_set(self, rule: Rule) -> bool:
        """Whether a rule is one of a ready set, also when it was written out in a resolved input."""
        return any(
            (row.rule_id, row.family, row.purpose) == (rule.rule_id, rule.family, rule.purpose)
            for rows in RULE_SETS.values()
            for row in rows
        )

    def places_of(self, rule: Rule) -> Mapping[str, tuple[str, ...]]:
        """Return place -> municipalities of the regions a rule speaks of."""
        places = self.places.get(self.purpose(rule), {})
        if rule.place is None:
            return places
        return {rule.place: places[rule.place]} if rule.place in places else {}

    @cached_property
    def given(self) -> Mapping[str, Mapping[str, RuleParameter]]:
        """Rule -> canonical name of a parameter -> its row; unknown rules and parameters are left out."""
        result: dict[str, dict[str, RuleParameter]] = {}
        numbers = (row for name in self.settings.rule_sets for row in NUMBERS.get(name, ()))
        for row in (*numbers, *self.rows(RuleParameter)):
            rule = self.rules.get(row.rule_id)
            column = parameter_column(rule.family, row.parameter) if rule else None
            if column:
                result.setdefault(row.rule_id, {})[column.name] = row
        return result

    def parameters(self, rule: Rule) -> Mapping[str, Any]:
        """Return the parameters of a rule: as given, else the default, else None."""
        result: dict[str, Any] = {}
        for column in FAMILIES[rule.family].parameters.columns():
            result[column.name] = None if column.required else column.default
            row = self.given.get(rule.rule_id, {}).get(column.name)
            with suppress(CellError):  # told by the check on parameters
                result[column.name] = column.kind.read(row.value).value if row else result[column.name]
        return result


def _without_years(key: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(part for part in key if part is not None and not isinstance(part, int))

"""The Instance: a resolved scenario, frozen, with the views that the model reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from thuisplan.inputs.columns import R
from thuisplan.inputs.deviations import Deviations
from thuisplan.inputs.families import FAMILIES
from thuisplan.inputs.lettings import Lettings
from thuisplan.inputs.moves import Move, moves_of
from thuisplan.inputs.parameters.base import Parameters
from thuisplan.inputs.periods import Period, read_periods
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.sides import side_of
from thuisplan.inputs.tables import (
    Availability,
    Budget,
    Capacity,
    Commitment,
    Deviation,
    Exclusion,
    Exemption,
    KeyShare,
    Membership,
    Municipality,
    Need,
    Option,
    Pot,
    Realised,
    Rule,
    RuleParameter,
    StockChange,
)

Cell = tuple[str, int, str]
"""Municipality code, year and option."""


@dataclass(frozen=True, slots=True)
class Region:
    """A place of some purpose and the municipalities of it that are in the input.

    Parameters
    ----------
    purpose, place
        What kind of region, and its name (for a municipality: its code).
    members
        Codes of its municipalities, in order.
    whole
        Whether these are all its municipalities; if not, its rules are not testable.
    """

    purpose: str
    place: str
    members: tuple[str, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class NeedSeries:
    """A need over the horizon.

    Parameters
    ----------
    row
        The first row of the need: place, category, class, weight, strength.
    required
        Year -> cumulative whole dwellings.
    """

    row: Need
    required: Mapping[int, int]


@dataclass(frozen=True)
class Instance:
    """A resolved scenario: every default filled in, every figure per year and whole.

    Parameters
    ----------
    scenario
        The resolved scenario; read again it gives the same Instance.
    """

    scenario: Scenario

    def rows(self, row_type: type[R]) -> tuple[R, ...]:
        """Return the rows of a table."""
        return self.scenario.rows(row_type)

    @property
    def settings(self) -> Settings:
        """The settings."""
        return self.scenario.settings

    @property
    def years(self) -> tuple[int, ...]:
        """Years of the horizon, in order."""
        return self.settings.years

    @cached_property
    def municipalities(self) -> Mapping[str, Municipality]:
        """Code -> municipality, in order of code."""
        return {row.code: row for row in self.rows(Municipality)}

    @cached_property
    def options(self) -> Mapping[str, Option]:
        """Code -> option, in order of code."""
        return {row.option: row for row in self.rows(Option)}

    # --- places ---------------------------------------------------------------

    @cached_property
    def _regions(self) -> Mapping[str, tuple[Region, ...]]:
        members: dict[tuple[str, str], list[Membership]] = {}
        for row in self.rows(Membership):
            members.setdefault((row.purpose, row.place), []).append(row)
        result: dict[str, list[Region]] = {
            "municipality": [Region("municipality", code, (code,), True) for code in self.municipalities]
        }
        for (purpose, place), rows in sorted(members.items()):
            codes = tuple(sorted(row.municipality_code for row in rows))
            region = Region(purpose, place, codes, rows[0].region_municipalities == len(codes))
            result.setdefault(purpose, []).append(region)
        return {purpose: tuple(regions) for purpose, regions in result.items()}

    def all_regions(self) -> Iterator[Region]:
        """Yield the regions of every purpose."""
        for regions in self._regions.values():
            yield from regions

    def regions(self, purpose: str) -> tuple[Region, ...]:
        """Return the regions of a purpose, in order of place."""
        return self._regions.get(purpose, ())

    def region(self, purpose: str, place: str) -> Region:
        """Return one region; raises KeyError if the input has no such place."""
        return self._region_index[purpose, place]

    @cached_property
    def _region_index(self) -> Mapping[tuple[str, str], Region]:
        return {(region.purpose, region.place): region for region in self.all_regions()}

    def regions_of(self, rule: Rule) -> tuple[Region, ...]:
        """Return the regions that a rule speaks of."""
        assert rule.purpose is not None
        if rule.place is None:
            return self.regions(rule.purpose)
        return (self.region(rule.purpose, rule.place),)

    def side(self, code: str) -> str | None:
        """Return on which side of the national average share of social rent a municipality stands.

        ``below`` or ``above`` at the reference date; exactly at the average the
        setting ``at_average`` decides; None if the stock is unknown.
        """
        return side_of(self.municipalities[code], self.settings)

    # --- supply ---------------------------------------------------------------

    @cached_property
    def offered(self) -> Mapping[tuple[str, int, str], int]:
        """(municipality, year, option) -> most dwellings; absent where not offered."""
        result: dict[tuple[str, int, str], int] = {}
        for row in self.rows(Availability):
            assert row.to_year is not None
            assert row.max_per_year is not None
            start = max(self.options[row.option].first_year or 0, self.settings.open_year)
            for year in self.years:
                if max(row.from_year, start) <= year <= row.to_year:
                    result[row.municipality_code, year, row.option] = row.max_per_year
        return result

    @cached_property
    def committed(self) -> Mapping[tuple[str, int, str], int]:
        """(municipality, year, option) -> committed dwellings, in open years."""
        return {
            (row.municipality_code, row.year, row.option): row.dwellings
            for row in self.rows(Commitment)
            if row.year >= self.settings.open_year
        }

    @cached_property
    def realised(self) -> Mapping[tuple[str, int, str], int]:
        """(municipality, year, option) -> completed dwellings before the first open year."""
        return {(row.municipality_code, row.year, row.option): row.dwellings for row in self.rows(Realised)}

    @cached_property
    def excluded(self) -> frozenset[tuple[str, int, str]]:
        """(municipality, year, option) that may not be built."""
        return frozenset(
            (row.municipality_code, year, row.option)
            for row in self.rows(Exclusion)
            for year in self.years
            if row.from_year <= year <= (row.to_year or year) and year >= self.settings.open_year
        )

    @cached_property
    def capacity(self) -> Mapping[tuple[str, str | None, int], int]:
        """(municipality, route or None for all, year) -> dwellings."""
        return {
            (row.municipality_code, row.route, year): row.dwellings_per_year
            for row in self.rows(Capacity)
            for year in self.years
            if row.from_year <= year <= (row.to_year or year)
        }

    # --- needs, money, keys -----------------------------------------------------

    @cached_property
    def needs(self) -> Mapping[str, NeedSeries]:
        """Need -> its series."""
        rows: dict[str, list[Need]] = {}
        for row in self.rows(Need):
            rows.setdefault(row.need_id, []).append(row)
        result = {}
        for need_id, parts in rows.items():
            per_year = {part.from_year: int(part.central or 0) for part in parts}
            running, required = 0, {}
            for year in self.years:
                running += per_year.get(year, 0)
                required[year] = running
            result[need_id] = NeedSeries(parts[0], required)
        return result

    def options_for(self, category: str) -> tuple[str, ...]:
        """Return the options that serve a need category."""
        return tuple(o for o, row in self.options.items() if row.need_category == category)

    @cached_property
    def pots(self) -> Mapping[str, Pot]:
        """Pot -> its row."""
        return {row.pot_id: row for row in self.rows(Pot)}

    @cached_property
    def budgets(self) -> Mapping[tuple[str, int], int]:
        """(pot, year) -> euros; zero where nothing is listed."""
        listed = {(row.pot_id, row.from_year): row.amount_eur for row in self.rows(Budget)}
        return {(pot, year): listed.get((pot, year), 0) for pot in self.pots for year in self.years}

    def unit_cost(self, option: str, kind: str) -> int:
        """Return the euros of one kind that a dwelling of ``option`` asks; unknown counts as zero."""
        row = self.options[option]
        return (row.extra_cost_eur if kind == "extra_cost" else row.deficit_eur) or 0

    def move_cost(self, municipality: str, option: str, kind: str) -> int:
        """Return the euros of one kind that moving a dwelling to a municipality asks."""
        move = self.moves.get((municipality, option))
        return move.cost_eur if move is not None and move.kind == kind else 0

    def pots_for(self, kind: str, municipality: str, year: int, option: str) -> tuple[Pot, ...]:
        """Return the pots that may pay for an option completed in a municipality and year."""
        row = self.options[option]
        return tuple(pot for pot in self._pots_in.get((kind, municipality), ()) if pot.may_pay(row, year))

    @cached_property
    def _pots_in(self) -> Mapping[tuple[str, str], tuple[Pot, ...]]:
        """(kind, municipality) -> pots that may be spent there."""
        result: dict[tuple[str, str], tuple[Pot, ...]] = {}
        for pot in self.pots.values():
            places: Iterable[str] = self.municipalities
            if pot.purpose is not None:
                places = self.region(pot.purpose, pot.place or "").members
            for municipality in places:
                result[pot.kind, municipality] = (*result.get((pot.kind, municipality), ()), pot)
        return result

    @cached_property
    def shares(self) -> Mapping[str, Mapping[tuple[str, int], Fraction]]:
        """Key -> (municipality, year) -> share on the growth path."""
        result: dict[str, dict[tuple[str, int], Fraction]] = {}
        for row in self.rows(KeyShare):
            for year in self.years if row.year is None else (row.year,):
                result.setdefault(row.key_id, {})[row.municipality_code, year] = row.share
        return result

    def task_increments(self, needs: tuple[str, ...]) -> Mapping[int, int]:
        """Return what the task of the listed needs grows by in each year [dwellings]."""
        totals = [sum(self.needs[need].required[year] for need in needs) for year in self.years]
        return {y: now - before for y, now, before in zip(self.years, totals, [0, *totals], strict=False)}

    def fair_task(self, rule: Rule, region: Region) -> Mapping[int, Fraction | int]:
        """Return what the agreed task of a fair-share rule grows by in each year: needs, or households."""
        parameters = self.parameters(rule)
        if rule.track == 2:
            return self.lettings.task_increments(parameters.flows, region.members)
        return self.task_increments(parameters.needs)

    def shared(self, key: str, municipality: str, increments: Mapping[int, Any], last: int) -> Any:
        r"""Return :math:`G_{m,t} = \sum_{\tau\le t} \sigma_m(\tau)\,\Delta B_\tau` [dwellings].

        Parameters
        ----------
        key
            The distribution key, with its growth path.
        municipality
            Code.
        increments
            Year -> what is divided in that year; numbers or expressions of the model.
        last
            Last year that counts.
        """
        shares = self.shares[key]
        return sum(
            (shares[municipality, year] * increments[year] for year in self.years if year <= last),
            Fraction(0),
        )

    def lost(self, municipality: str, year: int, column: str) -> int:
        """Return what a column of ``stock_changes`` takes off in the horizon up to a year [dwellings]."""
        return sum(
            getattr(row, column)
            for row in self.rows(StockChange)
            if row.municipality_code == municipality
            for when in self.years
            if row.from_year <= when <= min(row.to_year or when, year)
        )

    @cached_property
    def lettings(self) -> Lettings:
        """Who needs a home, what fits them and what is vacated (track 2)."""
        return Lettings(self)

    @cached_property
    def moves(self) -> Mapping[tuple[str, str], Move]:
        """(municipality, option) -> how its temporary dwellings may move."""
        return moves_of(self)

    # --- rules ----------------------------------------------------------------

    @cached_property
    def _parameters(self) -> Mapping[str, Parameters]:
        given: dict[str, dict[str, str]] = {}
        for row in self.rows(RuleParameter):
            given.setdefault(row.rule_id, {})[row.parameter] = row.value
        result: dict[str, Parameters] = {}
        for rule in self.rows(Rule):
            schema = FAMILIES[rule.family].parameters
            kinds = {column.name: column.kind for column in schema.columns()}
            values = given.get(rule.rule_id, {})
            result[rule.rule_id] = schema(**{n: kinds[n].read(text).value for n, text in values.items()})
        return result

    def parameters(self, rule: Rule) -> Any:
        """Return the parameters of a rule, of the type its family names."""
        return self._parameters[rule.rule_id]

    def periods(self, rule: Rule, text: str) -> tuple[Period, ...]:
        """Return the periods of a rule within its validity and the horizon."""
        first = max(self.years[0], rule.valid_from or self.years[0])
        last = min(self.years[-1], rule.valid_to or self.years[-1])
        return read_periods(text, first, last) if first <= last else ()

    def valid_years(self, rule: Rule) -> tuple[int, ...]:
        """Return the years of the horizon in which a rule holds."""
        return tuple(year for period in self.periods(rule, "horizon") for year in period.years)

    @cached_property
    def exemptions(self) -> Mapping[tuple[str, str], Exemption]:
        """(rule, place) -> exemption."""
        return {(row.rule_id, row.place): row for row in self.rows(Exemption)}

    @cached_property
    def deviations(self) -> Deviations:
        """By how much lines may be missed by agreement."""
        return Deviations(self.rows(Deviation))

    def rules(self) -> Iterator[Rule]:
        """Yield the rules in order of id."""
        yield from self.rows(Rule)

    @cached_property
    def rules_by_id(self) -> Mapping[str, Rule]:
        """Rules by their id."""
        return {rule.rule_id: rule for rule in self.rows(Rule)}

"""The figures of a plan folder as the families read them: places, options, built dwellings, money.

A cell is (municipality, year, option). All numbers are whole or fractions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from thuisplan.outputs.verification.amounts import Amounts
from thuisplan.outputs.verification.housed import Housed
from thuisplan.outputs.verification.moves import Moves
from thuisplan.outputs.verification.permits import Permits
from thuisplan.outputs.verification.resolved import Row, Settings, read_number, read_several
from thuisplan.outputs.verification.sites import Sites

Cell = tuple[str, int, str]
Number = int | Fraction


@dataclass(frozen=True, slots=True)
class Region:
    """A place of some purpose, its municipalities in the input, and whether these are all."""

    purpose: str
    place: str
    members: tuple[str, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the resolved input with its parameters as text."""

    rule_id: str
    family: str
    track: int
    purpose: str
    place: str | None
    strength: str
    weight: Fraction
    valid_from: int
    valid_to: int
    status: str
    source: str | None
    parameters: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a parameter that must be there; else ValueError."""
        if name not in self.parameters:
            raise ValueError(f"rule {self.rule_id} has no parameter {name}")
        return self.parameters[name]

    def number(self, name: str) -> Fraction:
        """Return a number that must be there; else ValueError."""
        return read_number(self.text(name))

    def optional(self, name: str) -> Fraction | None:
        """Return a number, or None if the rule does not give it."""
        return self.number(name) if name in self.parameters else None

    def codes(self, name: str) -> tuple[str, ...]:
        """Return a list of codes; empty if the rule does not give it."""
        return read_several(self.parameters.get(name, ""))


class Tables:
    """The resolved input and the plan, ready for arithmetic.

    Parameters
    ----------
    settings
        Settings of ``scenario.toml``.
    resolved
        Table -> rows of ``input/resolved``; absent tables are empty.
    built
        Cell -> dwellings completed, from ``plan.parquet``.
    paid
        (pot, municipality, year, option) -> euros, from ``funding.parquet``.
    amounts
        What else the plan decides: lettings, moves, swaps, neighbourhoods.
    """

    def __init__(
        self,
        settings: Settings,
        resolved: Mapping[str, Iterable[Row]],
        built: Mapping[Cell, int],
        paid: Mapping[tuple[str, str, int, str], int],
        amounts: Amounts | None = None,
    ) -> None:
        self.settings = settings
        self.years = settings.years
        self.open_years = settings.open_years
        self.built = built
        self.paid = paid
        self.amounts = amounts or Amounts()
        self.housed, self.permits = Housed(self), Permits(self)
        self.moves, self.sites = Moves(self), Sites(self)
        self._resolved = {table: tuple(rows) for table, rows in resolved.items()}
        self._standing: dict[tuple[str, tuple[str, ...], int], int] = {}

    def rows(self, table: str) -> tuple[Row, ...]:
        """Return the rows of a table of the resolved input."""
        return self._resolved.get(table, ())

    def with_rows(self, table: str, rows: Iterable[Row]) -> Tables:
        """Return the same figures with other rows of one table."""
        resolved = {**self._resolved, table: tuple(rows)}
        return Tables(self.settings, resolved, self.built, self.paid, self.amounts)

    def with_built(self, built: Mapping[Cell, int]) -> Tables:
        """Return the same input with other dwellings, of which nothing else is known."""
        return type(self)(self.settings, self._resolved, built, {})

    @cached_property
    def municipalities(self) -> dict[str, Row]:
        """Code -> municipality."""
        return {row["code"]: row for row in self.rows("municipalities")}

    @cached_property
    def options(self) -> dict[str, Row]:
        """Code -> option."""
        return {row["option"]: row for row in self.rows("options")}

    def options_with(self, flag: str) -> tuple[str, ...]:
        """Return the options whose yes/no column ``flag`` says yes."""
        return tuple(code for code, row in self.options.items() if row[flag])

    # --- places ---------------------------------------------------------------

    @cached_property
    def _regions(self) -> dict[str, tuple[Region, ...]]:
        members: dict[tuple[str, str], list[Row]] = {}
        for row in self.rows("memberships"):
            members.setdefault((row["purpose"], row["place"]), []).append(row)
        own = (Region("municipality", code, (code,), True) for code in sorted(self.municipalities))
        result = {"municipality": tuple(own)}
        for (purpose, place), rows in sorted(members.items()):
            codes = tuple(sorted(row["municipality_code"] for row in rows))
            whole = all(row["region_municipalities"] == len(codes) for row in rows)
            result[purpose] = (*result.get(purpose, ()), Region(purpose, place, codes, whole))
        return result

    def regions(self, purpose: str, place: str | None) -> tuple[Region, ...]:
        """Return the regions of a purpose, or the one named ``place``; KeyError if there is none."""
        found = tuple(r for r in self._regions.get(purpose, ()) if place is None or r.place == place)
        if place is not None and not found:
            raise KeyError(f"{purpose}: {place}")
        return found

    def stock_share(self, municipality: str) -> Fraction | None:
        """Return the share of social rent in the stock at the reference date; None if unknown."""
        row = self.municipalities[municipality]
        if not row["dwelling_stock"] or row["social_stock"] is None:
            return None
        return Fraction(row["social_stock"], row["dwelling_stock"])

    def figure(self, municipality: str, name: str) -> Fraction | None:
        """Return a figure of a municipality: of its row, else of its own figures; None if unknown."""
        if name in self.municipalities[municipality]:
            found = self.municipalities[municipality][name]
            return None if found is None else Fraction(found)
        rows = self.rows("municipality_figures")
        named = (r["value"] for r in rows if (r["municipality_code"], r["figure"]) == (municipality, name))
        return next(named, None)

    # --- supply ---------------------------------------------------------------

    @cached_property
    def offered(self) -> dict[Cell, int]:
        """Cell -> most dwellings; absent where not offered."""
        return {
            (row["municipality_code"], year, row["option"]): row["max_per_year"]
            for row in self.rows("availability")
            for year in self.open_years
            if max(row["from_year"], self.options[row["option"]]["first_year"]) <= year <= row["to_year"]
        }

    @cached_property
    def committed(self) -> dict[Cell, int]:
        """Cell -> committed dwellings, above zero, in years that are planned."""
        return {
            (row["municipality_code"], row["year"], row["option"]): row["dwellings"]
            for row in self.rows("commitments")
            if row["year"] in self.open_years and row["dwellings"]
        }

    @cached_property
    def realised(self) -> dict[Cell, int]:
        """Cell -> completed dwellings, above zero, in years of the horizon before the planned ones."""
        return {
            (row["municipality_code"], row["year"], row["option"]): row["dwellings"]
            for row in self.rows("realised")
            if self.settings.first_year <= row["year"] < self.settings.first_open_year and row["dwellings"]
        }

    @cached_property
    def excluded(self) -> frozenset[Cell]:
        """Cells that may not be built."""
        return frozenset(
            (row["municipality_code"], year, row["option"])
            for row in self.rows("exclusions")
            for year in self.open_years
            if row["from_year"] <= year <= row["to_year"]
        )

    @cached_property
    def possible(self) -> tuple[Cell, ...]:
        """Cells that are offered or committed, in order."""
        return tuple(sorted({*self.offered, *self.committed}))

    def total(self, members: Iterable[str], years: Iterable[int], options: Collection[str]) -> int:
        """Return the dwellings completed by members in years, of options."""
        return sum(self.built.get((m, t, o), 0) for m in members for t in years for o in options)

    def most(self, members: Iterable[str], years: Iterable[int], options: Collection[str]) -> int:
        """Return the dwellings offered to members in years, of options."""
        return sum(self.offered.get((m, t, o), 0) for m in members for t in years for o in options)

    def in_service(self, members: Iterable[str], options: tuple[str, ...], year: int) -> int:
        """Return the dwellings of options that stand in ``year``, D, summed over members.

        That is of what was completed there, and of what moved there.
        """
        result = 0
        for member in members:
            key = (member, options, year)
            if key not in self._standing:
                moved = sum(self.moves.standing(member, option, year) for option in options)
                self._standing[key] = self.standing(self.built, member, options, year) + moved
            result += self._standing[key]
        return result

    def standing(self, dwellings: Mapping[Cell, int], member: str, options: Iterable[str], year: int) -> int:
        """Return how many of ``dwellings`` stand in ``year``: temporary ones leave after their life."""
        result = 0
        for option in options:
            life = self.options[option]["service_life_years"]
            for built_in in self.years:
                if built_in <= year and (life is None or built_in > year - life):
                    result += dwellings.get((member, built_in, option), 0)
        return result

    # --- needs and keys ---------------------------------------------------------

    @cached_property
    def needs(self) -> dict[str, Row]:
        """Need -> its first row."""
        result: dict[str, Row] = {}
        for row in self.rows("needs"):
            result.setdefault(row["need_id"], row)
        return result

    @cached_property
    def increments(self) -> dict[tuple[str, int], Fraction]:
        """(need, year) -> what is added to the need in that year."""
        result: dict[tuple[str, int], Fraction] = {}
        for row in self.rows("needs"):
            key = (row["need_id"], row["from_year"])
            result[key] = result.get(key, Fraction(0)) + row["central"]
        return result

    def required(self, need_id: str, year: int) -> Fraction:
        """Return the cumulative need N."""
        years = (t for t in self.years if t <= year)
        return sum((self.increments.get((need_id, t), Fraction(0)) for t in years), Fraction(0))

    def options_for(self, category: str) -> tuple[str, ...]:
        """Return the options that serve a need category."""
        return tuple(code for code, row in self.options.items() if row["need_category"] == category)

    @cached_property
    def shares(self) -> dict[tuple[str, str, int], Fraction]:
        """(key, municipality, year) -> share."""
        rows = self.rows("key_shares")
        return {(row["key_id"], row["municipality_code"], row["year"]): row["share"] for row in rows}

    # --- rules ------------------------------------------------------------------

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, in order of id."""
        parameters: dict[str, dict[str, str]] = {}
        for row in self.rows("rule_parameters"):
            parameters.setdefault(row["rule_id"], {})[row["parameter"]] = row["value"]
        made = (Rule(**row, parameters=parameters.get(row["rule_id"], {})) for row in self.rows("rules"))
        return tuple(sorted(made, key=lambda rule: rule.rule_id))

    def valid_years(self, rule: Rule) -> tuple[int, ...]:
        """Return the years of the horizon in which a rule holds."""
        return tuple(year for year in self.years if rule.valid_from <= year <= rule.valid_to)

    def valid_open_years(self, rule: Rule) -> tuple[int, ...]:
        """Return the planned years in which a rule holds."""
        return tuple(year for year in self.valid_years(rule) if year in self.open_years)

    @cached_property
    def exemptions(self) -> dict[tuple[str, str], Fraction | None]:
        """(rule, place) -> the value that takes its place; None: exempt."""
        return {(row["rule_id"], row["place"]): row["value"] for row in self.rows("exemptions")}

    @cached_property
    def _agreed(self) -> dict[tuple[str, str, str], list[tuple[str, Fraction]]]:
        result: dict[tuple[str, str, str], list[tuple[str, Fraction]]] = {}
        for row in self.rows("deviations"):
            key = (row["rule_id"], row["place"] or "", row["subject"] or "")
            result.setdefault(key, []).append((row["period"], row["amount"]))
        return result

    def agreed(self, rule: Rule, place: str, subject: str, period: str) -> Fraction | None:
        """Return what a line may be missed by: the sum over its period and over years that hold its year."""
        found = None
        for when, amount in self._agreed.get((rule.rule_id, place, subject), []):
            first, _, last = when.partition("-")
            if when == period or (period.isdigit() and int(first) <= int(period) <= int(last or first)):
                found = (found or Fraction(0)) + amount
        return found

    def is_exempt(self, rule: Rule, place: str) -> bool:
        """Whether a place is exempt from a rule altogether."""
        key = (rule.rule_id, place)
        return key in self.exemptions and self.exemptions[key] is None

    def replaced(self, rule: Rule, place: str, value: Fraction) -> Fraction:
        """Return the value agreed for a place, or ``value`` where nothing was agreed."""
        agreed = self.exemptions.get((rule.rule_id, place))
        return value if agreed is None else agreed

"""From a scenario to an Instance: defaults filled in, figures per year and whole.

The result is written as ``input/resolved`` in the format of the input; resolving
it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from thuisplan.inputs.apportion import whole_increments
from thuisplan.inputs.columns import Row, sorted_rows
from thuisplan.inputs.defaults import MODEL_CHOICE, STAGES, SWAPS, option_flags
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.labels import MONEY_KINDS
from thuisplan.inputs.prices import budgets_in_prices, in_prices, pots_in_prices, prices_of
from thuisplan.inputs.resolve_keys import resolved_keys
from thuisplan.inputs.resolve_lettings import needs_of_flows, resolved_lettings
from thuisplan.inputs.resolve_rules import RuleResolver
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import (
    TABLES,
    Assumption,
    Availability,
    Budget,
    Capacity,
    Exclusion,
    Exemption,
    Municipality,
    Need,
    Option,
    Override,
    Plan,
    Pot,
    PriceIndex,
    Realisation,
    Rule,
    RuleParameter,
    StageRow,
    StockChange,
)


def resolve(scenario: Scenario) -> Instance:
    """Fill in every default and spread every figure over years.

    Parameters
    ----------
    scenario
        A scenario that passed ``checks.check``.

    Returns
    -------
    Instance
        Frozen; its ``assumptions`` table lists every default that was used.
    """
    return _Resolver(scenario).instance()


class _Resolver:
    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.settings = scenario.settings
        self.years = scenario.settings.years
        self.prices = prices_of(scenario.settings.price_year, scenario.rows(PriceIndex))
        self.assumptions: list[Assumption] = list(scenario.rows(Assumption))
        # A resolved input brings its own list: nothing is left to assume.
        self.listing = not self.assumptions

    def instance(self) -> Instance:
        tables: dict[str, Iterable[Row]] = {name: self.scenario.tables.get(name, ()) for name in TABLES}
        tables[Option.table] = self.options()
        tables[Availability.table] = self.availability(tables[Option.table])
        for row_type in (Capacity, Exclusion, StockChange):
            tables[row_type.table] = [self.closed(row) for row in tables[row_type.table]]
        tables[Plan.table] = self.plans()
        tables[Need.table] = self.needs()
        pots, budgets = self.scenario.rows(Pot), self.scenario.rows(Budget)
        tables[Pot.table] = pots_in_prices(self.prices, pots, budgets, self.assume)
        tables[Budget.table] = self.budgets()
        tables |= resolved_keys(self.scenario)
        tables |= resolved_lettings(self.scenario, self.assume)
        rules = RuleResolver(self.scenario, self.assume)
        tables[Rule.table] = rules.rules()
        tables[Municipality.table] = rules.municipalities(tables[Rule.table])
        tables[RuleParameter.table] = rules.parameters(tables)
        tables[StageRow.table] = self.stages(tables)
        # They apply to what is resolved: see ``overrides.overridden``.
        tables[Override.table] = ()
        self.given()
        tables[Assumption.table] = self.assumptions
        ordered = {name: sorted_rows(rows) for name, rows in tables.items()}
        settings = self.settings.model_copy(
            update={
                "rule_sets": (),
                "first_open_year": self.settings.open_year,
                "need_level": "central",
                "permit_holders_inside": False,
            }
        )
        return Instance(Scenario(settings, ordered, self.scenario.origins))

    def assume(
        self,
        row: Row,
        column: str,
        value: Any,
        source: str,
        status: str = "assumption",
        origin: str = "default",
    ) -> None:
        if not self.listing:
            return
        described = next(c for c in row.columns() if c.name == column)
        self.assumptions.append(
            Assumption(
                table_name=row.table,
                row_key=" ".join(str(part) for part in row.key() if part is not None),
                column_name=column,
                value=described.kind.write(value, None) if value is not None else "",
                unit=described.unit,
                source=source,
                year=None,
                status=status,
                origin=origin,
            )
        )

    def given(self) -> None:
        """List the figures that the user labelled with a source."""
        if not self.listing:
            return
        self.compensated()
        known = {a.key() for a in self.assumptions}
        for name, rows in self.scenario.tables.items():
            for row in rows if name != Assumption.table else ():
                source = getattr(row, "source", None)
                for column in row.columns() if source else ():
                    value = getattr(row, column.name)
                    if not column.unit or column.unit == "year" or value is None:
                        continue
                    entry = Assumption(
                        table_name=name,
                        row_key=" ".join(str(part) for part in row.key() if part is not None),
                        column_name=column.name,
                        value=column.kind.write(value, None),
                        unit=column.unit,
                        source=str(source),
                        year=getattr(row, "reference_year", None),
                        status=getattr(row, "status", "input") if name == Rule.table else "input",
                        origin="user",
                    )
                    if entry.key() not in known:
                        self.assumptions.append(entry)

    def compensated(self) -> None:
        """List the places that do less of one thing and more of another in an integral agreement."""
        for row in self.scenario.rows(Exemption):
            if row.compensated_in is not None:
                source = row.source or row.agreed_by
                self.assume(row, "compensated_in", row.compensated_in, source, "agreement", "user")

    # --- supply -----------------------------------------------------------------

    def closed(self, row: Any) -> Any:
        return replace(row, to_year=row.to_year or max(row.from_year, self.settings.last_year))

    def spread(self, row: Any) -> Iterable[int]:
        """Return the years of the horizon that a row with from_year and to_year covers."""
        return [y for y in self.years if row.from_year <= y <= (row.to_year or self.settings.last_year)]

    def options(self) -> list[Option]:
        result = []
        for row in self.scenario.rows(Option):
            filled: dict[str, Any] = {}
            for name, value in option_flags(row).items():
                if getattr(row, name) is None:
                    filled[name] = value
                    self.assume(row, name, value, MODEL_CHOICE)
            for kind in MONEY_KINDS.labels:
                if getattr(row, f"{kind}_eur") is None:
                    self.assume(row, f"{kind}_eur", None, "onbekend, niet meegeteld / unknown, not counted")
                filled |= in_prices(self.prices, row, f"{kind}_eur", f"{kind}_price_year", self.assume)
            first = max(row.first_year or 0, self.settings.open_year + row.lead_time_years)
            filled |= {
                "need_category": row.need_category or row.dwelling_type,
                "first_year": first,
                "lead_time_years": 0,
            }
            result.append(replace(row, **filled))
        return result

    def availability(self, options: Iterable[Any]) -> list[Availability]:
        rows = self.scenario.rows(Availability)
        named = {(r.municipality_code, r.option) for r in rows}
        codes = [m.code for m in self.scenario.rows(Municipality)]
        result = []
        for row in rows:
            if row.max_per_year is None:
                continue
            for code in codes if row.municipality_code == "*" else [row.municipality_code]:
                for option in [o.option for o in options] if row.option == "*" else [row.option]:
                    special = {
                        ("*", "*"): [(code, option), (code, "*"), ("*", option)],
                        ("*", option): [(code, option), (code, "*")],
                        (code, "*"): [(code, option)],
                    }.get((row.municipality_code, row.option), [])
                    if not named.intersection(special):
                        result.append(self.closed(replace(row, municipality_code=code, option=option)))
        return result

    def plans(self) -> list[Plan]:
        factors = {(r.route, r.status): r.factor for r in self.scenario.rows(Realisation)}
        result = []
        for row in self.scenario.rows(Plan):
            factor = row.realisation
            if factor is None:
                factor = factors.get((row.route, row.status), Fraction(1))
                self.assume(
                    row,
                    "realisation",
                    factor,
                    "tabel planuitval, anders geen uitval / table realisation, else none",
                )
            span = range(row.from_year, (row.to_year or self.settings.last_year) + 1)
            # A plan that starts after the horizon has no years to be spread over.
            parts = whole_increments([row.dwellings * factor / max(1, len(span))] * len(span))
            for year, dwellings in zip(span, parts, strict=True):
                if dwellings or len(span) == 1:
                    result.append(
                        replace(
                            row, from_year=year, to_year=year, dwellings=dwellings, realisation=Fraction(1)
                        )
                    )
        return result

    # --- demand and money ---------------------------------------------------------

    def level(self, row: Need) -> Fraction:
        """Return the estimate of a need that the setting ``need_level`` asks for."""
        ends = [value for value in (row.low, row.high) if value is not None]
        central = row.central
        if central is None:
            central = sum(ends, Fraction(0)) / len(ends)
            if len(set(ends)) > 1 and self.settings.need_level == "central":
                self.assume(row, "central", central, "midden van laag en hoog / midpoint of low and high")
        chosen = {"low": row.low, "central": central, "high": row.high}[self.settings.need_level]
        return central if chosen is None else chosen

    def needs(self) -> list[Need]:
        by_need: dict[str, dict[int, tuple[Need, Fraction]]] = {}
        for row in (*self.scenario.rows(Need), *needs_of_flows(self.scenario, self.assume)):
            amount = self.level(row)
            for year in self.spread(row):
                by_need.setdefault(row.need_id, {})[year] = (row, amount)
        result = []
        for entries in by_need.values():
            years = sorted(entries)
            whole = whole_increments([entries[year][1] for year in years])
            result += [
                replace(entries[y][0], from_year=y, to_year=y, low=None, central=Fraction(n), high=None)
                for y, n in zip(years, whole, strict=True)
            ]
        return result

    def budgets(self) -> list[Budget]:
        pots, rows = self.scenario.rows(Pot), self.scenario.rows(Budget)
        return [
            replace(row, from_year=year, to_year=year)
            for row in budgets_in_prices(self.prices, pots, rows, self.assume)
            for year in self.spread(row)
        ]

    # --- agreements -----------------------------------------------------------------

    def stages(self, tables: Mapping[str, Iterable[Any]]) -> tuple[StageRow, ...]:
        own = self.scenario.rows(StageRow)
        if own:
            return own
        # Swaps have a price only where the plan may make them: then as few as possible, last of all.
        swaps = any(row.parameter == "swap" and row.value == "yes" for row in tables[RuleParameter.table])
        stages = (*STAGES, SWAPS) if swaps else STAGES
        for row in stages:
            self.assume(row, "weight", row.weight, "Thuisplan: standaardvolgorde / default order")
        return stages

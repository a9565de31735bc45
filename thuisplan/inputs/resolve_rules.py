"""Rules of the resolved input: those of sets and the automatic ones, with every parameter filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, Protocol

from thuisplan.inputs.columns import Row
from thuisplan.inputs.families import FAMILIES, parameter_column
from thuisplan.inputs.resolve_lettings import (
    START_SHARE,
    start_share,
    urgent_flows,
    urgent_groups,
)
from thuisplan.inputs.rule_sets import NUMBERS, RULE_SETS
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.sides import BY_AVERAGE, with_choices
from thuisplan.inputs.tables import Flow, Municipality, Need, Option, Rule, RuleParameter


class Assume(Protocol):
    """Lists a default that was filled in."""

    def __call__(
        self, row: Row, column: str, value: Any, source: str, status: str = "assumption", /
    ) -> None: ...


class RuleResolver:
    """Fills in what a scenario leaves open about its rules.

    Parameters
    ----------
    scenario
        A scenario that passed the checks.
    assume
        Called for every default that is filled in.
    """

    def __init__(self, scenario: Scenario, assume: Assume) -> None:
        self.scenario = scenario
        self.settings = scenario.settings
        self.assume = assume

    def municipalities(self, rules: Iterable[Any]) -> Iterable[Municipality]:
        """Return the municipalities; what they choose is filled in if a rule leaves them the choice."""
        places = self.scenario.rows(Municipality)
        sided = (rule for rule in rules if parameter_column(rule.family, "side") is not None)
        if all(self._known(rule, "side") != "chosen" for rule in sided):
            return places
        filled = with_choices(places, self.settings)
        for before, after in zip(places, filled, strict=True):
            if before.programme_choice is None:
                self.assume(after, "programme_choice", after.programme_choice, BY_AVERAGE)
        return filled

    def rules(self) -> list[Rule]:
        """Return the rules that hold, with strength, level and years; an own row replaces that of a set."""
        own = {row.rule_id: row for row in self.scenario.rows(Rule)}
        rules = {row.rule_id: row for name in self.settings.rule_sets for row in RULE_SETS[name]}
        for rule_id, row in rules.items():
            if rule_id not in own:
                self.assume(row, "strength", row.strength, row.source or "", row.status)
        rules |= own
        for family, description in FAMILIES.items():
            if description.automatic and not any(row.family == family for row in rules.values()):
                rules[family] = Rule(
                    rule_id=family,
                    family=family,
                    track=1,
                    purpose=None,
                    place=None,
                    strength=None,
                    weight=Fraction(1),
                    valid_from=None,
                    valid_to=None,
                    status="input",
                    status_date=None,
                    source=None,
                )
        return [
            replace(
                row,
                strength=row.strength or FAMILIES[row.family].strength,
                purpose=row.purpose or FAMILIES[row.family].purpose,
                valid_from=row.valid_from or self.settings.first_year,
                valid_to=row.valid_to or self.settings.last_year,
            )
            for row in rules.values()
        ]

    def parameters(self, tables: Mapping[str, Iterable[Any]]) -> list[RuleParameter]:
        """Return every parameter that a rule has; ``tables`` are the other tables, resolved."""
        result = []
        for rule in tables[Rule.table]:
            given = self._given_parameters(rule)
            for column in FAMILIES[rule.family].parameters.columns():
                row = given.get(column.name)
                value = (
                    column.kind.read(row.value).value if row else self._parameter(rule, column.name, tables)
                )
                if value is None and not column.required and column.default is not None:
                    value = column.default
                if row is None and value not in (None, ()):
                    text = column.kind.write(value, None)
                    made = RuleParameter(rule_id=rule.rule_id, parameter=column.name, value=text)
                    if column.name == "start_share":
                        self.assume(made, "value", text, START_SHARE)
                    else:
                        self.assume(made, "value", text, rule.source or "Thuisplan", rule.status)
                if value not in (None, ()):
                    text = column.kind.write(value, None)
                    result.append(RuleParameter(rule_id=rule.rule_id, parameter=column.name, value=text))
        return result

    def _parameter(self, rule: Rule, name: str, tables: Mapping[str, Iterable[Any]]) -> Any:
        """Return the default of a parameter that follows from its rule set or from other tables."""
        by_set = self._of_rule_set(rule, name)
        if by_set is not None:
            return by_set
        if rule.family == "vacancy_share" and name == "groups":
            return urgent_groups(self.scenario, self._known(rule, "roles"))
        if rule.family == "vacancy_share" and name == "start_share":
            if self._known(rule, "path_first_year") is None:
                return None
            return start_share(self.scenario, rule, bool(self._known(rule, "permit_holders")))
        if rule.family != "fair_share":
            return None
        if rule.track == 2 and name == "flows":
            return urgent_flows(self.scenario, tables[Flow.table], rule)
        options = self._listed(rule, "options")
        rows = [o for o in tables[Option.table] if o.option in options]
        if name == "dead_band_dwellings":
            return max((o.minimum_project for o in rows), default=1)
        if name == "needs":
            served = {o.need_category for o in rows}
            return tuple(
                sorted(
                    {
                        n.need_id
                        for n in tables[Need.table]
                        if n.decides
                        and n.need_category in served
                        and n.purpose == (rule.purpose or "agreement")
                        and rule.place in (None, n.place)
                    }
                )
            )
        return None

    def _of_rule_set(self, rule: Rule, name: str) -> Any:
        """Return what the rule sets give for a parameter, or None."""
        for row in (number for chosen in self.settings.rule_sets for number in NUMBERS[chosen]):
            column = parameter_column(rule.family, row.parameter)
            if (row.rule_id, row.parameter) == (rule.rule_id, name) and column is not None:
                return column.kind.read(row.value).value
        return None

    def _known(self, rule: Rule, name: str) -> Any:
        """Return a parameter as given by the user or by a rule set, or None."""
        row = self._given_parameters(rule).get(name)
        column = parameter_column(rule.family, name)
        if row is None or column is None:
            return self._of_rule_set(rule, name)
        return column.kind.read(row.value).value

    def _given_parameters(self, rule: Rule) -> dict[str, RuleParameter]:
        """Return the parameters of a rule by their English names, whatever the language of the input."""
        result = {}
        for row in self.scenario.rows(RuleParameter):
            column = parameter_column(rule.family, row.parameter) if row.rule_id == rule.rule_id else None
            if column is not None:
                result[column.name] = row
        return result

    def _listed(self, rule: Rule, name: str) -> tuple[str, ...]:
        row = self._given_parameters(rule).get(name)
        return tuple(part.strip() for part in row.value.split("|")) if row else ()

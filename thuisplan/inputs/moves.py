"""Views of an Instance on temporary dwellings that may be moved to another site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thuisplan.inputs.tables import FlexStock

if TYPE_CHECKING:
    from thuisplan.inputs.instance import Instance, Region


@dataclass(frozen=True, slots=True)
class Move:
    """How dwellings of one option move within one region.

    Parameters
    ----------
    rule_id, option, region
        The ``flex_life`` rule, what moves, and the region whose pool it moves through.
    years_here, years_there
        Years on the first site and, after a move, on the second.
    delay_years
        Years between the last year on a site and the first on the next.
    kind, cost_eur
        Which money pays a move, and what it costs.
    standing
        Last year on its site -> dwellings of today in the region.
    years
        Years in which a dwelling may come from another site: those in which the rule holds.
    """

    rule_id: str
    option: str
    region: Region
    years_here: int
    years_there: int
    delay_years: int
    kind: str
    cost_eur: int
    standing: Mapping[int, int]
    years: frozenset[int]

    def last_built(self, year: int) -> int:
        """Return the last year of completion from which a dwelling can be on its next site in ``year``."""
        return year - self.years_here - self.delay_years

    def from_today(self, year: int) -> int:
        """Return the dwellings of today that can be on their next site by ``year``."""
        return sum(n for last, n in self.standing.items() if last + 1 + self.delay_years <= year)


def moves_of(instance: Instance) -> Mapping[tuple[str, str], Move]:
    """Return (municipality, option) -> how it moves, for every ``flex_life`` rule.

    A dwelling moves once. Its second site lasts as long as the first, or as long as its life allows.
    """
    result: dict[tuple[str, str], Move] = {}
    for rule in instance.rules():
        if rule.family != "flex_life":
            continue
        parameters = instance.parameters(rule)
        for option, row in instance.options.items():
            here = row.service_life_years
            chosen = option in parameters.options or (not parameters.options and row.route == "flex")
            if here is None or not chosen:
                continue
            there = min(here, parameters.life_years - here - parameters.delay_years)
            for region in instance.regions_of(rule):
                standing: dict[int, int] = {}
                for today in instance.rows(FlexStock):
                    if today.option == option and today.municipality_code in region.members:
                        standing[today.last_year] = standing.get(today.last_year, 0) + today.dwellings
                move = Move(
                    rule.rule_id,
                    option,
                    region,
                    here,
                    max(0, there),
                    parameters.delay_years,
                    parameters.kind,
                    parameters.move_cost_eur,
                    standing,
                    frozenset(instance.valid_years(rule)),
                )
                result |= {(municipality, option): move for municipality in region.members}
    return result

r"""Temporary dwellings that move once: how long they stand, and what the pool of a region holds.

A dwelling of option $o$ leaves its site after $s$ years and stands a second time for
$s' = \min(s, L - s - \ell)$ years, with $L$ its technical life and $\ell$ the delay; below one year it does
not move. Unit: dwellings.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thuisplan.outputs.verification.tables import Cell, Region, Rule, Tables


@dataclass(frozen=True, slots=True)
class Pool:
    """The dwellings of one option that a region may place a second time.

    Parameters
    ----------
    rule, region, option
        The ``flex_life`` rule, its region, and the option.
    life, second_life, delay
        Years at the first site, at the second, and between them.
    cost, kind
        Euros of a move, and the kind of money.
    """

    rule: Rule
    region: Region
    option: str
    life: int
    second_life: int
    delay: int
    cost: int
    kind: str


class Moves:
    """The moves that a plan may make and what follows from those it makes.

    Parameters
    ----------
    tables
        The resolved input and the plan.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    @cached_property
    def pools(self) -> tuple[Pool, ...]:
        """The pools of all rules; options that would be too old to stand a second time have none."""
        tables, result = self._tables, []
        for rule in tables.rules:
            if rule.family != "flex_life":
                continue
            delay, technical = int(rule.number("delay_years")), int(rule.number("life_years"))
            flex = (code for code, row in tables.options.items() if row["route"] == "flex")
            for option in rule.codes("options") or tuple(flex):
                life = tables.options[option]["service_life_years"]
                second = 0 if life is None else min(life, technical - life - delay)
                if second >= 1:
                    result += [
                        Pool(
                            rule, region, option, life, second, delay,
                            int(rule.number("move_cost_eur")), rule.text("kind"),
                        )
                        for region in tables.regions(rule.purpose, rule.place)
                    ]  # fmt: skip
        return tuple(result)

    @cached_property
    def _by_cell(self) -> dict[tuple[str, str], Pool]:
        return {(member, pool.option): pool for pool in self.pools for member in pool.region.members}

    def pool(self, place: str, option: str) -> Pool | None:
        """Return the pool from which an option may come to a municipality, or None."""
        return self._by_cell.get((place, option))

    @cached_property
    def sites(self) -> frozenset[Cell]:
        """Cells that a rule on moves speaks of: offered, of a pool, in a year in which the rule holds."""
        tables = self._tables
        return frozenset(
            (place, year, option)
            for place, year, option in tables.offered
            if (pool := self.pool(place, option)) is not None and year in tables.valid_open_years(pool.rule)
        )

    @cached_property
    def cells(self) -> frozenset[Cell]:
        """Sites to which a dwelling may move: not excluded, and no neighbourhood has to take it."""
        tables = self._tables
        return frozenset(c for c in self.sites if c not in tables.excluded and not tables.sites.takes(c))

    def standing(self, place: str, option: str, year: int) -> int:
        """Return the moved dwellings of an option that stand in a municipality in a year."""
        pool, moved = self.pool(place, option), self._tables.amounts.moved
        if pool is None or not moved:
            return 0
        return sum(moved.get((place, t, option), 0) for t in range(year - pool.second_life + 1, year + 1))

    def freed(self, pool: Pool, year: int) -> int:
        """Return the dwellings that came into a pool up to a year: built at home, or already there."""
        tables = self._tables
        built = [t for t in tables.years if t <= year - pool.life - pool.delay]
        present: int = sum(
            row["dwellings"]
            for row in tables.rows("flex_stock")
            if row["option"] == pool.option
            and row["municipality_code"] in pool.region.members
            and row["last_year"] + 1 + pool.delay <= year
        )
        return tables.total(pool.region.members, built, (pool.option,)) + present

    def held(self, pool: Pool, year: int) -> int:
        """Return the dwellings that could be at a second site at the end of a year, and are not."""
        return self.freed(pool, year) - self.used(pool, year)

    def left(self, pool: Pool, place: str, year: int) -> int:
        """Return the dwellings whose years at a site ended with the year before."""
        first, second = ((place, year - life, pool.option) for life in (pool.life, pool.second_life))
        return self._tables.built.get(first, 0) + self._tables.amounts.moved.get(second, 0)

    def used(self, pool: Pool, year: int) -> int:
        """Return the dwellings that left a pool up to a year."""
        return sum(
            n
            for (place, t, option), n in self._tables.amounts.moved.items()
            if option == pool.option and place in pool.region.members and t <= year
        )

    def paid(self, cell: Cell, kind: str) -> int:
        """Return the dwellings that move to a cell, if one kind of money pays for that; else none."""
        moved = self._tables.amounts.moved.get(cell, 0)
        pool = self.pool(cell[0], cell[2]) if moved else None
        return moved if pool is not None and pool.kind == kind else 0

    def cost(self, cell: Cell, kind: str) -> int:
        """Return the euros of one kind that the moves to a cell ask."""
        pool = self.pool(cell[0], cell[2])
        return 0 if pool is None else self.paid(cell, kind) * pool.cost

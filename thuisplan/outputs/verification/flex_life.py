r"""Temporary dwellings stand at most twice, restated from the tables.

Per region, option and planned year: $\sum_{\tau\le t,m} \text{moved} \le$ what left its first site, with the
delay, up to $t$, and what was there already (``pool``). Per cell: $x + \text{moved} \le$ what is offered
(``site``). Unit: dwellings.
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.outputs.verification.line import AT_MOST, Line
from thuisplan.outputs.verification.tables import Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of a ``flex_life`` rule."""
    for pool in tables.moves.pools:
        if pool.rule is not rule:
            continue
        cells = sorted(
            cell for cell in tables.moves.sites if cell[0] in pool.region.members and cell[2] == pool.option
        )
        sides = [
            (cell[0], "site", cell[1], tables.built.get(cell, 0) + tables.amounts.moved.get(cell, 0),
             tables.offered[cell], tables.offered[cell])
            for cell in cells
        ]  # fmt: skip
        sides += [
            (pool.region.place, "pool", year, tables.moves.used(pool, year),
             tables.moves.freed(pool, year), 1)
            for year in tables.valid_open_years(rule)
        ]  # fmt: skip
        for place, subject, year, lhs, rhs, reference in sides:
            yield Line(
                purpose=rule.purpose if subject == "pool" else "municipality",
                place=place,
                subject=f"{subject}:{pool.option}",
                period=str(year),
                lhs=lhs,
                operator=AT_MOST,
                rhs=rhs,
                strength=rule.strength,
                exempt=tables.is_exempt(rule, place),
                reference=reference,
            )

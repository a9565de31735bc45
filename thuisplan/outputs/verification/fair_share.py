r"""Each municipality its share of the task, restated from the tables.

$|D_{m,t} - G_{m,t}| \le \beta G_{m,t} + \lambda$, $G_{m,t} = \sum_{\tau\le t} \sigma_m(\tau)\,\Delta B_\tau$:
the share of a year is applied to what that year adds, to the task or to what the region delivers.
Two lines per checkpoint year: ``most`` and ``least``. Unit: dwellings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from thuisplan.outputs.verification.line import AT_LEAST, AT_MOST, Line
from thuisplan.outputs.verification.tables import Number, Region, Rule, Tables


@dataclass(frozen=True, slots=True)
class Target:
    """What a municipality should have in service in a year, and what it has."""

    municipality: str
    year: int
    share: Fraction
    task: Number
    target: Number
    delivered: int
    tolerance: Number


def targets(tables: Tables, rule: Rule, region: Region, basis: str | None = None) -> Iterator[Target]:
    """Yield the targets of the members of a region, in every year of the horizon."""
    options, key = rule.codes("options"), rule.text("key")
    beta, least = rule.number("dead_band_share"), rule.number("dead_band_dwellings")
    totals: dict[int, Number] = {}
    for year in tables.years:
        if (basis or rule.text("basis")) == "task":
            totals[year] = sum(tables.required(need_id, year) for need_id in rule.codes("needs"))
        else:
            totals[year] = tables.in_service(region.members, options, year)
    for member in region.members:
        target: Number = 0
        before: Number = 0
        for year, total in totals.items():
            share = tables.shares.get((key, member, year), Fraction(0))
            target += share * (total - before)
            before = total
            delivered = tables.in_service((member,), options, year)
            yield Target(member, year, share, total, target, delivered, beta * target + least)


def checkpoints(tables: Tables, rule: Rule) -> tuple[int, ...]:
    """Return the years that are tested: every so many, the last of the key's path, the last."""
    valid = tables.valid_years(rule)
    every = int(rule.number("checkpoint_every"))
    ends = {row["path_last_year"] for row in tables.rows("keys") if row["key_id"] == rule.text("key")}
    return tuple(t for n, t in enumerate(valid, start=1) if n % every == 0 or t in ends or t == valid[-1])


def reference(tables: Tables, rule: Rule, region: Region) -> dict[str, Number]:
    """Return member -> its share of the whole task."""
    last = tables.years[-1]
    return {
        target.municipality: target.target
        for target in targets(tables, rule, region, basis="task")
        if target.year == last
    }


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of a ``fair_share`` rule."""
    tested = checkpoints(tables, rule)
    for region in tables.regions(rule.purpose, rule.place):
        references = reference(tables, rule, region)
        for one in targets(tables, rule, region):
            if one.year not in tested:
                continue
            for subject, operator, rhs in (
                ("most", AT_MOST, one.target + one.tolerance),
                ("least", AT_LEAST, one.target - one.tolerance),
            ):
                yield Line(
                    purpose=rule.purpose,
                    place=one.municipality,
                    subject=subject,
                    period=str(one.year),
                    lhs=one.delivered,
                    operator=operator,
                    rhs=rhs,
                    strength=rule.strength,
                    testable=region.whole,
                    exempt=tables.is_exempt(rule, one.municipality),
                    reference=references[one.municipality],
                )

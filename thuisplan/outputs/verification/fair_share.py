r"""Each municipality its share of the task, restated from the tables.

On track 1 the task and what is delivered are dwellings, $D$ those in service. On track 2 they are households
of some flows: who waits or comes, and who is let a home and is not back from a temporary one.

$|D_{m,t} - G_{m,t}| \le \beta G_{m,t} + \lambda$, $G_{m,t} = \sum_{\tau\le t} \sigma_m(\tau)\,\Delta B_\tau$:
the share of a year is applied to what that year adds, to the task or to what the region delivers.
Two lines per checkpoint year: ``most`` and ``least``. Unit: dwellings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from thuisplan.outputs.verification.line import AT_LEAST, AT_MOST, Line
from thuisplan.outputs.verification.permits import GROUP as PERMIT_HOLDERS
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
    key = rule.text("key")
    beta, least = rule.number("dead_band_share"), rule.number("dead_band_dwellings")
    task = _asked if rule.track == 2 else _required
    totals: dict[int, Number] = {}
    for year in tables.years:
        if (basis or rule.text("basis")) == "task":
            totals[year] = task(tables, rule, region, year)
        else:
            totals[year] = delivered(tables, rule, region.members, year)
    for member in region.members:
        target: Number = 0
        before: Number = 0
        for year, total in totals.items():
            share = tables.shares.get((key, member, year), Fraction(0))
            target += share * (total - before)
            before = total
            done = delivered(tables, rule, (member,), year)
            yield Target(member, year, share, total, target, done, beta * target + least)


def _required(tables: Tables, rule: Rule, region: Region, year: int) -> Number:
    return sum((tables.required(need_id, year) for need_id in rule.codes("needs")), Fraction(0))


def flows(tables: Tables, rule: Rule) -> tuple[str, ...]:
    """Return the flows that a rule of track 2 divides."""
    return rule.codes("flows")


def _asked(tables: Tables, rule: Rule, region: Region, year: int) -> Number:
    """Return the households that waited or came up to a year; of permit holders by the tasks of members."""
    opened, result = [t for t in tables.open_years if t <= year], Fraction(0)
    for flow_id in flows(tables, rule):
        if flow_id == PERMIT_HOLDERS:
            result += sum(tables.housed.permit_inflow(region.members, t) for t in opened)
        elif opened:
            result += tables.housed.flows[flow_id].asked(year)
    return result


def delivered(tables: Tables, rule: Rule, members: tuple[str, ...], year: int) -> int:
    """Return the dwellings of a rule that stand, or on track 2 the households that have a home by a year."""
    if rule.track == 2:
        return sum(settled(tables, flow_id, members, year) for flow_id in flows(tables, rule))
    return tables.in_service(members, rule.codes("options"), year)


def settled(tables: Tables, flow_id: str, members: tuple[str, ...], year: int) -> int:
    """Return the households of a flow let a home up to a year, less those who asked again since."""
    let = tables.housed.let_until(flow_id, members, year)
    return let - tables.housed.returned_until(flow_id, members, year)


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

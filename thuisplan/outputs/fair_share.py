"""What fair-share rules ask of each municipality and what it delivers, and the settlement afterwards."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, TypeVar

from thuisplan.inputs.instance import Region
from thuisplan.inputs.tables import Rule, Tariff
from thuisplan.outputs.housed import Housed

LETTINGS_TRACK = 2
"""Track of the rules that count lettings; the others count dwellings in service."""

Rows = Iterator[dict[str, Any]]
K = TypeVar("K")


class Delivery:
    """What counts for one fair-share rule.

    Parameters
    ----------
    housed
        The plan.
    rule
        A rule of family ``fair_share``.
    """

    def __init__(self, housed: Housed, rule: Rule) -> None:
        self.housed, self.rule = housed, rule
        self.instance = housed.instance
        self.parameters = housed.instance.parameters(rule)
        self.counts_lettings = rule.track == LETTINGS_TRACK
        self.years = housed.instance.valid_years(rule)

    def delivered(self, municipalities: tuple[str, ...], year: int) -> int:
        """Return the dwellings in service, or the households housed up to a year."""
        if not self.counts_lettings:
            return self.housed.programme.in_service(municipalities, year, self.parameters.options)
        return self._let(self.parameters.flows, municipalities, year)

    def _let(self, flows: tuple[str, ...], municipalities: tuple[str, ...], year: int) -> int:
        return sum(
            self.housed.let(flow, when, municipality)
            for when in self.instance.lettings.open_years
            if when <= year
            for municipality in municipalities
            for flow in flows
        )

    def persons(self, municipalities: tuple[str, ...], year: int) -> Fraction:
        """Return the mean persons per household of what was delivered up to a year; 1 for dwellings."""
        households = self.delivered(municipalities, year)
        if not self.counts_lettings or not households:
            return Fraction(1)
        lettings = self.instance.lettings
        persons = Fraction(0)
        for flow in self.parameters.flows:
            let = self._let((flow,), municipalities, year)
            persons += let * lettings.persons(lettings.flows[flow].group)
        return persons / households

    def delivered_increments(self, region: Region) -> dict[int, Fraction]:
        """Return year -> what a region delivers more than by the year before."""
        years = self.instance.years
        levels = [self.delivered(region.members, year) for year in years]
        return {y: Fraction(n - before) for y, n, before in zip(years, levels, [0, *levels], strict=False)}

    def task_increments(self, region: Region) -> dict[int, Fraction]:
        """Return year -> what is added to the task that is divided."""
        if self.counts_lettings:
            task = self.instance.lettings.task_increments(self.parameters.flows, region.members)
            return dict(task)
        built = self.instance.task_increments(self.parameters.needs)
        return {year: Fraction(increment) for year, increment in built.items()}


def deliveries(housed: Housed) -> Iterator[Delivery]:
    """Yield what counts for every fair-share rule that holds in some year, in order of id."""
    for rule in housed.instance.rules():
        if rule.family == "fair_share":
            delivery = Delivery(housed, rule)
            if delivery.years:
                yield delivery


def fair_share(housed: Housed) -> Rows:
    """Yield share, target and delivery per rule, municipality and year."""
    instance = housed.instance
    for delivery in deliveries(housed):
        rule, parameters = delivery.rule, delivery.parameters
        for region in instance.regions_of(rule):
            by_task = parameters.basis == "task"
            increments = (
                delivery.task_increments(region) if by_task else delivery.delivered_increments(region)
            )
            for municipality in region.members:
                for year in delivery.years:
                    target = instance.shared(parameters.key, municipality, increments, year)
                    delivered = delivery.delivered((municipality,), year)
                    room = parameters.dead_band_share * target + parameters.dead_band_dwellings
                    yield {
                        "rule_id": rule.rule_id,
                        "key": parameters.key,
                        "track": rule.track,
                        "group": parameters.group,
                        "basis": parameters.basis,
                        "place": region.place,
                        "municipality_code": municipality,
                        "year": year,
                        "share": float(instance.shares[parameters.key][municipality, year]),
                        "task": float(sum(n for y, n in increments.items() if y <= year)),
                        "target": float(target),
                        "delivered": float(delivered),
                        "tolerance": float(room),
                        "deviation": float(delivered - target),
                    }


def settlement(housed: Housed) -> Rows:
    """Yield who delivered more or less than its share of what the region delivered, at the end.

    Differences sum to zero in every region, and so do the euros: where a key is wider than the region,
    the shares of its members are taken as parts of their sum.
    """
    tariffs = {row.rule_id: row.eur_per_dwelling for row in housed.instance.rows(Tariff)}
    for delivery in deliveries(housed):
        rows = [
            row
            for region in housed.instance.regions_of(delivery.rule)
            for row in _settled(delivery, region, tariffs.get(delivery.rule.rule_id))
        ]
        yield from sorted(rows, key=lambda row: str(row["municipality_code"]))


def _settled(delivery: Delivery, region: Region, tariff: int | None) -> Rows:
    year = delivery.years[-1]
    delivered = {code: delivery.delivered((code,), year) for code in region.members}
    targets = _targets(delivery, region, year)
    if targets is None:
        return
    differences = {code: delivered[code] - targets[code] for code in region.members}
    persons = delivery.persons(region.members, year)
    euros = None if tariff is None else balanced({m: tariff * d for m, d in differences.items()})
    for municipality, difference in differences.items():
        yield {
            "rule_id": delivery.rule.rule_id,
            "track": delivery.rule.track,
            "municipality_code": municipality,
            "year": year,
            "target": float(targets[municipality]),
            "delivered": float(delivered[municipality]),
            "difference": float(difference),
            "persons": float(difference * persons),
            "tariff_eur": tariff,
            "amount_eur": None if euros is None else euros[municipality],
        }


def _targets(delivery: Delivery, region: Region, last: int) -> dict[str, Fraction] | None:
    """Return the share of each member in what the region delivered; None if no member has a share."""
    shares = delivery.instance.shares[delivery.parameters.key]
    increments = delivery.delivered_increments(region)
    result = dict.fromkeys(region.members, Fraction(0))
    for year in (year for year in delivery.instance.years if year <= last):
        whole = sum(shares[code, year] for code in region.members)
        if not whole:
            return None
        for code in region.members:
            result[code] += shares[code, year] / whole * increments[year]
    return result


def balanced(amounts: Mapping[K, Fraction]) -> dict[K, int]:
    """Return whole numbers for amounts that sum to zero, by the largest remainder; they sum to zero too.

    Parameters
    ----------
    amounts
        Exact amounts, some below zero; equal remainders are settled in their order.
    """
    result = {key: math.floor(amount) for key, amount in amounts.items()}
    order = sorted(amounts, key=lambda key: result[key] - amounts[key])
    for key in order[: -sum(result.values())]:
        result[key] += 1
    return result

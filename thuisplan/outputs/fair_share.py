"""What fair-share rules ask of each municipality and what it delivers, and the settlement afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from thuisplan.inputs.apportion import balanced
from thuisplan.inputs.instance import Region
from thuisplan.inputs.tables import Rule, Tariff
from thuisplan.outputs.housed import Housed

LETTINGS_TRACK = 2
"""Track of the rules that count lettings; the others count dwellings in service."""

Rows = Iterator[dict[str, Any]]


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
        """Return the dwellings in service, or the households housed up to a year and not back on the list."""
        if not self.counts_lettings:
            return self.housed.programme.in_service(municipalities, year, self.parameters.options)
        return self._settled(self.parameters.flows, municipalities, year)

    def _settled(self, flows: tuple[str, ...], municipalities: tuple[str, ...], year: int) -> int:
        return sum(
            self.housed.let(flow, when, municipality) - self.housed.returned(flow, when, municipality)
            for when in self.instance.lettings.open_years
            if when <= year
            for municipality in municipalities
            for flow in flows
        )

    def persons(self, municipalities: tuple[str, ...], year: int) -> Fraction | None:
        """Return the mean persons per household of those who were housed; None of dwellings.

        Of nobody housed the mean is taken as 1: there is nothing to settle then.
        """
        if not self.counts_lettings:
            return None
        households = self.delivered(municipalities, year)
        lettings = self.instance.lettings
        persons = Fraction(0)
        for flow in self.parameters.flows:
            settled = self._settled((flow,), municipalities, year)
            persons += settled * lettings.persons(lettings.flows[flow].group)
        return persons / households if households else Fraction(1)

    def delivered_increments(self, municipalities: tuple[str, ...]) -> dict[int, Fraction | int]:
        """Return year -> what municipalities deliver more than by the year before."""
        years = self.instance.years
        levels = [self.delivered(municipalities, year) for year in years]
        return {y: now - before for y, now, before in zip(years, levels, [0, *levels], strict=False)}

    def takes_part(self, municipality: str) -> bool:
        """Return whether a municipality is not exempt from the rule."""
        exemption = self.instance.exemptions.get((self.rule.rule_id, municipality))
        return exemption is None or exemption.value is not None


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
                instance.fair_task(rule, region) if by_task else delivery.delivered_increments(region.members)
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

    Differences sum to zero in every region, and so do the euros: where a key is wider than those who take
    part, their shares are taken as parts of their sum. Who is exempt from the rule takes no part, in what is
    divided neither. A region that is not wholly in the input is not settled: what the others did is unknown.
    """
    tariffs = {row.rule_id: row.eur_per_dwelling for row in housed.instance.rows(Tariff)}
    for delivery in deliveries(housed):
        rows = [
            row
            for region in housed.instance.regions_of(delivery.rule)
            if region.whole
            for row in _settled(delivery, region, tariffs.get(delivery.rule.rule_id))
        ]
        yield from sorted(rows, key=lambda row: str(row["municipality_code"]))


def _settled(delivery: Delivery, region: Region, tariff: int | None) -> Rows:
    year = delivery.years[-1]
    taking_part = tuple(code for code in region.members if delivery.takes_part(code))
    targets = _targets(delivery, taking_part, year)
    if targets is None:
        return
    delivered = {code: delivery.delivered((code,), year) for code in taking_part}
    differences = {code: delivered[code] - targets[code] for code in taking_part}
    persons = delivery.persons(taking_part, year)
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
            "persons": None if persons is None else float(difference * persons),
            "tariff_eur": tariff,
            "amount_eur": None if euros is None else euros[municipality],
        }


def _targets(delivery: Delivery, codes: tuple[str, ...], last: int) -> dict[str, Fraction] | None:
    """Return the share of each municipality in what they delivered; None if none of them has a share."""
    shares = delivery.instance.shares[delivery.parameters.key]
    increments = delivery.delivered_increments(codes)
    result = dict.fromkeys(codes, Fraction(0))
    for year in (year for year in delivery.instance.years if year <= last):
        whole = sum(shares[code, year] for code in codes)
        if not whole:
            return None
        for code in codes:
            result[code] += shares[code, year] / whole * increments[year]
    return result

"""What several families share: lines of a rule with its strength and exemptions filled in."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from thuisplan.inputs.instance import Instance, Region
from thuisplan.inputs.periods import Period
from thuisplan.inputs.sides import speaks_of
from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import EUROS, Requirement, Sense


def line(instance: Instance, rule: Rule, **values: Any) -> Requirement:
    r"""Return a requirement of ``rule``; an exemption of its place frees it, an agreed deviation loosens it.

    .. math:: lhs \ge rhs - agreed, \qquad lhs \le rhs + agreed

    This is the only place where a deviation applies: no family knows of them.

    Parameters
    ----------
    instance
        The resolved input.
    rule
        The rule the line belongs to.
    **values
        Fields of ``Requirement``; what is left out follows from the rule.
    """
    exemption = instance.exemptions.get((rule.rule_id, values["place"]))
    filled: dict[str, Any] = {
        "rule_id": rule.rule_id,
        "family": rule.family,
        "purpose": rule.purpose,
        "subject": "",
        "unit": "dwellings",
        "strength": rule.strength,
        "measure": "rule_violation",
        "exempt": exemption is not None and exemption.value is None,
    }
    filled |= values
    key = rule.rule_id, filled["place"], filled["subject"], filled["period"]
    allowed = instance.deviations.allowed(*key)
    if allowed is not None and filled["rhs"] is not None:
        filled["allowed"] = allowed * (EUROS if filled["unit"] == "kEUR" else 1)
        sign = 1 if filled["sense"] is Sense.AT_MOST else -1
        filled["rhs"] = filled["rhs"] + sign * filled["allowed"]
    filled["reference"] = max(Fraction(1), Fraction(filled["reference"]))
    filled.setdefault("price", rule.weight / filled["reference"])
    return Requirement(**filled)


def agreed(instance: Instance, rule: Rule, place: str, norm: Any) -> Any:
    """Return the norm of a rule in a place: the exemption's value where one is agreed."""
    exemption = instance.exemptions.get((rule.rule_id, place))
    return norm if exemption is None or exemption.value is None else exemption.value


def most_offered(instance: Instance, region: Region, period: Period, options: tuple[str, ...]) -> int:
    """Return the most dwellings that availability allows in a region and period [dwellings]."""
    return sum(
        instance.offered.get((municipality, year, option), 0)
        for municipality in region.members
        for year in period.years
        for option in options
    )


def programme_share(
    rule: Rule,
    quantities: Quantities,
    region: Region,
    segments: frozenset[str],
    testable: bool,
) -> Iterator[Requirement]:
    r"""Yield "at least this share of the new-build programme is in these segments".

    .. math:: \sum_{t\in P}\sum_{m\in r}\sum_o (1_{segment(o)} - \varphi)\,b_o\,x_{m,t,o} \ge 0

    with :math:`\varphi` the norm and :math:`b_o` whether the option counts in the
    programme; one line per period :math:`P` [dwellings].
    """
    instance = quantities.instance
    parameters = instance.parameters(rule)
    programme = tuple(o for o, row in instance.options.items() if row.in_programme)
    counting = tuple(o for o in programme if instance.options[o].segment in segments)
    share = Fraction(agreed(instance, rule, region.place, parameters.share))
    for period in instance.periods(rule, parameters.periods):
        base = quantities.completed(region.members, period.years, programme)
        yield line(
            instance,
            rule,
            place=region.place,
            period=str(period),
            lhs=quantities.completed(region.members, period.years, counting),
            sense=Sense.AT_LEAST,
            rhs=share * base,
            reference=share * most_offered(instance, region, period, programme),
            share=share,
            base=base,
            testable=region.whole and testable,
        )


def by_side(rule: Rule, quantities: Quantities, segments: frozenset[str]) -> Iterator[Requirement]:
    """Yield a programme share for the municipalities that the rule is for.

    These stand on its side of the national average, at the reference date, or chose for it;
    where that depends on a stock that is unknown, the rule is not testable.
    """
    instance = quantities.instance
    wanted = instance.parameters(rule).side
    for region in instance.regions_of(rule):
        applies: bool | None = True
        if region.purpose == "municipality":
            place = instance.municipalities[region.place]
            applies = speaks_of(rule.family, wanted, place, instance.settings)
        if applies is not False:
            yield from programme_share(rule, quantities, region, segments, testable=applies is not None)

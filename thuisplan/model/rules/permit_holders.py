r"""Permit holders: the statutory task, in persons, with backlog, swaps and transfers.

.. math:: \pi\,\Bigl(H_{m,t} - \sum_{\tau\le t} returned_{m,\tau}\Bigr)
          + \sum_{\tau\le t}(given_{m,\tau} - taken_{m,\tau}) + u_{m,t} \ge T_{m,t}
.. math:: \sum_{\tau\le t} given_{m,\tau} \le \gamma\,T_{m,t}, \qquad
          \sum_{m\in r} given_{m,t} = \sum_{m\in r} taken_{m,t}

with :math:`T` the task of the half-years up to :math:`t`, backlog and agreed swaps included,
:math:`\pi` the persons per household and :math:`H` the households housed so far. What is not housed,
:math:`u`, is carried as backlog. Where the rule allows it the plan swaps tasks within the region; the
regional total is kept, and a municipality that is exempt takes no part. Nobody is housed twice: the left
side without :math:`u` stays below the task and one household more [persons].

Source: facts A41, A42, A75, D24, D25, G4 (half-yearly task in persons, swap and transfer).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from thuisplan.inputs.lettings import PERMIT_HOLDERS
from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import line


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield the task, and what may be handed over, per municipality and open year."""
    instance = quantities.instance
    lettings = instance.lettings
    flow = lettings.flows.get(PERMIT_HOLDERS)
    if flow is None:
        return
    persons = lettings.persons(PERMIT_HOLDERS)
    grain = Fraction(1, persons.denominator)
    valid = instance.valid_years(rule)
    named = {code for region in instance.regions_of(rule) for code in region.members}
    swapping = {code for _, members in lettings.swapping(rule) for code in members}
    for municipality in flow.housed:
        if rule.place is not None and municipality not in named:
            continue
        given: Any = 0
        taken: Any = 0
        for year in lettings.open_years:
            over, from_others = quantities.housing.handed_over(municipality, year)
            given, taken = given + over, taken + from_others
            task = lettings.permit_task(municipality, year)
            settled = (
                persons * quantities.housing.settled(PERMIT_HOLDERS, [municipality], year) + given - taken
            )
            # Strictly below one household more: all of it is a multiple of the grain.
            once = f"housed_once[{municipality},{year}]"
            quantities.at_most(once, settled - (task + persons - grain))
            if year not in valid:
                continue
            shared: dict[str, Any] = dict(
                purpose="municipality",
                place=municipality,
                period=str(year),
                unit="persons",
                carried=True,
                reference=Fraction(lettings.permit_task(municipality, instance.years[-1])),
            )
            yield line(
                instance,
                rule,
                **shared,
                subject="task",
                lhs=settled,
                sense=Sense.AT_LEAST,
                rhs=task,
                price=rule.weight / persons,
                measure="unmet_special",
            )
            if municipality in swapping:
                yield line(
                    instance,
                    rule,
                    **shared,
                    subject="given",
                    lhs=given,
                    sense=Sense.AT_MOST,
                    rhs=instance.parameters(rule).swap_share * task,
                    strength="hard",
                )

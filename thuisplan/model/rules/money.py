r"""Money of one kind: pots pay every cost in full, and no pot pays more than it has.

.. math:: \sum_p y_{p,m,t,o} = c_o\,x_{m,t,o}
.. math:: \sum_{m,o} y_{p,m,t,o} \le B_{p,t} + carried_{p,t-1}
.. math:: carried_{p,t} = B_{p,t} + carried_{p,t-1} - \sum_{m,o} y_{p,m,t,o}
.. math:: y_{p,m,t,o} \le \min(k_p,\ \rho_p c_o)\,x_{m,t,o} + \min(k_p,\ \rho_p c^{move}_o)\,moved_{m,t,o}
.. math:: y_{p,m,t,o} \le \max(\min(k_p,\ \rho_p c_o),\ \min(k_p,\ \rho_p c^{move}_o))
          \sum_{f\in groups_p} p_{f,m,t,o}

in thousands of euros of the stated price year, with :math:`c_o` the cost of a dwelling,
:math:`B` the budget, :math:`k_p` the largest contribution per dwelling and :math:`\rho_p` the
largest share of the cost. A pot pays only in its own places, for the types it is earmarked for, for
what starts and is completed within its windows, and for what stands long enough; a pot that is
earmarked by target group pays only for dwellings let to these groups (the last line, :math:`p` the
lettings of a year). A pot that "carries the rest" has no limit. What a pot carries is zero unless it
may; where the rule is not hard it can be a debt, which the next year starts with. Extra cost and
deficit are two kinds of money and are never added.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import floor
from typing import Any

from thuisplan.inputs.tables import Pot, Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import EUROS, Requirement, Sense
from thuisplan.model.rules.common import line


def requirements_of_kind(rule: Rule, quantities: Quantities, kind: str) -> Iterator[Requirement]:
    """Yield one line per pot and open year, and one per payment that a pot limits."""
    instance = quantities.instance
    cells = quantities.cells_paid_by(kind)
    step = min((cost for o in instance.options if (cost := instance.unit_cost(o, kind))), default=1) * EUROS
    valid = set(instance.valid_years(rule))
    for pot in instance.pots.values():
        if pot.kind != kind:
            continue
        # A pot keeps its account from the first open year, also before the rule holds.
        for year in range(instance.settings.open_year, instance.years[-1] + 1):
            paid_cells = cells.get((pot.pot_id, year), [])
            used = sum(quantities.paid(pot.pot_id, *cell) for cell in paid_cells)
            available = instance.budgets[pot.pot_id, year] * EUROS + quantities.carried(pot.pot_id, year - 1)
            account = quantities.close_account(pot.pot_id, year, available - used)
            if year in valid and not pot.carries_rest:
                yield line(
                    instance,
                    rule,
                    purpose=pot.purpose or "",
                    place=pot.place or "",
                    subject=pot.pot_id,
                    period=str(year),
                    lhs=used,
                    sense=Sense.AT_MOST,
                    rhs=available,
                    unit="kEUR",
                    reference=instance.budgets[pot.pot_id, year] * EUROS,
                    step=step,
                    # What would have to be added to a pot is spent and not owed; a soft rule leaves a debt.
                    follows=account if rule.strength == "hard" else (),
                )
            for cell in paid_cells if year in valid else ():
                yield from _limit_lines(rule, quantities, pot, cell, step)


def _limit_lines(
    rule: Rule, quantities: Quantities, pot: Pot, cell: tuple[str, int, str], step: Fraction
) -> Iterator[Requirement]:
    """Yield what a pot pays at most for a cell: per dwelling, and per dwelling for its target groups."""
    instance = quantities.instance
    municipality, year, option = cell
    cost, moving = instance.unit_cost(option, pot.kind), instance.move_cost(municipality, option, pot.kind)
    limit, limit_moving = limited(pot, cost), limited(pot, moving)
    largest = max(limit, limit_moving) * EUROS
    shared: dict[str, Any] = dict(
        purpose="municipality",
        place=municipality,
        period=str(year),
        lhs=quantities.paid(pot.pot_id, *cell),
        sense=Sense.AT_MOST,
        unit="kEUR",
        reference=largest * instance.offered.get(cell, 1),
        step=step,
    )
    if limit < cost or limit_moving < moving:
        most = limit * EUROS * quantities.x(*cell) + limit_moving * EUROS * quantities.moved(*cell)
        yield line(instance, rule, subject=f"{pot.pot_id}:{option}", rhs=most, **shared)
    if pot.groups:
        let = sum(
            quantities.housing.let_new(flow, municipality, year, option)
            for flow, series in instance.lettings.flows.items()
            if series.group in pot.groups
        )
        yield line(instance, rule, subject=f"{pot.pot_id}:{option}:groups", rhs=largest * let, **shared)


def limited(pot: Pot, cost: int) -> int:
    """Return the most that a pot contributes to a cost of one dwelling [EUR]."""
    limits = [cost]
    if pot.max_per_dwelling_eur is not None:
        limits.append(pot.max_per_dwelling_eur)
    if pot.max_share is not None:
        limits.append(floor(pot.max_share * cost))
    return min(limits)

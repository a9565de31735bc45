r"""Money of one kind: pots pay every cost in full, and no pot pays more than it has.

.. math:: \sum_p y_{p,m,t,o} = c_o\,x_{m,t,o}
.. math:: \sum_{m,o} y_{p,m,t,o} \le B_{p,t} + carried_{p,t-1}
.. math:: carried_{p,t} \le B_{p,t} + carried_{p,t-1} - \sum_{m,o} y_{p,m,t,o}
.. math:: y_{p,m,t,o} \le \min(k_p,\ \rho_p c_o)\,x_{m,t,o}

in thousands of euros of the stated price year, with :math:`c_o` the cost of a dwelling,
:math:`B` the budget, :math:`k_p` the largest contribution per dwelling and :math:`\rho_p` the
largest share of the cost. A pot pays only in its own places and for the types it is
earmarked for. A pot that "carries the rest" has no limit. Extra cost and deficit are two
kinds of money and are never added.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import floor

from thuisplan.inputs.tables import Pot, Rule
from thuisplan.model.quantities import EUROS, Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import line


def requirements_of_kind(rule: Rule, quantities: Quantities, kind: str) -> Iterator[Requirement]:
    """Yield one line per pot and open year, and one per payment that a pot limits."""
    instance = quantities.instance
    cells = quantities.cells_paid_by(kind)
    years = [year for year in instance.valid_years(rule) if year >= instance.settings.open_year]
    for pot in instance.pots.values():
        if pot.kind != kind:
            continue
        for year in years:
            paid_cells = cells.get((pot.pot_id, year), [])
            if not pot.carries_rest:
                yield _budget_line(rule, quantities, pot, year, paid_cells)
            for cell in paid_cells:
                yield from _limit_line(rule, quantities, pot, cell)


def _budget_line(
    rule: Rule, quantities: Quantities, pot: Pot, year: int, cells: list[tuple[str, int, str]]
) -> Requirement:
    instance = quantities.instance
    budget = instance.budgets[pot.pot_id, year] * EUROS
    used = sum(quantities.paid(pot.pot_id, *cell) for cell in cells)
    available = budget + quantities.carried(pot.pot_id, year - 1)
    follows: tuple[str, ...] = ()
    if pot.carry_over:
        name = f"carried[{pot.pot_id},{year}]"
        left = available - used
        quantities.definitions[name] = (quantities.carried(pot.pot_id, year) - left, "<=")
        follows = (name,)
    return line(
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
        reference=budget,
        follows=follows,
    )


def _limit_line(
    rule: Rule, quantities: Quantities, pot: Pot, cell: tuple[str, int, str]
) -> Iterator[Requirement]:
    instance = quantities.instance
    municipality, year, option = cell
    cost = instance.unit_cost(option, pot.kind)
    limits = [cost]
    if pot.max_per_dwelling_eur is not None:
        limits.append(pot.max_per_dwelling_eur)
    if pot.max_share is not None:
        limits.append(floor(pot.max_share * cost))
    limit = min(limits)
    if limit < cost:
        yield line(
            instance,
            rule,
            purpose="municipality",
            place=municipality,
            subject=f"{pot.pot_id}:{option}",
            period=str(year),
            lhs=quantities.paid(pot.pot_id, *cell),
            sense=Sense.AT_MOST,
            rhs=limit * EUROS * quantities.x(*cell),
            unit="kEUR",
            reference=limit * EUROS * instance.offered.get(cell, 1),
        )

r"""The statutory task in persons, restated from the tables.

Per municipality and planned year: $P\,(\sum_{\tau\le t} \text{let} - \text{returned}) +
\sum_{\tau\le t}(\text{given} - \text{taken}) \ge T_{m,t}$, and where the rule lets municipalities swap
$\sum_{\tau\le t}\text{given} \le \varsigma\,T_{m,t}$. Unit: persons.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from thuisplan.outputs.verification.line import AT_LEAST, AT_MOST, Line
from thuisplan.outputs.verification.permits import GROUP
from thuisplan.outputs.verification.tables import Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of a ``permit_holders`` rule."""
    permits, housed = tables.permits, tables.housed
    named = {m for region in tables.regions(rule.purpose, rule.place) for m in region.members}
    for place in permits.housing:
        if rule.place is not None and place not in named:
            continue
        swaps = permits.may_swap(rule, place)
        for year in tables.valid_open_years(rule):
            until = range(tables.settings.first_open_year, year + 1)
            task = permits.task(place, year)
            let = housed.let_until(GROUP, (place,), year) - housed.returned_until(GROUP, (place,), year)
            given = sum(tables.amounts.given.get((place, t), 0) for t in until)
            cared_for = permits.per_household * let + permits.swapped(place, until)
            sides = [("task", AT_LEAST, cared_for, Fraction(task))]
            if swaps:
                sides.append(("given", AT_MOST, Fraction(given), rule.number("swap_share") * task))
            for subject, operator, lhs, rhs in sides:
                yield Line(
                    purpose="municipality",
                    place=place,
                    subject=subject,
                    period=str(year),
                    lhs=lhs,
                    operator=operator,
                    rhs=rhs,
                    # How much may be handed over is a limit, whatever the task itself is.
                    strength=rule.strength if subject == "task" else "hard",
                    unit="persons",
                    exempt=tables.is_exempt(rule, place),
                    reference=permits.task(place, tables.years[-1]),
                    unmet="special" if subject == "task" else None,
                    unmet_weight=rule.weight / permits.per_household,
                )

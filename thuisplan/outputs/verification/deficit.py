r"""Budgets of pots for the absolute deficit, restated from the tables.

Per pot that does not carry the rest and planned year:
$\sum_{m,o} y_{p,m,t,o} \le B_{p,t} + \text{carried in}_{p,t}$.
Per cell of a pot with a limit below the cost:
$y_{p,m,t,o} \le \min(k_p, \lfloor \rho_p e_o \rfloor)\, x_{m,t,o}$.
That $\sum_p y_{p,m,t,o} = e_o x_{m,t,o}$ is a sum, not a line: see ``derived``. Unit: euros.
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.outputs.verification.line import Line
from thuisplan.outputs.verification.money import money_lines
from thuisplan.outputs.verification.tables import Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of a ``deficit`` rule."""
    yield from money_lines(tables, rule, "deficit")

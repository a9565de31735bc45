r"""Social rent in the new-build programme, restated from the tables.

$\sum (1_{social} - \varphi)\, b_o x_{m,t,o} \ge 0$ per region and period (letter of June 2024: 30 % in
municipalities below the national average); ``side`` tells for which municipalities. Unit: dwellings.
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.outputs.verification.line import Line
from thuisplan.outputs.verification.shares import segment_lines
from thuisplan.outputs.verification.tables import Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of a ``social_share`` rule."""
    yield from segment_lines(tables, rule, ("social_rent",))

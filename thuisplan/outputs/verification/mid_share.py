r"""The middle segment in the new-build programme, restated from the tables.

$\sum (1_{mid} - \varphi)\, b_o x_{m,t,o} \ge 0$ per region and period, mid being mid rent and affordable
owner-occupied (letter of June 2024: 40 % in municipalities above the national average). Unit: dwellings.
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.outputs.verification.line import Line
from thuisplan.outputs.verification.shares import segment_lines
from thuisplan.outputs.verification.tables import Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of a ``mid_share`` rule."""
    yield from segment_lines(tables, rule, ("mid_rent", "affordable_owner"))

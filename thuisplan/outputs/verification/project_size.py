r"""No new project below the minimum size, restated from the tables.

Per offered cell of an option with $L_o > 1$: $x - \hat x \le 0$ or $x - \hat x \ge L_o$, in dwellings. Below
zero a commitment is not built; that is for ``commitment``, and here the margin is zero.
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.outputs.verification.line import ZERO_OR_AT_LEAST, Line
from thuisplan.outputs.verification.tables import Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of a ``project_size`` rule."""
    valid = tables.valid_open_years(rule)
    for cell in tables.offered:
        place, year, option = cell
        least = tables.options[option]["minimum_project"]
        if year in valid and least > 1:
            yield Line(
                purpose=rule.purpose,
                place=place,
                subject=option,
                period=str(year),
                lhs=tables.built.get(cell, 0) - tables.committed.get(cell, 0),
                operator=ZERO_OR_AT_LEAST,
                rhs=least,
                strength=rule.strength,
                exempt=tables.is_exempt(rule, place),
                reference=least,
            )

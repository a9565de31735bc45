"""Bound what is built apart from who is housed, where nobody has to wait.

Who is housed where follows what is built, and makes the search for a bound slow. Without the
rows of lettings the model is much smaller. Its bound holds for the whole, and where the plan
houses everybody it is nearly that of the whole.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from thuisplan.model.problem import Floats, Problem

LETTINGS = frozenset({"a", "p", "given", "taken"})
"""Quantities that say who is housed where."""

NOBODY = 1e-6
"""Below this nobody has to wait."""


def without_lettings(problem: Problem, plan: Floats) -> Problem | None:
    """Return the problem without the rows of lettings; None if that would lose what matters.

    Parameters
    ----------
    problem
        A problem with the cost of its stage.
    plan
        Values of the columns of the plan so far, length ``n``.

    Returns
    -------
    Problem or None
        A relaxation; None if nothing is let, or if anybody waits in the plan.
    """
    about = lettings_of(problem)
    if not about.any():
        return None
    measured = np.array([row.kind == "measure" for row in problem.rows])
    dropped = (abs(problem.matrix) @ about.astype(float) > 0) & ~measured
    waits = [
        position for position in problem.columns_of("slack") if dropped[problem.columns[position].key[1]]
    ]
    if plan[waits].sum() > NOBODY:
        return None
    return replace(
        problem,
        row_lower=np.where(dropped, -np.inf, problem.row_lower),
        row_upper=np.where(dropped, np.inf, problem.row_upper),
    )


def lettings_of(problem: Problem) -> NDArray[np.bool_]:
    """Return which columns say who is housed where."""
    return np.array(
        [
            column.key[0] in LETTINGS or (column.key[0] == "total" and column.name.startswith("H["))
            for column in problem.columns
        ],
        dtype=bool,
    )

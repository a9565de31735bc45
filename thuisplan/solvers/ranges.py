"""The least and the most of sums of columns in the relaxation: one linear problem, many objectives."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from thuisplan.model.problem import Floats, Problem
from thuisplan.solvers.highs import Interrupt
from thuisplan.solvers.relaxation import Relaxation

NOISE = 1e-6
"""What a bound of whole numbers may be off before it is rounded."""


def ranges(
    problem: Problem, sums: sparse.csr_matrix, deadline: float, interrupt: Interrupt
) -> tuple[Floats, Floats, bool]:
    """Return bounds of sums of whole, nonnegative columns that hold in every plan of a problem.

    Parameters
    ----------
    problem
        The problem; that columns are whole is set aside.
    sums
        One row per sum, coefficients 1.
    deadline
        Monotonic time at which to stop.
    interrupt
        Flag that ends the work.

    Returns
    -------
    least, most
        Rounded to the whole numbers that they allow. What there was no time for is bounded by zero
        and by the most of all sums together; without even that the most is infinite.
    complete
        Whether every sum was bounded by itself.

    Raises
    ------
    SolverError
        If HiGHS finds no relaxation, though there is a plan.
    """
    relaxation = Relaxation(problem)
    least, most = np.zeros(sums.shape[0]), np.full(sums.shape[0], np.inf)
    whole = np.asarray(sums.sum(axis=0), dtype=float).ravel()
    everything = relaxation.least(-whole, deadline=deadline)
    if everything is None or not np.isfinite(everything):
        return least, most, False
    most[:] = np.floor(-everything + NOISE)
    for row in range(sums.shape[0]):
        entries = np.asarray(sums[row].todense()).ravel()
        for sign in (1.0, -1.0):
            if interrupt.is_set():
                return least, most, False
            bound = relaxation.least(sign * entries, deadline=deadline)
            if bound is None:
                return least, most, False
            if sign > 0:
                least[row] = max(0.0, np.ceil(bound - NOISE * max(1.0, abs(bound))))
            else:
                most[row] = min(most[row], np.floor(-bound + NOISE * max(1.0, abs(bound))))
    return least, most, True

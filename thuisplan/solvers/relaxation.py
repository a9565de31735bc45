"""One linear problem that is solved again and again, each time from where it stands.

Only the objective or some bounds change from one question to the next: a few hundredths of a second each,
where a fresh solve takes a tenth.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import MappingProxyType

import highspy
import numpy as np

from thuisplan.model.problem import Floats, Problem
from thuisplan.solvers.highs import SolverError, check, to_lp

PRIMAL = 4
"""HiGHS' number of the primal simplex method: after a change of objective its plan is still one."""

_ENDLESS = (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible)


class Relaxation:
    """A problem without whole numbers, kept from one question to the next.

    Parameters
    ----------
    problem
        The compiled problem, with its cost.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._highs = highspy.Highs()
        for name, value in {"output_flag": False, "threads": 1}.items():
            check(self._highs.setOptionValue(name, value), f"option {name}")
        check(self._highs.passModel(to_lp(problem.relaxed())), "passModel")
        self._cost = problem.cost

    def least(
        self,
        cost: Floats | None = None,
        upper: Mapping[int, float] = MappingProxyType({}),
        deadline: float | None = None,
    ) -> float | None:
        """Return the least of an objective.

        Parameters
        ----------
        cost
            The objective, length ``n``; None for that of the problem.
        upper
            Column -> upper bound in this question only.
        deadline
            Monotonic time at which to stop; None for none.

        Returns
        -------
        float or None
            None when the time is over; minus infinity where there is no least.

        Raises
        ------
        SolverError
            If HiGHS finds no relaxation, though there is a plan.
        """
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            # HiGHS counts the time of all runs together.
            until = self._highs.getRunTime() + left
            check(self._highs.setOptionValue("time_limit", until), "option time_limit")
        self._set_cost(self._problem.cost if cost is None else cost)
        for column, level in upper.items():
            self._set_upper(column, level)
        check(self._highs.run(), "run")
        # A change of bounds takes the answer away: it is read first.
        status = self._highs.getModelStatus()
        value = float(self._highs.getInfo().objective_function_value)
        for column in upper:
            self._set_upper(column, float(self._problem.upper[column]))
        if status == highspy.HighsModelStatus.kTimeLimit:
            return None
        if status in _ENDLESS:
            return float("-inf")
        if status != highspy.HighsModelStatus.kOptimal:
            raise SolverError(f"HiGHS ended with status {self._highs.modelStatusToString(status)}.")
        return value

    def _set_cost(self, cost: Floats) -> None:
        if cost is self._cost:
            return
        check(self._highs.setOptionValue("simplex_strategy", PRIMAL), "option simplex_strategy")
        places = np.arange(len(cost), dtype=np.int32)
        check(self._highs.changeColsCost(len(cost), places, cost), "changeColsCost")
        self._cost = cost

    def _set_upper(self, column: int, level: float) -> None:
        lower = float(self._problem.lower[column])
        check(self._highs.changeColBounds(column, lower, level), "changeColBounds")

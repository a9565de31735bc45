"""Ask a stage's question the other way round, when its answer may be zero.

Whether a deviation can vanish shows no way down: a plan has it or not, and nearly every
change of a part of a good plan breaks the limits of earlier stages. So the deviation is
taken away first, whatever it costs the first stage; then it is held at its target while
the first stage's objective, which does show a way down, is brought back within its limit.
A plan that gets there closes the stage.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from thuisplan.inputs.instance import Instance
from thuisplan.model.problem import Floats, Problem
from thuisplan.model.stages import TRIVIAL_BOUND, Stage
from thuisplan.solvers.highs import Interrupt, Limits
from thuisplan.solvers.improve import Closing, improve
from thuisplan.solvers.search import GUIDES
from thuisplan.solvers.solution import StageRecord

WITHIN = 0.9
"""Part of the closing tolerance that is asked for: the rest is for what rounding loses."""


def exchange(
    instance: Instance,
    problem: Problem,
    stage: Stage,
    earlier: Sequence[StageRecord],
    plan: Floats,
    bound: float,
    limits: Limits,
    interrupt: Interrupt,
) -> Floats | None:
    """Return a plan that closes a stage within the limits of earlier ones, if one is found.

    Parameters
    ----------
    instance, problem
        The input and its problem, without the limits of any stage.
    stage
        The stage to close; tried only if its relaxation comes down to the trivial bound.
    earlier
        How the stages before it went.
    plan
        The plan so far.
    bound
        Bound of the relaxation of the stage within the limits of earlier ones.
    limits
        Its ``seconds`` bound the whole attempt; its absolute gap is that of the stage.
    interrupt
        Flag that ends the attempt.
    """
    deadline = time.monotonic() + limits.seconds
    given = next((r for r in earlier if r.limit is not None and (r.value or 0.0) > TRIVIAL_BOUND), None)
    if given is None or given.limit is None or bound > TRIVIAL_BOUND + 1e-9:
        return None
    for record in earlier:
        if record is not given and record.limit is not None:
            problem = problem.with_limit(record.stage.measures, record.limit)
    level = TRIVIAL_BOUND + WITHIN * limits.absolute_gap
    deviation = problem.with_cost(stage.measures)
    guided = problem.with_cost(_weights(stage, given, limits.absolute_gap))
    limits = limits.until(deadline)
    plan = improve(instance, deviation, guided, plan, Closing(level, 0.0, 0.0), limits, interrupt)
    if float(deviation.cost @ plan) > level:
        return None
    held = problem.with_limit(stage.measures, level).with_cost(given.stage.measures)
    goal = Closing(given.limit, 0.0, 0.0)
    plan = improve(instance, held, held, plan, goal, limits.until(deadline), interrupt)
    return plan if goal.reached(float(held.cost @ plan)) else None


def _weights(stage: Stage, given: StageRecord, gap: float) -> dict[str, float]:
    """Return what is minimised first: the deviation; a tolerance of either stage weighs the same."""
    first = given.stage
    price = gap / max(first.close_abs, first.close_rel * (given.limit or 0.0), 1e-6)
    weights = {name: price * weight for name, weight in first.measures.items()}
    for measure in stage.measures:
        weights |= GUIDES.get(measure, {})
    return weights | dict(stage.measures)

"""Why a plan is impossible, and what then: what is seen, what would have to give, and repairs that work.

Two questions: can the hard rules hold together; and if they can, can all that is asked be met as well. For
each: every family alone, in its own unit; pairs of families that are relatively cheaper, or that can where
neither can alone; larger sets where nothing smaller does; repairs as changes of the input, each solved again.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path

from thuisplan.inputs.instance import Instance
from thuisplan.model.conflicts import conflicts
from thuisplan.model.problem import Problem
from thuisplan.solvers.about_needs import AboutNeeds
from thuisplan.solvers.diagnosis import Diagnosis, Finding, Listener
from thuisplan.solvers.highs import Interrupt, write_model
from thuisplan.solvers.inquiry import Inquiry
from thuisplan.solvers.target import Target


@dataclass(frozen=True, slots=True)
class Asking:
    """How to diagnose.

    Parameters
    ----------
    seconds
        Wall time for everything together.
    needs
        ``met`` to ask at once whether all that is asked can be met; None to ask it only if the hard
        rules can hold together.
    model_file
        Where to keep the model if the solver contradicts itself; None not to.
    """

    seconds: float = 60.0
    needs: str | None = None
    model_file: Path | None = None


def diagnose(
    instance: Instance,
    problem: Problem,
    options: Asking,
    interrupt: Interrupt | None = None,
    listen: Listener | None = None,
) -> Diagnosis:
    """Find out why a plan is impossible, or why not all that is asked can be met, and what to do.

    Parameters
    ----------
    instance, problem
        The resolved input and its compiled problem.
    options
        Limits, and which question.
    interrupt
        Flag that ends the search; what was found by then is the answer.
    listen
        Hears of everything as soon as it is found.
    """
    began = time.monotonic()
    ends = began + options.seconds
    interrupt = interrupt or Interrupt()
    hear = _one_at_a_time(listen)
    seen = conflicts(problem)
    hear("rules", seen)
    rules = needs = holding = None
    if options.needs is None:
        inquiry = Inquiry("rules", Target(instance, problem), ends, interrupt, hear)
        rules = inquiry.answer()
        holding = inquiry.holding
    if rules is None or rules.status == "holds":
        needs = AboutNeeds(instance, problem, ends, interrupt, hear, holding).answer()
    model_file = None
    if options.model_file and any(q.status == "contradiction" for q in (rules, needs) if q):
        write_model(problem, options.model_file)
        model_file = options.model_file
    return Diagnosis(seen, rules, needs, model_file, time.monotonic() - began)


def _one_at_a_time(listen: Listener | None) -> Listener:
    """Return a listener that may be called from several threads."""
    lock = threading.Lock()

    def hear(question: str, found: Finding) -> None:
        if listen is not None:
            with lock:
                listen(question, found)

    return hear

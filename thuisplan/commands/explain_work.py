"""What the model says about a number in a plan: rules that bind, prices, and forced alternatives."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from thuisplan.commands.explain_question import ExplainOptions, QuestionError
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.longer_path import rules_on_path, with_longer_path
from thuisplan.inputs.raw import nearest
from thuisplan.model.build import build
from thuisplan.model.evaluate import evaluate, measure_values
from thuisplan.model.exact import ExactPlan
from thuisplan.model.local import is_elsewhere, local_columns, local_lines
from thuisplan.model.problem import Problem
from thuisplan.model.requirement import EUROS
from thuisplan.model.stages import stages
from thuisplan.outputs.explanation import Explanation
from thuisplan.outputs.explanation_forced import Alternative
from thuisplan.outputs.explanation_subject import Subject
from thuisplan.outputs.published import Published
from thuisplan.solvers.forced import Force, Level, forced
from thuisplan.solvers.highs import Interrupt, Limits
from thuisplan.solvers.prices import (
    Price,
    Priced,
    decides,
    relaxed_price,
    relaxed_prices,
    relaxed_value,
    rooms,
    solved_path_price,
    solved_price,
)

LONGEST = 9.0
"""Seconds for one forced alternative."""

HASTY = 1.0
"""Seconds that each question gets at least, however many there are."""


@dataclass(frozen=True, slots=True)
class Step:
    """A forced alternative that is to be worked out."""

    dwelling_type: str
    options: tuple[str, ...]
    before: int
    step: int


class Work:
    """The part of an explanation that takes the model.

    Parameters
    ----------
    subject
        What is explained, without the lines of rules.
    manifest
        Of the plan.
    question
        What is asked.
    interrupt
        When set, what is known so far is the answer.
    ends
        Monotonic time at which the searches end.
    """

    def __init__(
        self,
        subject: Subject,
        manifest: Mapping[str, Any],
        question: ExplainOptions,
        interrupt: Interrupt | None,
        ends: float,
    ) -> None:
        self.instance, self.question, self.manifest = subject.instance, question, manifest
        self.interrupt, self.ends = interrupt or Interrupt(), ends
        self.problem = build(self.instance)
        self.stages = stages(self.instance)
        self.values = values_of(self.problem, self.instance, subject.published)
        options = None if subject.dwelling_type is None else subject.options
        self.here = local_columns(self.problem, subject.municipality, options)
        local = local_lines(self.instance, self.problem, self.values, subject.municipality, self.here)
        self.subject = replace(subject, lines=tuple(local))
        self.wanted, self.paths = self._rooms()

    # --- without a search --------------------------------------------------------------

    def explanation(self) -> Explanation:
        """Return the explanation with prices from the relaxation."""
        return Explanation(self.subject, self.stages[0], self._relaxed_prices(), self._levels())

    def _levels(self) -> tuple[Level, ...]:
        """Return the stages as the plan closed them."""
        told = {tuple(sorted(_weights(entry).items())): entry for entry in self.manifest["stages"]}
        levels = []
        for stage in self.stages:
            entry = told.get(tuple(sorted(stage.measures.items())))
            if entry is not None:
                value = float(entry["value_published"])
                levels.append(Level(stage, value, max(value, entry["limit"] or value)))
        return tuple(levels)

    def _rooms(self) -> tuple[list[Priced], list[Priced]]:
        """Return what can give more room here: pots and shares, and growth paths."""
        found = [room for room in rooms(self.problem) if self._concerns(room.lines)]
        paths = []
        for name, rule_ids in rules_on_path(self.instance, self.subject.given).items():
            lines = tuple(
                position
                for position, requirement in enumerate(self.problem.requirements)
                if requirement.rule_id in rule_ids
            )
            if self._concerns(lines):
                paths.append(Priced(name, "path", lines))
        return found, paths

    def _concerns(self, lines: Iterable[int]) -> bool:
        """Return whether any of these lines has anything to do with what is asked about."""
        for position in lines:
            if is_elsewhere(self.instance, self.problem.requirements[position], self.subject.municipality):
                continue
            for form in self.problem.forms[position][:2]:
                if form is not None and self.here.intersection(self.problem.flat(form).columns):
                    return True
        return False

    def _relaxed_prices(self) -> tuple[Price, ...]:
        first, until = self.stages[0], (self.ends, self.interrupt)
        prices = list(relaxed_prices(self.problem, first, self.wanted, *until))
        deciding = [
            room
            for room in self.paths
            if any(decides(self.problem.requirements[line], first) for line in room.lines)
        ]
        value = relaxed_value(self.problem, first, *until) if deciding else None
        for room in self.paths:
            if room not in deciding:
                prices.append(Price(room, 0.0, 0.0, "no_part"))
                continue
            loose = None
            if value is not None and not self.interrupt.is_set() and time.monotonic() < self.ends:
                longer = build(with_longer_path(self.instance, self.subject.given, room.name))
                loose = relaxed_value(longer, first, *until)
            prices.append(relaxed_price(room, value, loose))
        return tuple(prices)

    # --- with a search -----------------------------------------------------------------

    def asked(self) -> list[Step]:
        """Return the alternatives that are asked for: one dwelling or project more, and one fewer.

        Raises
        ------
        QuestionError
            If a price is asked for that cannot be.
        """
        known = {room.name: room for room in (*self.wanted, *self.paths)}
        for name in self.question.prices:
            if name not in known:
                near = nearest(name, known)
                raise QuestionError("unknown_price", given=name, nearest=near, known=tuple(sorted(known)))
        if not self.question.more_and_less:
            return []
        kind = self.subject.dwelling_type
        steps = []
        for each in [kind] if kind is not None else sorted(self.subject.steered):
            options = self._steered(each)
            before = sum(row["dwellings"] for row in self.subject.here if row["option"] in options)
            smallest = min(self.instance.options[option].minimum_project for option in options)
            size = max(1, smallest)
            offered = any(
                place == self.subject.municipality and option in options
                for place, _, option in self.instance.offered
            )
            if offered or kind is not None:
                steps.append(Step(each, options, before, size))
            if before:
                steps.append(Step(each, options, before, -size))
        return steps

    def _steered(self, dwelling_type: str) -> tuple[str, ...]:
        """Return the options of a type that serve a need that counts; all if none does."""
        needs = [need.row for need in self.instance.needs.values()]
        served = {row.need_category for row in needs if row.decides and row.strength != "monitor"}
        options = tuple(o for o, row in self.instance.options.items() if row.dwelling_type == dwelling_type)
        counting = tuple(o for o in options if self.instance.options[o].need_category in served)
        return counting or options

    def answered(self, explanation: Explanation, steps: Sequence[Step]) -> Explanation:
        """Return the explanation with what had to be searched for."""
        alternatives = []
        left = len(steps) + len(self.question.prices)
        for step in steps:
            if self.interrupt.is_set():
                break
            force = Force(self.subject.municipality, step.options, step.step)
            limits = Limits(min(LONGEST, self._seconds(left)))
            found = forced(
                self.instance,
                self.problem,
                self.values,
                explanation.levels,
                force,
                limits,
                self.interrupt,
            )
            alternatives.append(Alternative(step.dwelling_type, step.before, found))
            left -= 1
        prices = [self._solved(price, left) for price in explanation.prices]
        return replace(explanation, prices=tuple(prices), alternatives=tuple(alternatives))

    def _solved(self, price: Price, left: int) -> Price:
        """Return a price from the first stage itself, if it is asked for and plays a part."""
        name, first = price.room.name, self.stages[0]
        if name not in self.question.prices or price.method == "no_part" or self.interrupt.is_set():
            return price
        known = self._first_stage()
        limits = Limits(self._seconds(left), relative_gap=0.0)
        if price.room.kind == "path":
            changed = with_longer_path(self.instance, self.subject.given, name)
            return solved_path_price(
                changed, build(changed), first, price.room, known, limits, self.interrupt
            )
        lines = tuple(evaluate(self.instance, self.problem, self.values))
        plan = ExactPlan(self.values, lines, measure_values(self.problem, lines, self.values), ())
        return solved_price(
            self.instance, self.problem, first, price.room, plan, known, limits, self.interrupt
        )

    def _first_stage(self) -> tuple[float, float]:
        """Return bound and best value of the first stage of the plan."""
        entry = self.manifest["stages"][0]
        value = min(v for v in (entry["value_closed"], entry["value_published"]) if v is not None)
        return float(entry["bound"] or 0.0), float(value)

    def _seconds(self, left: int) -> float:
        return max(HASTY, (self.ends - time.monotonic()) / max(1, left))


def _weights(entry: dict[str, Any]) -> dict[str, float]:
    return {part["measure"]: float(part["weight"]) for part in entry["measures"]}


def values_of(problem: Problem, instance: Instance, published: Published) -> list[Fraction | int]:
    """Return the exact values of the columns of a problem in a published plan.

    Parameters
    ----------
    problem, instance
        The input of the plan and its compiled problem.
    published
        The tables of the plan.
    """

    amounts = published.amounts(instance)
    values: dict[int, Fraction | int] = {}
    for position, column in enumerate(problem.columns):
        amount = amounts.get(column.key[0], {}).get(column.key[1:])
        if amount:
            values[position] = amount * EUROS if column.key[0] == "y" else amount
    return problem.complete(values)

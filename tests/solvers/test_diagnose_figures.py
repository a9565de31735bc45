"""Amounts where several lines state one figure, where a column has an end, and where a level is missed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from thuisplan.inputs.changes import apply
from thuisplan.solvers.diagnose import Asking, diagnose
from thuisplan.solvers.diagnosis import Question
from thuisplan.solvers.solution import Solution


def _asked(small: Any, *rows: Any, needs: bool = False, **values: Any) -> Question:
    """Return the answer to a question; every repair that is shown was solved, and solves again."""
    made = small.instance(*rows, **values)
    found = diagnose(made, small.build(made), Asking())
    question = found.needs if needs else found.rules
    assert question is not None
    assert question.status == "conflict"
    for repair in question.repairs:
        assert repair.solves
        assert isinstance(small.solve(apply(made, repair.changes)), Solution)
    return question


def _alone(question: Question) -> dict[str, Fraction | None]:
    assert all(giving.proved for giving in question.alone)
    return {giving.families[0]: giving.amount for giving in question.alone}


def _contribution(small: Any, dwellings: int, option: str = "home") -> Any:
    parameters = {"options": option, "dwellings": dwellings}
    return small.rule("min", "minimum_contribution", parameters, place=small.A)


def test_what_is_agreed_and_not_offered_has_an_end(small: Any) -> None:
    """3 are agreed, none offered: at most 3 come, so a contribution of 12 gives 9 and one of 5 gives 2."""
    agreed = small.option("home"), small.committed(small.A, "home", 3)
    for asked in (12, 5):
        alone = _alone(_asked(small, *agreed, _contribution(small, asked)))
        assert alone == {"commitment": None, "minimum_contribution": asked - 3}


def test_a_need_beyond_what_can_be_built_counts_what_has_an_end(small: Any) -> None:
    """3 agreed in A and 1 offered in B of the 12 that are needed: 8 are short, or 8 more offered in B."""
    rows = small.option("home"), small.committed(small.A, "home", 3), small.offer(small.B, "home", 1)
    alone = _alone(_asked(small, *rows, small.need("home", 12), needs=True))
    assert alone == {"availability": 8, "commitment": None, "need": 8}


def test_plans_count_once_in_the_lines_of_every_set_of_segments(small: Any) -> None:
    """Plans for 2 social homes and 5 asked: 3 more, though every set with social rent in it is short of 3."""
    rows = [
        [small.option("home"), small.market("free"), small.middle("mid")],
        [small.offer(small.A, what, 9) for what in ("home", "free", "mid")],
        small.plan(small.A, 2, "social_rent"),
        _contribution(small, 5),
    ]
    alone = _alone(_asked(small, *rows))
    assert alone == {"availability": None, "capacity": 3, "minimum_contribution": 3}


def test_an_offer_gives_in_every_line_that_states_it(small: Any) -> None:
    """3 sites for flex and 5 asked: 2 more sites, in the rule of the offer and in that of the moves."""
    rows = [
        small.option("flex", route="flex", service_life_years=2),
        small.rule("move", "flex_life", {"life_years": 10, "delay_years": 1}),
        [small.offer(small.A, "flex", 3, 2026), small.place(small.B)],
        _contribution(small, 5, "flex"),
    ]
    assert _alone(_asked(small, *rows)) == {"availability": 2, "minimum_contribution": 2}


def test_a_level_that_is_missed_in_every_year_is_missed_once(small: Any) -> None:
    """99 of 1,000 dwellings are social and 10 % is asked: 1 is short in each of three years, which is 1."""
    rows = [
        small.place(small.A, dwelling_stock=1000, social_stock=99),
        small.option("home", adds_stock=False, adds_social=False),
        small.offer(small.A, "home", 1),
        small.rule("stock", "stock_share", {"segment": "social", "share": "10 %"}, strength="hard"),
    ]
    question = _asked(small, *rows, years=3)
    alone = {giving.families[0]: giving.amount for giving in question.alone}
    assert alone == {"availability": None, "stock_share": 1}

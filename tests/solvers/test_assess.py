"""A programme is judged line by line: by hand, and as `solve` would."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.tables import Deviation, Realised
from thuisplan.model.build import build
from thuisplan.model.evaluate import evaluate
from thuisplan.model.stages import stages
from thuisplan.outputs.tables import plan_tables
from thuisplan.solvers import complete
from thuisplan.solvers.assess import assess, prepare
from thuisplan.solvers.assessed import Assessed, Impossible, Verdict
from thuisplan.solvers.solution import Solution
from thuisplan.solvers.staged import Options, solve_stages

Cell = tuple[str, int, str]


def _assessed(made: Any, programme: dict[Cell, int], **values: Any) -> Assessed:
    return assess(prepare(made, programme, **values))


def _verdict(assessed: Assessed, rule_id: str, where: str, subject: str = "", period: object = "") -> Verdict:
    """Return the verdict of one line."""
    wanted = rule_id, where, subject, str(period)
    [found] = [
        verdict
        for verdict in assessed.verdicts
        if (r := verdict.line.requirement) and (r.rule_id, r.place, r.subject, r.period) == wanted
    ]
    return found


def _said(found: Verdict) -> tuple[str, Fraction]:
    return found.verdict, found.short


def _broken(assessed: Assessed) -> dict[str, Fraction]:
    return {verdict.line.requirement.name: verdict.short for verdict in assessed.misfits}


# --- dwellings ------------------------------------------------------------------------


def test_dwellings_are_judged_without_a_solver(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """12 homes where 10 can be completed: 2 too many, and nothing is solved to say so."""

    def refuse(*_: Any) -> None:
        raise AssertionError("nothing is to be solved")

    monkeypatch.setattr(complete, "solve_or_unknown", refuse)
    made = small.instance(
        small.option("home"), small.offer(small.A, "home", 20), small.capacity(small.A, 10), years=2
    )
    found = _assessed(made, {(small.A, 2026, "home"): 12, (small.A, 2027, "home"): 10})
    assert not found.fits
    assert _broken(found) == {f"capacity[{small.A},all,2026]": 2}
    assert (found.completion, found.others) == ("nothing", "whole")
    assert found.solution.completed == {(small.A, 2026, "home"): 12, (small.A, 2027, "home"): 10}
    assert _assessed(made, {(small.A, 2026, "home"): 10}).fits


def test_what_is_not_offered_breaks_the_offer_and_counts_elsewhere(small: Any) -> None:
    """5 flats of which none are offered: 5 too many, and with 8 homes 3 above the capacity of 10."""
    made = small.instance(
        [small.option("home"), small.option("flat")], small.offer(small.A, "home", 20),
        small.capacity(small.A, 10),
    )  # fmt: skip
    found = _assessed(made, {(small.A, 2026, "home"): 8, (small.A, 2026, "flat"): 5})
    assert _broken(found) == {
        f"availability[{small.A},flat,2026]": 5,
        f"capacity[{small.A},all,2026]": 3,
    }
    assert [warning.kind for warning in found.warnings] == ["not_offered"]


def test_less_or_more_than_agreed_without_an_offer(small: Any) -> None:
    """4 agreed without an offer: 4 fit, 3 are 1 too few, 6 are 2 more than can be built."""
    made = small.instance(
        [small.option("home"), small.option("flat")], small.offer(small.A, "flat", 1),
        small.committed(small.A, "home", 4),
    )  # fmt: skip
    cell = small.A, 2026, "home"
    assert _assessed(made, {cell: 4}).fits
    assert _broken(_assessed(made, {cell: 3})) == {f"commitment[{small.A},home,2026]": 1}
    assert _broken(_assessed(made, {cell: 6})) == {f"availability[{small.A},home,2026]": 2}


def test_projects_are_whole_or_nothing(small: Any) -> None:
    """Projects of 12 at least: 7 are 5 short, 12 fit, nothing fits."""
    made = small.instance(small.option("home", minimum_project=12), small.offer(small.A, "home", 20))
    assert _broken(_assessed(made, {(small.A, 2026, "home"): 7})) == {f"project_size[{small.A},home,2026]": 5}
    assert _assessed(made, {(small.A, 2026, "home"): 12}).fits
    assert _assessed(made, {(small.A, 2026, "home"): 0}).fits


def test_realised_years_are_those_of_the_input(small: Any) -> None:
    """8 were completed in 2026; a programme that says 6, or nothing, is judged with the 8, and told so."""
    made = small.instance(
        small.option("home"), small.offer(small.A, "home", 9), small.need("home", 5),
        [Realised(municipality_code=small.A, year=2026, option="home", dwellings=8)],
        years=2, first_open_year=2027,
    )  # fmt: skip
    later = (small.A, 2027, "home")
    for said in ({}, {(small.A, 2026, "home"): 6}):
        found = _assessed(made, {**said, later: 2})
        # The need is 10 by the end of 2027: 8 + 2.
        assert _said(_verdict(found, "need", "R", "home", 2027)) == ("met", 0)
        assert [warning.kind for warning in found.warnings] == ["realised"] * len(said)
        assert found.programme == {later: 2}


def test_wrong_cells_are_refused(small: Any) -> None:
    """An unknown municipality, option or year, and fewer than zero dwellings."""
    made = small.instance(small.option("home"), small.offer(small.A, "home", 9))
    for cell, dwellings in (
        (("GM9999", 2026, "home"), 1),
        ((small.A, 2026, "house"), 1),
        ((small.A, 2031, "home"), 1),
        ((small.A, 2026, "home"), -1),
    ):
        with pytest.raises(ValueError, match=f"got {dwellings} of {cell[2]}"):
            prepare(made, {cell: dwellings})


# --- others ---------------------------------------------------------------------------


def _shared(small: Any, most: int) -> Any:
    """Return two places with half of what is built social, together; B offers so many homes."""
    return small.instance(
        [small.option("home"), small.market("free")],
        small.offer(small.A, "home", 20), small.offer(small.A, "free", 20),
        small.offer(small.B, "home", most),
        small.rule("half", "affordable_share", {"share": "1/2"}, purpose="agreement"),
    )  # fmt: skip


def test_what_others_decide_is_not_testable(small: Any) -> None:
    """8 market dwellings in A need 8 homes in A and B: with 8 in B they hold, without they do not."""
    made = _shared(small, 8)
    found = _assessed(made, {(small.A, 2026, "free"): 8})
    assert _said(_verdict(found, "half", "R", "", 2026)) == ("not_testable", 0)
    assert found.fits
    assert found.others == "none"
    # B's own lines say nothing about a programme of A.
    assert _said(_verdict(found, "availability", small.B, "home", 2026)) == ("not_testable", 0)
    assert _said(_verdict(found, "availability", small.A, "free", 2026)) == ("met", 0)


def test_what_is_broken_whatever_others_do_is_broken(small: Any) -> None:
    """B has at most 5 homes: 8 market dwellings are then 8 of 13, half of 13 is 6.5: 1.5 homes short."""
    found = _assessed(_shared(small, 5), {(small.A, 2026, "free"): 8})
    assert _said(_verdict(found, "half", "R", "", 2026)) == ("broken", Fraction(3, 2))
    assert not found.fits


def test_what_holds_whatever_others_do_is_met(small: Any) -> None:
    """Only homes in A and in B: at least half is social, whatever B builds."""
    found = _assessed(_shared(small, 5), {(small.A, 2026, "home"): 8})
    assert _said(_verdict(found, "half", "R", "", 2026)) == ("met", 0)


def test_what_others_agreed_and_may_miss_is_not_certain(small: Any) -> None:
    """5 market dwellings are agreed in B, and all 5 may be missed: 2 homes in A may be all there is."""
    agreed = {"rule_id": "commitment", "place": small.B, "subject": "free", "period": "2026"}
    rows = [
        [small.option("home"), small.market("free")],
        [
            small.offer(small.A, "home", 9),
            small.offer(small.B, "free", 5),
            small.committed(small.B, "free", 5),
        ],
        small.rule("half", "affordable_share", {"share": "1/2"}, purpose="agreement"),
    ]
    programme = {(small.A, 2026, "home"): 2}
    held = _assessed(small.instance(*rows), programme)
    # 2 of 7 are affordable whatever B adds, and half of 7 is 3.5.
    assert _said(_verdict(held, "half", "R", "", 2026)) == ("broken", Fraction(3, 2))
    missed = small.instance(*rows, Deviation(**agreed, amount=Fraction(5)))
    assert _said(_verdict(_assessed(missed, programme), "half", "R", "", 2026)) == ("not_testable", 0)


def test_a_line_of_another_place_is_not_about_the_programme(small: Any) -> None:
    """B has to have 3 homes and can have none: that is no fault of A."""
    made = small.instance(
        small.option("home"), small.offer(small.A, "home", 5), small.place(small.B),
        small.rule("each", "minimum_contribution", {"options": "home", "dwellings": 3}),
    )  # fmt: skip
    found = _assessed(made, {(small.A, 2026, "home"): 3})
    assert _said(_verdict(found, "each", small.B, "", 2026)) == ("not_testable", 0)
    assert _said(_verdict(found, "each", small.A, "", 2026)) == ("met", 0)
    assert found.fits


def test_zeros_make_a_programme_the_whole_plan(small: Any) -> None:
    """A programme that says zero for B, or that is said to be of A and B, is whole: all is testable."""
    made = _shared(small, 8)
    free = {(small.A, 2026, "free"): 8}
    for found in (
        _assessed(made, {**free, (small.B, 2026, "home"): 0}),
        _assessed(made, free, places=(small.A, small.B)),
    ):
        assert found.others == "whole"
        # Half of 8 dwellings is 4.
        assert _broken(found) == {"half[R,2026]": 4}


def test_others_may_be_planned(small: Any) -> None:
    """Asked to, the model lets B build what it takes: 8 homes where there is room, 1.5 short where not."""
    assert _assessed(_shared(small, 8), {(small.A, 2026, "free"): 8}, others="plan").fits
    found = _assessed(_shared(small, 5), {(small.A, 2026, "free"): 8}, others="plan")
    assert _broken(found) == {"half[R,2026]": Fraction(3, 2)}
    assert found.solution.completed == {(small.A, 2026, "free"): 8, (small.B, 2026, "home"): 5}


@pytest.mark.parametrize("seed", range(12))
def test_a_verdict_holds_for_every_choice_of_others(small: Any, seed: int) -> None:
    """What is met or broken for A stays so for 20 random programmes of B and C within offer and agreement."""
    rng = random.Random(seed)
    made = small.instance(
        [small.option("home"), small.market("free"), small.middle("mid")],
        [small.offer(code, what, rng.randint(0, 6))
         for code in (small.A, small.B, small.C) for what in ("home", "free", "mid")],
        small.committed(small.B, "free", rng.randint(0, 2)),
        [small.capacity(code, rng.randint(4, 12)) for code in (small.A, small.B, small.C)],
        small.need("home", rng.randint(0, 4)),
        small.rule("share", "affordable_share", {"share": f"{rng.randint(1, 9)}/10"}, purpose="agreement"),
        small.rule("steady", "steady_series", {"share": "1/5", "dwellings": 2}, purpose="agreement"),
        small.rule("least", "minimum_contribution", {"options": "home", "dwellings": 2}),
        years=2,
    )  # fmt: skip
    programme = {
        (small.A, year, what): rng.randint(0, 7) for year in made.years for what in ("home", "free", "mid")
    }
    case = prepare(made, programme)
    found = assess(case)
    for _ in range(20):
        values = {}
        for position, column in enumerate(case.problem.columns):
            if column.key[0] == "x":
                cell = column.key[1:]
                least = made.committed.get(cell, 0)
                most = max(least, made.offered.get(cell, 0))
                values[position] = programme.get(cell, rng.randint(least, most))
        for line, verdict in zip(
            evaluate(case.instance, case.problem, case.problem.complete(values)), found.verdicts, strict=True
        ):
            if verdict.verdict in ("met", "broken"):
                assert line.verdict == verdict.verdict
                assert line.slack >= verdict.short


# --- money ----------------------------------------------------------------------------


def _paid(small: Any, *pots: Any, most: int = 20, years: int = 1, **values: Any) -> Any:
    """Return homes of 10 thousand euros in A and B."""
    return small.instance(
        small.option("home", extra_cost_eur=10_000),
        small.offer(small.A, "home", most), small.offer(small.B, "home", most),
        *pots, years=years, **values,
    )  # fmt: skip


def test_own_money_is_testable_and_shared_money_is_not(small: Any) -> None:
    """Of 5 homes A's own pot of 20 thousand pays two at most; the region's 40 thousand is there for B too."""
    own = small.pot("own", "extra_cost", {2026: 20_000}, purpose="municipality", place=small.A)
    made = _paid(small, own, small.pot("all", "extra_cost", {2026: 40_000}))
    found = _assessed(made, {(small.A, 2026, "home"): 5})
    assert found.fits
    assert _said(_verdict(found, "extra_cost", small.A, "own", 2026)) == ("met", 0)
    assert _said(_verdict(found, "extra_cost", "", "all", 2026)) == ("not_testable", 0)
    assert all(v.completed for v in found.verdicts if v.line.requirement.family == "extra_cost")
    assert sum(found.solution.payments.values()) == 50_000
    # 7 homes ask 70 thousand, 10 more than both pots have: nothing that B does can mend that.
    found = _assessed(made, {(small.A, 2026, "home"): 7})
    assert sum(_broken(found).values()) == 10_000
    assert not found.fits


def test_what_others_agreed_is_paid_first(small: Any) -> None:
    """A pot of 100 thousand, 3 homes agreed in B: of A's 8 homes (80 thousand) 10 thousand is missing."""
    made = _paid(small, small.pot("all", "extra_cost", {2026: 100_000}), small.committed(small.B, "home", 3))
    assert _assessed(made, {(small.A, 2026, "home"): 7}).fits
    found = _assessed(made, {(small.A, 2026, "home"): 8})
    assert _broken(found) == {"extra_cost[all,2026]": 10_000}


def test_what_a_pot_lacks_it_owes(small: Any) -> None:
    """30 thousand a year, carried over: 4 and 3 homes lack 10 in 2026 and still in 2027; 2 and 4 fit."""
    made = _paid(
        small, small.pot("all", "extra_cost", {2026: 30_000, 2027: 30_000}, carry_over=True), years=2
    )
    cells = [(small.A, year, "home") for year in made.years] + [(small.B, 2026, "home")]
    found = _assessed(made, dict(zip(cells, (4, 3, 0), strict=True)))
    assert _broken(found) == {"extra_cost[all,2026]": 10_000, "extra_cost[all,2027]": 10_000}
    assert _assessed(made, dict(zip(cells, (2, 4, 0), strict=True))).fits


def test_the_least_violation_is_relative(small: Any) -> None:
    """10 thousand too little weighs a tenth in a pot of 100 thousand, and all in one of 10 thousand."""
    made = _paid(
        small,
        small.pot("large", "extra_cost", {2026: 100_000}),
        small.pot("tiny", "extra_cost", {2026: 10_000}),
    )
    found = _assessed(made, {(small.A, 2026, "home"): 12, (small.B, 2026, "home"): 0})
    assert _broken(found) == {"extra_cost[large,2026]": 10_000}
    assert found.completion == "best"


def test_odd_amounts_fit_to_the_euro(small: Any) -> None:
    """Three homes of 3,333 euros in pots of 3,334, 3,333 and 3,332: together 9,999, exactly what it takes."""
    pots = [
        small.pot(name, "extra_cost", {2026: euros})
        for name, euros in (("a", 3334), ("b", 3333), ("c", 3332))
    ]
    made = small.instance(small.option("home", extra_cost_eur=3333), small.offer(small.A, "home", 4), pots)
    found = _assessed(made, {(small.A, 2026, "home"): 3})
    assert found.fits
    assert sum(found.solution.payments.values()) == 9999
    assert sum(_broken(_assessed(made, {(small.A, 2026, "home"): 4})).values()) == 3333


def test_what_nobody_may_pay_is_impossible(small: Any) -> None:
    """The only pot pays in B: 3 homes in A have no payer, which is no line of a rule and does not fit."""
    made = _paid(small, small.pot("b", "extra_cost", {2026: 90_000}, purpose="municipality", place=small.B))
    found = _assessed(made, {(small.A, 2026, "home"): 3})
    assert found.impossible == (Impossible("extra_cost", small.A, 2026, "home", 3),)
    assert not found.misfits
    assert not found.fits


# --- lettings -------------------------------------------------------------------------


def test_lettings_are_chosen_in_favour_of_the_programme(small: Any) -> None:
    """10 are vacated, a hard floor of 30 % to 5 urgent households: all 5 are let, 3 at least."""
    made = small.instance(
        small.vacating(small.A, 10), small.group("homeless"), small.flow("urgent", 5), small.fits("homeless"),
        [small.option("home"), small.offer(small.A, "home", 5)],
        small.rule("share", "vacancy_share", {"form": "floor", "share": "30 %", "groups": "homeless"},
                   strength="hard", purpose="agreement"),
    )  # fmt: skip
    found = _assessed(made, {(small.A, 2026, "home"): 0})
    assert found.fits
    verdict = _verdict(found, "share", "R", "least", 2026)
    assert (verdict.verdict, verdict.completed) == ("met", True)
    assert small.let(found.solution, "urgent") == 5


def test_a_floor_that_nobody_can_fill_is_broken(small: Any) -> None:
    """10 are vacated, a hard floor of 30 %, 1 household: 2 lettings short, whatever is built."""
    made = small.instance(
        small.vacating(small.A, 10), small.group("homeless"), small.flow("urgent", 1), small.fits("homeless"),
        [small.option("home"), small.offer(small.A, "home", 5)],
        small.rule("share", "vacancy_share", {"form": "floor", "share": "30 %", "groups": "homeless"},
                   strength="hard", purpose="agreement"),
    )  # fmt: skip
    found = _assessed(made, {(small.A, 2026, "home"): 2})
    assert _broken(found) == {"share[R,least,2026]": 2}


# --- a plan of our own ------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2])
def test_a_plan_that_was_solved_fits(generate: Any, seed: int) -> None:
    """What `solve` made of a region of 4 municipalities keeps every hard line, and has all its tables."""
    made = resolve(generate(4, seed, 3))
    # Any plan will do: a fifth from the best of every stage.
    solved = solve_stages(made, build(made), stages(made), Options(gap=0.2))
    assert isinstance(solved, Solution)
    found = assess(prepare(made, solved.completed, places=tuple(made.municipalities)))
    assert found.fits, _broken(found)
    assert found.solution.completed == solved.completed
    verdicts = {v.line.requirement.name: v.verdict for v in found.verdicts if not v.completed}
    assert verdicts == {
        name: line.verdict for line in solved.lines if (name := line.requirement.name) in verdicts
    }
    assert plan_tables(made, found.solution)["plan"].num_rows == len(solved.completed)


def test_no_pot_is_short_of_what_another_can_pay(small: Any) -> None:
    """Two pots of 100 thousand a year, one for care alone: what is short is short in one line, to the euro.

    A few euros too many in another year would be a broken rule that is none.
    """
    made = small.instance(
        [small.option("home", extra_cost_eur=10_000), small.option("care", extra_cost_eur=10_000,
                                                                     dwelling_type="care_suitable")],
        [small.offer(small.A, what, 40) for what in ("home", "care")],
        small.pot("all", "extra_cost", {2026: 100_000, 2027: 100_000}, carry_over=True),
        small.pot("own", "extra_cost", {2026: 100_000, 2027: 100_000}, dwelling_types=("care_suitable",)),
        years=2,
    )  # fmt: skip
    programme = {(small.A, 2026, "care"): 13, (small.A, 2027, "care"): 15, (small.A, 2027, "home"): 7}
    found = _assessed(made, programme)
    # 130 + 150 + 70 is 350 thousand: 200 of its own pot and 150 of the 200 of the other; nothing is short.
    assert found.fits
    over = _assessed(made, programme | {(small.A, 2027, "home"): 14})
    # 70 thousand more is 420 of the 400 in both: one of them is short of 20, and nothing of a euro besides.
    assert list(_broken(over).values()) == [20_000]

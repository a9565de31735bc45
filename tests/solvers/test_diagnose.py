"""Planted conflicts: every family that alone can repair it with the right amount, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from thuisplan.inputs.changes import apply
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import Key, KeyShare
from thuisplan.model.conflicts import Conflict
from thuisplan.solvers.diagnose import Asking, diagnose
from thuisplan.solvers.diagnosis import Diagnosis, Giving, Question, Repair
from thuisplan.solvers.highs import Interrupt, Outcome
from thuisplan.solvers.solution import Solution

UNMET = ("unmet_special", "unmet_regular")


def _diagnosed(small: Any, *rows: Any, needs: str | None = None, **values: Any) -> tuple[Instance, Diagnosis]:
    made = small.instance(*rows, **values)
    return made, diagnose(made, small.build(made), Asking(needs=needs))


def _rules(small: Any, *rows: Any, **values: Any) -> Question:
    """Return what is said of hard rules that cannot hold together; every repair solves, and there are two."""
    made, found = _diagnosed(small, *rows, **values)
    assert found.rules is not None
    assert found.needs is None
    _solving(small, made, found.rules)
    return found.rules


def _needs(small: Any, *rows: Any, **values: Any) -> Question:
    """Return what is said of needs that cannot be met; there are two repairs, and in both they are met."""
    made, found = _diagnosed(small, *rows, **values)
    assert found.rules is not None
    assert found.rules.status == "holds"
    assert found.needs is not None
    _solving(small, made, found.needs)
    return found.needs


def _solving(small: Any, made: Instance, question: Question, least: int = 2) -> None:
    """Check that each repair, applied once more and solved in stages, has a plan; needs agreed on are met."""
    assert question.status == "conflict"
    assert question.unfinished == ()
    assert len(question.repairs) >= least
    assert len({repair.changes for repair in question.repairs}) == len(question.repairs)
    for repair in question.repairs:
        assert repair.solves
        result = small.solve(apply(made, repair.changes))
        assert isinstance(result, Solution), repair
        if question.code == "needs":
            assert [result.measures[name] for name in UNMET] == [0, 0], repair


def _alone(question: Question) -> dict[str, Fraction | None]:
    """Return family -> what it gives alone, None if it cannot; all of it proved."""
    assert all(giving.proved for giving in question.alone), question.alone
    return {giving.families[0]: giving.amount for giving in question.alone}


def _where(giving: Giving) -> dict[str, Fraction]:
    return {fall.requirement.name: fall.amount for fall in giving.falls}


def _together(question: Question) -> dict[tuple[str, ...], dict[str, Fraction]]:
    return {giving.families: _where(giving) for giving in question.pairs}


# --- the hard rules -------------------------------------------------------------------


def test_commitment_against_capacity(small: Any) -> None:
    """120 are agreed and 95 can be completed: 25 too many. More on offer does not help."""
    question = _rules(
        small,
        small.option("home"),
        small.offer(small.A, "home", 200),
        small.committed(small.A, "home", 120),
        small.capacity(small.A, 95),
    )
    assert _alone(question) == {"capacity": 25, "commitment": 25, "availability": None}
    assert question.helpless == ("availability",)
    # Both are one line: mixing them is never relatively cheaper than the cheaper one.
    assert question.pairs == ()
    assert question.together == ()
    # 25 of 120 is less than 25 of 95: the agreement comes first.
    first = question.repairs[0].giving
    assert first.families == ("commitment",)
    assert first.relative == Fraction(25, 120)
    assert question.conflicting is not None
    assert question.conflicting.rules == ("capacity", "commitment")
    assert question.conflicting.least


def test_of_equal_sizes_the_relatively_smallest_is_told(small: Any) -> None:
    """100 homes and 10 flats are agreed against 95: 15 too many, told of the homes: 15/100 is least."""
    question = _rules(
        small,
        [small.option("home"), small.option("flat")],
        [small.offer(small.A, code, 200) for code in ("home", "flat")],
        [small.committed(small.A, "home", 100), small.committed(small.A, "flat", 10)],
        small.capacity(small.A, 95),
    )
    [commitment] = [giving for giving in question.alone if giving.families == ("commitment",)]
    assert _where(commitment) == {f"commitment[{small.A},home,2026]": 15}
    assert commitment.relative == Fraction(15, 100)


def test_social_share_against_commitments(small: Any) -> None:
    """10 market dwellings are agreed, 2 social ones are offered, 30 % must be social.

    The rule: 30 % of 12 is 3.6, so 1.6 short. The agreement: 2 are 30 % of 6 2/3, so 4 market dwellings may
    stay and 6 go. The offer: s >= 0.3 (s + 10) asks 5 (4 are 28.6 %), so 3 more.
    """
    question = _rules(
        small,
        [small.option("home"), small.market("free")],
        [small.offer(small.A, "home", 2), small.offer(small.A, "free", 10)],
        small.committed(small.A, "free", 10),
        small.rule("share", "social_share", {"side": "all", "share": "30 %"}),
    )
    assert _alone(question) == {"social_share": Fraction(8, 5), "commitment": 6, "availability": 3}


def test_two_thirds_against_market_commitments(small: Any) -> None:
    """9 market dwellings are agreed in A, 12 affordable ones are offered in B, of one building region.

    a >= 2/3 (a + 9) asks 18: 6 more on offer. With 12 the rule is 2/3 x 21 - 12 = 2 short, and allows
    6 market dwellings: 3 of the agreement go. A alone could do nothing about it.
    """
    question = _rules(
        small,
        [small.middle("mid"), small.market("free")],
        [small.offer(small.A, "free", 9), small.offer(small.B, "mid", 12)],
        small.committed(small.A, "free", 9),
        small.region("woningbouwregio", "W", small.A, small.B),
        small.rule("share", "affordable_share"),
    )
    assert _alone(question) == {"affordable_share": 2, "commitment": 3, "availability": 6}


def test_minimum_contribution_against_exclusions(small: Any) -> None:
    """5 are asked of A by 2026, where they are excluded: the rule or the exclusion gives 5."""
    question = _rules(
        small,
        small.option("home"),
        [small.offer(code, "home", 10) for code in (small.A, small.B)],
        small.excluded(small.A, "home"),
        small.rule("least", "minimum_contribution", {"options": "home", "dwellings": 5}),
    )
    assert _alone(question) == {"exclusion": 5, "minimum_contribution": 5, "availability": None}


def test_fair_share_against_exclusions(small: Any) -> None:
    """B must deliver a third of 9, which is excluded there: 3. Of A 6 are asked, which it can."""
    question = _rules(
        small,
        small.option("home"),
        [small.offer(code, "home", 9) for code in (small.A, small.B)],
        small.need("home", 9),
        small.excluded(small.B, "home"),
        Key(key_id="k", basis="shares"),
        KeyShare(key_id="k", municipality_code=small.A, share=Fraction(2, 3)),
        KeyShare(key_id="k", municipality_code=small.B, share=Fraction(1, 3)),
        small.rule(
            "fair", "fair_share", {"key": "k", "options": "home", "dead_band_dwellings": 0}, strength="hard"
        ),
        measures=("unmet_special", "fair_share_max"),
    )
    assert _alone(question) == {"exclusion": 3, "fair_share": 3, "availability": None}


def test_project_size_against_a_small_cap(small: Any) -> None:
    """5 care-suitable dwellings are asked, projects begin at 12 and 8 can be completed.

    A project of 8 is 4 too small; for one of 12 the capacity is 4 short; or the 5 are not asked.
    Without whole projects 5/12 of one would do: only whole numbers see this.
    """
    question = _rules(
        small,
        small.option("care", dwelling_type="care_suitable", minimum_project=12),
        small.offer(small.A, "care", 20),
        small.capacity(small.A, 8),
        small.rule("least", "minimum_contribution", {"options": "care", "dwellings": 5}),
    )
    assert _alone(question) == {
        "project_size": 4,
        "capacity": 4,
        "minimum_contribution": 5,
        "availability": None,
    }


def test_cap_of_vacancies_against_a_floor(small: Any) -> None:
    """Of 10 vacated at most 20 % and at least 50 % goes to those who wait: 2 and 5, so 3 apart.

    Only this kind of rule can give; as one of both does, there are two repairs.
    """
    made, found = _diagnosed(
        small,
        small.vacating(small.A, 10),
        small.group("homeless"),
        small.flow("urgent", 20),
        small.fits("homeless"),
        [
            small.rule(
                form,
                "vacancy_share",
                {"form": form, "share": share, "groups": "homeless"},
                strength="hard",
            )
            for form, share in (("cap", "20 %"), ("floor", "50 %"))
        ],
    )
    question = found.rules
    assert question is not None
    _solving(small, made, question)
    assert _alone(question) == {"vacancy_share": 3}
    gives = [{fall.requirement.rule_id for fall in repair.giving.falls} for repair in question.repairs]
    assert sorted(gives, key=str) == [{"cap"}, {"floor"}]
    assert [bool(repair.avoiding) for repair in question.repairs] == [False, True]


def test_only_whole_numbers_see_it(small: Any) -> None:
    """5 care-suitable and 5 clustered ones are asked; projects begin at 12 and 20 can be completed.

    24 do not fit in 20: capacity 4, or a project of 8 (4 too small), or one of both 5. The relaxation has
    room enough, with 5/12 of each.
    """
    types = {"care": "care_suitable", "clustered": "clustered"}
    question = _rules(
        small,
        [small.option(name, dwelling_type=kind, minimum_project=12) for name, kind in types.items()],
        [small.offer(small.A, name, 30) for name in types],
        small.capacity(small.A, 20),
        [
            small.rule(f"least-{name}", "minimum_contribution", {"options": name, "dwellings": 5})
            for name in types
        ],
    )
    assert _alone(question) == {
        "project_size": 4,
        "capacity": 4,
        "minimum_contribution": 5,
        "availability": None,
    }


def test_a_date_that_cannot_be_kept(small: Any) -> None:
    """5 by 2026, when A has capacity for 1: 4 more then, or 4 fewer asked. In 2027 there is room enough."""
    question = _rules(
        small,
        small.option("home"),
        small.offer(small.A, "home", 10),
        [small.capacity(small.A, 1, year=2026), small.capacity(small.A, 10, year=2027)],
        small.rule("least", "minimum_contribution", {"options": "home", "dwellings": 5, "by_year": 2026}),
        years=2,
    )
    assert _alone(question) == {"capacity": 4, "minimum_contribution": 4, "availability": None}
    [capacity] = [giving for giving in question.alone if giving.families == ("capacity",)]
    assert _where(capacity) == {f"capacity[{small.A},all,2026]": 4}


def test_two_at_once(small: Any) -> None:
    """In A 120 agreed against 95; of B 5 asked of what is excluded. No family alone, four pairs.

    Relative sizes: 25/120 of the agreement or 25/95 of the capacity, and 5/5 of what is asked or 5 of
    the exclusion (whose reference is one dwelling).
    """
    question = _rules(
        small,
        small.option("home"),
        [small.offer(code, "home", 200) for code in (small.A, small.B)],
        small.committed(small.A, "home", 120),
        small.capacity(small.A, 95),
        small.excluded(small.B, "home"),
        small.rule("least", "minimum_contribution", {"options": "home", "dwellings": 5}, place=small.B),
    )
    families = ("availability", "capacity", "commitment", "exclusion", "minimum_contribution")
    assert _alone(question) == dict.fromkeys(families)
    in_a = {"capacity": f"capacity[{small.A},all,2026]", "commitment": f"commitment[{small.A},home,2026]"}
    in_b = {"exclusion": f"exclusion[{small.B},home,2026]", "minimum_contribution": f"least[{small.B},2026]"}
    assert _together(question) == {
        tuple(sorted((one, other))): {in_a[one]: 25, in_b[other]: 5} for one in in_a for other in in_b
    }
    assert [giving.relative for giving in question.pairs] == [
        Fraction(25, 120) + 1,
        Fraction(25, 95) + 1,
        Fraction(25, 120) + 5,
        Fraction(25, 95) + 5,
    ]
    assert all(giving.proved for giving in question.pairs)
    assert question.conflicting is not None
    assert question.conflicting.least
    assert question.conflicting.rules in (("capacity", "commitment"), ("exclusion", "least"))


def test_a_pair_that_is_cheaper_than_each_alone(small: Any) -> None:
    """40 agreed against 10 in A, and in B 200 market dwellings agreed with 10 social ones on offer.

    A gives 30/40 of the agreement or 30/10 of the capacity. B: 30 % of 210 is 63, so the rule gives 53 of
    its reference 63 (30 % of 210 offered); the agreement gives 177 of 200 (10 are 30 % of 33.3). Agreements
    alone: 0.75 + 0.885; with the rule in B: 0.75 + 53/63 = 1.591, and that is less.
    """
    question = _rules(
        small,
        [small.option("home"), small.market("free")],
        [
            small.offer(small.A, "home", 40),
            small.offer(small.B, "home", 10),
            small.offer(small.B, "free", 200),
        ],
        [small.committed(small.A, "home", 40), small.committed(small.B, "free", 200)],
        small.capacity(small.A, 10),
        small.rule("share", "social_share", {"side": "all", "share": "30 %"}),
    )
    assert _alone(question) == {
        "commitment": 30 + 177,
        "capacity": None,
        "social_share": None,
        "availability": None,
    }
    cheapest = question.pairs[0]
    assert cheapest.families == ("commitment", "social_share")
    assert cheapest.relative == Fraction(30, 40) + Fraction(53, 63)
    assert cheapest.proved
    # Neither of these can alone; with more social dwellings on offer B needs 86 of 286.
    assert {giving.families for giving in question.pairs} == {
        ("commitment", "social_share"),
        ("capacity", "social_share"),
        ("availability", "capacity"),
    }


def test_three_conflicts_take_all_families(small: Any) -> None:
    """Three conflicts without a family in common: no pair is enough, all together give the cheapest of each.

    A: 25/120 of the agreement (25/95 of the capacity). B: 5 of 5 asked (5 of the exclusion). C: 10 vacated,
    at most 2 and at least 5: 3 of the 5 that is the reference of the floor (or of the cap's 2).
    """
    question = _rules(
        small,
        small.option("home"),
        [
            small.offer(small.A, "home", 200),
            small.committed(small.A, "home", 120),
            small.capacity(small.A, 95),
        ],
        [small.offer(small.B, "home", 9), small.excluded(small.B, "home")],
        small.rule("least", "minimum_contribution", {"options": "home", "dwellings": 5}, place=small.B),
        small.vacating(small.C, 10),
        small.group("homeless"),
        small.flow("urgent", 20),
        small.fits("homeless"),
        [
            small.rule(
                form, "vacancy_share", {"form": form, "share": s, "groups": "homeless"}, strength="hard"
            )
            for form, s in (("cap", "20 %"), ("floor", "50 %"))
        ],
        small.region("agreement", "R", small.A, small.B, small.C),
    )
    assert {giving.outcome for giving in question.alone} == {"cannot"}
    assert question.pairs == ()
    [together] = question.together
    assert together.families == ("commitment", "minimum_contribution", "vacancy_share")
    assert [amount for _, _, amount in together.by_unit] == [25, 5, 3]
    assert together.relative == Fraction(25, 120) + 1 + Fraction(3, 5)
    assert together.proved


# --- all that is asked ----------------------------------------------------------------


def test_budget_against_need(small: Any) -> None:
    """5 homes are asked at 10,000 euros each and there is 10,000: 40,000 more, or 4 homes fewer."""
    question = _needs(
        small,
        small.option("home", extra_cost_eur=10_000),
        small.offer(small.A, "home", 10),
        small.need("home", 5),
        small.pot("state", "extra_cost", {2026: 10_000}),
    )
    assert _alone(question) == {"extra_cost": 40, "need": 4, "availability": None}
    assert {giving.families[0]: giving.unit for giving in question.alone} == {
        "availability": "dwellings",
        "extra_cost": "kEUR",
        "need": "dwellings",
    }
    assert question.beyond == ()


def test_project_size_against_small_needs(small: Any) -> None:
    """5 care-suitable dwellings are asked and 8 offered, projects begin at 12.

    The offer gives 4, a project of 8 is 4 too small, or the 5 are not asked.
    """
    question = _needs(
        small,
        small.option("care", dwelling_type="care_suitable", minimum_project=12),
        small.offer(small.A, "care", 8),
        small.need("care", 5),
    )
    assert _alone(question) == {"availability": 4, "project_size": 4, "need": 5}


def test_what_is_missing_counts_once_over_the_years(small: Any) -> None:
    """4 a year are asked and 2 a year can be completed: 6 short in 2028, not 2 + 4 + 6.

    What the need gives is 2 more each year. Capacity gives 6 as well, in whichever year.
    """
    question = _needs(
        small,
        small.option("home"),
        small.offer(small.A, "home", 9),
        small.need("home", 4),
        small.capacity(small.A, 2),
        years=3,
    )
    assert _alone(question) == {"need": 6, "capacity": 6, "availability": None}
    [need] = [giving for giving in question.alone if giving.families == ("need",)]
    assert _where(need) == {f"need[{small.REGION},home,{year}]": 2 for year in (2026, 2027, 2028)}


def test_what_cannot_be_met_whatever_gives_is_told_first(small: Any) -> None:
    """3 a year are asked, and nothing is offered in 2026: 3 stay open then and later, whatever gives.

    Of the rest 3 by 2027 and 1 can be completed: capacity gives 2, or the need.
    """
    question = _needs_but(
        small,
        small.option("home"),
        small.offer(small.A, "home", 9, year=2027),
        small.need("home", 3),
        small.capacity(small.A, 1, year=2027),
        years=2,
    )
    assert [(fall.requirement.name, fall.amount) for fall in question.beyond] == [
        (f"need[{small.REGION},home,2026]", 3)
    ]
    assert _alone(question) == {"capacity": 2, "need": 2, "availability": None}


def _needs_but(small: Any, *rows: Any, **values: Any) -> Question:
    """Return what is said of needs of which some cannot be met at all."""
    _, found = _diagnosed(small, *rows, **values)
    assert found.needs is not None
    assert found.needs.status == "conflict"
    assert len(found.needs.repairs) >= 2
    assert all(repair.solves for repair in found.needs.repairs)
    return found.needs


def test_needs_that_cannot_be_met_at_all_leave_nothing_to_give(small: Any) -> None:
    """Nothing is offered of what is asked: 3 stay open, and beyond that everything holds."""
    _, found = _diagnosed(
        small,
        [small.option("home"), small.option("other")],
        small.offer(small.A, "other", 3),
        small.need("home", 3),
    )
    assert found.needs is not None
    assert (found.needs.status, [fall.amount for fall in found.needs.beyond]) == ("holds", [3])


def test_what_limits_each_need_and_what_all_of_them_take(small: Any) -> None:
    """Care is short of 20,000 euros and of a capacity that homes could leave to it; homes are short of 4.

    6 homes and 3 places are asked of a capacity of 5, a place costs 10,000 and there is 10,000. Homes alone
    are 1 short of capacity; places alone 2 short of money. Together capacity 4 and 20,000 euros.
    """
    question = _needs(
        small,
        [small.option("home"), small.option("care", extra_cost_eur=10_000)],
        [small.offer(small.A, code, 10) for code in ("home", "care")],
        [small.need("home", 6), small.need("care", 3)],
        small.capacity(small.A, 5),
        small.pot("state", "extra_cost", {2026: 10_000}),
    )
    # 1 place is paid, so 2 stay open; then 4 homes fit: 2 of them stay open too.
    assert _alone(question) == {"need": 4, "capacity": None, "extra_cost": None, "availability": None}
    [pair] = [giving for giving in question.pairs if "need" not in giving.families]
    assert pair.families == ("capacity", "extra_cost")
    assert pair.by_unit == (("capacity", "dwellings", 4), ("extra_cost", "kEUR", 20))
    limited = {
        one.requirement.subject: {giving.families[0]: giving.amount for giving in one.giving}
        for one in question.limited
    }
    assert limited == {"home": {"capacity": 1}, "care": {"extra_cost": 20}}


def test_everything_holds(small: Any) -> None:
    """Where every need can be met there is nothing to give, nothing to repair and nothing to see."""
    rows = [small.option("home"), small.offer(small.A, "home", 9), small.need("home", 5)]
    _, found = _diagnosed(small, rows)
    assert found.conflicts == ()
    for question in (found.rules, found.needs):
        assert question is not None
        assert (question.status, question.alone, question.repairs) == ("holds", (), ())


def test_needs_can_be_asked_at_once(small: Any) -> None:
    """With ``needs="met"`` the hard rules and the needs are one question: 120 and 5 against 95."""
    _, found = _diagnosed(
        small,
        [small.option("home"), small.option("other")],
        [small.offer(small.A, "home", 200), small.offer(small.A, "other", 9)],
        small.committed(small.A, "home", 120),
        small.need("other", 5),
        small.capacity(small.A, 95),
        needs="met",
    )
    assert found.rules is None
    assert found.needs is not None
    assert _alone(found.needs) == {
        "capacity": 30,
        "commitment": 30,
        "need": None,
        "availability": None,
    }


# --- when it does not go by itself ------------------------------------------------------


def _conflicting(small: Any) -> Iterator[Any]:
    yield small.option("home")
    yield small.offer(small.A, "home", 200)
    yield small.committed(small.A, "home", 120)
    yield small.capacity(small.A, 95)


def test_what_is_found_is_heard_of_in_order(small: Any) -> None:
    """Conflicts come first, then what families give, then repairs."""
    made = small.instance(list(_conflicting(small)))
    heard: list[tuple[str, str]] = []

    def listen(question: str, found: Any) -> None:
        kind = "conflicts" if isinstance(found, tuple) else type(found).__name__
        heard.append((question, kind))
        if kind == "conflicts":
            assert all(isinstance(one, Conflict) for one in found)

    diagnose(made, small.build(made), Asking(), listen=listen)
    assert heard[0] == ("rules", "conflicts")
    kinds = [kind for _, kind in heard]
    assert kinds.index(Giving.__name__) < kinds.index(Repair.__name__)
    assert kinds[-1] == "ConflictingRules"


def test_no_time_is_said(small: Any) -> None:
    """Without time nothing is known, nothing is claimed, and what was left out is named."""
    made = small.instance(list(_conflicting(small)))
    interrupt = Interrupt()
    interrupt.set()
    found = diagnose(made, small.build(made), Asking(seconds=0.0), interrupt)
    assert found.rules is not None
    assert found.rules.status in ("unknown", "conflict")
    assert found.rules.repairs == ()
    assert {"alone", "conflicting"} <= set(found.rules.unfinished)
    assert not any(giving.outcome == "cannot" for giving in found.rules.alone)


def test_a_solver_that_contradicts_itself_is_told(
    small: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A solver that calls the problem infeasible when nothing may give, and needs nothing when it may."""
    from thuisplan.solvers import highs

    real = highs.solve

    def lies(problem: Any, *values: Any, **named: Any) -> Outcome:
        outcome = real(problem, *values, **named)
        if problem.columns_of("gives"):
            return outcome
        return replace(outcome, stopped="infeasible", values=None, objective=None)

    made = small.instance(
        small.option("home"), small.offer(small.A, "home", 9), small.committed(small.A, "home", 3)
    )
    monkeypatch.setattr(highs, "solve", lies)
    kept = tmp_path / "model.mps"
    found = diagnose(made, small.build(made), Asking(model_file=kept))
    assert found.rules is not None
    assert found.rules.status == "contradiction"
    assert found.rules.repairs == ()
    assert (found.model_file, kept.exists()) == (kept, True)

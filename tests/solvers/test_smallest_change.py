"""The smallest change that makes a programme fit: by hand, and against counting out every programme."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from thuisplan.inputs.resolve import resolve
from thuisplan.model.build import build
from thuisplan.model.stages import stages
from thuisplan.solvers import smallest_change as module
from thuisplan.solvers.assess import Case, assess, prepare
from thuisplan.solvers.assessed import SmallestChange
from thuisplan.solvers.highs import Interrupt
from thuisplan.solvers.smallest_change import smallest_change
from thuisplan.solvers.solution import Solution
from thuisplan.solvers.staged import Options, solve_stages

Cell = tuple[str, int, str]


def _changed(made: Any, programme: dict[Cell, int], may_move: str, **values: Any) -> SmallestChange:
    return smallest_change(prepare(made, programme, **values), may_move, Options(seconds=20.0))


def _cells(found: SmallestChange) -> dict[Cell, int]:
    return {(c.municipality, c.year, c.option): c.dwellings for c in found.changes}


def _homes(small: Any, *rows: Any, years: int = 2) -> Any:
    """Return homes and market dwellings in A, of which 10 a year can be completed."""
    return small.instance(
        [small.option("home"), small.market("free")],
        small.offer(small.A, "home", 20), small.offer(small.A, "free", 20), small.capacity(small.A, 10),
        *rows, years=years,
    )  # fmt: skip


def test_years_move_and_totals_stay(small: Any) -> None:
    """12 and 5 homes where 10 a year can be completed: two move to 2027, and no fewer will do."""
    found = _changed(_homes(small), {(small.A, 2026, "home"): 12, (small.A, 2027, "home"): 5}, "years")
    assert _cells(found) == {(small.A, 2026, "home"): -2, (small.A, 2027, "home"): 2}
    assert (found.size, found.added, found.removed, found.bound, found.proved) == (2, 2, 2, 2, True)
    assert found.after is not None
    assert found.after.fits


def test_types_move_within_a_municipality(small: Any) -> None:
    """10 market dwellings, 30 % must be social: 3 become homes in the same year, which is all there is."""
    share = small.rule("share", "social_share", {"side": "all", "share": "30 %"})
    found = _changed(_homes(small, share, years=1), {(small.A, 2026, "free"): 10}, "types")
    assert _cells(found) == {(small.A, 2026, "free"): -3, (small.A, 2026, "home"): 3}
    assert (found.size, found.proved) == (3, True)


def test_what_goes_is_replaced_where_that_makes_the_change_no_larger(small: Any) -> None:
    """12 where 10 can be: 2 fewer is size 2, and so it is with these 2 in the next year, of the same kind."""
    found = _changed(_homes(small), {(small.A, 2026, "home"): 12}, "all")
    assert _cells(found) == {(small.A, 2026, "home"): -2, (small.A, 2027, "home"): 2}
    assert (found.size, found.added, found.removed, found.proved) == (2, 2, 2, True)


def test_nothing_is_kept_where_all_may_move(small: Any) -> None:
    """25 where two years hold 10 each: 5 go and there is no room for them anywhere."""
    programme = {(small.A, 2026, "home"): 13, (small.A, 2027, "home"): 12}
    found = _changed(_homes(small), programme, "all")
    assert _cells(found) == {(small.A, 2026, "home"): -3, (small.A, 2027, "home"): -2}
    assert (found.size, found.added, found.removed, found.proved) == (5, 0, 5, True)


def test_size_is_the_larger_of_more_and_fewer(small: Any) -> None:
    """7 market and 1 home in a year, half must be social: 3 market become homes, 4 and 4, at size 3.

    Adding homes alone would take 6 more where there is room for 2; removing market alone 6 fewer.
    """
    share = small.rule("share", "social_share", {"side": "all", "share": "1/2"})
    programme = {(small.A, 2026, "free"): 7, (small.A, 2026, "home"): 1}
    found = _changed(_homes(small, share, years=1), programme, "all")
    assert (found.size, found.bound, found.proved) == (3, 3, True)
    assert found.after is not None
    assert found.after.fits


def test_where_none_does_it_is_said_with_what_stays_and_what_wider_gives(small: Any) -> None:
    """25 homes in two years of 10: no year and no type makes room; 5 fewer do, and that is proved."""
    programme = {(small.A, 2026, "home"): 13, (small.A, 2027, "home"): 12}
    found = _changed(_homes(small), programme, "years")
    assert (found.stopped, found.size, found.proved, found.after) == ("infeasible", None, True, None)
    # The 25 stay: 5 too many in the two years together.
    assert sum(v.short for v in found.stay) == 5
    assert {v.line.requirement.family for v in found.stay} == {"capacity"}
    assert found.wider is not None
    assert (found.wider.may_move, found.wider.stopped) == ("types", "infeasible")
    assert found.wider.wider is not None
    assert (found.wider.wider.may_move, found.wider.wider.size) == ("all", 5)


def test_a_line_that_no_dwelling_touches_cannot_be_mended(small: Any) -> None:
    """10 are vacated, a hard floor of 30 % and 1 household: no programme fits, however wide."""
    made = _homes(
        small, small.vacating(small.A, 10), small.group("homeless"), small.flow("urgent", 1),
        small.fits("homeless"),
        small.rule("share", "vacancy_share", {"form": "floor", "share": "30 %", "groups": "homeless"},
                   strength="hard", purpose="agreement"), years=1,
    )  # fmt: skip
    found = _changed(made, {(small.A, 2026, "home"): 2}, "all")
    assert (found.stopped, found.size, found.wider) == ("infeasible", None, None)
    assert [v.line.requirement.name for v in found.stay] == ["share[R,least,2026]"]


def test_what_is_not_offered_goes_elsewhere(small: Any) -> None:
    """5 homes in 2027, offered in 2026 only: they move there; what others build is left as agreed."""
    made = small.instance(
        small.option("home"), small.offer(small.A, "home", 9, 2026), small.offer(small.B, "home", 9),
        small.committed(small.B, "home", 2), years=2,
    )  # fmt: skip
    found = _changed(made, {(small.A, 2026, "home"): 1, (small.A, 2027, "home"): 5}, "years")
    assert _cells(found) == {(small.A, 2026, "home"): 5, (small.A, 2027, "home"): -5}
    assert found.after is not None
    assert found.after.solution.completed == {(small.A, 2026, "home"): 6, (small.B, 2026, "home"): 2}


def test_shared_money_is_kept_and_shared_dwellings_are_not_tested(small: Any) -> None:
    """A pot of 100 thousand and 3 homes agreed in B leave 7 of A's 9 homes; half social together is free.

    Market dwellings come instead of the other 2. Homes cost 10 thousand, and 20 market dwellings in A make
    the half depend on B: it is not testable.
    """
    made = small.instance(
        [small.option("home", extra_cost_eur=10_000), small.market("free")],
        [small.offer(code, what, 40) for code in (small.A, small.B) for what in ("home", "free")],
        small.pot("all", "extra_cost", {2026: 100_000}), small.committed(small.B, "home", 3),
        small.rule("half", "affordable_share", {"share": "1/2"}, purpose="agreement"),
    )  # fmt: skip
    programme = {(small.A, 2026, "home"): 9, (small.A, 2026, "free"): 20}
    found = _changed(made, programme, "all")
    assert _cells(found) == {(small.A, 2026, "home"): -2, (small.A, 2026, "free"): 2}
    planned = _changed(made, programme, "all", others="plan")
    # With B planned as well: 10 homes can be paid for in all, so 10 market dwellings go too: 2 + 10.
    assert (planned.size, planned.proved) == (12, True)


def test_projects_and_pots_together(small: Any) -> None:
    """A project of 6 of at least 12 at 1,000 euros each and 15 thousand: nothing is as far as 6 more."""
    made = small.instance(
        small.option("home", minimum_project=12, extra_cost_eur=1000), small.offer(small.A, "home", 20),
        small.pot("p", "extra_cost", {2026: 15_000}),
    )  # fmt: skip
    found = _changed(made, {(small.A, 2026, "home"): 6}, "all")
    assert (found.size, found.proved) == (6, True)
    # 5 are 5 from nothing and 7 from a project.
    assert _changed(made, {(small.A, 2026, "home"): 5}, "all").size == 5
    # 18 ask 3 thousand too much.
    assert _cells(_changed(made, {(small.A, 2026, "home"): 18}, "all")) == {(small.A, 2026, "home"): -3}


# --- stopping ---------------------------------------------------------------------------


def test_without_time_nothing_is_claimed(small: Any) -> None:
    """An interrupt before the search: no change, no proof, and nothing wider is tried."""
    stopped = Interrupt()
    stopped.set()
    case = prepare(_homes(small), {(small.A, 2026, "home"): 12, (small.A, 2027, "home"): 5})
    found = smallest_change(case, "years", Options(seconds=0.0), stopped)
    assert found.wider is None
    assert found.size is None or found.after is not None
    if found.size is None:
        assert not found.proved


def test_an_unknown_freedom_is_refused(small: Any) -> None:
    """Only years, types and all."""
    with pytest.raises(ValueError, match="got some"):
        smallest_change(prepare(_homes(small), {(small.A, 2026, "home"): 1}), "some")


def test_a_change_that_does_not_hold_is_sought_again(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first judgement refuses the change: the line it names is tightened by what is short."""
    case = prepare(_homes(small), {(small.A, 2026, "home"): 12})
    refused: list[Case] = []

    def judge(changed: Case, *values: Any) -> Any:
        if not refused:
            refused.append(changed)
            # 12 homes are 2 above capacity.
            return assess(case, *values)
        return assess(changed, *values)

    monkeypatch.setattr(module, "assess", judge)
    found = smallest_change(case, "all", Options(seconds=20.0))
    # Tightened by 2: 8 remain. The first bound, 2, is still that of all changes.
    assert (found.size, found.bound, found.proved) == (4, 2, False)


# --- against counting -------------------------------------------------------------------

PLACES = ("GM0001", "GM0002")


def _programmes(case: Case, most: int) -> Iterator[dict[Cell, int]]:
    cells = [c.key[1:] for c in case.problem.columns if c.key[0] == "x"]
    for numbers in product(range(most + 1), repeat=len(cells)):
        yield dict(zip(cells, numbers, strict=True))


def _kept(may_move: str, programme: dict[Cell, int]) -> dict[tuple[str, str], int]:
    result: dict[tuple[str, str], int] = {}
    for (code, _, what), number in programme.items():
        key = {"years": (code, what), "types": (code, ""), "all": ("", "")}[may_move]
        result[key] = result.get(key, 0) + (0 if may_move == "all" else number)
    return result


@pytest.mark.parametrize("seed", range(8))
def test_sizes_are_the_least_of_all_programmes(small: Any, seed: int) -> None:
    """Every programme of 6 cells of 0 to 3 dwellings, counted out: the least size per freedom, or none."""
    rng = random.Random(seed)
    made = small.instance(
        [small.option("home"), small.market("free")],
        [small.offer(PLACES[0], what, 3) for what in ("home", "free")],
        small.offer(PLACES[1], "free", 3),
        [small.capacity(place, rng.randint(1, 4)) for place in PLACES],
        small.rule("half", "affordable_share",
                   {"share": f"{rng.randint(1, 4)}/5", "periods": "horizon"}, purpose="agreement"),
        small.rule("least", "minimum_contribution", {"options": "home", "dwellings": rng.randint(0, 4)},
                   place=PLACES[0]),
        years=2,
    )  # fmt: skip
    cells = [(PLACES[0], 2026, "home"), (PLACES[0], 2027, "home"), (PLACES[0], 2026, "free"),
             (PLACES[0], 2027, "free"), (PLACES[1], 2026, "free"), (PLACES[1], 2027, "free")]  # fmt: skip
    given = {cell: rng.randint(0, 3) for cell in cells}
    case = prepare(made, given)
    share = made.parameters(next(r for r in made.rules() if r.rule_id == "half")).share
    least = made.parameters(next(r for r in made.rules() if r.rule_id == "least")).dwellings

    def allowed(programme: dict[Cell, int]) -> bool:
        for place in PLACES:
            for year in made.years:
                built = sum(n for (p, t, _), n in programme.items() if (p, t) == (place, year))
                if built > made.capacity[place, None, year]:
                    return False
        homes = sum(n for (_, _, what), n in programme.items() if what == "home")
        return homes >= share * sum(programme.values()) and homes >= least

    best: dict[str, int] = {}
    for programme in _programmes(case, 3):
        if allowed(programme):
            more = sum(max(0, programme[cell] - given[cell]) for cell in cells)
            fewer = sum(max(0, given[cell] - programme[cell]) for cell in cells)
            for freedom in ("years", "types", "all"):
                if _kept(freedom, programme) == _kept(freedom, given):
                    best[freedom] = min(max(more, fewer), best.get(freedom, 99))
    assert assess(case).fits == allowed(given)
    for freedom in ("years", "types", "all"):
        found = smallest_change(case, freedom, Options(seconds=20.0))
        assert found.size == best.get(freedom)
        assert found.proved


# --- a plan of our own ------------------------------------------------------------------


def test_thirty_dwellings_too_many_are_put_right_with_thirty(generate: Any) -> None:
    """A plan of `solve`, with 30 dwellings of others moved to one municipality: named, and put right.

    Moving them back is a change of 30, so the smallest is no larger.
    """
    made = resolve(generate(4, 1, 2))
    # Any plan will do: a fifth from the best of every stage.
    solved = solve_stages(made, build(made), stages(made), Options(gap=0.2))
    assert isinstance(solved, Solution)
    programme, left = dict(solved.completed), 30
    place = min(made.municipalities, key=lambda code: made.municipalities[code].inhabitants or 0)
    for cell, number in sorted(solved.completed.items(), key=lambda item: -item[1]):
        if cell[0] != place and left:
            moved = min(number, left)
            there = (place, *cell[1:])
            programme[cell] = number - moved
            programme[there] = programme.get(there, 0) + moved
            left -= moved
    assert left == 0
    case = prepare(made, programme, places=tuple(made.municipalities))
    found = assess(case)
    assert not found.fits
    assert {v.line.requirement.place for v in found.misfits} >= {place}
    change = smallest_change(case, "all", Options(seconds=20.0))
    assert change.size is not None
    assert 0 < change.size <= 30
    assert change.proved
    assert change.after is not None
    assert change.after.fits

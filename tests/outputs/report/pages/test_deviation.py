"""What building less means for the others: hand arithmetic, and the same plan published with less."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from thuisplan.inputs.tables import Key, KeyShare
from thuisplan.outputs.report.pages.page_deviation import (
    Deviation,
    NeedWithout,
    ShareWithout,
    deviation_section,
    fewer,
)
from thuisplan.outputs.report.pages.page_index import PlanIndex
from thuisplan.outputs.report.plan_view import PlanView


@pytest.mark.parametrize(("dwellings", "tenth"), [(0, 0), (1, 1), (10, 1), (11, 2), (600, 60)])
def test_a_tenth_is_rounded_up(dwellings: int, tenth: int) -> None:
    """Of 11 dwellings a tenth is 1.1: fewer than 2 is less than a tenth."""
    assert fewer(dwellings) == tenth


@pytest.mark.parametrize(
    ("margin", "norm", "here", "may_go", "may_change"),
    [
        # L - 0.3 B = 25.6: one fewer takes 0.7 off, 25.6 / 0.7 = 36.57; one that changes takes 1 off.
        (25.6, 30.0, 100, 36, 25),
        # Two thirds: one fewer takes a third off, 10 / (1/3) = 30.
        (10.0, 200 / 3, 100, 30, 10),
        # No more can go than there is.
        (25.6, 30.0, 20, 20, 20),
        # Exactly at the norm nothing may go; below it neither.
        (0.0, 30.0, 20, 0, 0),
        (-158.8, 30.0, 20, 0, 0),
        # Of a rule that asks all of the programme, leaving out keeps the share.
        (0.0, 100.0, 20, 20, 0),
    ],
)
def test_a_share_rule_holds_up_to_a_number_of_dwellings(
    margin: float, norm: float, here: int, may_go: int, may_change: int
) -> None:
    """So many may be left out, or become something else, before the rule breaks."""
    found = ShareWithout({"margin": margin, "norm_pct": norm}, here)
    assert (found.may_go, found.may_change) == (may_go, may_change)


def test_one_dwelling_more_than_may_go_breaks_the_rule() -> None:
    """The bounds are sharp: 70 of 200 social at 30 % has 10 to spare; 14 may go, and 15 may not.

    (70 - 14) - 0.3 x (200 - 14) = 0.2; (70 - 15) - 0.3 x (200 - 15) = -0.5. Changed: 60 = 0.3 x 200.
    """
    found = ShareWithout({"margin": 10.0, "norm_pct": 30.0}, 70)
    assert found.may_go == 14
    assert (70 - 14) - Fraction(3, 10) * (200 - 14) >= 0 > (70 - 15) - Fraction(3, 10) * (200 - 15)
    assert found.may_change == 10


def test_a_surplus_of_the_region_is_used_up_first() -> None:
    """Needed 20, delivered 22: 5 fewer is 3 short; and a shortfall of 2 becomes 7."""
    assert NeedWithout({"required": 20, "delivered": 22}, 5).shortfall(5) == 3
    assert NeedWithout({"required": 20, "delivered": 22}, 5).shortfall(2) == 0
    assert NeedWithout({"required": 20, "delivered": 18}, 5).shortfall(5) == 7


@pytest.fixture(scope="module")
def by_hand(small: Any, view_of: Any) -> Callable[..., PlanView]:
    """Return a function that views a plan of three municipalities, written by hand, with some clustered in A.

    A has 20 clustered dwellings unless said otherwise, B 6 and C 4, of 28 that are needed; the key gives
    A a half, B 3/10 and C 1/5.
    """
    a, b, c = small.A, small.B, small.C
    shares = {a: Fraction(1, 2), b: Fraction(3, 10), c: Fraction(1, 5)}
    rows = [
        small.option("clustered", dwelling_type="clustered"),
        small.need("clustered", 14),
        Key(key_id="k", basis="shares"),
        *(KeyShare(key_id="k", municipality_code=code, share=share) for code, share in shares.items()),
        *(small.offer(code, "clustered", 20) for code in (a, b, c)),
        small.rule(
            "fair",
            "fair_share",
            {"key": "k", "needs": "clustered", "options": "clustered"},
            purpose="agreement",
        ),
    ]

    def view(here: int = 20, exempt: str = "") -> PlanView:
        built = {(a, 2026, "clustered"): here, (b, 2026, "clustered"): 6, (c, 2027, "clustered"): 4}
        freed = [small.exempt("fair", exempt)] if exempt else []
        return view_of(small.instance(*rows, *freed, years=2), None, "nl", x=built)

    return view


def test_the_key_divides_a_tenth_over_the_others(by_hand: Any, small: Any, table_of: Any) -> None:
    """A tenth of 20 is 2; B and C have 3/10 and 1/5, 3 to 2: quotas 1.2 and 0.8, so 1 each."""
    section = deviation_section(PlanIndex(by_hand()), small.A)
    table = table_of(section, "deviation_others")
    assert [column.code for column in table.columns] == ["municipality", "extra", "room"]
    assert [row[:2] for row in table.rows] == [(small.B, 1), (small.C, 1)]
    assert table.total(1) == fewer(20)


def test_who_is_exempt_is_asked_nothing(by_hand: Any, small: Any, table_of: Any) -> None:
    """With C exempt from the rule, B is asked both dwellings of the tenth."""
    section = deviation_section(PlanIndex(by_hand(exempt=small.C)), small.A)
    assert [row[:2] for row in table_of(section, "deviation_others").rows] == [(small.B, 2)]


def test_room_is_not_told_where_capacity_is_unknown(by_hand: Any, small: Any, table_of: Any) -> None:
    """No capacity in the input: what others can still take is unknown, and no sentence says otherwise."""
    section = deviation_section(PlanIndex(by_hand()), small.A)
    assert [row[2] for row in table_of(section, "deviation_others").rows] == [None, None]
    assert not any("jaarcapaciteit" in sentence for sentence in section.lead)


@pytest.mark.parametrize("left_out", [2, 20])
def test_the_shortfall_told_is_that_of_the_plan_published_with_less(
    by_hand: Any, small: Any, table_of: Any, read: Any, left_out: int
) -> None:
    """The table says what the needs of a plan with 2 or 20 fewer in A say: 28 needed, 30 delivered."""
    view, less = by_hand(), by_hand(20 - left_out)
    [row] = table_of(deviation_section(PlanIndex(view), small.A), "deviation_needs").rows
    needs = read(less, "needs")
    [shortfall] = needs[needs.year == 2027].shortfall
    assert row[1:3] == (20, 0)
    assert row[3 if left_out == 2 else 4] == shortfall == left_out - 2


def test_nothing_is_said_of_who_builds_nothing(by_hand: Any, small: Any) -> None:
    """Without dwellings there is nothing to leave out."""
    assert deviation_section(PlanIndex(by_hand(0)), small.A) is None


def test_what_the_others_have_left_is_the_sum_of_their_yearly_margins(
    three: Any, read: Any, small: Any
) -> None:
    """Room = capacity less what is completed, over six years: A and B have 5 and 6 a year, C has none."""
    view = three("nl")
    plan, index = read(view, "plan"), PlanIndex(view)
    for code, yearly in ((small.A, 5), (small.B, 6)):
        options = [o for o, row in view.instance.options.items() if row.uses_capacity]
        used = plan[(plan.municipality_code == code) & plan.option.isin(options)].dwellings.sum()
        assert index.room[code] == 6 * yearly - used
    assert small.C not in index.room


def test_needs_and_rules_of_regions_are_told_with_the_numbers_of_the_plan(three: Any, read: Any) -> None:
    """Every need and share rule of a region that a municipality adds to, recomputed with pandas."""
    view = three("nl")
    index, plan, needs, rules = PlanIndex(view), read(view, "plan"), read(view, "needs"), read(view, "rules")
    options = view.instance.options
    for code in view.names:
        deviation = Deviation(index, code)
        told = {one.row["need_id"]: one for one in deviation.needs()}
        for need_id, one in told.items():
            [row] = needs[(needs.need_id == need_id) & (needs.year == 2031)].to_dict("records")
            serving = [o for o, r in options.items() if r.need_category == row["need_category"]]
            mine = plan[(plan.municipality_code == code) & plan.option.isin(serving)]
            lives = [options[o].service_life_years or 99 for o in mine.option]
            there = [y + life > 2031 for y, life in zip(mine.year, lives, strict=True)]
            assert one.here == mine.dwellings[there].sum() > 0
            assert one.shortfall(one.here) == max(0, row["required"] - row["delivered"] + one.here)
        for share in deviation.shares():
            first, _, last = share.row["period"].partition("-")
            mine = plan[(plan.municipality_code == code) & plan.year.between(int(first), int(last or first))]
            counting = [o for o, r in options.items() if r.in_programme and r.segment != "market"]
            assert share.here == mine[mine.option.isin(counting)].dwellings.sum() > 0
            same = rules[(rules.rule_id == share.row["rule_id"]) & (rules.period == share.row["period"])]
            assert float(share.margin) == pytest.approx(same[same.place == share.row["place"]].margin.item())


def test_parts_are_told_only_where_they_prove_the_whole(three: Any) -> None:
    """For every line of a region the parts of municipalities sum to its result, or there are none."""
    index = PlanIndex(three("nl"))
    proved = 0
    for row in index.view.rows("rules"):
        if row["place"] not in index.view.names:
            parts = index.parts(row)
            assert not parts or sum(parts.values()) == pytest.approx(row["lhs"])
            proved += bool(parts)
    assert proved
    wrong = {**next(row for row in index.view.rows("rules") if row["family"] == "affordable_share")}
    assert index.parts({**wrong, "rule_id": "other", "lhs": wrong["lhs"] + 1}) == {}


def test_in_a_plan_of_one_municipality_there_are_no_others(small: Any, view_of: Any, table_of: Any) -> None:
    """Its own needs are told: 3 needed and 3 built, so a tenth (1) fewer is 1 short, and none is 3 short."""
    instance = small.instance(
        small.option("clustered", dwelling_type="clustered"),
        small.need("clustered", 3, purpose="municipality", place=small.A),
        small.offer(small.A, "clustered", 5),
    )
    view = view_of(instance, None, "nl", x={(small.A, 2026, "clustered"): 3})
    section = deviation_section(PlanIndex(view), small.A)
    assert section.title == "Wat minder bouwen betekent"
    assert [item.code for item in section.items] == ["deviation_needs"]
    [row] = table_of(section, "deviation_needs").rows
    assert row[1:] == (3, 0, 1, 3)


def test_its_own_needs_are_told_beside_those_of_regions(three: Any, read: Any) -> None:
    """A has rooms of its own need: with none of them its own shortfall is what it needs."""
    view = three("nl")
    needs = read(view, "needs")
    [asked] = needs[(needs.need_id == "room-A") & (needs.year == 2031)].required
    told = {one.row["need_id"]: one for one in Deviation(PlanIndex(view), "GM0001").needs()}
    assert told["room-A"].shortfall(told["room-A"].here) == asked
    assert "room-B" not in told


def test_needs_of_an_area_that_is_not_whole_are_not_told_as_short(small: Any, view_of: Any) -> None:
    """R has five municipalities of which three are in the input: the others build for its need too."""
    instance = small.instance(
        small.region("province", "P", small.A, small.B, small.C, size=5),
        small.option("clustered", dwelling_type="clustered"),
        small.need("clustered", 3, purpose="province", place="P"),
        small.offer(small.A, "clustered", 5),
    )
    view = view_of(instance, None, "nl", x={(small.A, 2026, "clustered"): 3})
    assert Deviation(PlanIndex(view), small.A).needs() == []


def test_rules_in_regions_apart_give_each_its_tenth_to_all_receivers(
    small: Any, view_of: Any, table_of: Any
) -> None:
    """A divides with B by one rule and with C by another: nobody is dropped, and each tenth is divided whole.

    A has 20 of what each rule counts, so 2 for B and 2 for C.
    """
    a, b, c = small.A, small.B, small.C
    rows = [
        small.region("woningbouwregio", "W", a, b),
        small.region("woonzorgregio", "Z", a, c),
        small.option("clustered", dwelling_type="clustered"),
        small.need("clustered", 14, purpose="woningbouwregio", place="W"),
        small.need("clustered", 14, purpose="woonzorgregio", place="Z", need_id="other"),
        Key(key_id="k", basis="shares"),
        *(KeyShare(key_id="k", municipality_code=code, share=Fraction(1, 3)) for code in (a, b, c)),
        small.offer(a, "clustered", 20),
        small.rule(
            "w", "fair_share", {"key": "k", "needs": "clustered", "options": "clustered"},
            purpose="woningbouwregio",
        ),
        small.rule(
            "z", "fair_share", {"key": "k", "needs": "other", "options": "clustered"},
            purpose="woonzorgregio",
        ),
    ]  # fmt: skip
    view = view_of(small.instance(*rows), None, "nl", x={(a, 2026, "clustered"): 20})
    table = table_of(deviation_section(PlanIndex(view), a), "deviation_others")
    assert {row[0]: row[1:3] for row in table.rows} == {b: (2, 0), c: (0, 2)}
    assert (table.total(1), table.total(2)) == (fewer(20), fewer(20))

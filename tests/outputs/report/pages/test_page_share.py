"""Why a municipality has its share: what all deliver together, and how the share grows, by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from thuisplan.inputs.periods import Period
from thuisplan.inputs.tables import Key
from thuisplan.outputs.report.pages import page_share
from thuisplan.outputs.report.pages.page_index import PlanIndex
from thuisplan.outputs.report.pages.page_share import growth_path, shortfall_shared
from thuisplan.outputs.report.plan_view import PlanView


@pytest.fixture(scope="module")
def path(small: Any, view_of: Any) -> Callable[..., PlanView]:
    """Return a function that views a plan of A and B with a key that grows from dwellings to inhabitants.

    A has 60 of 100 dwellings and 20 of 100 inhabitants; 2025 is 60 %, 2026 40 % and 2027 20 %. Of 10
    clustered dwellings a year its target is 4 + 2 = 6 of 20, where 20 % of 20 is 4.
    """
    a, b = small.A, small.B

    def view(built: dict[str, int], language: str = "nl") -> PlanView:
        instance = small.instance(
            small.place(a, dwelling_stock=60, inhabitants=20, name="Aalst"),
            small.place(b, dwelling_stock=40, inhabitants=80, name="Beek"),
            small.region("agreement", "R", a, b),
            small.option("clustered", dwelling_type="clustered"),
            small.need("clustered", 10),
            Key(
                key_id="k",
                basis="inhabitants",
                start_basis="dwelling_stock",
                path_first_year=2025,
                path_last_year=2027,
            ),
            *(small.offer(code, "clustered", 20) for code in (a, b)),
            small.rule(
                "fair",
                "fair_share",
                {"key": "k", "needs": "clustered", "options": "clustered"},
                purpose="agreement",
            ),
            years=2,
        )
        x = {(code, 2026, "clustered"): number for code, number in built.items()}
        return view_of(instance, None, language, x=x)

    return view


def test_a_shortfall_is_told_with_what_all_deliver(path: Callable[..., PlanView], small: Any) -> None:
    """A delivers 2 of its 6, but all together only 8 of 20: by the settlement 2.4 of those 8 belong in A.

    All 8 come in 2026 at 40 %: 3.2 belong here, rounded 3, and the plan gives 2: 1 fewer.
    """
    index = PlanIndex(path({small.A: 2, small.B: 6}))
    [end] = index.ends(small.A)
    assert round(index.settled["fair", small.A]["target"], 6) == 3.2
    assert shortfall_shared(index, end) == (
        "In R komen er 8 van de 20; daarvan horen er volgens de sleutel 3 hier; "
        "het plan geeft er 2 (1 minder)."
    )


def test_no_shortfall_is_shared_where_the_task_is_delivered(
    path: Callable[..., PlanView], small: Any
) -> None:
    """Together 20 of 20: what A lacks is its own."""
    index = PlanIndex(path({small.A: 2, small.B: 18}))
    [end] = index.ends(small.A)
    assert shortfall_shared(index, end) == ""


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("nl", ("in 2026 40 % van 10, dat is 4", "in 2027 20 % van 10, dat is 2", "20 % van 20 (4)")),
        ("en", ("in 2026 40% of 10, which is 4", "in 2027 20% of 10, which is 2", "20% of 20 (4)")),
    ],
)
def test_the_target_adds_up_the_shares_of_the_years(
    path: Callable[..., PlanView],
    small: Any,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    parts: tuple[str, ...],
) -> None:
    """40 % of 10 and 20 % of 10 is 6, and not the 20 % of 20 that the last share would give."""
    monkeypatch.setattr(page_share, "five_years", lambda years: [_one(year) for year in years])
    index = PlanIndex(path({small.A: 2}, language))
    [told] = growth_path(index, small.A)
    for part in (*parts, " 6, "):
        assert part in told


def _one(year: int) -> Period:
    return Period(year, year)


def test_a_period_of_years_has_its_first_and_last_share(path: Callable[..., PlanView], small: Any) -> None:
    """2026-2027 are in one part of five years: 40 % to 20 % of 20 is 6."""
    [told] = growth_path(PlanIndex(path({small.A: 2})), small.A)
    assert "in 2026-2027 40 % tot 20 % van 20, dat is 6" in told


def test_a_share_that_stays_the_same_has_no_path(three: Any, small: Any) -> None:
    """A half every year: there is nothing to tell."""
    assert list(growth_path(PlanIndex(three("nl")), small.A)) == []

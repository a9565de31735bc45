"""The regional examples: what each plan shows is what its docstring works out by hand.

A plan is published only if the verifier finds the same in the written files.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from thuisplan import commands
from thuisplan.inputs.examples import EXAMPLES
from thuisplan.inputs.examples.ijmond import STOCK
from thuisplan.inputs.examples.ijmond import TOWNS as IJMOND
from thuisplan.inputs.examples.legal_fallback import TOWNS as FALLBACK
from thuisplan.inputs.examples.noordoost_brabant import TOWNS as BRABANT

Rows = list[dict[str, Any]]
Plan = Callable[[str], Path]


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Return a maker of plans: an example as written for people, solved and published."""
    made: dict[str, Path] = {}

    def make(name: str) -> Path:
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            given = commands.new(folder / "input", name, None, False, "en")
            options = commands.SolveOptions(time_limit=120, gap=None, threads=1, seed=0, xlsx=False)
            solved = commands.solve(given, folder / "plan", options)
            assert solved.folder is not None
            assert solved.folder.manifest["status"]["stopped"] == "closed"
            made[name] = solved.folder.path
        return made[name]

    return make


def rows(folder: Path, table: str) -> Rows:
    return pq.read_table(folder / f"{table}.parquet").to_pylist()  # type: ignore[no-any-return,no-untyped-call]


def total(found: Rows, column: str, *by: str, **only: Any) -> Any:
    """Return the sum of a column of the rows with these values; per key if asked for."""
    chosen = [row for row in found if all(row[name] == value for name, value in only.items())]
    if not by:
        return sum(row[column] for row in chosen)
    result: dict[Any, Any] = {}
    for row in chosen:
        key = row[by[0]] if len(by) == 1 else tuple(row[name] for name in by)
        result[key] = result.get(key, 0) + row[column]
    return result


def waiting(folder: Path, year: int) -> float:
    return sum(row["waiting_after"] for row in rows(folder, "waiting_list") if row["year"] == year)


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "stedendriehoek"])
def test_hard_rules_hold_and_every_verdict_is_as_it_should_be(plan: Plan, name: str) -> None:
    """Hard rules hold; of the others only waiting lists, pitches and a monitored share are short."""
    broken = {row["family"] for row in rows(plan(name), "rules") if row["verdict"] == "broken"}
    assert broken <= {"waiting_list", "own_first", "fair_share"}
    assert not [r for r in rows(plan(name), "rules") if r["strength"] == "hard" and r["verdict"] == "broken"]


def test_gmr_lets_23_and_then_25_per_cent(plan: Plan) -> None:
    # 23 % and 25 % of 4,500; of 1,300 a year 6 x 1,300 - 1,035 - 5 x 1,125 = 1,140 wait in the end.
    folder = plan("gmr")
    let = total(rows(folder, "allocations"), "households", "year")
    assert let == {2025: 1_035, **dict.fromkeys(range(2026, 2031), 1_125)}
    assert waiting(folder, 2030) == 1_140
    assert total(rows(folder, "vacancies"), "regular", year=2030) == 3_375


def test_gmr_divides_what_is_let_by_inhabitants_from_2026(plan: Plan) -> None:
    # The dead band is one dwelling a year; Arnhem has 165 of the 528 thousand inhabitants.
    folder = plan("gmr")
    let = total(rows(folder, "allocations"), "households", "municipality_code", "year")
    by_2030 = sum(number for (code, year), number in let.items() if code == "GM0202")
    # In 2025 the share is half-way between vacancies (1,700 of 4,500) and inhabitants.
    share = 165 / 528
    expected = 1_035 * (1_700 / 4_500 + share) / 2 + 5 * 1_125 * share
    assert abs(by_2030 - expected) <= 1


def test_ijmond_houses_one_a_year_per_thousand_households(plan: Plan) -> None:
    # 178,000 households and 178 dwellings.
    folder = plan("ijmond")
    let = total(rows(folder, "allocations"), "households", "municipality_code", "year")
    assert sum(town.households or 0 for town in IJMOND.values()) == 178_000
    for code, town in IJMOND.items():
        for year in range(2025, 2035):
            assert 1_000 * let[code, year] == town.households
    assert sum(let.values()) == 1_780
    assert waiting(folder, 2034) == 10 * (200 - 178)


def test_ijmond_divides_over_corporations_by_stock(plan: Plan) -> None:
    # Haarlem: 79 by 12 : 8 : 4 is 39.5, 26.3 and 13.2; the largest remainder gets the last one.
    found = rows(plan("ijmond"), "corporations")
    haarlem = [r["lettings"] for r in found if (r["municipality_code"], r["year"]) == ("GM0392", 2025)]
    assert haarlem == [40, 26, 13]
    assert {code: sum(stock) for code, stock in STOCK.items()} == {c: t.social for c, t in IJMOND.items()}


def test_brabant_builds_at_home_first_and_then_below_the_mean(plan: Plan) -> None:
    # 247 pitches on 190,000 dwellings are 1.3 per 1,000.
    assert (
        sum(t.pitches or 0 for t in BRABANT.values())
        / sum(t.dwellings or 0 for t in BRABANT.values())
        * 1_000
        == 1.3
    )
    folder = plan("noordoost-brabant")
    built = total(rows(folder, "plan"), "dwellings", "municipality_code")
    assert (built.pop("GM0796"), built.pop("GM0828")) == (10, 10)
    assert sum(built.values()) == 15
    assert set(built) <= {"GM0757", "GM0865", "GM1721", "GM1948"}
    assert built["GM1721"] >= 5
    assert built["GM1948"] >= 5
    assert total(rows(folder, "funding"), "amount_eur") == 35 * 29_500 == 1_032_500


def test_rivierenland_fills_a_site_only_with_enough_workers_of_its_own(plan: Plan) -> None:
    # Oracle (m) 9: of 100 places at least 80, at most 10 and 10; with 40 of its own at most 40 / 0.8 = 50.
    folder = plan("rivierenland")
    found = rows(folder, "allocations")
    per_host = total(found, "households", "municipality_code", "year")
    assert per_host == {
        (code, year): most for code, most in (("GM0281", 100), ("GM0297", 50)) for year in range(2027, 2031)
    }
    for year in range(2027, 2031):
        own = total(found, "households", municipality_code="GM0281", year=year, flow_id="work_tiel")
        outside = total(found, "households", municipality_code="GM0281", year=year, flow_id="work_outside")
        assert own >= 80
        assert outside <= 10
        assert (
            total(found, "households", municipality_code="GM0297", year=year, flow_id="work_zaltbommel") == 40
        )
    assert waiting(folder, 2030) == 4 * (250 - 150)


def test_fryslan_reaches_30_per_cent_and_settles_afterwards(plan: Plan) -> None:
    # 600 and 120 of 2,400; five years of 300 - 180 in Leeuwarden, at 5,000 euros.
    folder = plan("fryslan")
    assert total(rows(folder, "allocations"), "households", "year") == dict.fromkeys(range(2026, 2031), 720)
    settled = {r["municipality_code"]: (r["difference"], r["amount_eur"]) for r in rows(folder, "settlement")}
    assert settled == {
        "GM0074": (-50, -250_000),
        "GM0080": (600, 3_000_000),
        "GM0090": (50, 250_000),
        "GM1900": (-200, -1_000_000),
        "GM1940": (-200, -1_000_000),
        "GM1949": (-200, -1_000_000),
    }


def test_the_law_offers_15_per_cent_beside_permit_holders(plan: Plan) -> None:
    # 15 % of 3,220 is 483, in every municipality a whole number.
    folder = plan("legal-fallback")
    found = rows(folder, "allocations")
    urgent = total(found, "households", "municipality_code", year=2028, flow_id="urgent_seekers")
    assert urgent == {code: 15 * (town.vacancies or 0) // 100 for code, town in FALLBACK.items()}
    assert (sum(urgent.values()), sum(town.vacancies or 0 for town in FALLBACK.values())) == (483, 3_220)
    assert total(found, "households", year=2028, group="permit_holders") == 348
    assert waiting(folder, 2032) == 5 * (1_170 - 483) == 3_435
    # The agreement: 30 % with permit holders.
    assert 3_220 * 30 // 100 - 348 - 483 == 135


def test_a_subsidy_pays_for_its_group_its_years_and_what_stands_long_enough(plan: Plan) -> None:
    # 8 n <= 120 gives 15 a year; with 4 n of the scheme 30, in the years it is open.
    folder = plan("subsidy")
    flex = [row for row in rows(folder, "plan") if row["option"].startswith("flex")]
    assert total(flex, "dwellings", "year") == {2026: 15, 2027: 30, 2028: 30, 2029: 15, 2030: 15}
    assert waiting(folder, 2030) == 150 - 105
    paid = rows(folder, "funding")
    scheme = [row for row in paid if row["pot_id"] == "scheme"]
    assert {row["option"] for row in scheme} == {"flex_15"}
    assert total(scheme, "amount_eur", "year") == {2027: 120_000, 2028: 120_000}
    assert {row["option"] for row in paid if row["pot_id"] == "pitches"} == {"pitch_new"}


def test_an_unspent_earmark_lapses(plan: Plan) -> None:
    # Pitches: five years of 100,000 less 2 x 29,500. The scheme: all of 2026, and 80,000 in 2027 and in 2028.
    lapsed = total(rows(plan("subsidy"), "finance"), "lapsed_eur", "pot_id", "year")
    assert sum(euros for (pot, _), euros in lapsed.items() if pot == "pitches") == 5 * 41_000
    assert [lapsed["scheme", year] for year in (2026, 2027, 2028)] == [200_000, 80_000, 80_000]

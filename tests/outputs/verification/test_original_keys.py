"""Keys with factors, bounds and overrides are computed anew from the input as given; tampering is found."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thuisplan.inputs.key_shares import within_bounds
from thuisplan.inputs.read import copy_input, read_scenario
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.write import write_folder
from thuisplan.outputs.verification import Problem
from thuisplan.outputs.verification.original import check_original
from thuisplan.outputs.verification.original_keys import _fitted
from thuisplan.outputs.verification.resolved import read_settings, read_tables
from thuisplan.outputs.verification.tables import Tables

F = Fraction

# Inhabitants 5 : 3 : 2, social dwellings 2 : 1 : 1, jobs 10, 30 and 50.
GIVEN = {
    "scenario.toml": """
        format = 1
        name = "keys"
        first_year = 2026
        last_year = 2028""",
    "municipalities.csv": """
        code,name,boundary_year,inhabitants,dwelling_stock,social_stock
        GM0001,Adorp,2026,5000,2400,1000
        GM0002,Beveen,2026,3000,1400,500
        GM0003,Cehout,2026,2000,1000,500""",
    "municipality_figures.csv": """
        municipality_code,figure,value
        GM0001,jobs,10
        GM0002,jobs,30
        GM0003,jobs,50""",
    "options.csv": """
        option,dwelling_type,route,segment,extra_cost_eur,deficit_eur
        rent,social_regular,new_build,social_rent,0,0""",
    "availability.csv": """
        municipality_code,option,from_year,max_per_year
        *,*,2026,10""",
    "needs.csv": """
        need_id,purpose,place,need_category,from_year,central
        rent,municipality,GM0001,social_regular,2026,4""",
    "keys.csv": """
        key_id,basis,method,start_basis,path_first_year,path_last_year,total,apportionment
        added,factors,,,,,,webster
        times,factors,multiplicative,social_stock,2026,2028,,
        held,inhabitants,,,,,200,
        listed,shares,,,,,100,""",
    "key_factors.csv": """
        key_id,basis,role,weight,low,high
        added,inhabitants,,3,,
        added,social_stock,,,,
        times,inhabitants,baseline,,,
        times,jobs,factor,,0.5,1.5""",
    "key_bounds.csv": """
        key_id,municipality_code,floor,cap
        held,GM0001,,30 %
        held,GM0002,,40 %
        listed,GM0003,10 %,""",
    "key_overrides.csv": """
        key_id,municipality_code,change,agreed_by
        held,GM0001,6,all
        held,GM0003,-6,all
        listed,GM0001,-2,all
        listed,GM0002,2,all""",
    "key_shares.csv": """
        key_id,municipality_code,year,share
        listed,GM0001,,3/4
        listed,GM0002,,1/4
        listed,GM0001,2027,1/2
        listed,GM0002,2027,1/2""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a plan folder that holds only the input, as given and resolved."""
    original = tmp_path / "given"
    original.mkdir()
    for name, text in GIVEN.items():
        lines = (line.strip() for line in text.strip().splitlines())
        (original / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "input" / "original").mkdir(parents=True)
    copy_input(original, tmp_path / "input" / "original")
    scenario, _ = read_scenario(original)
    write_folder(resolve(scenario).scenario, tmp_path / "input" / "resolved", None)
    return tmp_path


def check(folder: Path) -> list[Problem]:
    problems: list[Problem] = []
    settings, resolved = read_settings(folder, problems), read_tables(folder, problems)
    assert settings is not None
    assert resolved is not None
    check_original(folder, Tables(settings, resolved, {}, {}), problems)
    return problems


def shares(folder: Path) -> tuple[list[str], list[list[str]]]:
    text = (folder / "input" / "resolved" / "key_shares.csv").read_text(encoding="utf-8")
    heading, *rows = csv.reader(io.StringIO(text, newline=""))
    return heading, rows


def write(folder: Path, name: str, rows: list[list[str]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    (folder / "input" / "resolved" / f"{name}.csv").write_text(stream.getvalue(), encoding="utf-8")


def test_the_shares_by_hand_are_accepted(folder: Path) -> None:
    """The resolved shares are those of hand arithmetic, and the second computation agrees.

    added: 3/4 x 1/2 + 1/4 x 1/2 = 1/2, 23/80, 17/80. times: from social stock (1/2) in 2026 to 5/17 in 2028
    (0.25, 0.3 and 0.3 of 0.85), halfway 27/68. held: 30 %, 40 % and so 30 %, then 6 of 200 goes from the
    third to the first. listed: 10 % for the third leaves 90 %, in 2027 in halves; 2 of 100 to the second.
    """
    assert check(folder) == []
    heading, rows = shares(folder)
    places = [heading.index(name) for name in ("key_id", "municipality_code", "year", "share")]
    found = {(row[places[0]], row[places[1]], row[places[2]]): F(row[places[3]]) for row in rows}
    assert len(rows) == 4 * 3 * 3
    for year in ("2026", "2027", "2028"):
        assert [found["added", f"GM000{n}", year] for n in (1, 2, 3)] == [F(1, 2), F(23, 80), F(17, 80)]
        assert [found["held", f"GM000{n}", year] for n in (1, 2, 3)] == [F(33, 100), F(2, 5), F(27, 100)]
    assert [found["times", "GM0001", year] for year in ("2026", "2027", "2028")] == [
        F(1, 2), F(27, 68), F(5, 17),
    ]  # fmt: skip
    assert [found["listed", f"GM000{n}", "2026"] for n in (1, 2, 3)] == [
        F(675, 1000) - F(2, 100), F(225, 1000) + F(2, 100), F(1, 10),
    ]  # fmt: skip
    assert [found["listed", f"GM000{n}", "2027"] for n in (1, 2, 3)] == [F(43, 100), F(47, 100), F(1, 10)]


def test_nothing_of_it_counts_twice(folder: Path) -> None:
    """Factors, bounds and overrides are not in the resolved input; put back, they are found."""
    for name in ("key_factors", "key_bounds", "key_overrides"):
        assert not (folder / "input" / "resolved" / f"{name}.csv").exists()
    write(
        folder,
        "key_bounds",
        [["key_id", "municipality_code", "floor", "cap", "source"], ["held", "GM0001", "", "1/2", ""]],
    )
    [problem] = check(folder)
    assert (problem.code, problem.values["table"]) == ("derived_unexpected", "key_bounds")


@pytest.mark.parametrize("key", ["added", "times", "held", "listed"])
def test_a_tampered_share_is_found(key: str, folder: Path) -> None:
    """One dwelling in a thousand moved from one municipality to another: the sum is right, the key is not."""
    heading, rows = shares(folder)
    key_id, share = heading.index("key_id"), heading.index("share")
    first, second = [row for row in rows if row[key_id] == key][:2]
    first[share] = str(F(first[share]) + F(1, 1000))
    second[share] = str(F(second[share]) - F(1, 1000))
    write(folder, "key_shares", [heading, *rows])
    found = check(folder)
    assert {problem.code for problem in found} >= {"derived_differs"}
    differing = [p for p in found if p.code == "derived_differs"]
    assert [p.values["column"] for p in differing] == ["share", "share"]
    assert all(str(p.values["key"]).startswith(key) for p in differing)


PARTS = st.lists(st.integers(0, 30), min_size=1, max_size=8).filter(any)
BOUND = st.fractions(0, 1, max_denominator=12)


@given(PARTS, st.dictionaries(st.integers(0, 7), st.tuples(BOUND, BOUND)))
def test_the_two_ways_of_keeping_to_bounds_agree(
    parts: list[int], bounds: dict[int, tuple[Fraction, Fraction]]
) -> None:
    """Fixing who is out of bounds, round after round, and looking for the scale: the same shares."""
    shares_ = {str(place): F(part, sum(parts)) for place, part in enumerate(parts)}
    floors = {str(p): min(pair) for p, pair in bounds.items() if p < len(parts)}
    caps = {str(p): max(pair) for p, pair in bounds.items() if p < len(parts)}
    room = sum(caps.get(p, F(1)) if share else floors.get(p, F(0)) for p, share in shares_.items())
    if room < 1 or sum(floors.values()) > 1:
        return
    assert _fitted(shares_, floors, caps) == within_bounds(shares_, floors, caps)[0]

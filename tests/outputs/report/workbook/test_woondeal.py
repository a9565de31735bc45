"""The sheets for the woondeal: every number is a sum of the published plan, every total a formula."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from thuisplan.inputs.resolve import resolve
from thuisplan.outputs.report.content import Report
from thuisplan.outputs.report.workbook.book import write_book
from thuisplan.outputs.report.workbook.woondeal import Deal, deals

SEGMENTS = ("social_rent", "mid_rent", "affordable_owner", "market")
PERIODS = {"2026-2030": range(2026, 2031), "2031": range(2031, 2032)}
"""The plan has six years; periods end in years that five divides."""


def empty_report(language: str = "nl") -> Report:
    return Report(language, "plan", "Plan", "", (), (), None, (), (), (), {}, "plan")


def by_name(made: tuple[Deal, ...]) -> dict[str, Deal]:
    return {deal.region: deal for deal in made}


def rows_of(deal: Deal, period: str) -> dict[str, Any]:
    [block] = [block for block in deal.blocks if block.period == period]
    return {row.place: row.values for row in block.rows}


def test_a_sheet_per_building_region(three: Any) -> None:
    """W has Aalst and Beek in full, X has only Cuijk of its four municipalities and says so."""
    made = by_name(deals(three("nl")))
    assert list(made) == ["W", "X"]
    assert [row.place for row in made["W"].blocks[0].rows][:2] == ["Aalst", "Beek"]
    assert [row.place for row in made["X"].blocks[0].rows] == ["Cuijk"]
    assert made["W"].warnings == ()
    assert "niet volledig" in made["X"].warnings[0]
    assert [block.period for block in made["W"].blocks] == list(PERIODS)


def test_numbers_are_sums_of_the_plan(three: Any, read: Any) -> None:
    """Total, segments, routes, features and what is outside: each is a sum over rows of plan.parquet."""
    view = three("nl")
    plan = read(view, "plan")
    inside = (plan.unit == "dwelling") & plan.segment.isin(SEGMENTS)
    for deal in deals(view):
        for period, years in PERIODS.items():
            rows = rows_of(deal, period)
            for name in {"Aalst", "Beek", "Cuijk"} & rows.keys():
                mine = (plan.municipality == name) & plan.year.isin(years)
                here, counted, values = plan[mine], plan[mine & inside], rows[name]
                assert values["total"] == counted.dwellings.sum()
                for segment in SEGMENTS:
                    assert values[segment] == counted[counted.segment == segment].dwellings.sum()
                for route in ("new_build", "transformation", "flex"):
                    assert values[f"route_{route}"] == counted[counted.route == route].dwellings.sum()
                assert values["committed"] == counted.committed.sum()
                assert values["clustered"] == counted[counted.dwelling_type == "clustered"].dwellings.sum()
                rooms = here[(here.unit == "room")].dwellings.sum()
                assert values["outside_room"] == rooms
                outside = sum(count for code, count in values.items() if code.startswith("outside_"))
                assert values["total"] + outside == here.dwellings.sum()


def test_all_sheets_together_are_the_plan(three: Any, read: Any) -> None:
    """No dwelling is left out or counted twice: all totals and all that is outside make plan.parquet."""
    view = three("nl")
    counted = sum(
        row.values.get("total", 0) + sum(n for code, n in row.values.items() if code.startswith("outside_"))
        for deal in deals(view)
        for block in deal.blocks
        for row in block.rows
    )
    assert counted == read(view, "plan").dwellings.sum()


def test_shortfall_is_of_own_needs_and_stands_at_the_end(three: Any, read: Any) -> None:
    """The room needs of Aalst and Beek are their own; those of R are wider than W and stand apart."""
    view = three("nl")
    needs = read(view, "needs")
    deal = by_name(deals(view))["W"]
    for block, end in zip(deal.blocks, (2030, 2031), strict=True):
        at_end = needs[needs.year == end].set_index("need_id").shortfall
        rows = {row.place: row.values["shortfall"] for row in block.rows}
        assert rows == {"Aalst": at_end["room-A"], "Beek": at_end["room-B"]}
        # Beek is offered no rooms, so it lacks two a year.
        assert rows["Beek"] == 2 * (end - 2025)
        [(name, lacks)] = block.wider.items()
        assert name == f"overeenkomst R (3 gemeenten), stand eind {end}"
        # What is only followed (care) does not count.
        assert lacks == sum(at_end[need] for need in ("clustered", "urgent", "regular"))


def test_needs_of_the_region_itself_have_a_row(small: Any, view_of: Any) -> None:
    """A need of W, whose two municipalities are in the region, is no municipality's: 3 a year, 2 built."""
    instance = small.instance(
        small.place(small.A),
        small.place(small.B),
        small.region("agreement", "R", small.A, small.B),
        small.region("woningbouwregio", "W", small.A, small.B),
        small.option("rent"),
        small.offer(small.A, "rent", 9),
        small.need("rent", 3, purpose="woningbouwregio", place="W"),
        years=5,
    )
    [deal] = deals(view_of(instance, x={(small.A, 2026, "rent"): 2}))
    [block] = deal.blocks
    assert [(row.place, row.values["shortfall"]) for row in block.rows] == [
        (small.A, 0),
        (small.B, 0),
        ("Regio als geheel, stand eind 2030", 13),  # 5 years x 3 - 2
    ]
    assert not block.wider


@pytest.mark.parametrize(
    ("purpose", "said"), [("agreement", "de overeenkomst R"), (None, "over alle gemeenten")]
)
def test_without_building_regions_the_sheet_says_what_it_is_about(
    small: Any, view_of: Any, purpose: str | None, said: str
) -> None:
    """One sheet for the agreement; without any region one for all municipalities."""
    scenario = small.scenario(
        small.region("agreement", "R", small.A), small.option("rent"), small.offer(small.A, "rent", 9)
    )
    if purpose is None:
        scenario = replace(scenario, tables={**scenario.tables, "memberships": ()})
    instance = resolve(scenario)
    [deal] = deals(view_of(instance, x={(small.A, 2026, "rent"): 2}))
    assert said in deal.warnings[0]
    assert deal.blocks[0].rows[0].values["total"] == 2


def test_municipalities_outside_all_regions_are_not_dropped(small: Any, view_of: Any) -> None:
    """B is in no building region: it has a sheet of its own, that says so."""
    instance = small.instance(
        small.place(small.A),
        small.place(small.B),
        small.region("woningbouwregio", "W", small.A),
        small.option("rent"),
        small.offer(small.B, "rent", 9),
    )
    first, rest = deals(view_of(instance, x={(small.B, 2026, "rent"): 4}))
    assert first.region == "W"
    assert [row.place for row in rest.blocks[0].rows] == [small.B]
    assert "geen woningbouwregio" in rest.warnings[0]


def test_for_whom_counts_what_is_built(three: Any, read: Any) -> None:
    """The numbers in words are those of the plan, with the categories of the needs they serve."""
    view = three("nl")
    plan = read(view, "plan")
    deal = by_name(deals(view))["W"]
    here = plan[(plan.municipality == "Aalst") & (plan.year <= 2030)]
    clustered = here[here.dwelling_type == "clustered"].dwellings.sum()
    assert f"geclusterde woning {clustered}" in deal.blocks[0].rows[0].whom
    # An option whose need has no label of its own goes by its type and route.
    assert "reguliere sociale huurwoning (flexwoning)" in deal.blocks[0].rows[1].whom


def test_rules_are_those_of_the_region_and_around_it(three: Any, read: Any) -> None:
    """Norm, result and verdict are those of rules.parquet; rules of other regions are not listed."""
    view = three("nl")
    rules = read(view, "rules")
    table = by_name(deals(view))["W"].rules
    assert table is not None
    codes = [column.code for column in table.columns]
    rows: list[dict[str, Any]] = [dict(zip(codes, row, strict=True)) for row in table.rows]
    [found] = [row for row in rows if "two-thirds)" in row["rule"] and row["period"] == "2026-2030"]
    line = rules[(rules.rule_id == "two-thirds") & (rules.place == "W") & (rules.period == "2026-2030")]
    assert found["where"] == "woningbouwregio W"
    assert found["result"] == line.value_pct.item()
    assert found["norm"] == pytest.approx(200 / 3)
    assert found["unit"] == "%, ten minste"
    nation = [row for row in rows if "two-thirds-nation" in row["rule"]]
    assert {row["verdict"] for row in nation} == {"niet te toetsen"}
    # Every line of A and B is met or not in one of the rows.
    fair = [row for row in rows if row["rule"].startswith("Fair share")]
    broken = rules[(rules.rule_id == "fair") & rules.place.isin(["GM0001", "GM0002"])].verdict.eq("broken")
    assert {row["verdict"] for row in fair} == ({"voldoet niet"} if broken.any() else {"voldoet"})
    assert not [row for row in rows if row["where"] == "woningbouwregio X"]


def test_sheet_adds_up_by_formulas(three: Any, tmp_path: Path) -> None:
    """Total of a row, of a period and of all years are formulas whose cached values are the sums."""
    made = deals(three("nl"))
    path = tmp_path / "plan.xlsx"
    write_book(empty_report(), made, path)
    formulas = openpyxl.load_workbook(path)["woondeal W"]
    values = openpyxl.load_workbook(path, data_only=True)["woondeal W"]
    deal = by_name(made)["W"]
    lines = {(row[0].value, row[1].value): row[0].row for row in values.iter_rows() if row[0].value}
    codes = [column.code for column in deal.columns]
    for block in deal.blocks:
        end = lines[f"Totaal {block.period}", block.period]
        for row in block.rows:
            line = lines[row.place, block.period]
            assert [values.cell(line, 3 + n).value for n in range(len(codes))] == [
                row.values.get(code) for code in codes
            ]
            assert formulas.cell(line, 3).value == f"=SUM(D{line}:G{line})"
        for number, code in enumerate(codes):
            first = end - len(block.rows)
            letter = get_column_letter(3 + number)
            assert formulas.cell(end, 3 + number).value == f"=SUM({letter}{first}:{letter}{end - 1})"
            expected = sum(row.values.get(code, 0) for row in block.rows)
            assert values.cell(end, 3 + number).value == expected
    last = lines["Totaal alle jaren", "2026-2031"]
    for number, code in enumerate(codes):
        blocks = deal.blocks[-1:] if code == "shortfall" else deal.blocks
        expected = sum(row.values.get(code, 0) for block in blocks for row in block.rows)
        assert values.cell(last, 3 + number).value == expected
    assert formulas.cell(lines["Aalst", "2026-2031"], 3).value == (
        f"=C{lines['Aalst', '2026-2030']}+C{lines['Aalst', '2031']}"
    )


def test_regions_with_long_or_equal_names_have_sheets(small: Any, view_of: Any, tmp_path: Path) -> None:
    """Two names of 45 characters that begin alike, and names that look like formulas, all have a sheet."""
    names = ("R" * 44 + "a", "R" * 44 + "b", "=1+1", "<script>", "'")
    codes = [f"GM00{number:02d}" for number in range(1, 6)]
    instance = small.instance(
        *(small.place(code, name=f"=naam {code}") for code in codes),
        *(small.region("woningbouwregio", name, code) for name, code in zip(names, codes, strict=True)),
        small.option("rent"),
        *(small.offer(code, "rent", 9) for code in codes),
    )
    view = view_of(instance, x={(code, 2026, "rent"): 1 for code in codes})
    write_book(empty_report(), deals(view), tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    assert len(book.sheetnames) == 6
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    found = {str(cell.value) for cell in cells if cell.data_type == "f"}
    assert all(one.startswith("=SUM(") for one in found)
    assert {f"=naam {code}" for code in codes} <= {cell.value for cell in cells}


@pytest.mark.parametrize(
    ("language", "name", "counting"),
    [
        ("nl", "overeenkomst R (niet te toetsen: 1 van de gemeenten in de invoer)", "niet te toetsen"),
        ("en", "agreement R (not testable: 1 of its municipalities in the input)", "not testable"),
    ],
)
def test_an_area_that_is_not_whole_is_in_no_total(
    small: Any, view_of: Any, language: str, name: str, counting: str
) -> None:
    """All of R that is in the input lies in W, but R has nine municipalities: it is wider, and what it lacks
    is not known."""
    instance = small.instance(
        small.place(small.A),
        small.region("agreement", "R", small.A, size=9),
        small.region("woningbouwregio", "W", small.A),
        small.option("rent"),
        small.need("rent", 300),
    )
    [deal] = deals(view_of(instance, language=language, x={(small.A, 2026, "rent"): 2}))
    [block] = deal.blocks
    assert [row.place for row in block.rows] == [small.A]
    assert block.wider == {name: None}
    assert deal.needs is not None
    cells = dict(zip((column.code for column in deal.needs.columns), deal.needs.rows[0], strict=True))
    assert cells["counting"] == counting
    assert (cells["required_2026"], cells["delivered_2026"], cells["lacking_2026"]) == (300, 2, None)


def test_money_is_that_of_the_plan_and_empty_where_unknown(small: Any, view_of: Any, tmp_path: Path) -> None:
    """A builds 2 of 7,000 extra cost and 3 of 1,000 deficit; the deficit of B's 4 is not known.

    The plan has one euro column per kind; each total is a formula over its own column, and no cell adds
    the two kinds.
    """
    instance = small.instance(
        small.place(small.A),
        small.place(small.B),
        small.region("woningbouwregio", "W", small.A, small.B),
        small.option("rent", extra_cost_eur=0, deficit_eur=1000),
        small.option("clustered", dwelling_type="clustered", extra_cost_eur=7000, deficit_eur=0),
        small.option(
            "mid", segment="mid_rent", dwelling_type="mid_rent", extra_cost_eur=500, deficit_eur=None
        ),
        small.offer(small.A, "rent", 9),
        small.offer(small.A, "clustered", 9),
        small.offer(small.B, "mid", 9),
        years=6,
    )
    amounts = {(small.A, 2026, "rent"): 3, (small.A, 2031, "clustered"): 2, (small.B, 2026, "mid"): 4}
    made = deals(view_of(instance, x=amounts))
    rows = rows_of(made[0], "2026-2030")
    assert (rows[small.A]["extra_cost"], rows[small.A]["deficit"]) == (0, 3000)
    assert rows[small.B]["extra_cost"] == 2000
    assert "deficit" not in rows[small.B]
    assert rows_of(made[0], "2031")[small.A]["extra_cost"] == 14_000
    assert rows_of(made[0], "2031")[small.B]["deficit"] == 0
    write_book(empty_report(), made, tmp_path / "plan.xlsx")
    formulas = openpyxl.load_workbook(tmp_path / "plan.xlsx")["woondeal W"]
    values = openpyxl.load_workbook(tmp_path / "plan.xlsx", data_only=True)["woondeal W"]
    lines = {(row[0].value, row[1].value): row[0].row for row in values.iter_rows() if row[0].value}
    codes = [column.code for column in made[0].columns]
    extra, deficit = (3 + codes.index(code) for code in ("extra_cost", "deficit"))
    [headings] = [row for row in values.iter_rows(values_only=True) if "Meerkosten" in row]
    assert (headings[extra - 1], headings[deficit - 1]) == ("Meerkosten", "Onrendabele top")
    here = {
        key: (values.cell(line, extra).value, values.cell(line, deficit).value) for key, line in lines.items()
    }
    assert here[small.B, "2026-2030"] == (2000, None)
    assert here["Totaal 2026-2030", "2026-2030"] == (2000, 3000)
    assert here[small.A, "2026-2031"] == (14_000, 3000)
    # One of the two periods is unknown, so the whole is: empty, and said so.
    assert here[small.B, "2026-2031"] == (2000, None)
    assert here["Totaal alle jaren", "2026-2031"] == (16_000, 3000)
    told = {key: values.cell(line, 3 + len(codes)).value for key, line in lines.items()}
    assert "Onrendabele top: van 4 woonruimten onbekend, daarom leeg." in told[small.B, "2026-2030"]
    for name in ("Totaal 2026-2030", "Totaal alle jaren"):
        [key] = [key for key in told if key[0] == name]
        assert told[key] == "Onbekende bedragen tellen niet mee."
    assert not told["Totaal 2031", "2031"]
    letter = get_column_letter(deficit)
    end = lines["Totaal 2026-2030", "2026-2030"]
    assert formulas.cell(end, deficit).value == f"=SUM({letter}{end - 2}:{letter}{end - 1})"


def test_everyone_who_agrees_has_a_line(three: Any) -> None:
    """The municipalities of the region by name, the province of each, the state and the corporations."""
    made = by_name(deals(three("nl")))
    assert made["W"].signatures == (
        "Gemeente Aalst", "Gemeente Beek", "Provincie P", "Provincie Q", "Rijk", "Corporaties",
    )  # fmt: skip


def test_positions_are_named_by_their_moment(three: Any, tmp_path: Path) -> None:
    """What lacks at the end of 2030 and of 2031 are two positions of one area: nobody is to add them."""
    write_book(empty_report(), deals(three("nl")), tmp_path / "plan.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["woondeal W"]
    found = [
        row[:2] for row in sheet.iter_rows(values_only=True) if str(row[0]).startswith("overeenkomst R (")
    ]
    assert found == [
        (f"overeenkomst R (3 gemeenten), stand eind {year}", f"eind {year}") for year in (2030, 2031)
    ]


def a_line(year: int, lhs: float, rhs: float, **changes: Any) -> dict[str, Any]:
    """Return a row of rules.parquet of a municipality, at least ``rhs``."""
    met = lhs >= rhs
    return {
        "rule_id": "fair", "family": "fair_share", "purpose": "municipality", "place": "GM0001",
        "subject": None, "period": str(year), "unit": "dwellings", "operator": ">=", "strength": "soft",
        "lhs": lhs, "rhs": rhs, "margin": lhs - rhs, "slack": max(0, rhs - lhs), "value_pct": None,
        "norm_pct": None, "verdict": "met" if met else "broken", "binding": met and lhs - rhs < 1,
        "source": "", **changes,
    }  # fmt: skip


class Ruled:
    """A view of which the published rules are given."""

    def __init__(self, view: Any, rules: list[dict[str, Any]]) -> None:
        self._view, self._rules = view, rules

    def __getattr__(self, name: str) -> Any:
        return getattr(self._view, name)

    def rows(self, table: str) -> Any:
        return self._rules if table == "rules" else self._view.rows(table)


def test_the_line_with_the_least_margin_is_shown(three: Any) -> None:
    """2032 lacks 838.68 of 1,995.68 and 2035 838.97 of 2,785.97: a smaller part, but the smaller margin."""
    rules = [a_line(2032, 1157, 1995.677734), a_line(2035, 1947, 2785.970923)]
    table = by_name(deals(cast(Any, Ruled(three("nl"), rules))))["W"].rules
    assert table is not None
    row = dict(zip((column.code for column in table.columns), table.rows[0], strict=True))
    assert (row["result"], row["norm"]) == (1947, 2785.970923)
    assert "die van Aalst 2035, waar de ruimte het kleinst is" in row["remark"]


@pytest.mark.parametrize(("sides", "said"), [((0, 0), False), ((3, 3), True)])
def test_nothing_against_nothing_is_not_tight(three: Any, sides: tuple[int, int], said: bool) -> None:
    """Where nothing is built a share is 0 of 0; that is met and leaves no room, but nothing presses."""
    for rules in ([a_line(2026, *sides)], [a_line(2026, *sides), a_line(2027, 9, 1)]):
        table = by_name(deals(cast(Any, Ruled(three("nl"), rules))))["W"].rules
        assert table is not None
        remark = table.rows[0][[column.code for column in table.columns].index("remark")]
        assert ("Knelt" in str(remark)) is said

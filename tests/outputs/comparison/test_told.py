"""What a comparison says, in whole sentences and on a screen, in both languages."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from thuisplan.outputs.answer import sentence_text
from thuisplan.outputs.comparison.compare import Compared, compare_runs
from thuisplan.outputs.comparison.run_info import CLOSED, FAILED, INFEASIBLE, MISSING, STOPPED, RunInfo
from thuisplan.outputs.comparison.screen import print_comparison
from thuisplan.outputs.comparison.sentences import price

CLUSTERED, MARKET = "clustered", "market"


@pytest.fixture
def compared(runs: Any, rule: Any) -> Compared:
    """Return a comparison in which there is something to say about everything.

    The reference leaves 20,614 dwelling-years unmet, at least 20,451, and costs 14,649,110 euros, at least
    14,100,000. 'less' is at least 24,000 and 5 million euros; 'close' lies within the gap.
    """
    base = {"unmet_special": (20_614.0, 20_451.0), "extra_cost": (14_649.11, 14_100.0)}
    less = {"unmet_special": (24_100.0, 24_000.0), "extra_cost": (5_100.0, 5_000.0)}
    close = {"unmet_special": (20_600.0, 20_460.0), "extra_cost": (14_649.11, 14_100.0)}
    built = {("A", CLUSTERED, 2026): 120, ("B", MARKET, 2027): 30}
    money = [("money", "less")]
    runs.add("base", built, base, rules=[rule("r", binding=True), rule("s", "soft")])
    fewer = {("A", CLUSTERED, 2026): 100, ("B", MARKET, 2027): 30}
    broken = [rule("r"), rule("s", "soft", "broken", slack=3.0)]
    runs.add("less", fewer, less, labels=money, rules=broken)
    runs.add("close", built, close, labels=[("money", "base")], rules=[rule("r")])
    runs.infos.append(RunInfo("same", "variant", (), "base", STOPPED, 4))
    runs.infos.append(RunInfo("no land", "variant", (), "x", INFEASIBLE, 3, reason="Te weinig capaciteit."))
    runs.infos.append(RunInfo("fell", "variant", (), None, FAILED, 1))
    runs.infos.append(RunInfo("later", "variant", (), None, MISSING))
    cheaper = {"unmet_special": (20_000.0, 19_900.0), "extra_cost": (14_649.11, 14_100.0)}
    runs.add("zonder r", built, cheaper, "price", [("without", "r")])
    runs.add("zonder s", built, base, "price", [("without", "s")])
    order = [("order", "unmet_special > extra_cost"), ("keep", "5%")]
    runs.add(
        "p",
        built,
        {"unmet_special": (21_600.0, 21_500.0), "extra_cost": (9_000.0, 8_900.0)},
        "frontier",
        order,
    )
    for number in range(1, 11):
        runs.add(f"draw {number}", {("A", CLUSTERED, 2026): 10 * number}, base, "draw")
    return compare_runs(runs.out, runs.infos, "base")


def test_all_there_is_to_say(compared: Compared) -> None:
    """Whole sentences, differences first.

    less: from 24,000 - 20,614 = 3,386 to 24,100 - 20,451 = 3,649 more unmet; from 14,100,000 - 5,100,000
    = 9,000,000 to 14,649,110 - 5,000,000 = 9,649,110 euros less. Without r the best is from 19,900 to
    20,000, with it from 20,451 to 20,614: at least 451 and at most 714 less. Along the axis less against
    close: 24,100 - 20,600 = 3,500. Common: 100 clustered and 30 market of 150, in six runs: 'same' is the
    run of the reference. Ten draws of 10 to 100: in nine of them at least 20.
    """
    assert [sentence_text(one, "nl") for one in compared.told] == [
        "Er is een plan van 17 van 20 varianten; elk is gehouden tegen 'base'.",
        "Het rekenen stopte voordat elke fase dicht genoeg was bij 1 variant: 'same'. Verschillen daarmee "
        "zijn minder scherp; met meer tijd per variant worden ze scherper.",
        "'no land': er bestaat geen plan. Te weinig capaciteit.",
        "'fell': het rekenen is mislukt.",
        "'later': nog niet gerekend; geef dezelfde opdracht nog eens om verder te gaan.",
        "Een verschil heet pas een verschil als verder rekenen het niet kan wegnemen, en bij latere doelen "
        "zolang de eerdere blijven zoals ze in elk plan zijn.",
        "'less': niet-ingevulde behoefte aandachtsgroepen ten minste 3.386 woningjaren en ten hoogste "
        "3.649 woningjaren hoger en meerkosten ten minste € 9.000.000 en ten hoogste € 9.649.110 lager.",
        "'close': geen verschil dat groter is dan wat verder rekenen kan schelen (niet-ingevulde "
        "behoefte aandachtsgroepen en meerkosten).",
        "'same' is met alle wijzigingen dezelfde invoer als 'base'.",
        "De grootte is die tussen de gevonden plannen; dát er een verschil is, is bewezen, tenzij er "
        "anders staat.",
        "money, 'less' tegenover 'base' (1 paar): niet-ingevulde behoefte aandachtsgroepen 3.500 "
        "woningjaren hoger en meerkosten € 9.549.110 lager.",
        "Zonder de regel r: niet-ingevulde behoefte aandachtsgroepen ten minste 451 woningjaren en ten "
        "hoogste 714 woningjaren lager.",
        "Van deze regels is niet bewezen dat het zonder anders wordt; de tabel zegt hoeveel het ten "
        "hoogste scheelt: s.",
        "s: 0 geschonden regels in de referentie, 1 geschonden regel in 'less'.",
        "s: wel in de referentie, niet meer in 'close'.",
        "2 plannen wegen niet-ingevulde behoefte aandachtsgroepen en meerkosten tegen elkaar af; bij "
        "2 daarvan is geen ander plan nergens slechter en ergens beter.",
        "In alle 6 plannen in dezelfde gemeente en van hetzelfde type: ten minste 130 woningen; 'base' "
        "telt er 150. Overal gelijk: 1 van de 2 aantallen per gemeente en type.",
        "Elk plan is één keuze uit vele: binnen de marges van de doelen kunnen andere gemeenten andere "
        "woningen bouwen, dus in wat hier gelijk is of verschilt zit ook die keuze.",
        "Er is een plan van 10 van 10 trekkingen; de bandbreedtes gaan over die.",
        "Woningen in alle jaren: van 10 tot 100 in 10 trekkingen, met 50 in het midden. Percentielen van "
        "zo weinig trekkingen zeggen weinig.",
        "In 9 van 10 trekkingen staan er tot en met 2027 ten minste 20 woningen, in elke trekking ten "
        "minste 10.",
        "Het plan van een trekking is één keuze uit vele: binnen de marges van de doelen kunnen andere "
        "gemeenten andere woningen bouwen, dus in een bandbreedte zit behalve de onzekerheid ook die keuze.",
    ]


def test_the_same_in_english(compared: Compared) -> None:
    """The numbers are those of the Dutch sentences."""
    told = [sentence_text(one, "en") for one in compared.told]
    assert len(told) == 22
    assert told[0] == "There is a plan for 17 of 20 variants; each is held against 'base'."
    assert told[6] == (
        "'less': unmet special need at least 3,386 dwelling-years and at most 3,649 dwelling-years higher "
        "and extra cost at least €9,000,000 and at most €9,649,110 lower."
    )
    assert told[11] == (
        "Without the rule r: unmet special need at least 451 dwelling-years and at most 714 dwelling-years "
        "lower."
    )


def test_what_is_proved_to_be_the_same_is_named(runs: Any) -> None:
    """Where bound and value are equal in both, the same; with an open gap that is not said.

    Only the first stage was solved: of the cost nothing is said. And where nothing was proved in both,
    no difference can be told.
    """
    for name, bound in (("base", 10.0), ("exact", 10.0), ("open", 9.0), ("none", None)):
        runs.add(name, measures={"unmet_special": (10.0, bound), "extra_cost": (5.0, None)})
    compared = compare_runs(runs.out, runs.infos, "base")
    told = [sentence_text(one, "en") for one in compared.told if one.section == "compared_differences"]
    assert told[1:] == [
        "'exact': proved to be the same in unmet special need.",
        "'open': no difference larger than what solving further can change (unmet special need).",
        "'none': of no objective is it proved in both plans how good it can be, so no difference can be "
        "told.",
    ]
    table = _screen(compared, "en")
    table = table[table.index("Difference from") :]
    assert [_row(table, name) for name in ("exact", "open", "none")] == [
        ["(=)", "="],
        ["(=)", "≈"],
        ["(=)", "(=)"],
    ]


def test_a_rule_that_only_one_side_has_is_not_called_unbroken(runs: Any, rule: Any) -> None:
    """The reference has no rule s: in 'one' it is broken in one line, in 'two' in none; r is not in 'two'."""
    runs.add("base", rules=[rule("r")])
    runs.add("one", rules=[rule("r"), rule("s", "soft", "broken")])
    runs.add("two", rules=[rule("s", "soft")])
    told = compare_runs(runs.out, runs.infos, "base").told
    assert [sentence_text(one, "en") for one in told if one.section == "compared_rules"] == [
        "r: in the reference, no longer in 'two'.",
        "s: only in 'two', not in the reference.",
        "s: only in 'one', not in the reference; 1 broken line there.",
    ]


def test_a_choice_is_told_apart_only_where_ranges_do_not_meet(runs: Any) -> None:
    """Two pairs of money: 20 against 10, both exact; and 10 against 10, the same.

    Of the two pairs only the first is proved to differ; the other is proved not to.
    """
    for needs, base, less in (("low", 10.0, 20.0), ("high", 10.0, 10.0)):
        for money, value in (("base", base), ("less", less)):
            labels = [("money", money), ("needs", needs)]
            runs.add(f"{money} {needs}", measures={"unmet_special": (value, value)}, labels=labels)
    told = compare_runs(runs.out, runs.infos, "base low").told
    axes = [sentence_text(one, "en") for one in told if one.section == "compared_axes"]
    assert axes[1] == (
        "money, 'less' against 'base' (2 pairs): unmet special need 5 dwelling-years higher on average "
        "(0 dwelling-years to 10 dwelling-years), proved in 1 of 2 pairs."
    )


def test_a_price_names_the_rule_as_a_rule_and_says_what_later_objectives_rest_on(runs: Any) -> None:
    """The budget for extra cost has the name of what is measured; its own price is in the second stage."""
    runs.add("base", measures={"unmet_special": (10.0, 10.0), "extra_cost": (5.0, 5.0)})
    runs.add(
        "p",
        None,
        {"unmet_special": (9.0, 9.0), "extra_cost": (7.0, 7.0)},
        "price",
        [("without", "extra_cost")],
    )
    told = compare_runs(runs.out, runs.infos, "base").told
    assert [sentence_text(one, "en") for one in told if one.section == "compared_prices"] == [
        "Of later objectives this holds as long as the earlier ones stay as they are in each plan.",
        "Without the rule extra cost: unmet special need 1 dwelling-year lower and extra cost €2,000 higher.",
    ]


def test_plans_that_the_clock_ended_are_counted(runs: Any, check: Any) -> None:
    """One of two can be repeated; of the plan of before that was known nothing is said."""
    for name, repeats in (("base", True), ("clocked", False), ("unknown", None)):
        runs.add(name, {("A", MARKET, 2026): 1}, reproducible=repeats)
    compared = compare_runs(runs.out, runs.infos, "base")
    assert compared.tables["runs"]["reproducible"].to_pylist() == [True, False, None]
    assert "clocked" in {one.code for one in compared.told}
    told = [sentence_text(one, "en") for one in compared.told if one.code == "clocked"]
    assert told == [
        "In 1 variant the clock ended a step: solved once more, the plan may come out otherwise. Which ones "
        "is in runs.parquet, column reproducible."
    ]
    assert check("base") == []


def test_variants_that_share_a_run_are_one_point(runs: Any) -> None:
    """Two points of one run and the reference: two plans, not three."""
    values = {"unmet_special": (10.0, 10.0), "extra_cost": (5.0, 5.0)}
    order = (("order", "unmet_special > extra_cost"),)
    runs.add("base", measures=values)
    runs.add("p", None, {"unmet_special": (12.0, 12.0), "extra_cost": (4.0, 4.0)}, "frontier", order)
    runs.infos.append(RunInfo("q", "frontier", order, "p", CLOSED, 0))
    compared = compare_runs(runs.out, runs.infos, "base")
    [points] = [one for one in compared.told if one.code == "points"]
    assert (points.values["points"], points.values["best"]) == (2, 2)
    [core] = [one for one in compared.told if one.code == "core"]
    assert core.values["plans"] == 2


def test_percentiles_are_told_of_twenty_draws(runs: Any) -> None:
    """Of 20 draws of 1 to 20 dwellings one has no more than 1, and 19 have no more than 19."""
    runs.add("base", {("A", MARKET, 2026): 1})
    for number in range(1, 21):
        runs.add(f"draw {number}", {("A", MARKET, 2026): number}, kind="draw")
    compared = compare_runs(runs.out, runs.infos, "base")
    told = [sentence_text(one, "en") for one in compared.told if one.section == "compared_draws"]
    assert told[1] == (
        "Dwellings in all years: from 1 (5% of the draws have no more) to 19 (95% have no more), with 10 in "
        "the middle."
    )
    assert "95%" in _screen(compared, "en")


def _screen(compared: Compared, language: str) -> str:
    stream = io.StringIO()
    print_comparison(compared, language, Console(file=stream, width=110, soft_wrap=True))
    return stream.getvalue()


def _row(screen: str, start: str) -> list[str]:
    """Return the cells of the first line that begins with some words."""
    first = start.split()
    return next(
        cells[len(first) :] for cells in map(str.split, screen.splitlines()) if cells[: len(first)] == first
    )


def test_the_screen_shows_differences_and_marks_those_within_the_gap(compared: Compared) -> None:
    """Dwellings, unmet need and extra cost in millions: the values of the reference, then differences.

    14,649.11 thousand is 14.65 million; 5.1 is 9.55 less.
    """
    screen = _screen(compared, "en")
    table = screen[screen.index("Difference from") :]
    assert _row(table, "base") == ["150", "20,614", "14.65"]
    assert _row(table, "less") == ["(-20)", "+3,486", "-9.55"]
    assert _row(table, "close") == ["(=)", "≈", "-14", "≈"]
    assert _row(table, "same") == ["=", "=", "="]


def test_the_screen_shows_prices_points_and_bandwidths(compared: Compared) -> None:
    """Prices with their bounds, the points that nothing surpasses, and dwellings per municipality."""
    screen = _screen(compared, "nl")
    prices = screen[screen.index("Wat het scheelt als") :]
    assert _row(prices, "r niet-ingevulde behoefte aandachtsgroepen, woningjaren") == ["451", "714"]
    points = prices[prices.index("Afwegingen") :]
    assert _row(points, "p ") == ["21.600", "9.000"]
    common = points[points.index("Woningen per gemeente over alle varianten") :]
    assert _row(common, "Adorp") == ["120", "100", "120"]
    assert _row(common, "totaal") == ["150", "130", "150"]
    draws = common[common.index("Woningen per gemeente over de trekkingen") :]
    # Of ten draws there are no percentiles.
    assert "95 %" not in draws
    # In B no draw builds.
    assert _row(draws, "Adorp") == ["120", "10", "50", "100", "20"]
    assert _row(draws, "Beveen") == ["30", "0", "0", "0", "0"]


def test_a_measure_that_was_no_objective_stands_between_brackets(runs: Any) -> None:
    """Where only the reference minimised the cost, 3 million more is no finding.

    What not even the reference minimised has no column.
    """
    unmet = {"unmet_special": (10.0, 9.0)}
    runs.add("base", measures={**unmet, "extra_cost": (4_000.0, 4_000.0), "deficit": (5_000.0, None)})
    runs.add("other", measures={**unmet, "extra_cost": (7_000.0, None), "deficit": (9_000.0, None)})
    compared = compare_runs(runs.out, runs.infos, "base")
    screen = _screen(compared, "nl")
    assert _row(screen[screen.index("Verschil met") :], "other") == ["(=)", "≈", "(+3)"]
    [sentence] = [one for one in compared.told if one.values.get("variant") == "other"]
    assert sentence.code == "unclear"


def test_long_lists_are_cut_and_say_so(runs: Any) -> None:
    """Of 40 variants without a plan 12 are named, and 28 are counted."""
    runs.add("base", {("A", MARKET, 2026): 1}, {"unmet_special": (10.0, 9.0)})
    runs.infos += [RunInfo(f"v{number}", "variant", (), None, FAILED, 1) for number in range(40)]
    compared = compare_runs(runs.out, runs.infos, "base")
    told = [one for one in compared.told if one.section == "compared_without"]
    assert len(told) == 13
    assert sentence_text(told[-1], "en") == "And 28 more without a plan; see runs.parquet."


@pytest.mark.parametrize(
    ("least", "most", "told"),
    [
        (20.0, 40.0, "extra cost at least €20,000 and at most €40,000 lower"),
        (-40.0, -20.0, "extra cost at least €20,000 and at most €40,000 higher"),
        (30.0, 30.0, "extra cost €30,000 lower"),
        (-30.0, -30.0, "extra cost €30,000 higher"),
    ],
)
def test_a_price_is_at_least_the_smaller_and_at_most_the_larger_amount(
    least: float, most: float, told: str
) -> None:
    """A loss of 20 to 40 is a gain from -40 up to -20: at least 20 and at most 40 higher."""
    row = {"measure": "extra_cost", "unit": "kEUR", "gain_at_least": least, "gain_at_most": most}
    assert sentence_text(price(row), "en") == told


def test_of_a_rule_without_a_proved_price_nothing_more_is_said(runs: Any) -> None:
    """Without r from 95 to 101 against 90 to 100: not proved. Without s as much: nothing changes."""
    runs.add("base", measures={"unmet_special": (100.0, 90.0)})
    runs.add("no r", None, {"unmet_special": (101.0, 95.0)}, "price", [("without", "r")])
    told = compare_runs(runs.out, runs.infos, "base").told
    [sentence] = [one for one in told if one.section == "compared_prices"]
    assert (sentence.code, sentence.values["rules"]) == ("unclear", ["r"])
    exact = type(runs)(runs.out / "exact")
    exact.add("base", measures={"unmet_special": (100.0, 100.0)})
    exact.add("no s", None, {"unmet_special": (100.0, 100.0)}, "price", [("without", "s")])
    told = compare_runs(exact.out, exact.infos, "base").told
    [sentence] = [one for one in told if one.section == "compared_prices"]
    assert (sentence.code, sentence.values["rules"]) == ("nothing", ["s"])

"""What a comparison says, in whole sentences and on a screen, in both languages."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from thuisplan.outputs.answer import sentence_text
from thuisplan.outputs.comparison.compare import Compared, compare_runs
from thuisplan.outputs.comparison.run_info import FAILED, INFEASIBLE, MISSING, STOPPED, RunInfo
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

    less: 24,100 - 20,614 = 3,486 more unmet; 14,649,110 - 5,100,000 = 9,549,110 euros less; 20 dwellings
    fewer. Without r the best is from 19,900 to 20,000, with it from 20,451 to 20,614: at least 451 and at
    most 714 less. Along the axis less against close: 24,100 - 20,600 = 3,500.
    Common: 100 clustered and 30 market of 150. Ten draws of 10 to 100: in nine of them at least 20.
    """
    assert [sentence_text(one, "nl") for one in compared.told] == [
        "17 van de 20 varianten hebben een plan; elk is gehouden tegen 'base'.",
        "1 variant(en) stopten voordat elke fase dicht genoeg was: 'same'. Hun verschillen zijn "
        "minder scherp; met meer tijd per variant worden ze scherper.",
        "'no land': er bestaat geen plan. Te weinig capaciteit.",
        "'fell': het rekenen is mislukt.",
        "'later': nog niet gerekend; geef dezelfde opdracht nog eens om verder te gaan.",
        "Een verschil heet pas een verschil als verder rekenen het niet kan wegnemen; bij latere "
        "doelen: binnen wat de eerdere in elk plan overlaten.",
        "'less': niet-ingevulde behoefte aandachtsgroepen 3.486 woningjaren hoger, meerkosten € "
        "9.549.110 lager en 20 woningen minder.",
        "'close': geen verschil dat groter is dan wat verder rekenen kan schelen (niet-ingevulde "
        "behoefte aandachtsgroepen).",
        "'same' is met alle wijzigingen dezelfde invoer als 'base'.",
        "money, 'less' tegenover 'base' (1 paren): niet-ingevulde behoefte aandachtsgroepen 3.500 "
        "woningjaren hoger en meerkosten € 9.549.110 lager.",
        "Zonder r: niet-ingevulde behoefte aandachtsgroepen ten minste 451 woningjaren en ten "
        "hoogste 714 woningjaren lager.",
        "Van deze regels is niet bewezen dat het zonder anders wordt; de tabel zegt hoeveel het ten "
        "hoogste scheelt: s.",
        "s: tegen 0 geschonden regel(s) in de referentie zijn het er 1 in 'less'.",
        "2 plannen wegen niet-ingevulde behoefte aandachtsgroepen en meerkosten tegen elkaar af; bij "
        "2 daarvan is geen ander plan nergens slechter en ergens beter.",
        "Ten minste 130 woningen staan in alle 7 plannen in dezelfde gemeente en zijn van hetzelfde "
        "type; 'base' telt er 150. Van de 2 aantallen per gemeente en type zijn er 1 overal gelijk.",
        "10 van de 10 trekkingen hebben een plan; de bandbreedtes gaan over die.",
        "Woningen in alle jaren: van 10 (5 % van de trekkingen heeft niet meer) tot 100 (95 % heeft "
        "niet meer), met 50 in het midden.",
        "In 90 % van de trekkingen staan er tot en met 2027 ten minste 20 woningen, in elke trekking "
        "ten minste 10.",
    ]


def test_the_same_in_english(compared: Compared) -> None:
    """The numbers are those of the Dutch sentences."""
    told = [sentence_text(one, "en") for one in compared.told]
    assert len(told) == 18
    assert told[0] == "17 of the 20 variants have a plan; each is held against 'base'."
    assert told[6] == (
        "'less': unmet special need 3,486 dwelling-years higher, extra cost €9,549,110 lower and "
        "20 fewer dwellings."
    )
    assert (
        told[10]
        == "Without r: unmet special need at least 451 dwelling-years and at most 714 dwelling-years lower."
    )


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
    assert _row(table, "less") == ["-20", "+3,486", "-9.55"]
    assert _row(table, "close") == ["=", "≈", "-14", "="]
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
    assert _row(screen[screen.index("Verschil met") :], "other") == ["=", "=", "(+3)"]
    [sentence] = [one for one in compared.told if one.values.get("variant") == "other"]
    assert sentence.code == "same"


def test_long_lists_are_cut_and_say_so(runs: Any) -> None:
    """Of 40 variants without a plan 12 are named, and 28 are counted."""
    runs.add("base", {("A", MARKET, 2026): 1}, {"unmet_special": (10.0, 9.0)})
    runs.infos += [RunInfo(f"v{number}", "variant", (), None, FAILED, 1) for number in range(40)]
    compared = compare_runs(runs.out, runs.infos, "base")
    told = [one for one in compared.told if one.section == "compared_without"]
    assert len(told) == 13
    assert sentence_text(told[-1], "en") == "And 28 more variants without a plan; see runs.parquet."


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

"""An assessment in sentences and tables: complete texts in both languages."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from thuisplan.inputs.tables import Key, KeyShare, Reason
from thuisplan.outputs.answer import sentence_text
from thuisplan.outputs.assessment import change_sentences, sentences
from thuisplan.outputs.assessment_tables import assessment_tables
from thuisplan.solvers.assess import assess, prepare
from thuisplan.solvers.assessed import Assessed, CellChange, Impossible, Optimism, SmallestChange


def texts(told: Any, language: str) -> list[str]:
    """Return sentences in a language."""
    return [sentence_text(sentence, language) for sentence in told]


@pytest.fixture(scope="module")
def rows(small: Any) -> list[Any]:
    """Return Heerde and Epe in 2026-2027: clustered dwellings ask 7,000 euros, the pot has 10 a year."""
    offers = [
        small.offer(code, what, 40)
        for code in (small.A, small.B)
        for what in ("clustered", "social", "market")
    ]
    return [
        small.place(small.A, name="Heerde"),
        small.place(small.B, name="Epe"),
        small.option("clustered", dwelling_type="clustered", extra_cost_eur=7_000),
        small.option("social", need_category="regular", deficit_eur=None),
        small.market("market", need_category="regular"),
        *offers,
        small.need("clustered", 10),
        small.need("regular", 20),
        small.pot("state", "extra_cost", {2026: 70_000, 2027: 70_000}),
    ]


@pytest.fixture(scope="module")
def region(small: Any, rows: list[Any]) -> Assessed:
    """Return the programme of both, judged under rules that are drafts, followed, exempt and explained.

    Heerde builds 12 clustered and 4 social in 2026 and 16 market in 2027; Epe 30 market in 2027.
    """
    everywhere = {"side": "all", "periods": "year"}
    instance = small.instance(
        *rows,
        small.rule(
            "social-30", "social_share", {"share": "3/10", **everywhere}, status="draft", strength="soft"
        ),
        small.rule(
            "contribution", "minimum_contribution", {"options": "clustered", "dwellings": 12}, strength="soft"
        ),
        small.rule("social-40", "social_share", {"share": "4/10", **everywhere}, strength="monitor"),
        small.exempt("contribution", small.B),
        Reason(rule_id="social-30", place=small.A, reason="Er is geen grond."),
        years=2,
    )
    programme = {
        (small.A, 2026, "clustered"): 12, (small.A, 2026, "social"): 4, (small.A, 2027, "market"): 16,
        (small.B, 2027, "market"): 30,
    }  # fmt: skip
    return assess(prepare(instance, programme))


def test_the_programme_of_a_region_in_sentences(region: Assessed) -> None:
    """Twelve at 7,000 is 84,000, 14,000 above the pot of 2026; 30 % of 16 is 4.8 and of 30 is 9.

    Of 20 clustered 8 stay open; of 20 regular in 2026 there are 4, and of 40 in 2027 there are 50. The hard
    tests are the twelve offers and the pot in two years.
    """
    assert texts(sentences(region), "nl") == [
        "Nee: het programma van Heerde en Epe past niet. Van 14 harde toetsingen wordt er één niet gehaald.",
        "Het programma telt 62 woonruimten in 2026-2027; 0 daarvan zijn hard afgesproken.",
        "Wie betaalt en wie waar komt wonen staat niet in een programma. Dat is ingevuld: zo min mogelijk "
        "tegen de regels, en dan zo goed mogelijk voor de behoeften.",
        "state, meerkosten: € 14.000 te veel in 2026 (€ 84.000, hoogstens € 70.000).",
        "Heerde, regel social-30, aandeel sociale huur in nieuwbouw (ontwerp): 5 woningen te weinig in 2027 "
        "(0 %, ten minste 30 %). Reden: Er is geen grond.",
        "Epe, regel social-30, aandeel sociale huur in nieuwbouw (ontwerp): 9 woningen te weinig in 2027 (0 "
        "%, ten minste 30 %). Nog geen reden gegeven: schrijf die in de tabel 'redenen' (regel social-30, "
        "plaats GM0002).",
        "Heerde, regel social-40, aandeel sociale huur in nieuwbouw: 7 woningen te weinig in 2027 (0 %, ten "
        "minste 40 %).",
        "Epe, regel social-40, aandeel sociale huur in nieuwbouw: 12 woningen te weinig in 2027 (0 %, ten "
        "minste 40 %).",
        "Gevraagd wordt € 84.000 meerkosten en € 0 onrendabele top.",
        "Onbekend, en dus als nul geteld: onrendabele top van reguliere sociale huurwoningen.",
        "state, meerkosten (budget state): € 84.000 van de € 140.000; € 14.000 te kort in 2026.",
        "R, geclusterde woning: 12 van de 20 eind 2027; 8 open.",
        "R, regulier programma: 40 eind 2027 ingevuld, maar later dan gevraagd: 16 open in 2026.",
        "Epe, regel contribution, minimale bijdrage per gemeente: overeengekomen door all.",
        "In alle toetsingen: aanbod 12x en minimale bijdrage per gemeente (contribution) 1x.",
    ]
    assert texts(sentences(region), "en") == [
        "No: the programme of Heerde and Epe does not fit. Of 14 hard tests one is not kept.",
        "The programme has 62 housing units in 2026-2027; 0 of them are committed.",
        "Who pays and who comes to live where is no part of a programme. It was filled in: as little as "
        "possible against the rules, and then as well as possible for the needs.",
        "state, extra cost: €14,000 too much in 2026 (€84,000, at most €70,000).",
        "Heerde, rule social-30, social share of new build (draft): 5 dwellings too few in 2027 (0%, at "
        "least 30%). Reason: Er is geen grond.",
        "Epe, rule social-30, social share of new build (draft): 9 dwellings too few in 2027 (0%, at least "
        "30%). No reason given yet: write it in the table 'reasons' (rule social-30, place GM0002).",
        "Heerde, rule social-40, social share of new build: 7 dwellings too few in 2027 (0%, at least 40%).",
        "Epe, rule social-40, social share of new build: 12 dwellings too few in 2027 (0%, at least 40%).",
        "It asks €84,000 of extra cost and €0 of deficit.",
        "Unknown, and so counted as zero: deficit of regular social rent dwellings.",
        "state, extra cost (pot state): €84,000 of €140,000; €14,000 short in 2026.",
        "R, clustered dwelling: 12 of 20 at the end of 2027; 8 open.",
        "R, regular programme: 40 covered at the end of 2027, but later than asked: 16 open in 2026.",
        "Epe, rule contribution, minimum contribution: agreed by all.",
        "In all tests: availability 12x and minimum contribution (contribution) 1x.",
    ]


def test_the_programme_of_a_region_in_tables(region: Assessed) -> None:
    """A row per rule and place with its lines counted by verdict, and how much is short."""
    tables = assessment_tables(region, None)
    verdict = {(r["rule_id"], r["place"], r["subject"]): r for r in tables["verdict"].to_pylist()}
    money = verdict["extra_cost", "", "state"]
    assert (money["verdict"], money["broken"], money["met"], money["short"]) == ("broken", 1, 1, 14_000.0)
    assert (money["unit"], money["from_year"], money["lhs"], money["rhs"]) == (
        "EUR",
        2026,
        84_000.0,
        70_000.0,
    )
    assert verdict["contribution", "GM0002", ""]["verdict"] == "exempt"
    assert verdict["social-30", "GM0001", ""]["reason"] == "Er is geen grond."
    [pot] = tables["pots"].to_pylist()
    assert (pot["asked_eur"], pot["available_eur"], pot["short_eur"]) == (84_000, 140_000, 14_000)
    assert tables["change"].num_rows == 0


def test_a_programme_that_fits_of_one_municipality(small: Any, rows: list[Any]) -> None:
    """Heerde alone: what Epe builds decides about the needs, and it may ask all of the pot."""
    instance = small.instance(*rows, years=2)
    judged = assess(prepare(instance, {(small.A, 2027, "clustered"): 10, (small.A, 2026, "market"): 1}))
    assert texts(sentences(judged), "nl") == [
        "Ja: het programma van Heerde past. Alle harde regels die te toetsen zijn, worden gehaald (6 "
        "toetsingen).",
        "Het programma telt 11 woonruimten in 2026-2027; 0 daarvan zijn hard afgesproken.",
        "Andere gemeenten bouwen hier alleen wat hard is afgesproken. Wat afhangt van wat zij nog meer "
        "bouwen, is niet te toetsen; met --others plan kiest Thuisplan dat.",
        "Wie betaalt en wie waar komt wonen staat niet in een programma. Dat is ingevuld: zo min mogelijk "
        "tegen de regels, en dan zo goed mogelijk voor de behoeften.",
        "Gevraagd wordt € 70.000 meerkosten en € 0 onrendabele top.",
        "state, meerkosten (budget state): € 70.000 van de € 140.000.",
        "R, geclusterde woning: het programma levert 10 van de 20 tot en met 2027; wat anderen leveren is "
        "niet bekend.",
        "R, regulier programma: het programma levert 1 van de 40 tot en met 2027; wat anderen leveren is "
        "niet bekend.",
        "Hangt af van wat andere gemeenten bouwen: meerkosten.",
        "In alle toetsingen: aanbod 6x.",
    ]


def test_the_contribution_against_the_share(small: Any, rows: list[Any]) -> None:
    """Two thirds of 30 clustered are 20 for Heerde, one third is 10 for Epe; the margin is 2.

    Heerde builds 19, within the margin; Epe 10, and then 14. Of a share of what the region delivers nothing
    is known while Epe is not in the programme.
    """
    shares = {small.A: Fraction(2, 3), small.B: Fraction(1, 3)}
    key = [Key(key_id="k", basis="shares")]
    key += [KeyShare(key_id="k", municipality_code=code, share=share) for code, share in shares.items()]
    parameters = {"key": "k", "options": "clustered", "needs": "clustered", "dead_band_dwellings": 2}

    def told(cells: dict[Any, int], language: str, **more: str) -> list[str]:
        rule = small.rule("fair", "fair_share", {**parameters, **more}, strength="monitor")
        judged = assess(prepare(small.instance(*rows, *key, rule, years=3), cells))
        return texts([one for one in sentences(judged) if one.section == "assess_contribution"], language)

    heerde = {(small.A, 2026, "clustered"): 19}
    both = {**heerde, (small.B, 2027, "clustered"): 10}
    assert told(both, "nl") == [
        "Heerde, regel fair: 19 van de 20 woningen tot en met 2028, 1 te weinig, binnen de marge van 2. Het "
        "aandeel is 66,7 % van 30.",
        "Epe, regel fair: 10 woningen, precies het aandeel tot en met 2028. Dat is 33,3 % van 30.",
    ]
    assert told({(small.B, 2027, "clustered"): 14}, "en") == [
        "Epe, rule fair: 14 dwellings where 10 is the share up to and including 2028, 4 more. The share is "
        "33.3% of 30."
    ]
    assert told(heerde, "nl", basis="delivered") == [
        "Heerde, regel fair: 19 woningen tot en met 2028. Het aandeel (66,7 %) is van wat de hele regio "
        "levert, en dat is niet bekend."
    ]


# --- the change ---------------------------------------------------------------------


def test_the_smallest_change_in_sentences(region: Assessed, small: Any) -> None:
    """Proved or not, with what it may move; one dwelling is a dwelling."""
    cells = (
        CellChange(small.A, 2026, "clustered", -2),
        CellChange(small.A, 2027, "clustered", 2),
        CellChange(small.B, 2026, "market", 1),
        CellChange(small.B, 2027, "market", -1),
    )
    change = SmallestChange("years", "closed", 3, 3, cells)
    assert texts(change_sentences(region, change), "nl") == [
        "3 woningen erbij en 3 woningen eraf. Gemeten als het grootste van die twee kan "
        "het niet kleiner; dat is bewezen.",
        "Alleen jaren zijn verschoven: per gemeente en optie blijft het aantal gelijk (--may-move years).",
        "Heerde: +2 geclusterde woningen in 2027, -2 geclusterde woningen in 2026.",
        "Epe: +1 vrijesectorwoning in 2026, -1 vrijesectorwoning in 2027.",
    ]
    found = replace(change, stopped="time_limit", bound=1)
    assert texts(change_sentences(region, found), "en") == [
        "3 dwellings added and 3 dwellings taken away. It may be possible with less: proved is that it takes "
        "at least 1. Give more time with --time-limit.",
        "Only years were moved: per municipality and option the number stays the same (--may-move years).",
        "Heerde: +2 clustered dwellings in 2027, -2 clustered dwellings in 2026.",
        "Epe: +1 market dwelling in 2026, -1 market dwelling in 2027.",
    ]


def test_where_no_change_is_enough_the_next_freedom_is_told(region: Assessed) -> None:
    """What stays broken, then the wider freedom; with none left it is said that a rule has to give."""
    none = SmallestChange("all", "infeasible", None, 0, stay=region.misfits)
    types = SmallestChange("types", "time_limit", None, 4, wider=none)
    years = SmallestChange("years", "infeasible", None, 0, stay=region.misfits, wider=types)
    assert texts(change_sentences(region, years), "nl") == [
        "Door alleen jaren te verschuiven past het programma niet; dat is bewezen.",
        "Dan nog niet gehaald: state, meerkosten: € 14.000 te veel in 2026 (€ 84.000, hoogstens € 70.000).",
        "Binnen de tijd is geen wijziging gevonden die past; bewezen is dat het er ten minste 4 zijn. Geef "
        "meer tijd met --time-limit.",
        "Geen enkele wijziging van dit programma maakt het passend; dat is bewezen. `thuisplan diagnose` "
        "zegt welke regel moet wijken.",
        "Dan nog niet gehaald: state, meerkosten: € 14.000 te veel in 2026 (€ 84.000, hoogstens € 70.000).",
    ]
    wider = replace(years, wider=SmallestChange("types", "closed", 0, 0))
    assert texts(change_sentences(region, wider), "en")[2:] == [
        "This does:",
        "0 dwellings added and 0 dwellings taken away. Measured as the larger of the two "
        "it cannot be smaller; that is proved.",
        "Years and types were moved: per municipality the number stays the same (--may-move types).",
    ]
    assert change_sentences(region, None) == ()


# --- warnings, and dwellings that no plan can hold -------------------------------------


def test_where_a_programme_is_optimistic_is_told(region: Assessed, small: Any) -> None:
    """Every kind of warning in a sentence; what a rule of the offer tells as well is left to that."""
    shared = {"municipality": small.A, "year": 2027, "option": "clustered", "route": None}
    warnings = (
        Optimism(kind="not_offered", dwellings=Fraction(5), limit=Fraction(0), **shared),
        Optimism(kind="lead_time", dwellings=Fraction(12), limit=Fraction(2029), **shared),
        Optimism(kind="realised", dwellings=Fraction(8), limit=Fraction(7), **shared),
        Optimism("capacity", small.A, 2027, None, None, Fraction(54), Fraction(40)),
        Optimism("capacity", small.A, 2027, None, "new_build", Fraction(54), Fraction(81, 2)),
        Optimism("pace", small.A, None, None, None, Fraction(31), Fraction(12)),
    )
    told = sentences(replace(region, warnings=warnings))
    told_of = [sentence for sentence in told if sentence.section == "assess_warning"]
    assert texts(told_of, "nl") == [
        "Heerde, 2027: 12 geclusterde woningen, en die kunnen pas in 2029 worden opgeleverd.",
        "Heerde, 2027: het programma noemt 8 geclusterde woningen, opgeleverd zijn er 7; daarmee is "
        "gerekend.",
        "Heerde, 2027: 54 woonruimten, en na planuitval is er ruimte voor 40.",
        "Heerde, 2027, nieuwbouw: 54 woonruimten, en na planuitval is er ruimte voor 40,5.",
        "Heerde: 31 woonruimten per jaar, en in de jaren ervoor waren het er 12.",
    ]
    assert texts(told_of, "en")[:2] == [
        "Heerde, 2027: 12 clustered dwellings, and these cannot be completed before 2029.",
        "Heerde, 2027: the programme says 8 clustered dwellings, 7 were completed; that is the number that "
        "counts.",
    ]


def test_dwellings_that_no_plan_can_hold_do_not_fit(region: Assessed, small: Any) -> None:
    """No rule is broken, and still the answer is no: nobody may pay, or no neighbourhood may have them."""
    cell = (small.A, 2026, "clustered", 12)
    kept = tuple(one for one in region.verdicts if not one.misfit)
    impossible = (Impossible("extra_cost", *cell), Impossible("neighbourhood", *cell))
    judged = replace(region, verdicts=kept, impossible=impossible)
    told = texts(sentences(judged), "nl")
    assert told[0] == (
        "Nee: het programma van Heerde en Epe past niet. Alle harde regels die te toetsen zijn worden "
        "gehaald, maar een deel van de woningen kan niet worden gebouwd."
    )
    assert told[3:5] == [
        "Heerde, 2026: 12 geclusterde woningen, en geen budget mag de meerkosten daarvan betalen.",
        "Heerde, 2026: 12 geclusterde woningen, en geen wijk van de gemeente mag die hebben.",
    ]
    assert assessment_tables(judged, None)["impossible"].num_rows == 2

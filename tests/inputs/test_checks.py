"""Checks across tables: every planted error is found at its place, and a good input has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thuisplan.inputs.checks import check, incomplete_tables
from thuisplan.inputs.columns import Row
from thuisplan.inputs.examples import municipality, stedendriehoek
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.parse import parse
from thuisplan.inputs.raw import RawInput, RawTable
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.scenario import Scenario
from thuisplan.outputs.texts import finding_text

WRONG, WARNING, NOTICE = Severity.WRONG, Severity.WARNING, Severity.NOTICE

SETTINGS: dict[str, Any] = {
    "format": 1, "name": "proef", "first_year": 2026, "last_year": 2035, "rule_sets": ["draft-decree-2024"],
}  # fmt: skip

# Two municipalities that are the whole world: every rule can be tested. Row numbers as a spreadsheet
# shows them: the heading is row 1.
TABLES: dict[str, str] = {
    "municipalities": """
        gemeentecode;gemeente;indelingsjaar;inwoners;huishoudens;woningvoorraad;sociale_voorraad;middenvoorraad;vrijkomend_per_jaar
        GM0200;Apeldoorn;2026;160000;72000;74000;20000;9000;1100
        GM0213;Brummen;2026;21000;9000;9500;2300;1000;130""",
    "memberships": """
        gemeentecode;doel;plaats;gemeenten_in_regio
        GM0200;overeenkomst;Stedendriehoek;2
        GM0213;overeenkomst;Stedendriehoek;2
        GM0200;woningbouwregio;Cleantech;2
        GM0213;woningbouwregio;Cleantech;2
        GM0200;provincie;Gelderland;2
        GM0213;provincie;Gelderland;2
        GM0200;land;Nederland;2
        GM0213;land;Nederland;2""",
    "options": """
        optie;woningtype;route;segment;meerkosten_eur;meerkosten_prijspeil;onrendabele_top_eur;minimale_projectomvang;kenmerken;doorlooptijd_jaren;eerste_jaar
        sociaal;social_regular;nieuwbouw;sociale huur;0;;120000;;;;
        geclusterd;clustered;nieuwbouw;sociale huur;7000;2024;120000;12;nultreden;;
        midden;mid_rent;nieuwbouw;middenhuur;0;;0;;;;""",
    "availability": """
        gemeentecode;optie;vanaf_jaar;tot_en_met_jaar;hoogstens_per_jaar
        *;*;2026;;100
        GM0213;geclusterd;2026;;24""",
    "capacity": """
        gemeentecode;route;vanaf_jaar;tot_en_met_jaar;woningen_per_jaar
        GM0200;;2026;;600
        GM0213;;2026;;90""",
    "commitments": """
        gemeentecode;optie;jaar;woningen
        GM0200;sociaal;2026;40""",
    "needs": """
        behoefte;doel;plaats;behoeftecategorie;vanaf_jaar;tot_en_met_jaar;laag;midden;hoog;telt;sterkte
        zorg;overeenkomst;Stedendriehoek;clustered;2026;2030;10;20;30;;
        zorg;overeenkomst;Stedendriehoek;clustered;2031;;;12;;;
        sociaal;gemeente;GM0200;social_regular;2026;;;30;;;""",
    "pots": """
        budget;financier;soort_geld;doel;plaats;woningtypen;hoogstens_per_woning_eur;hoogstens_aandeel;prijspeil;draagt_de_rest
        rijk;Rijk;meerkosten;;;;;;2024;
        corporaties;corporaties;onrendabele top;overeenkomst;Stedendriehoek;;;;;ja""",
    "budgets": """
        budget;vanaf_jaar;tot_en_met_jaar;bedrag_eur
        rijk;2026;;500000""",
    "keys": """
        sleutel;grondslag;begin_grondslag;pad_beginjaar;pad_eindjaar
        inwoners;inwoners;sociale voorraad;2026;2035
        eigen;aandelen;;;""",
    "key_shares": """
        sleutel;gemeentecode;jaar;aandeel
        eigen;GM0200;;0,9
        eigen;GM0213;;0,1""",
    "rules": """
        regel;familie;doel;plaats;sterkte;geldig_vanaf;geldig_tot_en_met
        verdeling;fair_share;overeenkomst;;;;
        nultreden;feature_target;provincie;Gelderland;;;
        bijdrage;minimum_contribution;gemeente;GM0200;;;""",
    "rule_parameters": """
        regel;parameter;waarde
        verdeling;sleutel;inwoners
        verdeling;opties;geclusterd
        nultreden;kenmerk;zero_step
        nultreden;aandeel;1/10
        nultreden;perioden;2026-2030 2031-2035
        bijdrage;opties;sociaal
        bijdrage;woningen;100
        bijdrage;in_jaar;2030""",
    "exemptions": """
        regel;plaats;waarde;overeengekomen_door
        social-30;GM0213;0,2;gemeenteraad""",
}  # fmt: skip

Edit = tuple[str, int | None, dict[str, str]]
"""Table, row number (None: a new row), heading -> cell; a table "settings" is the settings."""


def parsed(*edits: Edit) -> tuple[Scenario, tuple[Finding, ...]]:
    """Return the small scenario with some cells changed, and what the parser found."""
    values = dict(SETTINGS)
    raws = {}
    for table, text in TABLES.items():
        heading, *lines = (line.strip().split(";") for line in text.strip().splitlines())
        rows = [dict(zip(heading, cells, strict=True)) for cells in lines]
        for _, number, cells_ in (edit for edit in edits if edit[0] == table):
            assert set(cells_) <= set(heading)
            if number is None:
                rows.append({**dict.fromkeys(heading, ""), **cells_})
            else:
                rows[number - 2] |= cells_
        numbered = tuple((n, tuple(row.values())) for n, row in enumerate(rows, start=2))
        raws[table] = RawTable(table, f"{table}.csv", tuple(heading), numbered)
    for _, _, cells_ in (edit for edit in edits if edit[0] == "settings"):
        values |= cells_
    scenario, findings = parse(RawInput(values, "scenario.toml", raws, ()))
    assert scenario is not None
    return scenario, findings


def checked(*edits: Edit) -> tuple[Finding, ...]:
    """Return what the checks find in the small scenario with some cells changed."""
    scenario, findings = parsed(*edits)
    assert not [f for f in findings if f.severity is WRONG], findings
    return check(scenario)


def without(*edits: Edit, table: str) -> tuple[Finding, ...]:
    """Return what the checks find when a table is empty."""
    scenario, _ = parsed(*edits)
    return check(replace(scenario, tables=MappingProxyType({**scenario.tables, table: ()})))


def place(finding: Finding) -> tuple[Any, ...]:
    return finding.severity, finding.code, finding.source, finding.row, finding.column


def codes(findings: Iterable[Finding]) -> set[str]:
    return {finding.code for finding in findings}


def test_a_good_input_has_no_finding_but_the_date_of_its_rule_set() -> None:
    assert [place(f) for f in checked()] == [(NOTICE, "rule_set_dated", "scenario", None, "rule_sets")]


def test_a_resolved_input_passes_the_checks_again() -> None:
    scenario, _ = parsed()
    assert check(resolve(scenario).scenario) == ()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_examples_have_only_notices(language: str) -> None:
    for scenario in (stedendriehoek(language), municipality("GM0262", language)):
        for stage in (scenario, resolve(scenario).scenario):
            # Of the template of one municipality it is said that it still has to be filled in.
            codes = {f.code for f in check(stage) if f.severity is not NOTICE}
            assert codes == ({"placeholders_left"} if len(scenario.tables["municipalities"]) == 1 else set())


CASES: dict[str, tuple[list[Edit], tuple[Any, ...]]] = {
    # --- codes, places and years
    "municipality that is not there": (
        [("capacity", 3, {"gemeentecode": "GM0231"})],
        (WRONG, "unknown_code", "capacity.csv", 3, "gemeentecode"),
    ),
    "option that is not there": (
        [("commitments", 2, {"optie": "sociaai"})],
        (WRONG, "unknown_code", "commitments.csv", 2, "optie"),
    ),
    "star where it means nothing": (
        [("commitments", 2, {"gemeentecode": "*"})],
        (WRONG, "unknown_code", "commitments.csv", 2, "gemeentecode"),
    ),
    "rule that is not there": (
        [("exemptions", 2, {"regel": "social-3O"})],
        (WRONG, "unknown_code", "exemptions.csv", 2, "regel"),
    ),
    "budget without pot": (
        [("budgets", 2, {"budget": "rijjk"})],
        (WRONG, "unknown_code", "budgets.csv", 2, "budget"),
    ),
    "place of a need": (
        [("needs", 4, {"plaats": "GM0201"})],
        (WRONG, "unknown_place", "needs.csv", 4, "plaats"),
    ),
    "purpose of a need": (
        [("needs", 4, {"doel": "wmo"})],
        (WRONG, "unknown_purpose", "needs.csv", 4, "doel"),
    ),
    "place of a rule": (
        [("rules", 3, {"plaats": "Gelderlnd"})],
        (WRONG, "unknown_place", "rules.csv", 3, "plaats"),
    ),
    "pot with a purpose and no place": (
        [("pots", 3, {"plaats": ""})],
        (WRONG, "place_missing", "pots.csv", 3, "plaats"),
    ),
    "pot with a place and no purpose": (
        [("pots", 3, {"doel": ""})],
        (WRONG, "purpose_missing", "pots.csv", 3, "doel"),
    ),
    "membership of a municipality": (
        [("memberships", None, {"gemeentecode": "GM0200", "doel": "gemeente", "plaats": "GM0200"})],
        (WRONG, "municipality_as_region", "memberships.csv", 10, "doel"),
    ),
    "two sizes of one region": (
        [("memberships", 3, {"gemeenten_in_regio": "9"})],
        (WRONG, "region_size_differs", "memberships.csv", 3, "gemeenten_in_regio"),
    ),
    "region smaller than its members": (
        [("memberships", 6, {"gemeenten_in_regio": "1"}), ("memberships", 7, {"gemeenten_in_regio": "1"})],
        (WRONG, "region_size_too_small", "memberships.csv", 6, "gemeenten_in_regio"),
    ),
    "years that run backwards": (
        [("availability", 3, {"tot_en_met_jaar": "2025"})],
        (WRONG, "years_reversed", "availability.csv", 3, "tot_en_met_jaar"),
    ),
    "years after the horizon": (
        [("capacity", 3, {"vanaf_jaar": "2040"})],
        (WARNING, "years_outside_horizon", "capacity.csv", 3, "vanaf_jaar"),
    ),
    "share in a year outside the horizon": (
        [
            (
                "key_shares", None,
                {"sleutel": "eigen", "gemeentecode": "GM0200", "jaar": "2050", "aandeel": "1"},
            ),
        ],
        (WARNING, "years_outside_horizon", "key_shares.csv", 4, "jaar"),
    ),
    "overlapping years": (
        [("needs", 3, {"vanaf_jaar": "2030"})],
        (WRONG, "years_overlap", "needs.csv", 3, "vanaf_jaar"),
    ),
    "overlapping budgets": (
        [("budgets", None, {"budget": "rijk", "vanaf_jaar": "2028", "bedrag_eur": "1"})],
        (WRONG, "years_overlap", "budgets.csv", 3, "vanaf_jaar"),
    ),
    "commitment after the horizon": (
        [("commitments", 2, {"jaar": "2036"})],
        (WRONG, "commitment_outside_horizon", "commitments.csv", 2, "jaar"),
    ),
    "commitment in a closed year": (
        [("settings", None, {"first_open_year": 2027})],  # type: ignore[dict-item]
        (WRONG, "commitment_in_closed_year", "commitments.csv", 2, "jaar"),
    ),
    "commitment of what is not offered": (
        [("availability", 2, {"vanaf_jaar": "2027"})],
        (WARNING, "commitment_not_offered", "commitments.csv", 2, "woningen"),
    ),
    # --- figures
    "more social dwellings than dwellings": (
        [("municipalities", 3, {"sociale_voorraad": "23000"})],
        (WRONG, "social_stock_above_dwelling_stock", "municipalities.csv", 3, "sociale_voorraad"),
    ),
    "more vacancies than social dwellings": (
        [("municipalities", 3, {"vrijkomend_per_jaar": "2301"})],
        (WRONG, "vacancies_per_year_above_social_stock", "municipalities.csv", 3, "vrijkomend_per_jaar"),
    ),
    "more households than inhabitants": (
        [("municipalities", 3, {"huishoudens": "21001"})],
        (WRONG, "households_above_inhabitants", "municipalities.csv", 3, "huishoudens"),
    ),
    "more mid dwellings than dwellings": (
        [("municipalities", 3, {"middenvoorraad": "9501"})],
        (WRONG, "mid_stock_above_dwelling_stock", "municipalities.csv", 3, "middenvoorraad"),
    ),
    "the population of Amsterdam in a village": (  # 931,000 / 9,500 = 98 a dwelling
        [("municipalities", 3, {"inwoners": "931000"})],
        (WARNING, "absurd_household", "municipalities.csv", 3, "inwoners"),
    ),
    "a population ten times too large": (
        [("municipalities", 2, {"inwoners": "1600000"})],
        (WARNING, "absurd_inhabitants", "municipalities.csv", 2, "inwoners"),
    ),
    "boundaries of another year": (
        [("municipalities", 2, {"indelingsjaar": "2020"})],
        (WARNING, "boundary_years_differ", "municipalities.csv", 2, "indelingsjaar"),
    ),
    "a need that is a total": (  # 8,351 > 83,500 / 10
        [("needs", 3, {"midden": "8351"})],
        (WARNING, "absurd_need", "needs.csv", 3, "midden"),
    ),
    "a capacity that is a total": (  # 951 > 9,500 / 10
        [("capacity", 3, {"woningen_per_jaar": "951"})],
        (WARNING, "absurd_capacity", "capacity.csv", 3, "woningen_per_jaar"),
    ),
    "an option after the horizon": (
        [("options", 4, {"doorlooptijd_jaren": "10"})],
        (WARNING, "option_too_late", "options.csv", 4, "doorlooptijd_jaren"),
    ),
    "a project that never fits": (
        [("options", 3, {"minimale_projectomvang": "25"})],
        (WARNING, "project_never_fits", "options.csv", 3, "minimale_projectomvang"),
    ),
    "a percentage for a share": (
        [("settings", None, {"national_social_share": "25.9"})],
        (WRONG, "national_share_not_a_share", "scenario", None, "national_social_share"),
    ),
    # --- needs
    "a need without estimate": (
        [("needs", 4, {"midden": ""})],
        (WRONG, "need_without_amount", "needs.csv", 4, "midden"),
    ),
    "estimates out of order": (
        [("needs", 2, {"laag": "21"})],
        (WRONG, "estimates_out_of_order", "needs.csv", 2, "laag"),
    ),
    "rows of one need that differ": (
        [("needs", 3, {"behoeftecategorie": "social_regular"})],
        (WRONG, "need_rows_differ", "needs.csv", 3, "behoeftecategorie"),
    ),
    "a need that no option serves": (
        [("needs", 4, {"behoeftecategorie": "social_regulier"})],
        (WRONG, "unknown_need_category", "needs.csv", 4, "behoeftecategorie"),
    ),
    "a need whose option is offered nowhere": (
        [("availability", 2, {"gemeentecode": "GM0213"})],
        (WRONG, "need_without_option", "needs.csv", 4, "behoeftecategorie"),
    ),
    "a need for which nothing is offered on purpose": (
        [("availability", 2, {"hoogstens_per_jaar": "0"})],
        (WARNING, "need_offered_none", "needs.csv", 4, "behoeftecategorie"),
    ),
    "needs that count the same dwellings": (
        [("needs", 4, {"behoeftecategorie": "clustered"})],
        (WRONG, "needs_overlap", "needs.csv", 2, "plaats"),
    ),
    "needs that disagree": (  # 30 x 10 = 300 > 20 x 5 + 12 x 5 = 160
        [("needs", 4, {"behoeftecategorie": "clustered", "telt": "nee"})],
        (WARNING, "needs_disagree", "needs.csv", 2, "plaats"),
    ),
    # --- money
    "a pot without budget": (
        [("pots", 3, {"draagt_de_rest": ""})],
        (WARNING, "pot_without_budget", "pots.csv", 3, "budget"),
    ),
    "a budget of a pot without limit": (
        [("pots", 2, {"draagt_de_rest": "ja"})],
        (WARNING, "budget_unused", "budgets.csv", 2, "bedrag_eur"),
    ),
    "an earmark for nothing": (
        [("pots", 2, {"woningtypen": "clustered|clusterd"})],
        (WARNING, "earmark_unused", "pots.csv", 2, "woningtypen"),
    ),
    "no pot of a kind": (
        [("pots", 2, {"soort_geld": "onrendabele top"})],
        (WARNING, "no_pot_of_kind", "options.csv", 3, "meerkosten_eur"),
    ),
    "a cost that no pot may pay": (
        [("pots", 2, {"doel": "gemeente", "plaats": "GM0213"})],
        (WARNING, "no_pot_pays", "options.csv", 3, "meerkosten_eur"),
    ),
    "a cost that pots may not pay in full": (
        [("pots", 2, {"hoogstens_aandeel": "99 %"})],
        (WARNING, "pots_pay_too_little", "options.csv", 3, "meerkosten_eur"),
    ),
    "a deficit of rooms as extra cost": (
        [("options", 4, {"woningtype": "room", "meerkosten_eur": "38000"})],
        (WARNING, "rooms_cost_is_deficit", "options.csv", 4, "meerkosten_eur"),
    ),
    "one amount twice": (
        [("options", 3, {"meerkosten_eur": "120000"})],
        (WARNING, "costs_equal", "options.csv", 3, "meerkosten_eur"),
    ),
    "extra cost of a regular dwelling": (
        [("options", 2, {"meerkosten_eur": "100"})],
        (WARNING, "regular_has_extra_cost", "options.csv", 2, "meerkosten_eur"),
    ),
    "price years": (
        [("options", 3, {"meerkosten_prijspeil": "2021"})],
        (NOTICE, "price_years_differ", None, None, None),
    ),
    "a cost above that of a dwelling": (
        [("options", 3, {"onrendabele_top_eur": "500001"})],
        (WARNING, "absurd_cost", "options.csv", 3, "onrendabele_top_eur"),
    ),
    "a budget of more than a billion": (
        [("budgets", 2, {"bedrag_eur": "1000000001"})],
        (WARNING, "absurd_budget", "budgets.csv", 2, "bedrag_eur"),
    ),
    # --- keys
    "a path beside shares": (
        [("keys", 3, {"begin_grondslag": "inwoners", "pad_beginjaar": "2026", "pad_eindjaar": "2030"})],
        (WRONG, "path_beside_shares", "keys.csv", 3, "begin_grondslag"),
    ),
    "a path from shares": (
        [("keys", 2, {"begin_grondslag": "aandelen"})],
        (WRONG, "path_from_shares", "keys.csv", 2, "begin_grondslag"),
    ),
    "a path without end": (
        [("keys", 2, {"pad_eindjaar": ""})],
        (WRONG, "path_incomplete", "keys.csv", 2, "pad_eindjaar"),
    ),
    "a path of no years": (
        [("keys", 2, {"pad_eindjaar": "2026"})],
        (WRONG, "path_reversed", "keys.csv", 2, "pad_eindjaar"),
    ),
    "a key without its figure": (
        [("municipalities", 3, {"inwoners": ""})],
        (WRONG, "key_figure_missing", "municipalities.csv", 3, "inwoners"),
    ),
    "a key of nothing": (
        [("municipalities", n, {"sociale_voorraad": "0", "vrijkomend_per_jaar": ""}) for n in (2, 3)],
        (WRONG, "key_total_zero", "keys.csv", 2, "grondslag"),
    ),
    "shares of a computed key": (
        [("key_shares", None, {"sleutel": "inwoners", "gemeentecode": "GM0200", "aandeel": "1"})],
        (WARNING, "shares_unused", "key_shares.csv", 4, "sleutel"),
    ),
    "shares that do not sum": (
        [("key_shares", 3, {"aandeel": "0,0999"})],
        (WRONG, "shares_do_not_sum", "key_shares.csv", 2, "aandeel"),
    ),
    "a key without shares": (
        [("keys", None, {"sleutel": "leeg", "grondslag": "aandelen"})],
        (WRONG, "key_without_shares", "keys.csv", 4, "grondslag"),
    ),
    "a municipality without share": (
        [
            ("rule_parameters", 2, {"waarde": "eigen"}),
            ("key_shares", 2, {"aandeel": "1"}),
            ("key_shares", 3, {"sleutel": "inwoners"}),
        ],
        (WRONG, "key_without_municipality", "keys.csv", 3, "sleutel"),
    ),
    "a key wider than the region": (
        [("rules", 2, {"doel": "gemeente", "plaats": "GM0200"}), ("needs", 2, {}),
         ("rule_parameters", None, {"regel": "verdeling", "parameter": "grondslag", "waarde": "geleverd"})],
        (WARNING, "key_wider_than_region", "keys.csv", 2, "sleutel"),
    ),
    "a need of elsewhere": (
        [("rules", 2, {"doel": "gemeente", "plaats": "GM0213"}),
         ("rule_parameters", None, {"regel": "verdeling", "parameter": "needs", "waarde": "sociaal"})],
        (WRONG, "need_outside_rule", "rule_parameters.csv", 10, "waarde"),
    ),
    "a fair share of nothing": (
        [("rule_parameters", 3, {"waarde": "midden"})],
        (WRONG, "fair_share_without_task", "rules.csv", 2, "familie"),
    ),
    # --- rules
    "a rule set that is not there": (
        [("settings", None, {"rule_sets": ["draft-decree-2030"]}), ("exemptions", 2, {"regel": "bijdrage", "plaats": "GM0200", "waarde": "3"})],  # type: ignore[dict-item]  # noqa: E501
        (WRONG, "unknown_rule_set", "scenario", None, "rule_sets"),
    ),
    "a rule outside the horizon": (
        [("rules", 3, {"geldig_vanaf": "2036"})],
        (WRONG, "rule_outside_horizon", "rules.csv", 3, "geldig_vanaf"),
    ),
    "a rule partly outside the horizon": (
        [("rules", 3, {"geldig_tot_en_met": "2040"})],
        (WARNING, "rule_partly_outside_horizon", "rules.csv", 3, "geldig_tot_en_met"),
    ),
    "the name of a building block for another rule": (
        [("rules", None, {"regel": "capacity", "familie": "extra_cost"})],
        (WRONG, "rule_id_reserved", "rules.csv", 5, "regel"),
    ),
    "a building block named twice": (
        [("rules", None, {"regel": rule, "familie": "capacity"}) for rule in "ab"],
        (WRONG, "family_named_twice", "rules.csv", 6, "familie"),
    ),
    "a municipality without region": (
        [("memberships", 7, {"doel": "eigen"})],
        (WRONG, "municipality_without_region", "municipalities.csv", 3, "gemeentecode"),
    ),
    "a rule of a purpose that nobody has": (
        [("rules", None, {"regel": "wmo", "familie": "affordable_share", "doel": "wmo"})],
        (WRONG, "rule_without_region", "rules.csv", 5, "doel"),
    ),
    "a ready rule of a purpose that nobody has": (
        [("memberships", n, {"doel": "eigen"}) for n in (8, 9)],
        (NOTICE, "set_rule_without_region", None, None, None),
    ),
    "a region that is not whole": (
        [("memberships", n, {"gemeenten_in_regio": "51"}) for n in (6, 7)],
        (NOTICE, "region_not_whole", "memberships.csv", 6, "gemeenten_in_regio"),
    ),
    "a region of unknown size": (
        [("memberships", n, {"gemeenten_in_regio": ""}) for n in (6, 7)],
        (NOTICE, "region_size_unknown", "memberships.csv", 6, "gemeenten_in_regio"),
    ),
    "an unknown stock": (
        [("municipalities", 3, {"woningvoorraad": ""})],
        (NOTICE, "stock_unknown", "municipalities.csv", 3, "woningvoorraad"),
    ),
    "an exemption of elsewhere": (
        [("exemptions", 2, {"plaats": "Gelderland"})],
        (WRONG, "exemption_place_unknown", "exemptions.csv", 2, "plaats"),
    ),
    "an exemption in per cent": (
        [("exemptions", 2, {"waarde": "20"})],
        (WRONG, "exemption_share_above_one", "exemptions.csv", 2, "waarde"),
    ),
    "an exemption with a value for nothing": (
        [("exemptions", 2, {"regel": "verdeling"})],
        (WRONG, "exemption_value_unused", "exemptions.csv", 2, "waarde"),
    ),
    "an exemption of half a dwelling": (
        [("exemptions", 2, {"regel": "bijdrage", "plaats": "GM0200", "waarde": "0,5"})],
        (WRONG, "exemption_not_whole", "exemptions.csv", 2, "waarde"),
    ),
    # --- parameters
    "an unknown parameter": (
        [("rule_parameters", None, {"regel": "verdeling", "parameter": "slleutel", "waarde": "1"})],
        (WRONG, "unknown_parameter", "rule_parameters.csv", 10, "parameter"),
    ),
    "a parameter of a family that has none": (
        [("rule_parameters", None, {"regel": "capacity", "parameter": "share", "waarde": "1"})],
        (WRONG, "family_without_parameters", "rule_parameters.csv", 10, "parameter"),
    ),
    "a parameter in two languages": (
        [("rule_parameters", None, {"regel": "verdeling", "parameter": "key", "waarde": "eigen"})],
        (WRONG, "parameter_twice", "rule_parameters.csv", 10, "parameter"),
    ),
    "a parameter that is no number": (
        [("rule_parameters", 8, {"waarde": "veel"})],
        (WRONG, "not_a_number", "rule_parameters.csv", 8, "waarde"),
    ),
    "a parameter out of range": (
        [("rule_parameters", 5, {"waarde": "1,1"})],
        (WRONG, "out_of_range", "rule_parameters.csv", 5, "waarde"),
    ),
    "a choice that is none": (
        [("rule_parameters", None, {"regel": "verdeling", "parameter": "grondslag", "waarde": "gelverd"})],
        (WRONG, "unknown_choice", "rule_parameters.csv", 10, "waarde"),
    ),
    "a key that is not there": (
        [("rule_parameters", 2, {"waarde": "inwoner"})],
        (WRONG, "unknown_code", "rule_parameters.csv", 2, "waarde"),
    ),
    "an option in a list that is not there": (
        [("rule_parameters", 7, {"waarde": "sociaal|duur"})],
        (WRONG, "unknown_code", "rule_parameters.csv", 7, "waarde"),
    ),
    "a list of nothing": (
        [("rule_parameters", 7, {"waarde": "|"})],
        (WRONG, "empty_list", "rule_parameters.csv", 7, "waarde"),
    ),
    "a parameter that is missing": (
        [("rule_parameters", 8, {"regel": "nultreden", "parameter": "route", "waarde": "flex"})],
        (WRONG, "missing_parameter", "rules.csv", 4, "familie"),
    ),
    "periods that cannot be read": (
        [("rule_parameters", 6, {"waarde": "eerst de ene helft"})],
        (WRONG, "unreadable_periods", "rule_parameters.csv", 6, "waarde"),
    ),
    "periods after the horizon": (
        [("rule_parameters", 6, {"waarde": "2040-2045"})],
        (WRONG, "periods_outside_horizon", "rule_parameters.csv", 6, "waarde"),
    ),
    "periods partly after the horizon": (
        [("rule_parameters", 6, {"waarde": "2026-2030 2031-2040"})],
        (WARNING, "periods_partly_outside_horizon", "rule_parameters.csv", 6, "waarde"),
    ),
    "a year outside the rule": (
        [("rule_parameters", 9, {"waarde": "2040"})],
        (WRONG, "year_outside_rule", "rule_parameters.csv", 9, "waarde"),
    ),
    "a target of nothing": (
        [("rule_parameters", 5, {"parameter": "route", "waarde": "flex"})],
        (WRONG, "target_missing", "rules.csv", 3, "familie"),
    ),
    "a target of two things": (
        [("rule_parameters", None, {"regel": "nultreden", "parameter": "woningen", "waarde": "5"})],
        (WRONG, "target_twice", "rules.csv", 3, "familie"),
    ),
    "a feature that no option has": (
        [("rule_parameters", 4, {"waarde": "zero_stap"})],
        (WRONG, "unknown_feature", "rule_parameters.csv", 4, "waarde"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_planted_error_is_found_at_its_place(name: str) -> None:
    edits, expected = CASES[name]
    findings = checked(*edits)
    assert expected in [place(f) for f in findings]
    for finding in findings:
        for language in ("nl", "en"):
            assert "{" not in finding_text(finding, language)


def test_ten_planted_errors_are_all_listed_with_their_places() -> None:
    """Of every table another kind of error; nothing else is called wrong."""
    edits: list[Edit] = [
        ("municipalities", 3, {"sociale_voorraad": "23000"}),
        ("memberships", 3, {"gemeenten_in_regio": "9"}),
        ("availability", 3, {"tot_en_met_jaar": "2025"}),
        ("capacity", 3, {"gemeentecode": "GM0231"}),
        ("commitments", 2, {"jaar": "2036"}),
        ("needs", 4, {"midden": ""}),
        ("pots", 3, {"plaats": ""}),
        ("key_shares", 3, {"aandeel": "0,2"}),
        ("rules", 3, {"geldig_vanaf": "2036"}),
        ("rule_parameters", 9, {"waarde": "2040"}),
    ]
    wrong = {place(f)[1:] for f in checked(*edits) if f.severity is WRONG}
    assert wrong == {
        ("social_stock_above_dwelling_stock", "municipalities.csv", 3, "sociale_voorraad"),
        ("region_size_differs", "memberships.csv", 3, "gemeenten_in_regio"),
        ("years_reversed", "availability.csv", 3, "tot_en_met_jaar"),
        ("unknown_code", "capacity.csv", 3, "gemeentecode"),
        ("commitment_outside_horizon", "commitments.csv", 2, "jaar"),
        ("need_without_amount", "needs.csv", 4, "midden"),
        ("place_missing", "pots.csv", 3, "plaats"),
        ("shares_do_not_sum", "key_shares.csv", 2, "aandeel"),
        ("rule_outside_horizon", "rules.csv", 3, "geldig_vanaf"),
        ("year_outside_rule", "rule_parameters.csv", 9, "waarde"),
    }


def test_a_finding_quotes_the_cell_and_names_the_nearest_code() -> None:
    (finding,) = (f for f in checked(("commitments", 2, {"optie": "sociaai"})) if f.severity is WRONG)
    assert finding.value == "sociaai"
    assert finding.values["nearest"] == "sociaal"


def test_an_unknown_code_is_told_once_per_table_with_how_often() -> None:
    edits: list[Edit] = [
        ("commitments", None, {"gemeentecode": "GM0200", "optie": "duur", "jaar": str(year), "woningen": "1"})
        for year in (2027, 2028, 2029)
    ]
    (finding,) = (f for f in checked(*edits) if f.code == "unknown_code")
    assert (finding.row, finding.values["more"]) == (3, 2)


def test_needs_of_municipalities_and_their_region_are_added_up() -> None:
    """Apeldoorn 64 x 10 and Brummen 30 x 10 are 940; the region has 100 x 10 = 1,000."""
    edits: list[Edit] = [
        ("needs", 2, {"laag": "", "midden": "100", "hoog": ""}),
        ("needs", 3, {"midden": "100"}),
        ("needs", 4, {"behoeftecategorie": "clustered", "midden": "64"}),
        ("needs", None, {"behoefte": "brummen", "doel": "gemeente", "plaats": "GM0213",
                         "behoeftecategorie": "clustered", "vanaf_jaar": "2026", "midden": "30"}),
    ]  # fmt: skip
    (finding,) = (f for f in checked(*edits) if f.code == "needs_overlap")
    assert (finding.values["total"], finding.values["others_total"]) == (1000, 940)
    assert finding_text(finding, "en") == (
        "needs.csv, row 2, column plaats, value 'Stedendriehoek': the need 'zorg' of Stedendriehoek "
        "is 1,000, "
        "and the sum of sociaal and brummen in the same municipalities is 940: the same dwellings "
        "would count "
        "twice. Which decides? What to do: set 'decides' to no for one of them; it is then only compared."
    )


def test_needs_that_agree_need_no_remark_if_one_of_them_does_not_decide() -> None:
    """64 + 36 a year in the municipalities are the 100 a year of the region."""
    edits: list[Edit] = [
        ("needs", 2, {"laag": "", "midden": "100", "hoog": ""}),
        ("needs", 3, {"midden": "100"}),
        ("needs", 4, {"behoeftecategorie": "clustered", "midden": "64", "telt": "nee"}),
        ("needs", None, {"behoefte": "brummen", "doel": "gemeente", "plaats": "GM0213", "telt": "nee",
                         "behoeftecategorie": "clustered", "vanaf_jaar": "2026", "midden": "36"}),
    ]  # fmt: skip
    assert not codes(checked(*edits)) & {"needs_overlap", "needs_disagree"}


def test_a_need_that_is_only_reported_may_stay_without_option() -> None:
    findings = checked(("needs", 4, {"behoeftecategorie": "mantelzorg", "sterkte": "alleen volgen"}))
    assert [f.severity for f in findings if f.code == "unknown_need_category"] == [NOTICE]


def test_shares_tell_their_sum_and_the_difference_per_stretch_of_years() -> None:
    """In 2030 Apeldoorn has 0.8 instead of 0.9: with Brummen 0.9, a tenth too little."""
    edit: Edit = (
        "key_shares",
        None,
        {"sleutel": "eigen", "gemeentecode": "GM0200", "jaar": "2030", "aandeel": "0,8"},
    )
    (finding,) = (f for f in checked(edit) if f.code == "shares_do_not_sum")
    assert finding.values["years"] == "2030"
    assert (finding.values["sum"], finding.values["difference"]) == (Fraction(9, 10), Fraction(1, 10))
    assert finding.row == 4


def test_dutch_names_of_parameters_mean_the_same_as_english_ones() -> None:
    english = resolve(parsed(("rule_parameters", 2, {"parameter": "key"}))[0])
    assert english.scenario.tables == resolve(parsed()[0]).scenario.tables


def test_what_refers_to_a_table_with_a_bad_row_is_not_called_unknown() -> None:
    """Brummen has no number for its inhabitants: only that is wrong, not every row that names Brummen."""
    scenario, findings = parsed(("municipalities", 3, {"inwoners": "12a"}))
    incomplete = incomplete_tables(findings)
    assert incomplete == {"municipalities"}
    assert [f.code for f in findings] == ["not_a_number"]
    assert not [f for f in check(scenario, incomplete) if f.severity is WRONG]
    assert [f for f in check(scenario) if f.severity is WRONG]


def test_a_year_after_the_horizon_is_a_warning_that_resolving_survives() -> None:
    scenario, _ = parsed(("capacity", 3, {"vanaf_jaar": "2040"}))
    assert not [f for f in check(resolve(scenario).scenario) if f.severity is WRONG]


def test_an_empty_scenario_is_checked_without_an_error() -> None:
    scenario, _ = parsed()
    assert isinstance(check(Scenario(scenario.settings, MappingProxyType({}))), tuple)


@pytest.mark.parametrize("table", TABLES)
def test_a_missing_table_is_checked_without_an_error(table: str) -> None:
    assert isinstance(without(table=table), tuple)


@given(st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_part_of_any_of_the_cases_is_checked_and_told_without_an_error(data: st.DataObject) -> None:
    edits = CASES[data.draw(st.sampled_from(sorted(CASES)))][0]
    scenario, _ = parsed(*edits)
    tables: Mapping[str, tuple[Row, ...]] = {
        name: tuple(row for row in rows if data.draw(st.booleans())) for name, rows in scenario.tables.items()
    }
    part = replace(scenario, tables=MappingProxyType(tables))
    for finding in check(part):
        assert finding_text(finding, "nl")
        assert finding_text(finding, "en")

"""Whatever resolving loses, adds or changes is found: every table, every row, every cell."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from thuisplan import commands
from thuisplan.inputs import read as reading
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.read import copy_input
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.tables import TABLES, Commitment, Exclusion, Rule
from thuisplan.inputs.write import write_folder
from thuisplan.outputs.publish import VerificationFailed
from thuisplan.outputs.verification import Problem, original, resolved, verify
from thuisplan.outputs.verification.original import DERIVATIONS, check_original
from thuisplan.outputs.verification.resolved import read_settings, read_tables
from thuisplan.outputs.verification.tables import Tables

SETTINGS = """
format = 1
name = "Everything derived"
first_year = 2025
last_year = 2028
first_open_year = 2026
rule_sets = ["draft-decree-2024"]
need_level = "central"
price_year = 2024
permit_holders_inside = true
national_social_share = "25,9 %"
"""

# Every table has rows, and every way of deriving them occurs. Names look like formulas and remarks.
GIVEN = {
    "gemeenten": """
        gemeentecode;gemeente;indelingsjaar;inwoners;woningvoorraad;sociale_voorraad;vrijkomend_per_jaar;bron
        1;=Adorp;2025;2000;1000;200;13;#1
        2;Beveen;2025;2000;1000;400;30;'2/3
        3;Cehout;2025;4000;2000;500;;""",
    "indelingen": """
        gemeentecode;doel;plaats;gemeenten_in_regio
        1;afspraak;R;3
        2;afspraak;R;3
        3;afspraak;R;3
        1;land;NL;342
        2;land;NL;342
        3;land;NL;342
        1;provincie;P;50
        2;provincie;P;50
        3;provincie;P;50
        1;woningbouwregio;W;9
        2;woningbouwregio;W;9
        3;woningbouwregio;W;9""",
    "gemeentecijfers": """
        gemeentecode;cijfer;waarde
        1;marktdruk;'1/3
        2;marktdruk;2""",
    "opties": """
        optie;woningtype;route;segment;meerkosten_eur;meerkosten_prijspeil;onrendabele_top_eur;onrendabele_top_prijspeil;minimale_projectomvang;doorlooptijd_jaren;exploitatieduur_jaren;bron
        zorg;zorggeschikt;nieuwbouw;sociale huur;10000;2021;0;2021;3;1;;Companen
        huur;sociale huur, regulier;nieuwbouw;sociale huur;;;50000;2024;;;;
        flex;flexwoning;flexwoning;sociale huur;0;;0;;;;10;""",
    "aanbod": """
        gemeentecode;optie;vanaf_jaar;tot_en_met_jaar;hoogstens_per_jaar
        *;*;2026;;5
        *;zorg;2026;2027;6
        *;zorg;2028;;9
        2;*;2027;;7
        3;flex;2026;;
        3;zorg;2026;;8""",
    "capaciteit": """
        gemeentecode;route;vanaf_jaar;tot_en_met_jaar;woningen_per_jaar
        1;;2026;;30
        2;;2030;;30""",
    "plannen": """
        project;gemeentecode;planstatus;route;vanaf_jaar;tot_en_met_jaar;woningen
        heuvel;1;zacht;nieuwbouw;2025;2028;41
        later;1;hard;nieuwbouw;2031;;9""",
    "planuitval": """
        route;planstatus;realisatiegraad
        nieuwbouw;zacht;70 %""",
    "afspraken": """
        gemeentecode;optie;jaar;woningen
        1;huur;2026;2
        2;zorg;2027;3""",
    "gerealiseerd": """
        gemeentecode;optie;jaar;woningen
        1;huur;2025;4""",
    "uitsluitingen": """
        gemeentecode;optie;vanaf_jaar
        2;flex;2028""",
    "voorraadmutaties": """
        gemeentecode;oorzaak;vanaf_jaar;woningen_af;sociaal_af
        3;;2026;2;
        3;sloop;2026;2;1
        3;verkoop;2027;0;4""",
    "behoeften": """
        behoefte;doel;plaats;behoeftecategorie;vanaf_jaar;tot_en_met_jaar;laag;midden;hoog
        zorg;afspraak;R;zorggeschikt;2026;2026;3;;4,5
        zorg;afspraak;R;zorggeschikt;2027;;;2,4;
        ooit;afspraak;R;flexwoning;2030;;;5;""",
    "doelgroepen": """
        doelgroep;rollen;personen_per_huishouden
        dak- en thuislozen;wettelijk urgent|programma;
        vergunninghouders;taakstelling;2""",
    "instroom": """
        instroomcode;doelgroep;doel;plaats;vanaf_jaar;tot_en_met_jaar;huishoudens_per_jaar;elders_geteld_per_jaar;telt_vergunninghouders_mee;wachtend_bij_begin;behoeftecategorie;verblijfsduur_jaren
        thuis;dak- en thuislozen;afspraak;R;2025;2026;10,5;0,25;ja;4;;
        thuis;dak- en thuislozen;afspraak;R;2027;;8;;ja;;;
        plekken;dak- en thuislozen;gemeente;GM0002;2024;2030;3;;;;sociale_huur,_regulier;3""",
    "geschiktheid": """
        doelgroep;woningtype;route;gemeentecode;verblijfsduur_jaren
        dak- en thuislozen;reguliere sociale huurwoning;;*;
        dak- en thuislozen;reguliere sociale huurwoning;;2;4
        dak- en thuislozen;flexwoning;flexwoning;3;2
        vergunninghouders;reguliere sociale huurwoning;;*;""",
    "mutatie": """
        gemeentecode;vanaf_jaar;mutatiegraad
        *;2025;
        3;2026;5 %""",
    "doorstroming": """
        optie;gemeentecode;aandeel_doorstroom;vertraging_jaren
        zorg;*;'1/3;1
        zorg;2;0,1;""",
    "taakstelling": """
        gemeentecode;jaar;halfjaar;personen;achterstand_personen
        1;2026;1;3;1
        2;2025;2;2;
        2;2027;1;4;""",
    "uitruil": """
        van_gemeente;naar_gemeente;jaar;personen;overeengekomen_door
        1;2;2026;1;R""",
    "flexvoorraad": """
        gemeentecode;optie;laatste_jaar;woningen
        1;flex;2027;6""",
    "wijken": """
        gemeentecode;wijk;hoogstens_bijzonder;opties;minimale_schaal
        1;Noord;10;huur|zorg;3""",
    "zorgvraag": """
        onderwerp;uren_per_jaar
        zorg;5,5""",
    "zorgcapaciteit": """
        doel;plaats;vanaf_jaar;uren_per_jaar
        gemeente;GM0001;2026;100""",
    "corporaties": """
        gemeentecode;corporatie;sociale_woningen
        1;Wonen;150""",
    "verrekentarieven": """
        regel;eur_per_woning
        eerlijk;1000""",
    "budgetten": """
        budget;financier;soort_geld;hoogstens_per_woning_eur;prijspeil;doorschuiven;draagt_de_rest;oplevering_tot_en_met
        rijk;Rijk;meerkosten;10001;2022;ja;;2027
        oud;Rijk;meerkosten;;2022;;;
        eigen;Gemeenten;onrendabele top;;2021;;ja;
        samen;Gemeenten;meerkosten;;;;ja;""",
    "budgetbedragen": """
        budget;vanaf_jaar;bedrag_eur;bron
        rijk;2024;300000;begroting
        oud;2026;10;""",
    "prijsindex": """
        jaar;indexcijfer
        2021;100
        2022;108,5
        2024;112,5""",
    "sleutels": """
        sleutel;grondslag;begin_grondslag;pad_beginjaar;pad_eindjaar
        groei;woningvoorraad;sociale voorraad;2025;2027
        vast;aandelen;;;""",
    "sleutelaandelen": """
        sleutel;gemeentecode;jaar;aandeel
        vast;1;;1/2
        vast;2;;1/4
        vast;3;;1/4
        vast;1;2027;1/4
        vast;2;2027;1/2""",
    "regels": """
        regel;familie;doel;plaats;sterkte;gewicht;geldig_vanaf
        eerlijk;fair share;afspraak;R;;;
        streef;minimale bijdrage per gemeente;afspraak;R;streefregel;3/2;2027
        affordable-nation;twee derde betaalbaar;land;;alleen volgen;;
        meerkosten-regel;meerkosten;;;harde eis;;
        taak;taakstelling vergunninghouders;afspraak;R;;;
        toewijzing;aandeel vrijkomende sociale huurwoningen;afspraak;R;;;""",
    "regelparameters": """
        regel;parameter;waarde
        eerlijk;sleutel;groei
        eerlijk;opties;zorg
        streef;opties;huur|zorg
        streef;woningen;1
        affordable-nation;aandeel;50 %
        toewijzing;aandeel;30 %""",
    "maatwerk": """
        regel;plaats;waarde;overeengekomen_door;gecompenseerd_in
        streef;GM0003;;allen;eerlijk""",
    "afwijkingen": """
        regel;plaats;onderwerp;periode;hoeveel;overeengekomen_door
        eerlijk;GM0001;least;2026-2028;2,5;allen
        meerkosten-regel;;rijk;2026;1000;""",
    "redenen": """
        regel;plaats;reden
        streef;GM0001;te weinig grond
        eerlijk;;nog in gesprek""",
}

# The list of assumptions has tests of its own; parts of keys are in their shares: see test_original_keys.
# Overrides have tests of their own too, and are never in what is resolved.
LEFT_OUT = ("assumptions", "key_factors", "key_bounds", "key_overrides", "overrides")


def _lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines()) + "\n"


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the input as given, in Dutch."""
    folder = tmp_path_factory.mktemp("given")
    (folder / "scenario.toml").write_text(_lines(SETTINGS), encoding="utf-8")
    for name, text in GIVEN.items():
        (folder / f"{name}.csv").write_text(_lines(text), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, given: Path) -> Path:
    """Return a plan folder that holds only the input, as given and resolved; not to be changed."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "input" / "original").mkdir(parents=True)
    copy_input(given, folder / "input" / "original")
    write_folder(reading.read(given).instance.scenario, folder / "input" / "resolved", None)
    return folder


@pytest.fixture
def folder(tmp_path: Path, made: Path) -> Path:
    """Return a copy of that folder."""
    return Path(shutil.copytree(made, tmp_path / "plan"))


@pytest.fixture
def one_table_changes(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read every file once, and again what it then holds: all but one stay as they are, a hundred times."""
    given = original._read(made / "input" / "original", [])
    monkeypatch.setattr(original, "_read", lambda *_: given)
    read_texts, read_table = original.read_texts, resolved._read_table
    texts: dict[Any, Any] = {}
    tables: dict[Any, Any] = {}

    def content(folder: Path, table: str) -> tuple[str, bytes]:
        file = folder / "input" / "resolved" / f"{table}.csv"
        return table, file.read_bytes() if file.exists() else b""

    def texts_of(folder: Path, table: str) -> Any:
        key = content(folder, table)
        if key not in texts:
            texts[key] = read_texts(folder, table)
        return texts[key]

    def table_of(folder: Path, table: str, columns: list[str], problems: list[Problem]) -> Any:
        key = content(folder, table)
        if key not in tables:
            found: list[Problem] = []
            tables[key] = read_table(folder, table, columns, found), found
        rows, found = tables[key]
        problems.extend(found)
        return rows

    monkeypatch.setattr(original, "read_texts", texts_of)
    monkeypatch.setattr(resolved, "_read_table", table_of)


def _check(folder: Path) -> list[Problem]:
    problems: list[Problem] = []
    settings, tables = read_settings(folder, problems), read_tables(folder, problems)
    if settings is not None and tables is not None:
        assert check_original(folder, Tables(settings, tables, {}, {}), problems) > len(TABLES)
    return problems


def _rows(folder: Path, table: str) -> list[list[str]]:
    text = (folder / "input" / "resolved" / f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.reader(io.StringIO(text, newline="")))


def _write(folder: Path, table: str, rows: list[list[str]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    (folder / "input" / "resolved" / f"{table}.csv").write_text(stream.getvalue(), encoding="utf-8")


def _other(cell: str) -> str:
    """Return another cell that can be read in the place of this one."""
    if cell in ("yes", "no"):
        return "no" if cell == "yes" else "yes"
    return str(int(cell) + 1) if re.fullmatch(r"\d+", cell) else "1/7" if "/" in cell else f"{cell}x"


def test_every_table_says_how_it_is_derived() -> None:
    """A new table cannot be forgotten."""
    assert set(DERIVATIONS) == set(TABLES)


def test_what_follows_from_the_original_is_accepted(folder: Path) -> None:
    """As given in Dutch, and once more from the resolved input itself."""
    assert _check(folder) == []
    for file in (folder / "input" / "original").iterdir():
        file.unlink()
    copy_input(folder / "input" / "resolved", folder / "input" / "original")
    assert _check(folder) == []


@pytest.mark.usefixtures("one_table_changes")
@pytest.mark.parametrize("table", [name for name in TABLES if name not in LEFT_OUT])
def test_no_row_can_be_lost_repeated_or_made_up(folder: Path, table: str) -> None:
    """Each row in turn is left out, is there twice, or is there with another key as well."""
    heading, *rows = _rows(folder, table)
    assert rows
    keys = [heading.index(column.name) for column in TABLES[table].key_columns()]
    for position, row in enumerate(rows):
        _write(folder, table, [heading, *rows[:position], *rows[position + 1 :]])
        assert [p for p in _check(folder) if p.code == "derived_missing" and p.values["table"] == table], row
        _write(folder, table, [heading, *rows, row])
        assert [p for p in _check(folder) if p.code == "derived_unexpected"], row
    made_up = [_other(cell) if place in keys else cell for place, cell in enumerate(rows[0])]
    _write(folder, table, [heading, *rows, made_up])
    assert [p for p in _check(folder) if p.code in ("derived_unexpected", "unreadable_cell")], made_up


@pytest.mark.usefixtures("one_table_changes")
@pytest.mark.parametrize("table", [name for name in TABLES if name not in LEFT_OUT])
def test_no_cell_can_be_changed(folder: Path, table: str) -> None:
    """Each cell of the first, the middle and the last row; a default flag of an option may be either."""
    heading, *rows = _rows(folder, table)
    flags = ("in_programme", "adds_social", "adds_mid", "adds_stock", "uses_capacity")
    for position in {0, len(rows) // 2, len(rows) - 1}:
        for place, column in enumerate(heading):
            if column in flags:
                continue
            changed = [*rows[position]]
            changed[place] = _other(changed[place])
            _write(folder, table, [heading, *rows[:position], changed, *rows[position + 1 :]])
            assert _check(folder), (column, changed)


@pytest.mark.parametrize(
    ("table", "key", "column"),
    [
        ("options", "huur", "extra_cost_eur"),
        ("options", "zorg", "adds_stock"),
        ("options", "zorg", "extra_cost_eur"),
        ("pots", "rijk", "max_per_dwelling_eur"),
        ("budgets", "oud 2026", "amount_eur"),
        ("exemptions", "streef GM0003", "compensated_in"),
        ("plans", "heuvel GM0001 new_build 2025", "realisation"),
        ("needs", "zorg 2026", "central"),
        ("rules", "social-30", "strength"),
        ("rule_parameters", "eerlijk dead_band_dwellings", "value"),
        ("rule_parameters", "social-30 share", "value"),
        ("stages", "1 unmet_special", "weight"),
        ("needs", "plekken 2024", "central"),
        ("flows", "thuis 2025", "includes_permit_holders"),
        ("turnover", "GM0001 2025", "rate"),
        ("rule_parameters", "toewijzing groups", "value"),
    ],
)
def test_every_default_is_among_the_assumptions(folder: Path, table: str, key: str, column: str) -> None:
    """What was filled in for the user has its row there."""
    heading, *rows = _rows(folder, "assumptions")
    kept = [row for row in rows if row[:3] != [table, key, column]]
    assert len(kept) == len(rows) - 1
    _write(folder, "assumptions", [heading, *kept])
    [found] = _check(folder)
    assert (found.code, *found.values.values()) == ("assumption_missing", table, key, column)


def test_amounts_are_in_euros_of_the_plan(folder: Path) -> None:
    """By hand: 10 000 x 112.5/100 = 11 250; 10 001 x 112.5/108.5 = 10 369.7; 10 x the same = 10.4.

    A pot without amounts keeps its price year, and so does a cost of zero.
    """
    found = {
        table: {row[0]: dict(zip(heading, row, strict=True)) for row in rows}
        for table in ("options", "pots", "budgets")
        for heading, *rows in [_rows(folder, table)]
    }
    care, pots = found["options"]["zorg"], found["pots"]
    assert (care["extra_cost_eur"], care["extra_cost_price_year"]) == ("11250", "2024")
    assert (care["deficit_eur"], care["deficit_price_year"]) == ("0", "2021")
    assert (pots["rijk"]["max_per_dwelling_eur"], pots["rijk"]["price_year"]) == ("10370", "2024")
    assert [pots[pot]["price_year"] for pot in ("oud", "eigen", "samen")] == ["2024", "2021", ""]
    assert found["budgets"]["oud"]["amount_eur"] == "10"


def test_an_amount_converted_otherwise_is_named(folder: Path) -> None:
    """300 000 x 112.5/108.5 = 311 059.9 a year, so 311 060; rounded down it is not."""
    heading, *rows = _rows(folder, "budgets")
    amount = heading.index("amount_eur")
    assert {row[amount] for row in rows if row[0] == "rijk"} == {"311060"}
    first = next(row for row in rows if row[amount] == "311060")
    first[amount] = "311059"
    _write(folder, "budgets", [heading, *rows])
    [problem] = _check(folder)
    assert (problem.code, problem.values["expected"], problem.values["found"]) == (
        "derived_differs",
        "311060",
        "311059",
    )


def test_a_column_less_is_named_once(folder: Path) -> None:
    """Not for every row."""
    rows = [row[:-1] for row in _rows(folder, "municipalities")]
    _write(folder, "municipalities", rows)
    assert [(p.code, p.values["missing"]) for p in _check(folder)] == [("wrong_columns", ["source"])]


# --- through the whole pipeline -----------------------------------------------------

OPTIONS = commands.SolveOptions(time_limit=20, gap=None, threads=1, seed=0, xlsx=False)
Lose = Callable[[Instance], dict[str, Any]]


def _without(row_type: Any, *kept: Any) -> Lose:
    return lambda instance: {row_type.table: kept}


def _one_rule_less(instance: Instance) -> dict[str, Any]:
    return {Rule.table: tuple(row for row in instance.rows(Rule) if row.rule_id != "streef")}


@pytest.mark.parametrize(
    ("lose", "table"),
    [
        (_without(Commitment), "commitments"),
        (_without(Exclusion), "exclusions"),
        (_one_rule_less, "rules"),
    ],
)
def test_what_resolving_loses_is_not_published(
    given: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lose: Lose, table: str
) -> None:
    """The plan keeps every rule of the resolved input, and that input lacks what the user gave."""

    def losing(scenario: Any) -> Instance:
        instance = resolve(scenario)
        tables = MappingProxyType({**instance.scenario.tables, **lose(instance)})
        return Instance(replace(instance.scenario, tables=tables))

    monkeypatch.setattr(reading, "resolve", losing)
    with pytest.raises(VerificationFailed) as failed:
        commands.solve(given, tmp_path / "out", OPTIONS)
    found = failed.value.verification.problems
    assert {p.values.get("table") for p in found if p.code == "derived_missing"} >= {table}
    assert {p.code for p in found} <= {"derived_missing"}
    assert not (tmp_path / "out").exists()


def test_what_is_resolved_well_is_published(given: Path, tmp_path: Path) -> None:
    """The same input, untouched; the manifest holds for the plan and does not declare itself verified."""
    solved = commands.solve(given, tmp_path / "out", OPTIONS)
    assert solved.folder is not None, solved.result
    outcome = verify(tmp_path / "out")
    assert outcome.problems == ()
    assert solved.folder.manifest["verification"] == {"requirements": outcome.lines}

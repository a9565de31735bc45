"""Wrong files of variants: every finding at once, at its line, with the name that was probably meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from thuisplan.inputs.findings import InputError
from thuisplan.inputs.variants.places import line_numbers
from thuisplan.inputs.variants.read import read_variants
from thuisplan.inputs.variants.variant import VariantSet
from thuisplan.outputs.texts import finding_text

Refused = Callable[..., list[tuple[str, int | None, str | None, str]]]


def _change(*lines: str) -> str:
    return "\n".join(("[changes.x]", *lines, ""))


@pytest.mark.parametrize(
    ("lines", "code", "place", "said"),
    [
        (
            ['rule = "fair-share-urgnt"', 'strength = "off"'],
            "variants_unknown_rule",
            "rule",
            "mean 'fair-share-urgent'",
        ),
        (['rule = "mid-40"', 'strenth = "off"'], "variants_unknown_parameter", "strenth", "mean 'strength'"),
        (['rule = "mid-40"', "shar = 0.3"], "variants_unknown_parameter", "shar", "mean 'share'"),
        (
            ['rule = "mid-40"', 'strength = "of"'],
            "variants_bad_value",
            "strength",
            "off, hard, soft or monitor",
        ),
        (
            ['rule = "mid-40"', 'side = "left"'],
            "variants_bad_value",
            "side",
            "below, above, all or as chosen",
        ),
        (['rule = "mid-40"', 'share = "much"'], "variants_bad_value", "share", "much"),
        (['rule = "mid-40"', 'share = "140%"'], "out_of_range", "", "at most 1"),
        (['rule = "mid-40"'], "variants_says_nothing", "", "'mid-40'"),
        (['rule = "lettings"', 'strength = "off"'], "variants_rule_stays", "strength", "there is no plan"),
        (['rule = "need"', 'strength = "off"'], "variants_rule_stays", "strength", "there is no plan"),
        (
            ['rule = "fair-share-urgent"', 'key = "dwelling_stok"'],
            "variants_unknown_key_id",
            "key",
            "mean 'dwelling_stock'",
        ),
        (
            ['key = "inhabitant"', "path_last_year = 2030"],
            "variants_unknown_key_id",
            "key",
            "mean 'inhabitants'",
        ),
        (['key = "inhabitants"'], "variants_says_nothing", "", "'inhabitants'"),
        (
            ['key = "inhabitants"', "path_last_yeer = 2030"],
            "variants_unknown_key",
            "path_last_yeer",
            "path_last_year",
        ),
        (
            ['key = "inhabitants"', 'path_last_year = "soon"'],
            "variants_bad_value",
            "path_last_year",
            "at least 1990",
        ),
        (['key = "inhabitants"', "path_last_year = 2020"], "path_reversed", "", "2020"),
        (['pot = "stat"', "factor = 0.7"], "variants_unknown_pot", "pot", "mean 'state'"),
        (['pot = "state"'], "variants_missing_key", "", "'factor'"),
        (['pot = "state"', "factor = -1"], "variants_bad_value", "factor", "at least 0"),
        (['pot = "state"', "amount_eur = 0.5"], "variants_bad_value", "amount_eur", "0.5"),
        (['pot = "state"', "factor = 0.7", 'needs = "low"'], "variants_unknown_key", "needs", "'needs'"),
        (['pot = "state"', "factor = 0.7", 'years = "2050"'], "change_no_row", "", "2050"),
        (['needs = "hihg"'], "variants_bad_value", "needs", "low, central, high or *"),
        (['needs = "high"', 'need = "cluster"'], "variants_unknown_need", "need", "mean 'clustered'"),
        (['needs = "high"', 'need = "regular"'], "variants_no_levels", "needs", "need 'regular'"),
        (['flows = "urgent"', "factor = 1.1"], "variants_unknown_flow", "flows", "mean 'urgent_seekers'"),
        (['cost = "extra_costs"', "factor = 1.1"], "variants_bad_value", "cost", "extra cost or deficit"),
        (
            ['cost = "extra_cost"', 'option = "care"', "factor = 1"],
            "variants_unknown_option",
            "option",
            "'care'",
        ),
        (
            ['cost = "extra_cost"', 'option = "market_new"', "factor = 2"],
            "variants_cost_unknown",
            "cost",
            "extra cost",
        ),
        (
            ["capacity = 0.9", 'municipality = "Appeldoorn"'],
            "variants_unknown_municipality",
            "municipality",
            "mean 'Apeldoorn'",
        ),
        (['capacity = "all"'], "variants_bad_value", "capacity", "all"),
        (['commitments = "few"'], "variants_bad_value", "commitments", "none"),
        (['rule_set = "gmr-2042"'], "variants_unknown_rule_set", "rule_set", "mean 'gmr-2024'"),
        (['rule_set = "stedendriehoek-2026"'], "variants_rule_set_there", "rule_set", "already"),
        (['rule_set = "gmr-2024"'], "rule_sets_contradict", "rule_set", "gmr-2024"),
        (['polt = "state"', "factor = 0.7"], "variants_unknown_kind", "", "mean 'pot'"),
        (
            ['table = "budgetz"', 'key = "* *"', 'operation = "remove"'],
            "change_unknown_table",
            "",
            "mean 'budgets'",
        ),
        (
            ['table = "budgets"', 'key = "* *"', 'column = "amount"', 'operation = "set"', "value = 1"],
            "change_unknown_column",
            "",
            "mean 'amount_eur'",
        ),
        (
            ['table = "budgets"', 'key = "state"', 'operation = "remove"'],
            "change_key_parts",
            "",
            "has 1 parts",
        ),
        (['table = "budgets"', 'operation = "remove"'], "variants_missing_key", "", "'key'"),
        (['file = "nowhere.csv"'], "variants_no_file", "file", "'nowhere.csv': there is no such file"),
        (
            ['pot = "state"', "factor = 0.5", "amount_eur = 3"],
            "variants_either",
            "amount_eur",
            "factor and amount_eur",
        ),
        (
            ['cost = "extra_cost"', "factor = 0.5", "amount_eur = 3"],
            "variants_either",
            "amount_eur",
            "factor and amount_eur",
        ),
    ],
)
def test_a_wrong_change(refused: Refused, lines: list[str], code: str, place: str | None, said: str) -> None:
    """The finding names the change, its line and what was probably meant."""
    [(found, row, column, sentence)] = [*refused(_change(*lines))][:1]
    assert found == code
    if place is not None:
        assert column == (f"changes.x.{place}" if place else "changes.x")
        at = next((n for n, line in enumerate(lines) if place and line.startswith(f"{place} =")), -1)
        assert row == 4 + at  # two lines of the head, then [changes.x]
    assert said in sentence


@pytest.mark.parametrize(
    ("text", "code", "column", "said"),
    [
        ("bas = 1\n", "variants_unknown_key", "bas", "mean 'base'"),
        ("[run]\nstage = 1\n", "variants_unknown_key", "run.stage", "mean 'stages'"),
        ('[run]\nstages = "some"\n', "variants_bad_value", "run.stages", "all or first"),
        ("[run]\ntime_limit = 0\n", "variants_bad_value", "run.time_limit", "0"),
        ("[run]\ngap = 2\n", "variants_bad_value", "run.gap", "at most 1"),
        ("[[variant]]\nchanges = []\n", "variants_missing_key", "variant[1].name", "'name'"),
        (
            '[[variant]]\nname = "a"\nchanges = ["hihg"]\n',
            "variants_unknown_change",
            "variant[1].changes",
            "[changes.hihg]",
        ),
        ('[[grid]]\nname = "g"\naxes = { a = [] }\n', "variants_bad_value", "grid[1].axes.a", ""),
        ('[[grid]]\nname = "g"\naxes = { a = ["x"] }\n', "variants_unknown_change", "grid[1].axes.a", "'x'"),
        ("changes = { x = 5 }\n", "variants_not_a_change", "changes.x", "is a table"),
        ("[changes.base]\ncapacity = 1\n", "variants_base_reserved", "changes.base", "'base'"),
        ('[prices]\nrules = ["mid-4"]\n', "variants_unknown_rule", "prices.rules[1]", "mean 'mid-40'"),
        ('[prices]\nrules = ["need"]\n', "variants_rule_stays", "prices.rules[1]", "need"),
        (
            '[prices]\nrules = ["social-stock-30"]\n',
            "variants_price_of_followed",
            "prices.rules[1]",
            "only followed",
        ),
        (
            '[frontier]\nmeasures = ["deficit", "extra_costs"]\nkeep = ["0"]\n',
            "variants_unknown_measure",
            "frontier.measures[2]",
            "mean 'extra_cost'",
        ),
        (
            '[frontier]\nmeasures = ["deficit", "deficit"]\nkeep = ["0"]\n',
            "variants_twice",
            "frontier.measures[2]",
            "twice",
        ),
        (
            '[frontier]\nmeasures = ["deficit", "extra_cost"]\nkeep = ["0", "lots"]\n',
            "variants_bad_value",
            "frontier.keep[2]",
            "lots",
        ),
        (
            '[frontier]\nmeasures = ["deficit", "extra_cost"]\nkeep = ["1%", 0.01]\n',
            "variants_twice",
            "frontier.keep[2]",
            "0.01",
        ),
        ('[frontier]\nmeasures = ["deficit"]\nkeep = ["0"]\n', "variants_bad_value", "frontier.measures", ""),
        (
            '[run]\nstages = "first"\n[frontier]\nmeasures = ["deficit", "extra_cost"]\nkeep = ["0"]\n',
            "variants_frontier_stages",
            "run.stages",
            "all stages",
        ),
        ("[draws]\ncount = 5\n", "variants_nothing_drawn", "draws", "what is drawn"),
        ("[draws]\ncount = 0\nneeds = true\n", "variants_bad_value", "draws.count", "at least 1"),
        (
            '[draws]\ncount = 1\nneeds = true\nhold = "200%"\n',
            "variants_bad_value",
            "draws.hold",
            "at most 1",
        ),
        (
            '[draws]\ncount = 1\ncosts = { extra = ["90%", "110%"] }\n',
            "variants_unknown_key",
            "draws.costs.extra",
            "extra_cost",
        ),
        (
            '[draws]\ncount = 1\ncosts = { deficit = ["110%", "90%"] }\n',
            "variants_bad_range",
            "draws.costs.deficit",
            "low to high",
        ),
        (
            "[draws]\ncount = 1\ncosts = { deficit = 1 }\n",
            "variants_bad_range",
            "draws.costs.deficit",
            "low to high",
        ),
        (
            '[draws]\ncount = 1\nattrition = { soft = ["50%", 2] }\n',
            "variants_bad_value",
            "draws.attrition.soft.high",
            "at most 1",
        ),
        (
            "[draws]\ncount = 1\nattrition = { soft = { low = 0, high = 1, beta = [0, 1] } }\n",
            "variants_bad_beta",
            "draws.attrition.soft.beta",
            "above zero",
        ),
        (
            '[regret]\nscenarios = ["base", "other"]\ncommon_until = 2028\n',
            "variants_unknown_variant",
            "regret.scenarios[2]",
            "'other'",
        ),
        (
            '[regret]\nscenarios = ["base", "base"]\ncommon_until = 2028\n',
            "variants_twice",
            "regret.scenarios[2]",
            "twice",
        ),
        (
            '[[variant]]\nname = "a"\n[regret]\nscenarios = ["base", "a"]\ncommon_until = 2035\n',
            "variants_regret_year",
            "regret.common_until",
            "2026-2034",
        ),
        (
            '[[grid]]\nname = "g"\naxes = { a = ["base"], b = ["base", "y"] }\n',
            "variants_unknown_change",
            "grid[1].axes.b",
            "'y'",
        ),
    ],
)
def test_a_wrong_question(refused: Refused, text: str, code: str, column: str, said: str) -> None:
    """Everything beside the named changes."""
    [(found, _, where, sentence), *_] = refused(text)
    assert (found, where) == (code, column)
    assert said in sentence


def test_two_variants_with_one_name(refused: Refused) -> None:
    """Also with the name of the base, of a variant in a table, or of a price."""
    table = "variant,table,key,column,operation,value\na,budgets,* *,amount_eur,set,0\n"
    text = '[[variant]]\nname = "a"\n[[variant]]\nname = "base"\n[[variant]]\nname = "without mid-40"\n'
    text += '[[csv]]\nfile = "again.csv"\n[prices]\nrules = ["mid-40"]\n'
    found = [(code, where) for code, _, where, _ in refused(text, again=table)]
    assert found == [
        ("variants_name_twice", "variant[2].name"),
        ("variants_name_twice", "csv[1]"),
        ("variants_name_twice", "prices"),
    ]


def test_all_is_told_at_once(refused: Refused) -> None:
    """Three changes, a variant and a table are wrong: one finding for each."""
    table = (
        "variant,table,key,column,operation,value\na,budgetz,* *,amount_eur,set,0\n,budgets,* *,,remove,\n"
    )
    text = (
        '[changes.a]\nrule = "no"\nstrength = "off"\n[changes.b]\npot = "no"\nfactor = 1\n'
        '[[changes.c]]\ncapacity = 1\n[[changes.c]]\nneeds = "no"\n'
        '[[variant]]\nname = "v"\nchanges = ["no"]\n[[csv]]\nfile = "wrong.csv"\n'
    )
    assert [(code, row, where) for code, row, where, _ in refused(text, wrong=table)] == [
        ("variants_unknown_rule", 4, "changes.a.rule"),
        ("variants_unknown_pot", 7, "changes.b.pot"),
        ("variants_bad_value", 12, "changes.c[2].needs"),
        ("variants_unknown_change", 15, "variant[1].changes"),
        ("variants_row_without_name", 3, "variant"),
    ]


@pytest.mark.parametrize(
    ("table", "code", "row"),
    [
        ("variant,table,key,column,operation,value\n", "variants_no_rows", None),
        ("variant,table,key,operation\nv,budgets,* *,remov\n", "unknown_choice", 2),
        ("variant,tabel,key,column,operation,value\nv,budgets,stat *,amount_eur,set,0\n", "change_no_row", 2),
        ("variant,tabel,key,column,operation,value\nv,budgets,* *,amount_eur,set,x\n", "not_a_number", 2),
        (
            "variant,tabel,kee,column,operation,value\nv,budgets,* *,amount_eur,set,1\n",
            "unknown_column",
            None,
        ),
    ],
)
def test_a_wrong_table_of_variants(refused: Refused, table: str, code: str, row: int | None) -> None:
    """Findings in the table itself, at its own row."""
    [(found, at, _, sentence), *_] = refused('[[csv]]\nfile = "t.csv"\n', t=table)
    assert (found, at) == (code, row)
    assert sentence.startswith("t.csv")


def test_too_many_variants(refused: Refused) -> None:
    """Six axes of ten are a million: told without making them."""
    changes = "".join(f'[changes.c{n}]\npot = "state"\nfactor = 0.{n}\n' for n in range(10))
    names = ", ".join(f'"c{n}"' for n in range(10))
    axes = ", ".join(f"{axis} = [{names}]" for axis in "abcdef")
    [(code, _, _, sentence)] = refused(f'{changes}[[grid]]\nname = "g"\naxes = {{ {axes} }}\n')
    assert code == "variants_too_many"
    assert "1,000,000" in sentence


def _codes(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_variants(path)
    for finding in caught.value.findings:
        for language in ("nl", "en"):
            assert "None" not in finding_text(finding, language)
    return [finding.code for finding in caught.value.findings]


def test_a_path_that_is_no_file_of_variants(folder: Path, tmp_path: Path) -> None:
    """Nothing, an input folder, its settings under two names, a workbook, and a TOML file with an error."""
    assert _codes(tmp_path / "none.toml") == ["variants_missing"]
    assert _codes(folder / "base") == ["variants_folder"]
    assert _codes(folder / "base" / "scenario.toml") == ["variants_not_toml"]
    settings = tmp_path / "other.toml"
    settings.write_text((folder / "base" / "scenario.toml").read_text("utf-8"), encoding="utf-8")
    assert _codes(settings) == ["variants_not_toml"]
    (tmp_path / "scenario.xlsx").write_bytes(b"PK")
    assert _codes(tmp_path / "scenario.xlsx") == ["variants_not_toml"]
    broken = tmp_path / "broken.toml"
    broken.write_text('format = 1\nbase = "base\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_variants(broken)
    assert [(f.code, f.row) for f in caught.value.findings] == [("toml_error", 2)]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("format = 1\n", ["variants_missing_key"]),
        ('format = 2\nbase = "none"\n', ["unsupported_format", "input_missing"]),
        ('format = 1\nbase = "none"\nextra = 1\n', ["variants_unknown_key", "input_missing"]),
        ("format = 1\nbase = 5\n", ["variants_bad_value"]),
    ],
)
def test_a_wrong_base(tmp_path: Path, text: str, codes: list[str]) -> None:
    """What is wrong with the file and with its base are told together."""
    path = tmp_path / "variants.toml"
    path.write_text(text, encoding="utf-8")
    assert _codes(path) == codes


def test_an_unknown_reference(asked: Callable[..., VariantSet]) -> None:
    """It must be the base, or a variant of the file."""
    with pytest.raises(InputError) as caught:
        asked('[[variant]]\nname = "tight"\n', head='format = 1\nbase = "base"\nreference = "tigt"\n')
    [finding] = caught.value.findings
    assert (finding.code, finding.values["nearest"], finding.row) == ("variants_unknown_variant", "tight", 3)


def test_lines_of_a_file() -> None:
    """Tables, arrays of tables, dotted and quoted keys; an inline table has the line of its key."""
    text = 'a = 1\n[b]\n"c d" = 2\ne.f = 3\n[[g]]\nh = 1\n[[g]]\n[g.i]\nj = { k = 1 }\n'
    expected: dict[tuple[Any, ...], int] = {
        ("a",): 1, ("b",): 2, ("b", "c d"): 3, ("b", "e", "f"): 4, ("g", 0): 5, ("g", 0, "h"): 6,
        ("g", 1): 7, ("g", 1, "i"): 8, ("g", 1, "i", "j"): 9,
    }  # fmt: skip
    assert line_numbers(text) == expected


def test_the_part_of_a_list_that_is_wrong(refused: Refused) -> None:
    """The second part names a year outside the horizon: its own line is told, not that of the list."""
    rest = 'column = "amount_eur"\noperation = "add"\nvalue = 1\n'
    text = "".join(f'[[changes.x]]\ntable = "budgets"\nkey = "state {year}"\n{rest}' for year in (2028, 2050))
    [(code, row, where, _)] = refused(text)
    assert (code, row, where) == ("change_outside_horizon", 9, "changes.x")

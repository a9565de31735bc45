"""Variants of a file: written out, in a grid, in a table, as prices; and what is asked beside them."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from thuisplan.inputs.changes import apply
from thuisplan.inputs.findings import InputError
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.read_change import Change
from thuisplan.inputs.variants.read import read_variants
from thuisplan.inputs.variants.variant import Regret, RunSettings, Variant, VariantSet

Asked = Callable[..., VariantSet]

LEVELS = (
    '[changes.low]\nneeds = "low"\n[changes.high]\nneeds = "high"\n'
    '[changes.less]\npot = "state"\nfactor = 0.7\n'
)
LESS = Change("budgets", "state *", "amount_eur", "multiply", "7/10")


def test_a_file_without_variants_is_the_reference(asked: Asked, folder: Path) -> None:
    """The base itself, in the language of the base, solved in all stages by its own tolerances."""
    found = asked("")
    assert found.variants == (Variant("base"),)
    assert (found.reference, found.language, found.base) == ("base", "en", folder / "base")
    assert found.settings == RunSettings("all", None, 600.0, 0, 1)


def test_how_it_is_solved(asked: Asked) -> None:
    """Every setting of a run."""
    found = asked('[run]\nstages = "first"\ngap = 0.01\ntime_limit = 60\nseed = 3\n')
    assert found.settings == RunSettings("first", 0.01, 60.0, 3, 1)


def test_written_out_and_reference(asked: Asked) -> None:
    """The reference comes first, whichever it is; without the base no one asks for it."""
    text = f'{LEVELS}[[variant]]\nname = "a"\n[[variant]]\nname = "b"\nchanges = ["less"]\n'
    assert [one.name for one in asked(text).variants] == ["base", "a", "b"]
    found = asked(text, head='format = 1\nbase = "base"\nreference = "b"\n')
    assert [(one.name, one.changes) for one in found.variants] == [("b", (LESS,)), ("a", ())]


def test_a_grid_is_every_combination(asked: Asked) -> None:
    """Two axes of two: four names with their labels; ``base`` on an axis changes nothing."""
    found = asked(
        f'{LEVELS}[[grid]]\nname = "g"\naxes = {{ needs = ["low", "high"], money = ["less", "base"] }}\n'
    )
    names = [one.name for one in found.variants[1:]]
    assert names == ["g: low + less", "g: low + base", "g: high + less", "g: high + base"]
    one = found.named("g: high + less")
    assert one.labels == (("needs", "high"), ("money", "less"))
    assert one.changes == (*found.named("g: high + base").changes, LESS)


def test_ten_thousand_variants_are_read_at_once(asked: Asked) -> None:
    """Each named change is held against the base once, so a grid of 10 x 10 x 10 x 10 takes no minutes.

    Limit: ten seconds of one processor; measured 1.1 s, of which forty named changes take most.
    """
    changes, axes = "", []
    for axis in "abcd":
        names = [f"{axis}{n}" for n in range(10)]
        changes += "".join(f'[changes.{n}]\npot = "state"\nfactor = 0.{9 - i}\n' for i, n in enumerate(names))
        axes.append(f"{axis} = {names}".replace("'", '"'))
    start = time.process_time()
    found = asked(f'{changes}[[grid]]\nname = "g"\naxes = {{ {", ".join(axes)} }}\n')
    assert time.process_time() - start < 10
    assert len(found.variants) == 10_001
    assert len({one.name for one in found.variants}) == 10_001


def test_a_table_of_variants(asked: Asked, base: Instance) -> None:
    """The five columns and the variant; rows of one variant stay in their order, with wildcards."""
    table = (
        "variant,table,key,column,operation,value\n"
        "half,budgets,state *,amount_eur,multiply,50%\n"
        "none,budgets,* *,amount_eur,set,0\n"
        "half,budgetbedragen,state 2028,amount_eur,add,1\n"
    )
    found = asked('[[csv]]\nfile = "many.csv"\n', many=table)
    assert [one.name for one in found.variants] == ["base", "half", "none"]
    half = apply(base, found.named("half").changes)
    assert [half.budgets["state", year] for year in (2027, 2028)] == [450_000, 450_001]
    assert not sum(apply(base, found.named("none").changes).budgets.values())


def test_files_that_it_names(asked: Asked, folder: Path) -> None:
    """Those of named changes and of tables of variants, each once: a comparison keeps a copy of them."""
    row = "table,key,column,operation,value\nbudgets,* *,amount_eur,set,0\n"
    one = 'file = "one.csv"\n'
    text = f'[changes.x]\n{one}[[changes.y]]\npot = "*"\nfactor = 1\n[[changes.y]]\n{one}'
    variants = "variant,table,key,column,operation,value\na,budgets,* *,amount_eur,set,0\n"
    found = asked(f'{text}[[csv]]\nfile = "two.csv"\n', one=row, two=variants)
    assert found.files == (folder / "one.csv", folder / "two.csv")


def test_the_price_of_named_rules(asked: Asked) -> None:
    """One variant per rule, without it."""
    found = asked('[prices]\nrules = ["mid-40", "extra_cost"]\n')
    assert [(one.name, one.kind, one.labels, one.changes) for one in found.variants[1:]] == [
        (
            f"without {rule}",
            "price",
            (("without", rule),),
            (Change("rules", rule, "strength", "set", "monitor"),),
        )
        for rule in ("mid-40", "extra_cost")
    ]


def test_the_price_of_every_rule(asked: Asked, base: Instance) -> None:
    """Every hard or soft rule that says something here and without which a plan can be made.

    The example has no neighbourhoods and no care capacity, follows three rules only, and counts what is
    short by need and waiting list; lettings say what there is.
    """
    priced = {one.labels[0][1] for one in asked('[prices]\nrules = ["*"]\n').variants[1:]}
    followed = {rule.rule_id for rule in base.rules() if rule.strength == "monitor"}
    assert followed == {"social-stock-30", "clustered-everywhere"}
    silent = {"neighbourhood", "care_capacity"}
    assert priced == set(base.rules_by_id) - followed - silent - {"need", "waiting_list", "lettings"}


def test_prices_are_those_of_the_reference(asked: Asked) -> None:
    """What the reference changes comes first."""
    text = f'{LEVELS}[[variant]]\nname = "b"\nchanges = ["less"]\n[prices]\nrules = ["mid-40"]\n'
    found = asked(text, head='format = 1\nbase = "base"\nreference = "b"\n')
    assert found.named("without mid-40").changes[0] == LESS


def test_regret(asked: Asked) -> None:
    """Scenarios are variants, or the base; decisions are common until a year."""
    text = f'{LEVELS}[[variant]]\nname = "h"\nchanges = ["high"]\n[regret]\nscenarios = ["base", "h"]\n'
    assert asked(f"{text}common_until = 2028\n").regret == Regret(("base", "h"), 2028, 120.0)


def test_a_folder_means_the_file_in_it(asked: Asked, folder: Path) -> None:
    """``variants.toml`` in a folder; a folder that is an input is none."""
    asked("")
    assert read_variants(folder).path == folder / "variants.toml"


def test_the_base_may_be_the_input_of_a_plan(asked: Asked, folder: Path, base: Instance) -> None:
    """A resolved input has no levels or growth paths left; other changes work."""
    from thuisplan.inputs.write import write_folder

    write_folder(base.scenario, folder / "resolved-base", None)
    head = 'format = 1\nbase = "resolved-base"\n'
    found = asked(
        '[changes.x]\npot = "state"\nfactor = 0.7\n[[variant]]\nname = "v"\nchanges = ["x"]\n', head=head
    )
    assert found.named("v").changes == (LESS,)
    with pytest.raises(InputError) as caught:
        asked(
            '[changes.x]\nneeds = "low"\n[changes.y]\nkey = "inhabitants"\npath_last_year = 2030\n', head=head
        )
    assert [finding.code for finding in caught.value.findings] == ["variants_no_levels", "variants_key_fixed"]


def test_overrides_of_the_base_stay(asked: Asked, folder: Path) -> None:
    """The base multiplies the needs by two; the high level of 106 a year is then 212."""
    from thuisplan.inputs.examples import example
    from thuisplan.inputs.read import read
    from thuisplan.inputs.write import write_folder

    write_folder(example("stedendriehoek", "en"), folder / "doubled", "en")
    text = "table,key,column,operation,value\nneeds,clustered *,central,multiply,2\n"
    (folder / "doubled" / "overrides.csv").write_text(text, encoding="utf-8")
    found = asked(
        f'{LEVELS}[[variant]]\nname = "v"\nchanges = ["high"]\n', head='format = 1\nbase = "doubled"\n'
    )
    after = apply(read(folder / "doubled").instance, found.named("v").changes)
    assert after.needs["clustered"].required[2026] == 212
    assert Fraction(after.needs["clustered"].required[2030]) == 1060

"""What the rules, their parameters and the assumptions of the resolved input must be."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from thuisplan.inputs.families import FAMILIES, parameter_column
from thuisplan.inputs.rule_sets import NUMBERS, RULE_SETS
from thuisplan.inputs.tables import Rule, RuleParameter
from thuisplan.outputs.verification import original_lettings, original_overrides
from thuisplan.outputs.verification.original_rows import Original, as_text, texts
from thuisplan.outputs.verification.registry import AUTOMATIC
from thuisplan.outputs.verification.resolved import Texts


def rules(original: Original, table: str) -> Iterator[Texts]:
    """Rules of the named sets but those replaced by an own row, own rows, and the automatic families."""
    settings = original.settings
    for row in all_rules(original):
        yield texts(
            row,
            strength=row.strength or FAMILIES[row.family].strength,
            purpose=row.purpose or FAMILIES[row.family].purpose,
            valid_from=row.valid_from or settings.first_year,
            valid_to=row.valid_to or settings.last_year,
        )


def all_rules(original: Original) -> list[Any]:
    """Return the rules that hold, before their empty columns are filled."""
    own = original.rows[Rule.table]
    replaced = {row.rule_id for row in own}
    result = [
        row for name in original.settings.rule_sets for row in RULE_SETS[name] if row.rule_id not in replaced
    ]
    for row in result:
        original.assume(row, "strength")
    result += own
    families = {row.family for row in result}
    result += [
        Rule(rule_id=family, family=family, weight=Fraction(1), status="input")
        for family in AUTOMATIC
        if family not in families
    ]
    return result


def municipalities(original: Original, table: str) -> Iterator[Texts]:
    """Every row as given; an empty choice is filled in if a rule goes by it, from the side of the average."""
    chosen = any(
        {**_of_sets(original, rule), **_given(original, rule)}.get("side") == "chosen"
        for rule in all_rules(original)
        if rule.family in ("social_share", "mid_share")
    )
    settings = original.settings
    for row in original.rows[table]:
        choice = row.programme_choice
        if chosen and choice is None:
            original.assume(row, "programme_choice")
            if row.dwelling_stock and row.social_stock is not None:
                share = Fraction(row.social_stock, row.dwelling_stock)
                above = share > settings.national_social_share or (
                    share == settings.national_social_share and settings.at_average == "above"
                )
                choice = "mid" if above else "social"
        yield texts(row, programme_choice=choice)


def _given(original: Original, rule: Any) -> dict[str, str]:
    """Return the parameters that the input gives a rule, by their English name."""
    given: dict[str, str] = {}
    for row in original.rows[RuleParameter.table]:
        column = parameter_column(rule.family, row.parameter) if row.rule_id == rule.rule_id else None
        if column is not None:
            given[column.name] = as_text(column.kind.read(row.value).value)
    return given


def _of_sets(original: Original, rule: Any) -> dict[str, str]:
    """Return the parameters that the named sets give a rule; of the same number the first counts."""
    result: dict[str, str] = {}
    for row in (row for name in original.settings.rule_sets for row in NUMBERS[name]):
        column = parameter_column(rule.family, row.parameter) if row.rule_id == rule.rule_id else None
        if column is not None:
            result.setdefault(column.name, as_text(column.kind.read(row.value).value))
    return result


def rule_parameters(original: Original, table: str) -> Iterator[Texts]:
    """Own parameters by their English name, the others at their default; without one they stay away."""
    for rule in all_rules(original):
        given, of_sets = _given(original, rule), _of_sets(original, rule)
        for column in FAMILIES[rule.family].parameters.columns():
            made = RuleParameter(rule_id=rule.rule_id, parameter=column.name, value="")
            value = given.get(column.name)
            if value is None:
                follows = _default(original, rule, column.name, given)
                follows = _fixed(column) if follows in (None, ()) else follows  # a share of 0 is a share
                value = of_sets.get(column.name) or as_text(follows)
                if value:
                    original.assume(made, "value")
            if value:
                yield texts(made, value=value)


def _fixed(column: Any) -> Any:
    return None if column.required else column.default


def _default(original: Original, rule: Any, name: str, given: dict[str, str]) -> Any:
    """Return what a fair share takes from the options: the largest project, and the needs they serve."""
    if rule.family == "vacancy_share" or (
        rule.family == "fair_share" and rule.track == 2 and name == "flows"
    ):
        return original_lettings.default(original, rule, name, {**_of_sets(original, rule), **given})
    if rule.family != "fair_share" or name not in ("dead_band_dwellings", "needs"):
        return None
    tables = original.tables
    options = [tables.options[o] for o in given.get("options", "").split("|") if o in tables.options]
    if name == "dead_band_dwellings":
        return max((row["minimum_project"] for row in options), default=1)
    purpose = rule.purpose or FAMILIES[rule.family].purpose
    served = {row["need_category"] for row in options}
    return tuple(
        sorted(
            need_id
            for need_id, need in tables.needs.items()
            if need["decides"]
            and need["need_category"] in served
            and need["purpose"] == purpose
            and rule.place in (None, need["place"])
        )
    )


def assumptions(original: Original, table: str) -> Iterator[Texts]:
    """The list as given; without one, the list as used, which must name every default that was filled in.

    Every override is in it, in the place of what was assumed of the same figure.
    """
    listed = [texts(row) for row in original.rows[table]] or list(original.texts[table])
    changed = original_overrides.assumed(original)
    for row in listed:
        if (row["table_name"], row["row_key"], row["column_name"]) not in changed:
            yield row
    yield from changed.values()

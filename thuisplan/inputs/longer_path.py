"""An input in which a growth path takes one year more: of a key, or of a rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from thuisplan.inputs.changes import Change, apply
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.key_shares import Keys
from thuisplan.inputs.scenario import Scenario

PATH_END = "path_last_year"
"""Parameter of a rule, and column of a key, with the year in which the path ends."""


def rules_on_path(instance: Instance, given: Scenario) -> dict[str, tuple[str, ...]]:
    """Return what has a growth path: a key or a rule, and the rules that follow it.

    Parameters
    ----------
    instance
        The resolved input.
    given
        The input as it was given; a resolved key has no path any more.
    """
    result: dict[str, tuple[str, ...]] = {}
    for key_id, key in Keys(given).keys.items():
        if key.start_basis is not None and key.path_last_year is not None:
            using = [r.rule_id for r in instance.rules() if _parameter(instance, r.rule_id, "key") == key_id]
            result[key_id] = tuple(using)
    for rule in instance.rules():
        on_path = _parameter(instance, rule.rule_id, "start_share") is not None
        if on_path and _parameter(instance, rule.rule_id, PATH_END) is not None:
            result[rule.rule_id] = (rule.rule_id,)
    return result


def with_longer_path(instance: Instance, given: Scenario, name: str) -> Instance:
    """Return an instance whose growth path ends one year later.

    Parameters
    ----------
    instance, given
        The resolved input, and the input as it was given.
    name
        A key or a rule of ``rules_on_path``.
    """
    keys = Keys(given)
    if name in keys.keys:
        return apply(instance, tuple(_key_changes(keys, name)))
    ends = _parameter(instance, name, PATH_END) + 1
    return apply(instance, (Change("rule_parameters", f"{name} {PATH_END}", "value", "set", str(ends)),))


def _key_changes(keys: Keys, key_id: str) -> Iterator[Change]:
    key = keys.keys[key_id]
    longer = replace(key, path_last_year=(key.path_last_year or 0) + 1)
    # Fair share is tested in the last year of the path.
    yield Change("keys", key_id, PATH_END, "set", str(longer.path_last_year))
    for year in keys.years:
        before, after = keys.in_year(key, year), keys.in_year(longer, year)
        for code, share in after.items():
            if share != before[code]:
                yield Change("key_shares", f"{key_id} {code} {year}", "share", "set", str(share))


def _parameter(instance: Instance, rule_id: str, name: str) -> Any:
    return getattr(instance.parameters(instance.rules_by_id[rule_id]), name, None)

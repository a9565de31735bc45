"""Distribution keys of the resolved input: every key as a share per municipality and year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from thuisplan.inputs.columns import Row
from thuisplan.inputs.key_shares import Keys
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Key, KeyBound, KeyFactor, KeyOverride, KeyShare


def resolved_keys(scenario: Scenario) -> Mapping[str, Iterable[Row]]:
    """Return the tables of keys, factors, bounds, overrides and shares.

    Factors, bounds and overrides are in the shares and leave the input: resolving
    again must not apply them twice.

    Parameters
    ----------
    scenario
        A scenario that passed the checks.
    """
    keys = Keys(scenario)
    # The last year of the path stays: fair share is tested in it.
    plain: dict[str, Any] = {
        "basis": "shares",
        "method": "additive",
        "start_basis": None,
        "path_first_year": None,
    }
    return {
        Key.table: [replace(key, **plain) for key in keys.keys.values()],
        KeyShare.table: [row for key in keys.keys.values() for row in _shares(keys, key)],
        KeyFactor.table: (),
        KeyBound.table: (),
        KeyOverride.table: (),
    }


def _shares(keys: Keys, key: Key) -> Iterator[KeyShare]:
    if key.basis == "shares" and not keys.is_adjusted(key):
        rows = keys.listed.get(key.key_id, [])
        own = {(row.municipality_code, row.year) for row in rows}
        for row in rows:
            every = [year for year in keys.years if (row.municipality_code, year) not in own]
            for year in every if row.year is None else [row.year]:
                yield replace(row, year=year)
        return
    for year in keys.years:
        for code, share in keys.in_year(key, year).items():
            yield KeyShare(
                key_id=key.key_id, municipality_code=code, year=year, share=share, source=key.source
            )

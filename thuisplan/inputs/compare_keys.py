"""Distribution keys side by side: what each asks of every municipality, today, and what that leaves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from thuisplan.inputs.apportion import apportion, largest_remainder
from thuisplan.inputs.key_shares import Division, Keys
from thuisplan.inputs.labels import KEY_FIGURES
from thuisplan.inputs.rule_sets import NUMBERS
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import Flow, Group, Key, Municipality, Turnover

SHARES = tuple(
    sorted(
        Fraction(number.value)
        for name in ("legal-fallback", "gmr-2024", "stedendriehoek-2026")
        for number in NUMBERS[name]
        if number.parameter == "share"
    )
)
"""Shares of the vacancies for target groups in the ready sets: the legal default, and two agreements."""

TODAY = "urgent_lettings_today"
"""A basis to start a growth path from; it stands beside the keys already."""

Numbers = Mapping[str, int]
"""Municipality -> whole number; who is not in it has none, or an unknown one."""


class NoTotal(Exception):
    """There is no task to divide: neither asked for nor in the input."""


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """One key, and the whole dwellings that it gives.

    Parameters
    ----------
    key
        The key; one of the input, or a plain one that Thuisplan adds.
    own
        Whether it is one of the input.
    total
        Task [dwellings a year].
    division
        Its shares and where they come from.
    task
        Municipality -> dwellings a year; they sum to ``total``.
    tied
        Municipalities with an equal claim on the last dwellings.
    """

    key: Key
    own: bool
    total: int
    division: Division
    task: Numbers
    tied: tuple[str, ...]

    def dwellings(self, share: Fraction) -> Fraction:
        """Return a share of the task, exactly [dwellings a year]."""
        return share * self.total


@dataclass(frozen=True, slots=True)
class KeyComparison:
    """Keys side by side.

    Parameters
    ----------
    settings
        Of the scenario: language and switches for permit holders.
    names
        Municipality -> name, in order of code.
    keys
        The keys.
    year
        Year of the local urgency groups and of what is vacated: the first that is planned.
    local
        Households a year of local urgency groups; empty if the input has none.
    today
        Lettings to urgent seekers today, those to permit holders counted with them.
    vacated
        Designated social dwellings that are vacated a year.
    missing
        Figure -> municipalities that lack it, for every key that is therefore not offered.
    without_total
        Keys of the input that have no task of their own while others do.
    """

    settings: Settings
    names: Mapping[str, str]
    keys: tuple[KeyColumn, ...]
    year: int
    local: Numbers
    today: Numbers
    vacated: Numbers
    missing: Mapping[str, tuple[str, ...]]
    without_total: tuple[str, ...]

    def difference(self, column: KeyColumn, code: str) -> int | None:
        """Return the task less what is let today; None if that is unknown."""
        return column.task.get(code, 0) - self.today[code] if code in self.today else None

    def vacated_pct(self, column: KeyColumn, code: str) -> Fraction | None:
        """Return the task against what is vacated, as a share; None if that is unknown or nothing."""
        vacated = self.vacated.get(code)
        return Fraction(column.task.get(code, 0), vacated) if vacated else None

    def left(self, column: KeyColumn, code: str) -> int | None:
        """Return what is vacated less the task and the local groups; below zero there is too little."""
        if code not in self.vacated:
            return None
        return self.vacated[code] - column.task.get(code, 0) - self.local.get(code, 0)

    def region(self, numbers: Numbers) -> int | None:
        """Return the sum over all municipalities; None if one of them is unknown."""
        return sum(numbers.values()) if len(numbers) == len(self.names) else None

    def for_groups(self, share: Fraction) -> Numbers:
        """Return what target groups get of a share of the vacancies; it sums to the rounded whole."""
        exact = {code: share * vacated for code, vacated in self.vacated.items()}
        return _whole(exact)


def compare_keys(scenario: Scenario, total: int | None = None) -> KeyComparison:
    """Put the keys of a scenario and the plain ones side by side.

    Parameters
    ----------
    scenario
        A scenario that passed the checks.
    total
        Task [dwellings a year]; None for the totals that the keys themselves have.

    Returns
    -------
    KeyComparison
        Keys of the input in order of code, then those by a figure that every municipality has.

    Raises
    ------
    NoTotal
        If there is no total.
    """
    known = Keys(scenario)
    settings = scenario.settings
    plain, missing = _plain(known, settings.last_year)
    own = list(known.keys.values())
    totals = {key.total for key in own if key.total is not None}
    # One total in the input holds for all keys; of several each holds for its own.
    shared = total if total is not None else next(iter(totals)) if len(totals) == 1 else None
    columns, without = [], []
    for key in (*own, *plain):
        task = shared if shared is not None else key.total
        if task is None:
            without.append(key.key_id)
        else:
            columns.append(_column(known, key, key in own, task, settings.last_year))
    if not columns:
        raise NoTotal
    vacated = _vacated(scenario)
    return KeyComparison(
        settings=settings,
        names={row.code: row.name for row in sorted(scenario.rows(Municipality), key=lambda r: r.code)},
        keys=tuple(columns),
        year=settings.open_year,
        local=_local(scenario),
        today=_today(scenario),
        vacated=_whole(vacated),
        missing=missing,
        without_total=tuple(without),
    )


def _plain(known: Keys, year: int) -> tuple[list[Key], dict[str, tuple[str, ...]]]:
    """Return a key for every figure that no key of the input simply follows, and who lacks which figure."""
    taken = {key.basis for key in known.keys.values() if not known.is_adjusted(key)}
    keys, missing = [], {}
    for basis in KEY_FIGURES.labels:
        if basis in taken or basis in known.keys or basis == TODAY:
            continue
        lacking = tuple(code for code, figure in known.figures(basis).items() if figure is None)
        if lacking or not any(known.figures(basis).values()):
            missing[basis] = lacking
        else:
            keys.append(Key(key_id=basis, basis=basis))
    return keys, missing


def _column(known: Keys, key: Key, own: bool, total: int, year: int) -> KeyColumn:
    division = known.division(key, year)
    ordered = dict(sorted(division.shares.items()))
    found = apportion(total, ordered, key.apportionment)
    return KeyColumn(key, own, total, division, found.numbers, found.tied)


def _whole(exact: Mapping[str, Fraction]) -> Numbers:
    """Return whole numbers that sum to the rounded sum."""
    total = math.floor(sum(exact.values(), Fraction(0)) + Fraction(1, 2))
    return largest_remainder(total, exact) if total else dict.fromkeys(exact, 0)


def _today(scenario: Scenario) -> Numbers:
    result = {}
    for row in scenario.rows(Municipality):
        number = row.urgent_lettings_today
        if number is not None and not scenario.settings.housed_today_includes_permit_holders:
            number = None if row.permit_lettings_today is None else number + row.permit_lettings_today
        if number is not None:
            result[row.code] = number
    return result


def _vacated(scenario: Scenario) -> dict[str, Fraction]:
    """Return what is vacated in the first planned year and designated, where that is known."""
    settings = scenario.settings
    turnover = {
        row.municipality_code: row
        for row in scenario.rows(Turnover)
        if row.from_year <= settings.open_year <= (row.to_year or settings.last_year)
    }
    result = {}
    for row in scenario.rows(Municipality):
        found = turnover.get(row.code, turnover.get("*"))
        vacated = None if row.vacancies_per_year is None else Fraction(row.vacancies_per_year)
        if found is not None and found.rate is not None and row.social_stock is not None:
            vacated = found.rate * row.social_stock
        if vacated is not None:
            result[row.code] = vacated * (Fraction(1) if found is None else found.designated_share)
    return result


def _local(scenario: Scenario) -> Numbers:
    """Return the households of local urgency groups that are housed by lettings, per municipality."""
    local = {row.group for row in scenario.rows(Group) if "local" in row.roles}
    year, last = scenario.settings.open_year, scenario.settings.last_year
    result: dict[str, Fraction] = {}
    for row in scenario.rows(Flow):
        covers = row.from_year <= year <= (row.to_year or last)
        if row.group in local and row.purpose == "municipality" and covers and row.need_category is None:
            households = row.households - row.counted_elsewhere
            result[row.place] = result.get(row.place, Fraction(0)) + households
    return _whole(result)

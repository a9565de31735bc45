"""The most that hard rules let a municipality complete, each limit taken by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import Plan, Rule


class HardLimits:
    """Upper bounds on what can be completed.

    They are honest but not sharp: no plan can exceed them, and not every plan that
    keeps them exists. A conflict that is found with them is therefore real.

    Parameters
    ----------
    instance
        The resolved input.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance

    @cached_property
    def open_years(self) -> tuple[int, ...]:
        """Years that can be planned."""
        return tuple(year for year in self.instance.years if year >= self.instance.settings.open_year)

    @cached_property
    def _rules(self) -> dict[str, list[Rule]]:
        result: dict[str, list[Rule]] = {}
        for rule in self.instance.rules():
            if rule.strength == "hard":
                result.setdefault(rule.family, []).append(rule)
        return result

    def hard(self, family: str, year: int, place: str = "") -> bool:
        """Whether a hard rule of a building block holds in a year, and the place is not exempt."""
        return any(
            year in self.instance.valid_years(rule)
            and (
                (exempt := self.instance.exemptions.get((rule.rule_id, place))) is None
                or exempt.value is not None
            )
            for rule in self._rules.get(family, ())
        )

    def most(self, municipality: str, year: int, option: str) -> int | None:
        """Return the most dwellings of an option in a year; None if nothing limits it."""
        cell = (municipality, year, option)
        if year < self.instance.settings.open_year:
            return self.instance.realised.get(cell, 0)
        if cell in self.instance.excluded and self.hard("exclusion", year, municipality):
            return 0
        committed = self.instance.committed.get(cell, 0)
        if cell not in self.instance.offered:
            return committed
        if not self.hard("availability", year, municipality):
            return None
        # A commitment above what is offered is a conflict of its own, and told as such.
        return max(self.instance.offered[cell], committed)

    def most_completed(
        self, municipality: str, years: Iterable[int], keep: Callable[[str, int], bool]
    ) -> int | None:
        """Return the most dwellings of some options over years; None if nothing limits it.

        Parameters
        ----------
        municipality
            Code of the municipality.
        years
            Years to sum over.
        keep
            Whether an option completed in a year counts.
        """
        span = list(years)
        free, total = 0, 0
        by_route: dict[str, dict[int, int]] = {}
        for year in span:
            for code, option in self.instance.options.items():
                if not keep(code, year):
                    continue
                most = self.most(municipality, year, code)
                if most is None:
                    return None
                if option.uses_capacity and year >= self.instance.settings.open_year:
                    of_route = by_route.setdefault(option.route, {})
                    of_route[year] = of_route.get(year, 0) + most
                else:
                    free += most
        for route, per_year in by_route.items():
            capped = {year: self._capped(municipality, route, year, n) for year, n in per_year.items()}
            by_route[route] = capped
            total += min(sum(capped.values()), self._planned(municipality, route, span))
        together = sum(
            self._capped(
                municipality, None, year, sum(per_year.get(year, 0) for per_year in by_route.values())
            )
            for year in span
        )
        return free + min(total, together)

    def _capped(self, municipality: str, route: str | None, year: int, number: int) -> int:
        most = self.instance.capacity.get((municipality, route, year))
        return number if most is None or not self.hard("capacity", year, municipality) else min(number, most)

    def _planned(self, municipality: str, route: str, years: list[int]) -> int:
        """Return what plans offer by the last of the years; a large number if there are none."""
        unlimited = 10**9
        rows = [
            p for p in self.instance.rows(Plan) if (p.municipality_code, p.route) == (municipality, route)
        ]
        if not rows or not self.hard("capacity", max(years), municipality):
            return unlimited
        return sum(plan.dwellings for plan in rows if plan.from_year <= max(years))

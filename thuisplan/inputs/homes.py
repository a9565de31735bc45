"""What could house a group in a municipality, as far as the input says before it is resolved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from thuisplan.inputs.check_context import Context
from thuisplan.inputs.lettings import PERMIT_HOLDERS, VACATED_TYPE
from thuisplan.inputs.tables import Commitment, Flow, Group, Option, Realised, Suitability, Turnover


@dataclass(frozen=True)
class Homes:
    """Vacated dwellings and options that fit.

    Parameters
    ----------
    context
        The scenario and its lookups.
    """

    context: Context

    @cached_property
    def _fits(self) -> dict[tuple[str, str, str], dict[str | None, bool]]:
        """(group, municipality or *, dwelling type) -> route -> whether any of it fits."""
        result: dict[tuple[str, str, str], dict[str | None, bool]] = {}
        for row in self.context.rows(Suitability):
            key = row.group, row.municipality_code, row.dwelling_type
            result.setdefault(key, {})[row.route] = row.fit > 0
        return result

    def fits(self, group: str, municipality: str, dwelling_type: str, route: str | None) -> bool:
        """Whether a dwelling type fits a group; a named municipality beats ``*``, a route beats none."""
        every = self._fits.get((group, "*", dwelling_type), {})
        routes = every | self._fits.get((group, municipality, dwelling_type), {})
        return routes.get(route, routes.get(None, False))

    @cached_property
    def vacating(self) -> frozenset[str]:
        """Municipalities in which dwellings are vacated."""
        codes = {row.municipality_code for row in self.context.rows(Turnover)}
        return frozenset(self.context.municipalities if "*" in codes else codes)

    @cached_property
    def _built(self) -> frozenset[tuple[str, str]]:
        """(municipality, option) of which something is committed or realised."""
        rows: Iterable[Commitment | Realised] = (
            *self.context.rows(Commitment),
            *self.context.rows(Realised),
        )
        return frozenset((row.municipality_code, row.option) for row in rows if row.dwellings)

    def suits_vacated(self, group: str, municipality: str) -> bool:
        """Whether something is vacated in a municipality that fits a group."""
        return municipality in self.vacating and self.fits(group, municipality, VACATED_TYPE, None)

    def vacated(self, flow: str, group: str, municipality: str) -> bool:
        """Whether a vacated dwelling may be let to a flow."""
        barred = flow == PERMIT_HOLDERS and not self.context.settings.permit_holder_priority
        return not barred and self.suits_vacated(group, municipality)

    def options(self, group: str, municipality: str) -> tuple[str, ...]:
        """Return the options that fit a group and are, or may be, somewhere in a municipality."""
        return tuple(
            code
            for code, row in self.context.options.items()
            if self._affordable(group, row)
            and self.fits(group, municipality, row.dwelling_type, row.route)
            and ((municipality, code) in self._built or self.context.most_offered(municipality, code) > 0)
        )

    def _affordable(self, group: str, option: Option) -> bool:
        classes = next((row.rent_classes for row in self.context.rows(Group) if row.group == group), ())
        return option.rent_class is None or not classes or option.rent_class in classes

    def any(self, flow: str, group: str, municipalities: Iterable[str]) -> bool:
        """Whether a flow can be housed in one of some municipalities."""
        return any(self.vacated(flow, group, code) or self.options(group, code) for code in municipalities)


def housing_place(flow: Flow) -> tuple[str, str]:
    """Return the purpose and place where a flow may be housed.

    Parameters
    ----------
    flow
        A row of flows.
    """
    return flow.housed_purpose or flow.purpose, flow.housed_place or flow.place

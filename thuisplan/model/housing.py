"""Who is housed where: the shared variables of track 2, made with the other quantities.

==========================  =========================================================
symbol                      quantity
==========================  =========================================================
``a[m,t,f]``                vacated dwellings let to households of flow ``f``, whole
``p[m,t,f,o]``              places of an option let to households of flow ``f``, whole
``H[f,m,t]``                households of flow ``f`` housed in ``m`` up to year ``t``
``given``, ``taken[m,t]``   task for permit holders handed over and taken over [persons], whole
==========================  =========================================================

Those who wait are the slack of a soft requirement (``rules/waiting_list.py``).
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from thuisplan.inputs.lettings import PERMIT_HOLDERS
from thuisplan.model.variables import made

if TYPE_CHECKING:
    from thuisplan.inputs.instance import Instance
    from thuisplan.model.quantities import Expression, Quantities


class Housing:
    """Makes and sums lettings, on the model of the quantities.

    Parameters
    ----------
    quantities
        The quantities that hold the dwellings; their dwellings are made already.
    """

    def __init__(self, quantities: Quantities) -> None:
        self.instance = quantities.instance
        self.model = quantities.model
        self._quantities = quantities
        self._housed: dict[tuple[str, str, int], Expression] = {}
        self._make_lettings()

    def reading(self, instance: Instance, quantities: Quantities) -> Housing:
        """Return this on the same variables, reading an input that has the same lettings."""
        result = copy.copy(self)
        result.instance, result._quantities = instance, quantities
        return result

    def _make_lettings(self) -> None:
        """Make the lettings that fit: in the places of a flow, of what is vacated and what is built."""
        lettings, settings = self.instance.lettings, self.instance.settings
        first_seen = self._first_possible()
        self._let_options: dict[tuple[str, str, int], tuple[str, ...]] = {}
        for flow_id, flow in lettings.flows.items():
            priority = settings.permit_holder_priority or not flow.is_permit_holders
            for municipality in flow.housed:
                vacated = priority and lettings.vacated_fit(flow.group, municipality) is not None
                fitting = [
                    option
                    for option in first_seen.get(municipality, {})
                    if lettings.option_fit(flow.group, municipality, option) is not None
                ]
                for year in lettings.open_years:
                    if vacated and (municipality, year) in lettings.turnover:
                        self.model.a[municipality, year, flow_id]
                    options = tuple(o for o in fitting if first_seen[municipality][o] <= year)
                    self._let_options[flow_id, municipality, year] = options
                    for option in options:
                        self.model.p[municipality, year, flow_id, option]
        self._make_swaps()

    def _first_possible(self) -> dict[str, dict[str, int]]:
        """Return municipality -> option -> first year in which one of it can stand."""
        result: dict[str, dict[str, int]] = {}
        for municipality, year, option in sorted([*self.model.x, *self.model.moved]):
            here = result.setdefault(municipality, {})
            here[option] = min(year, here.get(option, year))
        return result

    def has_vacated(self, flow: str, municipality: str, year: int) -> bool:
        """Return whether vacated dwellings of a municipality and year can be let to a flow."""
        return (municipality, year, flow) in self.model.a

    def let_vacated(self, flow: str, municipality: str, year: int) -> Expression:
        """Return the vacated dwellings let to a flow [households]; 0 where none can be."""
        key = municipality, year, flow
        return made(self.model.a, key)

    def let_options(self, flow: str, municipality: str, year: int) -> tuple[str, ...]:
        """Return the options of which places can be let to a flow in a municipality and year."""
        return self._let_options.get((flow, municipality, year), ())

    def let_new(self, flow: str, municipality: str, year: int, option: str) -> Expression:
        """Return the places of an option let to a flow [households]; 0 where none can be."""
        key = municipality, year, flow, option
        return made(self.model.p, key)

    def let(self, flow: str, municipalities: Iterable[str], year: int) -> Expression:
        """Return the households of a flow that are housed in a year, vacated and new [households]."""
        return sum(
            self.let_vacated(flow, municipality, year)
            + sum(
                self.let_new(flow, municipality, year, option)
                for option in self.let_options(flow, municipality, year)
            )
            for municipality in municipalities
        )

    def housed(self, flow: str, municipality: str, year: int) -> Expression:
        r"""Return the households of a flow housed in a municipality up to a year.

        .. math:: H_t = H_{t-1} + a_t + \sum_o p_{t,o}
        """
        key = flow, municipality, year
        if key not in self._housed:
            if year < self.instance.settings.open_year:
                return 0
            let = self.let(flow, [municipality], year)
            if isinstance(let, int):
                return self.housed(flow, municipality, year - 1)
            before = self.housed(flow, municipality, year - 1)
            self._housed[key] = self._quantities.define(f"H[{flow},{municipality},{year}]", before + let)
        return self._housed[key]

    def occupied(self, flow: str, municipality: str, year: int, option: str) -> Expression:
        """Return the places of an option where households of a flow are within their stay."""
        stay = self._stay(flow, municipality, option)
        first = self.instance.settings.open_year if stay is None else year - stay + 1
        return sum(self.let_new(flow, municipality, when, option) for when in range(first, year + 1))

    def more_occupied(self, flow: str, municipality: str, year: int, option: str) -> Expression:
        """Return by how many places of an option a flow holds more than the year before."""
        let, stay = self.let_new(flow, municipality, year, option), self._stay(flow, municipality, option)
        return let if stay is None else let - self.let_new(flow, municipality, year - stay, option)

    def ended(self, flow: str, municipality: str, year: int, option: str) -> Expression:
        """Return the households of a flow that are back on the list: their stay ended the year before."""
        stay = self._stay(flow, municipality, option)
        if stay is None or not self.instance.lettings.comes_back(self._group(flow), municipality, option):
            return 0
        return self.let_new(flow, municipality, year - stay, option)

    def returned(self, flow: str, municipalities: Iterable[str], year: int) -> Expression:
        """Return the households of a flow that are back on the list in a year."""
        return sum(
            self.ended(flow, municipality, year, option)
            for municipality in municipalities
            for option in self.let_options(flow, municipality, year)
        )

    def settled(self, flow: str, municipalities: Sequence[str], year: int) -> Expression:
        """Return the households of a flow that are housed, less those who came back, up to a year."""
        years = range(self.instance.settings.open_year, year + 1)
        housed = sum(self.housed(flow, municipality, year) for municipality in municipalities)
        return housed - sum(self.returned(flow, municipalities, when) for when in years)

    def is_permanent(self, flow: str, municipality: str, option: str) -> bool:
        """Return whether households of a flow stay in places of an option for good."""
        return self._stay(flow, municipality, option) is None

    def _stay(self, flow: str, municipality: str, option: str) -> int | None:
        return self.instance.lettings.stay(self._group(flow), municipality, option)

    def _group(self, flow: str) -> str:
        return self.instance.lettings.flows[flow].group

    def vacated(self, municipality: str, year: int) -> Expression:
        r"""Return the social dwellings that are vacated in a year [dwellings].

        .. math:: V_t = \mu_t\,S_{t-1} + \sum_o \rho_o\,x_{t-lag_o,o}

        with :math:`\mu` the turnover, :math:`S` the social stock at the end of a year, of what the plan
        adds only permanent dwellings for everybody, and :math:`\rho` what moving on sets free.
        """
        lettings = self.instance.lettings
        result: Expression = lettings.vacated_from_start(municipality, year)
        if self.instance.municipalities[municipality].social_stock is not None:
            rate = lettings.turnover[municipality, year].rate or 0
            added = self._quantities.in_service([municipality], year - 1, lettings.regular_social)
            result = result + rate * added
        for row in lettings.flow_through.get(municipality, ()):
            result = result + row.take_up * self._quantities.x(municipality, year - row.lag_years, row.option)
        return result

    # --- permit holders ----------------------------------------------------------------

    def _make_swaps(self) -> None:
        """Make what municipalities hand over and take over, and let it balance in every region and year."""
        lettings = self.instance.lettings
        for rule in self.instance.rules() if lettings.permit_tasks else ():
            if rule.family != PERMIT_HOLDERS:
                continue
            for region, members in lettings.swapping(rule):
                for year in self.instance.valid_years(rule):
                    if year not in lettings.open_years:
                        continue
                    given = sum(self.model.given[code, year] for code in members)
                    taken = sum(self.model.taken[code, year] for code in members)
                    name = f"swapped[{rule.rule_id},{region.place},{year}]"
                    self._quantities.definitions[name] = (given - taken, "==")

    def handed_over(self, municipality: str, year: int) -> tuple[Expression, Expression]:
        """Return the task that a municipality hands over and takes over in a year [persons]."""
        key = municipality, year
        return made(self.model.given, key), made(self.model.taken, key)

"""Who a plan houses: lettings per flow, municipality and year, stays that end, and what is vacated."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from thuisplan.inputs.lettings import PERMIT_HOLDERS
from thuisplan.outputs.programme import Amounts, Programme


class Housed:
    """The lettings of a plan.

    Parameters
    ----------
    programme
        What is completed.
    amounts
        Quantity -> key -> whole amount; here ``a`` and ``p``, vacated dwellings and places of an option
        that are let, and ``given`` and ``taken``, task for permit holders that changes hands.

    Attributes
    ----------
    vacated, new
        (municipality, year, flow) and (municipality, year, flow, option) -> households, in order.
    """

    def __init__(self, programme: Programme, amounts: Amounts) -> None:
        self.programme = programme
        self.instance = programme.instance
        self.lettings = programme.instance.lettings
        self.vacated = dict(sorted(amounts.get("a", {}).items()))
        self.new = dict(sorted(amounts.get("p", {}).items()))
        self._given, self._taken = amounts.get("given", {}), amounts.get("taken", {})
        # The key of all of these: (flow, municipality, year).
        self._from_vacated: Counter[tuple[str, str, int]] = Counter()
        self._from_new: Counter[tuple[str, str, int]] = Counter()
        self._returned: Counter[tuple[str, str, int]] = Counter()
        self._within_stay: Counter[tuple[str, str, int]] = Counter()
        # (municipality, regular social option, year) -> places that flows together hold more than before.
        self._more_held: Counter[tuple[str, str, int]] = Counter()
        for (municipality, year, flow), households in self.vacated.items():
            self._from_vacated[flow, municipality, year] += households
        for (municipality, year, flow, option), households in self.new.items():
            self._count_new(municipality, year, flow, option, households)

    def _count_new(self, municipality: str, year: int, flow: str, option: str, households: int) -> None:
        group, regular = self.lettings.flows[flow].group, option in self.lettings.regular_social
        self._from_new[flow, municipality, year] += households
        self._more_held[municipality, option, year] += households * regular
        stay = self.lettings.stay(group, municipality, option)
        if stay is None:
            return
        self._more_held[municipality, option, year + stay] -= households * regular
        for when in range(year, year + stay):
            self._within_stay[flow, municipality, when] += households
        if self.lettings.comes_back(group, municipality, option):
            self._returned[flow, municipality, year + stay] += households

    # --- sums over flows and places ---------------------------------------------------

    def from_vacated(self, flow: str, year: int, municipality: str | None = None) -> int:
        """Return the households of a flow that let a vacated dwelling; everywhere, or in one place."""
        return self._total(self._from_vacated, flow, year, municipality)

    def from_new(self, flow: str, year: int, municipality: str | None = None) -> int:
        """Return the households of a flow that let a place of the plan."""
        return self._total(self._from_new, flow, year, municipality)

    def of_first_lettings(self, municipality: str, year: int) -> int:
        """Return the first lettings that go to flows: the regular social places they hold more than before.

        A place whose resident left is let again to the next of them, and that is no first letting. Where
        they hold fewer of an option, what they leave is among what is vacated.
        """
        options = self.lettings.regular_social
        return sum(max(0, self._more_held[municipality, option, year]) for option in options)

    def returned(self, flow: str, year: int, municipality: str | None = None) -> int:
        """Return the households that are back on the list: their stay ended with the year before."""
        return self._total(self._returned, flow, year, municipality)

    def within_stay(self, flow: str, year: int, municipality: str | None = None) -> int:
        """Return the households that are within a temporary stay at the end of a year."""
        return self._total(self._within_stay, flow, year, municipality)

    def let(self, flow: str, year: int, municipality: str) -> int:
        """Return the households of a flow that are housed in a municipality in a year."""
        return self.from_vacated(flow, year, municipality) + self.from_new(flow, year, municipality)

    def _total(
        self, counts: Counter[tuple[str, str, int]], flow: str, year: int, municipality: str | None
    ) -> int:
        if municipality is not None:
            return counts[flow, municipality, year]
        return sum(counts[flow, code, year] for code in self.lettings.flows[flow].housed)

    # --- what is vacated -----------------------------------------------------------------

    def vacated_dwellings(self, municipality: str, year: int) -> Fraction:
        r"""Return the social dwellings that are vacated in a year.

        .. math:: V_t = \mu_t\,S_{t-1} + \sum_o \rho_o\,x_{t-lag_o,o}

        with :math:`\mu` the turnover, :math:`S` the social stock at the end of a year, of what the plan
        adds only permanent dwellings for everybody, and :math:`\rho` what moving on sets free. Where the
        stock is unknown, the vacancies that the municipality gives take the place of :math:`\mu S`.
        """
        lettings, programme = self.lettings, self.programme
        result = lettings.vacated_from_start(municipality, year)
        if self.instance.municipalities[municipality].social_stock is not None:
            rate = lettings.turnover[municipality, year].rate or 0
            result += rate * programme.in_service([municipality], year - 1, lettings.regular_social)
        for released in lettings.flow_through.get(municipality, ()):
            sets_free = (released.option,)
            result += released.take_up * programme.built(municipality, year - released.lag_years, sets_free)
        return result

    # --- permit holders --------------------------------------------------------------------

    def planned_swaps(self, municipality: str, year: int) -> tuple[int, int]:
        """Return the persons that the plan has a municipality hand over and take over, up to a year."""
        years = [when for when in self.lettings.open_years if when <= year]
        return (
            sum(self._given.get((municipality, when), 0) for when in years),
            sum(self._taken.get((municipality, when), 0) for when in years),
        )

    def remaining_task(self, municipality: str, year: int) -> int:
        """Return the persons that a municipality must have housed by a year, after every swap."""
        given, taken = self.planned_swaps(municipality, year)
        return self.lettings.permit_task(municipality, year) - given + taken

    @property
    def permit_places(self) -> tuple[str, ...]:
        """Municipalities with a task for permit holders, of their own or because they may take over."""
        flow = self.lettings.flows.get(PERMIT_HOLDERS)
        return () if flow is None else flow.housed

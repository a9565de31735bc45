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
        self._more_social: Counter[tuple[str, str, int]] = Counter()
        self._returned: Counter[tuple[str, str, int]] = Counter()
        self._within_stay: Counter[tuple[str, str, int]] = Counter()
        for (municipality, year, flow), households in self.vacated.items():
            self._from_vacated[flow, municipality, year] += households
        for (municipality, year, flow, option), households in self.new.items():
            self._count_new(municipality, year, flow, option, households)

    def _count_new(self, municipality: str, year: int, flow: str, option: str, households: int) -> None:
        social = bool(self.instance.options[option].adds_social)
        self._from_new[flow, municipality, year] += households
        self._more_social[flow, municipality, year] += households * social
        fit = self.lettings.option_fit(self.lettings.flows[flow].group, municipality, option)
        if fit is None or fit.stay_years is None:
            return
        self._more_social[flow, municipality, year + fit.stay_years] -= households * social
        for when in range(year, year + fit.stay_years):
            self._within_stay[flow, municipality, when] += households
        if fit.returns:
            self._returned[flow, municipality, year + fit.stay_years] += households

    # --- sums over flows and places ---------------------------------------------------

    def from_vacated(self, flow: str, year: int, municipality: str | None = None) -> int:
        """Return the households of a flow that let a vacated dwelling; everywhere, or in one place."""
        return self._total(self._from_vacated, flow, year, municipality)

    def from_new(self, flow: str, year: int, municipality: str | None = None) -> int:
        """Return the households of a flow that let a place of the plan."""
        return self._total(self._from_new, flow, year, municipality)

    def more_social(self, flow: str, year: int, municipality: str) -> int:
        """Return by how many social places of the plan a flow holds more than the year before."""
        return self._total(self._more_social, flow, year, municipality)

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

        with :math:`\mu` the turnover, :math:`S` the social stock at the end of a year and :math:`\rho`
        what moving on sets free. Where the stock is unknown, the vacancies that the municipality gives
        take the place of :math:`\mu S`.
        """
        row, programme = self.instance.municipalities[municipality], self.programme
        stock = programme.stock(municipality, year - 1, "adds_social", row.social_stock, "social_lost")
        if stock is None:
            result = Fraction(row.vacancies_per_year or 0)
        else:
            result = (self.lettings.turnover[municipality, year].rate or Fraction(0)) * stock
        for released in self.lettings.flow_through.get(municipality, ()):
            cell = (municipality, year - released.lag_years, released.option)
            result += released.take_up * programme.completed.get(cell, 0)
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

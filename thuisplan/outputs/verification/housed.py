r"""Who is housed where: flows, what fits them, what is vacated, and what a plan lets to them.

$V_{m,t} = r_{m,t}\,S_{m,t-1} + \sum_o u_o\,x_{m,t-\ell,o}$ is vacated, with $S$ the social stock and the
permanent social dwellings for everybody that the plan adds, and $V'_{m,t} = d_{m,t}\,V_{m,t}$
designated; where the social stock is unknown, what the municipality gives takes the place of $r\,S$. All in
planned years.
Unit: dwellings, of one household each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from thuisplan.outputs.verification.permits import GROUP as PERMIT_HOLDERS
from thuisplan.outputs.verification.resolved import Row
from thuisplan.outputs.verification.stock import losses, stock

if TYPE_CHECKING:
    from thuisplan.outputs.verification.tables import Number, Tables

REGULAR = "social_regular"
"""Dwelling type of vacated dwellings."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Households of a group that need a home.

    Parameters
    ----------
    flow_id, group
        The flow and its group.
    purpose, place
        Origin; empty for permit holders.
    members
        Municipalities that may house them.
    weight, strength
        Of a household that waits.
    waiting, inflow
        Households at the start, and planned year -> households that come.
    whole
        Whether the municipalities of the origin are all in the input.
    """

    flow_id: str
    group: str
    purpose: str
    place: str
    members: tuple[str, ...]
    weight: Fraction
    strength: str
    waiting: int
    inflow: Mapping[int, Number]
    whole: bool

    def asked(self, year: int) -> Number:
        """Return the households that waited or came up to a year."""
        return self.waiting + sum(n for t, n in self.inflow.items() if t <= year)


class Housed:
    """The side of the input and the plan that is about people.

    Parameters
    ----------
    tables
        The resolved input and the plan.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    # --- who comes ----------------------------------------------------------------

    @cached_property
    def groups(self) -> dict[str, Row]:
        """Code -> group."""
        return {row["group"]: row for row in self._tables.rows("groups")}

    @cached_property
    def flows(self) -> dict[str, Flow]:
        """Code -> flow; that of the permit holders last, if there is a task."""
        result = {}
        for flow_id in dict.fromkeys(row["flow_id"] for row in self._tables.rows("flows")):
            rows = [row for row in self._tables.rows("flows") if row["flow_id"] == flow_id]
            purpose = rows[0]["housed_purpose"] or rows[0]["purpose"]
            place = rows[0]["housed_place"] or rows[0]["place"]
            inflow: dict[int, Number] = dict.fromkeys(self._tables.open_years, 0)
            for row in rows:
                if row["from_year"] in inflow:
                    inflow[row["from_year"]] += row["households"]
            result[flow_id] = Flow(
                flow_id, rows[0]["group"], rows[0]["purpose"], rows[0]["place"],
                self._tables.regions(purpose, place)[0].members, rows[0]["weight"], rows[0]["strength"],
                sum(row["waiting_at_start"] for row in rows), inflow,
                rows[0]["purpose"] == "outside"
                or self._tables.regions(rows[0]["purpose"], rows[0]["place"])[0].whole,
            )  # fmt: skip
        if self._tables.permits.places:
            result[PERMIT_HOLDERS] = self._permit_holders()
        return result

    def _permit_holders(self) -> Flow:
        permits = self._tables.permits
        inflow: dict[int, Number] = {
            year: self.permit_inflow(permits.housing, year) for year in self._tables.open_years
        }
        weight = permits.rules[0].weight if permits.rules else Fraction(1)
        return Flow(PERMIT_HOLDERS, PERMIT_HOLDERS, "", "", permits.housing, weight, "soft", 0, inflow, True)

    def permit_inflow(self, members: tuple[str, ...], year: int) -> Fraction:
        """Return the households by which the tasks of some municipalities grow in a planned year."""
        permits, first = self._tables.permits, self._tables.settings.first_open_year
        before = sum(permits.task(m, year - 1) for m in members) if year > first else 0
        return (sum(permits.task(m, year) for m in members) - before) / permits.per_household

    def flows_of(self, groups: tuple[str, ...]) -> tuple[str, ...]:
        """Return the flows of these groups; never the permit holders' task."""
        return tuple(code for code, f in self.flows.items() if code != PERMIT_HOLDERS and f.group in groups)

    # --- what fits them --------------------------------------------------------------

    @cached_property
    def _suitable(self) -> dict[tuple[str, str, str, str | None], Row]:
        return {
            (row["group"], row["municipality_code"], row["dwelling_type"], row["route"]): row
            for row in self._tables.rows("suitability")
        }

    def fits_vacated(self, flow_id: str, place: str) -> Row | None:
        """Return how vacated dwellings of a municipality fit a flow; None where none may be let to it."""
        flow = self.flows[flow_id]
        if flow_id == PERMIT_HOLDERS and not self._tables.settings.permit_holder_priority:
            return None
        row = self._suitable.get((flow.group, place, REGULAR, None))
        return row if row is not None and row["fit"] and place in flow.members else None

    def may_vacated(self, flow_id: str, place: str, year: int) -> bool:
        """Whether a flow may be let a vacated dwelling of a municipality in a planned year."""
        known = year in self._tables.open_years and (place, year) in self.turnover
        return known and self.fits_vacated(flow_id, place) is not None

    @cached_property
    def _supplied(self) -> dict[tuple[str, str], int]:
        """(municipality, option) -> the first year in which there may be any."""
        result: dict[tuple[str, str], int] = {}
        for place, year, option in (*self._tables.possible, *self._tables.realised):
            result[place, option] = min(year, result.get((place, option), year))
        return result

    @cached_property
    def fits(self) -> dict[tuple[str, str, str], Row]:
        """(flow, municipality, option) -> how the option fits; absent where it does not."""
        result = {}
        for flow in self.flows.values():
            classes = self.groups[flow.group]["rent_classes"] if flow.group in self.groups else ()
            for place, code in self._supplied:
                option = self._tables.options[code]
                affordable = option["rent_class"] is None or not classes or option["rent_class"] in classes
                kinds = ((flow.group, place, option["dwelling_type"], r) for r in (option["route"], None))
                row = next((self._suitable[kind] for kind in kinds if kind in self._suitable), None)
                if place in flow.members and affordable and row is not None and row["fit"]:
                    result[flow.flow_id, place, code] = row
        return result

    def may_place(self, flow_id: str, place: str, year: int, option: str) -> bool:
        """Whether a flow may be let a place of an option in a municipality in a planned year."""
        if year not in self._tables.open_years or (flow_id, place, option) not in self.fits:
            return False
        return self._supplied[place, option] <= year

    # --- what a plan lets --------------------------------------------------------------

    @cached_property
    def _let(self) -> Counter[tuple[str, str, int]]:
        result: Counter[tuple[str, str, int]] = Counter(self._tables.amounts.vacated)
        for (flow_id, place, year, _), n in self._tables.amounts.placed.items():
            result[flow_id, place, year] += n
        return result

    def let(self, flow_id: str, place: str, year: int) -> int:
        """Return the households of a flow that are housed in a municipality in a year."""
        return self._let[flow_id, place, year]

    def let_until(self, flow_id: str, places: tuple[str, ...], year: int) -> int:
        """Return the households of a flow that are housed in municipalities up to a year."""
        return sum(self.let(flow_id, m, t) for m in places for t in self._tables.open_years if t <= year)

    @cached_property
    def _returned(self) -> Counter[tuple[str, str, int]]:
        result: Counter[tuple[str, str, int]] = Counter()
        for (flow_id, place, year, option), n in self._tables.amounts.placed.items():
            stay = self.stay(flow_id, place, option)
            if stay is not None and self.comes_back(flow_id, place, option):
                result[flow_id, place, year + stay] += n
        return result

    def returned(self, flow_id: str, places: tuple[str, ...], year: int) -> int:
        """Return the households of a flow whose stay in municipalities ends and who ask again in a year."""
        return sum(self._returned[flow_id, place, year] for place in places)

    def returned_until(self, flow_id: str, places: tuple[str, ...], year: int) -> int:
        """Return the households that asked again up to a year."""
        return sum(self.returned(flow_id, places, t) for t in self._tables.open_years if t <= year)

    def stay(self, flow_id: str, place: str, option: str) -> int | None:
        """Return the years that a household stays; None for good. Nobody outstays a temporary dwelling."""
        row = self.fits.get((flow_id, place, option))
        life: int | None = self._tables.options[option]["service_life_years"]
        stay: int | None = None if row is None else row["stay_years"]
        return min((years for years in (stay, life) if years is not None), default=None)

    def comes_back(self, flow_id: str, place: str, option: str) -> bool:
        """Whether a household asks again when its stay ends."""
        row = self.fits.get((flow_id, place, option))
        return row is not None and bool(row["returns"]) and self.stay(flow_id, place, option) is not None

    def may_return(self, flow_id: str, year: int) -> bool:
        """Whether any household of a flow could come back from a temporary place in a year."""
        return any(
            self.comes_back(*fit) and self.may_place(fit[0], fit[1], year - (self.stay(*fit) or 0), fit[2])
            for fit in self.fits
            if fit[0] == flow_id
        )

    def living(self, flow_id: str, place: str, option: str, year: int) -> int:
        """Return the households of a flow that live in places of an option at the end of a year."""
        stay = self.stay(flow_id, place, option)
        first = self._tables.settings.first_open_year if stay is None else year - stay + 1
        placed = self._tables.amounts.placed
        return sum(placed.get((flow_id, place, t, option), 0) for t in range(first, year + 1))

    @cached_property
    def regular_social(self) -> tuple[str, ...]:
        """Permanent social options that no special need asks for: the stock that turns over grows by them."""
        needs = self._tables.rows("needs")
        special = {need["need_category"] for need in needs if need["need_class"] == "special"}
        return tuple(
            code
            for code in self._tables.options_with("adds_social")
            if self._tables.options[code]["service_life_years"] is None
            and self._tables.options[code]["need_category"] not in special
        )

    # --- what is vacated ---------------------------------------------------------------

    @cached_property
    def turnover(self) -> dict[tuple[str, int], Row]:
        """(municipality, year) -> turnover."""
        return {(row["municipality_code"], row["from_year"]): row for row in self._tables.rows("turnover")}

    def social(self, place: str, year: int) -> int | None:
        """Return the social stock at the end of a year, S; None if unknown."""
        return stock(self._tables, place, "social", year)

    def vacated(self, place: str, year: int) -> Fraction:
        """Return the social dwellings that are vacated in a year, V; none without turnover."""
        row = self.turnover.get((place, year))
        if row is None:
            return Fraction(0)
        today = self._tables.municipalities[place]
        if today["social_stock"] is None:
            of_stock = Fraction(today["vacancies_per_year"] or 0)
        else:
            added = self._tables.in_service((place,), self.regular_social, year - 1)
            lost = losses(self._tables, place, "social_lost", year - 1)
            of_stock = Fraction((row["rate"] or 0) * (today["social_stock"] - lost + added))
        moved_on = sum(
            (
                through["take_up"] * self._tables.total((place,), (year - through["lag_years"],), (code,))
                for through in self._tables.rows("flow_through")
                if through["municipality_code"] == place
                for code in (through["option"],)
            ),
            Fraction(0),
        )
        return of_stock + moved_on

    def designated(self, place: str, year: int) -> Fraction:
        """Return the vacated dwellings that are designated, V'."""
        row = self.turnover.get((place, year))
        return Fraction(0) if row is None else row["designated_share"] * self.vacated(place, year)

    def usual(self, place: str, year: int) -> Fraction:
        """Return what is vacated of the stock of today, for references."""
        row, today = self.turnover.get((place, year)), self._tables.municipalities[place]
        if row is None:
            return Fraction(0)
        if today["social_stock"] is None:
            return Fraction(today["vacancies_per_year"] or 0)
        return Fraction((row["rate"] or 0) * today["social_stock"])

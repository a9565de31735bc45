"""The shared variables of the model and their definitions; the only place that makes them.

==========================  =========================================================
symbol                      quantity
==========================  =========================================================
``x[m,t,o]``                dwellings completed [dwellings], whole
``z[m,t,o]``                whether a new project is completed, 0 or 1
``moved[m,t,o]``            temporary dwellings that come from another site [dwellings], whole
``D[m,o..,t]``, ``R[r,..]`` dwellings in service, of a municipality or a region
``a[m,t,f]``                vacated dwellings let to households of flow ``f``, whole
``p[m,t,f,o]``              places of an option let to households of flow ``f``, whole
``H[f,m,t]``                households of flow ``f`` housed in ``m`` up to year ``t``
``n[m,t,o,b]``              dwellings completed in neighbourhood ``b`` [dwellings], whole
``s[m,t,o,b]``              whether a neighbourhood has an option by the last year, 0 or 1
``given``, ``taken[m,t]``   task for permit holders handed over and taken over [persons], whole
``y[p,m,t,o]``              thousands of euros that pot ``p`` pays [kEUR]
``carried[p,t]``            what pot ``p`` carries to the next year [kEUR]
==========================  =========================================================

Shortfalls, waiting and other violations are slacks of soft requirements; they are
made by ``Problem.with_slack`` and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import pyomo.core as pyo
from pyomo.common.numeric_types import RegisterNumericType

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import Neighbourhood
from thuisplan.model.housing import Housing
from thuisplan.model.requirement import EUROS
from thuisplan.model.variables import WHOLE, made

# Pyomo then keeps shares and unit costs as exact fractions in its expressions.
RegisterNumericType(Fraction)

Expression = Any
"""A linear Pyomo expression, or a number."""


class Quantities:
    """Makes variables on demand, with their definitions, on one Pyomo model.

    Parameters
    ----------
    instance
        The resolved input.

    Attributes
    ----------
    model
        The Pyomo model that holds the variables.
    housing
        Who is housed where: the variables of track 2.
    definitions
        Name -> (expression, ``==`` or ``<=``): the rows that say what they mean,
        each expression being zero, or at most zero.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.model = pyo.ConcreteModel()
        for group, domain in WHOLE.items():
            setattr(self.model, group, pyo.Var(pyo.Any, dense=False, domain=domain))
        self.model.total = pyo.Var(pyo.Any, dense=False, domain=pyo.NonNegativeReals)
        self.model.y = pyo.Var(pyo.Any, dense=False, domain=pyo.NonNegativeReals)
        self.model.carried = pyo.Var(pyo.Any, dense=False, domain=pyo.NonNegativeReals)
        self.definitions: dict[str, tuple[Expression, str]] = {}
        self._totals: dict[tuple[Any, ...], Expression] = {}
        self._option_sets: dict[tuple[str, ...], str] = {}
        self._place_names: dict[tuple[str, ...], str] = {}
        for region in instance.all_regions():
            self._place_names.setdefault(region.members, f"{region.purpose}:{region.place}")
        self._make_completed()
        self._make_placed()
        self._make_moved()
        self.housing = Housing(self)

    # --- dwellings ----------------------------------------------------------------

    def _make_completed(self) -> None:
        cells = {key for key in self.instance.offered} | {
            key for key, dwellings in self.instance.committed.items() if dwellings
        }
        self.open_cells = tuple(sorted(cells))
        for cell in self.open_cells:
            variable = self.model.x[cell]
            if cell not in self.instance.offered:
                # Committed without being offered: what is agreed can be built, and no more.
                variable.setub(self.instance.committed[cell])
        for cell, dwellings in sorted(self.instance.realised.items()):
            self.model.x[cell].fix(dwellings)
        self._by_place_year: dict[tuple[str, int], dict[str, Expression]] = {}
        for (municipality, year, option), variable in self.model.x.items():
            self._by_place_year.setdefault((municipality, year), {})[option] = variable

    def x(self, municipality: str, year: int, option: str) -> Expression:
        """Return the dwellings completed [dwellings]; 0 where the option is not offered."""
        return self._by_place_year.get((municipality, year), {}).get(option, 0)

    def project(self, municipality: str, year: int, option: str) -> Expression:
        """Return the binary that says whether a new project is completed."""
        return self.model.z[municipality, year, option]

    def completed(
        self, municipalities: Sequence[str], years: Iterable[int], options: Sequence[str]
    ) -> Expression:
        """Return the dwellings completed in places and years, of some options [dwellings]."""
        return sum(self._completed_in_year(tuple(municipalities), year, tuple(options)) for year in years)

    def _completed_in_year(
        self, municipalities: tuple[str, ...], year: int, options: tuple[str, ...]
    ) -> Expression:
        """Return the completions of one year: a sum in one place, a variable for a region.

        Region totals are variables of their own, so that rows stay sparse.
        """
        if len(municipalities) == 1:
            cells = self._by_place_year.get((municipalities[0], year), {})
            return sum(cells[option] for option in options if option in cells)
        key = ("completed", municipalities, options, year)
        if key not in self._totals:
            parts = sum(self._completed_in_year((m,), year, options) for m in municipalities)
            name = f"R[{self._place(municipalities)},{self._options(options)},{year}]"
            self._totals[key] = self.define(name, parts)
        return self._totals[key]

    def in_service(self, municipalities: Sequence[str], year: int, options: Sequence[str]) -> Expression:
        r"""Return the dwellings in service at the end of a year [dwellings].

        .. math:: D_t = D_{t-1} + \sum_o x_{t,o} - \sum_{o\,temporary} x_{t-life_o,o}
                  + \sum_o (moved_{t,o} - moved_{t-there_o,o})
        """
        places, chosen = tuple(municipalities), tuple(options)
        key = ("in_service", places, chosen, year)
        if key not in self._totals:
            if year < self.instance.years[0]:
                return 0
            before = self.in_service(places, year - 1, chosen)
            change = self._completed_in_year(places, year, chosen) - self._retired(places, year, chosen)
            change = change + self._moved_in_and_out(places, year, chosen)
            name = f"D[{self._place(places)},{self._options(chosen)},{year}]"
            self._totals[key] = self.define(name, before + change)
        return self._totals[key]

    def _retired(self, places: tuple[str, ...], year: int, options: tuple[str, ...]) -> Expression:
        lives: dict[int, list[str]] = {}
        for option in options:
            life = self.instance.options[option].service_life_years
            if life is not None and year - life >= self.instance.years[0]:
                lives.setdefault(year - life, []).append(option)
        return sum(self._completed_in_year(places, built, tuple(gone)) for built, gone in lives.items())

    # --- neighbourhoods -----------------------------------------------------------------

    def _make_placed(self) -> None:
        r"""Make what neighbourhoods get of the options for special groups: together all of it.

        .. math:: \sum_{b\in m} n_{m,t,o,b} = x_{m,t,o}
        """
        known: dict[str, list[Neighbourhood]] = {}
        for row in self.instance.rows(Neighbourhood):
            known.setdefault(row.municipality_code, []).append(row)
        needs = [need.row for need in self.instance.needs.values()]
        special = {row.need_category for row in needs if row.need_class == "special"}
        for cell in self.open_cells:
            municipality, year, option = cell
            if municipality not in known or self.instance.options[option].need_category not in special:
                continue
            placed = sum(
                self.model.n[*cell, row.neighbourhood]
                for row in known[municipality]
                if not row.options or option in row.options
            )
            self.definitions[f"placed[{municipality},{year},{option}]"] = (placed - self.x(*cell), "==")

    def placed(self, municipality: str, year: int, option: str, neighbourhood: str) -> Expression:
        """Return the dwellings completed in a neighbourhood [dwellings]; 0 where none can be."""
        return made(self.model.n, (municipality, year, option, neighbourhood))

    def at_scale(self, municipality: str, option: str, neighbourhood: str) -> Expression:
        """Return the binary that says whether a neighbourhood has any of an option by the last year."""
        return self.model.s[municipality, self.instance.years[-1], option, neighbourhood]

    # --- temporary dwellings that move ----------------------------------------------

    def _make_moved(self) -> None:
        placed = {(municipality, option) for municipality, _, option, _ in self.model.n}
        for municipality, year, option in self.instance.offered:
            if (municipality, year, option) in self.instance.excluded or (municipality, option) in placed:
                # What is excluded is not moved in either; a place in a neighbourhood is for what is built.
                continue
            move = self.instance.moves.get((municipality, option))
            if move is None or not move.years_there or year not in move.years:
                continue
            if move.last_built(year) >= self.instance.years[0] or move.from_today(year):
                self.model.moved[municipality, year, option]

    def moved(self, municipality: str, year: int, option: str) -> Expression:
        """Return the dwellings that come from another site [dwellings]; 0 where none can."""
        key = municipality, year, option
        return made(self.model.moved, key)

    def _moved_in_and_out(self, places: tuple[str, ...], year: int, options: tuple[str, ...]) -> Expression:
        change: Expression = 0
        for municipality in places:
            for option in options:
                move = self.instance.moves.get((municipality, option))
                if move is not None and move.years_there:
                    change = change + self.moved(municipality, year, option)
                    change = change - self.moved(municipality, year - move.years_there, option)
        return change

    # --- definitions -------------------------------------------------------------------

    def at_most(self, name: str, excess: Expression) -> None:
        """Define that something is at most zero: it follows from what the quantities mean."""
        if not isinstance(excess, int | Fraction):
            self.definitions[name] = (excess, "<=")

    def define(self, name: str, value: Expression) -> Expression:
        """Return a variable that equals ``value``; a plain number stays a number."""
        if isinstance(value, int | Fraction):
            return value
        if name in self.definitions:
            raise ValueError(f"Expected one definition of {name}.")
        variable = self.model.total[name]
        self.definitions[name] = (variable - value, "==")
        return variable

    def _place(self, municipalities: tuple[str, ...]) -> str:
        """Return a name for a set of municipalities; regions with equal members share it."""
        if len(municipalities) == 1:
            return municipalities[0]
        return self._place_names[municipalities]

    def _options(self, options: tuple[str, ...]) -> str:
        return self._option_sets.setdefault(
            options, options[0] if len(options) == 1 else f"set{len(self._option_sets) + 1}"
        )

    # --- money --------------------------------------------------------------------

    @cached_property
    def cost_cells(self) -> tuple[tuple[str, int, str], ...]:
        """(municipality, year, option) where something may be built or moved in, in order."""
        return tuple(sorted({*self.open_cells, *self.model.moved}))

    def cost(self, kind: str, municipality: str, year: int, option: str) -> Expression:
        """Return what building and moving of an option cost in a year [kEUR]; a number if nothing can."""
        built = self.instance.unit_cost(option, kind) * EUROS
        moved = self.instance.move_cost(municipality, option, kind) * EUROS
        cost: Expression = built * self.x(municipality, year, option) if built else 0
        return cost + moved * self.moved(municipality, year, option) if moved else cost

    def paid(self, pot: str, municipality: str, year: int, option: str) -> Expression:
        """Return what a pot pays for an option in a municipality and year [kEUR]."""
        return self.model.y[pot, municipality, year, option]

    def cells_paid_by(self, kind: str) -> dict[tuple[str, int], list[tuple[str, int, str]]]:
        """Make the payments of one kind of money; return (pot, year) -> cells it may pay for.

        Defines that pots pay every cost in full, of building and of moving:
        :math:`\\sum_p y_{p,m,t,o} = c_o x_{m,t,o} + c^{move}_o moved_{m,t,o}`.
        """
        result: dict[tuple[str, int], list[tuple[str, int, str]]] = {}
        for cell in self.cost_cells:
            municipality, year, option = cell
            cost = self.cost(kind, *cell)
            if isinstance(cost, int | Fraction):
                continue
            pots = self.instance.pots_for(kind, *cell)
            for pot in pots:
                result.setdefault((pot.pot_id, year), []).append(cell)
            paid = sum(self.paid(pot.pot_id, *cell) for pot in pots)
            name = f"paid[{kind},{municipality},{year},{option}]"
            self.definitions[name] = (paid - cost, "==")
        return result

    def carried(self, pot: str, year: int) -> Expression:
        """Return what a pot carries from ``year`` to the next [kEUR]; 0 if it may not."""
        if not self.instance.pots[pot].carry_over or year < self.instance.settings.open_year:
            return 0
        return self.model.carried[pot, year]

    def close_account(self, pot: str, year: int, left: Expression) -> tuple[str, ...]:
        r"""Define what a pot carries as what is left; return the names of the rows that say so.

        .. math:: carried_t = B_t + carried_{t-1} - \sum y_t

        A pot that carries nothing has no such row: what is left lapses.
        """
        carried = self.carried(pot, year)
        if isinstance(carried, int):
            return ()
        name = f"carried[{pot},{year}]"
        self.definitions[name] = (left - carried, "==")
        return (name,)

r"""Computes distribution keys: who gets which share of a task, and from what that follows.

With figures :math:`f_{b,m}`, shares :math:`a_{b,m} = f_{b,m} / \sum_n f_{b,n}` and weights :math:`w_b`:

- additive: :math:`u_m = \sum_b w_b a_{b,m} / \sum_b w_b`;
- multiplicative: :math:`u_m \propto a_m \prod_b s_{b,m}`, with :math:`a` the (weighted) baseline and
  :math:`s_{b,m}` the figure rescaled in a straight line to :math:`[low_b, high_b]`;
- bounds: :math:`v_m = \min(\max(\lambda u_m, floor_m), cap_m)` with :math:`\lambda` such that
  :math:`\sum_m v_m = 1`: what is over or lacking is divided in proportion to :math:`u`;
- overrides: :math:`\sigma_m = v_m + change_m / total`.

All exact fractions. The multiplicative form, with scores rescaled around 1, is that of ABAG, *Regional
Housing Needs Allocation Plan 2023-2031* (2021), where each factor works on a part of the task of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from thuisplan.inputs.apportion import on_growth_path
from thuisplan.inputs.columns import R
from thuisplan.inputs.labels import KEY_FIGURES
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import (
    Key,
    KeyBound,
    KeyFactor,
    KeyOverride,
    KeyShare,
    Municipality,
    MunicipalityFigure,
)

ONE = Fraction(1)

Shares = dict[str, Fraction]
"""Municipality -> share of the task."""


@dataclass(frozen=True, slots=True)
class Division:
    """What a key gives, and how it came about.

    Parameters
    ----------
    parts
        Factor -> municipality -> what it adds to the share; over the factors they sum to ``unbounded``.
        A factor of a multiplicative key adds what the share changes by when it is applied after those
        before it.
    unbounded
        Shares before floors and caps; they sum to one.
    bounded
        Shares within floors and caps.
    hits
        Municipality -> ``floor`` or ``cap``, for those whose share a bound decides.
    changes
        Municipality -> dwellings a year that were negotiated.
    shares
        The key: bounded shares and what was negotiated.
    """

    parts: Mapping[str, Shares]
    unbounded: Shares
    bounded: Shares
    hits: Mapping[str, str]
    changes: Mapping[str, int]
    shares: Shares


class Keys:
    """The keys of a scenario.

    Parameters
    ----------
    scenario
        A scenario that passed the checks on keys.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.years = scenario.settings.years
        self.municipalities = {row.code: row for row in scenario.rows(Municipality)}
        self.keys = {row.key_id: row for row in scenario.rows(Key)}
        self._divisions: dict[tuple[str, int | None], Division] = {}
        self._figures: dict[str, dict[str, Fraction]] = {}
        for figure in scenario.rows(MunicipalityFigure):
            self._figures.setdefault(figure.figure, {})[figure.municipality_code] = figure.value
        self.factors = _by_key(scenario.rows(KeyFactor))
        self.bounds = _by_key(scenario.rows(KeyBound))
        self.overrides = _by_key(scenario.rows(KeyOverride))
        self.listed = _by_key(scenario.rows(KeyShare))

    # --- figures ----------------------------------------------------------------

    def figures(self, basis: str) -> dict[str, Fraction | None]:
        """Return a figure of every municipality, None where it is not filled in.

        Parameters
        ----------
        basis
            Column of the municipalities, or a figure of ``municipality_figures``.
        """
        if basis in KEY_FIGURES.labels:
            columns = {code: getattr(row, basis) for code, row in self.municipalities.items()}
            return {code: None if value is None else Fraction(value) for code, value in columns.items()}
        own = self._figures.get(basis, {})
        return {code: own.get(code) for code in self.municipalities}

    @property
    def own_figures(self) -> frozenset[str]:
        """Codes of the figures of ``municipality_figures``."""
        return frozenset(self._figures)

    def proportional(self, basis: str) -> Shares:
        """Return the shares of all municipalities in the sum of a figure.

        Raises
        ------
        ValueError
            If a municipality lacks the figure, or all have zero.
        """
        figures = {code: value for code, value in self.figures(basis).items() if value is not None}
        whole = sum(figures.values(), Fraction(0))
        if len(figures) < len(self.municipalities) or not whole:
            raise ValueError(f"Figure {basis} is not there for every municipality, or zero.")
        return {code: figure / whole for code, figure in figures.items()}

    # --- the key ------------------------------------------------------------------

    def division(self, key: Key, year: int) -> Division:
        """Return the key where its growth path ends.

        Parameters
        ----------
        key
            A key of the scenario, or one with the same columns.
        year
            Matters only for shares that are listed per year.

        Raises
        ------
        ValueError
            If a figure is missing, or the bounds cannot hold.
        """
        about = (key.key_id, year if key.basis == "shares" else None)
        if about not in self._divisions:
            self._divisions[about] = self._divided(key, year)
        return self._divisions[about]

    def _divided(self, key: Key, year: int) -> Division:
        parts = self.parts(key, year)
        overrides = {row.municipality_code: row.change for row in self.overrides.get(key.key_id, ())}
        bounds = self.bounds.get(key.key_id, ())
        floors = {row.municipality_code: row.floor for row in bounds if row.floor is not None}
        caps = {row.municipality_code: row.cap for row in bounds if row.cap is not None}
        unbounded = _summed(parts.values())
        for code in (*floors, *overrides):
            unbounded.setdefault(code, Fraction(0))
        bounded, hits = within_bounds(unbounded, floors, caps)
        shares = dict(bounded)
        for code, change in overrides.items():
            shares[code] += Fraction(change, key.total or 1)
        return Division(parts, unbounded, bounded, hits, overrides, shares)

    def parts(self, key: Key, year: int) -> dict[str, Shares]:
        """Return what every factor adds to the shares of a key, before bounds and overrides."""
        if key.basis == "shares":
            return {"shares": self.listed_in(key, year)}
        if key.basis != "factors":
            return {key.basis: self.proportional(key.basis)}
        rows = self.factors.get(key.key_id, ())
        carrying = [row for row in rows if row.role != "factor"]
        weights = sum((row.weight for row in carrying), Fraction(0))
        parts = {row.basis: _times(row.weight / weights, self.proportional(row.basis)) for row in carrying}
        before = _summed(parts.values())
        for row in rows:
            if row.role == "factor":
                after = self._applied(before, row)
                parts[row.basis] = {code: after[code] - before[code] for code in after}
                before = after
        return parts

    def _applied(self, shares: Shares, factor: KeyFactor) -> Shares:
        """Return shares times the scores of a factor, summing to one again."""
        scores = self.scores(factor)
        product = {code: share * scores[code] for code, share in shares.items()}
        whole = sum(product.values(), Fraction(0))
        if not whole:
            raise ValueError(f"Factor {factor.basis} leaves nothing.")
        return _times(1 / whole, product)

    def scores(self, factor: KeyFactor) -> Shares:
        """Return the figure of a factor, rescaled in a straight line to its range.

        Where all figures are equal every score is the middle of the range.
        """
        figures = {code: value for code, value in self.figures(factor.basis).items() if value is not None}
        if len(figures) < len(self.municipalities) or factor.low is None or factor.high is None:
            raise ValueError(f"Factor {factor.basis} lacks figures or a range.")
        least, most = min(figures.values()), max(figures.values())
        if least == most:
            return dict.fromkeys(figures, (factor.low + factor.high) / 2)
        slope = (factor.high - factor.low) / (most - least)
        return {code: factor.low + (figure - least) * slope for code, figure in figures.items()}

    # --- years --------------------------------------------------------------------

    def listed_in(self, key: Key, year: int) -> Shares:
        """Return the listed shares in a year; a share for all years gives way to one for the year."""
        rows = sorted(self.listed.get(key.key_id, ()), key=lambda row: row.year is not None)
        return {row.municipality_code: row.share for row in rows if row.year in (None, year)}

    def in_year(self, key: Key, year: int) -> Shares:
        """Return the shares of a key in a year, on its growth path.

        The path runs in a straight line from the shares of the starting basis to the key with its
        bounds and overrides.
        """
        end = self.division(key, year).shares
        if key.start_basis is None or key.path_first_year is None or key.path_last_year is None:
            return end
        start = self.proportional(key.start_basis)
        return {
            code: on_growth_path(start[code], end[code], key.path_first_year, key.path_last_year, year)
            for code in end
        }

    def is_adjusted(self, key: Key) -> bool:
        """Whether a key has bounds or overrides."""
        return key.key_id in self.bounds or key.key_id in self.overrides


def within_bounds(
    shares: Shares, floors: Mapping[str, Fraction], caps: Mapping[str, Fraction]
) -> tuple[Shares, dict[str, str]]:
    """Bring shares within floors and caps; the rest is divided in proportion until everything fits.

    Parameters
    ----------
    shares
        Municipality -> share; they sum to one.
    floors, caps
        Least and most share of some municipalities; no floor is above the cap of its municipality.

    Returns
    -------
    bounded
        Shares within the bounds; they sum to one.
    hits
        Municipality -> ``floor`` or ``cap``, for those whose share a bound decides.

    Raises
    ------
    ValueError
        If the caps cannot hold the whole, or the floors are more than the whole.
    """
    # Who has no share gets the floor, and no part of the rest.
    fixed = {code: floors.get(code, Fraction(0)) for code, share in shares.items() if not share}
    hits = {code: "floor" for code, floor in fixed.items() if floor}
    while True:
        free = [code for code in shares if code not in fixed]
        rest = 1 - sum(fixed.values(), Fraction(0))
        if not free or rest < 0:
            if rest:
                raise ValueError("The bounds cannot hold the whole.")
            return {code: fixed[code] for code in shares}, hits
        scale = rest / sum((shares[code] for code in free), Fraction(0))
        proposed = {code: scale * shares[code] for code in free}
        low = [code for code in free if proposed[code] < floors.get(code, Fraction(0))]
        high = [code for code in free if proposed[code] > caps.get(code, ONE)]
        if not low and not high:
            return {code: fixed[code] if code in fixed else proposed[code] for code in shares}, hits
        lacking = sum((floors[code] - proposed[code] for code in low), Fraction(0))
        over = sum((proposed[code] - caps.get(code, ONE) for code in high), Fraction(0))
        # If more is lacking than is over, the others get less: who is below a floor stays there. And the
        # other way round.
        if lacking >= over:
            fixed |= {code: floors[code] for code in low}
            hits |= dict.fromkeys(low, "floor")
        if over >= lacking:
            fixed |= {code: caps.get(code, ONE) for code in high}
            hits |= dict.fromkeys(high, "cap")


def _by_key(rows: Iterable[R]) -> dict[str, list[R]]:
    result: dict[str, list[R]] = {}
    for row in rows:
        key_id: str = row.key()[0]
        result.setdefault(key_id, []).append(row)
    return result


def _times(number: Fraction, shares: Shares) -> Shares:
    return {code: number * share for code, share in shares.items()}


def _summed(parts: Iterable[Shares]) -> Shares:
    result: Shares = {}
    for part in parts:
        for code, share in part.items():
            result[code] = result.get(code, Fraction(0)) + share
    return result

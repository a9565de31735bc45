r"""Neighbourhoods: what each may get, from what scale, and which are preferred.

.. math:: \sum_{b\in m} n_{m,t,o,b} = x_{m,t,o}
.. math:: \sum_o \sum_{\tau\le t,\ standing} n_{m,\tau,o,b} \le C_b
.. math:: L_b\,s_{m,o,b} \le \sum_t n_{m,t,o,b} \le U\,s_{m,o,b}
.. math:: \sum_{b\,preferred} \sum_o \sum_{\tau\le t} n_{m,\tau,o,b} \ge
          \varphi \sum_b \sum_o \sum_{\tau\le t} n_{m,\tau,o,b}

for the options that serve special groups, where a municipality has neighbourhoods: :math:`C_b` is
what may be in service that the plan adds (zero spares the neighbourhood), :math:`L_b` the scale
from which a centre gets an option at all, :math:`U` more than can be built, and :math:`\varphi`
the part that belongs in preferred neighbourhoods: soft, or only followed where the rule is
[dwellings]. The first line says what :math:`n` is and holds always.

Source: facts D41, D42 (not all in the same weak neighbourhoods, strong ones first), E30 (spared
neighbourhoods), D47 (minimum scale and centre places); requirements, item 18.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from thuisplan.inputs.tables import Neighbourhood, Rule
from thuisplan.model.problem import BEYOND_OFFER
from thuisplan.model.quantities import Expression, Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import line


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield limits and scales per neighbourhood, and preference per municipality."""
    instance = quantities.instance
    years = [year for year in instance.valid_years(rule) if year >= instance.settings.open_year]
    if not years:
        return
    places: dict[str, list[Neighbourhood]] = {}
    for row in instance.rows(Neighbourhood):
        places.setdefault(row.municipality_code, []).append(row)
        yield from _limits(rule, quantities, row, years)
        yield from _scales(rule, quantities, row, years[-1])
    for rows in places.values():
        if any(row.preferred for row in rows):
            yield from _preference(rule, quantities, rows, years[-1])


def _limits(
    rule: Rule, quantities: Quantities, row: Neighbourhood, years: Sequence[int]
) -> Iterator[Requirement]:
    instance = quantities.instance
    nothing = isinstance(_placed(quantities, row, instance.years, tuple(instance.options)), int)
    if row.max_special is None or nothing:
        return
    for year in years:
        standing = sum(
            quantities.placed(row.municipality_code, built, option, row.neighbourhood)
            for option, description in instance.options.items()
            for built in instance.years
            if description.stands(built, year)
        )
        yield line(
            instance,
            rule,
            place=row.municipality_code,
            subject=row.neighbourhood,
            period=str(year),
            carried=True,
            lhs=standing,
            sense=Sense.AT_MOST,
            rhs=row.max_special,
            reference=row.max_special,
        )


def _scales(rule: Rule, quantities: Quantities, row: Neighbourhood, last: int) -> Iterator[Requirement]:
    instance, code = quantities.instance, row.municipality_code
    if row.minimum_scale is None:
        return
    for option in instance.options:
        total = _placed(quantities, row, instance.years, (option,))
        if isinstance(total, int):
            continue
        cells = [(code, year, option) for year in instance.years]
        most = sum(max(instance.offered.get(c, 0), instance.committed.get(c, 0)) for c in cells)
        yield line(
            instance,
            rule,
            place=code,
            subject=f"scale:{row.neighbourhood}:{option}",
            period=str(last),
            lhs=total,
            sense=Sense.ZERO_OR_AT_LEAST,
            rhs=row.minimum_scale,
            reference=row.minimum_scale,
            switch=quantities.at_scale(code, option, row.neighbourhood),
            # Where availability gives, this ceiling is still none.
            ceiling=most + BEYOND_OFFER,
        )


def _preference(
    rule: Rule, quantities: Quantities, rows: Sequence[Neighbourhood], last: int
) -> Iterator[Requirement]:
    instance, code = quantities.instance, rows[0].municipality_code
    share = Fraction(instance.parameters(rule).preferred_share)
    years = [year for year in instance.years if year <= last]
    options = tuple(instance.options)
    preferred = sum(_placed(quantities, row, years, options) for row in rows if row.preferred)
    everywhere = sum(_placed(quantities, row, years, options) for row in rows)
    if isinstance(everywhere, int):
        return
    yield line(
        instance,
        rule,
        place=code,
        subject="preferred",
        period=str(last),
        lhs=preferred,
        sense=Sense.AT_LEAST,
        rhs=share * everywhere,
        strength="monitor" if rule.strength == "monitor" else "soft",
        reference=share * _most_placed(quantities, rows, years),
        share=share,
        base=everywhere,
    )


def _placed(
    quantities: Quantities, row: Neighbourhood, years: Sequence[int], options: Sequence[str]
) -> Expression:
    """Return what a neighbourhood gets of some options in some years [dwellings]."""
    return sum(
        quantities.placed(row.municipality_code, year, option, row.neighbourhood)
        for year in years
        for option in options
    )


def _most_placed(quantities: Quantities, rows: Sequence[Neighbourhood], years: Sequence[int]) -> int:
    """Return the most that is offered of what gets a place in a neighbourhood [dwellings]."""
    instance, code = quantities.instance, rows[0].municipality_code
    return sum(
        instance.offered.get((code, year, option), 0)
        for year in years
        for option in instance.options
        if any(not isinstance(_placed(quantities, row, (year,), (option,)), int) for row in rows)
    )

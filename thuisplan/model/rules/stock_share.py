r"""Share of stock: social (or middle) dwellings as a share of all dwellings of a municipality.

.. math:: S^0 + \sum_o s_o D_{m,t,o} - loss_t \ge
          \varphi\,(H^0 + \sum_o h_o D_{m,t,o} - demolition_t)

with :math:`S^0, H^0` the stock at the start, :math:`s_o, h_o` whether an option adds to it
[dwellings].

Source: advice of 2021 (facts D8: 30 % for low incomes within five years, whose base is stock
for low incomes: another number than ``social_share``).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Expression, Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import agreed, line


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield one line per municipality and year from the year the rule names."""
    instance = quantities.instance
    parameters = instance.parameters(rule)
    for region in instance.regions_of(rule):
        for municipality in region.members:
            share = Fraction(agreed(instance, rule, municipality, parameters.share))
            for year in instance.valid_years(rule):
                if year < (parameters.by_year or year):
                    continue
                part = stock(quantities, municipality, year, parameters.segment)
                whole = stock(quantities, municipality, year, "all")
                if part is None or whole is None:
                    part = whole = None
                yield line(
                    instance,
                    rule,
                    place=municipality,
                    period=str(year),
                    carried=True,
                    lhs=part,
                    sense=Sense.AT_LEAST,
                    rhs=None if whole is None else share * whole,
                    reference=share * (instance.municipalities[municipality].dwelling_stock or 0),
                    share=share,
                    base=whole,
                    testable=region.whole and whole is not None,
                )


def stock(quantities: Quantities, municipality: str, year: int, segment: str) -> Expression | None:
    """Return the stock of a segment (``all``, ``social``, ``mid``) at the end of a year [dwellings].

    None if the stock at the start is unknown.
    """
    instance = quantities.instance
    row = instance.municipalities[municipality]
    start, flag, lost = {
        "all": (row.dwelling_stock, "adds_stock", "dwellings_lost"),
        "social": (row.social_stock, "adds_social", "social_lost"),
        "mid": (row.mid_stock, "adds_mid", "mid_lost"),
    }[segment]
    if start is None:
        return None
    options = tuple(o for o, option in instance.options.items() if getattr(option, flag))
    return (
        start + quantities.in_service([municipality], year, options) - instance.lost(municipality, year, lost)
    )

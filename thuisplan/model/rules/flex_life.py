r"""Service life of flex: a dwelling leaves its site after its years there, and may move once.

.. math:: D_{m,t,o} = D_{m,t-1,o} + x_{m,t,o} - x_{m,t-s,o} + moved_{m,t,o} - moved_{m,t-s',o}
.. math:: \sum_{m\in r}\sum_{\tau\le t} moved_{m,\tau,o} \le
          \sum_{m\in r}\sum_{\tau\le t-s-d} x_{m,\tau,o} + \hat F_{r,t-d,o}
.. math:: x_{m,t,o} + moved_{m,t,o} \le availability_{m,t,o}

with :math:`s` the years on the first site, :math:`s' = \min(s, L - s - d)` those on the second,
:math:`d` the delay of a move, :math:`L` the life of the dwelling and :math:`\hat F` the dwellings of
today whose years on their site are over. What has left waits in the pool of the region; a move costs
money of the kind that the rule names. The first line is the definition of dwellings in service
(``quantities.py``) [dwellings].

Source: facts C21 (redeployment of flex), H5, H21 (flex as a reserve), A75.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from thuisplan.inputs.instance import Region
from thuisplan.inputs.moves import Move
from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import line


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield what the pool holds per region, and what a site holds per municipality."""
    instance = quantities.instance
    options = sorted({move.option for move in instance.moves.values() if move.rule_id == rule.rule_id})
    for region in instance.regions_of(rule):
        for option in options:
            move = instance.moves[region.members[0], option]
            if move.years_there:
                yield from _pool(rule, quantities, region, move)
                yield from _sites(rule, quantities, region, option)


def _pool(rule: Rule, quantities: Quantities, region: Region, move: Move) -> Iterator[Requirement]:
    instance = quantities.instance
    moved: Any = 0
    built: Any = 0
    seen = instance.years[0]
    for year in instance.lettings.open_years:
        moved = moved + sum(quantities.moved(code, year, move.option) for code in region.members)
        last = move.last_built(year)
        built = built + quantities.completed(region.members, range(seen, last + 1), (move.option,))
        seen = max(seen, last + 1)
        if year in instance.valid_years(rule):
            yield line(
                instance,
                rule,
                place=region.place,
                subject=f"pool:{move.option}",
                period=str(year),
                lhs=moved,
                sense=Sense.AT_MOST,
                rhs=built + move.from_today(year),
                reference=Fraction(1),
                carried=True,
            )


def _sites(rule: Rule, quantities: Quantities, region: Region, option: str) -> Iterator[Requirement]:
    instance = quantities.instance
    for municipality in region.members:
        for year in instance.valid_years(rule):
            room = instance.offered.get((municipality, year, option))
            if room is not None:
                yield line(
                    instance,
                    rule,
                    purpose="municipality",
                    place=municipality,
                    subject=f"site:{option}",
                    period=str(year),
                    lhs=quantities.x(municipality, year, option)
                    + quantities.moved(municipality, year, option),
                    sense=Sense.AT_MOST,
                    rhs=room,
                    reference=Fraction(room),
                    # It states the availability: where that gives, so does this line.
                    figure=("offered", municipality, option),
                )

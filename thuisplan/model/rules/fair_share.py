r"""Fair share: each municipality delivers its share of the task, on its growth path.

.. math:: |D_{m,t} - G_{m,t}| \le \beta\,G_{m,t} + \lambda,
          \qquad G_{m,t} = \sum_{\tau\le t} \sigma_m(\tau)\,\Delta B_\tau

with :math:`D` the dwellings in service (in track 2: the households housed so far, less those who came
back from a temporary place, so that nobody counts twice),
:math:`\sigma_m(\tau)` the share on the growth path and :math:`B` the agreed task (``basis=task``: a region
that builds nothing is not fair) or what the region delivers. The share is applied to each year's
increment: applied to the running total it would punish whoever follows the path. :math:`\lambda` is a
dead band in dwellings, by default the largest project; tested at checkpoint years [dwellings].

Source: facts E1-E13 (keys by inhabitants, growth path of ten years to 2035).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from thuisplan.inputs.instance import Instance, Region
from thuisplan.inputs.tables import Key, Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import line


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield two lines, not too much and not too little, per municipality and checkpoint."""
    instance = quantities.instance
    parameters = instance.parameters(rule)
    checkpoints = checkpoint_years(instance, rule)
    regions = instance.regions_of(rule)
    count = len(checkpoints) * sum(len(region.members) for region in regions)
    for region in regions:
        task = instance.fair_task(rule, region)
        divided = task if parameters.basis == "task" else _delivered(rule, quantities, region)
        for municipality in region.members:
            full = max(Fraction(1), instance.shared(parameters.key, municipality, task, instance.years[-1]))
            for year in checkpoints:
                target = instance.shared(parameters.key, municipality, divided, year)
                band, room = parameters.dead_band_share, parameters.dead_band_dwellings
                shared: dict[str, Any] = dict(
                    place=municipality,
                    period=str(year),
                    lhs=_counted(rule, quantities, (municipality,), year),
                    reference=full,
                    # A deviation counts in the mean, and in the largest, as a part of the full task.
                    measure="fair_share_mean",
                    price=1 / (full * count),
                    peak=("fair_share_max", 1 / full),
                    testable=region.whole,
                    carried=True,
                )
                yield line(
                    instance,
                    rule,
                    **shared,
                    subject="most",
                    sense=Sense.AT_MOST,
                    rhs=(1 + band) * target + room,
                )
                yield line(
                    instance,
                    rule,
                    **shared,
                    subject="least",
                    sense=Sense.AT_LEAST,
                    rhs=(1 - band) * target - room,
                )


def checkpoint_years(instance: Instance, rule: Rule) -> tuple[int, ...]:
    """Return the years in which a fair share is tested: every so many, the key's last, the last."""
    years = instance.valid_years(rule)
    parameters = instance.parameters(rule)
    ends = {key.path_last_year for key in instance.rows(Key) if key.key_id == parameters.key}
    chosen = set(years[parameters.checkpoint_every - 1 :: parameters.checkpoint_every])
    return tuple(year for year in years if year in chosen or year in ends or year == years[-1])


def _counted(rule: Rule, quantities: Quantities, municipalities: tuple[str, ...], year: int) -> Any:
    """Return what counts as delivered up to a year: dwellings in service, or households that have a home.

    Those who came back from a temporary place are on the list again, and counted where they are housed next.
    """
    parameters = quantities.instance.parameters(rule)
    if rule.track == 2:
        return sum(quantities.housing.settled(flow, municipalities, year) for flow in parameters.flows)
    return quantities.in_service(municipalities, year, parameters.options)


def _delivered(rule: Rule, quantities: Quantities, region: Region) -> dict[int, Any]:
    return {
        year: _counted(rule, quantities, region.members, year)
        - _counted(rule, quantities, region.members, year - 1)
        for year in quantities.instance.years
    }

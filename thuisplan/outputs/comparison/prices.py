"""The price of a rule: what its absence would give, as far as that is proved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from thuisplan.outputs.comparison.against import within_gap
from thuisplan.outputs.comparison.proofs import Proofs, Range
from thuisplan.outputs.comparison.run_info import RunInfo
from thuisplan.outputs.comparison.schemas import MEASURE_UNITS
from thuisplan.outputs.comparison.subjects import STAGE

PRICE, WITHOUT = "price", "without"


def price_rows(
    proofs: Proofs, runs: Sequence[RunInfo], reference: str | None, strengths: Mapping[str, str | None]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``prices``: per rule and measure, how much lower the measure is without the rule.

    Both plans have a gap, so the price itself is only known between two values: the best with the rule
    lies from its bound up to what was found, and so does the best without. A gain below zero is a loss:
    in a later stage the earlier stages took what the absence gave.

    Parameters
    ----------
    proofs
        Of all runs with a plan.
    runs
        Every variant; the prices are those of kind ``price``.
    reference
        Run of the reference; None where it has no plan: there are no prices then.
    strengths
        Rule -> its strength in the reference.
    """
    if reference is None:
        return
    with_rule = proofs.values(reference)
    stages = proofs.values(reference, STAGE)
    for one in runs:
        rule = dict(one.labels).get(WITHOUT)
        if one.kind != PRICE or rule is None or not one.has_plan:
            continue
        without = proofs.values(one.run)
        for measure in (name for name in MEASURE_UNITS if name in with_rule and name in without):
            stage = round(stages[measure]) if measure in stages else None
            before, after = proofs.range(reference, measure), proofs.range(one.run, measure)
            relaxes = stage == 1 and strengths.get(rule) == "hard"
            least, most = gains(before, after, relaxes)
            yield {
                "rule_id": rule,
                "variant": one.name,
                "strength": strengths.get(rule),
                "measure": measure,
                "stage": stage,
                "unit": MEASURE_UNITS[measure],
                "reference": with_rule[measure],
                "without": without[measure],
                "gain": with_rule[measure] - without[measure],
                "gain_at_least": least,
                "gain_at_most": most,
                "within_gap": within_gap(before, after),
            }


def gains(before: Range | None, after: Range | None, relaxes: bool) -> tuple[float | None, float | None]:
    """Return between which values the gain lies; None where nothing was proved.

    Parameters
    ----------
    before, after
        Range of the best with and without the rule.
    relaxes
        Whether every plan with the rule is a plan without it too, so that there is nothing to lose: the
        first stage without a hard rule.
    """
    if before is None or after is None:
        return None, None
    least, most = before.least - after.found, before.found - after.least
    return (max(0.0, least), max(0.0, most)) if relaxes else (least, most)

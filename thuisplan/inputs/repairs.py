"""What to change in an input so that lines of a rule give: the inverse of a relaxation.

Where a line rests on a figure of its own, that figure changes: an offer, a capacity, a plan, a
commitment, a budget. Elsewhere the deviation itself is agreed: a need stays what it is, and so does a
norm, and the shortfall is accepted in so many words. Figures behind more than one line are left alone,
because changing them would change lines that do not have to give.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from thuisplan.inputs.changes import Change
from thuisplan.inputs.columns import write_exact
from thuisplan.inputs.families import FAMILIES
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.row_keys import key_text

PLANS = "plans:"
"""How the subject of a line about building plans begins."""

MORE_PLANS = "extra"
"""Name of the building plan that a repair adds."""


@dataclass(frozen=True, slots=True)
class LineRef:
    """The lines of a rule about one thing in one place, over all periods.

    Parameters
    ----------
    rule_id, family, purpose, place, subject
        As in ``rules.parquet``.
    unit
        Of the amounts: that of the line, or ``kEUR``.
    carried
        Whether the line is a running total: what is missing in a year is missing in later years too.
    """

    rule_id: str
    family: str
    purpose: str
    place: str
    subject: str
    unit: str
    carried: bool


def repairs(instance: Instance, amounts: Mapping[LineRef, Mapping[str, Fraction]]) -> tuple[Change, ...]:
    """Return the changes after which lines hold that were missed by some amounts.

    Lines about the same building plans give together: a plan that is added counts in each of them.

    Parameters
    ----------
    instance
        The resolved input.
    amounts
        Line -> period -> by how much it is missed, in its unit. Of a line that is carried: what is missed
        more than in the years before, as the slack columns of a relaxation have it.

    Returns
    -------
    tuple of Change
        For ``changes.apply``. Whole figures are rounded up; amounts of zero need no change.

    Raises
    ------
    ValueError
        If lines of this family never give: they say what there is.
    """
    plans: dict[tuple[str, str], list[Mapping[str, Fraction]]] = {}
    result: list[Change] = []
    for line, missed in amounts.items():
        if FAMILIES[line.family].always:
            raise ValueError(f"Expected a rule that may give, got {line.rule_id}.")
        needed = {period: amount for period, amount in missed.items() if amount > 0}
        if line.family == "capacity" and line.subject.startswith(PLANS):
            plans.setdefault((line.place, line.subject.split(":")[1]), []).append(needed)
        else:
            result += _changes(instance, line, needed)
    for (municipality, route), needs in plans.items():
        result += _more_plans(instance, municipality, route, needs)
    return tuple(result)


def _changes(instance: Instance, line: LineRef, amounts: Mapping[str, Fraction]) -> Iterator[Change]:
    place, subject = line.place, line.subject
    if line.family in ("extra_cost", "deficit") and ":" not in subject:
        for period, amount in amounts.items():
            euros = math.ceil(amount * _euros(line))
            yield Change("budgets", key_text((subject, period)), "amount_eur", "add", str(euros))
        return
    figure = {
        "availability": ("availability", (place, subject), "max_per_year", 1),
        "capacity": ("capacity", (place, None if subject == "all" else subject), "dwellings_per_year", 1),
        "commitment": ("commitments", (place, subject), "dwellings", -1),
    }.get(line.family)
    if figure is None:
        yield from _agreed(instance, line, amounts)
        return
    table, key, column, sign = figure
    for period, amount in amounts.items():
        yield Change(table, key_text((*key, period)), column, "add", str(sign * math.ceil(amount)))


def _agreed(instance: Instance, line: LineRef, amounts: Mapping[str, Fraction]) -> Iterator[Change]:
    """Yield the deviations to agree on; they add up, so that what is carried is agreed to the end."""
    for period, amount in amounts.items():
        until = (
            f"{period}-{instance.years[-1]}" if line.carried and int(period) < instance.years[-1] else period
        )
        key = key_text((line.rule_id, line.place, line.subject, until))
        yield Change("deviations", key, "amount", "add", write_exact(amount * _euros(line), None))


def _euros(line: LineRef) -> int:
    return 1000 if line.unit == "kEUR" else 1


def _more_plans(
    instance: Instance, municipality: str, route: str, needed: Sequence[Mapping[str, Fraction]]
) -> Iterator[Change]:
    """Yield plans for any segment: by each year as many as the line that lacks most."""
    before = 0
    for year in map(str, instance.years):
        # Years are four digits: as texts they come in the same order.
        lacking = (sum(n for when, n in amounts.items() if when <= year) for amounts in needed)
        most = math.ceil(max(lacking, default=0))
        if most > before:
            key = key_text((MORE_PLANS, municipality, route, None, year))
            yield Change("plans", key, "dwellings", "add", str(most - before))
        before = most

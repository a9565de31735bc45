r"""What must be delivered, restated from the tables.

Per need that decides and planned year: $\sum_m D_{m,t} \ge N_t$, with $D$ the dwellings in service of
the options of its category and $N_t$ the running total of the need. For soft needs also the surplus:
$\sum_m D_{m,t} \le \max(N_t + s, \hat D_t)$, $\hat D$ what is realised and committed; $s$ is given, or the
largest minimum project of those options. Unit: dwellings.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from thuisplan.outputs.verification.line import AT_LEAST, AT_MOST, Line
from thuisplan.outputs.verification.tables import Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of a ``need`` rule; each need has its own place and strength."""
    fixed = {**tables.realised, **tables.committed}
    last = tables.years[-1]
    for need_id, need in tables.needs.items():
        if not need["decides"]:
            continue
        region = tables.regions(need["purpose"], need["place"])[0]
        options = tables.options_for(need["need_category"])
        largest = max((tables.options[o]["minimum_project"] for o in options), default=1)
        given = rule.optional("surplus")
        surplus = largest if given is None else given
        for year in tables.valid_open_years(rule):
            required = tables.required(need_id, year)
            agreed = sum(tables.standing(fixed, m, options, year) for m in region.members)
            delivered = tables.in_service(region.members, options, year)
            whole_need = tables.required(need_id, last)
            sides = [(need_id, AT_LEAST, required, whole_need)]
            if need["strength"] == "soft":
                most = max(required + surplus, Fraction(agreed))
                sides.append((f"{need_id}:surplus", AT_MOST, most, whole_need + surplus))
            for subject, operator, rhs, reference in sides:
                yield Line(
                    purpose=need["purpose"],
                    place=need["place"],
                    subject=subject,
                    period=str(year),
                    lhs=delivered,
                    operator=operator,
                    rhs=rhs,
                    strength=need["strength"],
                    testable=region.whole,
                    exempt=tables.is_exempt(rule, need["place"]),
                    reference=reference,
                    unmet=need["need_class"] if operator == AT_LEAST else None,
                    unmet_weight=need["weight"],
                )

r"""What neighbourhoods can bear, restated from the tables.

Per neighbourhood and planned year: $\sum_o$ of the special dwellings of the plan that stand there $\le K_b$.
Per option: over the horizon none, or at least the smallest number that works (``scale``). Per municipality:
at least a part in the neighbourhoods that are preferred, never hard. That $\sum_b n = x$ is a sum, not a
line. Unit: dwellings.
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.outputs.verification.line import AT_LEAST, AT_MOST, ZERO_OR_AT_LEAST, Line
from thuisplan.outputs.verification.resolved import Row
from thuisplan.outputs.verification.tables import Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of a ``neighbourhood`` rule."""
    for place in tables.sites.municipalities:
        for row in tables.sites.of(place):
            yield from _most(tables, rule, place, row)
            yield from _scale(tables, rule, place, row)
        yield from _preferred(tables, rule, place)


def _most(tables: Tables, rule: Rule, place: str, row: Row) -> Iterator[Line]:
    name, most = row["neighbourhood"], row["max_special"]
    options = tables.sites.options(place, name)
    if most is None or not options:
        return
    for year in tables.valid_open_years(rule):
        yield Line(
            purpose=rule.purpose,
            place=place,
            subject=name,
            period=str(year),
            lhs=tables.standing(tables.sites.here(name), place, options, year),
            operator=AT_MOST,
            rhs=most,
            strength=rule.strength,
            exempt=tables.is_exempt(rule, place),
            reference=most,
        )


def _scale(tables: Tables, rule: Rule, place: str, row: Row) -> Iterator[Line]:
    name, least = row["neighbourhood"], row["minimum_scale"]
    valid = tables.valid_open_years(rule)
    if least is None or not valid:
        return
    for option in tables.sites.options(place, name):
        yield Line(
            purpose=rule.purpose,
            place=place,
            subject=f"scale:{name}:{option}",
            period=str(valid[-1]),
            lhs=tables.sites.total(place, (name,), (option,), tables.years[-1]),
            operator=ZERO_OR_AT_LEAST,
            rhs=least,
            strength=rule.strength,
            exempt=tables.is_exempt(rule, place),
            reference=least,
        )


def _preferred(tables: Tables, rule: Rule, place: str) -> Iterator[Line]:
    names = [row["neighbourhood"] for row in tables.sites.of(place)]
    preferred = [row["neighbourhood"] for row in tables.sites.of(place) if row["preferred"]]
    usable = [name for name in preferred if tables.sites.options(place, name)]
    valid = tables.valid_open_years(rule)
    if not usable or not valid:
        return
    options = {option for name in names for option in tables.sites.options(place, name)}
    share = rule.number("preferred_share")
    whole = tables.sites.total(place, names, options, valid[-1])
    yield Line(
        purpose=rule.purpose,
        place=place,
        subject="preferred",
        period=str(valid[-1]),
        lhs=tables.sites.total(place, preferred, options, valid[-1]),
        operator=AT_LEAST,
        rhs=share * whole,
        strength={"hard": "soft"}.get(rule.strength, rule.strength),
        exempt=tables.is_exempt(rule, place),
        share=share,
        base=whole,
        reference=share * tables.most((place,), [t for t in tables.open_years if t <= valid[-1]], options),
    )

r"""First what the municipality itself needs, then where there is least, restated from the tables.

Per municipality and planned year: $D_{m,t} \ge N_{m,t}$ (``own``), and where it has as much as the mean of
the region or more, $R_m / H_m \ge \sum R / \sum H$, also $D_{m,t} \le N_{m,t}$ (``receives``): it takes no
more than its own. Unit: dwellings.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from thuisplan.outputs.verification.line import AT_LEAST, AT_MOST, Line
from thuisplan.outputs.verification.tables import Number, Region, Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of an ``own_first`` rule; ``own`` is never hard."""
    own_strength = {"hard": "soft"}.get(rule.strength, rule.strength)
    for region in tables.regions(rule.purpose, rule.place):
        above = _above_mean(tables, rule, region)
        for place in region.members:
            sides = [("own", AT_LEAST, own_strength, True)]
            if above[place] is not False:
                sides.append(("receives", AT_MOST, rule.strength, above[place] is not None))
            for year in tables.valid_open_years(rule):
                for subject, operator, strength, known in sides:
                    yield Line(
                        purpose=rule.purpose,
                        place=place,
                        subject=subject,
                        period=str(year),
                        lhs=tables.in_service((place,), rule.codes("options"), year),
                        operator=operator,
                        rhs=_own(tables, rule, place, year),
                        strength=strength,
                        testable=region.whole and known,
                        exempt=tables.is_exempt(rule, place),
                        reference=_own(tables, rule, place, tables.years[-1]),
                    )


def _own(tables: Tables, rule: Rule, place: str, year: int) -> Number:
    needs = (need_id for need_id in rule.codes("needs") if tables.needs[need_id]["place"] == place)
    return sum((tables.required(need_id, year) for need_id in needs), Fraction(0))


def _above_mean(tables: Tables, rule: Rule, region: Region) -> dict[str, bool | None]:
    """Return member -> whether it has its part or more; None where a figure is unknown."""
    figures = {
        place: (tables.figure(place, rule.text("stock")), tables.figure(place, rule.text("per")))
        for place in region.members
    }
    known = {place: (has, of) for place, (has, of) in figures.items() if has is not None and of}
    whole = sum((of for _, of in known.values()), Fraction(0))
    mean = sum((has for has, _ in known.values()), Fraction(0)) / whole if whole else Fraction(0)
    return {place: known[place][0] / known[place][1] >= mean if place in known else None for place in figures}

r"""No more lettings than there are dwellings that fit, restated from the tables.

Vacated, per municipality and planned year: $\sum_f a \le V'$; those for large families:
$\sum_f \gamma_f a \le \gamma_m V$; what fits a flow: $a \le \phi V'$. Places of an option:
$\sum_f \sum_{\tau\text{ within the stay}} p \le D$, and for one flow $\le \phi D$; of permanent social
dwellings for everybody groups hold at most $x$ more than the year before. Unit: dwellings.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from thuisplan.outputs.verification.line import AT_MOST, Line
from thuisplan.outputs.verification.tables import Number, Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of a ``lettings`` rule."""
    for place in tables.municipalities:
        for year in tables.valid_open_years(rule):
            yield from _vacated(tables, rule, place, year)
            for option in tables.options:
                yield from _places(tables, rule, place, year, option)


def _vacated(tables: Tables, rule: Rule, place: str, year: int) -> Iterator[Line]:
    housed = tables.housed
    let = {
        flow: tables.amounts.vacated.get((flow, place, year), 0)
        for flow in housed.flows
        if housed.may_vacated(flow, place, year)
    }
    if not let:
        return
    whole = housed.designated(place, year)
    usual = housed.turnover[place, year]["designated_share"] * housed.usual(place, year)
    yield _line(tables, rule, place, "vacated", year, sum(let.values()), whole, usual)
    large = {flow: _large(tables, flow) for flow in let}
    share = housed.turnover[place, year]["large_share"]
    if share is not None and any(large.values()):
        asked = sum((large[flow] * n for flow, n in let.items()), Fraction(0))
        room = share * housed.vacated(place, year)
        yield _line(tables, rule, place, "large", year, asked, room, share * usual)
    for flow, n in let.items():
        row = housed.fits_vacated(flow, place)
        if row is not None and row["fit"] < 1:
            yield _line(tables, rule, place, f"fit:{flow}", year, n, row["fit"] * whole, usual)


def _large(tables: Tables, flow: str) -> Fraction:
    group = tables.housed.groups.get(tables.housed.flows[flow].group)
    return Fraction(0) if group is None else group["large_family_share"]


def _places(tables: Tables, rule: Rule, place: str, year: int, option: str) -> Iterator[Line]:
    housed = tables.housed
    flows = [flow for flow in housed.flows if housed.may_place(flow, place, year, option)]
    if not flows:
        return
    living = {flow: housed.living(flow, place, option, year) for flow in flows}
    stands = tables.in_service((place,), (option,), year)
    if option in housed.regular_social:
        # These are let once, when completed; after that they are vacated as the stock is.
        living = {flow: n - housed.living(flow, place, option, year - 1) for flow, n in living.items()}
        stands = tables.built.get((place, year, option), 0)
    most = tables.most((place,), (year,), (option,))
    yield _line(tables, rule, place, option, year, sum(living.values()), stands, most)
    for flow, n in living.items():
        fit = housed.fits[flow, place, option]["fit"]
        if fit < 1:
            yield _line(tables, rule, place, f"fit:{flow}:{option}", year, n, fit * stands, most)


def _line(
    tables: Tables, rule: Rule, place: str, subject: str, year: int, lhs: Number, rhs: Number, usual: Number
) -> Line:
    return Line(
        purpose=rule.purpose,
        place=place,
        subject=subject,
        period=str(year),
        lhs=lhs,
        operator=AT_MOST,
        rhs=rhs,
        strength=rule.strength,
        exempt=tables.is_exempt(rule, place),
        reference=usual,
    )

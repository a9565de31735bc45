r"""Which part of the lettings goes to some groups, restated from the tables.

Per region and planned year: $\sum_{m,f} a \ge \varphi_t \sum_m V'$ (floor), $\le$ (cap), or both with one
dwelling to spare on each side (target); $V'$ is what is vacated and designated, or all that is vacated; or
the base is the first lettings of permanent social dwellings for everybody, or both; or the norm is a number
a year. Unit: dwellings.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from thuisplan.outputs.verification.line import AT_LEAST, AT_MOST, Line
from thuisplan.outputs.verification.permits import GROUP as PERMIT_HOLDERS
from thuisplan.outputs.verification.tables import Number, Region, Rule, Tables

_SIDES = {"floor": ("least",), "cap": ("most",), "target": ("least", "most")}
_OPERATORS = {"least": AT_LEAST, "most": AT_MOST}
_SPARE = {"least": -1, "most": 1}


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of a ``vacancy_share`` rule."""
    flows = list(tables.housed.flows_of(rule.codes("groups")))
    if rule.parameters.get("permit_holders") == "yes" and PERMIT_HOLDERS in tables.housed.flows:
        flows.append(PERMIT_HOLDERS)
    number = rule.optional("dwellings")
    for region in tables.regions(rule.purpose, rule.place):
        for year in tables.valid_open_years(rule):
            let, base, usual = _figures(tables, rule, region, year, flows)
            share = None if number is not None else _share(tables, rule, region, year)
            if share is None:
                norm = reference = tables.replaced(rule, region.place, rule.number("dwellings"))
            else:
                norm, reference = share * base, share * usual
            for subject in _SIDES[rule.text("form")]:
                yield Line(
                    purpose=region.purpose,
                    place=region.place,
                    subject=subject,
                    period=str(year),
                    lhs=let,
                    operator=_OPERATORS[subject],
                    rhs=norm + _SPARE[subject] * (rule.text("form") == "target"),
                    strength=rule.strength,
                    testable=region.whole,
                    exempt=tables.is_exempt(rule, region.place),
                    reference=reference,
                    share=share,
                    base=None if share is None else base,
                )


def _share(tables: Tables, rule: Rule, region: Region, year: int) -> Fraction:
    """Return the share of a year: on a straight line to the norm, or to what was agreed for the place."""
    norm = tables.replaced(rule, region.place, rule.number("share"))
    start = rule.optional("start_share")
    if start is None:
        return norm
    first, last = rule.number("path_first_year"), rule.number("path_last_year")
    along = min(Fraction(1), max(Fraction(0), (year - first) / (last - first)))
    return start + along * (norm - start)


def _figures(
    tables: Tables, rule: Rule, region: Region, year: int, flows: list[str]
) -> tuple[int, Number, Number]:
    """Return the lettings that count, what they are a part of, and what that usually is at most."""
    housed, basis, members = tables.housed, rule.text("base"), region.members
    let, base = 0, Fraction(0)
    usual: Number = 0
    for place in members if basis != "first_lettings" else ():
        row = housed.turnover.get((place, year))
        part = 0 if row is None else row["designated_share"] if basis == "designated" else 1
        let += sum(tables.amounts.vacated.get((f, place, year), 0) for f in flows)
        base += part * housed.vacated(place, year)
        usual += part * housed.usual(place, year)
    if basis in ("first_lettings", "all_lettings"):
        lasting = housed.regular_social
        held = [(f, m, o) for f, m, o in housed.fits if f in flows and m in members and o in lasting]
        let += sum(housed.living(*one, year) - housed.living(*one, year - 1) for one in held)
        base += tables.total(members, (year,), lasting)
        usual += tables.most(members, (year,), lasting)
    return let, base, usual

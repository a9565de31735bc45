"""Claims that follow where something must be covered in full: costs by pots, dwellings by places.

A definition says that sources together cover a demand: what pots pay is what a dwelling costs, what
neighbourhoods get is what is built. No single line limits the demand. The lines of all the sources
that may cover it do, added up: whatever these sources do, the demand is at most what they have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from thuisplan.model.conflicts.claims import Claim, Number, added, in_whole
from thuisplan.model.problem import Problem

Series = tuple[str, str, str, str]
"""What the lines of a source in all periods share."""


@dataclass(frozen=True, slots=True)
class _Cover:
    """A demand and the columns that cover it in full: their sum less the demand is zero.

    Parameters
    ----------
    name
        Name of the definition.
    sources
        Column -> how much of the demand one of it covers.
    demand
        Column -> coefficient.
    """

    name: str
    sources: Mapping[int, Number]
    demand: Mapping[int, Number]


class _Source:
    """A pot or a neighbourhood: its lines per period, which limit what it covers and nothing else."""

    def __init__(self) -> None:
        self.lines: dict[int, Claim] = {}
        self.used: dict[int, dict[int, Number]] = {}

    def add(self, period: int, line: Claim) -> None:
        """Take in the line of a period."""
        self.lines[period] = line
        for column, number in line.terms.items():
            self.used.setdefault(column, {})[period] = -number

    @property
    def running(self) -> bool:
        """Whether the line of a period counts what was used before: an account, a stock."""
        return any(len(periods) > 1 for periods in self.used.values())


def covered(problem: Problem, lines: Sequence[Claim]) -> Iterator[Claim]:
    """Yield claims about demands alone, made of the lines of what must cover them.

    Parameters
    ----------
    problem
        The compiled problem.
    lines
        Its hard lines.
    """
    covers = list(_covers(problem))
    columns = {column for cover in covers for column in cover.sources}
    limits = _limits(lines, columns)
    sources, series_of = _sources(problem, lines, columns)
    for cover in covers:
        if not cover.sources:
            yield in_whole(Claim(_times(cover.demand, -1), 0, {}, frozenset({cover.name})))
        elif all(column in limits for column in cover.sources):
            yield in_whole(_residual(cover, cover.sources, limits))
    by_set: dict[frozenset[Series], list[_Cover]] = {}
    for cover in covers:
        names = [series_of.get(column) for column in cover.sources]
        if cover.sources and None not in names:
            by_set.setdefault(frozenset(name for name in names if name), []).append(cover)
    for chosen in _sets(by_set):
        some = [cover for names, group in by_set.items() if names <= chosen for cover in group]
        yield from _together(some, {name: sources[name] for name in sorted(chosen)}, series_of)
    yield from _alone(covers, sources, series_of, limits)


def _covers(problem: Problem) -> Iterator[_Cover]:
    """Yield the definitions that say that sources cover a demand."""
    named = {column.name for column in problem.columns}
    for row, (form, sense) in problem.exact_rows.items():
        name = problem.rows[row].name
        if sense != "==" or name in named or form.constant:
            continue
        parts = dict(zip(form.columns, form.coefficients, strict=True))
        sources = {column: number for column, number in parts.items() if number > 0}
        demand = {column: -number for column, number in parts.items() if number < 0}
        if demand and all(problem.lower[column] >= 0 for column in parts):
            yield _Cover(name, sources, demand)


def _limits(lines: Iterable[Claim], columns: set[int]) -> dict[int, Claim]:
    """Return, per source, the line that limits it by what it covers: so much per dwelling."""
    result: dict[int, Claim] = {}
    for claim in lines:
        used = [column for column in claim.terms if column in columns]
        if len(used) == 1 and len(claim.terms) > 1 and not claim.constant:
            rest = [number for column, number in claim.terms.items() if column not in columns]
            if claim.terms[used[0]] < 0 and all(number > 0 for number in rest):
                result.setdefault(used[0], claim)
    return result


def _sources(
    problem: Problem, lines: Iterable[Claim], columns: set[int]
) -> tuple[dict[Series, _Source], dict[int, Series]]:
    """Return the sources with their lines, and to which of them each column belongs."""
    sources: dict[Series, _Source] = {}
    series_of: dict[int, Series] = {}
    for claim in lines:
        if not claim.terms or any(
            number > 0 or column not in columns for column, number in claim.terms.items()
        ):
            continue
        [(position, times)] = claim.parts.items()
        requirement = problem.requirements[position]
        once = Claim(
            {column: _divided(number, times) for column, number in claim.terms.items()},
            _divided(claim.constant, times),
            {position: 1},
        )
        sources.setdefault(requirement.series, _Source()).add(int(requirement.period), once)
        for column in claim.terms:
            series_of.setdefault(column, requirement.series)
    return sources, series_of


def _sets(by_set: Mapping[frozenset[Series], object]) -> list[frozenset[Series]]:
    """Return the sets of sources that cover a demand, and the unions of those that overlap."""
    unions: list[frozenset[Series]] = []
    for names in by_set:
        joined = names
        apart = []
        for union in unions:
            if union & joined:
                joined |= union
            else:
                apart.append(union)
        unions = [*apart, joined]
    return list(dict.fromkeys([*by_set, *unions]))


def _together(
    covers: Sequence[_Cover], sources: Mapping[Series, _Source], series_of: Mapping[int, Series]
) -> Iterator[Claim]:
    """Yield, per period, what the sources have against the demands that only they may cover."""
    running = {name: source.running for name, source in sources.items()}
    periods = sorted({period for source in sources.values() for period in source.lines})
    for at in periods:
        if any(at not in source.lines for source in sources.values()):
            continue
        since = [period for period in periods if period <= at]
        for span in [[at]] if len(since) == 1 or all(running.values()) else [[at], since]:
            spans = {name: frozenset((at,) if running[name] else span) for name in sources}
            claim = _summed(covers, sources, series_of, spans)
            if claim.terms:
                yield in_whole(claim)


def _summed(
    covers: Iterable[_Cover],
    sources: Mapping[Series, _Source],
    series_of: Mapping[int, Series],
    spans: Mapping[Series, frozenset[int]],
) -> Claim:
    """Return what sources have together in some periods, less what they must cover of demands."""
    terms: dict[int, Number] = {}
    for cover in covers:
        share: Number | None = None
        for column, number in cover.sources.items():
            name = series_of[column]
            span = spans[name]
            used: Number = 0
            for period, times in sources[name].used[column].items():
                if period in span:
                    used += times
            part = _divided(used, number)
            share = part if share is None or part < share else share
            if not share:
                break
        if not share:
            continue
        for column, number in cover.demand.items():
            terms[column] = terms.get(column, 0) - (number if share == 1 else share * number)
    constant: Number = 0
    parts: dict[int, Number] = {}
    for name, source in sources.items():
        for period in sorted(spans[name] & source.lines.keys()):
            constant += source.lines[period].constant
            parts |= source.lines[period].parts
    return Claim(terms, constant, parts)


def _residual(cover: _Cover, others: Iterable[int], limits: Mapping[int, Claim]) -> Claim:
    """Return the most that others may cover of a demand, less that demand."""
    terms: dict[int, Number] = _times(cover.demand, -1)
    parts: dict[int, Number] = {}
    for column in others:
        limit = limits[column]
        weight = _divided(cover.sources[column], -limit.terms[column])
        rest = {other: number for other, number in limit.terms.items() if other != column}
        terms, parts = added(terms, rest, weight), added(parts, limit.parts, weight)
    return Claim(terms, 0, parts)


def _alone(
    covers: Sequence[_Cover],
    sources: Mapping[Series, _Source],
    series_of: Mapping[int, Series],
    limits: Mapping[int, Claim],
) -> Iterator[Claim]:
    """Yield what one source has against what is left to it, where all others are limited per dwelling."""
    left: dict[Series, list[tuple[int, Number, Claim]]] = {}
    for cover in covers:
        for column, number in cover.sources.items():
            others = [other for other in cover.sources if other != column]
            if column in series_of and others and all(other in limits for other in others):
                rest = _residual(cover, others, limits)
                if any(n < 0 for n in rest.terms.values()):
                    left.setdefault(series_of[column], []).append((column, number, rest))
    for name, shares in left.items():
        for line in sources[name].lines.values():
            terms: dict[int, Number] = {}
            parts = dict(line.parts)
            for column, number, rest in shares:
                # What this source covers is at least what the others leave: minus the rest.
                weight = _divided(-line.terms.get(column, 0), number)
                for other, coefficient in rest.terms.items() if weight else ():
                    terms[other] = terms.get(other, 0) + weight * coefficient
                for position, times in rest.parts.items() if weight else ():
                    parts[position] = parts.get(position, 0) + weight * times
            if any(number < 0 for number in terms.values()):
                yield in_whole(Claim({c: n for c, n in terms.items() if n}, line.constant, parts))


def _times(terms: Mapping[int, Number], factor: int) -> dict[int, Number]:
    return {column: factor * number for column, number in terms.items()}


def _divided(number: Number, by: Number) -> Number:
    """Return a quotient, as a whole number where it is one: these add up fastest."""
    if by == 1:
        return number
    result = Fraction(number) / by
    return int(result) if result.denominator == 1 else result

"""Where the figures behind a line of a rule stand: its row and column in what the user gave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from thuisplan.inputs.check_context import Context
from thuisplan.inputs.columns import Row
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.scenario import Origin
from thuisplan.inputs.tables import (
    Availability,
    Budget,
    Capacity,
    CareCapacity,
    Commitment,
    Exclusion,
    Need,
    Neighbourhood,
    Plan,
    Pot,
    Rule,
    RuleParameter,
)


class Line(Protocol):
    """What is asked of a line: as in ``rules.parquet``."""

    @property
    def rule_id(self) -> str: ...
    @property
    def family(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def period(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell that a line of a rule rests on.

    Parameters
    ----------
    row
        Row of the resolved input.
    column
        Name of the column.
    origin
        Where the row stands in what the user gave; None if it was made.
    """

    row: Row
    column: str
    origin: Origin | None


class Figures:
    """Finds the figures behind lines.

    Parameters
    ----------
    instance
        The resolved input.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._context = Context(instance.scenario)

    def behind(self, line: Line) -> tuple[Figure, ...]:
        """Return the cells that say what a line asks or allows; the rule itself where it has no figure."""
        find = _FIND.get(line.family, _agreed)
        found = tuple(find(self._instance, line)) or tuple(_agreed(self._instance, line))
        return tuple(Figure(row, column, self._context.origin(row)) for row, column in found)


Cells = Iterator[tuple[Row, str]]


def _covers(row: Availability | Capacity | Exclusion | Budget | CareCapacity, year: int) -> bool:
    return row.from_year <= year <= (row.to_year or year)


def _availability(instance: Instance, line: Line) -> Cells:
    for row in instance.rows(Availability):
        if (row.municipality_code, row.option) == (line.place, line.subject) and _covers(
            row, int(line.period)
        ):
            yield row, "max_per_year"


def _capacity(instance: Instance, line: Line) -> Cells:
    name, _, rest = line.subject.partition(":")
    year = int(line.period)
    if name == "plans":
        route = rest.split(":")[0]
        for plan in instance.rows(Plan):
            here = (plan.municipality_code, plan.route) == (line.place, route)
            if here and instance.settings.open_year <= plan.from_year <= year:
                yield plan, "dwellings"
        return
    for row in instance.rows(Capacity):
        if (row.municipality_code, row.route or "all") == (line.place, line.subject) and _covers(row, year):
            yield row, "dwellings_per_year"


def _commitment(instance: Instance, line: Line) -> Cells:
    for row in instance.rows(Commitment):
        if (row.municipality_code, row.option, str(row.year)) == (line.place, line.subject, line.period):
            yield row, "dwellings"


def _exclusion(instance: Instance, line: Line) -> Cells:
    for row in instance.rows(Exclusion):
        if (row.municipality_code, row.option) == (line.place, line.subject) and _covers(
            row, int(line.period)
        ):
            yield row, "from_year"


def _money(instance: Instance, line: Line) -> Cells:
    name, _, limited = line.subject.partition(":")
    pot: Pot = instance.pots[name]
    if limited:
        yield pot, "max_per_dwelling_eur" if pot.max_per_dwelling_eur is not None else "max_share"
        return
    rows = [row for row in instance.rows(Budget) if row.pot_id == name and _covers(row, int(line.period))]
    yield from ((row, "amount_eur") for row in rows)
    if not rows:
        yield pot, "pot_id"


def _need(instance: Instance, line: Line) -> Cells:
    for row in instance.rows(Need):
        if row.need_id == line.subject.partition(":")[0] and str(row.from_year) == line.period:
            yield row, "central"


def _project_size(instance: Instance, line: Line) -> Cells:
    yield instance.options[line.subject], "minimum_project"


def _neighbourhood(instance: Instance, line: Line) -> Cells:
    name, _, rest = line.subject.partition(":")
    scale = name == "scale" and bool(rest)
    wanted = rest.rpartition(":")[0] if scale else line.subject
    for row in instance.rows(Neighbourhood):
        if (row.municipality_code, row.neighbourhood) == (line.place, wanted):
            yield row, "minimum_scale" if scale else "max_special"


def _care_capacity(instance: Instance, line: Line) -> Cells:
    for row in instance.rows(CareCapacity):
        if row.place == line.place and _covers(row, int(line.period)):
            yield row, "hours"


def _agreed(instance: Instance, line: Line) -> Cells:
    """Yield the exemption of the place, else the number of the rule, else the rule itself."""
    exemption = instance.exemptions.get((line.rule_id, line.place))
    if exemption is not None and exemption.value is not None:
        yield exemption, "value"
        return
    given = [
        row
        for row in instance.rows(RuleParameter)
        if row.rule_id == line.rule_id and row.parameter in ("dwellings", "share")
    ]
    yield from ((row, "value") for row in given)
    if not given:
        yield from ((row, "rule_id") for row in instance.rows(Rule) if row.rule_id == line.rule_id)


_FIND: Mapping[str, Callable[[Instance, Line], Cells]] = MappingProxyType(
    {
        "availability": _availability,
        "capacity": _capacity,
        "commitment": _commitment,
        "exclusion": _exclusion,
        "extra_cost": _money,
        "deficit": _money,
        "need": _need,
        "project_size": _project_size,
        "neighbourhood": _neighbourhood,
        "care_capacity": _care_capacity,
    }
)


def places(figures: Iterable[Figure]) -> dict[str, list[int]]:
    """Return source -> row numbers of what the user gave, both in order; what was made is left out.

    Parameters
    ----------
    figures
        Cells.
    """
    found: dict[str, set[int]] = {}
    for figure in figures:
        if figure.origin is not None:
            found.setdefault(figure.origin.source, set()).add(figure.origin.row)
    return {source: sorted(found[source]) for source in sorted(found)}

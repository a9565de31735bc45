"""Lines of rules in words: place, what it is about, amounts with their unit and period."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil, floor

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.labels import GROUPS, ROUTES
from thuisplan.inputs.tables import Group
from thuisplan.model.requirement import Requirement
from thuisplan.outputs.answer import Sentence
from thuisplan.outputs.texts import LANGUAGES, has_text

SECTION = "line_words"
HOUSEHOLDS = frozenset({"waiting_list", "follow_up"})
"""Families that count households, one per dwelling."""

ASKED = frozenset({"need", "waiting_list", "permit_holders"})
"""Families of what people need: what a plan is asked for."""
SIDES = frozenset({"least", "most"})
"""Subjects of lines that say which of two sides of a norm they are."""

Words = Sentence | str


def about(instance: Instance, line: Requirement, where: bool = True, rule: bool = True) -> Words:
    """Return where a line is and what it is about, without its period.

    Parameters
    ----------
    instance
        The resolved input, for the names.
    line
        A line of a rule.
    where, rule
        Whether the place is named, and a rule that has a code of its own.

    Examples
    --------
    ``Heerde, geclusterde woning (nieuwbouw)``; ``Provincie Gelderland`` for a pot.
    """
    payer = instance.pots.get(line.subject.split(":")[0]) if line.unit == "kEUR" else None
    parts: list[Words] = []
    if payer is None or line.place in instance.municipalities:
        parts += [place(instance, line.place)] if line.place and where else []
    parts += _subject(instance, line)
    if rule and line.rule_id != line.family:
        parts.append(_word("rule", rule=line.rule_id))
    return _joined(parts) if parts else _word("everywhere")


def place(instance: Instance, code: str) -> str:
    """Return the name of a municipality, or of another place as it is."""
    row = instance.municipalities.get(code)
    return code if row is None else row.name or code


def option(instance: Instance, code: str) -> Words:
    """Return an option as its dwelling type and route; with its code where another has both too."""
    row = instance.options[code]
    alike = [
        o for o in instance.options.values() if (o.dwelling_type, o.route) == (row.dwelling_type, row.route)
    ]
    return _word(
        "option" if len(alike) == 1 else "option_code", type=row.dwelling_type, route=row.route, option=code
    )


def amount(value: Fraction, unit: str, family: str = "", up: bool = True) -> Sentence:
    """Return an amount with its unit: whole, or with one decimal.

    Parameters
    ----------
    value, unit
        In ``unit``: ``dwellings``, ``persons``, ``hours`` or ``kEUR``; the last is told in euros.
    family
        Some families count households instead of dwellings.
    up
        Whether what is not whole is rounded up or down, so that "at most" and "at least" stay true.
    """
    if unit == "kEUR":
        return _word("kEUR", amount=Fraction((ceil if up else floor)(value * 1000)))
    shown = Fraction((ceil if up else floor)(value * 10), 10)
    if unit == "dwellings" and family in HOUSEHOLDS:
        unit = "households"
    return _word(f"{unit}_one" if shown == 1 else unit, amount=shown)


def years(periods: Iterable[str]) -> list[str]:
    """Return periods in order, years in a row as one: ``2028-2030``.

    Parameters
    ----------
    periods
        As lines have them: a year, or first and last year with a dash.
    """
    spans: list[list[int]] = []
    for period in sorted({period for period in periods if period}):
        first, _, last = period.partition("-")
        if spans and int(first) <= spans[-1][1] + 1:
            spans[-1][1] = max(spans[-1][1], int(last or first))
        else:
            spans.append([int(first), int(last or first)])
    return [f"{first}-{last}" if last > first else str(first) for first, last in spans]


def _subject(instance: Instance, line: Requirement) -> list[Words]:
    """Return what a line is about: an option, need, pot, route or flow by name, else its own words."""
    name, _, rest = line.subject.partition(":")
    if line.family == "need" and name in instance.needs:
        words: Words = _word("category", category=instance.needs[name].row.need_category)
        return [_word("surplus", category=words) if rest else words]
    if line.subject in instance.options:
        return [option(instance, line.subject)]
    if line.unit == "kEUR" and name in instance.pots:
        return [pot(instance, name), *([option(instance, rest.split(":")[0])] if rest else [])]
    if line.family == "capacity":
        if name == "plans":
            return [_word("plans", route=rest.split(":")[0])]
        return [_word("route", route=name)] if name in ROUTES.labels else []
    if line.subject in instance.lettings.flows:
        return [group(instance, instance.lettings.flows[line.subject].group)]
    if has_text(f"subject.{line.family}.{name}", LANGUAGES[0]):
        return [Sentence(f"subject.{line.family}", name, {"rest": rest.replace(":", ", ")})]
    return [line.subject] if line.subject else []


def pot(instance: Instance, code: str) -> Words:
    """Return a pot by its payer; with its code where the payer has another for the same kind of money."""
    row = instance.pots[code]
    alike = [p for p in instance.pots.values() if (p.payer, p.kind) == (row.payer, row.kind)]
    return row.payer if len(alike) == 1 else _word("pot", payer=row.payer, pot=code)


def group(instance: Instance, code: str) -> Words:
    """Return a target group by its label, or by the name that the input gives it."""
    names = (row.name for row in instance.rows(Group) if row.group == code and row.name)
    return _word("group", group=code) if code in GROUPS.labels else next(names, code)


def _joined(parts: list[Words]) -> Words:
    words = parts[0]
    for part in parts[1:]:
        words = _word("joined", first=words, second=part)
    return words


def _word(code: str, **values: object) -> Sentence:
    return Sentence(SECTION, code, values)

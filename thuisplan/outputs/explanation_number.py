"""The number that is explained: how many, of how many, where else, for which needs, and what is fixed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from thuisplan.outputs.answer import Sentence
from thuisplan.outputs.explanation_subject import Subject, listed, totals
from thuisplan.outputs.line_words import group
from thuisplan.outputs.published import Rows
from thuisplan.outputs.type_words import counted, type_words

NUMBER, FIXED = "explain_number", "explain_fixed"


def number_rows(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield the dwellings of every municipality and type asked about: here and elsewhere.

    Parameters
    ----------
    subject
        What is explained.
    """
    built: Counter[tuple[str, str]] = Counter()
    committed: Counter[tuple[str, str]] = Counter()
    for row in subject.cells:
        built[row["municipality_code"], row["dwelling_type"]] += row["dwellings"]
        committed[row["municipality_code"], row["dwelling_type"]] += row["committed"]
    kinds = sorted({kind for _, kind in built} | {subject.dwelling_type or ""} - {""})
    for kind in kinds:
        whole = sum(n for (_, what), n in built.items() if what == kind)
        for code in subject.instance.municipalities:
            dwellings, part = built[code, kind], inhabitants_share(subject, code)
            yield {
                "municipality_code": code,
                "municipality": subject.name_of(code),
                "dwelling_type": kind,
                "dwellings": dwellings,
                "committed": committed[code, kind],
                "share_pct": 100 * dwellings / whole if whole else None,
                "inhabitants_pct": None if part is None else float(100 * part),
            }


def inhabitants_share(subject: Subject, code: str) -> Fraction | None:
    """Return the share of a municipality in all inhabitants; None if a number is unknown."""
    numbers = {code: row.inhabitants for code, row in subject.instance.municipalities.items()}
    whole = sum(number or 0 for number in numbers.values())
    here = numbers[code]
    return None if here is None or None in numbers.values() or not whole else Fraction(here, whole)


def number_sentences(subject: Subject) -> Iterator[Sentence]:
    """Yield how many there are here, of how many, where else, and for which needs."""
    years = subject.instance.years
    about: dict[str, Any] = {"name": subject.name, "first": years[0], "last": years[-1]}
    here = sum(totals(subject.here, "year").values())
    if not here:
        yield Sentence(NUMBER, "built_none", {**about, "types": type_words(subject.dwelling_type)})
    elif subject.dwelling_type is None:
        counts = [counted(n, kind) for kind, n in totals(subject.here, "dwelling_type").most_common()]
        yield Sentence(NUMBER, "built_all", {**about, "total": here, "counts": counts})
    else:
        in_years = [
            Sentence(NUMBER, "in_year", {"dwellings": n, "year": year})
            for year, n in sorted(totals(subject.here, "year").items())
        ]
        count = counted(here, subject.dwelling_type)
        yield Sentence(NUMBER, "built", {**about, "count": count, "years": in_years})
    yield from _compared(subject)
    yield from _needs(subject)
    yield from _housed(subject)


def compared_cells(subject: Subject) -> Rows:
    """Return the rows of ``plan`` that are compared with other places: of the type, or all special ones."""
    if subject.dwelling_type is not None:
        return subject.cells
    return [row for row in subject.cells if row["dwelling_type"] in subject.special]


def _compared(subject: Subject) -> Iterator[Sentence]:
    per_place = totals(compared_cells(subject), "municipality_code")
    whole, here = sum(per_place.values()), per_place[subject.municipality]
    if not whole:
        return
    part = inhabitants_share(subject, subject.municipality)
    values = {
        "name": subject.name,
        "here": here,
        "share": Fraction(here, whole),
        "total": whole,
        "municipalities": len(subject.instance.municipalities),
        "inhabitants": part,
    }
    code = "share" if subject.dwelling_type is not None else "special"
    yield Sentence(NUMBER, code if part is not None else f"{code}_only", values)
    others = [
        Sentence(NUMBER, "place", {"name": subject.name_of(place), "dwellings": n})
        for place, n in per_place.most_common()
        if place != subject.municipality
    ]
    nowhere = [
        subject.name_of(place)
        for place in subject.instance.municipalities
        if not per_place[place] and place != subject.municipality
    ]
    if others:
        yield Sentence(NUMBER, "others", {"places": listed(others)})
    if nowhere:
        yield Sentence(NUMBER, "nowhere", {"places": listed(nowhere)})


def _needs(subject: Subject) -> Iterator[Sentence]:
    """Yield the needs that these dwellings serve, at the end of the horizon."""
    served = {subject.instance.options[o].need_category for o in subject.options}
    last = subject.instance.years[-1]
    for row in subject.published.rows("needs"):
        need = subject.instance.needs[row["need_id"]].row
        if row["year"] != last or row["need_category"] not in served:
            continue
        if subject.municipality not in subject.region_of(row["purpose"], row["place"]):
            continue
        if subject.dwelling_type is None and need.strength == "monitor":
            continue
        followed = "_followed" if need.strength == "monitor" else ""
        values = {
            "category": row["need_category"],
            "place": subject.name if row["purpose"] == "municipality" else row["place"],
            "required": row["required"],
            "delivered": row["delivered"],
            "shortfall": row["shortfall"],
            "year": last,
        }
        yield Sentence(NUMBER, ("need_short" if row["shortfall"] else "need_met") + followed, values)


def _housed(subject: Subject) -> Iterator[Sentence]:
    """Yield the households of target groups that the plan houses here."""
    if subject.dwelling_type is not None:
        return
    houses: Counter[str] = Counter()
    everywhere: Counter[str] = Counter()
    for row in subject.published.rows("allocations"):
        everywhere[row["flow_id"]] += row["households"]
        if row["municipality_code"] == subject.municipality:
            houses[row["flow_id"]] += row["households"]
    years = subject.instance.years
    about = {"name": subject.name, "first": years[0], "last": years[-1]}
    for flow, total in sorted(everywhere.items()):
        if houses[flow]:
            values = {
                **about,
                "flow": flow,
                "group": group(subject.instance, subject.instance.lettings.flows[flow].group),
                "households": houses[flow],
                "total": total,
                "share": Fraction(houses[flow], total),
            }
            yield Sentence(NUMBER, "housed", values)
    nobody = [f"'{flow}'" for flow in sorted(everywhere) if not houses[flow]]
    if nobody:
        yield Sentence(NUMBER, "housed_none", {**about, "flows": listed(nobody)})


def fixed_sentences(subject: Subject) -> Iterator[Sentence]:
    """Yield what stands already: realised dwellings, and what is committed."""
    instance, found = subject.instance, False
    for name, cells in (("realised", instance.realised), ("committed", instance.committed)):
        items = [
            _fixed(subject, dwellings, what, year)
            for (code, year, what), dwellings in sorted(cells.items())
            if code == subject.municipality and what in subject.options and dwellings
        ]
        if items:
            found = True
            yield Sentence(FIXED, name, {"items": listed(items)})
    if not found:
        yield Sentence(FIXED, "none")


def _fixed(subject: Subject, dwellings: int, what: str, year: int) -> Sentence:
    row = subject.instance.options[what]
    count = counted(dwellings, row.dwelling_type)
    return Sentence(FIXED, "item", {"count": count, "route": row.route, "year": year})

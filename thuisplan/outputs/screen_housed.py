"""The part of the screen about people: lettings, waiting lists, permit holders, moves and settlement."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from thuisplan.inputs.labels import GROUPS
from thuisplan.inputs.lettings import PERMIT_HOLDERS
from thuisplan.outputs.screen_parts import Rows, make_table, nearest, shown, titled
from thuisplan.outputs.texts import text

YEARS_SHOWN = 5
"""Most years of a waiting list that are shown."""

FLOWS_SHOWN = 15
"""Most flows that are shown one by one; more of them are taken together by group."""


class Resolved:
    """What the screen needs of the resolved input of a plan.

    Parameters
    ----------
    folder
        The published plan.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "input" / "resolved"

    def _rows(self, table: str) -> list[dict[str, str]]:
        path = self._folder / f"{table}.csv"
        if not path.exists():
            return []
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Code -> name of a municipality."""
        return {row["code"]: row["name"] for row in self._rows("municipalities")}

    @cached_property
    def groups(self) -> Mapping[str, str]:
        """Code -> name of a target group that has one of its own."""
        return {row["group"]: row["name"] for row in self._rows("groups") if row["name"]}

    @cached_property
    def families(self) -> Mapping[str, str]:
        """Rule -> its family."""
        return {row["rule_id"]: row["family"] for row in self._rows("rules")}

    @property
    def needs_go_first(self) -> bool:
        """Whether who waits comes before the violation of soft rules, as it does by default."""
        stages = {row["measure"]: int(row["stage"]) for row in self._rows("stages")}
        needs, rules = stages.get("unmet_special"), stages.get("rule_violation")
        return needs is not None and (rules is None or needs < rules)

    @cached_property
    def parameters(self) -> Mapping[str, Mapping[str, str]]:
        """Rule -> parameter -> value as text."""
        result: dict[str, dict[str, str]] = {}
        for row in self._rows("rule_parameters"):
            result.setdefault(row["rule_id"], {})[row["parameter"]] = row["value"]
        return result


def housed_tables(rows: Mapping[str, Rows], resolved: Resolved, language: str) -> Iterator[Table]:
    """Yield the tables about people and moves that a plan has anything for.

    Parameters
    ----------
    rows
        Written table -> its rows; tables that the plan does not have are absent.
    resolved
        The input as used.
    language
        ``nl`` or ``en``.
    """
    if rows.get("vacancies") or rows.get("allocations"):
        yield _lettings(rows, resolved, language)
    if rows.get("waiting_list"):
        yield _waiting(rows["waiting_list"], resolved, language)
    tasks = [r for r in rows["rules"] if r["family"] == PERMIT_HOLDERS and r["subject"] == "task"]
    if tasks:
        yield _task(tasks, rows.get("swaps", []), resolved, language)
    if rows.get("flex"):
        yield _flex(rows["flex"], resolved, language)
    settled = [row for row in rows.get("settlement", []) if row["amount_eur"] is not None]
    if settled:
        yield _settlement(settled, resolved, language)


# --- who is housed ------------------------------------------------------------------


def _lettings(rows: Mapping[str, Rows], resolved: Resolved, language: str) -> Table:
    """Per municipality over the whole horizon: what is vacated, who lets it, what is left."""
    totals: dict[str, Counter[str]] = {}
    for row in rows.get("vacancies", []):
        total = totals.setdefault(row["municipality_code"], Counter())
        total.update({name: row[name] for name in ("vacated", "first_lettings", "regular")})
        total["known"] = 1
    for row in rows.get("allocations", []):
        total = totals.setdefault(row["municipality_code"], Counter())
        to = "to_permit_holders" if row["flow_id"] == PERMIT_HOLDERS else "to_groups"
        total.update({to: row["households"], f"from_{row['source']}": row["households"]})
    task = any(total["to_permit_holders"] for total in totals.values())
    of_stock = ("vacated", "first_lettings")
    columns = [*of_stock, "to_groups", *(["to_permit_holders"] if task else []), "from_new"]
    table = titled("lettings", ["place", *columns, "share_of_vacated", "regular"], language)

    def add(name: str, total: Counter[str]) -> None:
        known = bool(total["known"])
        share = Fraction(total["from_vacated"]) / Fraction(total["vacated"]) if total["vacated"] else None
        table.add_row(
            Text(name),
            *("" if c in of_stock and not known else nearest(total[c], language) for c in columns),
            "" if share is None else text("screen.percentage", language, value=share),
            nearest(total["regular"], language) if known else "",
        )

    everything: Counter[str] = Counter()
    for code in sorted(totals, key=lambda code: resolved.names.get(code, code)):
        add(resolved.names.get(code, code), totals[code])
        everything.update(totals[code])
    table.add_section()
    add(text("screen.total", language), everything)
    if task:
        table.caption = Text(text("screen.share_counts", language))
        table.caption_justify = "left"
    return table


def _waiting(rows: Rows, resolved: Resolved, language: str) -> Table:
    """Households that wait, per flow, at the start and at the end of some years."""
    flows = sorted({(row["group"], row["flow_id"]) for row in rows})
    by_group = len(flows) > FLOWS_SHOWN
    count = Counter(group for group, _ in flows)
    first = min(row["year"] for row in rows)
    years = some_years(sorted({row["year"] for row in rows}))
    waiting: dict[str, Counter[int]] = {}
    for row in rows:
        group, flow = row["group"], row["flow_id"]
        alone = by_group or count[group] == 1
        label = resolved.groups.get(group) or GROUPS.text(group, language)
        name = label if alone else text("screen.flow_of_group", language, group=label, flow=flow)
        total = waiting.setdefault(name, Counter())
        total[row["year"]] += row["waiting_after"]
        if row["year"] == first:
            total[first - 1] += row["waiting_before"]
    headings = [text("screen.waiting_for", language), text("screen.at_start", language), *map(str, years)]
    table = make_table(text("screen.waiting", language), headings, language)
    everything: Counter[int] = Counter()
    for name, total in sorted(waiting.items()):
        table.add_row(Text(name), *(nearest(total[year], language) for year in (first - 1, *years)))
        everything.update(total)
    table.add_section()
    table.add_row(
        text("screen.total", language), *(nearest(everything[year], language) for year in (first - 1, *years))
    )
    last = max(row["year"] for row in rows)
    staying = sum(round(row["in_temporary"]) for row in rows if row["year"] == last)
    if staying:
        table.caption = Text(text("screen.still_temporary", language, households=staying, year=last))
        table.caption_justify = "left"
    return table


def some_years(years: list[int], most: int = YEARS_SHOWN) -> list[int]:
    """Return at most so many years, evenly spread, the first and the last among them.

    Parameters
    ----------
    years
        In order.
    most
        Two or more.
    """
    if len(years) <= most:
        return years
    return [years[round(position * (len(years) - 1) / (most - 1))] for position in range(most)]


def _task(lines: Rows, swapped: Rows, resolved: Resolved, language: str) -> Table:
    """Persons per municipality at the end: the task, what changed hands, who is housed, who is not."""
    last = max(lines, key=lambda row: int(row["period"]))["period"]
    by_place = {row["municipality_code"]: row for row in swapped if str(row["year"]) == last}
    names = ("task_persons", *(("handed_over", "taken_over") if by_place else ()), "housed", "to_house")
    table = titled("task", ("place", *names), language, year=last)
    totals: Counter[str] = Counter()
    for row in sorted(lines, key=lambda row: resolved.names.get(row["place"], row["place"])):
        if row["period"] != last:
            continue
        swap = by_place.get(row["place"], Counter())
        figures = {
            "task_persons": swap["task_persons"] if by_place else row["rhs"],
            "handed_over": swap["agreed_out"] + swap["planned_out"],
            "taken_over": swap["agreed_in"] + swap["planned_in"],
            # The left side of the line also counts what the plan hands over, less what it takes over.
            "housed": row["lhs"] - swap["planned_out"] + swap["planned_in"],
            "to_house": max(0.0, row["rhs"] - row["lhs"]),
        }
        totals.update(figures)
        place = resolved.names.get(row["place"], row["place"])
        table.add_row(Text(place), *(nearest(figures[name], language) for name in names))
    table.add_section()
    table.add_row(text("screen.total", language), *(nearest(totals[name], language) for name in names))
    return table


# --- what moves, and what is settled ---------------------------------------------------


def _flex(rows: Rows, resolved: Resolved, language: str) -> Table:
    """Per municipality and option: what came and went, what stands at the end, what the pool holds."""
    last = max(row["year"] for row in rows)
    columns = {"completed": "completed", "moved_in": "moved_in", "moved_out": "left"}
    names = ("place", "option", *columns, "in_service", "pool")
    table = titled("flex", names, language, numbers_from=2, year=last)
    totals: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        place = resolved.names.get(row["municipality_code"], row["municipality_code"])
        total = totals.setdefault((place, row["option"]), Counter())
        total.update({name: row[column] for name, column in columns.items()})
        if row["year"] == last:
            total.update({"in_service": row["in_service"], "pool": row["pool"]})
    for (place, option), total in sorted(totals.items()):
        table.add_row(Text(place), Text(option), *(shown(total[name], language) for name in names[2:]))
    return table


def _settlement(rows: Rows, resolved: Resolved, language: str) -> Table:
    """Per rule and municipality: delivered against its share, in dwellings, persons and euros."""
    columns = {"fair": "target", "gave": "delivered", "difference": "difference", "persons": "persons"}
    last = max(row["year"] for row in rows)
    names = ("rule", "place", *columns, "euros")
    table = titled("settlement", names, language, numbers_from=2, year=last)
    for row in rows:
        table.add_row(
            Text(row["rule_id"]),
            Text(resolved.names.get(row["municipality_code"], row["municipality_code"])),
            *(nearest(row[column], language, places=1) for column in columns.values()),
            shown(row["amount_eur"], language),
        )
    return table


def vacancy_shares(resolved: Resolved, language: str) -> Iterator[str]:
    """Yield for every rule on vacancies of what it is a share, and whether permit holders count.

    Parameters
    ----------
    resolved
        The input as used.
    language
        ``nl`` or ``en``.
    """
    for rule_id, family in resolved.families.items():
        if family != "vacancy_share":
            continue
        given = resolved.parameters.get(rule_id, {})
        with_task = given.get("permit_holders") == "yes"
        values: dict[str, Any] = {
            "rule": rule_id,
            "form": given.get("form"),
            "base": given.get("base"),
            "with_permit_holders": "with_permit_holders" if with_task else "without_permit_holders",
        }
        numbers = {
            name: Fraction(given[column])
            for name, column in (("share", "share"), ("start", "start_share"), ("dwellings", "dwellings"))
            if column in given
        }
        path = {"first": given.get("path_first_year"), "last": given.get("path_last_year")}
        kind = (
            "rule_number" if "dwellings" in numbers else "rule_path" if "start" in numbers else "rule_share"
        )
        yield text(f"screen.{kind}", language, **values, **numbers, **path)
    targets = any(given.get("form") == "target" for given in resolved.parameters.values())
    if targets and resolved.needs_go_first:
        yield text("screen.target_gives_way", language)

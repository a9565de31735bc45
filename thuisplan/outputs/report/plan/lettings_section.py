"""Lettings in a plan: who waits, who is housed from what, and what is left for regular seekers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from thuisplan.inputs.lettings import PERMIT_HOLDERS
from thuisplan.outputs.line_words import group
from thuisplan.outputs.report.colours import COLOURS, told_apart
from thuisplan.outputs.report.content import (
    Chart,
    ChartKind,
    Column,
    Kind,
    Section,
    Series,
    State,
    Table,
    Value,
    year_columns,
)
from thuisplan.outputs.report.phrases import listed, span
from thuisplan.outputs.report.plan.lettings_long import SUMS, TAKEN, long_tables
from thuisplan.outputs.report.plan.need_lines import NeedLines
from thuisplan.outputs.report.plan.untested_words import untested_told
from thuisplan.outputs.report.plan_view import PlanView
from thuisplan.outputs.report.sums import rows_by
from thuisplan.outputs.screen_housed import Resolved, vacancy_shares

NAMED = 4
"""Groups or municipalities that one sentence names."""
LONG = 60
"""Most waiting lists that stand in the page one by one; more are taken together by group."""

Row = dict[str, Any]


def lettings_section(view: PlanView) -> Section | None:
    """Return what the plan says of lettings; None if nobody is housed or waits in it.

    Parameters
    ----------
    view
        The plan.
    """
    if not any(view.rows(table) for table in ("vacancies", "allocations", "waiting_list")):
        return None
    return _Lettings(view).section()


class _Lettings:
    def __init__(self, view: PlanView) -> None:
        self.view = view
        self.words = view.words("report_lettings")
        self.vacancies = view.rows("vacancies")
        self.allocations = view.rows("allocations")
        self.lists = view.rows("waiting_list")
        self.lines = NeedLines(view)
        # Lists of an area that is not wholly in the input stand in the tables: others house from them, too.
        self.waiting = self.lines.waiting
        self.names: dict[str, str] = {}
        self.task = [
            row for row in view.rows("rules") if row["family"] == PERMIT_HOLDERS and row["subject"] == "task"
        ]

    def section(self) -> Section:
        items: list[Table | Chart] = []
        if self.waiting:
            items.append(self._waiting_chart())
        if self.vacancies:
            items += [self._left_chart(), self._per_year(), self._per_municipality()]
        if self.lists:
            items.append(self._waiting_table())
        if self.allocations:
            items.append(self._groups())
        if self.task:
            items.append(self._task_table())
        items += long_tables(self.view, self.words, self._group)
        return Section("lettings", self.words.say("title"), tuple(self._lead()), tuple(items))

    def _group(self, code: str) -> str:
        """Return the name of a target group."""
        if code not in self.names:
            self.names[code] = self.view.told(group(self.view.instance, code))
        return self.names[code]

    # --- what is found --------------------------------------------------------------

    def _lead(self) -> Iterator[str]:
        if self.vacancies:
            yield from self._left()
        if self.waiting:
            yield from self._waits()
        yield from untested_told(self.lines, needs=False)
        if self.task:
            yield self._not_housed()
        if self.vacancies:
            known = {row["municipality_code"] for row in self.vacancies}
            missing = [name for code, name in self.view.names.items() if code not in known]
            if missing:
                yield self.words.say("unknown", count=len(missing), names=self._listed(missing))
        shares = list(vacancy_shares(Resolved(self.view.published.folder), self.view.language))
        if shares:
            yield self.words.say("shares")
            yield from shares

    def _listed(self, names: list[str]) -> list[str]:
        return listed(self.words, names, NAMED, "more")

    def _left(self) -> Iterator[str]:
        total = _summed(self.vacancies)
        values: dict[str, Any] = {"period": _period(self.vacancies), "vacated": round(total["vacated"])}
        taken = sum(total[name] for name in TAKEN)
        if total["vacated"]:
            values |= {"share": 1 - taken / total["vacated"], "left": round(total["vacated"] - taken)}
            values |= {"taken": round(taken)}
            yield self.words.say("left", **values)
        if total["first_lettings"]:
            new = round(total["first_lettings"])
            yield self.words.say(
                "with_new", new=new, regular=round(total["regular"]), share=_left_share(total)
            )

    def _waits(self) -> Iterator[str]:
        last, first = max(row["year"] for row in self.waiting), min(row["year"] for row in self.waiting)
        now, before = Counter[str](), Counter[str]()
        for row in self.waiting:
            if row["year"] == last:
                now[row["group"]] += max(0, row["waiting_after"])
            if row["year"] == first:
                before[row["group"]] += row["waiting_before"]
        parts = [
            self.words.say("waits_part", group=self._group(code), count=round(count))
            for code, count in now.most_common()
            if round(count)
        ]
        code = "waits" if parts else "nobody_waits"
        count, start = round(now.total()), round(before.total())
        yield self.words.say(
            code, last=last, first=first, count=count, start=start, parts=self._listed(parts)
        )
        total: Counter[str] = Counter()
        for row in self.waiting:
            total["came"] += row["inflow"] + row["returns"]
            total["housed"] += row["housed_vacated"] + row["housed_new"]
        came, housed = round(total["came"]), round(total["housed"])
        yield self.words.say("came", period=_period(self.waiting), came=came, housed=housed)
        staying = sum(row["in_temporary"] for row in self.waiting if row["year"] == last)
        if round(staying):
            yield self.words.say("temporary", last=last, count=round(staying))

    def _not_housed(self) -> str:
        last = max(row["period"] for row in self.task)
        short = [row for row in self.task if row["period"] == last and row["verdict"] == "broken"]
        if not short:
            return self.words.say("task_met", last=last)
        short.sort(key=lambda row: -row["slack"])
        names = [self.view.place(row["place"]) for row in short]
        return self.words.say(
            "task_short",
            last=last,
            persons=round(sum(row["slack"] for row in short)),
            names=self._listed(names),
        )

    # --- charts ------------------------------------------------------------------------

    def _waiting_chart(self) -> Chart:
        per_group: dict[str, Counter[int]] = {}
        for row in self.waiting:
            per_group.setdefault(row["group"], Counter())[row["year"]] += row["waiting_after"]
        years = sorted({row["year"] for row in self.waiting})
        in_order = sorted(per_group, key=lambda code: -per_group[code][years[-1]])
        shown, rest = told_apart(in_order)
        series = [
            Series(self._group(code), tuple(round(per_group[code][year]) for year in years), colour)
            for colour, code in enumerate(shown, start=1)
        ]
        if rest:
            values = tuple(round(sum(per_group[code][year] for code in rest)) for year in years)
            series.append(Series(self.words.say("others"), values, COLOURS))
        ends = [sum(series_.values[position] or 0 for series_ in series) for position in (0, -1)]
        told = self.words.say("waiting_told", first=years[0], last=years[-1], start=ends[0], end=ends[1])
        unit = self.words.say("households")
        title = self.words.say("waiting_chart")
        return Chart("waiting_chart", title, told, ChartKind.LINES, tuple(years), tuple(series), unit)

    def _left_chart(self) -> Chart:
        """Return who lets what is vacated and newly built for everybody; the parts are the whole."""
        per_year = self._by("year")
        years = sorted(per_year)
        values: dict[str, list[int]] = {"regular": [], "groups": [], "permit_holders": [], "new": []}
        for year in years:
            total = per_year[year]
            taken = [total[name] for name in TAKEN]
            new = total["vacated"] + total["first_lettings"] - total["regular"] - sum(taken)
            for name, value in zip(values, (total["regular"], *taken, new), strict=True):
                values[name].append(round(value))
        series = tuple(
            Series(self.words.say(f"series_{name}"), tuple(found), colour)
            for colour, (name, found) in enumerate(values.items(), start=1)
            if any(found)
        )
        everything = _summed(self.vacancies)
        told = self.words.say(
            "left_told",
            period=_period(self.vacancies),
            share=_left_share(everything),
            regular=round(everything["regular"]),
        )
        title, unit = self.words.say("left_chart"), self.words.say("dwellings")
        return Chart("left_chart", title, told, ChartKind.STACKED, tuple(years), series, unit)

    # --- tables ------------------------------------------------------------------------

    def _by(self, column: str) -> dict[Any, Counter[str]]:
        return {key: _summed(rows) for key, rows in rows_by(self.vacancies, column).items()}

    def _figures(self) -> list[Column]:
        return [
            *self.words.columns(*SUMS, kind=Kind.NUMBER, adds_up=True),
            *self.words.columns("vacated_pct", "regular_pct", kind=Kind.PERCENT),
        ]

    def _cells(self, total: Counter[str]) -> list[Value]:
        """Return the figures of a year or a municipality: sums, and two shares."""
        taken = sum(total[name] for name in TAKEN)
        vacated = 100 * (1 - taken / total["vacated"]) if total["vacated"] else None
        share = _left_share(total)
        return [*(total[name] for name in SUMS), vacated, None if share is None else 100 * share]

    def _per_year(self) -> Table:
        columns = [self.words.column("year", Kind.YEAR), *self._figures()]
        rows = [[year, *self._cells(total)] for year, total in sorted(self._by("year").items())]
        notes = (self.words.say("below_designated"), self.words.say("below_rounded"))
        return self.words.table("lettings_years", columns, rows, "vacancies.parquet", notes=notes)

    def _per_municipality(self) -> Table:
        columns = [self.words.column("municipality"), *self._figures()]
        columns.append(self.words.column("waiting_years", Kind.NUMBER))
        by_place = self._by("municipality_code")
        last = max(row["year"] for row in self.vacancies)
        proxy = {r["municipality_code"]: r["waiting_years"] for r in self.vacancies if r["year"] == last}
        places = [code for code in self.view.names if code in by_place]
        rows = [[self.view.place(code), *self._cells(by_place[code]), proxy.get(code)] for code in places]
        notes = (self.words.say("below_waiting_years", last=last),)
        return self.words.table(
            "lettings_municipalities",
            columns,
            rows,
            "vacancies.parquet",
            links=dict(enumerate(places)),
            notes=notes,
        )

    def _waiting_table(self) -> Table:
        """Return who waits per list and year; by group where there are very many lists."""
        years = sorted({row["year"] for row in self.lists})
        lists = {(row["group"], row["flow_id"], row["place"]) for row in self.lists}
        by_group = len(lists) > LONG
        tested = {row["flow_id"] for row in self.waiting}
        untested = set()
        counts: dict[tuple[str, str], Counter[int]] = {}
        for row in self.lists:
            place, name = "" if by_group else self.view.place(row["place"] or ""), self._group(row["group"])
            if row["flow_id"] not in tested:
                name = self.words.say("untested_list", group=name)
                untested.add((name, place))
            counted = counts.setdefault((name, place), Counter())
            counted[row["year"]] += row["waiting_after"]
            if row["year"] == years[0]:
                counted[0] += row["waiting_before"]
        columns = [self.words.column("group"), *([] if by_group else [self.words.column("place")])]
        columns.append(self.words.column("at_start", Kind.NUMBER, True))
        columns += year_columns(years, Kind.NUMBER)
        rows: list[list[Value]] = []
        states = {}
        for (name, place), counted in counts.items():
            if round(counted[years[-1]]) > 0 and (name, place) not in untested:
                states[len(rows)] = State.SHORT
            amounts = [counted[year] for year in (0, *years)]
            rows.append([name, *([] if by_group else [place]), *amounts])
        notes = (self.words.say("below_waiting"),)
        return self.words.table("waiting", columns, rows, "waiting_list.parquet", states=states, notes=notes)

    def _groups(self) -> Table:
        """Return what every group lets: vacated dwellings and new places."""
        counts: dict[str, Counter[str]] = {}
        for row in self.allocations:
            counted = counts.setdefault(row["group"], Counter())
            counted.update({row["source"]: row["households"], "persons": row["persons"]})
        columns = [
            self.words.column("group"),
            *self.words.columns("from_vacated", "from_new", "households", kind=Kind.WHOLE, adds_up=True),
        ]
        columns.append(self.words.column("persons", Kind.NUMBER, True))
        rows: list[list[Value]] = [
            [self._group(code), n["vacated"], n["new"], n["vacated"] + n["new"], n["persons"]]
            for code, n in counts.items()
        ]
        return self.words.table("lettings_groups", columns, rows, "allocations.parquet")

    def _task_table(self) -> Table:
        """Return the task for permit holders per municipality up to the last year, in persons."""
        last = max(row["period"] for row in self.task)
        columns = [
            self.words.column("municipality"),
            *self.words.columns("task", "done", "to_house", kind=Kind.NUMBER, adds_up=True),
        ]
        rows: list[list[Value]] = []
        states, links = {}, {}
        for row in self.task:
            if row["period"] != last:
                continue
            if row["verdict"] == "broken":
                states[len(rows)] = State.BROKEN
            links[len(rows)] = row["place"]
            figures = (row["rhs"], row["lhs"], row["slack"])
            rows.append([self.view.place(row["place"]), *figures])
        return self.words.table(
            "lettings_task",
            columns,
            rows,
            "rules.parquet",
            states=states,
            links=links,
            notes=(self.words.say("below_task", last=last),),
        )


def _summed(rows: list[Row]) -> Counter[str]:
    """Return the sums of what is vacated and let."""
    result: Counter[str] = Counter()
    for row in rows:
        for name in (*SUMS, *TAKEN):
            result[name] += row[name]
    return result


def _period(rows: list[Row]) -> str:
    """Return the first and the last year of some rows; one year as itself."""
    return span(row["year"] for row in rows)


def _left_share(total: Counter[str]) -> float | None:
    """Return what part of what is vacated and newly built is left for regular seekers."""
    whole = total["vacated"] + total["first_lettings"]
    return total["regular"] / whole if whole else None

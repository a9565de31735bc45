"""What it means for the others when a municipality builds less: only what the tables prove."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from typing import Any

from thuisplan.inputs.apportion import largest_remainder
from thuisplan.inputs.labels import FAMILY_LABELS
from thuisplan.outputs.fair_share import LETTINGS_TRACK
from thuisplan.outputs.report.content import Column, Kind, Section, Table
from thuisplan.outputs.report.numbers import exact, tidy
from thuisplan.outputs.report.pages.line_groups import LineGroup
from thuisplan.outputs.report.pages.page_index import PlanIndex
from thuisplan.outputs.report.pages.page_rules import MANY_PAGES, SECTION
from thuisplan.outputs.report.plan.need_lines import FOLLOWED, UNTESTED
from thuisplan.outputs.report.segments import SHARES

PART = 10
"""One in so many dwellings fewer: the deviation that is worked out."""
MOST_ROWS = 6
"""Needs and rules that a page shows."""
MOST_OTHERS = 12
"""Other municipalities that a page shows."""


def fewer(dwellings: int) -> int:
    """Return a tenth, rounded up: fewer than that is less than a tenth."""
    return -(-dwellings // PART)


@dataclass(frozen=True, slots=True)
class NeedWithout:
    """A need of a region, when a municipality adds less to it and nobody else adds more.

    Parameters
    ----------
    row
        Row of ``needs`` in the last year.
    here
        What this municipality has in service for it.
    """

    row: Mapping[str, Any]
    here: int

    def shortfall(self, missing: int) -> int:
        """Return what the region is short of, when so many are missing here [dwellings]."""
        return max(0, int(self.row["required"]) - int(self.row["delivered"]) + missing)


@dataclass(frozen=True, slots=True)
class ShareWithout:
    r"""A share rule of a region, when a municipality builds fewer of the dwellings that count.

    With margin :math:`m = L - pB`, one dwelling fewer takes :math:`1-p` off it, and one that becomes a
    dwelling that does not count takes 1 off it.

    Parameters
    ----------
    row
        Row of ``rules``, with its norm :math:`p`.
    here
        What of its left side is in this municipality.
    """

    row: Mapping[str, Any]
    here: int

    @property
    def margin(self) -> Fraction:
        """What the rule has to spare; below zero what it lacks [dwellings]."""
        return exact(self.row["margin"])

    @property
    def may_go(self) -> int:
        """Most that may be left out here with the rule still met; 0 if it is broken already."""
        norm = exact(self.row["norm_pct"]) / 100
        if norm >= 1:
            return self.here if self.margin >= 0 else 0
        return self._within(self.margin / (1 - norm))

    @property
    def may_change(self) -> int:
        """Most that may become dwellings that do not count, with the rule still met."""
        return self._within(self.margin)

    def _within(self, room: Fraction) -> int:
        return max(0, min(self.here, floor(room)))


class Deviation:
    """A municipality that builds less than the plan has it do.

    Parameters
    ----------
    index
        The plan.
    code
        The municipality.
    """

    def __init__(self, index: PlanIndex, code: str) -> None:
        self.index, self.view, self.code = index, index.view, code
        self.instance = index.view.instance

    @property
    def alone(self) -> bool:
        """Whether the plan has no other municipality."""
        return len(self.view.names) == 1

    @property
    def total(self) -> int:
        """Dwellings of the plan here."""
        return sum(row["dwellings"] for row in self.index.cells.get(self.code, []))

    @property
    def asking_room(self) -> int:
        """Dwellings here that use building capacity and can still be decided about."""
        options, open_year = self.instance.options, self.instance.settings.open_year
        return sum(
            row["dwellings"]
            for row in self.index.cells.get(self.code, [])
            if options[row["option"]].uses_capacity and row["year"] >= open_year
        )

    @property
    def others(self) -> tuple[str, ...]:
        """Those who share a task or an agreement with this municipality; else everybody in the plan."""
        regions = self.index.regions.get(self.code, ())
        shared = {row["place"] for row in self.index.ends(self.code)}
        chosen = [region for region in regions if region.place in shared]
        chosen = chosen or [region for region in regions if region.purpose == "agreement"]
        codes = {code for region in chosen for code in region.members} or set(self.view.names)
        return tuple(code for code in self.view.names if code in codes and code != self.code)

    def divided(self, end: Mapping[str, Any]) -> Mapping[str, int]:
        """Return how the key divides a tenth of what is delivered here over the others in the region.

        Parameters
        ----------
        end
            Row of ``fair_share`` of this municipality in the last year.

        Returns
        -------
        Mapping
            Municipality -> whole dwellings or households; none where the others have no share, or are
            exempt.
        """
        shares = {
            row["municipality_code"]: exact(row["share"])
            for row in self.index.rule_ends.get((end["rule_id"], end["place"]), [])
            if row["municipality_code"] != self.code
            and self._takes_part(end["rule_id"], row["municipality_code"])
        }
        if not any(shares.values()):
            return {}
        return largest_remainder(fewer(max(0, round(end["delivered"]))), shares)

    def _takes_part(self, rule_id: str, code: str) -> bool:
        exemption = self.instance.exemptions.get((rule_id, code))
        return exemption is None or exemption.value is not None

    def needs(self) -> list[NeedWithout]:
        """Return its own needs and those of whole regions that it adds to, those that get shortest first."""
        found = []
        places = [(region.purpose, region.place) for region in self.index.regions.get(self.code, ())]
        for place in [*places, ("municipality", self.code)]:
            for row in self.index.needs_at_end.get(place, ()):
                options = self.instance.options_for(row["need_category"])
                here = self.index.programme.in_service((self.code,), row["year"], options)
                if here and self.index.needs.stands(row["need_id"]) not in (FOLLOWED, UNTESTED):
                    found.append(NeedWithout(row, here))
        return sorted(found, key=lambda one: (-one.shortfall(one.here), one.row["need_id"]))

    def shares(self) -> list[ShareWithout]:
        """Return the share rules of regions that this municipality adds to, tightest first.

        In a plan of one municipality its own rules count.
        """
        found = []
        own = self.index.own_lines(self.code) if self.alone else ()
        for group in (*own, *self.index.regional_lines(self.code)):
            for row in _tested(group):
                parts = {self.code: round(row["lhs"])} if row["place"] == self.code else self.index.parts(row)
                here = parts.get(self.code, 0)
                if here:
                    found.append(ShareWithout(row, here))
        return sorted(found, key=lambda one: (one.margin, one.row["rule_id"], one.row["period"]))

    def room(self, code: str) -> int | None:
        """Return the most that a municipality can still complete by its capacity; None if that is unknown."""
        return self.index.room.get(code)

    def regular(self, code: str) -> int | None:
        """Return the lettings that are left for regular seekers in a municipality, over all years."""
        rows = self.index.vacancies.get(code)
        return None if not rows else round(sum((exact(row["regular"]) for row in rows), Fraction(0)))


def _tested(group: LineGroup) -> Iterator[Mapping[str, Any]]:
    """Yield the lines of a share of the programme that are met or broken."""
    for row in group.rows:
        if row["family"] in SHARES and row["verdict"] in ("met", "broken") and row["norm_pct"] is not None:
            yield row


def deviation_section(index: PlanIndex, code: str) -> Section | None:
    """Return the section of a page about building less; None where nothing is built.

    Parameters
    ----------
    index
        The plan.
    code
        The municipality.
    """
    deviation = Deviation(index, code)
    if not deviation.total:
        return None
    say = index.view.words(SECTION).say
    values = {"name": index.view.place(code), "total": deviation.total, "fewer": fewer(deviation.total)}
    lead = [say("deviation_lead", **values)]
    lead += [say("deviation_alone")] if deviation.alone else _capacity_told(deviation)
    tables = [table for table in (_others(deviation), _needs(deviation), _shares(deviation)) if table]
    if not any(table.code == "deviation_shares" for table in tables):
        lead.append(say("deviation_roomy" if deviation.shares() else "deviation_no_rules", **values))
    lead.append(say("deviation_unsolved", **values))
    title = say("title_deviation_alone" if deviation.alone else "title_deviation")
    return Section("deviation", title, tuple(lead), tuple(tables))


def _capacity_told(deviation: Deviation) -> Iterator[str]:
    """Yield whether the others could build what is not built here, as far as capacity tells."""
    say, others = deviation.view.words(SECTION).say, deviation.others
    rooms = [deviation.room(code) for code in others]
    missing = fewer(deviation.asking_room)
    if not others or not missing or None in rooms:
        return
    room = sum(one or 0 for one in rooms)
    name = deviation.view.place(deviation.code)
    values = {"name": name, "missing": missing, "room": room, "lost": missing - room, "others": len(others)}
    code = "deviation_room" if room >= missing else "deviation_some_room" if room else "deviation_no_room"
    yield say(code, **values)


def _others(deviation: Deviation) -> Table | None:
    """Return per other municipality what the key would ask more, and what it has left."""
    words = deviation.view.words(SECTION)
    ends = [(end, deviation.divided(end)) for end in deviation.index.ends(deviation.code)]
    ends = [(end, extra) for end, extra in ends if any(extra.values())]
    codes = [code for code in deviation.others if any(extra.get(code) for _, extra in ends)]
    if not codes:
        return None
    codes.sort(key=lambda code: -sum(extra.get(code, 0) for _, extra in ends))
    columns = [words.column("municipality")]
    cells: list[list[Any]] = [[deviation.view.place(code)] for code in codes]
    notes, files = [], ["fair_share.parquet"]
    for end, extra in ends:
        lettings = end["track"] == LETTINGS_TRACK
        column = words.column("extra_households" if lettings else "extra", Kind.WHOLE, adds_up=True)
        columns.append(_named(column, end["rule_id"] if len(ends) > 1 else ""))
        for row, code in zip(cells, codes, strict=True):
            row.append(extra.get(code, 0))
        delivered = round(end["delivered"])
        code = "divided_households" if lettings else "divided"
        notes.append(
            words.say(code, rule=end["rule_id"], key=end["key"], delivered=delivered, fewer=fewer(delivered))
        )
    if any(end["track"] == LETTINGS_TRACK for end, _ in ends):
        columns.append(words.column("regular_left", Kind.WHOLE))
        files.append("vacancies.parquet")
        for row, code in zip(cells, codes, strict=True):
            row.append(deviation.regular(code))
    if any(end["track"] != LETTINGS_TRACK for end, _ in ends):
        columns.append(words.column("room", Kind.WHOLE))
        files.append("rules.parquet")
        for row, code in zip(cells, codes, strict=True):
            row.append(deviation.room(code))
    many = len(deviation.view.names) > MANY_PAGES
    links = {} if many else dict(enumerate(codes[:MOST_OTHERS]))
    if len(cells) > MOST_OTHERS:
        notes.append(words.say("others_more", count=len(cells) - MOST_OTHERS))
        cells, columns = cells[:MOST_OTHERS], [_unsummed(column) for column in columns]
    return words.table("deviation_others", columns, cells, ", ".join(files), notes=tuple(notes), links=links)


def _named(column: Column, rule: str) -> Column:
    """Return a column with the rule it is about, where a table has several."""
    return (
        replace(column, code=f"{column.code}_{rule}", heading=f"{column.heading} ({rule})")
        if rule
        else column
    )


def _unsummed(column: Column) -> Column:
    """Return a column without a total: the table does not show every row."""
    return replace(column, adds_up=False)


def _needs(deviation: Deviation) -> Table | None:
    """Return per need of a region what it is short of with a tenth less here, and with nothing."""
    words, view = deviation.view.words(SECTION), deviation.view
    found = deviation.needs()
    if not found:
        return None
    shown = found[:MOST_ROWS]
    rows = [
        (
            words.say(
                "need",
                category=deviation.index.category(one.row["need_category"]),
                place=view.place(one.row["place"]),
            ),
            one.here,
            one.row["shortfall"],
            one.shortfall(fewer(one.here)),
            one.shortfall(one.here),
        )
        for one in shown
    ]
    names = ("here", "short_now", "short_tenth", "short_none")
    columns = [words.column("need"), *(words.column(name, Kind.WHOLE) for name in names)]
    notes = [words.say("needs_note", year=view.years[-1])]
    if len(found) > len(shown):
        notes.append(words.say("needs_more", count=len(found) - len(shown)))
    return words.table("deviation_needs", columns, rows, "needs.parquet, plan.parquet", notes=tuple(notes))


def _shares(deviation: Deviation) -> Table | None:
    """Return per share rule of a region how many dwellings may go here before it is broken."""
    words, view = deviation.view.words(SECTION), deviation.view
    found = deviation.shares()
    tight = [one for one in found if one.may_change < one.here]
    if not tight:
        return None
    rows = []
    for one in tight[:MOST_ROWS]:
        row, missing = one.row, fewer(one.here)
        code = "already" if one.margin < 0 else "holds" if missing <= one.may_go else "breaks"
        rows.append(
            (
                words.say(
                    "share_rule",
                    family=FAMILY_LABELS.text(row["family"], view.language),
                    place=view.place(row["place"]) if row["place"] else words.say("whole"),
                    period=row["period"],
                ),
                one.here,
                missing,
                tidy(float(one.margin)),
                one.may_go,
                one.may_change,
                words.say(code),
            )
        )
    names = ("here", "tenth", "room_left", "may_go", "may_change")
    kinds = [Kind.NUMBER if name == "room_left" else Kind.WHOLE for name in names]
    columns = [
        words.column("share_rule"),
        *(words.column(name, kind) for name, kind in zip(names, kinds, strict=True)),
        words.column("with_tenth"),
    ]
    notes = []
    if len(tight) > MOST_ROWS:
        notes.append(words.say("shares_more", count=len(tight) - MOST_ROWS))
    if len(found) > len(tight):
        notes.append(words.say("shares_roomy", count=len(found) - len(tight)))
    files = "rules.parquet, plan.parquet"
    return words.table("deviation_shares", columns, rows, files, notes=tuple(notes))

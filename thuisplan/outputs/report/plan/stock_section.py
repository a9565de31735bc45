"""What the stock becomes: dwellings, and the share of social rent and of the middle segment in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from thuisplan.inputs.labels import STRENGTHS
from thuisplan.outputs.report.colours import SEGMENT_COLOURS
from thuisplan.outputs.report.content import (
    FOLDED_ROWS,
    Chart,
    ChartKind,
    Kind,
    Section,
    Series,
    Table,
    Value,
    year_columns,
)
from thuisplan.outputs.report.numbers import to_tenths
from thuisplan.outputs.report.phrases import listed, span
from thuisplan.outputs.report.plan_view import PlanView, Words
from thuisplan.outputs.report.sums import rows_by

PARTS = ("social", "mid")
"""Columns of ``stock.parquet`` that are a part of the dwellings."""
COLOURS = {"social": SEGMENT_COLOURS["social_rent"], "mid": SEGMENT_COLOURS["mid_rent"]}
SOURCE = "stock.parquet"


def stock_section(view: PlanView) -> Section | None:
    """Return the section about the stock: shares per municipality and year.

    Parameters
    ----------
    view
        The plan.

    Returns
    -------
    Section or None
        None if the stock of no municipality is known.
    """
    stock = _Stock(view)
    if not any(row["dwellings"] is not None for row in view.rows("stock")):
        return None
    charts = [stock.chart()] if any(stock.known(part) for part in PARTS) else []
    tables = [stock.share_table(part) for part in PARTS if stock.known(part)]
    items: tuple[Table | Chart, ...] = (*charts, *tables, stock.all_table())
    return Section("stock", stock.words.say("title"), tuple(stock.lead()), items)


@dataclass(frozen=True)
class _Stock:
    view: PlanView

    @cached_property
    def words(self) -> Words:
        return self.view.words("report_stock")

    @cached_property
    def rows(self) -> Mapping[tuple[str, int], Mapping[str, Any]]:
        return {(row["municipality_code"], row["year"]): row for row in self.view.rows("stock")}

    def known(self, part: str) -> list[str]:
        """Return the municipalities of which the share of a part is known, in order."""
        last = self.view.years[-1]
        return [
            code
            for code in self.view.names
            if (row := self.rows.get((code, last))) is not None and row[f"{part}_share_pct"] is not None
        ]

    def share(self, part: str, year: int) -> Fraction:
        """Return the share of a part in all municipalities together of which it is known."""
        rows = [self.rows[code, year] for code in self.known(part)]
        return Fraction(sum(row[part] for row in rows), sum(row["dwellings"] for row in rows))

    def _start(self, part: str) -> Fraction:
        """Return the same share in the stock that the input gives."""
        places = [self.view.instance.municipalities[code] for code in self.known(part)]
        return Fraction(
            sum(getattr(place, f"{part}_stock") for place in places),
            sum(place.dwelling_stock or 0 for place in places),
        )

    # --- sentences ----------------------------------------------------------------------

    def lead(self) -> Iterator[str]:
        yield from self._rules()
        for part in PARTS:
            if self.known(part):
                values = {"start": self._start(part), "end": self.share(part, self.view.years[-1])}
                code = _way(values["start"], values["end"])
                where = self._where(part)
                yield self.words.say(f"{part}_{code}", where=where, year=self.view.years[-1], **values)
        if self.known("social"):
            yield from self._spread()
            yield from self._average()
        for part in PARTS:
            unknown = [name for code, name in self.view.names.items() if code not in self.known(part)]
            if unknown and len(unknown) == len(self.view.names):
                yield self.words.say(f"{part}_unknown_all")
            elif unknown:
                yield self.words.say(f"{part}_unknown", names=listed(self.words, unknown))

    def _where(self, part: str) -> str:
        """Return of which municipalities together a share is told."""
        known, every = self.known(part), len(self.view.names)
        if len(known) == 1:
            return self.view.place(known[0])
        return self.words.say("in_all" if len(known) == every else "in_known", known=len(known), all=every)

    def _rules(self) -> Iterator[str]:
        """Yield the rules about the stock that are not met at the end of their last period."""
        found = (row for row in self.view.rows("rules") if row["family"] == "stock_share")
        for rule_id, rows in rows_by(found, "rule_id").items():
            last = max(row["period"] for row in rows)
            tested = [r for r in rows if r["period"] == last and r["verdict"] in ("met", "broken")]
            broken = [row for row in tested if row["verdict"] == "broken"]
            if broken:
                broken.sort(key=lambda row: (row["value_pct"] is None, row["value_pct"]))
                yield self.words.say(
                    "rule_broken",
                    rule=rule_id,
                    strength=self.view.label(STRENGTHS, broken[0]["strength"]),
                    count=len(broken),
                    tested=len(tested),
                    norm=Fraction(broken[0]["norm_pct"] / 100).limit_denominator(1000),
                    period=last,
                    names=listed(self.words, (self.view.place(row["place"]) for row in broken), 4),
                )
            elif tested:
                yield self.words.say("rule_met", rule=rule_id, tested=len(tested), period=last)

    def _spread(self) -> Iterator[str]:
        """Yield who has most and least social rent at the end, and whether that lies closer together."""
        codes, last = self.known("social"), self.view.years[-1]
        if len(codes) < 2:
            return
        end = {
            code: Fraction(self.rows[code, last]["social"], self.rows[code, last]["dwellings"])
            for code in codes
        }
        start = self._starts()
        most, least = max(codes, key=lambda code: end[code]), min(codes, key=lambda code: end[code])
        before = max(start.values()) - min(start.values())
        after = end[most] - end[least]
        way = {"rises": "wider", "falls": "closer"}.get(_way(before, after), "same")
        yield self.words.say(
            f"spread_{way}",
            most=self.view.place(most),
            high=end[most],
            least=self.view.place(least),
            low=end[least],
            # In percentage points.
            before=to_tenths(100 * before),
            after=to_tenths(100 * after),
            year=last,
        )

    def _starts(self) -> dict[str, Fraction]:
        places = self.view.instance.municipalities
        return {
            code: Fraction(places[code].social_stock or 0, places[code].dwelling_stock or 1)
            for code in self.known("social")
        }

    def _average(self) -> Iterator[str]:
        """Yield who is below the national average at the end, and who crosses it."""
        norm = self.view.instance.settings.national_social_share
        last = self.view.years[-1]
        start = {code for code, share in self._starts().items() if share < norm}
        end = {
            code
            for code in self.known("social")
            if Fraction(self.rows[code, last]["social"], self.rows[code, last]["dwellings"]) < norm
        }
        counts: Counter[str] = Counter(start=len(start), end=len(end), all=len(self.known("social")))
        yield self.words.say("average", norm=norm, year=last, **counts)
        for code, crossing in (("crossing_down", end - start), ("crossing_up", start - end)):
            if crossing:
                names = [self.view.names[one] for one in self.view.names if one in crossing]
                yield self.words.say(code, names=listed(self.words, names), norm=norm)

    # --- chart and tables -----------------------------------------------------------------

    def chart(self) -> Chart:
        years = self.view.years
        series = [
            Series(
                self.words.say(f"series_{part}"),
                tuple(float(100 * self.share(part, year)) for year in years),
                COLOURS[part],
            )
            for part in PARTS
            if self.known(part)
        ]
        if self.known("social"):
            norm = float(100 * self.view.instance.settings.national_social_share)
            series.append(Series(self.words.say("series_average"), (norm,) * len(years), 0))
        part = PARTS[0] if self.known(PARTS[0]) else PARTS[1]
        values = {"first": years[0], "start": self.share(part, years[0]), "end": self.share(part, years[-1])}
        told = self.words.say(f"told_{part}", last=years[-1], **values)
        title = self.words.say("chart", span=span(self.view.years))
        return Chart(
            "stock_shares", title, told, ChartKind.LINES, years, tuple(series), self.words.say("unit")
        )

    def share_table(self, part: str) -> Table:
        """Return the shares of a part per municipality and year; all municipalities together come first."""
        words, years = self.words, self.view.years
        columns = [
            words.column("municipality"),
            words.column("start", Kind.PERCENT),
            *year_columns(years, Kind.PERCENT, adds_up=False),
            words.column("change", Kind.NUMBER),
        ]
        together = [float(100 * self.share(part, year)) for year in years]
        whole = len(self.known(part)) == len(self.view.names)
        name = words.say("together" if whole else "together_known")
        rows = [_with_change(name, float(100 * self._start(part)), together)]
        links = {}
        for code in self.known(part):
            place = self.view.instance.municipalities[code]
            start = (
                100 * getattr(place, f"{part}_stock") / place.dwelling_stock if place.dwelling_stock else 0
            )
            links[len(rows)] = code
            shares = [self.rows[code, year][f"{part}_share_pct"] for year in years]
            rows.append(_with_change(self.view.place(code), start, shares))
        return words.table(
            f"stock_{part}",
            columns,
            rows,
            SOURCE,
            links=links,
            notes=(words.say("note_stock"),),
            folded=part != "social" or len(rows) > FOLDED_ROWS,
        )

    def all_table(self) -> Table:
        words = self.words
        columns = [
            words.column("municipality"),
            words.column("code"),
            words.column("year", Kind.YEAR),
            *(words.column(code, Kind.WHOLE) for code in ("dwellings", *PARTS)),
            *(words.column(f"{part}_share", Kind.PERCENT) for part in PARTS),
        ]
        rows = [
            (
                self.view.place(code),
                code,
                year,
                *(row[column] for column in ("dwellings", *PARTS)),
                *(row[f"{part}_share_pct"] for part in PARTS),
            )
            for (code, year), row in self.rows.items()
        ]
        return words.table("stock_all", columns, rows, SOURCE, on_page=False)


def _with_change(name: str, start: float, shares: list[float]) -> list[Value]:
    return [name, start, *shares, shares[-1] - start]


def _way(start: Fraction, end: Fraction) -> str:
    """Return whether a share rises, falls or stays, as who reads it in tenths of a percent sees it."""
    before, after = to_tenths(100 * start), to_tenths(100 * end)
    if start == end:
        return "stays"
    return "stays_about" if before == after else "rises" if after > before else "falls"

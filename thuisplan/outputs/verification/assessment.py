"""What differs where a programme of others is judged: what may be broken, and its own tables.

A hard rule may be broken, and dwellings may stand where nothing is offered. What depends on municipalities
that are not in the programme is not judged; which lines those are is the assessment's word, within what is
possible: a line about one municipality of the programme alone is always judged.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from thuisplan.outputs.verification.compare import compare, plain
from thuisplan.outputs.verification.judged import Judged, check_hard, judge
from thuisplan.outputs.verification.problems import Problem, problem
from thuisplan.outputs.verification.resolved import Row, unguarded
from thuisplan.outputs.verification.tables import Cell, Tables
from thuisplan.outputs.verification.written import key_text, read_written

MANIFEST = "manifest.json"
FITTING = "fitting_programme.csv"

TABLES = ("verdict", "contribution", "pots", "impossible", "warnings", "change")
"""Tables that only an assessment has."""

SHARED = frozenset({"fair_share", "own_first", "permit_holders", "flex_life"})
"""Families whose lines about one municipality can depend on others."""

DWELLINGS = frozenset(
    "availability capacity commitment exclusion project_size social_share mid_share affordable_share "
    "feature_target steady_series".split()
)
"""Families whose lines follow from the dwellings that are completed, whoever pays and is housed."""

WORST_FIRST = ("broken", "met", "not_testable", "exempt")


class ProgrammeTables(Tables):
    """Figures of a programme: where it builds without an offer, what is agreed counts as the offer."""

    @cached_property
    def offered(self) -> dict[Cell, int]:
        """Cell -> most dwellings; zero, or what is agreed, where the programme builds without an offer."""
        offered = dict(super().offered)
        for cell, dwellings in self.built.items():
            agreed = self.committed.get(cell, 0)
            if cell[1] in self.open_years and cell not in offered and dwellings > agreed:
                offered[cell] = agreed
        return offered


@dataclass
class AssessmentCheck:
    """Checks an assessment against its own files.

    Parameters
    ----------
    folder, manifest
        The published assessment.
    tables
        Its resolved input and plan.
    found
        What differs is added to it.
    """

    folder: Path
    manifest: Mapping[str, Any]
    tables: Tables
    found: list[Problem]
    written: dict[str, list[Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in TABLES:
            self.written[name] = read_written(self.folder, name, self.found) or []

    @property
    def said(self) -> Mapping[str, Any]:
        """What the manifest says of the verdict."""
        said: Mapping[str, Any] = self.manifest["assessment"]
        return said

    @cached_property
    def places(self) -> frozenset[str]:
        """Municipalities of the programme."""
        return frozenset(self.said["municipalities"])

    # --- lines ------------------------------------------------------------------------

    def judged(self, lines: list[Judged], rules: list[Row]) -> list[Judged]:
        """Return lines as the assessment may judge them: not, where others decide and it says so."""
        key = ("rule_id", "place", "subject", "period")
        untested = {tuple(row[c] for c in key) for row in rules if row["verdict"] == "not_testable"}
        return [
            replace(one, line=replace(one.line, testable=False))
            if (one.rule.rule_id, one.line.place, one.line.subject, one.line.period) in untested
            and self.depends(one)
            else one
            for one in lines
        ]

    def depends(self, one: Judged) -> bool:
        """Whether a line can depend on municipalities that are not in the programme."""
        if self.said["others"] != "none" or self.places >= set(self.tables.municipalities):
            return False
        line = one.line
        if line.place in self.tables.municipalities:
            return line.place not in self.places or one.rule.family in SHARED
        return not self.places >= self.members(line.purpose, line.place)

    def members(self, purpose: str, place: str) -> frozenset[str]:
        """Return the municipalities of a place; all of them where a line has no place."""
        if not place:
            return frozenset(self.tables.municipalities)
        return frozenset(self.tables.regions(purpose, place)[0].members)

    def concerns(self, purpose: str, place: str) -> bool:
        """Whether a line or pot is about a municipality of the programme, or a region with one of them."""
        if place in self.tables.municipalities:
            return place in self.places
        return not self.places.isdisjoint(self.members(purpose, place))

    def allowed(self, one: Problem) -> bool:
        """Whether a problem of a plan is none here: dwellings that no pot or neighbourhood can have."""
        code = {"cost_not_covered": "kind", "sites_differ": ""}.get(one.code)
        if code is None:
            return False
        cell = (one.values["place"], int(one.values["period"]), one.values["option"])
        kind = one.values[code] if code else "neighbourhood"
        return (kind, *cell) in {
            (row["kind"], row["municipality_code"], row["year"], row["option"])
            for row in self.written["impossible"]
        }

    # --- tables -------------------------------------------------------------------------

    def check(self, judged: list[Judged]) -> int:
        """Check the verdict and the tables; return how many figures were compared.

        Parameters
        ----------
        judged
            The lines, as ``judged`` returns them.
        """
        return (
            self._manifest(judged)
            + self._verdicts(judged)
            + self._pots()
            + self._contribution()
            + self._impossible()
            + self._change()
        )

    def _manifest(self, judged: list[Judged]) -> int:
        hard = [one for one in judged if one.line.strength == "hard" and one.line.counts]
        broken = sum(one.line.verdict == "broken" for one in hard)
        expected = {
            "fits": not broken and not self.written["impossible"],
            "tested": len(hard),
            "broken": broken,
        }
        for name, value in expected.items():
            if self.said[name] != value:
                values = {"column": f"assessment.{name}", "expected": value, "found": self.said[name]}
                self.found.append(problem("status_differs", file=MANIFEST, **values))
        lines = self.manifest["verification"]["requirements"]
        if lines != len(judged):
            values = {"column": "verification.requirements", "expected": len(judged), "found": lines}
            self.found.append(problem("status_differs", file=MANIFEST, **values))
        return len(expected) + 1

    def _verdicts(self, judged: list[Judged]) -> int:
        groups: dict[tuple[str, str, str], list[Judged]] = {}
        for one in judged:
            if self.concerns(one.line.purpose, one.line.place):
                groups.setdefault((one.rule.rule_id, one.line.place, one.line.subject), []).append(one)
        reasons = {(row["rule_id"], row["place"]): row["reason"] for row in self.tables.rows("reasons")}
        expected = {}
        for (rule_id, place, subject), ones in groups.items():
            counts = Counter(one.line.verdict for one in ones)
            expected[rule_id, place, subject] = {
                "family": ones[0].rule.family,
                "purpose": ones[0].line.purpose,
                "strength": ones[0].line.strength,
                "status": ones[0].rule.status,
                "unit": ones[0].line.unit,
                "verdict": next(name for name in WORST_FIRST if counts[name]),
                **{name: counts[name] for name in WORST_FIRST},
                "reason": reasons.get((rule_id, place), reasons.get((rule_id, None))),
            }
        for row in self.written["verdict"]:
            # How much of it others can make up for is not restated here; it cannot be more than there is.
            lines = groups.get((row["rule_id"], row["place"], row["subject"]), [])
            most = sum((Fraction(one.line.slack) for one in lines), Fraction(0))
            if row["short"] > float(most) * (1 + 1e-9) or (row["short"] > 0) != (row["broken"] > 0):
                self._differs("verdict", row, ("rule_id", "place", "subject"), "short", most)
        return compare("verdict", expected, self.written["verdict"], self.found)

    def _pots(self) -> int:
        expected = {}
        for pot in self.tables.rows("pots"):
            if not self.concerns(pot["purpose"] or "", pot["place"] or ""):
                continue
            paid = {True: 0, False: 0}
            for (pot_id, place, _, _), euros in self.tables.paid.items():
                if pot_id == pot["pot_id"]:
                    paid[place in self.places] += euros
            budget = sum(
                row["amount_eur"]
                for row in self.tables.rows("budgets")
                if row["pot_id"] == pot["pot_id"] and row["from_year"] in self.tables.open_years
            )
            expected[(pot["pot_id"],)] = {
                "payer": pot["payer"],
                "kind": pot["kind"],
                "carries_rest": pot["carries_rest"],
                "available_eur": None if pot["carries_rest"] else budget,
                "asked_eur": paid[True],
                "others_eur": paid[False],
            }
        return compare("pots", expected, self.written["pots"], self.found)

    def _contribution(self) -> int:
        rows = read_written(self.folder, "fair_share", []) or []
        key = ("rule_id", "place", "municipality_code")
        last: dict[tuple[Any, ...], Row] = {}
        for row in rows:
            if row["municipality_code"] in self.places:
                last[tuple(row[column] for column in key)] = row
        written = {tuple(row[column] for column in key): row for row in self.written["contribution"]}
        expected = {}
        for name, row in last.items():
            told = written.get(name, {})
            columns = {column: row[column] for column in ("key", "track", "group", "basis", "year", "share")}
            for column in ("task", "target", "tolerance", "delivered"):
                columns[column] = None if told.get(column) is None else row[column]
            known = columns["target"] is not None and columns["delivered"] is not None
            difference = columns["delivered"] - columns["target"] if known else None
            expected[name] = {**columns, "difference": difference}
        return compare("contribution", expected, self.written["contribution"], self.found)

    def _impossible(self) -> int:
        for row in self.written["impossible"]:
            cell = (row["municipality_code"], row["year"], row["option"])
            built = self.tables.built.get(cell, 0)
            if row["dwellings"] != built:
                key = ("kind", "municipality_code", "year", "option")
                self._differs("impossible", row, key, "dwellings", built)
        return len(self.written["impossible"])

    # --- the change -----------------------------------------------------------------------

    def _change(self) -> int:
        own = {
            cell: dwellings
            for cell, dwellings in self.tables.built.items()
            if cell[0] in self.places and cell[1] in self.tables.open_years
        }
        after = dict(own)
        key = ("municipality_code", "year", "option")
        for row in self.written["change"]:
            cell = (row["municipality_code"], row["year"], row["option"])
            expected = {"before": own.get(cell, 0), "after": own.get(cell, 0) + row["change"]}
            for column, value in expected.items():
                if row[column] != value:
                    self._differs("change", row, key, column, value)
            after[cell] = expected["after"]
        tried = self.manifest["change"]
        if tried and tried[-1]["size"] is not None:
            self._sizes(tried[-1])
            self._fitting(after)
        elif self.written["change"]:
            self.found.append(problem("row_unexpected", file="change.parquet", key=""))
        return 3 * len(self.written["change"]) + len(after)

    def _sizes(self, said: Mapping[str, Any]) -> None:
        changes = [row["change"] for row in self.written["change"]]
        added, removed = sum(n for n in changes if n > 0), -sum(n for n in changes if n < 0)
        expected = {"added": added, "removed": removed, "size": max(added, removed)}
        for name, value in expected.items():
            if said[name] != value:
                values = {"column": f"change.{name}", "expected": value, "found": said[name]}
                self.found.append(problem("status_differs", file=MANIFEST, **values))
        kept = {"years": ("municipality_code", "option"), "types": ("municipality_code",)}
        sums: Counter[tuple[Any, ...]] = Counter()
        for row in self.written["change"] if said["may_move"] in kept else ():
            sums[tuple(row[column] for column in kept[said["may_move"]])] += row["change"]
        for group, total in sums.items():
            if total:
                values = {"column": "change", "expected": 0, "found": total}
                self.found.append(
                    problem("value_differs", file="change.parquet", key=key_text(group), **values)
                )

    def _fitting(self, after: Mapping[Cell, int]) -> None:
        """Compare the file with the changed programme, which builds at least what is agreed."""
        written = dict(self._cells())
        for cell in sorted({*after, *written}):
            expected, found = after.get(cell, 0), written.get(cell, 0)
            agreed = self.tables.committed.get(cell, 0)
            if found != expected or found < agreed:
                values = {"column": "dwellings", "expected": max(expected, agreed), "found": found}
                self.found.append(problem("value_differs", file=FITTING, key=key_text(cell), **values))

        self._keeps(after)

    def _keeps(self, after: Mapping[Cell, int]) -> None:
        """Judge the changed programme: its own hard lines about dwellings alone must hold."""
        rest = {
            cell: dwellings
            for cell, dwellings in self.tables.built.items()
            if cell[0] not in self.places or cell[1] not in self.tables.open_years
        }
        changed = self.tables.with_built(rest | {cell: number for cell, number in after.items() if number})
        own = [
            one
            for one in judge(changed, [])
            if one.rule.family in DWELLINGS and self.places >= self._decides(one)
        ]
        check_hard(own, self.found)

    def _decides(self, one: Judged) -> frozenset[str]:
        """Return the municipalities that a line is about."""
        if one.line.place in self.tables.municipalities:
            return frozenset({one.line.place})
        return self.members(one.line.purpose, one.line.place)

    def _cells(self) -> Iterator[tuple[Cell, int]]:
        text = (self.folder / FITTING).read_bytes().decode("utf-8-sig")
        separator = ";" if ";" in text.partition("\n")[0] else ","
        # newline="": a name over several lines is one cell.
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        for code, _, year, option, dwellings in records[1:]:
            yield (unguarded(code), int(year), unguarded(option)), int(dwellings)

    def _differs(self, name: str, row: Row, key: tuple[str, ...], column: str, expected: Any) -> None:
        values = {"column": column, "expected": plain(expected), "found": row[column]}
        file, where = f"{name}.parquet", key_text(tuple(row[one] for one in key))
        self.found.append(problem("value_differs", file=file, key=where, **values))

"""A published comparison as those who write about it see it: its tables, its variants, and the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from thuisplan.inputs.labels import FAMILY_LABELS, GROUPS, NEED_CATEGORIES, Vocabulary
from thuisplan.inputs.read import read, read_scenario
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Group, Municipality
from thuisplan.outputs.comparison.figures import read_table
from thuisplan.outputs.comparison.run_info import CLOSED, STOPPED
from thuisplan.outputs.comparison.schemas import COMPARISONS, MEASURE_UNITS
from thuisplan.outputs.comparison.sentences import TOLD, VARIANT
from thuisplan.outputs.comparison.words import SCALES, standing
from thuisplan.outputs.plan_folder import PlanFolder
from thuisplan.outputs.regret_tables import REGRETS
from thuisplan.outputs.report.answers.written_sentences import WrittenSentences
from thuisplan.outputs.report.category_words import category_words
from thuisplan.outputs.report.content import FOLDED_ROWS, Column, Kind
from thuisplan.outputs.report.numbers import PLACES, tidy
from thuisplan.outputs.report.plan_view import Words
from thuisplan.outputs.texts import has_text

Row = dict[str, Any]

AT_MOST = 200
"""Rows that a page shows when asked; more stand in the workbook only."""
IN_WORKBOOK = 100_000
"""Rows of a table of the workbook; of more the files of the comparison have all."""
SECTION = "report_comparison"
SHARE_PLACES = 2


@dataclass(frozen=True)
class ComparisonView:
    """A comparison and the language it is told in.

    Parameters
    ----------
    folder
        The published comparison.
    language
        ``nl`` or ``en``.
    """

    folder: PlanFolder
    language: str

    # --- words ---------------------------------------------------------------------------

    @property
    def words(self) -> Words:
        """Sentences, headings and titles."""
        return Words(SECTION, self.language)

    @cached_property
    def told(self) -> WrittenSentences:
        """The sentences that the comparison was published with."""
        return WrittenSentences(self.rows("sentences"), self.language, SECTION)

    def say(self, code: str, **values: Any) -> str:
        """Return a sentence; of two plans that for two, where there is one."""
        two = f"{code}_two"
        chosen = two if self.is_two and has_text(f"{SECTION}.{two}", self.language) else code
        return self.words.say(chosen, **values)

    def category(self, code: str) -> str:
        """Return what a need category is called; one of the user after the dwellings that serve it."""
        if code in NEED_CATEGORIES.labels or self.scenario is None:
            return self.label(NEED_CATEGORIES, code)
        return self._categories.get(code, code)

    @cached_property
    def _categories(self) -> Mapping[str, str]:
        return category_words(read(self._base).instance, self.language)

    def group(self, code: str) -> str:
        """Return what a target group is called, by its label or by the name that the input gives it."""
        if code in GROUPS.labels or self.scenario is None:
            return self.label(GROUPS, code)
        return next((row.name for row in self.scenario.rows(Group) if row.group == code and row.name), code)

    def label(self, vocabulary: Vocabulary, code: str | None) -> str:
        """Return the label of a code; a code of the user is its own label."""
        return "" if code is None else vocabulary.text(code, self.language)

    def rule(self, rule_id: str) -> str:
        """Return a rule by its code, and what it is about if the code is not that of its family."""
        family = self._families.get(rule_id)
        if family in (None, rule_id):
            return self.label(FAMILY_LABELS, rule_id)
        return f"{rule_id} ({self.label(FAMILY_LABELS, family)})"

    def unit(self, unit: str) -> str:
        """Return the unit in which a report shows what has a unit in the tables: euros, percentage points."""
        return self.words.say(f"unit_{unit}".replace("-", "_"))

    def variant(self, name: str) -> str:
        """Return what a variant is called; of two plans the first and the second."""
        return self.words.say(name) if self.is_two else name

    # --- tables --------------------------------------------------------------------------

    def table(self, name: str) -> pa.Table:
        """Return a table of the comparison; an empty one where it does not have it."""
        if name not in self._read:
            file = self.folder.path / f"{name}.parquet"
            schema = COMPARISONS.get(name) or REGRETS[name]
            self._read[name] = read_table(file) if file.exists() else schema.empty_table()
        return self._read[name]

    def rows(self, name: str) -> list[Row]:
        """Return the rows of a table."""
        found: list[Row] = self.table(name).to_pylist()
        return found

    @cached_property
    def _read(self) -> dict[str, pa.Table]:
        return {}

    @cached_property
    def _families(self) -> Mapping[str, str]:
        table = self.table("rules_compared").select(["rule_id", "family"])
        return {row["rule_id"]: row["family"] for row in table.to_pylist()}

    def sums(
        self, subject: str, *columns: str, year: int | None = None
    ) -> dict[tuple[Any, ...], dict[str, tuple[float, float]]]:
        """Return sums of a subject: per values of some columns, and per variant, its own and the reference's.

        Parameters
        ----------
        subject
            Of ``comparison``.
        columns
            What is told apart.
        year
            Only this year; None for all.
        """
        table = self.table("comparison")
        chosen = pc.and_(pc.equal(table["subject"], subject), pc.is_in(table["variant"], self._names))
        if year is not None:
            chosen = pc.and_(chosen, pc.fill_null(pc.equal(table["year"], year), False))
        grouped = (
            table.filter(chosen)
            .group_by([*columns, "variant"])
            .aggregate([("value", "sum"), ("reference", "sum")])
        )
        found: dict[tuple[Any, ...], dict[str, tuple[float, float]]] = {}
        for row in grouped.to_pylist():
            key = tuple(row[column] for column in columns)
            found.setdefault(key, {})[row["variant"]] = (row["value_sum"] or 0, row["reference_sum"] or 0)
        return found

    def last_year(self, subject: str) -> int | None:
        """Return the last year of a subject."""
        table = self.table("comparison")
        found: int | None = pc.max(table.filter(pc.equal(table["subject"], subject))["year"]).as_py()
        return found

    @property
    def _names(self) -> pa.Array:
        return pa.array([row["variant"] for row in self.others], pa.string())

    # --- variants ------------------------------------------------------------------------

    @property
    def is_two(self) -> bool:
        """Whether two plans are compared, not the variants of an input."""
        return "plans" in self.folder.manifest

    @cached_property
    def runs(self) -> list[Row]:
        """The rows of ``runs``: every variant."""
        return self.rows("runs")

    @property
    def reference(self) -> str:
        """Name of the variant that the others are held against."""
        return str(self.folder.manifest["reference"])

    @cached_property
    def base(self) -> Row | None:
        """The row of the reference; None where it has no plan."""
        return next((row for row in self.with_plan if row["variant"] == self.reference), None)

    @property
    def base_stopped(self) -> bool:
        """Whether the reference stopped at a limit: a variant may be lower only because it went on."""
        return self.base is not None and self.base["status"] == STOPPED

    @cached_property
    def with_plan(self) -> list[Row]:
        """The variants with a plan."""
        return [row for row in self.runs if row["status"] in (CLOSED, STOPPED)]

    @cached_property
    def others(self) -> list[Row]:
        """The variants with a plan that are held against the reference; prices and draws are told apart."""
        return [row for row in self.with_plan if row["kind"] == VARIANT and row is not self.base]

    # --- measures ------------------------------------------------------------------------

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """The measures that the reference minimised, those that are not zero everywhere."""
        base = self.base
        if base is None:
            return ()
        proved = [name for name in TOLD if base[f"{name}_bound"] is not None]
        return tuple(name for name in proved if any(row[name] for row in (base, *self.others)))

    def standing(self, row: Row, measure: str) -> str:
        """Return how a variant stands against the reference: proved apart or the same, open, unproved."""
        assert self.base is not None
        if row[measure] is None or self.base[measure] is None:
            return "unproved"
        return standing(row, self.base, measure)

    def measure_column(self, measure: str) -> Column:
        """Return a column with values or differences of a measure."""
        kind = Kind.EUROS if MEASURE_UNITS[measure] == "kEUR" else Kind.NUMBER
        return self.words.column(measure, kind)

    # --- the input -----------------------------------------------------------------------

    @cached_property
    def scenario(self) -> Scenario | None:
        """The input that the variants change; two plans have none in common."""
        return None if self.is_two else read_scenario(self._base)[0]

    @property
    def _base(self) -> Path:
        return self.folder.path / "input" / "base"

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Code -> name of a municipality; in the order of the input, of two plans in that of the codes."""
        if self.scenario is not None:
            return {row.code: row.name or row.code for row in self.scenario.rows(Municipality)}
        table = self.table("comparison").select(["municipality_code", "municipality"])
        rows = (
            table.filter(pc.is_valid(table["municipality_code"])).group_by(table.column_names).aggregate([])
        )
        pairs = sorted((row["municipality_code"], row["municipality"]) for row in rows.to_pylist())
        return dict(pairs)

    def plan_name(self, name: str) -> str:
        """Return the name of the folder of one of two plans."""
        return Path(str(self.folder.manifest["plans"][name]["path"])).name


def readable(value: float | None, measure: str) -> float | int | None:
    """Return a value of a measure as a report shows it: euros, percentage points, or as it is."""
    return None if value is None else in_unit(value, MEASURE_UNITS[measure])


def in_unit(value: float, unit: str) -> float | int:
    """Return a value in the unit in which people read it."""
    scaled = value * SCALES.get(unit, 1.0)
    return round(scaled) if unit == "kEUR" else tidy(scaled, SHARE_PLACES if unit == "share" else PLACES)


def on_page(rows: Sequence[object]) -> dict[str, bool]:
    """Return how a page shows a table: at once, when asked, or not."""
    return {"on_page": len(rows) <= AT_MOST, "folded": len(rows) > FOLDED_ROWS}

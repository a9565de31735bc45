"""Re-checks a written plan from its own files, without the model or a solver.

It certifies that the files belong together, that every figure follows from the plan and the resolved
input, and that every hard rule holds. How good the plan is, the bounds say; those are the solver's word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from thuisplan.outputs.verification import derived, derived_lettings, derived_local
from thuisplan.outputs.verification.amounts import Amounts
from thuisplan.outputs.verification.assessment import AssessmentCheck, ProgrammeTables
from thuisplan.outputs.verification.changes import change, check_changes
from thuisplan.outputs.verification.comparison import check_comparison
from thuisplan.outputs.verification.decided import check_amounts, read_amounts, required
from thuisplan.outputs.verification.diagnosis import check_diagnosis
from thuisplan.outputs.verification.folder import check_files, read_manifest
from thuisplan.outputs.verification.judged import Judged, check_hard, check_rules, judge
from thuisplan.outputs.verification.manifest import check_manifest
from thuisplan.outputs.verification.measures import measures
from thuisplan.outputs.verification.original import check_original
from thuisplan.outputs.verification.problems import Problem, Verification, problem
from thuisplan.outputs.verification.resolved import Row, read_settings, read_tables
from thuisplan.outputs.verification.tables import Tables
from thuisplan.outputs.verification.written import ALWAYS, read_written


def verify(folder: Path) -> Verification:
    """Verify a plan folder.

    Parameters
    ----------
    folder
        A folder that ``solve`` wrote, published or about to be.

    Returns
    -------
    Verification
        Everything that was found; whatever the files hold, no error is raised.
    """
    check = _Check(Path(folder))
    check.run()
    return Verification(
        passed=not check.problems,
        problems=tuple(check.problems),
        lines=len(check.judged) + check.lines,
        sums=check.sums,
        measures={name: float(value) for name, value in check.measures.items()},
    )


@dataclass
class _Check:
    folder: Path
    problems: list[Problem] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    measures: Mapping[str, Fraction] = field(default_factory=dict)
    sums: int = 0
    lines: int = 0
    """Lines of the plans of a comparison, which are judged with their own folders."""

    def run(self) -> None:
        manifest: Mapping[str, Any] | None = None
        with self._guarded("files"):
            manifest = read_manifest(self.folder, self.problems)
            if manifest is not None:
                check_files(self.folder, manifest, self.problems)
        if manifest is not None and manifest["kind"] == "diagnosis":
            self.run_diagnosis()
            return
        if manifest is not None and manifest["kind"] == "comparison":
            with self._guarded("files"):
                lines, sums = check_comparison(self.folder, manifest, verify, self.problems)
                self.lines, self.sums = self.lines + lines, self.sums + sums
            return
        assessment = manifest is not None and manifest["kind"] == "assessment"
        # Changed files do not end the check: it goes on to name the rule or sum that no longer fits.
        written = {name: read_written(self.folder, name, self.problems) for name in ALWAYS}
        tables = self._tables(written, ProgrammeTables if assessment else Tables)
        if tables is None:
            return
        if assessment and manifest is not None:
            self.run_assessment(tables, written, manifest)
            return
        self._check_tables(tables, written)
        with self._guarded("rules"):
            self.judged = judge(tables, self.problems)
            check_hard(self.judged, self.problems)
            if written["rules"] is not None:
                check_rules(self.judged, written["rules"], self.problems)
        with self._guarded("measures"):
            self.measures = measures(tables, self.judged) | self._change(tables, manifest)
            if manifest is not None:
                self.sums += check_manifest(tables, self.measures, len(self.judged), manifest, self.problems)
        with self._guarded("original"):
            self.sums += check_original(self.folder, tables, self.problems)

    def _change(self, tables: Tables, manifest: Mapping[str, Any] | None) -> dict[str, Fraction]:
        """Check what changed from an earlier plan, where there is one, and return its measure."""
        there = manifest is not None and manifest.get("reference") is not None
        rows = self._optional("changes", there) or []
        if there:
            with self._guarded("changes"):
                self.sums += check_changes(tables, rows, self.problems)
        return {"change": change(rows)}

    def run_assessment(
        self, tables: Tables, written: Mapping[str, list[Row] | None], manifest: Mapping[str, Any]
    ) -> None:
        """Check a programme that was judged: its rules may be broken, and its tables must say so."""
        with self._guarded("files"):
            check = AssessmentCheck(self.folder, manifest, tables, self.problems)
            with self._guarded("cells"):
                before = len(self.problems)
                self._check_tables(tables, written)
                self.problems[before:] = [one for one in self.problems[before:] if not check.allowed(one)]
            with self._guarded("rules"):
                rules = written["rules"] or []
                self.judged = check.judged(judge(tables, self.problems), rules)
                if written["rules"] is not None:
                    check_rules(self.judged, rules, self.problems)
            self.sums += check.check(self.judged)
        with self._guarded("original"):
            self.sums += check_original(self.folder, tables, self.problems)

    def run_diagnosis(self) -> None:
        """Check an answer that is no plan: the input it is about, and that its tables go together."""
        settings = read_settings(self.folder, self.problems)
        resolved = read_tables(self.folder, self.problems)
        if settings is not None and resolved is not None:
            with self._guarded("original"):
                self.sums += check_original(self.folder, Tables(settings, resolved, {}, {}), self.problems)
        with self._guarded("files"):
            self.sums += check_diagnosis(self.folder, self.problems)

    def _tables(self, written: dict[str, list[Row] | None], kind: type[Tables] = Tables) -> Tables | None:
        """Return the resolved input with the plan, or None if one of them cannot be read.

        The tables that only some plans have are read here as well, into ``written``.
        """
        settings = read_settings(self.folder, self.problems)
        resolved = read_tables(self.folder, self.problems)
        plan, funding = written["plan"], written["funding"]
        if settings is None or resolved is None or plan is None or funding is None:
            return None
        bare = Tables(settings, resolved, {}, {})
        cells = derived.known_cells(bare, "plan.parquet", plan, self.problems)
        payments = derived.known_cells(bare, "funding.parquet", funding, self.problems)
        built = {(row["municipality_code"], row["year"], row["option"]): row["dwellings"] for row in cells}
        paid = {
            (row["pot_id"], row["municipality_code"], row["year"], row["option"]): row["amount_eur"]
            for row in payments
        }
        amounts = Amounts()
        with self._guarded("files"):
            for name, needed in required(bare).items():
                written[name] = self._optional(name, needed)
            amounts = read_amounts(bare, written, self.problems)
        return kind(settings, resolved, built, paid, amounts)

    def _optional(self, name: str, needed: bool) -> list[Row] | None:
        """Read a table that must be there exactly when the input has what it is about."""
        there = (self.folder / f"{name}.parquet").exists()
        if there and not needed:
            self.problems.append(problem("table_unexpected", file=f"{name}.parquet"))
        elif needed and not there:
            self.problems.append(problem("table_missing", file=f"{name}.parquet"))
        return read_written(self.folder, name, self.problems) if there and needed else None

    def _check_tables(self, tables: Tables, written: Mapping[str, list[Row] | None]) -> None:
        with self._guarded("cells"):
            self.sums += derived.check_cells(tables, self.problems)
            self.sums += check_amounts(tables, self.problems)
        known = {
            name: derived.known_cells(tables, "", written[name] or [], []) for name in ("plan", "funding")
        }
        for name, check in (
            ("plan", derived.check_plan),
            ("funding", derived.check_funding),
            ("needs", derived.check_needs),
            ("finance", derived.check_finance),
            ("fair_share", derived.check_fair_share),
            ("stock", derived.check_stock),
            ("assumptions", derived.check_assumptions),
            ("allocations", derived_lettings.check_allocations),
            ("waiting_list", derived_lettings.check_waiting_list),
            ("vacancies", derived_lettings.check_vacancies),
            ("swaps", derived_lettings.check_swaps),
            ("flex", derived_local.check_flex),
            ("neighbourhoods", derived_local.check_neighbourhoods),
            ("settlement", derived_local.check_settlement),
            ("corporations", derived_local.check_corporations),
        ):
            rows = known.get(name, written.get(name))
            if rows is not None:
                with self._guarded(name):
                    self.sums += check(tables, rows, self.problems)

    @contextmanager
    def _guarded(self, check: str) -> Iterator[None]:
        # The files may hold anything. What cannot be checked is a problem of its own, never a crash
        # and never a silent pass; the other checks go on.
        try:
            yield
        except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, OSError) as error:
            reason = f"{type(error).__name__}: {error}"
            self.problems.append(problem("not_checkable", check=check, rule_id=None, reason=reason))

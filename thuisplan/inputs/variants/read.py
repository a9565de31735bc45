"""Reads a file of variants: what is asked of a base, held against that base."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

from thuisplan.inputs.findings import InputError
from thuisplan.inputs.read_change import Change
from thuisplan.inputs.tables import Rule, StageRow
from thuisplan.inputs.variants.asked import read_draws, read_frontier, read_regret
from thuisplan.inputs.variants.base import Base, read_base
from thuisplan.inputs.variants.draws import drawn
from thuisplan.inputs.variants.entry import EVERY
from thuisplan.inputs.variants.file import VariantsFile, found_file, read_file
from thuisplan.inputs.variants.frontier import points
from thuisplan.inputs.variants.named import read_listed, read_named
from thuisplan.inputs.variants.named_rules import can_be_off, says_something, without
from thuisplan.inputs.variants.places import Report, Where
from thuisplan.inputs.variants.tables import Listed, misfits
from thuisplan.inputs.variants.variant import REFERENCE, Draws, Regret, RunSettings, Variant, VariantSet

MOST = 100_000
"""Variants that one file may make; more would not fit in memory, let alone be run."""


def read_variants(path: Path) -> VariantSet:
    """Read a file of variants and hold every named change against the base.

    Every named change is applied to the base once, and checked as an input is; so is each variant of a
    table of changes, but for the checks of the input that it makes. Combinations are not: they are what
    the runs are for.

    Parameters
    ----------
    path
        The file, or a folder with a ``variants.toml``.

    Returns
    -------
    VariantSet
        All variants, the reference first.

    Raises
    ------
    InputError
        If the file, its base or a change is wrong; it holds every finding.
    """
    path = found_file(Path(path))
    file, given, report = read_file(path)
    base: Base | None = None
    language: str | None = None
    if isinstance(given.get("base"), str):
        try:
            base = read_base(path.parent / given["base"])
            language = base.given.settings.language
        except InputError as error:
            # What is wrong with the base is told beside what is wrong with the file.
            report.findings += error.findings
            language = error.language
    found = _Reader(path, file, base, report).variants() if file and base else None
    if found is None or report.findings:
        raise InputError(report.findings, language)
    return found


class _Reader:
    """Makes the variants of a file; what is wrong with it goes to the report."""

    def __init__(self, path: Path, file: VariantsFile, base: Base, report: Report) -> None:
        self.path = path
        self.file = file
        self.base = base
        self.report = report
        self.named: dict[str, tuple[Change, ...]] = {REFERENCE: ()}
        self.made: dict[str, Variant] = {}

    def variants(self) -> VariantSet | None:
        """Return the set of variants; None, and findings, if something is wrong."""
        for name, given in self.file.changes.items():
            where: Where = ("changes", name)
            if name == REFERENCE:
                self.report.at("variants_base_reserved", where, None, name=name)
            else:
                self.named[name] = read_named(self.base, self.path.parent, where, given, self.report)
        if not self._few_enough():
            return None
        for variant, place in self._asked():
            self._add([variant], place)
        reference = self._reference()
        draws, regret = self._beside(reference)
        if self.report.findings:
            return None
        others = tuple(one for one in self.made.values() if one.name != reference.name)
        run = self.file.run
        return VariantSet(
            path=self.path,
            base=self.path.parent / self.file.base,
            language=self.base.given.settings.language,
            settings=RunSettings(run.stages, run.gap, run.time_limit, run.seed),
            reference=reference.name,
            variants=(reference, *others),
            regret=regret,
            draws=draws,
            files=tuple(self.path.parent / name for name in self._files()),
        )

    def _files(self) -> Iterable[str]:
        """Return the names of the files that the file names, each once."""
        given = self.file.changes.values()
        parts = [part for one in given for part in (one if isinstance(one, list) else [one])]
        changes = [part["file"] for part in parts if "file" in part and "table" not in part]
        return dict.fromkeys([*changes, *(csv.file for csv in self.file.csv)])

    def _reference(self) -> Variant:
        name = self.file.reference
        if name == REFERENCE:
            return Variant(REFERENCE)
        if name not in self.made:
            self.report.unknown("variants_unknown_variant", ("reference",), name, [REFERENCE, *self.made])
            return Variant(REFERENCE)
        return self.made[name]

    def _changes(self, name: str, where: Where) -> tuple[Change, ...]:
        """Return the changes of a named change; none, and a finding, if there is no such name."""
        if name not in self.named:
            self.report.unknown("variants_unknown_change", where, name, self.named)
            return ()
        return self.named[name]

    # --- variants ---------------------------------------------------------------------------

    def _few_enough(self) -> bool:
        file = self.file
        count = len(file.variant) + (file.draws.count if file.draws else 0)
        count += sum(math.prod(len(axis) for axis in grid.axes.values()) for grid in file.grid)
        if file.frontier:
            measures = len(file.frontier.measures)
            count += math.factorial(min(measures, 12) - 1) * len(file.frontier.keep) ** (measures - 1)
        if count > MOST:
            self.report.at("variants_too_many", (), None, count=count, limit=MOST)
        return count <= MOST

    def _asked(self) -> Iterator[tuple[Variant, Where]]:
        for place, written in enumerate(self.file.variant):
            where: Where = ("variant", place, "changes")
            parts = [self._changes(name, where) for name in written.changes]
            yield Variant(written.name, _joined(parts)), ("variant", place, "name")
        for place, grid in enumerate(self.file.grid):
            parts_of = {
                axis: [
                    (name, self._changes(name, ("grid", place, "axes", axis)))
                    for name in dict.fromkeys(chosen)
                ]
                for axis, chosen in grid.axes.items()
            }
            for chosen in product(*parts_of.values()):
                labels = tuple(zip(parts_of, (name for name, _ in chosen), strict=True))
                name = f"{grid.name}: {' + '.join(label for _, label in labels)}"
                yield Variant(name, _joined(part for _, part in chosen), labels=labels), ("grid", place)
        for place, csv in enumerate(self.file.csv):
            yield from (
                (variant, ("csv", place)) for variant in self._of_table(csv.file, ("csv", place, "file"))
            )

    def _of_table(self, name: str, where: Where) -> Iterator[Variant]:
        by_variant: dict[str, list[Listed]] = {}
        for one in read_listed(self.base, self.path.parent, name, where, self.report, by_variant=True):
            by_variant.setdefault(one.variant, []).append(one)
        for variant, rows in by_variant.items():
            self.report.findings += misfits(self.base, tuple(rows))
            yield Variant(variant, tuple(row.change for row in rows))

    def _beside(self, reference: Variant) -> tuple[Draws | None, Regret | None]:
        """Add the prices, the frontier and the draws, all of the reference; return what else is asked."""
        file, draws, regret = self.file, None, None
        if file.prices:
            self._add(self._prices(file.prices.rules, reference.changes), ("prices",))
        if file.frontier:
            frontier = read_frontier(file.frontier, file, self.report)
            if frontier is not None:
                stages = self.base.instance.rows(StageRow)
                self._add(points(stages, *frontier, reference.changes), ("frontier",))
        if file.draws:
            draws = read_draws(self.base, file.draws, self.report)
            if draws is not None:
                self._add(drawn(self.base, draws, reference.changes), ("draws",))
        if file.regret:
            known = {REFERENCE, *self.made} if file.reference == REFERENCE else set(self.made)
            regret = read_regret(self.base, file.regret, known, self.report)
        return draws, regret

    def _add(self, variants: Iterable[Variant], where: Where) -> None:
        for variant in variants:
            if variant.name in self.made or variant.name == REFERENCE:
                self.report.at("variants_name_twice", where, None, name=variant.name)
            self.made.setdefault(variant.name, variant)

    def _prices(self, asked: tuple[str, ...], before: tuple[Change, ...]) -> Iterator[Variant]:
        instance = self.base.instance
        every = [rule for rule in instance.rules() if rule.strength != "monitor" and can_be_off(rule)]
        chosen: dict[str, Rule] = {}
        for place, name in enumerate(asked):
            where: Where = ("prices", "rules", place)
            rule = instance.rules_by_id.get(name)
            if name == EVERY:
                chosen |= {one.rule_id: one for one in every if says_something(self.base, one)}
            elif rule is None:
                self.report.unknown("variants_unknown_rule", where, name, instance.rules_by_id)
            elif not can_be_off(rule):
                self.report.at("variants_rule_stays", where, name, rule=name, family=rule.family)
            elif rule.strength == "monitor":
                self.report.at("variants_price_of_followed", where, name, rule=name)
            else:
                chosen[name] = rule
        for name, rule in chosen.items():
            yield Variant(f"without {name}", (*before, without(rule)), "price", (("without", name),))


def _joined(parts: Iterable[tuple[Change, ...]]) -> tuple[Change, ...]:
    return tuple(change for part in parts for change in part)

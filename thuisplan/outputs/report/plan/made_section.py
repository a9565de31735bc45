"""How a plan was made, and why it can be trusted: checks, objectives with their bounds, versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from thuisplan.inputs.labels import MEASURES
from thuisplan.outputs.report.content import Kind, Section, State, Table, Value
from thuisplan.outputs.report.numbers import at_most
from thuisplan.outputs.report.plan_view import PlanView
from thuisplan.outputs.screen_parts import rounded
from thuisplan.outputs.texts import has_text, text, unit_text

SOURCE = "manifest.json"
SECTION = "report_made"
DONE = frozenset({"closed", "at_bound", "common"})
"""How a stage ends that has nothing left to do."""
PARTS = frozenset({"share", "relative"})
"""Units of measures that are a part of something."""
FIGURES = ("value_closed", "value_published", "limit", "bound", "gap_absolute")

Stage = Mapping[str, Any]


def made_section(view: PlanView) -> Section | None:
    """Return how the plan was made and checked.

    Parameters
    ----------
    view
        The plan.
    """
    made = _Made(view)
    tables = (made.stages(), made.facts(), made.measures(), made.files())
    return Section("made", made.words.say("title"), tuple(made.lead()), tables)


class _Made:
    def __init__(self, view: PlanView) -> None:
        self.view = view
        self.words = view.words(SECTION)
        self.manifest = view.manifest

    # --- what is found --------------------------------------------------------------

    def lead(self) -> Iterator[str]:
        """Yield that it was checked, how good it is, and whether it comes out the same again."""
        yield self.words.say("verified", lines=self.manifest["verification"]["requirements"])
        unfinished = [stage for stage in self.manifest["stages"] if stage["stopped"] not in DONE]
        idle = [stage["stage"] for stage in unfinished if stage["stopped"] == "not_run"]
        stopped = [stage for stage in unfinished if stage["stopped"] != "not_run"]
        for stage in stopped:
            why = text(f"stopped.{stage['stopped']}", self.view.language)
            yield self.words.say("stopped", stage=stage["stage"], name=self._name(stage), why=why)
        if idle:
            yield self.words.say("idle", stages=[str(stage) for stage in idle])
        if not unfinished:
            yield self.words.say("finished")
        if len(self.manifest["stages"]) > 1:
            yield self.words.say("in_order")
        for stage in self.manifest["stages"]:
            if stage["stopped"] != "not_run":
                yield self._stage(stage)
        seconds = sum(self.manifest["seconds"].values())
        yield self.words.say("made", version=self.manifest["thuisplan"], seconds=round(seconds))
        yield self.words.say("reproducible" if self.manifest["reproducible"] else "clocked")

    def _stage(self, stage: Stage) -> str:
        """Return what a stage made as small as possible, and how much smaller it could be at most."""
        gap = _gap(stage)
        if gap is None or stage["bound"] is None:
            code = "stage_unknown"
        elif stage["gap_absolute"] <= 0:
            code = "stage_best"
        else:
            code = "stage_points" if stage["unit"] == "share" else "stage"
        shown = self._amount(stage["value_published"], stage["unit"])
        # Rounded up to hundredths of a percent: what may exist is not said to be impossible.
        most = None if gap is None else at_most(gap)
        values = {"number": stage["stage"], "name": self._name(stage), "value": shown}
        return self.words.say(code, gap=most, **values)

    def _amount(self, value: float, unit: str) -> str:
        """Return a value of a measure with its unit, as people read it."""
        if unit == "kEUR":
            return self.words.say("euros", value=round(value * 1000))
        if unit in PARTS:
            return self.words.say(f"of_{unit}", value=value)
        return self.words.say("amount", value=rounded(value), unit=unit_text(unit, self.view.language))

    def _unit(self, unit: str) -> str:
        """Return the unit of a stage in the table, where parts are percentages."""
        told = unit_text(unit, self.view.language)
        return self.words.say("percent_of", unit=told) if unit in PARTS else told

    def _name(self, stage: Stage) -> str:
        return " + ".join(self.view.label(MEASURES, one["measure"]) for one in stage["measures"])

    # --- tables ------------------------------------------------------------------------

    def stages(self) -> Table:
        """Return value, bound and gap of every stage."""
        columns = self.words.columns("stage", kind=Kind.WHOLE) + self.words.columns("objective", "unit")
        columns += self.words.columns(*FIGURES, "gap_pct", kind=Kind.NUMBER)
        columns += self.words.columns("outcome") + self.words.columns("seconds", kind=Kind.NUMBER)
        rows: list[list[Value]] = []
        states = {}
        for stage in self.manifest["stages"]:
            ran = stage["stopped"] != "not_run"
            gap = _gap(stage) if ran else None
            if stage["stopped"] not in DONE:
                states[len(rows)] = State.ATTENTION
            parts = stage["unit"] in PARTS
            values = {name: _times(100 if parts else 1, stage[name]) for name in FIGURES}
            if not ran:
                values |= {"bound": None, "gap_absolute": None}
            rows.append(
                [
                    stage["stage"],
                    self._name(stage),
                    self._unit(stage["unit"]),
                    *values.values(),
                    None if gap is None else float(at_most(gap)),
                    text(f"stopped.{stage['stopped']}", self.view.language),
                    stage["seconds"],
                ]
            )
        notes = [self.words.say("below_bound"), self.words.say("below_given_back")]
        units = dict.fromkeys(stage["unit"] for stage in self.manifest["stages"])
        notes += [
            self.words.say(f"unit_{_word(unit)}")
            for unit in units
            if has_text(f"{SECTION}.unit_{_word(unit)}", self.view.language)
        ]
        return self.words.table("made_stages", columns, rows, SOURCE, states=states, notes=tuple(notes))

    def facts(self) -> Table:
        """Return versions, settings, times and the fingerprint of the input."""
        manifest = self.manifest
        found: dict[str, Any] = {
            "program": manifest["thuisplan"],
            "input_hash": manifest["input_hash"],
            "lines": manifest["verification"]["requirements"],
            "holds": self.words.say("holds_" + _word(manifest["status"]["holds"])),
            "stopped": text(f"stopped.{manifest['status']['stopped']}", self.view.language),
            "reproducible": self._yes(manifest["reproducible"]),
            "seed": manifest["seed"],
            "seconds_build": manifest["seconds"].get("build"),
            "seconds_solve": manifest["seconds"].get("solve"),
            "platform": manifest["platform"],
        }
        rows = [[self.words.say(f"fact_{name}"), self._written(value)] for name, value in found.items()]
        rows += [
            [self.words.say("option", name=name), self._written(value)]
            for name, value in manifest["options"].items()
        ]
        rows += [[self.words.say("library", name=n), str(v)] for n, v in manifest["versions"].items()]
        return self.words.table("made_facts", self.words.columns("what", "value"), rows, SOURCE, folded=True)

    def measures(self) -> Table:
        """Return the value of every measure in the plan, also of those that nothing steered by."""
        columns = self.words.columns("measure", "code") + self.words.columns(
            "value_published", kind=Kind.NUMBER
        )
        rows = [
            [self.view.label(MEASURES, code), code, value]
            for code, value in sorted(self.manifest["measures"].items())
        ]
        return self.words.table("made_measures", columns, rows, SOURCE, on_page=False)

    def files(self) -> Table:
        """Return the fingerprint of every file of the plan."""
        rows = sorted(self.manifest["files"].items())
        notes = (self.words.say("below_files"),)
        return self.words.table(
            "made_files", self.words.columns("file", "sha256"), rows, SOURCE, notes=notes, on_page=False
        )

    def _written(self, value: Any) -> str:
        """Return a setting as text: yes or no, a number, or that nothing was asked."""
        if isinstance(value, bool):
            return self._yes(value)
        if value is None:
            return self.words.say("not_asked")
        return self.words.say("number", value=value) if isinstance(value, int | float) else str(value)

    def _yes(self, value: bool) -> str:
        return self.words.say("yes" if value else "no")


def _word(code: str) -> str:
    """Return a code of the manifest as part of a key of the catalogue."""
    return code.replace(" ", "_").replace("-", "_")


def _gap(stage: Stage) -> float | None:
    """Return how much smaller a stage could be: of a share in points, else as a part of its value."""
    gap: float | None = stage["gap_absolute"] if stage["unit"] == "share" else stage["gap_relative"]
    return gap


def _times(factor: int, value: float | None) -> float | None:
    return None if value is None else factor * value

"""The least regret over scenarios of a batch: searched, and one plan per scenario published and verified."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from thuisplan.commands.batch.base import Base
from thuisplan.inputs.variants.variant import VariantSet
from thuisplan.inputs.write import write_folder
from thuisplan.outputs.plan_folder import FolderError, PlanFolder
from thuisplan.outputs.reference import PLAN

if TYPE_CHECKING:
    from thuisplan.inputs.instance import Instance
    from thuisplan.inputs.scenario import Scenario
    from thuisplan.model.stages import Stage
    from thuisplan.solvers.highs import Interrupt
    from thuisplan.solvers.regretted import OwnRun, Regretted

FOLDER = "regret"
"""Where the plans of the scenarios are, beside the tables."""

RESERVE = 2.0
"""Seconds that are kept per scenario for verifying and writing."""


@dataclass(frozen=True, slots=True)
class RegretRun:
    """A search for the least regret that was carried out.

    Parameters
    ----------
    base
        What the scenarios are changes of.
    found
        What was found.
    folders
        Scenario -> its published plan, verified; none where there are no common decisions.
    """

    base: Instance
    found: Regretted
    folders: Mapping[str, Path]

    @property
    def closed(self) -> bool:
        """Whether the answer stands: nothing was cut short, or it is proved that there are no decisions."""
        return self.found.closed or self.found.ended in ("impossible", "scenario_impossible")


def run_regret(
    variants: VariantSet,
    base: Base,
    out: Path,
    runs: Mapping[str, Path] | None = None,
    interrupt: Interrupt | None = None,
    heard: Callable[[str], None] | None = None,
) -> RegretRun:
    """Search the least regret, publish a plan of every scenario and write the tables.

    Parameters
    ----------
    variants
        What is asked; it must have ``regret``.
    base
        The input that the scenarios change.
    out
        Folder of the comparison: the tables come there, the plans in ``regret/``.
    runs
        Scenario -> its own plan, where there is one: the search starts from it and takes nothing worse for
        the best of the scenario.
    interrupt
        Flag that ends the search; what was found is published.
    heard
        Called at the beginning of each step; see ``solvers.regret``.

    Raises
    ------
    ChangeError, VerificationFailed, FolderError
        As ``Base.variant`` and ``publish``.
    """
    from thuisplan.model.stages import stages
    from thuisplan.outputs.regret_tables import regret_tables, write_regret
    from thuisplan.solvers.regret import regret
    from thuisplan.solvers.staged import Options

    asked, settings = variants.regret, variants.settings
    assert asked is not None
    given = {name: base.variant(variants.named(name).changes) for name in asked.scenarios}
    changed = base.variant(())[1]
    seconds = max(asked.time_limit / 2, asked.time_limit - RESERVE * len(given))
    stage = stages(changed)[0]
    own = {name: known_run(folder, stage) for name, folder in (runs or {}).items() if name in given}
    found = regret(
        changed,
        {name: instance for name, (_, instance) in given.items()},
        asked.common_until,
        Options(seconds=seconds, gap=settings.gap, threads=settings.threads, seed=settings.seed),
        {name: run for name, run in own.items() if run is not None},
        settings.stages == "first",
        interrupt,
        heard,
    )
    names = folder_names(asked.scenarios)
    folders = {
        one.name: _publish(out / FOLDER / names[one.name], given[one.name], found, one.name, variants)
        for one in found.scenarios
        if found.found
    }
    there = {name: f"{FOLDER}/{names[name]}" for name in folders}
    write_regret(out, regret_tables(changed, found, there))
    return RegretRun(changed, found, folders)


def known_run(folder: Path, stage: Stage) -> OwnRun | None:
    """Return what the own run of a scenario found; None where that says nothing of what is regretted.

    Parameters
    ----------
    folder
        A plan of the scenario.
    stage
        What is regretted: the first stage.
    """
    from thuisplan.solvers.regretted import OwnRun

    try:
        manifest = PlanFolder.open(folder).manifest
        rows = pq.read_table(folder / PLAN).to_pylist()
        completed = {(row["municipality_code"], row["year"], row["option"]): row["dwellings"] for row in rows}
        reached = sum(weight * manifest["measures"][name] for name, weight in stage.measures.items())
        first = manifest["stages"][0]
        same = {part["measure"]: part["weight"] for part in first["measures"]} == dict(stage.measures)
    except (FolderError, OSError, pa.ArrowException, KeyError, IndexError):
        return None
    return OwnRun(reached, (first["bound"] or 0.0) if same else 0.0, completed)


def folder_names(scenarios: tuple[str, ...]) -> dict[str, str]:
    """Return scenario -> a name for its folder: its own, in characters that every disk takes.

    Parameters
    ----------
    scenarios
        Their names, each once.
    """
    found: dict[str, str] = {}
    for scenario in scenarios:
        plain = re.sub(r"[^\w-]+", "-", scenario).strip("-") or "scenario"
        # Some disks do not tell capitals apart.
        taken = {name.casefold() for name in found.values()}
        number, name = 1, plain
        while name.casefold() in taken:
            number += 1
            name = f"{plain}-{number}"
        found[scenario] = name
    return found


def _publish(
    out: Path, scenario: tuple[Scenario, Instance], found: Regretted, name: str, variants: VariantSet
) -> Path:
    """Publish the plan of a scenario: its input is that of its variant, so anybody can solve it again."""
    from thuisplan.outputs.publish import publish

    given, instance = scenario
    [one] = [one for one in found.scenarios if one.name == name]
    assert one.solution is not None
    run: dict[str, Any] = {
        "options": {"stages": variants.settings.stages, "gap": variants.settings.gap},
        "seed": variants.settings.seed,
        "seconds": {"solve": round(found.seconds, 2)},
        "regret": {
            "scenario": name,
            "common_until": found.common_until,
            "measures": dict(found.stage.measures),
            "regret": one.at_least,
            "regret_at_most": one.at_most,
        },
    }
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        source = Path(scratch) / "input"
        write_folder(given, source, None)
        return publish(instance, one.solution, source, out, run).path

"""Two plans against each other: opened, verified, compared, and published where that is asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from thuisplan.commands.run import PlanNotVerified
from thuisplan.outputs.comparison.two_plans import TwoPlans, compare_two, write_two
from thuisplan.outputs.plan_folder import FolderError, PlanFolder
from thuisplan.outputs.publish import VerificationFailed
from thuisplan.outputs.verification import verify


@dataclass(frozen=True, slots=True)
class ComparedPlans:
    """Two plans that were compared.

    Parameters
    ----------
    two
        What they differ in.
    folder
        Where that was published; None if it was not asked for.
    """

    two: TwoPlans
    folder: PlanFolder | None


def compare_plans(first: Path, second: Path, out: Path | None = None) -> ComparedPlans:
    """Compare two plans.

    Parameters
    ----------
    first, second
        Folders of plans, of runs of a batch, or of alternatives.
    out
        Where the tables are to come; None for nowhere.

    Raises
    ------
    FolderError
        If one of them is no plan, or the tables cannot be written there.
    PlanNotVerified
        If one of them fails verification.
    """
    for path in (first, second):
        if out is not None:
            PlanFolder.check_target(out, path)
    plans = [_opened(path) for path in (first, second)]
    two = compare_two(*plans)
    folder = (
        None if out is None else PlanFolder.publish(out, lambda target: write_two(two, target), _verified)
    )
    return ComparedPlans(two, folder)


def _opened(path: Path) -> PlanFolder:
    folder = PlanFolder.open(path)
    if folder.manifest["kind"] != "plan":
        raise FolderError("not_a_plan", path=str(folder.path), exists=True)
    found = verify(folder.path)
    if not found.passed:
        raise PlanNotVerified(folder.path, found)
    return folder


def _verified(folder: Path) -> None:
    found = verify(folder)
    if not found.passed:
        raise VerificationFailed(found)

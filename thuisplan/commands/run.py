"""What commands share: the input as it was when they began, the time they have, plans that are not right."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from thuisplan.inputs.read import copy_input

if TYPE_CHECKING:
    from thuisplan.outputs.verification import Verification

RESERVE_SHARE = 0.1
"""What is kept of the time limit at least for verifying and writing."""

SHORTEST = 0.5
"""Seconds that computing gets whatever the limit: with less there is no answer at all."""


class PlanNotVerified(Exception):
    """A published answer that a command was to read is not right; nothing was made of it.

    Parameters
    ----------
    path
        The answer.
    found
        What is not right.
    """

    def __init__(self, path: Path, found: Verification) -> None:
        super().__init__(f"{path}: {len(found.problems)} problems")
        self.path = path
        self.found = found


def copied(path: Path, scratch: Path) -> Path:
    """Copy an input, and return the path of the copy.

    Who edits the input while a command computes changes its next answer, not this one.

    Parameters
    ----------
    path
        Input folder or workbook.
    scratch
        Folder in which the copy comes.
    """
    given = scratch / "input"
    given.mkdir()
    copy_input(path, given)
    return given / path.name if path.is_file() else given


def seconds_left(began: float, limit: float, reserve: float, later: float = 0.0) -> float:
    """Return how long may be computed from now on [seconds].

    Parameters
    ----------
    began
        When the command began, on the monotonic clock [seconds].
    limit
        Wall time of the whole command [seconds].
    reserve
        What verifying and writing get at least [seconds]; a tenth of the limit if that is more.
    later
        What is kept for what is computed after this [seconds].
    """
    kept = max(reserve, RESERVE_SHARE * limit) + later
    return max(SHORTEST, limit - kept - (time.monotonic() - began))

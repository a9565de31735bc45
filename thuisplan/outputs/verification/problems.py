"""What a verification finds: problems as a code and values, and the outcome as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing in a plan folder that is not as it should be.

    Parameters
    ----------
    code
        Key of the sentence in the catalogue.
    values
        What the sentence fills in, such as ``rule_id``, ``file``, ``place``,
        ``period``, ``expected`` and ``found``.
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of a verification.

    Parameters
    ----------
    passed
        Whether nothing was found.
    problems
        Everything that was found, in the order of the checks.
    lines
        How many requirement lines were recomputed.
    sums
        How many other figures were recomputed.
    measures
        Measure -> value, recomputed from the tables; the units are those of the manifest.
    """

    passed: bool
    problems: tuple[Problem, ...]
    lines: int
    sums: int
    measures: Mapping[str, float]


def problem(code: str, **values: Any) -> Problem:
    """Return a problem with the values that are named."""
    return Problem(code, values)

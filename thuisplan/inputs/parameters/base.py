"""What the records of parameters share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from thuisplan.inputs.columns import Described, column, several
from thuisplan.inputs.labels import Label


class Parameters(Described):
    """Parameters of a family; a field is a column of ``rule_parameters``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoParameters(Parameters):
    """For families without parameters."""

    table: ClassVar[str] = "none"
    nl: ClassVar[str] = "geen"
    meaning: ClassVar[Label] = Label("geen parameters", "no parameters")


def options_column() -> tuple[str, ...]:
    """Return a column with the options that count."""
    return column(  # type: ignore[no-any-return]
        "opties", several(), ("opties die tellen, gescheiden door |", "options that count, separated by |")
    )

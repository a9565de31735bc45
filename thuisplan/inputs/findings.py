"""What is wrong with an input: findings with a place, and the error that carries them.

A finding holds a code and values, no sentence: ``outputs.texts`` turns it into
Dutch or English.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How bad a finding is."""

    WRONG = "wrong"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark about the input.

    Parameters
    ----------
    severity
        ``wrong`` stops the work; ``warning`` and ``notice`` do not.
    code
        Key of the sentence in the catalogue.
    values
        What the sentence fills in.
    source
        File or sheet, as the user knows it; None if it concerns the whole input.
    row
        Row number as a spreadsheet shows it (the heading is row 1); None if it
        concerns the whole table.
    column
        Heading as the user wrote it.
    value
        The cell as the user wrote it.
    """

    severity: Severity
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    source: str | None = None
    row: int | None = None
    column: str | None = None
    value: Any = None


class InputError(Exception):
    """The input is wrong; holds all findings.

    Parameters
    ----------
    findings
        Everything found, of every severity, in the order of the input.
    language
        Language that the input asks for, None if that could not be read.
    """

    def __init__(self, findings: Iterable[Finding], language: str | None = None) -> None:
        self.findings = tuple(findings)
        self.language = language
        super().__init__("; ".join(f"{f.source} row {f.row}: {f.code}" for f in self.findings))

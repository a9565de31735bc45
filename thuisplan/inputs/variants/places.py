"""Where things stand in a TOML file, and the findings about them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.raw import nearest

Where = tuple[str | int, ...]
"""Names of tables and keys, and numbers in arrays, that lead to a value."""

_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(#.*)?")
_KEY = re.compile(
    r"""\s*((?:[A-Za-z0-9_\-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_\-]+|"[^"]*"|'[^']*'))*)\s*="""
)


def line_numbers(text: str) -> Mapping[Where, int]:
    """Return the line on which each table and key of a TOML file begins.

    Parameters
    ----------
    text
        A file that can be read. What stands inside an inline table has no line of its own.
    """
    found: dict[Where, int] = {}
    counts: dict[Where, int] = {}
    table: Where = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.fullmatch(line):
            table = _numbered(_names(header[2]), counts)
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, *_names(key[1])), number)
    return found


def _names(dotted: str) -> tuple[str, ...]:
    """Return the parts of a dotted key; of what is none, the text itself."""
    try:
        inner: Any = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return (dotted.strip(),)
    names = []
    while isinstance(inner, dict):
        name, inner = next(iter(inner.items()))
        names.append(name)
    return tuple(names)


def _numbered(names: tuple[str, ...], counts: Mapping[Where, int]) -> Where:
    """Return the names with the number of the last entry of each array that they lead through."""
    table: Where = ()
    for place, name in enumerate(names):
        table = (*table, name)
        if place < len(names) - 1 and table in counts:
            table = (*table, counts[table])
    return table


@dataclass
class Report:
    """Collects what is wrong with a file of variants.

    Parameters
    ----------
    source
        The file, as the user knows it.
    lines
        As ``line_numbers`` returns.
    findings
        Everything found so far.
    """

    source: str
    lines: Mapping[Where, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def at(self, code: str, where: Where, value: Any = None, /, **values: Any) -> None:
        """Add a finding about a value.

        Parameters
        ----------
        code
            Key of the sentence.
        where
            What it is about.
        value
            The value as the user wrote it.
        **values
            What the sentence fills in.
        """
        shown = str(value).lower() if isinstance(value, bool) else value
        self.findings.append(
            Finding(Severity.WRONG, code, values, self.source, self.line(where), dotted(where), shown)
        )

    def unknown(self, code: str, where: Where, name: str, known: Iterable[str], /, **values: Any) -> None:
        """Add a finding about a name that is not there, with the one that looks most like it."""
        names = sorted(set(known))
        shown = tuple(names) if len(names) <= 12 else None
        self.at(code, where, None, name=name, nearest=nearest(name, names), known=shown, **values)

    def again(self, findings: Iterable[Finding], where: Where, beside: Collection[str] = ()) -> None:
        """Add findings about an input that a value of this file brings about, at that value.

        Parameters
        ----------
        findings
            What is wrong with the input.
        where
            What brings it about.
        beside
            Files of changes: what stands there is told there. What has a line in this file keeps it.
        """
        for found in findings:
            if found.source in beside and found.source != self.source:
                self.findings.append(found)
            else:
                row = found.row if found.source == self.source else self.line(where)
                self.findings.append(replace(found, source=self.source, row=row, column=dotted(where)))

    def line(self, where: Where) -> int | None:
        """Return the line of a value, or of the nearest table around it."""
        for length in range(len(where), 0, -1):
            if (line := self.lines.get(where[:length])) is not None:
                return line
        return None


def dotted(where: Where) -> str:
    """Return the way to a value as one name; entries of arrays count from one."""
    result = ""
    for part in where:
        if isinstance(part, int):
            result += f"[{part + 1}]"
        else:
            result += f".{part}" if result else part
    return result

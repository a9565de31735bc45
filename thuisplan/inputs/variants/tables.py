"""Changes in tables: CSV files with the columns of the overrides, and the variant that each row is of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from thuisplan.inputs.columns import TEXT, CellError, Row, choice, column
from thuisplan.inputs.csv_files import read_csv
from thuisplan.inputs.edited_tables import EditedTables
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.labels import OPERATIONS, Label
from thuisplan.inputs.parse import BAD, parse_rows
from thuisplan.inputs.read_change import Change, canonical, change_finding, read_change
from thuisplan.inputs.scenario import Origin
from thuisplan.inputs.tables import Municipality
from thuisplan.inputs.variants.base import Base


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow(Row):
    """A change, and the variant that it is of."""

    table: ClassVar[str] = "variants"
    nl: ClassVar[str] = "varianten"
    ordered: ClassVar[bool] = True
    meaning: ClassVar[Label] = Label("Wijzigingen per variant.", "Changes per variant.")

    variant: str = column(
        "variant",
        TEXT,
        ("naam van de variant", "name of the variant"),
        default="",
        empty=("de wijziging die het bestand noemt", "the change that names the file"),
    )
    table_name: str = column("tabel", TEXT, ("tabel", "table"), alias="table")
    row_key: str = column("rij", TEXT, ("sleutelkolommen van de rij", "key columns of the row"), alias="key")
    column_name: str = column(
        "kolom", TEXT, ("kolom", "column"), alias="column", default="", empty=("de hele rij", "the whole row")
    )
    operation: str = column("bewerking", choice(OPERATIONS), ("bewerking", "operation"))
    value: str = column(
        "waarde", TEXT, ("waarde", "value"), default="", empty=("leeg, of niet nodig", "empty, or not needed")
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A change in a file.

    Parameters
    ----------
    variant
        The variant that it is of; empty if the file has no such column.
    change, origin
        The change, and where it stands.
    """

    variant: str
    change: Change
    origin: Origin


def read_changes(
    base: Base, path: Path, source: str, findings: list[Finding], by_variant: bool
) -> tuple[Listed, ...]:
    """Read a file of changes; what is wrong with it is added to ``findings``.

    Parameters
    ----------
    base
        The base that they change.
    path, source
        The file, and how the user calls it.
    findings
        What is wrong with the file.
    by_variant
        Whether each row names its variant.
    """
    raw = read_csv(path, source, ChangeRow.table, findings)
    rows, headings = parse_rows(ChangeRow, raw, findings)
    result = []
    for number, values in rows:
        if any(value is BAD for value in values.values()):
            continue
        row = ChangeRow(**values)
        if by_variant and not row.variant:
            heading = headings.get("variant")
            findings.append(Finding(Severity.WRONG, "variants_row_without_name", {}, source, number, heading))
            continue
        change = Change(row.table_name, row.row_key, row.column_name, row.operation, row.value)
        origin = Origin(source, number, headings)
        result.append(Listed(row.variant, canonical(change, base.instance.rows(Municipality)), origin))
    if raw.headings and not rows:
        findings.append(Finding(Severity.WRONG, "variants_no_rows", {}, source))
    return tuple(result)


def misfits(base: Base, listed: tuple[Listed, ...]) -> list[Finding]:
    """Return what is wrong with the names, keys and values of the changes of one variant.

    The input that they make is not checked: of thousands of variants that would take minutes.
    """
    language = base.given.settings.language
    edited = EditedTables(base.instance)
    found = []
    for one in listed:
        try:
            edited.apply(read_change(one.change, base.instance.rows(Municipality)), None)
        except CellError as error:
            found.append(change_finding(one.change, error, one.origin, language))
    return found

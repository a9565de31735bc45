"""The plain tables of a plan as a workbook."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import xlsxwriter

# A fixed date, so that equal plans give equal workbooks.
_CREATED = datetime.datetime(2000, 1, 1)


def write_workbook(tables: Mapping[str, pa.Table], path: Path) -> None:
    """Write tables as sheets: numbers as numbers, texts as texts, never as formulas.

    Parameters
    ----------
    tables
        Name of the sheet -> table.
    path
        The ``.xlsx`` file to write.
    """
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": _CREATED})
        heading = book.add_format({"bold": True, "bottom": 1})
        for name, table in tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            if table.num_columns:
                sheet.autofilter(0, 0, max(1, table.num_rows), table.num_columns - 1)
            for position, column in enumerate(table.column_names):
                sheet.write_string(0, position, column, heading)
                sheet.set_column(position, position, max(10, min(30, len(column) + 4)))
            for number, row in enumerate(table.to_pylist(), start=1):
                for position, value in enumerate(row.values()):
                    if isinstance(value, bool):
                        sheet.write_boolean(number, position, value)
                    elif isinstance(value, int | float):
                        sheet.write_number(number, position, value)
                    elif value is not None:
                        sheet.write_string(number, position, str(value))

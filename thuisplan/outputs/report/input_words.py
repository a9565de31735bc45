"""Tables and columns of the input as people know them."""

from __future__ import annotations

from thuisplan.inputs.describe import table_name
from thuisplan.inputs.tables import TABLES


def table_words(code: str, language: str) -> str:
    """Return the name of a table as its file has it; what is no table of the input is its own name."""
    return table_name(TABLES[code], language) if code in TABLES else code


def column_name(table: str, column: str, language: str) -> str:
    """Return the name of a column as its file has it; what is no column of the input is its own name."""
    columns = TABLES[table].columns() if table in TABLES else ()
    return next((one.heading(language) for one in columns if one.name == column), column)


def column_words(table: str, column: str, language: str) -> str:
    """Return what a column is called in a sentence."""
    return column_name(table, column, language).replace("_", " ")

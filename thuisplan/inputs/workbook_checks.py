"""What the input workbook offers and asks in a cell: lists to choose from, ranges, and a word of explanation.

Excel only warns: what it does not know may be right, such as a code in another language, ``2/3`` as a share
or a row that is yet to be added to another sheet. Reading the workbook has the last word.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from thuisplan.inputs.columns import EXACT, WHOLE, YEAR, Column, Row, several, write_exact
from thuisplan.inputs.describe import table_name, unit_text
from thuisplan.inputs.families import FAMILIES
from thuisplan.inputs.labels import Vocabulary
from thuisplan.inputs.tables import TABLES
from thuisplan.inputs.workbook_style import SHEETS, Style, protect

LONGEST_PROMPT = 255
LONGEST_PROMPT_TITLE = 32
"""Characters of an input message and its title; Excel's limits."""

_NAMED_LISTS = {
    ("rule_parameters", "parameter"): "parameters",
    ("overrides", "table_name"): "tables",
}
"""Columns of free text that name something of Thuisplan itself -> the list of those names."""


class Checks:
    """Puts lists, ranges and messages in the cells of a workbook.

    Parameters
    ----------
    style
        The formats of the workbook.
    language
        Language of labels; None for codes.
    written
        Tables that have a sheet.
    """

    def __init__(self, style: Style, language: str | None, written: Collection[str]) -> None:
        self.style = style
        self.language = language
        self.written = written
        self.lists: dict[str, tuple[str, ...]] = {}
        self.titles: dict[str, str] = {}

    def add(self, sheet: Any, row_type: type[Row], place: int, last: int) -> None:
        """Put the check of a column in its cells.

        Parameters
        ----------
        sheet
            The worksheet.
        row_type, place
            The table, and which of its columns.
        last
            Last row that gets it, counted from 0.
        """
        column = row_type.columns()[place]
        options = {"validate": "any", **self._rule(row_type, column, place), **self._message(column)}
        sheet.data_validation(1, place, last, place, options)

    def _rule(self, row_type: type[Row], column: Column, place: int) -> Mapping[str, Any]:
        words = self.style.words
        source, open_ = self._list(row_type, column)
        if source:
            warning = {"error_type": "warning", "error_title": words["warning_title"]}
            shown = {"show_error": not open_, "error_message": words["not_in_list"]}
            return {"validate": "list", "source": source, **warning, **shown}
        if column.kind in (WHOLE, YEAR, EXACT):
            return {
                "validate": "custom",
                "value": in_range(column, f"{xl_col_to_name(place)}2"),
                "error_type": "warning",
                "error_title": words["warning_title"],
                "error_message": words["not_in_range"].format(limits=self._limits(column)),
            }
        return {}

    def _list(self, row_type: type[Row], column: Column) -> tuple[str, bool]:
        """Return the range of a column's choices (empty if it has none), and whether others are as good."""
        vocabulary = column.kind.vocabulary
        named = _NAMED_LISTS.get((row_type.table, column.name))
        if vocabulary is not None:
            takes_more = column.kind is several(vocabulary)
            return self._named(
                vocabulary.name, column, self._labels(vocabulary)
            ), vocabulary.open or takes_more
        if named is not None:
            return self._named(named, column, self._names(named)), False
        if column.refers is None:
            return "", False
        table, _, name = column.refers.partition(".")
        if table not in self.written:
            return "", False
        names = [one.name for one in TABLES[table].columns()]
        sheet, letter = table_name(TABLES[table], self.language), xl_col_to_name(names.index(name))
        # Counted from the heading, which cannot be deleted, and as long as there are codes: a list with
        # empty lines opens at the first of them.
        start, whole = f"'{sheet}'!${letter}$1", f"'{sheet}'!${letter}:${letter}"
        # A rule of a ready set has no row of its own.
        return f"=OFFSET({start},1,0,MAX(1,COUNTA({whole})-1),1)", table == "rules"

    def _labels(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        language = self.language
        return tuple(label.text(language) if language else code for code, label in vocabulary.labels.items())

    def _names(self, named: str) -> tuple[str, ...]:
        if named == "tables":
            return tuple(table_name(row_type, self.language) for row_type in TABLES.values())
        columns = (column for family in FAMILIES.values() for column in family.parameters.columns())
        return tuple(sorted({column.heading(self.language) for column in columns}))

    def _named(self, name: str, column: Column, choices: tuple[str, ...]) -> str:
        """Return the range of a list on the sheet of choices."""
        self.titles.setdefault(name, column.heading(self.language))
        self.lists.setdefault(name, choices)
        letter = xl_col_to_name(list(self.lists).index(name))
        sheet = SHEETS[self.style.language]["choices"]
        return f"='{sheet}'!${letter}$2:${letter}${len(choices) + 1}"

    def _limits(self, column: Column) -> str:
        ends = {
            name: write_exact(value, self.style.language)
            for name, value in (("minimum", column.minimum), ("maximum", column.maximum))
            if value is not None
        }
        how = {(True, True): "between", (True, False): "from", (False, True): "to"}.get(
            ("minimum" in ends, "maximum" in ends)
        )
        return self.style.words[how].format(**ends) if how else ""

    def _message(self, column: Column) -> Mapping[str, str]:
        language = self.style.language
        parts = [
            column.meaning.text(language),
            f"[{unit_text(column, language)}]" if column.unit else "",
            self.style.words["several"] if column.kind.name.endswith("|") else "",
        ]
        text = " ".join(part for part in parts if part)
        title = column.heading(self.language)
        return {
            "input_title": title if len(title) <= LONGEST_PROMPT_TITLE else f"{title[:29]}...",
            "input_message": text if len(text) <= LONGEST_PROMPT else f"{text[: LONGEST_PROMPT - 3]}...",
        }

    def write_lists(self) -> None:
        """Write the sheet of choices: a list per column, as the cells refer to them."""
        sheet = self.style.book.add_worksheet(SHEETS[self.style.language]["choices"])
        for place, (name, choices) in enumerate(self.lists.items()):
            sheet.write_string(0, place, self.titles[name], self.style.legend("optional"))
            for line, choice in enumerate(choices, start=1):
                sheet.write_string(line, place, choice)
            sheet.set_column(place, place, max(len(text) for text in (self.titles[name], *choices)) + 2)
        sheet.freeze_panes(1, 0)
        protect(sheet)


def in_range(column: Column, cell: str) -> str:
    """Return the formula that is true for a number in range; a fraction such as 2/3 is not worked out.

    Parameters
    ----------
    column
        A column with numbers.
    cell
        The first cell that the formula is for, such as ``D2``.
    """
    value = f"{cell}+0"
    if column.kind is EXACT:
        # Decimal comma or point, whatever the language of Excel; NUMBERVALUE knows the percent sign.
        value = f'_xlfn.NUMBERVALUE(SUBSTITUTE({cell}&"",".",","),",","\'")'
    low, high = column.minimum, column.maximum
    if low is not None and high is not None:
        middle, half = float(low + high) / 2, float(high - low) / 2
        test = f"ABS({value}-{middle:.15g})<={half:.15g}"
    elif low is not None:
        test = f"{value}>={float(low):.15g}"
    else:
        test = f"ISNUMBER({value})"
    if column.kind is EXACT:
        return f'=IFERROR(IF(ISNUMBER(FIND("/",{cell})),TRUE,{test}),FALSE)'
    return f"=IFERROR(AND(MOD({value},1)=0,{test}),FALSE)"

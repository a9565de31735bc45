"""What the input workbook looks like: its words, colours, formats and protection."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from thuisplan.inputs.columns import CODE, EXACT, MUNICIPALITY, TEXT, Column, Kind
from thuisplan.inputs.describe import unit_text

SHEETS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "nl": {"explanation": "toelichting", "choices": "keuzelijsten"},
        "en": {"explanation": "explanation", "choices": "choices"},
    }
)
"""Sheets that reading leaves alone: how to fill in the workbook, and the lists to choose from."""

WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "nl": {
            "title": "Zo vult u deze werkmap in",
            "look_at": "Over deze invoer",
            "colours": "Kleuren van de kolomkoppen",
            "key": "kolom die een rij aanwijst: twee rijen hebben er nooit dezelfde waarden; * is verplicht",
            "required": "verplicht: elke rij heeft hier een waarde",
            "optional": "mag leeg blijven; wat leeg betekent staat bij de kop en hieronder",
            "sheets": "De tabbladen",
            "filled": "{rows} rijen",
            "no_rows": "nog leeg",
            "hidden": "verborgen",
            "step_1": "1. Begin op het tabblad scenario: naam en planperiode. Vul daarna de tabbladen met "
            "tabellen; wat er al staat is een voorbeeld dat u vervangt of verwijdert.",
            "step_2": "2. Vul rijen onder de gekleurde kop in. De eenheid staat bij de kop; wijs de kop "
            "aan voor de uitleg, of klik op een cel. Een pijltje naast een cel is een keuzelijst.",
            "step_3": "3. Getallen: 1250 of 12,5. Aandelen: 0,3 of 30 % of 2/3. Een code zoals 0200 of "
            "GM0200 blijft staan zoals u hem typt.",
            "step_4": "4. Tabellen die u (nog) niet nodig hebt zijn verborgen. Tonen: klik met de "
            "rechtermuisknop op een tabblad en kies Zichtbaar maken (LibreOffice: Blad tonen).",
            "step_5": "5. De koppen zijn beveiligd, zonder wachtwoord; rijen toevoegen, verwijderen, "
            "sorteren en filteren kan wel. Opheffen: Controleren > Beveiliging blad opheffen (LibreOffice: "
            "Extra > Blad beveiligen). Laat namen van tabbladen en koppen zoals ze zijn.",
            "step_6": "6. Bewaar als .xlsx en controleer met `thuisplan validate`: dat noemt van elke fout "
            "het tabblad, de rij en de kolom.",
            "warning_title": "Klopt dit?",
            "not_in_list": "Dit staat niet in de lijst. Een code uit de uitleg mag ook; anders meldt "
            "`thuisplan validate` het.",
            "not_in_range": "Hier hoort een getal{limits}. Een aandeel mag ook als 30 % of 2/3.",
            "from": " van ten minste {minimum}", "to": " van ten hoogste {maximum}",
            "between": " van {minimum} tot en met {maximum}",
            "several": "Meer dan een? Zet er | tussen.",
            "parameters": "parameter", "tables": "tabel",
            "default": "standaard",
        },
        "en": {
            "title": "How to fill in this workbook",
            "look_at": "About this input",
            "colours": "Colours of the headings",
            "key": "column that points out a row: no two rows have the same values here; * is required",
            "required": "required: every row has a value here",
            "optional": "may stay empty; what empty means is told at the heading and below",
            "sheets": "The sheets",
            "filled": "{rows} rows",
            "no_rows": "still empty",
            "hidden": "hidden",
            "step_1": "1. Begin on the sheet scenario: name and horizon. Then fill the sheets with tables; "
            "what is there already is an example that you replace or delete.",
            "step_2": "2. Fill rows below the coloured heading. The unit is in the heading; point at the "
            "heading for the explanation, or click a cell. An arrow beside a cell is a list to choose from.",
            "step_3": "3. Numbers: 1250 or 12.5. Shares: 0.3 or 30 % or 2/3. A code such as 0200 or GM0200 "
            "stays as you type it.",
            "step_4": "4. Tables that you do not need (yet) are hidden. To show one: right-click a sheet "
            "tab and choose Unhide (LibreOffice: Show Sheet).",
            "step_5": "5. The headings are protected, without a password; adding, deleting, sorting and "
            "filtering rows is possible. To lift it: Review > Unprotect Sheet (LibreOffice: Tools > "
            "Protect Sheet). Leave the names of sheets and headings as they are.",
            "step_6": "6. Save as .xlsx and check with `thuisplan validate`: it names sheet, row and "
            "column of every error.",
            "warning_title": "Is this right?",
            "not_in_list": "This is not in the list. A code from the explanation is fine too; otherwise "
            "`thuisplan validate` tells you.",
            "not_in_range": "A number belongs here{limits}. A share may also be 30 % or 2/3.",
            "from": " of at least {minimum}", "to": " of at most {maximum}",
            "between": " from {minimum} to {maximum}",
            "several": "More than one? Put | between them.",
            "parameters": "parameter", "tables": "table",
            "default": "default",
        },
    }
)  # fmt: skip

COLOURS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "key": {"bg_color": "#1F4E78", "font_color": "#FFFFFF"},
        "required": {"bg_color": "#FFD966", "font_color": "#000000"},
        "optional": {"bg_color": "#E7E6E6", "font_color": "#000000"},
    }
)
"""Colours of a heading. They tell light from dark too, and a star says the same as the colour."""

# What a user may do on a protected sheet: everything but change locked cells and columns.
_ALLOWED = {
    name: True
    for name in (
        "format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "insert_hyperlinks",
        "sort", "autofilter",
    )
}  # fmt: skip


def role(column: Column) -> str:
    """Return which colour the heading of a column has."""
    if column.key:
        return "key"
    return "required" if column.required else "optional"


class Style:
    """The formats of one workbook, each made once.

    Parameters
    ----------
    book
        The ``xlsxwriter.Workbook``.
    language
        ``"nl"`` or ``"en"``.
    """

    def __init__(self, book: Any, language: str) -> None:
        self.book = book
        self.words = WORDS[language]
        self.language = language
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **properties: Any) -> Any:
        """Return the format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format(properties)
        return self._made[key]

    def heading(self, column: Column) -> Any:
        """Return the format of the heading of a column: its colour, and its unit behind the text.

        The unit is part of the number format, so that it is seen and the cell holds the heading alone:
        reading finds columns by it.
        """
        unit = _unit_beside(column, self.language)
        shown = f"{' *' if column.required else ''}{f' ({unit})' if unit else ''}"
        return self.legend(role(column), num_format=f'@"{shown}"' if shown else "@")

    def legend(self, name: str, **more: Any) -> Any:
        """Return the format of a heading of this role."""
        return self.format(bold=True, text_wrap=True, valign="top", border=1, **COLOURS[name], **more)

    def cell(self, column: Column) -> Any:
        """Return the format of the cells below a heading: free to fill in.

        Texts, codes and shares are text cells: Excel then leaves ``0200``, ``2-3``, ``1/2`` and ``30 %`` as
        they are typed. Whole numbers stay general: a date typed by mistake then shows as a date, and is told.
        """
        if column.kind is EXACT:
            return self.format(locked=False, num_format="@", align="right", indent=1)
        if is_text(column.kind):
            return self.format(locked=False, num_format="@")
        return self.format(locked=False, **({"num_format": "#,##0"} if "EUR" in column.unit else {}))


def _unit_beside(column: Column, language: str) -> str:
    """Return the unit that a heading shows: none where the heading says it, as ``year`` does."""
    unit = unit_text(column, language)
    return "" if unit in column.heading(language) else unit


def is_text(kind: Kind) -> bool:
    """Whether cells of this kind hold words, so that Excel must not take them for something else."""
    return kind in (TEXT, CODE, MUNICIPALITY) or kind.vocabulary is not None or "|" in kind.name


def protect(sheet: Any) -> None:
    """Lock the structure of a sheet, without a password."""
    sheet.protect("", _ALLOWED)


def width(column: Column, language: str | None, shown: Sequence[str]) -> float:
    """Return how wide a column must be for its heading, its unit and what stands in it.

    Parameters
    ----------
    column
        The column.
    language
        Of the heading; None for the canonical one.
    shown
        The cells as text.
    """
    # The arrow of the filter covers some three letters of the heading.
    words = f"{_unit_beside(column, language or 'en')})".split()
    wanted = max(len(column.heading(language)) + 5, *(len(word) + 3 for word in words), 12)
    return float(min(max(wanted, *(len(text) + 2 for text in shown), 0), 48)) if shown else float(wanted)


def row_height(texts: Sequence[str], widths: Sequence[float]) -> float:
    """Return the height of a row that shows texts over several lines; LibreOffice does not find it itself.

    Parameters
    ----------
    texts, widths
        The cells, and how wide their columns are [characters].
    """
    lines = [math.ceil(len(text) / wide) for text, wide in zip(texts, widths, strict=False)]
    return 15.0 * max(1, *lines)


def note_size(text: str) -> dict[str, Any]:
    """Return the size of a note that shows all of ``text`` [pixels]."""
    lines = sum(math.ceil(max(len(line), 1) / 52) for line in text.splitlines())
    return {"width": 360, "height": 18 * lines + 16, "author": "Thuisplan", "font_size": 9}

"""Describes tables, columns and settings in words, from the records that reading uses."""

from __future__ import annotations

import typing
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from thuisplan.inputs.columns import Column, Row
from thuisplan.inputs.default_sources import empty_text
from thuisplan.inputs.families import FAMILIES
from thuisplan.inputs.labels import FAMILY_LABELS, PURPOSES, STRENGTHS, Label
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import TABLES

UNITS_NL: Mapping[str, str] = MappingProxyType(
    {
        "": "",
        "year": "jaar",
        "years": "jaren",
        "measure": "eenheid van de maat",
        "weight": "gewicht",
        "index": "indexcijfer",
        "persons": "personen",
        "persons/household": "personen per huishouden",
        "places": "plaatsen",
        "places/year": "plaatsen per jaar",
        "share/year": "aandeel per jaar",
        "dwellings/dwelling": "woningen per woning",
        "hours/year": "uren per jaar",
        "figure": "eenheid van het cijfer",
        "score": "score",
        "share": "aandeel",
        "dwellings": "woningen",
        "dwellings/year": "woningen per jaar",
        "pitches": "standplaatsen",
        "municipalities": "gemeenten",
        "households": "huishoudens",
        "households/year": "huishoudens per jaar",
        "inhabitants": "inwoners",
        "EUR/dwelling": "euro per woning",
        "EUR/year": "euro per jaar",
        "unit of the line": "eenheid van de toets",
    }
)
SETTINGS_NL: Mapping[str, str] = MappingProxyType(
    {
        "format": "Versie van het invoerformaat.",
        "name": "Naam van het scenario.",
        "language": "Taal van meldingen en rapporten: nl of en.",
        "first_year": "Eerste jaar van de planperiode.",
        "last_year": "Laatste jaar van de planperiode.",
        "first_open_year": "Eerste jaar waarin nog te plannen is; eerdere jaren zijn gerealiseerd.",
        "rule_sets": "Kant-en-klare verzamelingen regels om mee te beginnen.",
        "need_level": "Welke raming van de behoeften telt: low, central of high.",
        "national_social_share": "Landelijk gemiddeld aandeel sociale huur; bepaalt of een gemeente "
        "onder (30 % sociaal) of boven (40 % midden) het gemiddelde ligt.",
        "national_social_share_year": "Peiljaar van dat gemiddelde.",
        "price_year": "Prijspeil van het plan: kosten en budgetten van een ander prijspeil worden omgerekend "
        "met de tabel prijsindex; zonder deze instelling wordt niets omgerekend.",
        "permit_holders_inside": "Of de vergunninghouders in de opgave voor urgenten zitten (true) of "
        "erbovenop komen (false).",
        "housed_today_includes_permit_holders": "Of de toewijzingen aan urgenten nu ook die aan "
        "vergunninghouders bevatten.",
        "permit_holder_priority": "Of vergunninghouders voorrang mogen krijgen bij vrijkomende woningen; "
        "zonder voorrang blijft hun taakstelling en komt zij bij de bouw.",
        "at_average": "Aan welke kant een gemeente precies op het gemiddelde ligt: below of above.",
    }
)

WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "nl": {
            "title": "Invoer van Thuisplan",
            "intro": "Instellingen staan in `scenario.toml`, elke tabel in een CSV-bestand "
            "met de naam hieronder.",
            "numbers": "Schrijf getallen als 1250 of 12,5, aandelen als 0,3 of 30 % of 2/3. Excel maakt "
            "van 2/3 een datum, tenzij er een apostrof voor staat: '2/3.",
            "add": "Voeg een tabel die er nog niet is toe als bestand (in een werkmap: als tabblad) met haar "
            "naam en de kolommen die hieronder staan; wat niet nodig is, blijft weg.",
            "contents": "Alle tabellen", "here": "in deze invoer", "for": "waarvoor",
            "rule_kinds": "Soorten regels en hun parameters",
            "table": "tabel", "column": "kolom", "required": "verplicht", "unit": "eenheid",
            "meaning": "betekenis", "empty": "leeg betekent", "choices": "keuzes",
            "setting": "instelling", "value": "waarde", "yes": "ja", "no": "nee",
            "mandatory": "verplicht", "optional": "mag ontbreken", "own": "of een eigen code",
            "family": "soort regel", "automatic": "geldt vanzelf",
            "named": "geldt als de tabel regels haar noemt",
            "unless": "Tenzij anders gezegd: {strength}, per {level}. Parameters staan in regelparameters.",
        },
        "en": {
            "title": "Input of Thuisplan",
            "intro": "Settings are in `scenario.toml`, each table in a CSV file with the name below.",
            "numbers": "Write numbers as 1250 or 12.5, shares as 0.3 or 30 % or 2/3. Excel turns 2/3 "
            "into a date unless an apostrophe stands before it: '2/3.",
            "add": "Add a table that is not there yet as a file (in a workbook: as a sheet) with its name "
            "and the columns below; what is not needed stays away.",
            "contents": "All tables", "here": "in this input", "for": "what for",
            "rule_kinds": "Kinds of rules and their parameters",
            "table": "table", "column": "column", "required": "required", "unit": "unit",
            "meaning": "meaning", "empty": "empty means", "choices": "choices",
            "setting": "setting", "value": "value", "yes": "yes", "no": "no",
            "mandatory": "required", "optional": "optional", "own": "or a code of your own",
            "family": "kind of rule", "automatic": "holds by itself",
            "named": "holds if the table rules names it",
            "unless": "Unless said otherwise: {strength}, per {level}. Parameters go into rule_parameters.",
        },
    }
)  # fmt: skip
"""The fixed words of templates, per language."""


ORDINARY = frozenset(
    {"memberships", "capacity", "plans", "commitments", "pots", "budgets", "rules", "rule_parameters"}
)
"""Tables beside the required ones that nearly everybody fills: a template has them, with rows or without."""

CHAPTERS: Mapping[str, Label] = MappingProxyType(
    {
        "municipalities": Label("Gemeenten en regio's", "Municipalities and regions"),
        "options": Label("Wat er gebouwd kan worden", "What can be built"),
        "needs": Label("Wie een woning nodig heeft", "Who needs a home"),
        "turnover": Label(
            "Toewijzing, taakstelling en tijdelijke woningen",
            "Lettings, the task for permit holders and temporary dwellings",
        ),
        "neighbourhoods": Label(
            "Wijken, zorg, corporaties en vereffening", "Neighbourhoods, care, corporations and settlement"
        ),
        "pots": Label("Geld", "Money"),
        "keys": Label("Verdeelsleutels", "Distribution keys"),
        "rules": Label("Afspraken", "Agreements"),
        "stages": Label("Doelen en aannames", "Objectives and assumptions"),
    }
)
"""First table of a chapter of the description -> its title; tables follow the order of ``TABLES``."""


def in_template(row_type: type[Row], rows: tuple[Row, ...], language: str | None) -> bool:
    """Whether a table is written: with rows, if it is required, and for people if it is an ordinary one."""
    ordinary = language is not None and row_type.table in ORDINARY
    return bool(rows) or row_type.required_table or ordinary


def table_name(row_type: type[Row], language: str | None) -> str:
    """Return the name of a table in ``language`` (None: the canonical name)."""
    return row_type.nl if language == "nl" else row_type.table


def setting_meaning(name: str, language: str) -> str:
    """Return what a setting means."""
    return SETTINGS_NL[name] if language == "nl" else str(Settings.model_fields[name].description)


def setting_mark(name: str, language: str) -> str:
    """Return whether a setting is required, in words."""
    return WORDS[language]["mandatory" if Settings.model_fields[name].is_required() else "optional"]


def setting_is_list(name: str) -> bool:
    """Whether a setting holds several values."""
    return typing.get_origin(Settings.model_fields[name].annotation) is tuple


def unit_text(column: Column, language: str) -> str:
    """Return the unit of a column in words."""
    return UNITS_NL[column.unit] if language == "nl" else column.unit


def choices_text(column: Column, language: str) -> str:
    """Return what may be chosen in a column, or nothing if it is free."""
    vocabulary = column.kind.vocabulary
    if vocabulary is None:
        return ""
    labels = [label.text(language) for label in vocabulary.labels.values()]
    return ", ".join([*labels, WORDS[language]["own"]] if vocabulary.open else labels)


def column_lines(owner: str, column: Column, language: str) -> tuple[str, ...]:
    """Return the sentences of the note at a heading of a table: meaning, unit, choices, what empty means."""
    words = WORDS[language]
    parts = [
        column.meaning.text(language),
        f"{words['unit']}: {unit_text(column, language)}" if column.unit else "",
        f"{words['choices']}: {choices_text(column, language)}" if column.kind.vocabulary else "",
        words["mandatory"] if column.required else "",
        f"{words['empty']}: {empty_text(owner, column, language)}" if column.empty else "",
    ]
    return tuple(part for part in parts if part)


def column_cells(owner: str, column: Column, language: str) -> tuple[str, ...]:
    """Return one row of the description: heading, required, unit, meaning, empty, choices."""
    words = WORDS[language]
    return (
        column.heading(language),
        words["yes" if column.required else "no"],
        unit_text(column, language),
        column.meaning.text(language),
        empty_text(owner, column, language),
        choices_text(column, language),
    )


def description_headings(language: str) -> tuple[str, ...]:
    """Return the headings that go with ``column_cells``."""
    words = WORDS[language]
    return tuple(words[key] for key in ("column", "required", "unit", "meaning", "empty", "choices"))


@dataclass(frozen=True, slots=True)
class Section:
    """The description of a table, or of the parameters of a kind of rule.

    Parameters
    ----------
    chapter
        Title of the chapter it stands in.
    title, mark, meaning
        Name, a word or two beside it, and what it is.
    owner
        Name of the table or of the kind of rule.
    columns
        The columns or parameters.
    """

    chapter: str
    title: str
    mark: str
    meaning: str
    owner: str
    columns: tuple[Column, ...]


def sections(language: str) -> Iterator[Section]:
    """Yield the description of every table, then of every kind of rule."""
    words = WORDS[language]
    chapter = ""
    for row_type in TABLES.values():
        chapter = CHAPTERS[row_type.table].text(language) if row_type.table in CHAPTERS else chapter
        yield Section(
            chapter,
            f"{words['table']} {table_name(row_type, language)}",
            words["mandatory" if row_type.required_table else "optional"],
            row_type.meaning.text(language),
            row_type.table,
            row_type.columns(),
        )
    for name, family in FAMILIES.items():
        strength = STRENGTHS.text(family.strength, language)
        level = PURPOSES.text(family.purpose, language)
        yield Section(
            words["rule_kinds"],
            f"{words['family']} {FAMILY_LABELS.text(name, language)}",
            words["automatic"] if family.automatic else words["named"],
            words["unless"].format(strength=strength, level=level),
            name,
            family.parameters.columns(),
        )


def readme(language: str, introduction: str | None = None, written: Collection[str] = ()) -> str:
    """Return the description of an input folder in Markdown: a list of all tables, then each of them.

    Parameters
    ----------
    language
        ``"nl"`` or ``"en"``.
    introduction
        What it starts with.
    written
        Tables that are in the folder.
    """
    words = WORDS[language]
    lines = [f"# {words['title']}", "", words["intro"], "", words["numbers"], "", words["add"]]
    if introduction is not None:
        lines[2:2] = [introduction, ""]
    lines += ["", f"## {words['contents']}", "", *_contents(language, written)]
    chapter = ""
    for section in sections(language):
        if section.chapter != chapter:
            chapter = section.chapter
            lines += ["", f"## {chapter}"]
        lines += ["", f"### {section.title} ({section.mark})", "", section.meaning]
        if section.columns:
            lines += ["", _markdown_row(description_headings(language)), "|---|---|---|---|---|---|"]
            lines += [
                _markdown_row(column_cells(section.owner, column, language)) for column in section.columns
            ]
    return "\n".join([*lines, ""])


def _contents(language: str, written: Collection[str]) -> Iterator[str]:
    """Yield a line per table: its name, whether it is here, and the first sentence of its meaning."""
    words = WORDS[language]
    yield _markdown_row((words["table"], words["here"], words["for"]))
    yield "|---|---|---|"
    for name, row_type in TABLES.items():
        if name in CHAPTERS:
            yield _markdown_row((f"**{CHAPTERS[name].text(language)}**", "", ""))
        first = row_type.meaning.text(language).split(". ")[0].rstrip(".")
        yield _markdown_row((table_name(row_type, language), words["yes"] if name in written else "", first))


def _markdown_row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"

"""The catalogue: both languages say the same, nothing that is emitted lacks a sentence."""

from __future__ import annotations

import ast
import datetime
import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import thuisplan
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.tables import TABLES
from thuisplan.outputs.plan_folder import FolderError
from thuisplan.outputs.texts import (
    LANGUAGES,
    finding_text,
    folder_text,
    subject_text,
    text,
    unit_text,
    verify_text,
)

PACKAGE = Path(thuisplan.__file__).parent
CATALOGUES = {
    language: {
        section: entry
        for path in sorted((PACKAGE / "outputs" / "texts" / language).glob("*.toml"))
        for section, entry in tomllib.loads(path.read_text("utf-8")).items()
    }
    for language in LANGUAGES
}
# Codes of the settings are the messages of ValueError in inputs/settings.py.
SETTINGS_CODES = {"years_out_of_order", "horizon_too_long", "open_year_outside_horizon"}


@dataclass
class Problem:
    """Stands in for a problem of verification."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


def flat(entry: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the dotted key of every sentence with the sentence."""
    if isinstance(entry, str):
        yield name, entry
    else:
        for key, value in entry.items():
            yield from flat(value, f"{name}.{key}" if name else key)


def placeholders(sentence: str) -> set[tuple[str, str]]:
    return {(name, spec or "") for _, name, spec, _ in string.Formatter().parse(sentence) if name}


# --- what the source emits ---------------------------------------------------------

SECTIONS = {
    "Finding": "finding",
    "CellError": "finding",
    "wrong": "finding",
    "_report": "finding",
    "at": "finding",
    "at_setting": "finding",
    "unknown": "finding",
    "one_of": "finding",
    "FolderError": "folder",
    "_with_files": "folder",
    "problem": "verify",
    "Problem": "verify",
}
"""Name of a call -> section of the catalogue in which its code has a sentence."""


def emitted() -> set[str]:
    """Return the keys of all codes that the source emits: constants in a call, or assigned to ``code``."""
    found: set[str] = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        verification = "verification" in path.parts
        tree = ast.parse(path.read_text("utf-8"))
        names = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                section = SECTIONS.get(name)
                if section:
                    names.add(section)
                    found |= {f"{section}.{code}" for code in first_code(node)}
        for node in ast.walk(tree):
            if names and not verification:
                section = "folder" if path.name == "plan_folder.py" else "finding"
                found |= {f"{section}.{code}" for code in assigned_code(node)}
    return found


def assigned_code(node: ast.AST) -> set[str]:
    """Return the codes of ``code = "..."``, ``code, values = "...", {}``, or of a function."""
    if isinstance(node, ast.Assign):
        target, value = node.targets[0], node.value
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            target, value = target.elts[0], value.elts[0]
        return constants(value) if isinstance(target, ast.Name) and target.id in ("code", "found") else set()
    if isinstance(node, ast.FunctionDef) and node.name in ("_code", "_problem"):
        values = [part.value for part in ast.walk(node) if isinstance(part, ast.Return) and part.value]
        return set().union(*(constants(value) for value in values))
    return set()


def first_code(call: ast.Call) -> set[str]:
    """Return the code of a call: its first argument, or the second after a severity."""
    for argument in call.args[:2]:
        codes = constants(argument)
        if codes:
            return codes
    return set()


def constants(node: ast.expr) -> set[str]:
    if isinstance(node, ast.IfExp):
        return constants(node.body) | constants(node.orelse)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
        return {node.value}
    return set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_in_the_source_has_a_sentence(language: str) -> None:
    keys = {".".join(key.split(".")[:2]) for key, _ in flat(CATALOGUES[language])}
    codes = emitted() | {f"finding.{code}" for code in SETTINGS_CODES}
    assert len(codes) > 150  # the search itself works
    assert sorted(codes - keys) == []


def test_no_sentence_is_left_of_a_code_that_is_gone() -> None:
    """Codes that are put together in the source are listed here."""
    composed = {
        "finding.purpose_missing",
        "finding.place_missing",
        "finding.social_stock_above_dwelling_stock",
        "finding.mid_stock_above_dwelling_stock",
        "finding.vacancies_per_year_above_social_stock",
        "finding.households_above_inhabitants",
        "folder.disk_full",
        "folder.out_unwritable",
        "folder.write_failed",
    }
    sentences = {".".join(key.split(".")[:2]) for key, _ in flat(CATALOGUES["nl"])}
    used = emitted() | composed | {f"finding.{code}" for code in SETTINGS_CODES}
    assert sorted(s for s in sentences - used if s.split(".")[0] in ("finding", "folder", "verify")) == []


def test_both_languages_have_the_same_sentences_with_the_same_placeholders() -> None:
    dutch, english = dict(flat(CATALOGUES["nl"])), dict(flat(CATALOGUES["en"]))
    assert list(dutch) == list(english)
    assert [key for key in dutch if placeholders(dutch[key]) != placeholders(english[key])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_says_what_is_wrong_and_what_to_do(language: str) -> None:
    for section in ("finding", "folder"):
        for code, entry in CATALOGUES[language][section].items():
            assert set(entry) == {"problem", "remedy"}, code
            assert entry["remedy"].rstrip("}").endswith((".", "folder")) or entry["remedy"].endswith("2/3.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_told_even_if_a_value_is_missing(language: str) -> None:
    for code in CATALOGUES[language]["finding"]:
        assert finding_text(Finding(Severity.WRONG, code), language)
    for code in CATALOGUES[language]["verify"]:
        assert verify_text(Problem(code), language)
    for code in CATALOGUES[language]["folder"]:
        assert folder_text(Problem(code), language)


# --- whole sentences ----------------------------------------------------------------


def test_a_finding_names_its_place_and_the_remedy() -> None:
    finding = Finding(
        Severity.WRONG, "not_a_number", {"table": "municipalities"}, "gemeenten.csv", 4, "inwoners", "12a"
    )
    assert finding_text(finding, "nl") == (
        "gemeenten.csv, rij 4, kolom inwoners, waarde '12a': dit is geen getal. Wat te doen: schrijf "
        "een getal "
        "zoals 1250 of 12,5, een percentage zoals 30 % of een breuk zoals 2/3."
    )
    assert finding_text(finding, "en") == (
        "gemeenten.csv, row 4, column inwoners, value '12a': this is not a number. What to do: write "
        "a number "
        "such as 1250 or 12.5, a percentage such as 30 % or a fraction such as 2/3."
    )


def test_a_finding_has_its_numbers_in_the_notation_of_the_language() -> None:
    values = {"municipality": "Epe (GM0232)", "year": 2027, "committed": 1040, "option": "care"}
    finding = Finding(
        Severity.WARNING, "commitment_not_offered", values, "afspraken.csv", 7, "woningen", "1040"
    )
    assert finding_text(finding, "nl") == (
        "afspraken.csv, rij 7, kolom woningen, waarde '1040': in Epe (GM0232) zijn voor 2027 1.040 van "
        "'care' "
        "afgesproken, maar volgens 'aanbod' kan dat daar dan niet; het plan bouwt wat is afgesproken, "
        "en niet "
        "meer. Wat te doen: voeg het aanbod toe, of haal de afspraak weg."
    )
    assert finding_text(finding, "en") == (
        "afspraken.csv, row 7, column woningen, value '1040': in Epe (GM0232) 1,040 of 'care' are "
        "committed for "
        "2027, but according to 'availability' that is not possible there then; the plan builds what is "
        "agreed, "
        "and no more. What to do: add the availability, or take the commitment away."
    )


def test_a_setting_is_called_a_setting_and_the_nearest_name_is_given() -> None:
    values = {"setting": "first_jear", "nearest": "first_year"}
    finding = Finding(Severity.WRONG, "unknown_setting", values, "scenario.toml", None, "first_jear", 2026)
    assert finding_text(finding, "nl") == (
        "scenario.toml, instelling first_jear, waarde '2026': 'first_jear' is geen instelling. "
        "Is 'first_year' bedoeld? Wat te doen: verbeter de naam, of haal de instelling weg."
    )
    assert finding_text(finding, "en") == (
        "scenario.toml, setting first_jear, value '2026': 'first_jear' is not a setting. "
        "Did you mean 'first_year'? What to do: mend the name, or take the setting away."
    )


def test_a_finding_without_a_place_starts_with_a_capital() -> None:
    finding = Finding(Severity.WRONG, "missing_table", {"table": "needs", "nl": "behoeften"})
    assert finding_text(finding, "nl") == (
        "De tabel 'behoeften' ontbreekt, en zonder die tabel is er geen plan te maken. "
        "Wat te doen: voeg 'behoeften' toe; `thuisplan new` maakt een voorbeeld."
    )
    assert finding_text(finding, "en") == (
        "The table 'needs' is missing, and without it no plan can be made. "
        "What to do: add 'needs'; `thuisplan new` makes an example."
    )


def test_a_choice_lists_the_labels_in_the_language() -> None:
    values = {"known": ("hard", "soft", "monitor"), "nearest": None}
    finding = Finding(Severity.WRONG, "unknown_choice", values, "regels.csv", 2, "sterkte", "strikt")
    assert finding_text(finding, "nl").endswith("kies uit: harde eis, streefregel of alleen volgen.")
    assert finding_text(finding, "en").endswith("choose from: hard, soft or monitor.")


def test_a_missing_column_has_its_heading_in_the_language() -> None:
    finding = Finding(
        Severity.WRONG, "missing_column", {"table": "needs", "field": "place", "nl": "plaats"}, "needs.csv"
    )
    assert finding_text(finding, "nl").startswith("needs.csv: de kolom 'plaats' ontbreekt.")
    assert finding_text(finding, "en").startswith("needs.csv: the column 'place' is missing.")


def test_a_limit_of_zero_is_told_and_no_limit_is_not() -> None:
    values = {"minimum": Fraction(0), "maximum": None, "field": "inhabitants", "table": "municipalities"}
    finding = Finding(Severity.WRONG, "out_of_range", values, "gemeenten.csv", 2, "inwoners", "-1")
    assert "Het moet ten minste 0 zijn. Wat te doen" in finding_text(finding, "nl")


def test_a_date_and_a_long_text_are_quoted_in_short() -> None:
    date = Finding(Severity.WRONG, "excel_date", {}, "regels", 2, "aandeel", datetime.datetime(2026, 3, 2))
    assert "waarde '2026-03-02': hier staat een datum" in finding_text(date, "nl")
    long = Finding(Severity.WRONG, "not_a_number", {}, "a.csv", 2, "b", "x\n" * 1000)
    assert len(finding_text(long, "nl").split(": ")[0]) < 100


def test_a_folder_error_and_a_verification_are_sentences() -> None:
    error = FolderError("not_our_folder", path="uit", files=["brief.docx", "foto/"], count=2)
    assert folder_text(error, "nl") == (
        "In de map uit staan bestanden die Thuisplan niet heeft geschreven (brief.docx en foto/; samen 2). "
        "Wat te doen: kies een andere map, of haal die bestanden weg."
    )
    assert folder_text(error, "en") == (
        "The folder uit holds files that Thuisplan did not write (brief.docx and foto/; 2 in all). "
        "What to do: choose another folder, or take these files away."
    )
    problem = Problem(
        "hard_rule_broken",
        {
            "rule_id": "social-30",
            "family": "social_share",
            "place": "GM0200",
            "period": "2026-2030",
            "subject": "",
            "lhs": 29.5,
            "operator": ">=",
            "rhs": 1030,
            "by": 1000.5,
            "unit": "dwellings",
        },
    )
    assert verify_text(problem, "en") == (
        "The hard rule social-30 (social share of new build) does not hold in GM0200, 2026-2030: 29.5 "
        "must be "
        ">= 1,030, out by 1,000.5 dwellings."
    )


# --- formats ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [
        (1234567, "1.234.567", "1,234,567"),
        (Fraction(2469, 2), "1.234,5", "1,234.5"),
        (Fraction(1, 3), "0,3333", "0.3333"),
        (Fraction(-1, 10000000), "-0,0000001", "-0.0000001"),  # as many places as it needs
        (0, "0", "0"),
        (29.5, "29,5", "29.5"),
        ("1/3", "1/3", "1/3"),
        (None, "-", "-"),
    ],
)
def test_numbers_are_written_as_the_language_does(value: Any, dutch: str, english: str) -> None:
    for language, expected in (("nl", dutch), ("en", english)):
        values = {"municipality": "Epe", "inhabitants": value, "median": 1}
        sentence = text("finding.inhabitants_above_median.problem", language, **values)
        assert f" {expected} inhabitants" in sentence or f" {expected} inwoners" in sentence


def test_euros_percentages_and_labels_are_written_as_the_language_does() -> None:
    values = {"option": "geclusterd", "amount": 7000, "kind": "extra_cost"}
    assert text("finding.absurd_cost.problem", "nl", **values).startswith("€ 7.000 meerkosten per woning")
    assert text("finding.absurd_cost.problem", "en", **values).startswith("€7,000 of extra cost per dwelling")
    share = {"key": "k", "place": "p", "rule": "r", "sum": Fraction(2, 3)}
    assert "maar 66,7 % in p" in text("finding.key_wider_than_region.problem", "nl", **share)
    assert text("finding.key_wider_than_region.problem", "en", **share).startswith("only 66.7% of the key")


def test_an_unknown_sentence_value_or_language_is_an_error() -> None:
    for key in ("screen.nothing", "finding.not_a_number", "nothing"):
        with pytest.raises(KeyError):
            text(key, "nl")
    with pytest.raises(KeyError):
        text("screen.published", "nl")
    with pytest.raises(KeyError):
        text("screen.valid", "fr")


def test_table_names_in_remedies_exist() -> None:
    """A remedy that says 'budgetbedragen' or 'availability' names a table of that language."""
    for language, names in (
        ("nl", {row.nl for row in TABLES.values()}),
        ("en", {row.table for row in TABLES.values()}),
    ):
        for code, entry in CATALOGUES[language]["finding"].items():
            for before in (
                "toe aan '",
                "add to '",
                "add them to '",
                "rows to '",
                "volgens '",
                "according to '",
            ):
                for part in entry["remedy"].split(before)[1:] + entry["problem"].split(before)[1:]:
                    name = part.split("'")[0]
                    assert "{" in name or name in names, (code, name)


@pytest.mark.parametrize(
    ("family", "subject", "nl", "en"),
    [
        ("lettings", "vacated", "vrijkomende woningen", "vacated dwellings"),
        (
            "lettings",
            "fit:urgent:room",
            "het deel dat past bij urgent, room",
            "the part that fits urgent, room",
        ),
        ("flex_life", "pool:flex", "pool van flex", "pool of flex"),
        ("permit_holders", "given", "overgedragen taakstelling", "task handed over"),
        ("workplace_mix", "own", "werkt in de gemeente zelf", "works in the municipality itself"),
        ("own_first", "own", "eigen behoefte", "own need"),
        ("neighbourhood", "scale:East:care", "minimale schaal van East, care", "minimum scale of East, care"),
        # The code of an option, a flow or a neighbourhood is its own word, also if it looks like another.
        ("lettings", "room", "room", "room"),
        ("availability", "vacated", "vacated", "vacated"),
    ],
)
def test_what_a_line_is_about_is_told_in_words(family: str, subject: str, nl: str, en: str) -> None:
    assert (subject_text(family, subject, "nl"), subject_text(family, subject, "en")) == (nl, en)


def test_a_broken_rule_names_its_subject_and_unit_in_words() -> None:
    values = {
        "rule_id": "care", "family": "flex_life", "place": "R", "period": "2027", "subject": "pool:flex",
        "lhs": 5, "operator": "<=", "rhs": 3, "by": 2, "unit": "dwellings",
    }  # fmt: skip
    told = verify_text(Problem("hard_rule_broken", values), "nl")
    assert "(pool van flex)" in told
    assert "2 woningen te weinig ruimte" in told
    assert (unit_text("hours", "nl"), unit_text("persons", "en")) == ("uur per jaar", "persons")

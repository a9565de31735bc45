"""The catalogue of the reports: every sentence that a report asks for is there, and none is left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import thuisplan
from thuisplan.outputs.texts import LANGUAGES, _sentences

OUTPUTS = Path(thuisplan.__file__).parent / "outputs"
REPORT = OUTPUTS / "report"
MODULES = sorted(REPORT.rglob("*.py"))
PREFIXES = {"say": "", "column": "column_", "columns": "column_", "table": "table_"}
"""Name of a call on the words of a section -> what stands before its code in the catalogue."""
RECEIVERS = {"say": ("words", "view"), "column": ("words",), "columns": ("words",), "table": ("words",)}
"""Name of such a call -> what it is called on; ``view.table`` reads a table."""


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def strings(path: Path) -> set[str]:
    """Return the texts in a module; of one with values in it, ``*`` where a value comes."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.JoinedStr):
            found.add(pattern(node))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(f"{node.value}*" if node.value.endswith("_") else node.value)
    return found


def pattern(node: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)


def named_sections(path: Path) -> set[str]:
    """Return the sections that a module names, itself or by the ``SECTION`` of another."""
    found = {text.split(".")[0] for text in strings(path) if re.fullmatch(r"report_[a-z_]+(\..*)?", text)}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and any(name.name == "SECTION" for name in node.names):
            found |= named_sections(OUTPUTS.parent.parent / f"{str(node.module).replace('.', '/')}.py")
    return {section for section in found if section in _sentences("nl")}


def constants(node: ast.expr) -> Iterator[str]:
    """Yield the codes that an argument may be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)


def asked(path: Path) -> Iterator[str]:
    """Yield the keys of the sentences, headings and titles that a module asks of the words of a section."""
    for node in ast.walk(tree(path)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        receiver = node.func.value
        name = getattr(receiver, "attr", getattr(receiver, "id", "")).strip("_")
        if name in RECEIVERS.get(node.func.attr, ()):
            every = node.args if node.func.attr == "columns" else node.args[:1]
            yield from (PREFIXES[node.func.attr] + code for one in every for code in constants(one))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_report_says_is_in_the_section_that_its_file_names(language: str) -> None:
    """A file that is handed its words by another names no section: its codes are in one of them."""
    catalogue = _sentences(language)
    every = {section for section in catalogue if section.startswith("report_")}
    missing, seen = [], 0
    for path in MODULES:
        sections = named_sections(path) or every
        for key in asked(path):
            seen += 1
            if not any(key in catalogue[section] for section in sections):
                missing.append(f"{path.name}: {key} not in {sorted(sections)}")
    assert seen > 100  # the search itself works
    assert missing == []


def test_no_sentence_of_a_report_is_left_that_nobody_says() -> None:
    """A key is used if it stands in a module or template, or if a text with values in it can make it."""
    others = [*OUTPUTS.parent.glob("cli/*.py"), *OUTPUTS.parent.rglob("commands/**/*.py")]
    used = set().union(*(strings(path) for path in (*MODULES, *others)))
    for path in sorted(REPORT.rglob("*")):
        if path.suffix in (".html", ".css", ".js", ".j2"):
            template = path.read_text("utf-8")
            used |= set(re.findall(r"[\"']([a-z_0-9]+)[\"']", template))
            used |= {f"{start}*" for start in re.findall(r"[\"']([a-z_0-9]+)[\"'] ~", template)}
    used |= {
        text.rsplit(".", 1)[1] for text in used if re.fullmatch(r"(report_[a-z_]+|\*)\.[A-Za-z_0-9*]+", text)
    }
    # A text of values alone can make any key, which says nothing.
    made = [
        re.compile(re.escape(text).replace(r"\*", "[A-Za-z_0-9]+"))
        for text in used
        if "*" in text and re.search("[a-z]{2}", text) and re.fullmatch(r"[A-Za-z_0-9*]+", text)
    ]

    def is_used(key: str) -> bool:
        plain = key.removesuffix("_two")
        forms = {key, plain, *(plain.removeprefix(f"{p}_") for p in ("column", "table", "note"))}
        # ``{code}_{kind}``: both parts stand somewhere.
        joined = any(key[: one.start()] in used and key[one.end() :] in used for one in re.finditer("_", key))
        return bool(forms & used) or joined or any(one.fullmatch(form) for form in forms for one in made)

    unused = [
        f"{section}.{key}"
        for section, entry in _sentences("nl").items()
        if section.startswith("report_")
        for key in entry
        if not is_used(key)
    ]
    assert unused == []

"""From a path to an Instance: read, parse, check, resolve."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from thuisplan.inputs.checks import check, incomplete_tables
from thuisplan.inputs.files import RESOLVED, SETTINGS_FILE, meant_by, read_raw
from thuisplan.inputs.findings import Finding, InputError, Severity
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.overrides import overridden
from thuisplan.inputs.parse import parse
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Reading:
    """An input that can be used, and what there is to say about it.

    Parameters
    ----------
    instance
        The resolved input.
    findings
        Warnings and notices.
    """

    instance: Instance
    findings: tuple[Finding, ...]


def read(path: Path) -> Reading:
    """Read an input folder or workbook.

    Parameters
    ----------
    path
        As ``read_raw`` takes it.

    Returns
    -------
    Reading
        The Instance with all findings.

    Raises
    ------
    InputError
        If the input is wrong; it holds every finding.
    """
    scenario, findings = read_scenario(path)
    instance = overridden(resolve(scenario), scenario)
    return Reading(instance, findings)


def read_scenario(path: Path) -> tuple[Scenario, tuple[Finding, ...]]:
    """Read an input folder or workbook as it was given, checked but not resolved.

    Parameters
    ----------
    path
        As ``read_raw`` takes it.

    Returns
    -------
    scenario
        Settings and rows.
    findings
        Warnings and notices.

    Raises
    ------
    InputError
        If the input is wrong; it holds every finding.
    """
    raw = read_raw(path)
    scenario, findings = parse(raw)
    if scenario is not None:
        findings += check(scenario, incomplete_tables(findings)) + _edited_original(path)
    if scenario is None or any(f.severity is Severity.WRONG for f in findings):
        # Errors elsewhere do not take away the language that the settings ask for.
        asked = raw.settings.get("language")
        raise InputError(findings, asked if asked in ("nl", "en") else None)
    return scenario, findings


def _edited_original(path: Path) -> tuple[Finding, ...]:
    """Refuse the input of a plan whose original was edited: the plan's resolved input would be read."""
    manifest = path.parent / "manifest.json"
    if not (path / RESOLVED).is_dir() or (path / SETTINGS_FILE).exists() or not manifest.is_file():
        return ()
    try:
        listed = json.loads(manifest.read_text(encoding="utf-8"))["files"]
        files = [file for file in (path / "original").rglob("*") if file.is_file()]
        edited = sorted(
            file.name
            for file in files
            if listed.get(file.relative_to(path.parent).as_posix())
            not in (None, hashlib.sha256(file.read_bytes()).hexdigest())
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # A damaged plan is for `verify` to report.
        return ()
    if not edited:
        return ()
    return (Finding(Severity.WRONG, "original_edited", {"files": edited}, str(path / "original")),)


def copy_input(path: Path, folder: Path) -> None:
    """Copy an input as it was given: the workbook, or the settings and tables of a folder.

    Parameters
    ----------
    path
        What was given.
    folder
        An existing, empty folder.
    """
    path = meant_by(path)
    if path.is_file():
        shutil.copyfile(path, folder / path.name)
        return
    # Capitals in names of files do not matter to reading either.
    has_settings = any(file.name.casefold() == SETTINGS_FILE for file in path.iterdir())
    source = path if has_settings else path / RESOLVED
    for file in sorted(source.iterdir()):
        if file.is_file() and file.suffix.casefold() in (".toml", ".csv"):
            shutil.copyfile(file, folder / file.name)

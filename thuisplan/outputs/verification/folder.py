"""The files of a plan folder against its manifest: kind, format, presence, hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from thuisplan.outputs.verification.problems import Problem, problem
from thuisplan.outputs.verification.resolved import FOLDER

MANIFEST = "manifest.json"
FORMAT = 1
_KINDS = frozenset({"plan", "assessment", "diagnosis", "comparison"})
# Later commands add these folders; file managers leave these files. Neither is part of the plan.
_ADDED = ("report/", "alternatives/", "explained/")
# The plans of a comparison have manifests of their own.
# Comparisons list their summaries; those of before they did are held against the plans alone.
_SUMMARIES = "summaries/"
_ADDED_TO = {"comparison": ("runs/", _SUMMARIES, "regret/")}
_IGNORED = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


def read_manifest(folder: Path, problems: list[Problem]) -> Mapping[str, Any] | None:
    """Read the manifest; None, with a problem, if it is not that of a plan we know."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        problems.append(problem("unreadable_file", file=MANIFEST, reason=reason))
        return None
    if not isinstance(manifest, dict):
        problems.append(problem("unreadable_file", file=MANIFEST, reason="not an object"))
        return None
    kind, version = manifest.get("kind"), manifest.get("format")
    if kind not in _KINDS or version != FORMAT:
        problems.append(problem("unknown_format", file=MANIFEST, kind=kind, format=version, supported=FORMAT))
        return None
    return manifest


def check_files(folder: Path, manifest: Mapping[str, Any], problems: list[Problem]) -> None:
    """Compare the files with the manifest: all there, nothing more, nothing changed."""
    listed = manifest.get("files")
    if not isinstance(listed, dict):
        problems.append(problem("unreadable_file", file=MANIFEST, reason="no list of files"))
        return
    for name, digest in sorted(listed.items()):
        inside = not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts
        if not inside or not (folder / name).is_file():
            problems.append(problem("file_missing", file=name))
        elif (found := _digest(folder / name)) != digest:
            problems.append(problem("file_changed", file=name, expected=digest, found=found))
    added = _ADDED + _ADDED_TO.get(manifest["kind"], ())
    if any(name.startswith(_SUMMARIES) for name in listed):
        added = tuple(name for name in added if name != _SUMMARIES)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        known = name in listed or name == MANIFEST or name.startswith(added) or path.name in _IGNORED
        if not known and (path.is_symlink() or not path.is_dir()):
            problems.append(problem("file_unexpected", file=name))
    if manifest["kind"] == "comparison":
        return  # about many inputs
    found = input_hash(folder)
    if manifest.get("input_hash") != found:
        expected = manifest.get("input_hash")
        problems.append(problem("input_changed", file=FOLDER, expected=expected, found=found))


def input_hash(folder: Path) -> str:
    """Return the hash of the resolved input: names and bytes of all its files but the assumptions."""
    result = hashlib.sha256()
    root = folder / FOLDER
    files = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    for name in sorted(files):
        if name != "assumptions.csv":
            result.update(name.encode() + b"\0" + files[name].read_bytes() + b"\0")
    return f"sha256:{result.hexdigest()}"


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

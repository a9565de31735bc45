"""Which part of the code may know which other part, read from its imports."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import thuisplan

ROOT = Path(thuisplan.__file__).parent

PLAIN = ("model.requirement", "solvers.diagnosis")
"""Files of other rooms that hold data and do nothing: outputs tell apart what is in them."""

# Room -> the rooms of the package that it may import while it runs. ``commands`` and ``cli`` stand above all
# of them. What only says of what type something is, is no dependency: it is not imported when the code runs.
ALLOWED = {
    "inputs": ("inputs",),
    "model": ("model", "inputs"),
    "solvers": ("solvers", "model", "inputs"),
    "outputs": ("outputs", *PLAIN, "inputs"),
    "outputs.verification": ("outputs.verification", "inputs"),
    "commands": ("commands", "outputs", "solvers", "model", "inputs"),
}


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield what code imports while it runs, in functions too; not what it imports for types alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield from (name for other in node.orelse for name in imports(other))
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute: these tests read them"
            # What is imported may be a module itself.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:
            yield from imports(node)


def within(name: str, room: str) -> bool:
    """Return whether a name of the package stands in a room."""
    return f"{name}.".startswith(f"thuisplan.{room}.")


def files(room: str) -> list[Path]:
    """Return the files of a room without those of a room in it that has rules of its own."""
    inner = [ROOT.joinpath(*other.split(".")) for other in ALLOWED if other.startswith(f"{room}.")]
    found = ROOT.joinpath(*room.split(".")).rglob("*.py")
    return sorted(path for path in found if not any(path.is_relative_to(other) for other in inner))


def outside(text: str, room: str) -> list[str]:
    """Return what code in a room imports from rooms that it may not know."""
    names = [name for name in imports(ast.parse(text)) if name.startswith("thuisplan.")]
    known = ("__version__", *ALLOWED[room])
    return [name for name in names if not any(within(name, allowed) for allowed in known)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from thuisplan.model.problem import Problem", ["thuisplan.model.problem.Problem"]),
        ("def f():\n    from thuisplan.model import build", ["thuisplan.model.build"]),
        ("import thuisplan.solvers.highs", ["thuisplan.solvers.highs"]),
        ("from thuisplan.model.requirements import x", ["thuisplan.model.requirements.x"]),
        ("from thuisplan.model.requirement import Sense", []),
        ("if TYPE_CHECKING:\n    from thuisplan.model.problem import Problem", []),
    ],
)
def test_what_is_imported_is_seen(text: str, found: list[str]) -> None:
    """Imports in functions and whole modules count; types do not; a file with plain data may be known."""
    assert outside(text, "outputs") == found


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_knows_only_what_it_may(room: str) -> None:
    """Inputs know no model, the model no solver, nothing below the commands who prints it; and the check
    of an answer knows nothing of how it was made."""
    paths = files(room)
    assert paths
    found = {str(path.relative_to(ROOT)): outside(path.read_text(encoding="utf-8"), room) for path in paths}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize("name", PLAIN)
def test_plain_data_leads_no_further(name: str) -> None:
    """What outputs import of the model and the solvers loads neither Pyomo nor a solver."""
    text = ROOT.joinpath(*name.split(".")).with_suffix(".py").read_text(encoding="utf-8")
    names = [name for name in imports(ast.parse(text)) if not any(within(name, plain) for plain in PLAIN)]
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names

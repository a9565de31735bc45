"""``thuisplan verify``: check a plan again from its own files."""

from __future__ import annotations

from pathlib import Path

import click

from thuisplan.cli.console import (
    DONE,
    UNVERIFIED,
    current_language,
    guarded,
    language_option,
    make_console,
    print_problems,
    usage,
)
from thuisplan.outputs.texts import text

SECTIONS = {"diagnosis": "diagnose", "comparison": "compared_screen"}
"""Kind of answer -> section of the catalogue that says what was checked of it; of a plan it is ``screen``."""

UNFINISHED = "unfinished"
"""Status of a comparison of which runs or tables are still to come."""


@click.command()
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@language_option
@guarded
def verify(out: Path) -> int:
    """Check the plan in OUT again from its own files, without the model or the solver."""
    from thuisplan.outputs.plan_folder import PlanFolder
    from thuisplan.outputs.verification import verify as check

    folder = PlanFolder.open(out)
    current_language().found = folder.language
    if folder.manifest.get("status") == UNFINISHED:
        return usage("unfinished", section="batch", path=str(folder.path))
    language = current_language().code
    verification = check(folder.path)
    section = SECTIONS.get(folder.manifest["kind"], "screen")
    if verification.passed:
        counts = {"lines": verification.lines, "sums": verification.sums}
        files = len(folder.manifest["files"])
        make_console().print(text(f"{section}.verified", language, files=files, **counts), markup=False)
        return DONE
    errors = make_console(error=True)
    errors.print(text(f"{section}.not_verified", language, count=len(verification.problems)), markup=False)
    print_problems(verification.problems, language, errors)
    return UNVERIFIED

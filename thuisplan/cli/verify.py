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
)
from thuisplan.outputs.texts import text


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
    language = current_language().code
    verification = check(folder.path)
    if verification.passed:
        make_console().print(
            text("screen.verified", language, lines=verification.lines, sums=verification.sums), markup=False
        )
        return DONE
    errors = make_console(error=True)
    errors.print(text("screen.not_verified", language, count=len(verification.problems)), markup=False)
    print_problems(verification.problems, language, errors)
    return UNVERIFIED

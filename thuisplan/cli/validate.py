"""``thuisplan validate``: check an input, every problem at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from thuisplan.cli.console import (
    DONE,
    UNFIT,
    current_language,
    guarded,
    language_option,
    make_console,
    print_conflicts,
    print_findings,
)
from thuisplan.outputs.texts import text

if TYPE_CHECKING:
    from thuisplan.inputs.read import Reading


@click.command()
@click.argument("path", metavar="INPUT", type=click.Path(path_type=Path))
@language_option
@guarded
def validate(path: Path) -> int:
    """Check INPUT: every problem at once, with its place and what to do."""
    from thuisplan import commands

    console = make_console()

    def heard(reading: Reading) -> None:
        current_language().found = reading.instance.settings.language
        print_findings(reading.findings, current_language().code, console)

    validated = commands.validate(path, heard)
    language = current_language().code
    print_findings(validated.findings, language, console)
    if validated.conflicts:
        print_conflicts(validated.conflicts, path, language, console)
        return UNFIT
    instance = validated.reading.instance
    console.print(
        text(
            "screen.valid",
            language,
            name=instance.settings.name,
            municipalities=len(instance.municipalities),
            first=instance.years[0],
            last=instance.years[-1],
        ),
        markup=False,
    )
    return DONE

"""``thuisplan validate``: check an input, every problem at once."""

from __future__ import annotations

from pathlib import Path

import click

from thuisplan.cli.console import (
    DONE,
    UNFIT,
    current_language,
    guarded,
    language_option,
    make_console,
    print_findings,
)
from thuisplan.outputs.texts import text


@click.command()
@click.argument("path", metavar="INPUT", type=click.Path(path_type=Path))
@language_option
@guarded
def validate(path: Path) -> int:
    """Check INPUT: every problem at once, with its place and what to do."""
    from thuisplan.inputs.read import read

    reading = read(path)
    current_language().found = reading.instance.settings.language
    language = current_language().code
    console = make_console()
    print_findings(reading.findings, language, console)
    if reading.conflicts:
        return UNFIT
    instance = reading.instance
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

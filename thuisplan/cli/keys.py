"""``thuisplan keys``: distribution keys side by side."""

from __future__ import annotations

from pathlib import Path

import click

from thuisplan.cli.console import (
    DONE,
    current_language,
    guarded,
    heard,
    language_option,
    make_console,
    usage,
)
from thuisplan.outputs.texts import text

LARGEST_TOTAL = 10_000_000
"""Dwellings a year; the nation has about eight million."""


@click.command()
@click.argument("path", metavar="INPUT", type=click.Path(path_type=Path))
@click.option(
    "--total",
    metavar="N",
    type=click.IntRange(1, LARGEST_TOTAL),
    help="Task to divide, in dwellings a year; default: that of the keys.",
)
@click.option(
    "-o",
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write all figures to a .csv, .xlsx or .parquet file too.",
)
@language_option
@guarded
def keys(path: Path, total: int | None, out: Path | None) -> int:
    """Show the distribution keys of INPUT side by side, per municipality."""
    from thuisplan import commands
    from thuisplan.inputs.compare_keys import NoTotal
    from thuisplan.outputs.keys_file import SUFFIXES
    from thuisplan.outputs.keys_screen import print_keys

    if out is not None and out.suffix.casefold() not in SUFFIXES:
        return usage("bad_suffix", section="keys", path=str(out))
    if out is not None and path.resolve() in (out.resolve(), *out.resolve().parents):
        return usage("inside_input", section="keys", path=str(out))

    try:
        compared = commands.keys(path, total, out, current_language().asked, heard)
    except NoTotal:
        return usage("no_total", section="keys")
    except OSError as error:
        if out is None:
            raise
        return usage("cannot_write", section="keys", path=str(out), reason=error.strerror or str(error))
    language, console = current_language().code, make_console()
    print_keys(compared.comparison, compared.notes, language, console)
    if out is not None:
        console.print(text("keys.written", language, path=str(out)), markup=False)
    return DONE

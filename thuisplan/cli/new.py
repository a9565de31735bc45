"""``thuisplan new``: write a runnable, commented input."""

from __future__ import annotations

from pathlib import Path

import click

from thuisplan.cli.console import (
    DONE,
    as_argument,
    current_language,
    guarded,
    make_console,
    usage,
)
from thuisplan.outputs.texts import text


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--example", metavar="NAME", help="Ready example; a wrong name lists them.")
@click.option("--municipality", metavar="CODE", help="Start from one municipality, such as GM0262.")
@click.option("--format", "file_format", type=click.Choice(["csv", "xlsx"]), default="csv", show_default=True)
@click.option(
    "--language",
    type=click.Choice(["nl", "en"]),
    help="Language of the template and of messages; default: nl.",
)
@guarded
def new(
    folder: Path, example: str | None, municipality: str | None, file_format: str, language: str | None
) -> int:
    """Write a runnable, commented input to DIR."""
    from thuisplan import commands
    from thuisplan.inputs.columns import MUNICIPALITY, CellError
    from thuisplan.inputs.examples import EXAMPLES

    language = language or current_language().code
    current_language().asked = language
    if (example is None) == (municipality is None):
        return usage("choose_example", names=_examples(language))
    if example is not None and example.strip().casefold() not in EXAMPLES:
        return usage("unknown_example", name=example, names=_examples(language))
    if municipality is not None:
        try:
            municipality = MUNICIPALITY.read(municipality).value
        except CellError:
            return usage("bad_municipality", code=municipality)
        if municipality == "*":
            return usage("bad_municipality", code=municipality)
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        return usage("not_empty", path=str(folder))
    try:
        path = commands.new(folder, example, municipality, file_format == "xlsx", language)
    except OSError as error:
        return usage("cannot_write", path=str(folder), reason=error.strerror or str(error))
    given, out = as_argument(path), as_argument(Path(f"{folder}-plan"))
    make_console().print(text("screen.new", language, path=given, out=out), markup=False)
    return DONE


def _examples(language: str) -> str:
    """Return the examples, each on a line with what it is about."""
    from thuisplan.inputs.examples import EXAMPLES

    width = max(len(name) for name in EXAMPLES)
    return "\n".join(f"  {name:{width}}  {made.about.text(language)}" for name, made in EXAMPLES.items())

"""The command line: parses, calls one function of ``commands``, prints.

One file per command. Imports of the model and the solver stand inside the commands: ``--help``
stays quick.
"""

from __future__ import annotations

import io
import logging
import sys

import click

from thuisplan import __version__
from thuisplan.cli.assess import assess
from thuisplan.cli.compare import compare
from thuisplan.cli.console import Language
from thuisplan.cli.diagnose import diagnose
from thuisplan.cli.explain import explain
from thuisplan.cli.keys import keys
from thuisplan.cli.new import new
from thuisplan.cli.report import report
from thuisplan.cli.solve import solve
from thuisplan.cli.validate import validate
from thuisplan.cli.verify import verify


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="thuisplan")
@click.option(
    "--language",
    type=click.Choice(["nl", "en"]),
    help="Language of messages; default: as the input says, else Dutch.",
)
@click.pass_context
def main(context: click.Context, language: str | None) -> None:
    """Thuisplan: from a regional housing task to a verified programme of dwellings."""
    logging.getLogger("pyomo").setLevel(logging.ERROR)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Not every screen or file on Windows knows every sign; a question mark beats no plan.
            stream.reconfigure(errors="replace")
    context.obj = Language(language)


for command in (new, validate, solve, verify, assess, diagnose, explain, keys, compare, report):
    main.add_command(command)

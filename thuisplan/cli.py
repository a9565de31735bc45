"""The command line: parses, calls one function of ``commands``, prints.

Imports of the model and the solver stand inside the commands: ``--help`` stays quick.
"""

from __future__ import annotations

import errno
import io
import logging
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from rich.console import Console

from thuisplan import __version__
from thuisplan.inputs.findings import Finding, InputError, Severity
from thuisplan.outputs.texts import finding_text, folder_text, text, verify_text

if TYPE_CHECKING:
    from thuisplan.inputs.read import Reading
    from thuisplan.inputs.settings import Settings
    from thuisplan.outputs.verification import Problem
    from thuisplan.solvers.highs import Interrupt

DONE, BUG, WRONG, UNFIT, LIMITED, NO_PLAN, UNVERIFIED, INTERRUPTED = 0, 1, 2, 3, 4, 5, 6, 130
"""Exit codes; their meaning is part of the contract."""

DEFAULT_SECONDS = 600.0
LARGEST_TOTAL = 10_000_000
"""Dwellings a year; the nation has about eight million."""

SHOWN = 20
"""Problems of a verification that are printed; one moved dwelling makes dozens of sums differ."""
UNBOUND_WIDTH = 110
"""Characters in a line where no screen says how many fit."""


class _Language:
    """The language of this run: as asked for, else that of the input, else Dutch."""

    def __init__(self, asked: str | None) -> None:
        self.asked = asked
        self.found: str | None = None

    @property
    def code(self) -> str:
        return self.asked or self.found or "nl"


class _Screen(Console):
    """A console that falls silent when nobody reads it any more; the work goes on."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())


def _console(error: bool = False) -> Console:
    console = _Screen(stderr=error, highlight=False, soft_wrap=True)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = UNBOUND_WIDTH
    return console


def _language() -> _Language:
    found: _Language = click.get_current_context().find_root().obj
    return found


def _guarded(command: Callable[..., int]) -> Callable[..., NoReturn]:
    """Turn what a command returns or raises into sentences and an exit code."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> NoReturn:
        sys.exit(_outcome(lambda: command(*args, **options)))

    return run


def _outcome(command: Callable[[], int]) -> int:
    from thuisplan.outputs.plan_folder import FolderError

    language = _language()
    errors = _console(error=True)
    try:
        return command()
    except InputError as error:
        language.found = error.language or language.found
        _print_findings(error.findings, language.code, errors)
        return WRONG
    except FolderError as error:
        errors.print(folder_text(error, language.code), markup=False)
        return WRONG
    except KeyboardInterrupt:
        errors.print(text("screen.interrupted", language.code), markup=False)
        return INTERRUPTED
    except click.exceptions.Exit:
        raise
    except Exception as error:
        failed = getattr(error, "verification", None)
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            place = error.filename or tempfile.gettempdir()
            full = FolderError("disk_full", path=place, reason=error.strerror)
            errors.print(folder_text(full, language.code), markup=False)
            return WRONG
        if failed is not None:
            errors.print(text("screen.unverified", language.code), markup=False)
            _print_problems(failed.problems, language.code, errors)
            return UNVERIFIED
        path = _write_log()
        errors.print(text("screen.bug", language.code, path=path), markup=False)
        return BUG


def _write_log() -> str:
    for folder in (None, "."):
        with suppress(OSError):
            handle, path = tempfile.mkstemp(prefix="thuisplan-", suffix=".log", dir=folder, text=True)
            with os.fdopen(handle, "w", encoding="utf-8") as log:
                log.write(f"thuisplan {__version__}\n{traceback.format_exc()}")
            return path
    return "-"


def _print_findings(findings: Sequence[Finding], language: str, console: Console) -> None:
    """Print findings by severity, worst first, and how many there are."""
    for severity in Severity:
        found = [finding for finding in findings if finding.severity is severity]
        if found:
            console.print(text(f"screen.heading_{severity.value}", language, count=len(found)), style="bold")
        for finding in found:
            console.print(f"- {finding_text(finding, language)}", markup=False)


def _hear_language(context: click.Context, _: click.Parameter, language: str | None) -> None:
    if language is not None:
        context.find_root().obj.asked = language


_language_option = click.option(
    "--language",
    type=click.Choice(["nl", "en"]),
    help="Language of messages; default: as the input says, else Dutch.",
    expose_value=False,
    callback=_hear_language,
)


def _print_problems(problems: Sequence[Problem], language: str, console: Console) -> None:
    """Print what a verification found: broken rules and changed files first, then the rest."""
    telling = ("hard_rule_broken", "file_changed", "file_missing", "input_changed", "limit_exceeded")
    ordered = sorted(problems, key=lambda p: telling.index(p.code) if p.code in telling else len(telling))
    for problem in ordered[:SHOWN]:
        console.print(f"- {verify_text(problem, language)}", markup=False)
    if len(ordered) > SHOWN:
        console.print(text("screen.more_problems", language, count=len(ordered) - SHOWN), markup=False)


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
    context.obj = _Language(language)


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--example", metavar="NAME", help="Ready example; a wrong name lists them.")
@click.option("--municipality", metavar="CODE", help="Start from one municipality, such as GM0262.")
@click.option("--format", "file_format", type=click.Choice(["csv", "xlsx"]), default="csv", show_default=True)
@click.option(
    "--language",
    type=click.Choice(["nl", "en"]),
    help="Language of the template and of messages; default: nl.",
)
@_guarded
def new(
    folder: Path, example: str | None, municipality: str | None, file_format: str, language: str | None
) -> int:
    """Write a runnable, commented input to DIR."""
    from thuisplan import commands
    from thuisplan.inputs.columns import MUNICIPALITY, CellError
    from thuisplan.inputs.examples import EXAMPLES

    language = language or _language().code
    _language().asked = language
    if (example is None) == (municipality is None):
        return _usage("choose_example", names=_examples(language))
    if example is not None and example.strip().casefold() not in EXAMPLES:
        return _usage("unknown_example", name=example, names=_examples(language))
    if municipality is not None:
        try:
            municipality = MUNICIPALITY.read(municipality).value
        except CellError:
            return _usage("bad_municipality", code=municipality)
        if municipality == "*":
            return _usage("bad_municipality", code=municipality)
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        return _usage("not_empty", path=str(folder))
    try:
        path = commands.new(folder, example, municipality, file_format == "xlsx", language)
    except OSError as error:
        return _usage("cannot_write", path=str(folder), reason=error.strerror or str(error))
    given, out = _as_argument(path), _as_argument(Path(f"{folder}-plan"))
    _console().print(text("screen.new", language, path=given, out=out), markup=False)
    return DONE


def _examples(language: str) -> str:
    """Return the examples, each on a line with what it is about."""
    from thuisplan.inputs.examples import EXAMPLES

    width = max(len(name) for name in EXAMPLES)
    return "\n".join(f"  {name:{width}}  {made.about.text(language)}" for name, made in EXAMPLES.items())


def _as_argument(path: Path) -> str:
    """Return a path as one types it: between quotes if it has spaces."""
    return f'"{path}"' if " " in str(path) else str(path)


def _usage(key: str, section: str = "screen", **values: Any) -> int:
    _console(error=True).print(text(f"{section}.{key}", _language().code, **values), markup=False)
    return WRONG


@main.command()
@click.argument("path", metavar="INPUT", type=click.Path(path_type=Path))
@_language_option
@_guarded
def validate(path: Path) -> int:
    """Check INPUT: every problem at once, with its place and what to do."""
    from thuisplan.inputs.read import read

    reading = read(path)
    _language().found = reading.instance.settings.language
    language = _language().code
    console = _console()
    _print_findings(reading.findings, language, console)
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


@main.command()
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
@_language_option
@_guarded
def keys(path: Path, total: int | None, out: Path | None) -> int:
    """Show the distribution keys of INPUT side by side, per municipality."""
    from thuisplan import commands
    from thuisplan.inputs.compare_keys import NoTotal
    from thuisplan.outputs.keys_file import SUFFIXES
    from thuisplan.outputs.keys_screen import print_keys

    if out is not None and out.suffix.casefold() not in SUFFIXES:
        return _usage("bad_suffix", section="keys", path=str(out))
    if out is not None and path.resolve() in (out.resolve(), *out.resolve().parents):
        return _usage("inside_input", section="keys", path=str(out))

    def heard(settings: Settings, findings: Sequence[Finding]) -> None:
        _language().found = settings.language
        warnings = [finding for finding in findings if finding.severity is Severity.WARNING]
        _print_findings(warnings, _language().code, _console(error=True))

    try:
        compared = commands.keys(path, total, out, _language().asked, heard)
    except NoTotal:
        return _usage("no_total", section="keys")
    except OSError as error:
        if out is None:
            raise
        return _usage("cannot_write", section="keys", path=str(out), reason=error.strerror or str(error))
    language, console = _language().code, _console()
    print_keys(compared.comparison, compared.notes, language, console)
    if out is not None:
        console.print(text("keys.written", language, path=str(out)), markup=False)
    return DONE


@main.command()
@click.argument("path", metavar="INPUT", type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", metavar="OUT", required=True, type=click.Path(path_type=Path), help="Folder for the plan."
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=1),
    default=DEFAULT_SECONDS,
    show_default=True,
    help="Wall time of the whole command, in seconds.",
)
@click.option(
    "--gap", type=click.FloatRange(min=0, max=1), help="Closing tolerance of all stages, such as 0.01."
)
@click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--seed", type=click.IntRange(min=0, max=2_147_483_647), default=0, show_default=True)
@click.option("--xlsx", is_flag=True, help="Write the tables as a workbook too.")
@_language_option
@_guarded
def solve(
    path: Path, out: Path, time_limit: float, gap: float | None, threads: int, seed: int, xlsx: bool
) -> int:
    """Make a plan for INPUT and publish it in OUT, verified."""
    from thuisplan import commands
    from thuisplan.outputs import screen
    from thuisplan.solvers.highs import Interrupt
    from thuisplan.solvers.solution import NoPlan

    console, errors = _console(), _console(error=True)
    interrupt = Interrupt()
    options = commands.SolveOptions(time_limit, gap, threads, seed, xlsx)
    progress = screen.ProgressLines(console)

    def heard(reading: Reading) -> None:
        _language().found = reading.instance.settings.language
        progress.language = _language().code
        notices = [f for f in reading.findings if f.severity is Severity.NOTICE]
        _print_findings([f for f in reading.findings if f not in notices], _language().code, errors)
        if notices:
            errors.print(text("screen.notices", _language().code, count=len(notices)), markup=False)
        if not reading.conflicts:
            progress.begin(reading.instance)

    with _interruptible(interrupt), progress:
        solved = commands.solve(path, out, options, interrupt, progress.listen, heard)
    language = _language().code
    if solved.folder is None:
        if not isinstance(solved.result, NoPlan):
            return UNFIT
        screen.print_no_plan(solved.result, language, errors)
        return {"infeasible": UNFIT, "inexact": UNVERIFIED, "interrupted": INTERRUPTED}.get(
            solved.result.reason, NO_PLAN
        )
    screen.print_plan(solved.folder, language, console)
    return DONE if solved.folder.manifest["status"]["stopped"] == "closed" else LIMITED


@contextmanager
def _interruptible(interrupt: Interrupt) -> Iterator[None]:
    """Let the first Ctrl-C end the stage and keep the plan; the second stops at once."""

    def hear(*_: Any) -> None:
        if interrupt.is_set():
            raise KeyboardInterrupt
        interrupt.set()
        # In the middle of another line, or with nobody to read it, the message is lost; the plan is not.
        with suppress(OSError, RuntimeError):
            click.echo(text("screen.stopping", _language().code), err=True)

    before = signal.signal(signal.SIGINT, hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@main.command()
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@_language_option
@_guarded
def verify(out: Path) -> int:
    """Check the plan in OUT again from its own files, without the model or the solver."""
    from thuisplan.outputs.plan_folder import PlanFolder
    from thuisplan.outputs.verification import verify as check

    folder = PlanFolder.open(out)
    _language().found = folder.language
    language = _language().code
    verification = check(folder.path)
    if verification.passed:
        _console().print(
            text("screen.verified", language, lines=verification.lines, sums=verification.sums), markup=False
        )
        return DONE
    errors = _console(error=True)
    errors.print(text("screen.not_verified", language, count=len(verification.problems)), markup=False)
    _print_problems(verification.problems, language, errors)
    return UNVERIFIED


if __name__ == "__main__":
    main()

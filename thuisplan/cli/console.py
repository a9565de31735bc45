"""What every command shares: exit codes, the language of a run, consoles, and errors as sentences."""

from __future__ import annotations

import errno
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click
from rich.console import Console

from thuisplan import __version__
from thuisplan.inputs.findings import Finding, InputError, Severity
from thuisplan.outputs.texts import finding_text, folder_text, text, verify_text

if TYPE_CHECKING:
    from thuisplan.inputs.settings import Settings
    from thuisplan.outputs.answer import Sentence
    from thuisplan.outputs.verification import Problem
    from thuisplan.solvers.highs import Interrupt

Command = TypeVar("Command", bound=Callable[..., Any])

DONE, BUG, WRONG, UNFIT, LIMITED, NO_PLAN, UNVERIFIED, INTERRUPTED = 0, 1, 2, 3, 4, 5, 6, 130
"""Exit codes; their meaning is part of the contract."""

SHOWN = 20
"""Problems of a verification that are printed; one moved dwelling makes dozens of sums differ."""
UNBOUND_WIDTH = 110
"""Characters in a line where no screen says how many fit."""


class Language:
    """The language of this run: as asked for, else that of the input, else Dutch."""

    def __init__(self, asked: str | None) -> None:
        self.asked = asked
        self.found: str | None = None

    @property
    def code(self) -> str:
        """``nl`` or ``en``."""
        return self.asked or self.found or "nl"


class _Screen(Console):
    """A console that falls silent when nobody reads it any more; the work goes on."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())


def make_console(error: bool = False) -> Console:
    """Return a console on standard output, or on standard error."""
    console = _Screen(stderr=error, highlight=False, soft_wrap=True)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = UNBOUND_WIDTH
    return console


def current_language() -> Language:
    """Return the language of the running command."""
    found: Language = click.get_current_context().find_root().obj
    return found


def guarded(command: Callable[..., int]) -> Callable[..., NoReturn]:
    """Turn what a command returns or raises into sentences and an exit code."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> NoReturn:
        sys.exit(_outcome(lambda: command(*args, **options)))

    return run


def _outcome(command: Callable[[], int]) -> int:
    from thuisplan.outputs.plan_folder import FolderError

    language = current_language()
    errors = make_console(error=True)
    try:
        return command()
    except InputError as error:
        language.found = error.language or language.found
        print_findings(error.findings, language.code, errors)
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
            print_problems(failed.problems, language.code, errors)
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


def print_findings(findings: Sequence[Finding], language: str, console: Console) -> None:
    """Print findings by severity, worst first, and how many there are."""
    for severity in Severity:
        found = [finding for finding in findings if finding.severity is severity]
        if found:
            console.print(text(f"screen.heading_{severity.value}", language, count=len(found)), style="bold")
        for finding in found:
            console.print(f"- {finding_text(finding, language)}", markup=False)


def heard(settings: Settings, findings: Sequence[Finding]) -> None:
    """Speak the language of an input that was read, and print what it warns of."""
    current_language().found = settings.language
    warnings = [finding for finding in findings if finding.severity is Severity.WARNING]
    print_findings(warnings, current_language().code, make_console(error=True))


def print_conflicts(conflicts: Sequence[Sentence], path: Path, language: str, console: Console) -> None:
    """Print hard rules that cannot hold together, and how to find out what would have to give."""
    from thuisplan.outputs.answer import print_answer

    print_answer(conflicts, language, console)
    console.print(text("conflicts_next.diagnose", language, path=as_argument(path)), markup=False)


def _hear_language(context: click.Context, _: click.Parameter, language: str | None) -> None:
    if language is not None:
        context.find_root().obj.asked = language


language_option = click.option(
    "--language",
    type=click.Choice(["nl", "en"]),
    help="Language of messages; default: as the input says, else Dutch.",
    expose_value=False,
    callback=_hear_language,
)


def time_limit_option(default: float) -> Callable[[Command], Command]:
    """Return the option ``--time-limit``, with its default [seconds]."""
    return click.option(
        "--time-limit",
        type=click.FloatRange(min=1),
        default=default,
        show_default=True,
        help="Wall time of the whole command, in seconds.",
    )


def print_problems(problems: Sequence[Problem], language: str, console: Console) -> None:
    """Print what a verification found: broken rules and changed files first, then the rest."""
    telling = ("hard_rule_broken", "file_changed", "file_missing", "input_changed", "limit_exceeded")
    ordered = sorted(problems, key=lambda p: telling.index(p.code) if p.code in telling else len(telling))
    for problem in ordered[:SHOWN]:
        console.print(f"- {verify_text(problem, language)}", markup=False)
    if len(ordered) > SHOWN:
        console.print(text("screen.more_problems", language, count=len(ordered) - SHOWN), markup=False)


def usage(key: str, section: str = "screen", **values: Any) -> int:
    make_console(error=True).print(text(f"{section}.{key}", current_language().code, **values), markup=False)
    return WRONG


def as_argument(path: Path) -> str:
    """Return a path as one types it: between quotes if it has spaces."""
    return f'"{path}"' if " " in str(path) else str(path)


@contextmanager
def interruptible(interrupt: Interrupt, said: str = "screen.stopping") -> Iterator[None]:
    """Let the first Ctrl-C end what is being solved and keep what there is; the second stops at once."""

    def hear(*_: Any) -> None:
        if interrupt.is_set():
            raise KeyboardInterrupt
        interrupt.set()
        # In the middle of another line, or with nobody to read it, the message is lost; the plan is not.
        with suppress(OSError, RuntimeError):
            click.echo(text(said, current_language().code), err=True)

    before = signal.signal(signal.SIGINT, hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

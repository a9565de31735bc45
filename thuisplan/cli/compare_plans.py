"""``thuisplan compare OUT_A OUT_B``: two plans against each other."""

from __future__ import annotations

from pathlib import Path

from thuisplan.cli.console import DONE, UNVERIFIED, current_language, make_console, print_problems
from thuisplan.outputs.texts import text


def compare_plans(first: Path, second: Path, out: Path | None) -> int:
    """Compare two plans, and print and publish what they differ in.

    Parameters
    ----------
    first, second
        Folders of plans.
    out
        Where the tables are to come; None for nowhere.
    """
    from thuisplan import commands
    from thuisplan.outputs.comparison.two_plans_screen import print_two_plans

    try:
        answer = commands.compare_plans(first, second, out)
    except commands.PlanNotVerified as error:
        errors = make_console(error=True)
        language = current_language().code
        values = {"path": str(error.path), "count": len(error.found.problems)}
        errors.print(text("compared_screen.plan_not_verified", language, **values), markup=False)
        print_problems(error.found.problems, language, errors)
        return UNVERIFIED
    current_language().found = answer.two.plans[0].language
    language, console = current_language().code, make_console()
    print_two_plans(answer.two, language, console)
    if answer.folder is not None:
        console.print(text("compared_screen.published", language, path=str(answer.folder.path)), markup=False)
    return DONE

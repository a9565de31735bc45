"""Needs and waiting lists that cannot be tested, in one sentence."""

from __future__ import annotations

from thuisplan.outputs.report.plan.need_lines import NeedLines, Untested
from thuisplan.outputs.report.plan_view import Words

SECTION = "report_needs"


def untested_told(lines: NeedLines, needs: bool = True, lists: bool = True) -> tuple[str, ...]:
    """Return which needs and waiting lists cannot be tested, and why: one sentence, or none.

    Parameters
    ----------
    lines
        How the needs of the plan stand.
    needs, lists
        Whether needs are told, and whether waiting lists are.
    """
    words = lines.view.words(SECTION)
    told_needs = [area for area in lines.untested if needs and area.needs]
    told_lists = [area for area in lines.untested if lists and area.lists]
    areas = [area for area in lines.untested if area in told_needs or area in told_lists]
    if not areas:
        return ()
    what = "both" if told_needs and told_lists else "needs" if told_needs else "lists"
    if len(areas) > 1:
        parts, why = [_part(words, area) for area in areas], words.say("untested_why_several")
    else:
        parts, why = [_area(words, areas[0])], _why(words, areas[0])
    return (words.say(f"untested_{what}", areas=parts, why=why),)


def _area(words: Words, area: Untested) -> str:
    return area.place if area.size is None else words.say("untested_area", place=area.place, size=area.size)


def _why(words: Words, area: Untested) -> str:
    if area.size is None:
        return words.say("untested_why_unknown")
    code = "untested_why_one" if area.here == 1 else "untested_why"
    return words.say(code, here=area.here)


def _part(words: Words, area: Untested) -> str:
    if area.size is None:
        return area.place
    return words.say("untested_part", place=area.place, here=area.here, size=area.size)

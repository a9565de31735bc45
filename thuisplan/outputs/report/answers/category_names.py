"""Need categories of the user in words, where answers have them by their codes."""

from __future__ import annotations

import re

from thuisplan.inputs.labels import NEED_CATEGORIES
from thuisplan.outputs.report.category_words import category_words
from thuisplan.outputs.report.plan.rule_lines import Line, LineWords
from thuisplan.outputs.report.plan_view import PlanView


class NamedLines(LineWords):
    """What lines are about, with need categories of the user called after the dwellings they ask.

    Parameters
    ----------
    view
        The answer, with its input.
    """

    def __init__(self, view: PlanView) -> None:
        super().__init__(view)
        # A code is one word with underscores; another word may be part of the name of a place.
        self._names = {
            code: words
            for code, words in category_words(view.instance, view.language).items()
            if code not in NEED_CATEGORIES.labels and "_" in code
        }
        codes = "|".join(re.escape(code) for code in sorted(self._names, key=len, reverse=True))
        self._pattern = re.compile(rf"(?<!\w)({codes})(?!\w)") if codes else None

    def subject(self, row: Line) -> str:
        """Return what a line is about, as ``LineWords`` has it."""
        return self.named(super().subject(row))

    def named(self, told: str) -> str:
        """Return words with categories such as ``care_adaptation`` by name.

        Parameters
        ----------
        told
            What is said of needs, such as a sentence that an answer was published with.
        """
        if self._pattern is None:
            return told
        return self._pattern.sub(lambda match: self._names[match[1]], told)

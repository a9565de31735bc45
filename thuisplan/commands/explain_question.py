"""What can be asked of a plan, and the names in a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.labels import DWELLING_TYPES
from thuisplan.inputs.raw import nearest


@dataclass(frozen=True, slots=True)
class ExplainOptions:
    """Options of ``thuisplan explain``: what is asked of a plan.

    Parameters
    ----------
    municipality
        Code or name.
    dwelling_type
        Code or label; None for all.
    more_and_less
        Whether one dwelling or project more and fewer is worked out.
    prices
        Pots, rules and keys whose price is worked out with whole dwellings.
    time_limit
        Seconds for everything together.
    """

    municipality: str
    dwelling_type: str | None = None
    more_and_less: bool = False
    prices: tuple[str, ...] = ()
    time_limit: float = 60.0


class QuestionError(Exception):
    """A question that this plan cannot answer, as a code of the section ``explain`` and values."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


def municipality_of(instance: Instance, text: str) -> str:
    """Return the code of a municipality that is given as code or name.

    Raises
    ------
    QuestionError
        If there is no such municipality; it names the nearest.
    """
    known = {row.name or code: code for code, row in instance.municipalities.items()}
    wanted = " ".join(text.split()).casefold()
    for name, code in known.items():
        if wanted in (name.casefold(), code.casefold()):
            return code
    near = nearest(text, [*known, *instance.municipalities])
    raise QuestionError("unknown_municipality", given=text, nearest=near, known=tuple(known))


def type_of(instance: Instance, text: str) -> str:
    """Return the code of a dwelling type that is given as code or label.

    Raises
    ------
    QuestionError
        If no option of the input has it; it names the nearest.
    """
    known = {row.dwelling_type for row in instance.options.values()}
    code = DWELLING_TYPES.read_code(text)
    if code in known:
        return str(code)
    words = {word for kind in known for word in (kind, *(DWELLING_TYPES.text(kind, x) for x in ("nl", "en")))}
    labels = tuple(sorted(DWELLING_TYPES.text(kind, instance.settings.language) for kind in known))
    raise QuestionError("unknown_type", given=text, nearest=nearest(text, words), known=labels)

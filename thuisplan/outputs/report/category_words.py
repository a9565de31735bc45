"""What the dwellings that serve a need category are called."""

from __future__ import annotations

from collections.abc import Mapping

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.labels import DWELLING_TYPES, NEED_CATEGORIES, ROUTES
from thuisplan.inputs.tables import Option
from thuisplan.outputs.answer import sentence_text
from thuisplan.outputs.type_words import type_words

USUAL_ROUTE = "new_build"
"""The route that goes without saying; with it, other routes do too."""


def category_words(instance: Instance, language: str) -> Mapping[str, str]:
    """Return what every need category of a plan is called, in plural where a type of dwelling is meant.

    A category that a user added is called after the one type that serves it, with the routes by which it
    does if new build is not among them, such as "zorggeschikte woningen (woningaanpassing)". Where that says
    too little, or the same of two categories, its code stands instead or beside.

    Parameters
    ----------
    instance
        The resolved input: its needs and options.
    language
        ``nl`` or ``en``.
    """
    categories = sorted({need.row.need_category for need in instance.needs.values()})
    serving: dict[str, list[Option]] = {}
    for option in instance.options.values():
        serving.setdefault(option.need_category, []).append(option)
    found = {code: _words(code, serving.get(code, []), language) for code in categories}
    said = list(found.values())
    return {
        code: words if said.count(words) == 1 or words == code else f"{words} ({code})"
        for code, words in found.items()
    }


def _words(code: str, options: list[Option], language: str) -> str:
    if code in DWELLING_TYPES.labels:
        return sentence_text(type_words(code), language)
    types = {option.dwelling_type for option in options}
    if code in NEED_CATEGORIES.labels or len(types) != 1:
        return NEED_CATEGORIES.text(code, language)
    routes = sorted({option.route for option in options})
    name = sentence_text(type_words(types.pop()), language)
    if USUAL_ROUTE in routes:
        return name
    return f"{name} ({', '.join(ROUTES.text(route, language) for route in routes)})"

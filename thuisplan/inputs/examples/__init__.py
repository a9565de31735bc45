"""Examples that ``thuisplan new`` writes: scenarios of rows as a user would fill them in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from thuisplan.inputs.examples.municipality import municipality
from thuisplan.inputs.examples.stedendriehoek import stedendriehoek
from thuisplan.inputs.scenario import Scenario

EXAMPLES: Mapping[str, Callable[[str], Scenario]] = MappingProxyType({"stedendriehoek": stedendriehoek})
"""Name -> function of the language (``"nl"`` or ``"en"``) that makes the scenario."""


def example(name: str, language: str = "nl") -> Scenario:
    """Return the example called ``name``, whatever its capitals.

    Parameters
    ----------
    name
        A name of ``EXAMPLES``.
    language
        Language of names and sources, ``"nl"`` or ``"en"``.

    Raises
    ------
    KeyError
        If there is no such example.
    """
    return EXAMPLES[name.strip().casefold()](language)


__all__ = ["EXAMPLES", "example", "municipality"]

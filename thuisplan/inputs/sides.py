"""Which municipalities a share of the programme is for: by their stock, or by their own choice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import Municipality

BY_AVERAGE = (
    "niet ingevuld: onder het landelijk gemiddelde sociaal, erboven midden / "
    "not filled in: social below the national average, middle segment above it"
)
_CHOICES = MappingProxyType({"below": "social", "above": "mid"})
_FAMILIES = MappingProxyType({"social_share": "social", "mid_share": "mid"})


def side_of(place: Municipality, settings: Settings) -> str | None:
    """Return on which side of the national average share of social rent a municipality stands.

    Parameters
    ----------
    place
        The municipality.
    settings
        They hold the average and the side of a municipality exactly at it.

    Returns
    -------
    str or None
        ``below`` or ``above`` at the reference date; None if the stock is unknown.
    """
    if not place.dwelling_stock or place.social_stock is None:
        return None
    share = Fraction(place.social_stock, place.dwelling_stock)
    if share == settings.national_social_share:
        return settings.at_average
    return "below" if share < settings.national_social_share else "above"


def choice_of(place: Municipality, settings: Settings) -> str | None:
    """Return what a municipality programmes where the rule leaves it the choice.

    Parameters
    ----------
    place
        The municipality.
    settings
        As for ``side_of``.

    Returns
    -------
    str or None
        ``social`` or ``mid``: its own choice, else by its side of the average; None if
        neither is known.
    """
    return place.programme_choice or _CHOICES.get(side_of(place, settings) or "")


def speaks_of(family: str, side: str, place: Municipality, settings: Settings) -> bool | None:
    """Return whether a share of the programme is for a municipality.

    Parameters
    ----------
    family
        ``social_share`` or ``mid_share``.
    side
        ``below``, ``above``, ``all`` or ``chosen``: parameter of the rule.
    place
        The municipality.
    settings
        As for ``side_of``.

    Returns
    -------
    bool or None
        None if it depends on a stock that is unknown.
    """
    if side == "all":
        return True
    if side == "chosen":
        choice = choice_of(place, settings)
        return None if choice is None else choice == _FAMILIES[family]
    stands = side_of(place, settings)
    return None if stands is None else stands == side


def with_choices(places: Iterable[Municipality], settings: Settings) -> list[Municipality]:
    """Return the municipalities with their choice filled in where it follows from the average.

    Parameters
    ----------
    places
        As given.
    settings
        As for ``side_of``.
    """
    return [replace(place, programme_choice=choice_of(place, settings)) for place in places]

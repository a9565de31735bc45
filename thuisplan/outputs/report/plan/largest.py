"""Which places stand out by their number."""

from __future__ import annotations

from collections.abc import Mapping

LARGEST = 3
"""Places that a sentence names."""


def stand_out(counts: Mapping[str, int], most: int = LARGEST) -> tuple[str, ...]:
    """Return the places with the largest numbers, if they can be called the largest.

    Parameters
    ----------
    counts
        Place -> number.
    most
        How many are named.

    Returns
    -------
    tuple of str
        Largest first. None that has no more than a place that is not named; so none at all if there are no
        more places than could be named, or if all are equal.
    """
    ordered = sorted(counts, key=lambda place: -counts[place])
    if len(ordered) <= most:
        return ()
    return tuple(place for place in ordered[:most] if counts[place] > counts[ordered[most]])

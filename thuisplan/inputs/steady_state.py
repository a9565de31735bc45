"""From a flow of people who stay for a while to the places they need."""

from __future__ import annotations

from fractions import Fraction


def places_in_use(inflow: Fraction | int, stay_years: int) -> Fraction:
    r"""Return the places in use once as many leave as come: :math:`f s` [places].

    Parameters
    ----------
    inflow
        Households that come each year :math:`f`.
    stay_years
        Mean stay :math:`s`, whole years. Little's law: the number present is the arrivals per unit of time
        times the time they stay, whatever the spread of the stays.

    Notes
    -----
    J. D. C. Little, "A Proof for the Queuing Formula: L = λW", *Operations Research* 9 (1961) 383-387.
    """
    return Fraction(inflow) * stay_years


def places_needed(
    inflow: Fraction | int, stay_years: int, growth: Fraction | int, years: int, in_use_today: int
) -> Fraction:
    r"""Return the places that must be added over a period.

    .. math:: N = \max(0,\; f s + g Y - u)

    Parameters
    ----------
    inflow
        Households that come each year :math:`f`.
    stay_years
        Mean stay :math:`s` [years].
    growth
        Places that growth asks for each year :math:`g`.
    years
        Years of the period :math:`Y`.
    in_use_today
        Places that are there already :math:`u`.

    Returns
    -------
    Fraction
        Places over the whole period; zero where there are enough already.

    Examples
    --------
    The row "clustered" of the national table of June 2024 holds 61,600 to 66,500 over seven years, which is
    8,800 to 9,500 a year. With a stay of three years that is 26,400 to 28,500 places, or 3,771 to 4,071 a
    year, as the table has after rounding to tens.

    >>> [round(places_needed(flow, 3, 0, 7, 0) / 7) for flow in (8_800, 9_500)]
    [3771, 4071]
    """
    return max(Fraction(0), places_in_use(inflow, stay_years) + Fraction(growth) * years - in_use_today)

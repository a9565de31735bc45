"""Examples that ``thuisplan new`` writes: scenarios of rows as a user would fill them in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from thuisplan.inputs.examples.fryslan import fryslan
from thuisplan.inputs.examples.gmr import gmr
from thuisplan.inputs.examples.ijmond import ijmond
from thuisplan.inputs.examples.legal_fallback import legal_fallback
from thuisplan.inputs.examples.municipality import municipality
from thuisplan.inputs.examples.noordoost_brabant import noordoost_brabant
from thuisplan.inputs.examples.rivierenland import rivierenland
from thuisplan.inputs.examples.stedendriehoek import stedendriehoek
from thuisplan.inputs.examples.subsidy import subsidy
from thuisplan.inputs.labels import Label
from thuisplan.inputs.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Example:
    """An example and what it is for.

    Parameters
    ----------
    make
        Function of the language (``"nl"`` or ``"en"``) that makes the scenario.
    about
        What it is, in one line.
    look_at
        What to look at in its plan.
    """

    make: Callable[[str], Scenario]
    about: Label
    look_at: Label


EXAMPLES: Mapping[str, Example] = MappingProxyType(
    {
        "stedendriehoek": Example(
            stedendriehoek,
            Label(
                "bouwen en toewijzen in negen gemeenten: 30 % van wat vrijkomt, pad tot 2035",
                "building and letting in nine municipalities: 30 % of vacancies, path to 2035",
            ),
            Label(
                "Vergelijk in vacancies.parquet to_groups_vacated + to_permit_holders_vacated met 30 % van "
                "vacated, en zie in waiting_list.parquet wie wacht: 1.170 en 348 per jaar is meer dan 30 % "
                "van ongeveer 3.200. Het streefcijfer wijkt voor de wachtlijst: het pad staat in 2026 op "
                "25,7 %, toegewezen wordt 30 %. Zet daarna permit_holders_inside op true, of de vorm van "
                "vacancies-30 op bovengrens en haar sterkte op hard, en vergelijk.",
                "In vacancies.parquet compare to_groups_vacated + to_permit_holders_vacated with 30 % of "
                "vacated, and see in waiting_list.parquet who waits: 1,170 and 348 a year is more than 30 % "
                "of about 3,200. The target gives way to the waiting list: the path for 2026 is 25.7 %, 30 % "
                "is let. Then set permit_holders_inside to true, or the form of vacancies-30 to cap and its "
                "strength to hard, and compare.",
            ),
        ),
        "gmr": Example(
            gmr,
            Label(
                "Groene Metropoolregio: 25 % urgent en 75 % regulier, naar inwoners, pad tot 2026",
                "Groene Metropoolregio: 25 % urgent and 75 % regular, by inhabitants, path to 2026",
            ),
            Label(
                "Van de 4.500 woningen per jaar gaan er 1.035 (23 %) en vanaf 2026 1.125 (25 %) naar "
                "urgenten; van 1.300 per jaar wachten er eind 2030 dus 1.140. Fair share verdeelt wat er is "
                "naar inwoners.",
                "Of 4,500 dwellings a year 1,035 (23 %) and from 2026 on 1,125 (25 %) go to urgent seekers; "
                "of 1,300 a year 1,140 wait at the end of 2030. Fair share divides what there is by "
                "inhabitants.",
            ),
        ),
        "ijmond": Example(
            ijmond,
            Label(
                "IJmond en Zuid-Kennemerland: hoogstens 178 per jaar, naar huishoudens en corporatiebezit",
                "IJmond and Zuid-Kennemerland: at most 178 a year, by households and corporation stock",
            ),
            Label(
                "Elk jaar 178 toewijzingen, 1 per 1.000 huishoudens (Haarlem 79, Zandvoort 9), samen 1.780. "
                "corporations.parquet verdeelt ze naar bezit. Van 200 per jaar wachten er in 2034 220.",
                "178 lettings each year, one per 1,000 households (Haarlem 79, Zandvoort 9), 1,780 in all. "
                "corporations.parquet divides them by stock. Of 200 a year 220 wait in 2034.",
            ),
        ),
        "noordoost-brabant": Example(
            noordoost_brabant,
            Label(
                "standplaatsen: eerst de eigen gemeente, dan wie onder het regionaal gemiddelde zit",
                "caravan pitches: the own municipality first, then those below the regional mean",
            ),
            Label(
                "'s-Hertogenbosch heeft 15 standplaatsen nodig en ruimte voor 10. De andere 5 komen in de "
                "vier gemeenten onder 1,3 per 1.000 woningen, niet in Oss (10), dat erboven zit.",
                "'s-Hertogenbosch needs 15 pitches and has room for 10. The other 5 come in the four "
                "municipalities below 1.3 per 1,000 dwellings, not in Oss (10), which is above it.",
            ),
        ),
        "rivierenland": Example(
            rivierenland,
            Label(
                "plekken voor arbeidsmigranten: 80-10-10 naar werkplek",
                "places for labour migrants: 80-10-10 by workplace",
            ),
            Label(
                "Tiel benut zijn 100 plekken; Zaltbommel, met werk voor 40, benut er 50 van de 100: 40 "
                "gedeeld door 80 %. Van 250 nieuwkomers per jaar vinden er 150 een plek.",
                "Tiel uses its 100 places; Zaltbommel, with work for 40, uses 50 of 100: 40 divided by 80 %. "
                "Of 250 newcomers a year 150 find a place.",
            ),
        ),
        "fryslan": Example(
            fryslan,
            Label(
                "Fryslân: hoogstens 30 % met vergunninghouders, op de best passende plek, vereffening "
                "achteraf",
                "Fryslân: at most 30 % with permit holders, at the most fitting place, settled afterwards",
            ),
            Label(
                "600 urgenten en 120 voor vergunninghouders is precies 30 % van 2.400. settlement.parquet: "
                "Leeuwarden huisvest in vijf jaar 600 meer dan naar inwoners en ontvangt 3.000.000 euro bij "
                "5.000 per woning.",
                "600 urgent seekers and 120 for permit holders are exactly 30 % of 2,400. "
                "settlement.parquet: in five years Leeuwarden houses 600 more than by inhabitants and "
                "receives 3,000,000 euros at 5,000 a dwelling.",
            ),
        ),
        "legal-fallback": Example(
            legal_fallback,
            Label(
                "zonder afspraak: 15 % per gemeente volgens de wet, vergunninghouders niet meegeteld",
                "no agreement: 15 % per municipality by law, permit holders not counted",
            ),
            Label(
                "De gemeenten bieden 483 van 3.220 woningen per jaar; van 1.170 urgenten komen er elk jaar "
                "687 wachtenden bij. De afspraak van 30 % met vergunninghouders gaf 966 min 348 is 618: 135 "
                "per jaar meer dan de wet.",
                "The municipalities offer 483 of 3,220 dwellings a year; of 1,170 urgent seekers 687 more "
                "wait each year. The agreement on 30 % with permit holders would give 966 less 348, or 618: "
                "135 a year more than the law.",
            ),
        ),
        "subsidy": Example(
            subsidy,
            Label(
                "een subsidie met voorwaarden: doelgroep, bedrag per woning, start, oplevering, gebruiksduur",
                "a subsidy with strings attached: group, amount per dwelling, start, finish, years of use",
            ),
            Label(
                "Met de subsidie komen er 30 flexwoningen per jaar (2027 en 2028), zonder 15. "
                "finance.parquet: wat de regeling en het budget voor standplaatsen overhouden vervalt, "
                "hoewel er 45 wachten.",
                "With the subsidy 30 flex dwellings a year are completed (2027 and 2028), without it 15. "
                "finance.parquet: what the scheme and the pot for pitches have left lapses, although 45 wait."
                "",
            ),
        ),
    }
)
"""Name -> example."""


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
    return EXAMPLES[name.strip().casefold()].make(language)


__all__ = ["EXAMPLES", "Example", "example", "municipality"]

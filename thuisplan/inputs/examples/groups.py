"""The fifteen target groups of the documents: who they are, their place in the bill, what fits them.

The classification is that of the bill as described in February 2025, the wishes are
those of the advice of 2021 and the letter of June 2024. Numbers of households are
not here: the documents give none that a municipality could use.
"""

from __future__ import annotations

from dataclasses import dataclass

from thuisplan.inputs.labels import Label
from thuisplan.inputs.tables import Group, Suitability

CHECK = Label("controleer de geldende tekst", "check the text in force")
OVERVIEW = Label(
    "Platform31, regionale afspraken doelgroepen, februari 2025; omschrijving: handreiking maart 2024",
    "Platform31, regional agreements on target groups, February 2025; definition: guide of March 2024",
)
ARTICLE_28 = Label(
    "Taakstelling volgens artikel 28 Huisvestingswet, handreiking maart 2024",
    "Task under article 28 of the Housing Act, guide of March 2024",
)
REGION = Label(
    "Kader Stedendriehoek, maart 2026: regionale verordening in voorbereiding",
    "Framework Stedendriehoek, March 2026: regional ordinance being drafted",
)
WISHES = Label(
    "Een thuis voor iedereen 2021, woonwensen per doelgroep",
    "Een thuis voor iedereen 2021, housing wishes per group",
)
OVERLAP = Label(
    "Kamerbrief juni 2024: geclusterd, zorggeschikt en mantelzorg overlappen met ouderen",
    "Letter to parliament, June 2024: clustered, care-suitable and informal care overlap with older people",
)

TO_THE_CAP = ("first_cap", "quality_discount", "second_cap")
"""The outflow that the letter counts goes to dwellings up to the cap threshold."""

UNDER_23 = ("quality_discount",)
"""Below 23 there is rent allowance up to the quality discount limit only."""

TEMPORARY_YEARS = 2
"""Rent allowance in a dwelling with a limited stay was possible for two years at most (2021)."""

CLUSTERED_YEARS = 3
"""Not stated, but implied by the national table: 61,600 = 7 x 8,800, and 8,800 x 3 / 7 = 3,771 a year."""

STUDENT_YEARS = 4
MIGRANT_YEARS = 1


@dataclass(frozen=True, slots=True)
class _Group:
    """A group as the documents describe it."""

    roles: tuple[str, ...]
    definition: Label
    rent_classes: tuple[str, ...] = ()
    status: str = "bill"
    status_date: str = "2025-02"
    source: Label = OVERVIEW


_STATUTORY = ("programme", "statutory")
_PROGRAMME = ("programme",)

_GROUPS = {
    "informal_care": _Group(
        _STATUTORY,
        Label(
            "Zoekt een andere woning om langdurige, intensieve mantelzorg te geven of te krijgen. Urgent "
            "onder voorwaarden.",
            "Needs another dwelling to give or receive long-lasting, intensive informal care. Urgent under "
            "conditions.",
        ),
        TO_THE_CAP,
    ),
    "disability": _Group(
        _STATUTORY,
        Label(
            "Lichamelijke, verstandelijke of zintuiglijke beperking of psychische kwetsbaarheid. Urgent "
            "alleen als een ernstige, chronische medische reden een andere woning nodig maakt.",
            "Physical, intellectual or sensory disability or psychological vulnerability. Urgent only if a "
            "serious, chronic medical reason requires another dwelling.",
        ),
        TO_THE_CAP,
    ),
    "homeless": _Group(
        _STATUTORY,
        Label(
            "Slaapt buiten, in de opvang, op een plek die geen woning is of noodgedwongen bij anderen. "
            "Urgent alleen wie uitstroomt uit de maatschappelijke opvang.",
            "Sleeps rough, in a shelter, in a place that is no dwelling or, out of necessity, with others. "
            "Urgent only on leaving a homeless shelter.",
        ),
        TO_THE_CAP,
    ),
    "sheltered_living": _Group(
        _STATUTORY,
        Label("Verlaat beschermd wonen en gaat zelfstandig wonen.", "Leaves sheltered living to live alone."),
        TO_THE_CAP,
    ),
    "mental_health": _Group(
        _STATUTORY,
        Label(
            "Verlaat een klinische opname in de geestelijke gezondheidszorg.",
            "Leaves a clinical stay in mental health care.",
        ),
        TO_THE_CAP,
    ),
    "womens_shelter": _Group(
        _STATUTORY,
        Label(
            "Verlaat de vrouwenopvang of de opvang voor slachtoffers van mensenhandel.",
            "Leaves a women's shelter or a shelter for victims of human trafficking.",
        ),
        TO_THE_CAP,
    ),
    "youth_care": _Group(
        _STATUTORY,
        Label(
            "Van 18 tot 23 jaar, verlaat een instelling of pleegzorg. Urgent alleen uit een instelling.",
            "Aged 18 to 23, leaves an institution or foster care. Urgent only on leaving an institution.",
        ),
        UNDER_23,
    ),
    "detention": _Group(
        _STATUTORY,
        Label(
            "Komt uit (jeugd)detentie of forensische zorg. Urgent na detentie van drie maanden of langer, en "
            "na forensische zorg.",
            "Leaves (youth) detention or forensic care. Urgent after detention of three months or longer, "
            "and after forensic care.",
        ),
        TO_THE_CAP,
    ),
    "sex_work_exit": _Group(
        _STATUTORY,
        Label(
            "Stopt met sekswerk in een uitstapregeling.",
            "Leaves sex work in an exit scheme.",
        ),
        TO_THE_CAP,
    ),
    "labour_migrants": _Group(
        _PROGRAMME,
        Label(
            "Uit een ander land van de Europese Unie, hier voor tijdelijk werk, zonder hoofdverblijf hier.",
            "From another country of the European Union, here for temporary work, main residence elsewhere.",
        ),
    ),
    "students": _Group(
        _PROGRAMME,
        Label(
            "Voltijd ingeschreven bij een mbo, hbo of universiteit in de woningmarktregio.",
            "Full-time student at a school or university in the housing market region.",
        ),
    ),
    "caravan_dwellers": _Group(
        _PROGRAMME,
        Label(
            "Wil in een woonwagen wonen omdat dat bij de eigen afkomst hoort: zelf, ouders of grootouders "
            "woonden in een woonwagen.",
            "Wants to live in a caravan as part of their descent: they or their (grand)parents lived in one.",
        ),
    ),
    "older_people": _Group(
        _PROGRAMME,
        Label(
            "Ouderen die een nultredenwoning, geclusterde of zorggeschikte woning nodig hebben. Zij staan "
            "naast de aandachtsgroepen; een woning telt voor een van beide.",
            "Older people who need a zero-step, clustered or care-suitable dwelling. They stand beside the "
            "special groups; a dwelling counts for one of the two.",
        ),
    ),
    "permit_holders": _Group(
        ("programme", "task"),
        Label(
            "Vergunninghouders van de wettelijke taakstelling; niet wettelijk urgent.",
            "Permit holders of the statutory task; not urgent by law.",
        ),
        TO_THE_CAP,
        status="act",
        status_date="2024-03",
        source=ARTICLE_28,
    ),
    "regional_urgent": _Group(
        ("regional",),
        Label(
            "Door de regio zelf als urgent aangewezen, zoals bij scheiding met minderjarige kinderen en bij "
            "herstructurering.",
            "Urgent by choice of the region, such as divorce with minor children and restructuring.",
        ),
        TO_THE_CAP,
        status="draft",
        status_date="2026-03",
        source=REGION,
    ),
}


def target_groups(language: str) -> tuple[Group, ...]:
    """Return the fifteen groups with their definition and source in the language of the reader."""
    return tuple(
        Group(
            group=code,
            definition=row.definition.text(language),
            roles=row.roles,
            rent_classes=row.rent_classes,
            status=row.status,
            status_date=row.status_date,
            source=f"{row.source.text(language)}; {CHECK.text(language)}",
        )
        for code, row in _GROUPS.items()
    )


def _fits(
    group: str,
    dwelling_type: str,
    source: Label,
    *,
    route: str | None = None,
    stay: int | None = None,
    returns: bool = True,
) -> tuple[Label, Suitability]:
    row = Suitability(
        group=group, dwelling_type=dwelling_type, route=route, stay_years=stay, returns=returns, source=None
    )
    return source, row


def _temporary(years: int, source: Label) -> Label:
    return Label(
        f"{source.nl}; verblijf van {years} jaar: aanname", f"{source.en}; stay of {years} years: assumption"
    )


_IN_BETWEEN = Label(
    f"{WISHES.nl}: flexwoning als tussenstap, ten hoogste {TEMPORARY_YEARS} jaar met huurtoeslag",
    f"{WISHES.en}: flex as a step in between, {TEMPORARY_YEARS} years at most with rent allowance",
)
_CLUSTERED = Label(
    f"{OVERLAP.nl}; verblijf van {CLUSTERED_YEARS} jaar is afgeleid uit de tabel, niet genoemd",
    f"{OVERLAP.en}; the stay of {CLUSTERED_YEARS} years is derived from the table, not stated",
)
_REGULAR = (
    "informal_care",
    "disability",
    "homeless",
    "sheltered_living",
    "mental_health",
    "womens_shelter",
    "youth_care",
    "detention",
    "sex_work_exit",
    "permit_holders",
    "regional_urgent",
)

_FITS = (
    *(_fits(group, "social_regular", WISHES) for group in _REGULAR),
    _fits("homeless", "social_regular", _IN_BETWEEN, route="flex", stay=TEMPORARY_YEARS),
    _fits("permit_holders", "social_regular", _IN_BETWEEN, route="flex", stay=TEMPORARY_YEARS),
    _fits("homeless", "room", _temporary(TEMPORARY_YEARS, WISHES), stay=TEMPORARY_YEARS),
    _fits("youth_care", "room", _temporary(TEMPORARY_YEARS, WISHES), stay=TEMPORARY_YEARS),
    _fits("regional_urgent", "room", _temporary(TEMPORARY_YEARS, WISHES), stay=TEMPORARY_YEARS),
    _fits("sheltered_living", "clustered", _CLUSTERED, stay=CLUSTERED_YEARS),
    _fits("mental_health", "clustered", _CLUSTERED, stay=CLUSTERED_YEARS),
    _fits("disability", "clustered", OVERLAP),
    _fits("disability", "care_suitable", OVERLAP),
    _fits("informal_care", "informal_care_unit", OVERLAP),
    _fits("older_people", "clustered", OVERLAP),
    _fits("older_people", "care_suitable", OVERLAP),
    _fits("older_people", "informal_care_unit", OVERLAP),
    _fits("students", "room", _temporary(STUDENT_YEARS, WISHES), stay=STUDENT_YEARS, returns=False),
    _fits(
        "students",
        "social_regular",
        _temporary(STUDENT_YEARS, WISHES),
        route="flex",
        stay=STUDENT_YEARS,
        returns=False,
    ),
    _fits(
        "labour_migrants",
        "short_midstay",
        _temporary(MIGRANT_YEARS, WISHES),
        stay=MIGRANT_YEARS,
        returns=False,
    ),
    _fits(
        "labour_migrants",
        "social_regular",
        _temporary(MIGRANT_YEARS, WISHES),
        route="flex",
        stay=MIGRANT_YEARS,
        returns=False,
    ),
    _fits("caravan_dwellers", "caravan", WISHES),
)


def suitability(language: str) -> tuple[Suitability, ...]:
    """Return what fits each group everywhere, with the source in the language of the reader."""
    return tuple(
        Suitability(
            group=row.group,
            dwelling_type=row.dwelling_type,
            route=row.route,
            stay_years=row.stay_years,
            returns=row.returns,
            source=source.text(language),
        )
        for source, row in _FITS
    )


TARGET_GROUPS = target_groups("nl")
"""The fifteen groups, described in Dutch."""

SUITABILITY = suitability("nl")
"""What fits each group, with Dutch sources."""

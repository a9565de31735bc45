"""Ready sets of rules that a scenario can name; rules are data with a status and a date.

A scenario replaces a rule by an own rule with the same id, and a number by an own
parameter of that rule. What a set takes from the scenario is the key ``inhabitants``
(``KEY``), and today's share where a growth path starts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from thuisplan.inputs.tables import Rule, RuleParameter

CHECK = "controleer de geldende tekst / check the text in force"

KEY = "inhabitants"
"""Distribution key that a scenario with a fair share from a set must have in its table ``keys``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A text that rules rest on: how firm it is, of what date, and its name."""

    status: str
    date: str
    name: str

    def rule(
        self,
        rule_id: str,
        family: str,
        purpose: str,
        says: str,
        /,
        *,
        track: int = 1,
        strength: str = "hard",
        **numbers: str,
    ) -> tuple[Rule, tuple[RuleParameter, ...]]:
        """Return a rule of this text with its numbers; ``says`` is what the text says."""
        rule = Rule(
            rule_id=rule_id,
            family=family,
            track=track,
            purpose=purpose,
            place=None,
            strength=strength,
            weight=Fraction(1),
            valid_from=None,
            valid_to=None,
            status=self.status,
            status_date=self.date,
            source=f"{self.name} ({says}); {CHECK}",
        )
        parameters = (
            RuleParameter(rule_id=rule_id, parameter=name, value=value) for name, value in numbers.items()
        )
        return rule, tuple(parameters)


_Made = tuple[tuple[Rule, tuple[RuleParameter, ...]], ...]


def _two_thirds(text: _Text) -> _Made:
    """Return the rule that holds per nation, province and region, never per municipality."""
    return (
        text.rule(
            "affordable-nation", "affordable_share", "nation", "twee derde betaalbaar, land", share="2/3"
        ),
        text.rule(
            "affordable-province",
            "affordable_share",
            "province",
            "twee derde betaalbaar, provincie",
            share="2/3",
        ),
        text.rule(
            "affordable-region",
            "affordable_share",
            "woningbouwregio",
            "twee derde betaalbaar, regio",
            share="2/3",
        ),
    )


_DECREE_2024 = _Text(
    status="draft",
    date="2024-06",
    name="Ontwerpbesluit versterking regie volkshuisvesting, Kamerbrief juni 2024",
)
_DECREE_2025 = _Text(
    status="draft",
    date="2025-12-19",
    name="Ontwerpbesluit versterking regie volkshuisvesting, Kamerbrief 19 december 2025, met het amendement "
    "van 11 maart 2025; gezien als samenvatting, niet bevestigd",
)
_STEDENDRIEHOEK = _Text(status="agreement", date="2026-03", name="Regionaal kader Stedendriehoek, maart 2026")
_GMR = _Text(
    status="agreement",
    date="2024",
    name="Afspraken Groene Metropoolregio Arnhem-Nijmegen, najaar 2024, volgens Platform31, februari 2025",
)
_BILL = _Text(
    status="bill",
    date="2024-03",
    name="Wetsvoorstel versterking regie volkshuisvesting, volgens Platform31, maart 2024",
)

_SETS: Mapping[str, _Made] = {
    "draft-decree-2024": (
        *_two_thirds(_DECREE_2024),
        _DECREE_2024.rule(
            "social-30",
            "social_share",
            "municipality",
            "30 % sociale huur onder het gemiddelde",
            share="3/10",
            side="below",
        ),
        _DECREE_2024.rule(
            "mid-40",
            "mid_share",
            "municipality",
            "40 % middensegment boven het gemiddelde",
            share="2/5",
            side="above",
        ),
    ),
    "draft-decree-2025": (
        *_two_thirds(_DECREE_2025),
        _DECREE_2025.rule(
            "social-30",
            "social_share",
            "municipality",
            "de gemeente kiest: 30 % sociale huur of 40 % middensegment",
            share="3/10",
            side="chosen",
        ),
        _DECREE_2025.rule(
            "mid-40",
            "mid_share",
            "municipality",
            "de gemeente kiest: 40 % middensegment of 30 % sociale huur",
            share="2/5",
            side="chosen",
        ),
    ),
    "stedendriehoek-2026": (
        _STEDENDRIEHOEK.rule(
            "vacancies-30",
            "vacancy_share",
            "agreement",
            "toewerken naar 30 % van de vrijkomende sociale huurwoningen voor urgente woningzoekenden met "
            "vergunninghouders, in tien jaar tot 2035; het collegebesluit spreekt van ten hoogste 30 %",
            track=2,
            strength="soft",
            form="target",
            share="3/10",
            base="vacated",
            permit_holders="yes",
            path_first_year="2024",
            path_last_year="2035",
        ),
        _STEDENDRIEHOEK.rule(
            "fair-share-urgent",
            "fair_share",
            "agreement",
            f"verdeling van de urgente woningzoekenden naar inwoners; de sleutel heet hier '{KEY}'",
            track=2,
            strength="soft",
            key=KEY,
            checkpoint_every="1",
        ),
    ),
    "gmr-2024": (
        _GMR.rule(
            "vacancies-25",
            "vacancy_share",
            "agreement",
            "25 % van de vrijkomende sociale huurwoningen voor urgente, 75 % voor reguliere woningzoekenden, "
            "ingroei tot eind 2026; of vergunninghouders meetellen staat er niet, hier niet",
            track=2,
            strength="soft",
            form="target",
            share="1/4",
            base="vacated",
            permit_holders="no",
            path_first_year="2024",
            path_last_year="2026",
        ),
        _GMR.rule(
            "fair-share-urgent",
            "fair_share",
            "agreement",
            f"verdeling van de urgente woningzoekenden naar inwoners; de sleutel heet hier '{KEY}'",
            track=2,
            strength="soft",
            key=KEY,
            checkpoint_every="1",
        ),
    ),
    "legal-fallback": (
        # Soft: the law asks to offer dwellings; with fewer seekers than that they cannot all be let.
        _BILL.rule(
            "vacancies-15",
            "vacancy_share",
            "municipality",
            "zonder tijdige regionale afspraak: elke gemeente 15 % van de vrijkomende aangewezen "
            "huurwoningen voor wettelijk urgente woningzoekenden, vergunninghouders niet meegeteld",
            track=2,
            strength="soft",
            form="floor",
            share="3/20",
            base="designated",
            roles="statutory",
            permit_holders="no",
        ),
    ),
}

RULE_SETS: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {name: tuple(rule for rule, _ in made) for name, made in _SETS.items()}
)
"""Name of the set -> its rules."""

NUMBERS: Mapping[str, tuple[RuleParameter, ...]] = MappingProxyType(
    {name: tuple(number for _, numbers in made for number in numbers) for name, made in _SETS.items()}
)
"""Name of the set -> the numbers of its rules, as the text of its date has them."""

ALTERNATIVES: tuple[frozenset[str], ...] = (
    frozenset({"draft-decree-2024", "draft-decree-2025"}),
    frozenset({"stedendriehoek-2026", "gmr-2024", "legal-fallback"}),
)
"""Sets of which one can hold at a time: versions of a text; agreements, or the law without one."""


def contradictions(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the named sets that cannot hold together, in the order in which they are named."""
    for alternatives in ALTERNATIVES:
        both = tuple(dict.fromkeys(name for name in names if name in alternatives))
        if len(both) > 1:
            yield both

"""Ready sets of rules that a scenario can name; rules are data with a status and a date."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from thuisplan.inputs.tables import Rule, RuleParameter

CHECK = "controleer de geldende tekst / check the text in force"


def _decree(rule_id: str, family: str, purpose: str, lines: str) -> Rule:
    return Rule(
        rule_id=rule_id,
        family=family,
        track=1,
        purpose=purpose,
        place=None,
        strength="hard",
        weight=Fraction(1),
        valid_from=None,
        valid_to=None,
        status="draft",
        status_date="2024-06",
        source=f"Ontwerpbesluit versterking regie volkshuisvesting, Kamerbrief juni 2024 ({lines}); {CHECK}",
    )


RULE_SETS: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "draft-decree-2024": (
            _decree("affordable-nation", "affordable_share", "nation", "twee derde betaalbaar, land"),
            _decree(
                "affordable-province", "affordable_share", "province", "twee derde betaalbaar, provincie"
            ),
            _decree(
                "affordable-region", "affordable_share", "woningbouwregio", "twee derde betaalbaar, regio"
            ),
            _decree("social-30", "social_share", "municipality", "30 % sociale huur onder het gemiddelde"),
            _decree("mid-40", "mid_share", "municipality", "40 % middensegment boven het gemiddelde"),
        )
    }
)
"""Name of the set -> its rules."""


def _numbers(rule_id: str, share: str, side: str | None = None) -> tuple[RuleParameter, ...]:
    values = {"share": share} | ({"side": side} if side else {})
    return tuple(RuleParameter(rule_id=rule_id, parameter=n, value=v) for n, v in values.items())


NUMBERS: Mapping[str, tuple[RuleParameter, ...]] = MappingProxyType(
    {
        "draft-decree-2024": (
            *_numbers("affordable-nation", "2/3"),
            *_numbers("affordable-province", "2/3"),
            *_numbers("affordable-region", "2/3"),
            *_numbers("social-30", "3/10", "below"),
            *_numbers("mid-40", "2/5", "above"),
        )
    }
)
"""Name of the set -> the numbers of its rules, as the text of its date has them."""

"""The rule families: their parameters, default strength and which come by themselves.

What a family demands stands in ``model/rules/<family>.py`` and, for the second
time, in ``outputs/verification/<family>.py``. Here is only what a user may set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from thuisplan.inputs.columns import Column
from thuisplan.inputs.parameters.base import NoParameters, Parameters
from thuisplan.inputs.parameters.lettings import (
    FlexLifeParameters,
    NeighbourhoodParameters,
    OwnFirstParameters,
    PermitHoldersParameters,
    VacancyShareParameters,
    WorkplaceMixParameters,
)
from thuisplan.inputs.parameters.programme import (
    AffordableShareParameters,
    FairShareParameters,
    FeatureTargetParameters,
    MidShareParameters,
    MinimumContributionParameters,
    NeedParameters,
    SocialShareParameters,
    SteadySeriesParameters,
    StockShareParameters,
)
from thuisplan.inputs.raw import plain_name


@dataclass(frozen=True, slots=True)
class Family:
    """What a user may set of a rule family.

    Parameters
    ----------
    parameters
        Schema of its parameters.
    strength
        Default strength.
    purpose
        Default level.
    automatic
        Whether one rule of this family exists without being named; its id is
        the name of the family.
    always
        Whether it says how many dwellings there are to let or to move. Such a rule is hard
        and frees no place, and one that is automatic holds in all years: without it a plan
        would use dwellings that do not exist.
    """

    parameters: type[Parameters]
    strength: str
    purpose: str = "municipality"
    automatic: bool = False
    always: bool = False


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "need": Family(NeedParameters, "soft", automatic=True),
        "capacity": Family(NoParameters, "hard", automatic=True),
        "availability": Family(NoParameters, "hard", automatic=True),
        "commitment": Family(NoParameters, "hard", automatic=True),
        "exclusion": Family(NoParameters, "hard", automatic=True),
        "project_size": Family(NoParameters, "hard", automatic=True),
        "extra_cost": Family(NoParameters, "hard", automatic=True),
        "deficit": Family(NoParameters, "hard", automatic=True),
        "social_share": Family(SocialShareParameters, "hard"),
        "mid_share": Family(MidShareParameters, "hard"),
        "affordable_share": Family(AffordableShareParameters, "hard", "woningbouwregio"),
        "feature_target": Family(FeatureTargetParameters, "soft"),
        "fair_share": Family(FairShareParameters, "soft", "agreement"),
        "minimum_contribution": Family(MinimumContributionParameters, "hard"),
        "stock_share": Family(StockShareParameters, "monitor"),
        "lettings": Family(NoParameters, "hard", automatic=True, always=True),
        "waiting_list": Family(NoParameters, "soft", automatic=True),
        "vacancy_share": Family(VacancyShareParameters, "soft", "agreement"),
        "permit_holders": Family(PermitHoldersParameters, "soft", "agreement", automatic=True),
        "follow_up": Family(NoParameters, "hard", automatic=True),
        "steady_series": Family(SteadySeriesParameters, "soft"),
        "flex_life": Family(FlexLifeParameters, "hard", "agreement", always=True),
        "workplace_mix": Family(WorkplaceMixParameters, "hard", "agreement"),
        "own_first": Family(OwnFirstParameters, "hard", "agreement"),
        "neighbourhood": Family(NeighbourhoodParameters, "hard", automatic=True),
        "care_capacity": Family(NoParameters, "hard", automatic=True),
    }
)
"""Family name -> what a user may set of it."""


def parameter_column(family: str, name: str) -> Column | None:
    """Return the parameter of a family by its English or Dutch name, or None."""
    for column_ in FAMILIES[family].parameters.columns():
        if plain_name(name) in (plain_name(column_.name), plain_name(column_.nl)):
            return column_
    return None

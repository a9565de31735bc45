"""The input tables. Each is a row type whose fields describe its columns."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from thuisplan.inputs.columns import Row
from thuisplan.inputs.tables.agreements import (
    Assumption,
    Exemption,
    Rule,
    RuleParameter,
    StageRow,
)
from thuisplan.inputs.tables.changes import Deviation, Override
from thuisplan.inputs.tables.demand import Need
from thuisplan.inputs.tables.groups import Flow, Group, Suitability
from thuisplan.inputs.tables.keys import (
    Key,
    KeyBound,
    KeyFactor,
    KeyOverride,
    KeyShare,
    MunicipalityFigure,
)
from thuisplan.inputs.tables.lettings import FlexStock, FlowThrough, PermitSwap, PermitTask, Turnover
from thuisplan.inputs.tables.local import CareCapacity, CareDemand, Corporation, Neighbourhood, Tariff
from thuisplan.inputs.tables.money import Budget, Pot, PriceIndex
from thuisplan.inputs.tables.places import Membership, Municipality, StockChange
from thuisplan.inputs.tables.reasons import Reason
from thuisplan.inputs.tables.supply import (
    Availability,
    Capacity,
    Commitment,
    Exclusion,
    Option,
    Plan,
    Realisation,
    Realised,
)

TABLES: Mapping[str, type[Row]] = MappingProxyType(
    {
        row_type.table: row_type
        for row_type in (
            Municipality,
            Membership,
            MunicipalityFigure,
            Option,
            Availability,
            Capacity,
            Plan,
            Realisation,
            Commitment,
            Realised,
            Exclusion,
            StockChange,
            Need,
            Group,
            Flow,
            Suitability,
            Turnover,
            FlowThrough,
            PermitTask,
            PermitSwap,
            FlexStock,
            Neighbourhood,
            CareDemand,
            CareCapacity,
            Corporation,
            Tariff,
            Pot,
            Budget,
            PriceIndex,
            Key,
            KeyFactor,
            KeyBound,
            KeyOverride,
            KeyShare,
            Rule,
            RuleParameter,
            Exemption,
            Deviation,
            Override,
            Reason,
            StageRow,
            Assumption,
        )
    }
)
"""Table name -> row type, in the order of templates and documentation."""

__all__ = [
    "TABLES",
    "Assumption",
    "Availability",
    "Budget",
    "Capacity",
    "CareCapacity",
    "CareDemand",
    "Commitment",
    "Corporation",
    "Deviation",
    "Exclusion",
    "Exemption",
    "FlexStock",
    "Flow",
    "FlowThrough",
    "Group",
    "Key",
    "KeyBound",
    "KeyFactor",
    "KeyOverride",
    "KeyShare",
    "Membership",
    "Municipality",
    "MunicipalityFigure",
    "Need",
    "Neighbourhood",
    "Option",
    "Override",
    "PermitSwap",
    "PermitTask",
    "Plan",
    "Pot",
    "PriceIndex",
    "Realisation",
    "Realised",
    "Reason",
    "Rule",
    "RuleParameter",
    "StageRow",
    "StockChange",
    "Suitability",
    "Tariff",
    "Turnover",
]

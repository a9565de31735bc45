"""The input tables. Each is a row type whose fields describe its columns."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from thuisplan.inputs.columns import Row
from thuisplan.inputs.tables.agreements import (
    Assumption,
    Exemption,
    Key,
    KeyShare,
    Rule,
    RuleParameter,
    StageRow,
)
from thuisplan.inputs.tables.demand import Need
from thuisplan.inputs.tables.money import Budget, Pot
from thuisplan.inputs.tables.places import Membership, Municipality, StockChange
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
            Pot,
            Budget,
            Key,
            KeyShare,
            Rule,
            RuleParameter,
            Exemption,
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
    "Commitment",
    "Exclusion",
    "Exemption",
    "Key",
    "KeyShare",
    "Membership",
    "Municipality",
    "Need",
    "Option",
    "Plan",
    "Pot",
    "Realisation",
    "Realised",
    "Rule",
    "RuleParameter",
    "StageRow",
    "StockChange",
]

"""Defaults for what the input leaves open, each with source, year and status."""

from __future__ import annotations

from fractions import Fraction

from thuisplan.inputs.tables import Option, StageRow

_PROGRAMME_TYPES = frozenset(
    {"social_regular", "clustered", "care_suitable", "mid_rent", "affordable_owner", "market"}
)
_PROGRAMME_ROUTES = frozenset({"new_build", "transformation", "topping_up", "splitting_sharing"})
_NOT_BUILT = frozenset({"adaptation", "acquisition"})

MODEL_CHOICE = (
    "Thuisplan: modelkeuze, te vervangen in de tabel opties / model choice, replaceable in the table options"
)


def option_flags(option: Option) -> dict[str, bool]:
    """Return what an option counts for when the input does not say.

    Counts in the new-build programme: regular, clustered, care-suitable, middle,
    owner and market dwellings by new build, transformation, topping up or
    splitting, inside the segments. Flex, rooms, pitches, informal care, short stay,
    adaptation and acquisition do not.
    """
    in_programme = (
        option.dwelling_type in _PROGRAMME_TYPES
        and option.route in _PROGRAMME_ROUTES
        and option.segment != "outside"
    )
    built = option.route not in _NOT_BUILT
    return {
        "in_programme": in_programme,
        "adds_social": built and option.segment == "social_rent",
        "adds_mid": built and option.segment in ("mid_rent", "affordable_owner"),
        "adds_stock": built and option.unit == "dwelling",
        "uses_capacity": built and (in_programme or option.route == "flex"),
    }


def _stage(stage: int, measure: str, close: tuple[str, str], keep: tuple[str, str]) -> StageRow:
    return StageRow(
        stage=stage,
        measure=measure,
        weight=Fraction(1),
        close_rel=Fraction(close[0]),
        close_abs=Fraction(close[1]),
        keep_rel=Fraction(keep[0]),
        keep_abs=Fraction(keep[1]),
    )


STAGES: tuple[StageRow, ...] = (
    _stage(1, "unmet_special", ("0.001", "1"), ("0.005", "1")),
    _stage(2, "unmet_regular", ("0.001", "1"), ("0.005", "1")),
    _stage(3, "rule_violation", ("0.01", "0.005"), ("0.005", "0.001")),
    _stage(4, "fair_share_max", ("0", "0.005"), ("0", "0.005")),
    _stage(5, "fair_share_mean", ("0", "0.005"), ("0", "0.005")),
    _stage(6, "extra_cost", ("0.01", "1"), ("0.01", "1")),
    _stage(7, "deficit", ("0.01", "1"), ("0.01", "1")),
    _stage(8, "lateness", ("0.01", "1"), ("0.01", "1")),
)
"""Objectives in order. Units: dwelling-years, -, share, thousands of euros, dwelling-years."""

CHANGE: StageRow = _stage(8, "change", ("0.01", "0"), ("0", "0"))
"""Where an earlier plan is given; nothing is given back for what is built earlier [dwellings]."""

SWAPS: StageRow = _stage(9, "swapped", ("0", "1"), ("0", "0"))
"""The last objective where the plan may swap tasks for permit holders: no more than it needs [persons]."""

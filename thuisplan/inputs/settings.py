"""The settings of a scenario: ``scenario.toml``, or the sheet ``scenario``."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from thuisplan.inputs.columns import CellError, read_exact


def _exact(value: Any) -> Fraction:
    if isinstance(value, Fraction):
        return value
    try:
        return Fraction(read_exact(value).value)
    except CellError as error:
        raise ValueError(error.code) from error


Exact = Annotated[Fraction, BeforeValidator(_exact)]
Year = Annotated[int, Field(ge=1990, le=2100)]


class Settings(BaseModel):
    """What holds for the whole scenario.

    The description of a field is its documentation; unknown settings are refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    format: Literal[1] = Field(description="Version of the input format.")
    name: str = Field(description="Name of the scenario.")
    language: Literal["nl", "en"] = Field("nl", description="Language of messages and reports.")
    first_year: Year = Field(description="First year of the horizon.")
    last_year: Year = Field(description="Last year of the horizon.")
    first_open_year: Year | None = Field(
        None, description="First year that can still be planned; earlier years are realised figures."
    )
    rule_sets: tuple[str, ...] = Field((), description="Ready sets of rules to start from.")
    need_level: Literal["low", "central", "high"] = Field(
        "central", description="Which estimate of the needs counts."
    )
    national_social_share: Exact = Field(
        Fraction(259, 1000),
        description="National average share of social rent; decides between 30 % social and 40 % middle.",
    )
    national_social_share_year: Year = Field(2022, description="Reference year of that average.")
    price_year: Year | None = Field(
        None,
        description="Price year of the plan: costs and pots of another price year are converted with the "
        "table price_indices; without it nothing is converted.",
    )
    permit_holders_inside: bool = Field(
        False, description="Whether permit holders are part of the task for urgents (true) or on top (false)."
    )
    housed_today_includes_permit_holders: bool = Field(
        True, description="Whether the lettings to urgents today include those to permit holders."
    )
    permit_holder_priority: bool = Field(
        True,
        description="Whether permit holders may have priority for vacated dwellings; without it their task "
        "stays and moves to building.",
    )
    at_average: Literal["below", "above"] = Field(
        "below", description="Side of a municipality exactly at the average."
    )

    @model_validator(mode="after")
    def _years_in_order(self) -> Settings:
        if self.last_year < self.first_year:
            raise ValueError("years_out_of_order")
        if self.last_year - self.first_year > 49:
            raise ValueError("horizon_too_long")
        if self.first_open_year is not None and not (
            self.first_year <= self.first_open_year <= self.last_year
        ):
            raise ValueError("open_year_outside_horizon")
        return self

    @property
    def years(self) -> tuple[int, ...]:
        """Years of the horizon, in order."""
        return tuple(range(self.first_year, self.last_year + 1))

    @property
    def open_year(self) -> int:
        """First year that can be planned."""
        return self.first_open_year if self.first_open_year is not None else self.first_year

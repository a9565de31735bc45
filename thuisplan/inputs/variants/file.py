"""What may stand in a file of variants, and how it is read from disk."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from thuisplan.inputs.csv_files import read_text, read_toml
from thuisplan.inputs.findings import InputError
from thuisplan.inputs.raw import wrong
from thuisplan.inputs.settings import Year
from thuisplan.inputs.variants.places import Report, Where, line_numbers

FILE = "variants.toml"
"""Name that a file of variants has in a folder."""

MOST_DRAWS = 10_000


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Run(_Part):
    """How every variant is solved."""

    stages: Literal["all", "first"] = "all"
    gap: Annotated[float, Field(ge=0, lt=1)] | None = None
    time_limit: Annotated[float, Field(gt=0)] = 600.0
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0


class Written(_Part):
    """A variant that is written out."""

    name: Annotated[str, Field(min_length=1)]
    changes: tuple[str, ...] = ()


class Grid(_Part):
    """Every combination of the named changes on its axes."""

    name: Annotated[str, Field(min_length=1)]
    axes: Annotated[dict[str, Annotated[tuple[str, ...], Field(min_length=1)]], Field(min_length=1)]


class Csv(_Part):
    """Variants in a table of changes."""

    file: str


class Prices(_Part):
    """Rules of which the price is asked."""

    rules: Annotated[tuple[str, ...], Field(min_length=1)]


class Frontier(_Part):
    """What is weighed against what, and how much of the first is given back."""

    measures: Annotated[tuple[str, ...], Field(min_length=2)]
    keep: Annotated[tuple[Any, ...], Field(min_length=1)]


class Drawn(_Part):
    """What is drawn."""

    count: Annotated[int, Field(ge=1, le=MOST_DRAWS)]
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    hold: Any = "90%"
    needs: bool = False
    flows: Any = None
    costs: dict[str, Any] = {}
    attrition: dict[str, Any] = {}


class LeastRegret(_Part):
    """Over which variants regret is least."""

    scenarios: Annotated[tuple[str, ...], Field(min_length=2)]
    common_until: Year
    time_limit: Annotated[float, Field(gt=0)] = 120.0


class VariantsFile(_Part):
    """Everything that may stand in a file of variants."""

    format: Literal[1]
    base: Annotated[str, Field(min_length=1)]
    reference: str = "base"
    run: Run = Run()
    changes: dict[str, Any] = {}
    variant: tuple[Written, ...] = ()
    grid: tuple[Grid, ...] = ()
    csv: tuple[Csv, ...] = ()
    prices: Prices | None = None
    frontier: Frontier | None = None
    draws: Drawn | None = None
    regret: LeastRegret | None = None


def found_file(path: Path) -> Path:
    """Return the file of variants that a path means; a folder may hold one.

    Parameters
    ----------
    path
        What the user gave.

    Raises
    ------
    InputError
        If there is none, or it is an input instead.
    """
    if path.is_dir() and (path / FILE).is_file():
        return path / FILE
    if path.is_dir():
        raise InputError([wrong("variants_folder", str(path), file=FILE)])
    if not path.exists():
        raise InputError([wrong("variants_missing", str(path))])
    if path.suffix.casefold() != ".toml" or path.name.casefold() == "scenario.toml":
        raise InputError([wrong("variants_not_toml", path.name)])
    return path


def read_file(path: Path) -> tuple[VariantsFile | None, Mapping[str, Any], Report]:
    """Read a file of variants without holding it against its base.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    file
        What it says; None if it is wrong.
    given
        The same as it was written.
    report
        What is wrong with it, and where things stand.

    Raises
    ------
    InputError
        If nothing of it can be read.
    """
    given = read_toml(path, path.name)
    report = Report(path.name, line_numbers(read_text(path, path.name)))
    try:
        return VariantsFile.model_validate(given), given, report
    except ValidationError as error:
        if "base" not in given and "first_year" in given:
            report.at("variants_not_toml", ())
        else:
            for detail in error.errors():
                _report(report, detail)
        return None, given, report


def _report(report: Report, detail: ErrorDetails) -> None:
    where: Where = detail["loc"]
    context = detail.get("ctx", {})
    if detail["type"] == "extra_forbidden":
        report.unknown("variants_unknown_key", where, str(where[-1]), _fields(where[:-1]))
    elif detail["type"] == "missing":
        report.at("variants_missing_key", where, None, name=str(where[-1]))
    elif where == ("format",):
        report.at("unsupported_format", where, detail["input"], supported=1)
    else:
        limits = {
            "minimum": context.get("ge", context.get("gt")),
            "maximum": context.get("le", context.get("lt")),
        }
        known = tuple(typing.get_args(_literal(where))) or None
        report.at("variants_bad_value", where, _shown(detail["input"]), known=known, **limits)


def _shown(value: Any) -> Any:
    return None if isinstance(value, dict | list | tuple) else value


def _model(where: Where) -> type[BaseModel] | None:
    """Return what describes the table at a place."""
    model: type[BaseModel] = VariantsFile
    for part in where:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        inner = None if field is None else _inner(field.annotation)
        if inner is None:
            return None
        model = inner
    return model


def _inner(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in typing.get_args(annotation) if (found := _inner(one))), None)


def _fields(where: Where) -> tuple[str, ...]:
    model = _model(where)
    return tuple(model.model_fields) if model else ()


def _literal(where: Where) -> Any:
    """Return the choice that a value must be, if it is one."""
    model = _model(where[:-1])
    field = model.model_fields.get(str(where[-1])) if model else None
    return field.annotation if field and typing.get_origin(field.annotation) is Literal else None

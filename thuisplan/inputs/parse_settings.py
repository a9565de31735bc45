"""Turns the settings as written into ``Settings``, or into findings."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from thuisplan.inputs.columns import HIDDEN, character_name
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.labels import LANGUAGES, NEED_LEVELS, SIDES, YES_NO, Vocabulary
from thuisplan.inputs.raw import RawInput, nearest
from thuisplan.inputs.settings import Settings

CODES: Mapping[str, Vocabulary] = MappingProxyType(
    {
        "language": LANGUAGES,
        "need_level": NEED_LEVELS,
        "at_average": SIDES,
        "permit_holders_inside": YES_NO,
        "housed_today_includes_permit_holders": YES_NO,
        "permit_holder_priority": YES_NO,
    }
)
"""Settings that hold a code; its Dutch and English label are read as well."""


def parse_settings(raw: RawInput, findings: list[Finding]) -> Settings | None:
    """Read the settings; what is wrong with them is added to ``findings``."""
    if not raw.settings_source:
        return None
    given = {name: _value(name, value) for name, value in raw.settings.items()}
    if hidden := [*_hidden(raw)]:
        findings.extend(hidden)
        return None
    try:
        return Settings(**given)
    except ValidationError as error:
        findings.extend(_finding(detail, raw, given) for detail in error.errors())
        return None


def _hidden(raw: RawInput) -> Iterator[Finding]:
    """Yield a finding for each setting with a character that nobody sees."""
    for name, value in raw.settings.items():
        if isinstance(value, str) and (found := HIDDEN.search(value)):
            values = {"setting": name, "character": character_name(found[0])}
            yield Finding(Severity.WRONG, "hidden_character", values, raw.settings_source, None, name, value)


def _value(name: str, value: Any) -> Any:
    """Return a setting as its type wants it: a workbook holds ``1.0`` for 1 and ``a|b`` for a list."""
    field = Settings.model_fields.get(name)
    if field is None:
        return value
    if isinstance(value, str):
        value = value.strip()
        if name in CODES:
            return CODES[name].read_code(value) or value
        if typing.get_origin(field.annotation) is tuple:
            return tuple(part.strip() for part in value.split("|") if part.strip())
        if name == "format" and value.isdecimal():
            return int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if field.annotation is str and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


def _finding(detail: ErrorDetails, raw: RawInput, given: Mapping[str, Any]) -> Finding:
    """Return the finding for one complaint of pydantic."""
    context = detail.get("ctx", {})
    reason = str(context.get("error", detail["msg"]))
    if not detail["loc"]:  # about several settings together: the message is the code
        years = {name: given.get(name) for name in ("first_year", "last_year", "first_open_year")}
        return Finding(Severity.WRONG, reason, years, raw.settings_source)
    name = str(detail["loc"][0])
    value = raw.settings.get(name)
    values: dict[str, Any]
    if detail["type"] == "missing":
        code, values = "missing_setting", {}
    elif detail["type"] == "extra_forbidden":
        code, values = "unknown_setting", {"nearest": nearest(name, Settings.model_fields)}
    elif name == "format":
        code, values = "unsupported_format", {"supported": 1}
    else:
        code = "bad_setting"
        known = tuple(CODES[name].labels) if name in CODES else None
        limits = {"minimum": context.get("ge"), "maximum": context.get("le")}
        values = {"reason": reason, "known": known, **limits}
    return Finding(Severity.WRONG, code, {"setting": name, **values}, raw.settings_source, None, name, value)

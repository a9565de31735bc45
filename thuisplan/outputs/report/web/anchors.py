"""Where a page or a section stands within the report."""

from __future__ import annotations

import re


def page_anchor(code: str) -> str:
    """Return the name that links to a page use, such as ``p-GM0150``.

    Codes come from the input: what cannot stand in a link is written as its number, so that no two
    codes lead to one place.
    """
    return f"p-{_safe(code)}"


def section_anchor(code: str) -> str:
    """Return the name that links to a section use, such as ``s-money``."""
    return f"s-{_safe(code)}"


def _safe(code: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]", lambda found: f"_{ord(found[0]):x}_", code)

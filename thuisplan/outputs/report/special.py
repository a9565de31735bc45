"""Which options serve target groups."""

from __future__ import annotations

from thuisplan.inputs.instance import Instance


def special_options(instance: Instance) -> frozenset[str]:
    """Return the options that serve a need of target groups.

    Parameters
    ----------
    instance
        The resolved input: its needs and options.
    """
    categories = {
        need.row.need_category for need in instance.needs.values() if need.row.need_class == "special"
    }
    return frozenset(code for code, row in instance.options.items() if row.need_category in categories)

"""Where a rule comes from: its own source, else that of the figures behind it."""

from __future__ import annotations

from typing import Any

import pytest

from thuisplan.inputs.tables import Availability, Commitment
from thuisplan.outputs.report.pages.page_sources import RuleSources


@pytest.fixture(scope="module")
def sources(small: Any) -> RuleSources:
    """Return the sources of an input in which the offer, a commitment, an option and a flow have one."""
    a = small.A
    return RuleSources(
        small.instance(
            small.option("rent", source="catalogue"),
            Availability(municipality_code=a, option="rent", from_year=2026, max_per_year=5, source="survey"),
            Commitment(municipality_code=a, option="rent", year=2026, dwellings=1, source="contract"),
            small.offer(small.B, "rent", 5),
            small.place(a, source="yearbook"),
            small.place(small.B),
            small.group("homeless"),
            small.fits("homeless"),
            small.flow("homeless", 5, source="count"),
        )
    )


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ({"family": "availability", "subject": "rent", "source": "deal"}, ["deal"]),
        ({"family": "availability", "subject": "rent"}, ["survey"]),
        ({"family": "commitment", "subject": "rent"}, ["contract"]),
        ({"family": "project_size", "subject": "rent"}, ["catalogue"]),
        ({"family": "waiting_list", "subject": "homeless"}, ["count"]),
        ({"family": "lettings", "subject": "vacated"}, ["yearbook"]),
        # In B nobody gave a source for the offer.
        ({"family": "availability", "subject": "rent", "place": "GM0002"}, []),
    ],
)
def test_a_rule_has_its_own_source_or_that_of_its_figure(
    sources: RuleSources, line: dict[str, str], found: list[str]
) -> None:
    """What the rule says comes first; a double is told once."""
    row = {"place": "GM0001", "unit": "dwellings", "source": None, **line}
    assert sources.of([row, row]) == found

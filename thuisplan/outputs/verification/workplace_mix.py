r"""Who lives where they work, restated from the tables.

Per municipality and planned year, of the households of some groups that live in places of the plan there:
those who work there are at least a share ($\ge \varphi_1 T$), those who work elsewhere in the region at most
one ($\le \varphi_2 T$), all others at most one ($\le \varphi_3 T$). Who works in a region that lies wholly in
that of the rule works in it. Unit: dwellings.
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.outputs.verification.line import AT_LEAST, AT_MOST, Line
from thuisplan.outputs.verification.tables import Region, Rule, Tables

_OPERATORS = {"own": AT_LEAST, "region": AT_MOST, "outside": AT_MOST}


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the three lines of every municipality and year of a ``workplace_mix`` rule."""
    housed, groups = tables.housed, rule.codes("groups")
    flows = [flow.flow_id for flow in housed.flows.values() if flow.group in groups]
    for region in tables.regions(rule.purpose, rule.place):
        for host in region.members:
            for year in tables.valid_open_years(rule):
                places = [(f, o) for f in flows for o in tables.options if housed.may_place(f, host, year, o)]
                if not places:
                    continue
                living = dict.fromkeys(_OPERATORS, 0)
                for flow, option in places:
                    side = _side(tables, flow, host, region)
                    living[side] += housed.living(flow, host, option, year)
                whole = sum(living.values())
                for side, operator in _OPERATORS.items():
                    share = rule.number(f"{side}_share")
                    yield Line(
                        purpose=rule.purpose,
                        place=host,
                        subject=side,
                        period=str(year),
                        lhs=living[side],
                        operator=operator,
                        rhs=share * whole,
                        strength=rule.strength,
                        testable=region.whole,
                        exempt=tables.is_exempt(rule, host),
                        share=share,
                        base=whole,
                        reference=tables.most((host,), (year,), {option for _, option in places}),
                    )


def _side(tables: Tables, flow_id: str, host: str, region: Region) -> str:
    flow = tables.housed.flows[flow_id]
    works = [
        code
        for purpose in ({flow.purpose} - {"", "outside"})
        for found in tables.regions(purpose, flow.place)
        for code in found.members
    ]
    if works == [host]:
        return "own"
    return "region" if works and all(code in region.members for code in works) else "outside"

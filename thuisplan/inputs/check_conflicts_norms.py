"""Conflicts between hard norms and what can be completed at most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from thuisplan.inputs.check_context import Context
from thuisplan.inputs.check_limits import HardLimits
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.instance import Region
from thuisplan.inputs.periods import Period
from thuisplan.inputs.sides import speaks_of
from thuisplan.inputs.tables import Rule

SEGMENTS = {
    "social_share": frozenset({"social_rent"}),
    "mid_share": frozenset({"mid_rent", "affordable_owner"}),
    "affordable_share": frozenset({"social_rent", "mid_rent", "affordable_owner"}),
}


def demands(limits: HardLimits, context: Context) -> Iterator[Finding]:
    """Hard contributions, targets and shares above what can be completed."""
    for rule in limits.instance.rules():
        if rule.strength != "hard":
            continue
        for region in limits.instance.regions_of(rule):
            if not region.whole:
                continue  # not testable, hence not imposed
            if rule.family == "minimum_contribution":
                yield from _contributions(limits, context, rule, region)
            elif rule.family == "feature_target":
                yield from _target(limits, context, rule, region)
            elif rule.family in SEGMENTS:
                yield from _share(limits, context, rule, region)
    yield from _shares_together(limits, context)


def _norm(limits: HardLimits, rule: Rule, place: str, norm: Any) -> Any:
    """Return the norm in a place; None if the place is exempt."""
    exemption = limits.instance.exemptions.get((rule.rule_id, place))
    return norm if exemption is None else exemption.value


def _place(context: Context, region: Region) -> str:
    return context.name(region.place) if region.purpose == "municipality" else region.place


def _contributions(limits: HardLimits, context: Context, rule: Rule, region: Region) -> Iterator[Finding]:
    """Yield municipalities that cannot have their minimum in service in time."""
    instance = limits.instance
    parameters = instance.parameters(rule)
    valid = instance.valid_years(rule)
    by_year = parameters.by_year or (valid[-1] if valid else None)
    if by_year is None:
        return

    def counts(option: str, year: int) -> bool:
        return option in parameters.options and instance.options[option].stands(year, by_year)

    for code in region.members:
        needed = _norm(limits, rule, code, parameters.dwellings)
        most = limits.most_completed(code, (y for y in instance.years if y <= by_year), counts)
        if needed is not None and most is not None and needed > most:
            about = {
                "rule": rule.rule_id,
                "municipality": context.name(code),
                "year": by_year,
                "needed": needed,
                "most": most,
                "options": parameters.options,
            }
            found = "contribution_not_offered" if most == 0 else "contribution_above_supply"
            yield context.at(Severity.CONFLICT, found, rule, "rule_id", **about)


def _target(limits: HardLimits, context: Context, rule: Rule, region: Region) -> Iterator[Finding]:
    """Yield periods in which a number or share of a feature or route cannot be reached."""
    instance = limits.instance
    parameters = instance.parameters(rule)
    by_number = parameters.dwellings is not None
    norm = _norm(limits, rule, region.place, parameters.dwellings if by_number else parameters.share)
    if norm is None:
        return
    base = parameters.of_options or tuple(o for o, row in instance.options.items() if row.in_programme)
    among = parameters.of_options or tuple(instance.options)
    counting = frozenset(
        o
        for o in among
        if (parameters.feature is None or parameters.feature in instance.options[o].features)
        and parameters.route in (None, instance.options[o].route)
    )
    for period in instance.periods(rule, parameters.periods):
        most = _most(limits, region, period, counting)
        if most is None:
            continue
        # With a share, what is committed and does not count already asks for more that does.
        other = 0 if by_number else _fixed(limits, region, period, frozenset(base) - counting)
        needed = norm if by_number else norm * (most + other)
        if needed > most and (by_number or other):
            about = {
                "rule": rule.rule_id,
                "place": _place(context, region),
                "period": str(period),
                "most": most,
            }
            if by_number:
                yield context.at(
                    Severity.CONFLICT, "target_above_supply", rule, "rule_id", **about, needed=norm
                )
            else:
                yield context.at(
                    Severity.CONFLICT, "share_above_supply", rule, "rule_id", **about, share=norm, other=other
                )


def _share(limits: HardLimits, context: Context, rule: Rule, region: Region) -> Iterator[Finding]:
    """Yield periods in which commitments outside the segments leave too little room for the share."""
    instance = limits.instance
    share = _norm_of_share(limits, rule, region)
    if share is None:
        return
    programme = frozenset(o for o, row in instance.options.items() if row.in_programme)
    counting = frozenset(o for o in programme if instance.options[o].segment in SEGMENTS[rule.family])
    for period in instance.periods(rule, instance.parameters(rule).periods):
        most = _most(limits, region, period, counting)
        other = _fixed(limits, region, period, programme - counting)
        if most is not None and other and most < share * (most + other):
            about = {
                "rule": rule.rule_id,
                "place": _place(context, region),
                "period": str(period),
                "most": most,
                "share": share,
                "other": other,
            }
            yield context.at(Severity.CONFLICT, "share_above_supply", rule, "rule_id", **about)


def _norm_of_share(limits: HardLimits, rule: Rule, region: Region) -> Fraction | None:
    """Return the share a rule asks in a region; None if it does not hold there."""
    parameters = limits.instance.parameters(rule)
    if region.purpose == "municipality" and hasattr(parameters, "side"):
        place = limits.instance.municipalities[region.place]
        if not speaks_of(rule.family, parameters.side, place, limits.instance.settings):
            return None
    norm = _norm(limits, rule, region.place, parameters.share)
    return None if norm is None else Fraction(norm)


def _most(limits: HardLimits, region: Region, period: Period, options: frozenset[str]) -> int | None:
    """Return the most of some options in a region and period; None if nothing limits it."""
    parts = [limits.most_completed(code, period.years, lambda o, _: o in options) for code in region.members]
    return None if None in parts else sum(part or 0 for part in parts)


def _fixed(limits: HardLimits, region: Region, period: Period, options: Iterable[str]) -> int:
    """Return what is completed of some options whatever the plan: realised, or committed and hard."""
    instance = limits.instance
    chosen = frozenset(options)
    total = 0
    for cells in (instance.realised, instance.committed):
        for (code, year, option), dwellings in cells.items():
            inside = code in region.members and year in period.years and option in chosen
            firm = cells is instance.realised or limits.hard("commitment", year, code)
            total += dwellings if inside and firm else 0
    return total


def _shares_together(limits: HardLimits, context: Context) -> Iterator[Finding]:
    """Yield places where a hard social and a hard middle share leave no programme at all."""
    instance = limits.instance
    shares: dict[tuple[str, str, Period], dict[str, tuple[Fraction, Rule]]] = {}
    regions: dict[tuple[str, str], Region] = {}
    for rule in instance.rules():
        if rule.strength != "hard" or rule.family not in ("social_share", "mid_share"):
            continue
        for region in instance.regions_of(rule):
            share = _norm_of_share(limits, rule, region) if region.whole else None
            for period in (
                instance.periods(rule, instance.parameters(rule).periods) if share is not None else ()
            ):
                assert share is not None
                regions[region.purpose, region.place] = region
                found = shares.setdefault((region.purpose, region.place, period), {})
                if rule.family not in found or found[rule.family][0] < share:
                    found[rule.family] = (share, rule)
    programme = frozenset(o for o, row in instance.options.items() if row.in_programme)
    for (purpose, place, period), both in shares.items():
        if len(both) < 2 or sum(share for share, _ in both.values()) <= 1:
            continue
        fixed = _fixed(limits, regions[purpose, place], period, programme)
        if fixed:
            (social, rule), (mid, other) = both["social_share"], both["mid_share"]
            about = {
                "rule": rule.rule_id,
                "other": other.rule_id,
                "place": _place(context, regions[purpose, place]),
                "period": str(period),
                "social": social,
                "mid": mid,
                "committed": fixed,
            }
            yield context.at(Severity.CONFLICT, "shares_above_whole", rule, "rule_id", **about)

"""Checks on costs, pots and budgets. Extra cost and deficit are two kinds of money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import floor
from typing import Any

from thuisplan.inputs.check_context import Context, as_ranges
from thuisplan.inputs.check_prices import in_plan_prices, plan_prices
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.labels import MONEY_KINDS
from thuisplan.inputs.prices import Prices
from thuisplan.inputs.tables import Availability, Budget, Membership, Municipality, Option, Pot

LARGE_BUDGET = 1_000_000_000
"""Euros a year; the whole national scheme for clustered dwellings was a fraction of it."""
LARGE_COST = 500_000
"""Euros per dwelling, above what building a dwelling costs."""


def cost(option: Option, kind: str) -> int:
    """Return the euros of one kind that a dwelling asks; unknown counts as zero."""
    return (option.extra_cost_eur if kind == "extra_cost" else option.deficit_eur) or 0


def pots_with_budget(context: Context) -> Iterator[Finding]:
    """Pots without a budget, and budgets of pots that have no limit."""
    budgets = {row.pot_id: row for row in context.rows(Budget)}
    for pot in context.rows(Pot):
        if pot.carries_rest and pot.pot_id in budgets:
            about = {"pot": pot.pot_id}
            yield context.at(Severity.WARNING, "budget_unused", budgets[pot.pot_id], "amount_eur", **about)
        elif not pot.carries_rest and pot.pot_id not in budgets and context.complete(Budget):
            yield context.at(Severity.WARNING, "pot_without_budget", pot, "pot_id", pot=pot.pot_id)


def earmarks(context: Context) -> Iterator[Finding]:
    """Pots earmarked for a dwelling type that no option has."""
    if not context.complete(Option):
        return
    types = {option.dwelling_type for option in context.options.values()}
    for pot in context.rows(Pot):
        for dwelling_type in pot.dwelling_types:
            if dwelling_type not in types:
                near = context.nearest(dwelling_type, types)
                about = {"pot": pot.pot_id, "type": dwelling_type, "nearest": near}
                yield context.at(Severity.WARNING, "earmark_unused", pot, "dwelling_types", **about)


def payable(context: Context) -> Iterator[Finding]:
    """Costs that no pot may pay, or not in full: what has them cannot be built."""
    if not context.complete(Pot, Availability, Membership, Municipality):
        return
    for kind in MONEY_KINDS.labels:
        pots = [pot for pot in context.rows(Pot) if pot.kind == kind]
        options = [option for option in context.options.values() if cost(option, kind) > 0]
        column = f"{kind}_eur"
        if options and not pots:
            names = tuple(option.option for option in options)
            yield context.at(Severity.WARNING, "no_pot_of_kind", options[0], column, kind=kind, options=names)
            continue
        here = {code: [pot for pot in pots if _inside(context, pot, code)] for code in context.municipalities}
        for option in options:
            yield from _payable(context, option, kind, here)


def _payable(context: Context, option: Option, kind: str, pots: Mapping[str, list[Pot]]) -> Iterator[Finding]:
    """Yield where and when the pots may pay nothing, or too little, of what a dwelling asks."""
    prices = plan_prices(context)
    asked = in_plan_prices(prices, cost(option, kind), getattr(option, f"{kind}_price_year"))
    unpaid: dict[str | None, list[str]] = {}
    short: dict[tuple[str | None, int], list[str]] = {}
    for code, here in pots.items():
        years = context.offered_years(code, option.option)
        most: dict[int, list[int]] = {}
        for year in years:
            limits = [_limit(prices, pot, asked) for pot in here if pot.may_pay(option, year)]
            if sum(limits) < asked:
                most.setdefault(sum(limits) if limits else -1, []).append(year)
        for amount, some in most.items():
            # A period is only told if it is not all the years in which the option is offered.
            period = None if len(some) == len(years) else as_ranges(some)
            if amount < 0:
                unpaid.setdefault(period, []).append(code)
            else:
                short.setdefault((period, amount), []).append(code)
    about: dict[str, Any] = {"option": option.option, "kind": kind, "amount": asked}
    column = f"{kind}_eur"
    for period, codes in unpaid.items():
        about |= {"municipalities": context.names(codes), "years": period}
        yield context.at(Severity.WARNING, "no_pot_pays", option, column, **about)
    for (period, amount), codes in short.items():
        about |= {"municipalities": context.names(codes), "years": period, "most": amount}
        yield context.at(Severity.WARNING, "pots_pay_too_little", option, column, **about)


def _inside(context: Context, pot: Pot, code: str) -> bool:
    return pot.purpose is None or code in context.members(pot.purpose, pot.place or "")


def _limit(prices: Prices, pot: Pot, asked: int) -> int:
    """Return the most a pot may pay of what a dwelling asks [EUR of the plan's price year]."""
    by_share = asked if pot.max_share is None else floor(pot.max_share * asked)
    if pot.max_per_dwelling_eur is None:
        return by_share
    return min(in_plan_prices(prices, pot.max_per_dwelling_eur, pot.price_year), by_share, asked)


def kinds_of_money(context: Context) -> Iterator[Finding]:
    """Absolute amounts that stand where extra cost belongs."""
    for option in context.options.values():
        extra, deficit = cost(option, "extra_cost"), cost(option, "deficit")
        about = {"option": option.option, "amount": extra}
        if option.dwelling_type == "room" and extra and deficit in (0, extra):
            yield context.at(Severity.WARNING, "rooms_cost_is_deficit", option, "extra_cost_eur", **about)
        elif extra and extra == deficit:
            yield context.at(Severity.WARNING, "costs_equal", option, "extra_cost_eur", **about)
        elif extra and option.dwelling_type == "social_regular" and option.route == "new_build":
            # Extra cost is measured from a regular social dwelling, so that dwelling itself has none.
            yield context.at(Severity.WARNING, "regular_has_extra_cost", option, "extra_cost_eur", **about)


def large_amounts(context: Context) -> Iterator[Finding]:
    """Amounts so large that euros and thousands were probably mixed up."""
    for option in context.options.values():
        for kind in MONEY_KINDS.labels:
            if (amount := cost(option, kind)) > LARGE_COST:
                about = {"option": option.option, "kind": kind, "amount": amount}
                yield context.at(Severity.WARNING, "absurd_cost", option, f"{kind}_eur", **about)
    for row in context.rows(Budget):
        if row.amount_eur > LARGE_BUDGET:
            about = {"pot": row.pot_id, "amount": row.amount_eur}
            yield context.at(Severity.WARNING, "absurd_budget", row, "amount_eur", **about)


CHECKS = (pots_with_budget, earmarks, payable, kinds_of_money, large_amounts)

"""What more room is worth: prices of pots, share rules and growth paths, in sentences and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from thuisplan.outputs.answer import Sentence
from thuisplan.outputs.explanation_subject import Subject

if TYPE_CHECKING:
    from thuisplan.model.stages import Stage
    from thuisplan.solvers.prices import Price

PRICES = "explain_prices"
CHANGES = {"pot": "1000000 EUR", "share": "1 percentage point", "path": "1 year"}
"""Kind of room -> how much more of it."""


def price_rows(prices: Sequence[Price], stage: Stage) -> Iterator[dict[str, Any]]:
    """Yield the prices.

    Parameters
    ----------
    prices
        What was priced.
    stage
        The first stage, in whose unit they are.
    """
    for price in prices:
        yield {
            "name": price.room.name,
            "kind": price.room.kind,
            "change": CHANGES[price.room.kind],
            "measure": " + ".join(stage.measures),
            "unit": stage.unit,
            "low": price.low if price.low > float("-inf") else None,
            "high": price.high if price.high < float("inf") else None,
            "method": price.method,
        }


def price_sentences(subject: Subject, prices: Sequence[Price], stage: Stage) -> Iterator[Sentence]:
    """Yield how prices are meant, what is worth something, what is worth nothing, and what plays no part."""
    if not prices:
        yield Sentence(PRICES, "none")
        return
    measures = [Sentence(PRICES, "measure", {"measure": name}) for name in stage.measures]
    unit = Sentence("units", stage.unit)
    if any(price.method == "relaxation" for price in prices):
        code = "note_years" if stage.unit == "dwelling-years" else "note"
        yield Sentence(PRICES, code, {"measures": measures})
    for price in sorted(prices, key=lambda price: (-price.high, price.room.name)):
        what = room_words(subject, price)
        if price.method == "relaxation" and price.high:
            worth = round(abs(price.high), 0 if abs(price.high) >= 10 else 1)
            code = "worth" if price.high > 0 else "costs"
            yield Sentence(PRICES, code, {"what": what, "worth": worth, "unit": unit})
        elif price.method == "solved":
            yield _solved(price, what, unit)
    for code, method in (("nothing", "relaxation"), ("no_part", "no_part")):
        items = [_short(subject, p) for p in prices if p.method == method and not p.high]
        if items:
            yield Sentence(PRICES, code, {"items": items})


def _solved(price: Price, what: Sentence, unit: Sentence) -> Sentence:
    if price.high == float("inf"):
        return Sentence(PRICES, "not_solved", {"what": what})
    values = {"what": what, "low": floor(price.low), "high": ceil(price.high), "unit": unit}
    return Sentence(PRICES, "solved" if price.low != price.high else "solved_exactly", values)


def room_words(subject: Subject, price: Price) -> Sentence:
    """Return what gives way in words."""
    room = price.room
    if room.kind == "pot":
        pot = subject.instance.pots[room.name]
        return Sentence(PRICES, "pot", {"payer": pot.payer, "kind": pot.kind})
    rules = subject.instance.rules_by_id
    values = {"name": room.name, "family": rules[room.name].family if room.name in rules else ""}
    return Sentence(PRICES, room.kind if room.name in rules else "path_key", values)


def _short(subject: Subject, price: Price) -> Sentence:
    """Return what gives way by its name alone."""
    room = price.room
    if room.kind == "pot":
        return Sentence(PRICES, "short_pot", {"payer": subject.instance.pots[room.name].payer})
    return Sentence(PRICES, "short_path" if room.kind == "path" else "short", {"name": room.name})

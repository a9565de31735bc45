"""The money of the dwellings that are explained: what they cost, who pays, and what part of a pot that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from thuisplan.inputs.labels import MONEY_KINDS
from thuisplan.outputs.answer import Sentence
from thuisplan.outputs.explanation_subject import Subject
from thuisplan.outputs.line_words import years
from thuisplan.outputs.published import Rows

MONEY = "explain_money"


def money_rows(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield what every pot pays here per year, beside all that it used and had that year.

    Parameters
    ----------
    subject
        What is explained.
    """
    accounts = {(row["pot_id"], row["year"]): row for row in subject.published.rows("finance")}
    paid: Counter[tuple[str, int, str]] = Counter()
    for row in _payments(subject):
        paid[row["pot_id"], row["year"], row["option"]] += row["amount_eur"]
    for (pot_id, year, option), amount in sorted(paid.items()):
        account = accounts[pot_id, year]
        yield {
            "pot_id": pot_id,
            "payer": account["payer"],
            "kind": account["kind"],
            "year": year,
            "option": option,
            "amount_eur": amount,
            "pot_used_eur": account["used_eur"],
            "pot_available_eur": account["available_eur"] + account["carried_in_eur"],
        }


def _payments(subject: Subject) -> Rows:
    return [
        row
        for row in subject.published.rows("funding")
        if row["municipality_code"] == subject.municipality and row["option"] in subject.options
    ]


def money_sentences(subject: Subject) -> Iterator[Sentence]:
    """Yield per kind of money what these dwellings ask and who pays it."""
    if not subject.here:
        yield Sentence(MONEY, "none")
        return
    for kind in MONEY_KINDS.labels:
        known = [row for row in subject.here if row[f"{kind}_eur"] is not None]
        unknown = sum(row["dwellings"] for row in subject.here if row[f"{kind}_eur"] is None)
        cost = sum(row[f"{kind}_eur"] for row in known)
        dwellings = sum(row["dwellings"] for row in known)
        each = {Fraction(row[f"{kind}_eur"], row["dwellings"]) for row in known if row["dwellings"]}
        values = {"kind": kind, "cost": cost, "dwellings": dwellings, "unknown": unknown}
        if cost and len(each) == 1 and subject.dwelling_type is not None:
            yield Sentence(MONEY, "cost_each", {**values, "each": each.pop()})
        elif known:
            yield Sentence(MONEY, "cost" if cost else "free", values)
        if unknown:
            yield Sentence(MONEY, "unknown", values)
        yield from _payers(subject, kind)


def _payers(subject: Subject, kind: str) -> Iterator[Sentence]:
    accounts = [row for row in subject.published.rows("finance") if row["kind"] == kind]
    paid: Counter[str] = Counter()
    in_years: dict[str, set[int]] = {}
    for row in _payments(subject):
        if row["kind"] == kind:
            paid[row["pot_id"]] += row["amount_eur"]
            in_years.setdefault(row["pot_id"], set()).add(row["year"])
    for pot_id, amount in paid.most_common():
        pot = subject.instance.pots[pot_id]
        own = [row for row in accounts if row["pot_id"] == pot_id]
        used = sum(row["used_eur"] for row in own)
        spent = [
            str(row["year"])
            for row in own
            if row["year"] in in_years[pot_id]
            and not pot.carries_rest
            and row["used_eur"] == row["available_eur"] + row["carried_in_eur"]
        ]
        values = {
            "payer": pot.payer,
            "kind": kind,
            "amount": amount,
            "share": Fraction(amount, used),
            "years": years(spent),
        }
        yield Sentence(MONEY, "pays_all" if spent else "pays", values)

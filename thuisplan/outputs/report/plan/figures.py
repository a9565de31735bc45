"""What a map can show of a plan: one figure per municipality."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from thuisplan.outputs.fair_share import LETTINGS_TRACK
from thuisplan.outputs.report.content import Figure, Kind
from thuisplan.outputs.report.plan.fair_lines import FairLines
from thuisplan.outputs.report.plan_view import PlanView, Words
from thuisplan.outputs.report.special import special_options
from thuisplan.outputs.report.sums import added

FAIR_SHARES = 2
"""Fair-share rules that a map offers, each in amounts and as a part of the target."""


def figures(view: PlanView) -> tuple[Figure, ...]:
    """Return the figures of a plan that a map can show; those that the plan has nothing of are left out.

    Parameters
    ----------
    view
        The plan.

    Returns
    -------
    tuple of Figure
        In the order in which they are offered. A municipality of which a figure is unknown has none.
    """
    words = view.words("report_figures")
    found = (*_programme(view, words), *_fair_share(view, words), *_stock(view, words), *_cost(view, words))
    return tuple(figure for figure in found if figure.values)


def _programme(view: PlanView, words: Words) -> Iterator[Figure]:
    rows = view.rows("plan")
    built = added(rows, "municipality_code")
    yield Figure("dwellings", words.say("dwellings"), Kind.WHOLE, {code: built[code] for code in view.names})
    people = {code: row.inhabitants for code, row in view.instance.municipalities.items()}
    per_thousand = {code: 1000 * built[code] / count for code, count in people.items() if count}
    yield Figure("per_thousand", words.say("per_thousand"), Kind.NUMBER, per_thousand)
    base = added(view.programme, "municipality_code")
    social = added((row for row in view.programme if row["segment"] == "social_rent"), "municipality_code")
    shares = {code: 100 * social[code] / base[code] for code in view.names if base[code]}
    yield Figure("social_share", words.say("social_share"), Kind.PERCENT, shares)
    serving = special_options(view.instance)
    if serving:
        special = added((row for row in rows if row["option"] in serving), "municipality_code")
        values = {code: special[code] for code in view.names}
        yield Figure("special", words.say("special"), Kind.WHOLE, values)


def _fair_share(view: PlanView, words: Words) -> Iterator[Figure]:
    layers = FairLines(view).layers()
    for number, (rule_id, rows) in enumerate(layers[:FAIR_SHARES], start=1):
        track = next(iter(rows.values()))["track"]
        kind = "households" if track == LETTINGS_TRACK else "dwellings"
        rule = rule_id if len(layers) > 1 else ""
        deviations = {code: row["deviation"] for code, row in rows.items()}
        title = words.say(f"deviation_{kind}", rule=rule)
        yield Figure(f"deviation_{number}", title, Kind.NUMBER, deviations)
        parts = {code: 100 * row["deviation"] / row["target"] for code, row in rows.items() if row["target"]}
        title = words.say(f"deviation_share_{kind}", rule=rule)
        yield Figure(f"deviation_share_{number}", title, Kind.PERCENT, parts)


def _stock(view: PlanView, words: Words) -> Iterator[Figure]:
    last = view.years[-1]
    shares = {
        row["municipality_code"]: row["social_share_pct"]
        for row in view.rows("stock")
        if row["year"] == last and row["social_share_pct"] is not None
    }
    yield Figure("stock_social", words.say("stock_social", year=last), Kind.PERCENT, shares)


def _cost(view: PlanView, words: Words) -> Iterator[Figure]:
    """Yield the extra cost per inhabitant; not of municipalities where some of it is unknown."""
    rows = view.rows("plan")
    unknown = Counter(row["municipality_code"] for row in rows if row["extra_cost_eur"] is None)
    cost = added(rows, "municipality_code", value="extra_cost_eur")
    if any(cost.values()):
        values = {
            code: cost[code] / row.inhabitants
            for code, row in view.instance.municipalities.items()
            if row.inhabitants and not unknown[code]
        }
        yield Figure("extra_cost", words.say("extra_cost"), Kind.EUROS, values)

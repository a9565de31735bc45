"""The rules of a plan: which hold, which do not and by how much, and which leave no room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from thuisplan.inputs.labels import FAMILY_LABELS
from thuisplan.outputs.report.content import Section
from thuisplan.outputs.report.numbers import to_tenths
from thuisplan.outputs.report.phrases import capital, listed
from thuisplan.outputs.report.plan.rule_lines import PROVISIONAL, Group, LineWords, Row, grouped, in_order
from thuisplan.outputs.report.plan.rules_tables import RuleTables
from thuisplan.outputs.report.plan_view import PlanView

BROKEN_TOLD = 6
"""Soft rules that are not met and have a sentence of their own; the others are counted."""
NAMED = 4
"""Rules or families that one sentence names."""


def rules_section(view: PlanView) -> Section | None:
    """Return what the plan says of its rules, level by level; None if there are none.

    Parameters
    ----------
    view
        The plan.
    """
    rows = view.rows("rules")
    return _Rules(view, rows).section() if rows else None


class _Rules:
    def __init__(self, view: PlanView, rows: list[Row]) -> None:
        self.view = view
        self.rows = rows
        self.words = view.words("report_rules")
        self.lines = LineWords(view)
        self.rules = in_order(grouped(rows, "rule_id", "strength"))

    def section(self) -> Section:
        tables = tuple(RuleTables(self.view, self.rows, self.lines).tables())
        return Section("rules", self.words.say("title"), tuple(self._lead()), tables)

    # --- what is found --------------------------------------------------------------

    def _lead(self) -> Iterator[str]:
        yield from self._hard()
        yield from self._soft()
        yield from self._monitor()
        yield from self._binding()
        yield from self._untested()

    def _count(self, strength: str) -> Counter[str]:
        result: Counter[str] = Counter()
        for group in self.rules:
            if group.first["strength"] == strength:
                result.update(group.count())
        result["tested"] = result["met"] + result["broken"]
        return result

    def _hard(self) -> Iterator[str]:
        count = self._count("hard")
        if not count["tested"]:
            yield self.words.say("no_hard")
        else:
            yield self.words.say("hard_broken" if count["broken"] else "hard_met", **_plain(count))
        drafts = {
            group.first["rule_id"]: group.first["status"]
            for group in self.rules
            if group.first["strength"] == "hard" and group.first["status"] in PROVISIONAL
        }
        if drafts:
            names = self._families(group for group in self.rules if group.first["rule_id"] in drafts)
            statuses = list(dict.fromkeys(drafts.values()))
            code = "drafts" if len(names) > 1 else "draft"
            yield self.words.say(code, rules=self._named(names), statuses=statuses)

    def _soft(self) -> Iterator[str]:
        count = self._count("soft")
        if not count["tested"]:
            return
        if not count["broken"]:
            yield self.words.say("soft_met", **_plain(count))
            return
        yield self.words.say("soft_broken", **_plain(count))
        broken = [g for g in self.rules if g.first["strength"] == "soft" and g.count()["broken"]]
        broken.sort(key=lambda group: -group.count()["broken"])
        for group in broken[:BROKEN_TOLD]:
            yield self._worst(group)
        if len(broken) > BROKEN_TOLD:
            yield self.words.say("soft_more", count=len(broken) - BROKEN_TOLD)

    def _worst(self, group: Group) -> str:
        """Return how often a rule is not met, and where it is furthest from its norm."""
        count, row = group.count(), group.worst()
        share = row["value_pct"] is not None and row["norm_pct"] is not None
        too_many = row["operator"] == "<="
        if share:
            result, norm = (self.words.say("pct", value=to_tenths(row[c])) for c in ("value_pct", "norm_pct"))
        else:
            result, norm = (self.words.say("amount", value=to_tenths(row[c])) for c in ("lhs", "rhs"))
        told = self.words.say(
            "worst_more" if too_many else "worst_less",
            rule=self._name(group),
            broken=count["broken"],
            tested=count["met"] + count["broken"],
            where=self.lines.about(row),
            period=row["period"],
            result=result,
            norm=norm,
            by=self.lines.amount(row["slack"], row),
        )
        return capital(told)

    def _monitor(self) -> Iterator[str]:
        count = self._count("monitor")
        if count["tested"]:
            followed = (group for group in self.rules if group.first["strength"] == "monitor")
            names = self._families(group for group in followed if group.count()["broken"])
            code = "monitor_broken" if count["broken"] else "monitor_met"
            yield self.words.say(code, **_plain(count), rules=self._named(names))

    def _binding(self) -> Iterator[str]:
        families: Counter[str] = Counter()
        for group in self.rules:
            families[group.first["family"]] += group.count()["binding"]
        count = families.total()
        if not count:
            yield self.words.say("no_binding")
            return
        parts = [
            self.words.say("binding_part", family=family, count=number)
            for family, number in families.most_common(NAMED)
            if number
        ]
        yield self.words.say("binding", count=count, parts=parts)

    def _untested(self) -> Iterator[str]:
        groups = [group for group in self.rules if group.count()["not_testable"]]
        if groups:
            lines = sum(group.count()["not_testable"] for group in groups)
            yield self.words.say("not_testable", lines=lines, rules=self._named(self._families(groups)))
        exempt = sum(group.count()["exempt"] for group in self.rules)
        if exempt:
            yield self.words.say("exempt", lines=exempt)
        seen = {row["rule_id"] for row in self.rows}
        idle = [
            rule.rule_id
            for rule in self.view.instance.rules()
            if rule.rule_id not in seen and rule.rule_id != rule.family
        ]
        if idle:
            yield self.words.say("idle", rules=self._named(idle))

    def _families(self, groups: Iterable[Group]) -> list[str]:
        """Return the families of rules in words, each once."""
        codes = dict.fromkeys(group.first["family"] for group in groups)
        return [self.view.label(FAMILY_LABELS, code) for code in codes]

    def _named(self, names: list[str]) -> list[str]:
        """Return names as a sentence can hold them: the first, and how many more."""
        return listed(self.words, names, NAMED, "more")

    def _name(self, group: Group) -> str:
        """Return a rule in words, with its code if it has one of its own."""
        return self.view.rule(group.first["family"], group.first["rule_id"])


def _plain(count: Counter[str]) -> dict[str, int]:
    return {name: count[name] for name in ("tested", "met", "broken")}

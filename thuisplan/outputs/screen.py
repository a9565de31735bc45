"""What ``solve`` shows on a terminal: progress, then the plan as it was published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from types import TracebackType
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from thuisplan.inputs.labels import DWELLING_TYPES, FAMILY_LABELS, MEASURES, NEED_CATEGORIES
from thuisplan.outputs.plan_folder import PlanFolder
from thuisplan.outputs.screen_housed import Resolved, housed_tables, vacancy_shares
from thuisplan.outputs.screen_parts import make_table, rounded, shown, titled
from thuisplan.outputs.texts import text, unit_text

if TYPE_CHECKING:
    from thuisplan.inputs.instance import Instance
    from thuisplan.solvers.diagnosis import Giving
    from thuisplan.solvers.solution import NoPlan

MOST_FALLS = 5
"""How many lines are printed of where a repair falls."""


class ProgressLines:
    """Shows progress: a moving line on a terminal, one plain line per event elsewhere.

    Parameters
    ----------
    console
        Where to print.
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self.language = "nl"
        self._status: Status | None = None

    def __enter__(self) -> ProgressLines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()

    def begin(self, instance: Instance) -> None:
        """Say what is being solved."""
        settings = instance.settings
        self.console.print(
            text(
                "screen.begin",
                self.language,
                name=settings.name,
                municipalities=len(instance.municipalities),
                first=settings.first_year,
                last=settings.last_year,
            ),
            markup=False,
        )
        if self.console.is_terminal:
            self._status = self.console.status("")
            self._status.start()

    def listen(self, stage: Any, event: Any) -> None:
        """Hear of progress within a stage, or of its end."""
        name = _stage_name(stage.measures, self.language)
        if hasattr(event, "stopped"):
            self.console.print(
                text(
                    "screen.stage_end",
                    self.language,
                    number=stage.number,
                    name=name,
                    value=rounded(event.value),
                    bound=rounded(event.bound),
                    stopped=text(f"stopped.{event.stopped}", self.language),
                    seconds=rounded(event.seconds),
                ),
                markup=False,
            )
        elif self._status is not None:
            self._status.update(
                text(
                    "screen.stage_progress",
                    self.language,
                    number=stage.number,
                    name=name,
                    best=rounded(event.best),
                    # No measure can be below zero, whatever the solver knows so far.
                    bound=rounded(None if event.bound is None else max(0.0, event.bound)),
                    seconds=round(event.seconds),
                )
            )


def _stage_name(measures: Iterable[str], language: str) -> str:
    return " + ".join(MEASURES.text(name, language) for name in measures)


def _short(kind: str, language: str) -> str:
    """Return a short name of a dwelling type for a heading; users' own types are their own."""
    try:
        return text(f"short.{kind}", language)
    except KeyError:
        return DWELLING_TYPES.text(kind, language)


def print_plan(folder: PlanFolder, language: str, console: Console) -> None:
    """Print a published plan: programme, needs, money, rules, stages, and where it is.

    Parameters
    ----------
    folder
        The published plan.
    language
        ``nl`` or ``en``.
    console
        Where to print.
    """
    rows = {path.stem: pq.read_table(path).to_pylist() for path in sorted(folder.path.glob("*.parquet"))}
    resolved = Resolved(folder.path)
    for table in (
        _programme(rows["plan"], language),
        *([_needs(rows["needs"], rows["rules"], language)] if rows["needs"] else []),
        *([_money(rows["finance"], language)] if rows["finance"] else []),
        *housed_tables(rows, resolved, language),
        _rules(rows["rules"], language),
    ):
        console.print(table)
        console.print()
    bases = list(vacancy_shares(resolved, language))
    for sentence in bases:
        console.print(sentence, markup=False)
    if bases:
        console.print()
    console.print(_stages(folder.manifest, language))
    console.print()
    manifest = folder.manifest
    defaults = sum(row["origin"] == "default" for row in rows["assumptions"])
    stopped = manifest["status"]["stopped"]
    console.print(
        text("screen.verified_plan", language, lines=manifest["verification"]["requirements"]), markup=False
    )
    console.print(text("screen.assumed", language, count=defaults), markup=False)
    idle = [stage["stage"] for stage in manifest["stages"] if stage["stopped"] == "not_run"]
    if idle:
        several = text("screen.unfinished", language, first=idle[0], last=idle[-1])
        one = text("screen.unfinished_one", language, stage=idle[0])
        console.print(several if len(idle) > 1 else one, style="bold", markup=False)
    if stopped != "closed":
        console.print(
            text("screen.limited", language, stopped=text(f"stopped.{stopped}", language)), markup=False
        )
    console.print(text("screen.published", language, path=str(folder.path)), markup=False)


def _programme(rows: list[dict[str, Any]], language: str) -> Table:
    """Dwellings per municipality and type over the whole horizon."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        kind = "flex" if row["route"] == "flex" else row["dwelling_type"]
        counts[row["municipality"], kind] += row["dwellings"]
    order = [*DWELLING_TYPES.labels, "flex"]
    kinds = sorted({kind for _, kind in counts}, key=lambda k: (order.index(k) if k in order else 99, k))
    names = [_short(kind, language) for kind in kinds]
    headings = [text("screen.municipality", language), *names, text("screen.total", language)]
    table = make_table(text("screen.programme", language), headings, language)
    for place in sorted({place for place, _ in counts}):
        numbers = [counts[place, kind] for kind in kinds]
        table.add_row(Text(place), *(shown(n, language) for n in [*numbers, sum(numbers)]))
    totals = [sum(counts[place, k] for place, kk in list(counts) if kk == k) for k in kinds]
    table.add_section()
    table.add_row(text("screen.total", language), *(shown(n, language) for n in [*totals, sum(totals)]))
    return table


def _needs(rows: list[dict[str, Any]], rules: list[dict[str, Any]], language: str) -> Table:
    """Needs by category: the end of the horizon, and when the shortfall is largest.

    Those that are only followed are marked.
    """
    strength = {r["subject"]: r["strength"] for r in rules if r["family"] == "need"}
    columns = ("required", "delivered", "shortfall", "surplus")
    by_year: dict[tuple[bool, str], dict[int, Counter[str]]] = {}
    for row in rows:
        key = (strength.get(row["need_id"]) == "monitor", row["need_category"])
        total = by_year.setdefault(key, {}).setdefault(row["year"], Counter())
        total.update({column: row[column] for column in columns})
    names = ("need", *columns, "largest_shortfall", "in_year")
    table = titled("needs", names, language)
    for (followed, category), years in sorted(by_year.items()):
        name = NEED_CATEGORIES.text(category, language)
        label = text("screen.followed", language, name=name) if followed else name
        worst = max(years, key=lambda year: (years[year]["shortfall"], -year))
        largest = years[worst]["shortfall"]
        table.add_row(
            Text(label),
            *(shown(years[max(years)][column], language) for column in columns),
            shown(largest, language),
            str(worst) if largest else "",
        )
    return table


def _money(rows: list[dict[str, Any]], language: str) -> Table:
    """Money per payer and kind over the whole horizon: used, lapsed, and left at its end."""
    totals: dict[tuple[str, str], Counter[str]] = {}
    last = max((row["year"] for row in rows), default=0)
    for row in rows:
        total = totals.setdefault((row["kind"], row["payer"]), Counter())
        total.update({c: row[c] for c in ("available_eur", "used_eur", "lapsed_eur")})
        if row["year"] == last:
            total["left_eur"] += row["carried_out_eur"]
    names = ("kind", "payer", "available", "used", "lapsed", "left")
    table = titled("money", names, language, numbers_from=2)
    for (kind, payer), total in sorted(totals.items()):
        table.add_row(
            FAMILY_LABELS.text(kind, language),
            Text(payer),
            *(shown(total[f"{name}_eur"], language) for name in names[2:]),
        )
    return table


def _rules(rows: list[dict[str, Any]], language: str) -> Table:
    """Verdicts per rule."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        key = (row["rule_id"], row["strength"])
        counts.setdefault(key, Counter()).update([row["verdict"], *(["binding"] if row["binding"] else [])])
    known = ("met", "broken", "not_testable", "exempt", "binding")
    verdicts = [verdict for verdict in known if any(count[verdict] for count in counts.values())]
    names = ("rule", "strength", *verdicts)
    table = titled("rules", names, language, numbers_from=2)
    for (rule, strength), count in sorted(counts.items()):
        table.add_row(
            # The rules that are there by themselves carry the name of their family.
            Text(FAMILY_LABELS.text(rule, language)),
            text(f"screen.{strength}", language),
            *(shown(count[verdict] or None, language) for verdict in verdicts),
        )
    return table


def _stages(manifest: Any, language: str) -> Table:
    """Objective, bound and gap of the published plan, per stage."""
    names = ("objective", "closed_at", "value", "bound", "gap", "outcome", "seconds")
    table = titled("stages", names, language)
    for stage in manifest["stages"]:
        measures = [part["measure"] for part in stage["measures"]]
        gap = stage["gap_relative"]
        small = stage["unit"] == "share"
        unit = text(f"units.{stage['unit']}", language)
        shown_gap = stage["gap_absolute"] if small else gap
        table.add_row(
            f"{stage['stage']} {_stage_name(measures, language)}, {unit}",
            shown(rounded(stage["value_closed"]), language),
            shown(rounded(stage["value_published"]), language),
            "" if stage["stopped"] == "not_run" else shown(rounded(stage["bound"]), language),
            ""
            if shown_gap is None or stage["stopped"] == "not_run"
            else text("screen.percentage", language, value=max(0.0, round(shown_gap, 5))),
            text(f"stopped.{stage['stopped']}", language),
            shown(rounded(stage["seconds"]), language),
        )
    return table


def print_no_plan(result: NoPlan, language: str, console: Console) -> None:
    """Say why there is no plan, and which families of hard rules would have to give.

    Parameters
    ----------
    result
        What solving ended with.
    language
        ``nl`` or ``en``.
    console
        Where to print.
    """
    console.print(text(f"no_plan.{result.reason}", language), markup=False)
    helpless = [FAMILY_LABELS.text(g.families[0], language) for g in result.giving if g.amount is None]
    for giving in result.giving:
        if giving.amount is not None:
            _print_giving(giving, giving.amount, language, console)
    if helpless:
        console.print("- " + text("no_plan.cannot", language, families=helpless), markup=False)


def _print_giving(giving: Giving, amount: Fraction, language: str, console: Console) -> None:
    """Print what one family would have to give, and where most of it falls."""
    euros = giving.unit == "kEUR"
    factor = 1000 if euros else 1
    key = ("gives_euros" if euros else "gives") + ("" if giving.proved else "_at_most")
    sentence = text(
        f"no_plan.{key}",
        language,
        family=FAMILY_LABELS.text(giving.families[0], language),
        unit=unit_text(giving.unit or "", language),
        amount=rounded(float(amount * factor)),
        bound=rounded(float((giving.bound or 0) * factor)),
    )
    console.print(f"- {sentence}", markup=False)
    largest = sorted(giving.falls, key=lambda fall: (-fall.amount, fall.requirement.name))
    for fall in largest[:MOST_FALLS]:
        shown_amount = shown(rounded(float(fall.amount * factor)), language)
        console.print(f"    {fall.requirement.name}: {shown_amount}", markup=False)

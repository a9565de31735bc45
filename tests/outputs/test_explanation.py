"""An explanation as a council member reads it: complete texts in Dutch and English, and its tables."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from thuisplan import commands
from thuisplan.inputs.tables import Availability, Key, KeyBound, KeyFactor, KeyOverride
from thuisplan.inputs.write import write_folder
from thuisplan.model.build import build
from thuisplan.model.stages import stages
from thuisplan.outputs.answer import sentence_text
from thuisplan.outputs.publish import publish
from thuisplan.solvers.solution import Solution
from thuisplan.solvers.staged import Options, solve_stages

EXPECTED = Path(__file__).parent / "expected"
EPE, BRUMMEN = "GM0232", "GM0213"


def offered(code: str, *most: int) -> list[Availability]:
    """Return what is offered of clustered dwellings from 2026 on, year by year."""
    return [
        Availability(
            municipality_code=code, option="clustered", from_year=2026 + t, to_year=2026 + t, max_per_year=n
        )
        for t, n in enumerate(most)
    ]


def two_places(small: Any, *more: Any, key: Key | None = None) -> Any:
    """Return Epe and Brummen, that need 12 clustered dwellings a year and have money for 10.

    In 2026 and 2027 Epe can build 6 and Brummen 4: all the money. In 2028 both can build 8. The key goes
    from the dwelling stock, one half each in 2025, to inhabitants, 60 and 40 % in 2028: the shares of Epe
    are 16/30, 17/30 and 18/30, so that 6.4 + 6.8 + 7.2 = 20.4 of 36 is for Epe and 15.6 for Brummen.
    Of the 10 of 2028 Epe gets 5: with 17 it lacks 20.4 - 2 - 17 = 1.4 of 20.4, 6.9 %, and Brummen with 13
    lacks 15.6 - 2 - 13 = 0.6 of 15.6, 3.8 %; with 18 and 12 Brummen would lack 1.6 of 15.6, 10.3 %.
    """
    path = dict(start_basis="dwelling_stock", path_first_year=2025, path_last_year=2028)
    return small.scenario(
        small.place(EPE, name="Epe", inhabitants=30_000, dwelling_stock=10_000),
        small.place(BRUMMEN, name="Brummen", inhabitants=20_000, dwelling_stock=10_000),
        small.option("clustered", dwelling_type="clustered", extra_cost_eur=7_000),
        offered(EPE, 6, 6, 8),
        offered(BRUMMEN, 4, 4, 8),
        small.committed(EPE, "clustered", 4),
        small.need("clustered", 12, need_class="special"),
        small.pot("province", "extra_cost", {year: 70_000 for year in (2026, 2027, 2028)}),
        key or Key(key_id="k", basis="inhabitants", **path),
        small.rule(
            "fair-share",
            "fair_share",
            {"key": "k", "options": "clustered", "dead_band_dwellings": 2},
            purpose="agreement",
            status="agreement",
            source="Deal 2026",
        ),
        more,
        years=3,
        measures=("unmet_special", "rule_violation", "fair_share_max", "fair_share_mean", "extra_cost"),
    )


def published(scenario: Any, small: Any, folder: Path) -> Path:
    """Return the folder of the plan of a scenario."""
    given = folder / "given"
    given.mkdir()
    write_folder(scenario, given, None)
    instance = small.resolve(scenario)
    result = solve_stages(instance, build(instance), stages(instance), Options())
    assert isinstance(result, Solution), result
    run = {"options": {}, "seed": 0, "seconds": {}}
    return publish(instance, result, given, folder / "plan", run).path


@pytest.fixture(scope="module")
def plan(small: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the plan of the two places."""
    return published(two_places(small), small, tmp_path_factory.mktemp("two_places"))


def told(plan: Path, language: str, **question: Any) -> str:
    """Return an explanation as it is printed."""
    said: list[str] = []

    def heard(explanation: Any, sentences: Any, searches: int) -> None:
        said.extend(f"[{s.section}] {sentence_text(s, language)}" for s in sentences)

    explained = commands.explain(plan, commands.ExplainOptions(**question), None, heard)
    return "\n".join([sentence_text(explained.explanation.title, language), *said]) + "\n"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_type_is_explained_in_full(plan: Path, language: str) -> None:
    """The whole answer, word for word; its numbers are worked out above ``two_places``.

    A million euros more is 333,333 a year. In 2026 and 2027 nothing more is offered; in 2028 both build 8,
    16 in all, so that 36 stand and nobody waits: of 2 + 4 + 6 = 12 dwelling-years the last 6 go away.

    One more in Epe is one fewer in Brummen, and the other way round: 18 and 12, or 16 and 14. Brummen with
    12 lacks 1.6 of 15.6, 10.3 %; Epe with 16 lacks 2.4 of 20.4, 11.8 %. The mean of both goes from
    (1.4 / 20.4 + 0.6 / 15.6) / 2 = 5.4 % to (0.4 / 20.4 + 1.6 / 15.6) / 2 = 6.1 %, and to 5.9 %.
    """
    text = told(plan, language, municipality="epe", dwelling_type="clustered", more_and_less=True)
    assert text == (EXPECTED / f"explanation_type_{language}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_municipality_is_explained_in_full(plan: Path, language: str) -> None:
    """Without a type the same numbers are told as housing units, for Brummen; nothing is forced."""
    text = told(plan, language, municipality=BRUMMEN)
    assert text == (EXPECTED / f"explanation_all_{language}.txt").read_text(encoding="utf-8")


def sentences(plan: Path, section: str, municipality: str = EPE) -> list[str]:
    """Return the English sentences of one section about clustered dwellings."""
    question = commands.ExplainOptions(municipality, "clustered")
    said = commands.explain(plan, question).explanation.sentences()
    return [sentence_text(sentence, "en") for sentence in said if sentence.section == section]


def test_bounds_and_agreements_are_parts_of_a_share(small: Any, tmp_path: Path) -> None:
    """By inhabitants 60 %; a floor of 65 %; 6 of 60 a year more by agreement: 75 %. Brummen has the rest.

    Whoever is not at a bound of its own gives what the other's floor asks: 40 to 35 %, and 25 %.
    """
    key = Key(key_id="k", basis="inhabitants", total=60)
    bound = KeyBound(key_id="k", municipality_code=EPE, floor=Fraction(65, 100))
    agreed = [
        KeyOverride(key_id="k", municipality_code=code, change=change, agreed_by="both councils")
        for code, change in ((EPE, 6), (BRUMMEN, -6))
    ]
    plan = published(two_places(small, bound, agreed, key=key), small, tmp_path)
    assert sentences(plan, "explain_share")[1:4] == [
        "By inhabitants Epe counts for 30,000 of 50,000: a share of 60%.",
        "The floor of the key lifts the share from 60% to 65%.",
        "On top come 6 dwellings a year on a task of 60, agreed by both councils: 75% together.",
    ]
    assert sentences(plan, "explain_share", BRUMMEN)[2:4] == [
        "The floor or cap of other municipalities takes the share from 40% to 35%.",
        "Dwellings go off it, -6 a year on a task of 60, agreed by both councils: 25% together.",
    ]
    explained = commands.explain(plan, commands.ExplainOptions(EPE, "clustered"))
    assert explained.folder is not None
    parts = pq.read_table(explained.folder / "key_parts.parquet").to_pylist()
    assert [(row["part"], row["basis"], row["share"]) for row in parts] == [
        ("figure", "inhabitants", 0.6),
        ("floor", None, pytest.approx(0.05)),
        ("agreed", None, pytest.approx(0.1)),
        ("share", None, 0.75),
    ]


def test_factors_and_their_scores_are_told(small: Any, tmp_path: Path) -> None:
    """Inhabitants 60 % at weight 3 and the stock 50 % at weight 1: 45 + 12.5 = 57.5 %."""
    key = Key(key_id="k", basis="factors")
    factors = [
        KeyFactor(key_id="k", basis="inhabitants", weight=Fraction(3)),
        KeyFactor(key_id="k", basis="dwelling_stock", weight=Fraction(1)),
    ]
    plan = published(two_places(small, factors, key=key), small, tmp_path)
    assert sentences(plan, "explain_share")[1] == (
        "The share of Epe is a sum of weighted shares, 57.5%: dwelling stock 10,000 of 20,000, weight 1, "
        "gives 12.5% and inhabitants 30,000 of 50,000, weight 3, gives 45%."
    )


def test_who_is_exempt_reads_by_whose_agreement(small: Any, tmp_path: Path) -> None:
    """An exemption without a value frees a municipality from the rule; its lines are not broken then."""
    plan = published(two_places(small, small.exempt("fair-share", EPE)), small, tmp_path)
    assert sentences(plan, "explain_share")[-1] == ("Epe is exempt from 'fair-share', agreed by all.")
    assert not any("fair-share" in sentence for sentence in sentences(plan, "explain_fewer"))


def test_tables_say_the_same_as_the_sentences(plan: Path) -> None:
    """The numbers of the texts above: 17 and 13 of 30; 17 x 7,000; 18 and 15 by key, and 22 and 18 of 36."""
    explained = commands.explain(plan, commands.ExplainOptions("Epe", "clustered", more_and_less=True))
    assert explained.folder == plan / "explained" / "GM0232-clustered"
    tables = {path.stem: pq.read_table(path).to_pylist() for path in explained.folder.glob("*.parquet")}
    number = {row["municipality"]: row for row in tables["number"]}
    assert (number["Epe"]["dwellings"], number["Epe"]["committed"]) == (17, 4)
    assert (number["Brummen"]["dwellings"], number["Brummen"]["inhabitants_pct"]) == (13, 40.0)
    assert sum(row["amount_eur"] for row in tables["money"]) == 17 * 7_000
    keys = [(row["about"], row["basis"], row["task"]) for row in tables["other_keys"]]
    assert keys == [
        (None, "inhabitants", 18),
        (None, "dwelling_stock", 15),
        ("fair-share", "inhabitants", 22),
        ("fair-share", "dwelling_stock", 18),
    ]
    [pot] = [row for row in tables["prices"] if row["kind"] == "pot"]
    assert (pot["name"], pot["method"], pot["unit"]) == ("province", "relaxation", "dwelling-years")
    assert pot["low"] == pot["high"] == pytest.approx(6)
    changes = [(r["step"], r["municipality"], r["change"]) for r in tables["alternatives"]]
    assert sorted(changes) == [(-1, "Brummen", 1), (-1, "Epe", -1), (1, "Brummen", -1), (1, "Epe", 1)]
    worse = {(row["step"], row["measure"]) for row in tables["alternative_stages"] if row["worse"]}
    assert worse == {(s, m) for s in (-1, 1) for m in ("fair_share_max", "fair_share_mean")}
    assert tables["sentences"][0]["section"] == "explain_number"


def test_nothing_built_has_no_money(small: Any, tmp_path: Path) -> None:
    """Heerde offers nothing: no dwellings, no money, and more is impossible."""
    heerde = small.place("GM0246", name="Heerde", inhabitants=10_000, dwelling_stock=5_000)
    plan = published(two_places(small, heerde), small, tmp_path)
    question = commands.ExplainOptions("Heerde", "clustered", more_and_less=True)
    explanation = commands.explain(plan, question).explanation
    said = [*explanation.sentences(), *explanation.forced_sentences()]
    text = [sentence_text(sentence, "en") for sentence in said]
    assert text[0] == "Heerde gets no clustered dwellings in 2026-2028."
    assert "Nothing comes, so no money goes with it." in text
    assert text[-1].startswith("1 clustered dwelling more in Heerde (1 instead of 0): that cannot be.")


def test_a_written_explanation_takes_the_place_of_an_older_one(plan: Path) -> None:
    """What stood in its folder is gone, and the plan itself is as it was published."""
    first = commands.explain(plan, commands.ExplainOptions("Epe"))
    assert first.folder is not None
    (first.folder / "old.txt").write_text("old", encoding="utf-8")
    commands.explain(plan, commands.ExplainOptions("Epe"))
    assert not (first.folder / "old.txt").exists()
    assert commands.explain(plan, commands.ExplainOptions("Epe", "clustered")).folder != first.folder

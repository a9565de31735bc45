"""What changes from an earlier plan: every cell in the table, and complete sentences in both languages."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from thuisplan.inputs.reference import Comparison, Reference
from thuisplan.inputs.tables import Municipality, Realised
from thuisplan.outputs.answer import Sentence, sentence_text
from thuisplan.outputs.changed import change_sentences, changed, matching, print_changes


def _place(code: str, name: str) -> Municipality:
    return Municipality(code=code, name=name, boundary_year=2025)


@pytest.fixture
def comparison(small: Any) -> Comparison:
    """Return Apeldoorn and Hattem, 2026-2029 with 2026 realised, beside Apeldoorn and Epe, 2025-2028.

    Homes and care both have, flex is new, rooms are gone; care is offered in 2027 only.
    """
    made = small.instance(
        [_place(small.A, "Apeldoorn"), _place(small.B, "Hattem")],
        small.option("home"),
        small.option("care", dwelling_type="care_suitable"),
        small.option("flex", route="flex", service_life_years=15),
        [small.offer(code, what, 9) for code in (small.A, small.B) for what in ("home", "flex")],
        small.offer(small.A, "care", 9, 2027),
        _realised(small.A, "home", 6),
        years=4,
        first_open_year=2027,
    )
    dwellings = {
        (small.A, 2025, "home"): 2,
        (small.A, 2026, "home"): 8,
        (small.A, 2027, "home"): 5,
        (small.A, 2028, "home"): 5,
        (small.A, 2028, "care"): 4,
        (small.A, 2028, "room"): 3,
        (small.C, 2027, "home"): 7,
    }
    earlier = Reference(
        path="old",
        name="Plan 2025",
        input_hash="sha256:1",
        plan_hash="2",
        municipalities={small.A: "Apeldoorn", small.C: "Epe"},
        options={"home": "social_regular", "care": "care_suitable", "room": "room"},
        years=(2025, 2026, 2027, 2028),
        dwellings=dwellings,
    )
    return Comparison(made, earlier)


def _realised(code: str, option: str, dwellings: int) -> Realised:
    return Realised(municipality_code=code, option=option, year=2026, dwellings=dwellings)


def _completed(small: Any) -> dict[tuple[str, int, str], int]:
    """Return 4 and 6 homes in Apeldoorn, 1 flex there, 2 homes in Hattem, and 3 in the year that is new."""
    return {
        (small.A, 2027, "home"): 4,
        (small.A, 2028, "home"): 6,
        (small.A, 2027, "flex"): 1,
        (small.A, 2029, "home"): 3,
        (small.B, 2027, "home"): 2,
    }


def test_every_cell_of_both_plans_is_listed(small: Any, comparison: Comparison) -> None:
    """What only one of them knows is not compared, and the other side is empty."""
    rows = list(changed(comparison, _completed(small)))
    found = {
        (row["municipality"], row["year"], row["option"]): (
            row["status"],
            row["before"],
            row["after"],
            row["change"],
        )
        for row in rows
    }
    assert found == {
        ("Apeldoorn", 2025, "home"): ("not_compared", 2, None, None),
        ("Apeldoorn", 2026, "home"): ("realised", 8, 6, -2),
        ("Apeldoorn", 2027, "home"): ("open", 5, 4, -1),
        ("Apeldoorn", 2027, "flex"): ("not_compared", None, 1, None),
        ("Apeldoorn", 2028, "home"): ("open", 5, 6, 1),
        ("Apeldoorn", 2028, "care"): ("not_possible", 4, 0, -4),
        ("Apeldoorn", 2028, "room"): ("not_compared", 3, None, None),
        ("Apeldoorn", 2029, "home"): ("not_compared", None, 3, None),
        ("Hattem", 2027, "home"): ("not_compared", None, 2, None),
        ("Epe", 2027, "home"): ("not_compared", 7, None, None),
    }
    assert [row["dwelling_type"] for row in rows if row["option"] == "room"] == ["room"]


def _told(sentences: list[Sentence], language: str) -> list[str]:
    return [sentence_text(sentence, language) for sentence in sentences]


def test_what_is_used_and_what_does_not_match(comparison: Comparison) -> None:
    """10 homes of 2027 and 2028 are compared; the 4 of care cannot be any more; the rest is one-sided."""
    told = list(matching(comparison))
    assert _told(told, "nl") == [
        "Vergeleken wordt met 'Plan 2025': 10 woningen van dat plan, in 1 gemeente(n), 2027-2028.",
        "Niet vergeleken, want niet in deze invoer: gemeente(n) Epe; het eerdere plan heeft daar 7 woningen.",
        "Niet vergeleken, want niet in het eerdere plan: gemeente(n) Hattem.",
        "Niet vergeleken, want niet in deze invoer: optie(s) room; het eerdere plan heeft daarvan 3 "
        "woningen.",
        "Niet vergeleken, want niet in het eerdere plan: optie(s) flex.",
        "Niet vergeleken, want buiten de planperiode van deze invoer: 2025; het eerdere plan heeft dan 2 "
        "woningen.",
        "Niet vergeleken, want buiten de planperiode van het eerdere plan: 2029.",
        "4 woningen van het eerdere plan kunnen niet meer: hun optie is daar in dat jaar niet aangeboden en "
        "niet afgesproken.",
    ]
    assert _told(told, "en") == [
        "Compared is 'Plan 2025': 10 dwellings of that plan, in 1 municipality(ies), 2027-2028.",
        "Not compared, because not in this input: municipality(ies) Epe; the earlier plan has 7 dwellings "
        "there.",
        "Not compared, because not in the earlier plan: municipality(ies) Hattem.",
        "Not compared, because not in this input: option(s) room; the earlier plan has 3 dwellings of them.",
        "Not compared, because not in the earlier plan: option(s) flex.",
        "Not compared, because outside the horizon of this input: 2025; the earlier plan has 2 dwellings "
        "then.",
        "Not compared, because outside the horizon of the earlier plan: 2029.",
        "4 dwellings of the earlier plan cannot be any more: their option is neither offered nor committed "
        "there in that year.",
    ]


def test_what_changed_in_sentences(small: Any, comparison: Comparison) -> None:
    """1 more, and 1 and 4 fewer: 6. Of the 2 that are still possible 2 is the least. 6 of 8 were realised."""
    told = list(change_sentences(list(changed(comparison, _completed(small))), 2.0))
    assert _told(told, "nl") == [
        "Verschil met het eerdere plan: 6 in woningen, 1 erbij en 5 eraf. Een woning die in een ander "
        "jaar of elders komt, telt als een erbij en een eraf.",
        "Binnen wat de eerdere fasen overlaten kan het niet minder zijn.",
        "Apeldoorn: 1 erbij, 5 eraf.",
        "reguliere sociale huurwoning: 1 erbij, 1 eraf.",
        "zorggeschikte woning: 0 erbij, 4 eraf.",
        "2027: 0 erbij, 1 eraf.",
        "2028: 1 erbij, 4 eraf.",
        "Tot en met 2026 waren er 8 woningen gepland en zijn er 6 gerealiseerd: 2 te weinig.",
        "Apeldoorn: 8 gepland, 6 gerealiseerd.",
        "reguliere sociale huurwoning: 8 gepland, 6 gerealiseerd.",
        "2026: 8 gepland, 6 gerealiseerd.",
    ]
    assert _told(told, "en") == [
        "Difference from the earlier plan: 6 in dwellings, 1 more and 5 fewer. A dwelling that comes in "
        "another year or elsewhere counts as one more and one fewer.",
        "Within what the earlier stages leave it cannot be less.",
        "Apeldoorn: 1 more, 5 fewer.",
        "regular social rent: 1 more, 1 fewer.",
        "care-suitable dwelling: 0 more, 4 fewer.",
        "2027: 0 more, 1 fewer.",
        "2028: 1 more, 4 fewer.",
        "Up to and including 2026, 8 dwellings were planned and 6 were realised: 2 too few.",
        "Apeldoorn: 8 planned, 6 realised.",
        "regular social rent: 8 planned, 6 realised.",
        "2026: 8 planned, 6 realised.",
    ]


def test_a_bound_below_the_change_is_said(small: Any, comparison: Comparison) -> None:
    """Of a change of 2 it is proved that it is more than 0.5: at least 1."""
    told = list(change_sentences(list(changed(comparison, _completed(small))), 0.5))
    assert _told(told[1:2], "nl") == [
        "Het verschil binnen wat nog kan is 2; minder dan 1 kan niet binnen wat de eerdere fasen "
        "overlaten. Of het tussen die twee kan, is niet uitgezocht."
    ]
    assert _told(told[1:2], "en") == [
        "The difference within what is still possible is 2; less than 1 is impossible within what the "
        "earlier stages leave. Whether it can be between the two was not found out."
    ]
    assert len(list(change_sentences(list(changed(comparison, _completed(small))), None))) == len(told) - 1


def _row(year: int, status: str, before: int, after: int) -> dict[str, Any]:
    figures = {"before": before, "after": after, "change": after - before}
    names = {"municipality": "Epe", "option": "home", "dwelling_type": "social_regular"}
    return {"municipality_code": "GM0003", "year": year, "status": status, **names, **figures}


@pytest.mark.parametrize(
    ("after", "nl", "en"),
    [
        (
            10,
            "Tot en met 2026 waren er 8 woningen gepland en zijn er 10 gerealiseerd: 2 meer dan gepland.",
            "Up to and including 2026, 8 dwellings were planned and 10 were realised: 2 more than planned.",
        ),
        (
            8,
            "Tot en met 2026 waren er 8 woningen gepland, en zoveel zijn er gerealiseerd.",
            "Up to and including 2026, 8 dwellings were planned, and as many were realised.",
        ),
    ],
)
def test_ahead_of_the_plan_and_as_planned(after: int, nl: str, en: str) -> None:
    """8 were planned and 10, or 8, were built; in the open years nothing changes."""
    told = list(change_sentences([_row(2026, "realised", 8, after), _row(2027, "open", 3, 3)], 0.0))
    assert _told(told[:2], "nl") == [
        "Er verandert niets: elke woning komt in dezelfde gemeente, in hetzelfde jaar en als dezelfde optie.",
        nl,
    ]
    assert _told(told[:2], "en") == [
        "Nothing changes: every dwelling comes in the same municipality, in the same year and as the same "
        "option.",
        en,
    ]


def test_thousands_have_their_mark() -> None:
    """1,234 more: a point in Dutch, a comma in English; a year has none."""
    told = list(change_sentences([_row(2027, "open", 0, 1234)], 1234.0))
    assert _told(told, "nl")[-1] == "2027: 1.234 erbij, 0 eraf."
    assert _told(told, "en")[-1] == "2027: 1,234 more, 0 fewer."


def test_the_screen(small: Any, comparison: Comparison) -> None:
    """Only what changes has a line: municipalities, types and years in turn, and then what was realised."""
    rows = list(changed(comparison, _completed(small)))
    stream = io.StringIO()
    console = Console(file=stream, width=200, color_system=None)
    print_changes(rows, change_sentences(rows, 2.0), "nl", console)
    # A title is as wide as its table: where it breaks is not what this is about.
    assert " ".join(stream.getvalue().replace("─", " ").split()) == " ".join(SHOWN)


SHOWN = [
    "Vergeleken met het eerdere plan",
    "- Verschil met het eerdere plan: 6 in woningen, 1 erbij en 5 eraf. Een woning die in een ander "
    "jaar of elders komt, telt als een erbij en een eraf.",
    "- Binnen wat de eerdere fasen overlaten kan het niet minder zijn.",
    "Gepland en gerealiseerd",
    "- Tot en met 2026 waren er 8 woningen gepland en zijn er 6 gerealiseerd: 2 te weinig.",
    "Wat er verandert in de open jaren, per gemeente, type en jaar",
    "eerder nu erbij eraf",
    "Apeldoorn 14 10 1 5",
    "reguliere sociale huurwoning 10 10 1 1",
    "zorggeschikte woning 4 0 0 4",
    "2027 5 4 0 1",
    "2028 9 6 1 4",
    "Gerealiseerde jaren: gepland in het eerdere plan, en gebouwd",
    "gepland gebouwd erbij eraf",
    "Apeldoorn 8 6 0 2",
    "reguliere sociale huurwoning 8 6 0 2",
    "2026 8 6 0 2",
]

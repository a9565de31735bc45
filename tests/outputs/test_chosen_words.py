"""The words of a region are in its report, and nowhere else; names of the input stay as they are."""

from __future__ import annotations

import pytest

from thuisplan.inputs.chosen_words import ChosenWords, chosen_words, words_in_force
from thuisplan.inputs.labels import (
    FAMILY_LABELS,
    GROUPS,
    MEASURES,
    NEED_CLASSES,
    TERMS,
)
from thuisplan.outputs import texts
from thuisplan.outputs.texts import text

WORDS = {
    "term.target_groups": "inwoners in een kwetsbare situatie",
    "term.fair_share": "evenredige verdeling",
    "family.fair_share": "evenredige verdeling",
    "group.homeless": "dakloze mensen",
}
SPECIAL = {"here": 3, "share": 0.5, "total": 6, "municipalities": 2, "inhabitants": 0.5}


def test_labels_and_terms_are_the_words_of_the_region() -> None:
    with chosen_words(WORDS, "nl"):
        assert FAMILY_LABELS.text("fair_share", "nl") == "evenredige verdeling"
        assert GROUPS.text("homeless", "nl") == "dakloze mensen"
        # A longer label holds the term.
        assert MEASURES.text("fair_share_max", "nl") == "grootste afwijking van evenredige verdeling"
        assert NEED_CLASSES.text("special", "nl") == "inwoners in een kwetsbare situatie"
        sentence = text("explain_number.special", "nl", name="Epe", **SPECIAL)
        assert sentence.startswith("Voor inwoners in een kwetsbare situatie komen er 3:")
    assert text("explain_number.special", "nl", name="Epe", **SPECIAL).startswith(
        "Voor aandachtsgroepen komen"
    )
    assert FAMILY_LABELS.text("fair_share", "nl") == "fair share"


def test_what_the_input_calls_so_keeps_its_name() -> None:
    """A municipality called Aandachtsgroepen is no term, and neither is a code of the user."""
    with chosen_words(WORDS, "nl"):
        assert "woont 50 % in Aandachtsgroepen." in text(
            "explain_number.special", "nl", name="Aandachtsgroepen", **SPECIAL
        )
        assert GROUPS.text("aandachtsgroepen", "nl") == "aandachtsgroepen"


def test_the_other_language_stays_as_it_is() -> None:
    with chosen_words(WORDS, "nl"):
        assert FAMILY_LABELS.text("fair_share", "en") == "fair share"
        assert words_in_force("en") is None


def test_without_words_nothing_is_looked_up() -> None:
    """The sentences are those of the catalogue itself, not a copy."""
    with chosen_words({}, "nl"):
        assert words_in_force("nl") is None
        assert texts._catalogue("nl") is texts._sentences("nl")


def test_words_end_with_their_block_also_after_an_error_and_blocks_nest() -> None:
    with pytest.raises(ZeroDivisionError), chosen_words(WORDS, "nl"):
        raise ZeroDivisionError
    with chosen_words(WORDS, "nl"), chosen_words({"group.homeless": "daklozen"}, "nl"):
        assert GROUPS.text("homeless", "nl") == "daklozen"
        assert FAMILY_LABELS.text("fair_share", "nl") == "fair share"
    assert words_in_force("nl") is None


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Fair share per gemeente", "Evenredige verdeling per gemeente"),
        ("de fair share.", "de evenredige verdeling."),
        ("{fair share} en fair share", "{fair share} en evenredige verdeling"),
        # Parts of longer words, and names of tables and columns in quotes, are left alone.
        ("de fair-shareregel, de fair share-regel", "de fair-shareregel, de fair share-regel"),
        ("zie 'fair share' en `fair share`", "zie 'fair share' en `fair share`"),
        ("unfair share, fair shares", "unfair share, fair shares"),
    ],
)
def test_whole_words_are_replaced_with_the_capital_they_begin_with(sentence: str, expected: str) -> None:
    chosen = ChosenWords("nl", {}, {"fair share": "evenredige verdeling"})
    assert chosen.sentence(sentence) == expected


def test_a_word_that_holds_another_term_is_not_replaced_again() -> None:
    chosen = ChosenWords("nl", {}, {"aandachtsgroepen": "groepen met fair share", "fair share": "deel"})
    assert chosen.text("aandachtsgroepen en fair share") == "groepen met fair share en deel"


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_term_occurs_in_the_sentences(language: str) -> None:
    """A term that no sentence uses promises a word that nobody reads."""

    def sentences(entry: object) -> str:
        return " ".join(map(sentences, entry.values())) if hasattr(entry, "values") else str(entry)

    everything = sentences(texts._sentences(language)).casefold()
    for code in TERMS.labels:
        assert TERMS.text(code, language) in everything

"""Words of one's own: how a file of them is read, and what is told of one that cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from thuisplan.inputs.findings import InputError
from thuisplan.inputs.labels_file import ENTRIES, LONGEST_WORD, read_labels
from thuisplan.outputs.texts import finding_text

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a file of lines."""

    def made(*lines: str, name: str = "woorden.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return made


def told(path: Path, language: str = "nl") -> list[str]:
    """Return what is told of a file that cannot be used."""
    with pytest.raises(InputError) as caught:
        read_labels(path, language)
    assert caught.value.language == language
    return [finding_text(finding, language) for finding in caught.value.findings]


def test_a_code_gets_the_word_of_the_region_wherever_it_means_the_same(write: Write) -> None:
    """A fair share is a term and a kind of rule; a clustered dwelling is a type and a need for that type."""
    path = write(
        "code;woord",
        "target_groups;inwoners in een kwetsbare situatie",
        "fair_share;evenredige verdeling",
        "clustered;hofjeswoning",
    )
    assert read_labels(path) == {
        "term.target_groups": "inwoners in een kwetsbare situatie",
        "term.fair_share": "evenredige verdeling",
        "family.fair_share": "evenredige verdeling",
        "dwelling_type.clustered": "hofjeswoning",
        "need_category.clustered": "hofjeswoning",
    }


def test_the_word_that_is_replaced_is_as_good_as_its_code(write: Write) -> None:
    """``middenhuur`` is the segment; the dwelling type is called ``middenhuurwoning``."""
    path = write("code,label", "Middenhuur,middeldure huur", "permit-holder task,task of the state")
    assert read_labels(path) == {
        "segment.mid_rent": "middeldure huur",
        "family.permit_holders": "task of the state",
    }


def test_a_code_with_its_vocabulary_has_one_meaning(write: Write) -> None:
    path = write("code;woord", "dwelling_type.mid_rent;middeldure huurwoning")
    assert read_labels(path) == {
        "dwelling_type.mid_rent": "middeldure huurwoning",
        "need_category.mid_rent": "middeldure huurwoning",
    }


def test_a_sheet_of_a_workbook_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["wat dan ook"])
    book.create_sheet("Woorden").append(["Code", "Woord"])
    book["Woorden"].append(["permit_holders", "statushouders"])
    book.save(tmp_path / "in.xlsx")
    words = {"term.permit_holders": "statushouders", "group.permit_holders": "statushouders"}
    assert read_labels(tmp_path / "in.xlsx") == words


def test_everything_that_is_wrong_is_told_at_once_with_its_row(write: Write) -> None:
    path = write(
        "code;woord;waarom",
        "target_grops;kwetsbare inwoners;",
        "fair_share;;",
        "mid_rent;middenhuur;",
        "clustered;" + "y" * (LONGEST_WORD + 1) + ";",
        "term.fair_share;x;",
        "acquisition;{naam};",
    )
    place = "woorden.csv, rij"
    assert [sentence.split(" Wat te doen")[0] for sentence in told(path)] == [
        "woorden.csv, kolom waarom: de tabel 'woorden' heeft geen kolom met deze kop.",
        f"{place} 2, kolom code, waarde 'target_grops': dit is geen code of woord van Thuisplan. "
        "Is 'target groups' bedoeld?",
        f"{place} 3, kolom woord: deze cel is leeg, maar moet een waarde hebben.",
        f"{place} 4, kolom code, waarde 'mid_rent': deze code heeft meer dan een betekenis: "
        "dwelling_type.mid_rent of segment.mid_rent.",
        f"{place} 5, kolom woord, waarde '{'y' * 57}...': dit is te lang voor de kop van een kolom; "
        "60 tekens is het meeste.",
        f"{place} 6, kolom code, waarde 'term.fair_share': hiervoor staat al een woord in rij 3.",
        f"{place} 7, kolom woord, waarde '{{naam}}': een woord kan geen accolades bevatten.",
    ]
    english = told(path, "en")
    assert english[1].endswith("or the word in the report that is to be replaced.")


@pytest.mark.parametrize(
    ("name", "lines", "problem"),
    [
        ("woorden.csv", ["code;woord"], "heeft kolomkoppen, maar geen rijen"),
        ("woorden.csv", ["code;naam", "a;b"], "de kolom 'woord' ontbreekt"),
        ("woorden.csv", [""], "hier staat niets"),
        ("woorden.json", ["{}"], "een bestand met de uitgang '.json' is geen lijst met woorden"),
        ("woorden.xlsx", ["geen werkmap"], "dit is geen Excel-werkmap"),
    ],
)
def test_a_file_without_words_is_refused(write: Write, name: str, lines: list[str], problem: str) -> None:
    assert any(problem in sentence for sentence in told(write(*lines, name=name)))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (sentence,) = told(tmp_path / "niets.csv")
    assert "niets.csv" in sentence
    assert "--labels" in sentence


def test_every_entry_can_be_named(write: Write) -> None:
    """Each of the words that Thuisplan shows can be replaced: by its code with its vocabulary."""
    for entry in ENTRIES:
        assert read_labels(write("code,label", f"{entry.name},ander woord"))[entry.name] == "ander woord"

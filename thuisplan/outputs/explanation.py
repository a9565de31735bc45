"""An explanation as sentences and tables, and where it is written."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from thuisplan.outputs.answer import Sentence, sentence_rows
from thuisplan.outputs.answer_schemas import answer_to_arrow
from thuisplan.outputs.explanation_forced import (
    Alternative,
    alternative_rows,
    alternative_sentences,
    measure_rows,
)
from thuisplan.outputs.explanation_keys import key_rows, key_sentences
from thuisplan.outputs.explanation_money import money_rows, money_sentences
from thuisplan.outputs.explanation_number import fixed_sentences, number_rows, number_sentences
from thuisplan.outputs.explanation_prices import price_rows, price_sentences
from thuisplan.outputs.explanation_rules import rule_rows, rule_sentences
from thuisplan.outputs.explanation_share import share_rows, share_sentences
from thuisplan.outputs.explanation_subject import Subject, introduced_once
from thuisplan.outputs.type_words import type_words

if TYPE_CHECKING:
    from thuisplan.model.stages import Stage
    from thuisplan.solvers.forced import Level
    from thuisplan.solvers.prices import Price

FOLDER = "explained"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a municipality has the number it has in a plan.

    Parameters
    ----------
    subject
        What is explained.
    stage
        The first stage, in whose unit prices are.
    prices
        What more room is worth.
    levels
        The stages of the plan.
    alternatives
        What was forced.
    """

    subject: Subject
    stage: Stage
    prices: tuple[Price, ...]
    levels: tuple[Level, ...] = ()
    alternatives: tuple[Alternative, ...] = ()

    @property
    def title(self) -> Sentence:
        """What the explanation is about."""
        years = self.subject.instance.years
        values = {"name": self.subject.name, "first": years[0], "last": years[-1]}
        return Sentence("explain", "title", {**values, "types": type_words(self.subject.dwelling_type)})

    @property
    def name(self) -> str:
        """Name of its folder: the code of the municipality, and the dwelling type if there is one."""
        kind = self.subject.dwelling_type
        return self.subject.municipality + (f"-{kind}" if kind else "")

    def sentences(self) -> tuple[Sentence, ...]:
        """Return the explanation in sentences, without prices and what was forced."""
        subject = self.subject
        said = (
            *number_sentences(subject),
            *share_sentences(subject),
            *fixed_sentences(subject),
            *rule_sentences(subject),
            *money_sentences(subject),
            *key_sentences(subject),
        )
        return introduced_once(said)

    def price_sentences(self) -> tuple[Sentence, ...]:
        """Return the prices in sentences."""
        return tuple(price_sentences(self.subject, self.prices, self.stage))

    def forced_sentences(self) -> tuple[Sentence, ...]:
        """Return in sentences what one more or fewer changes; none if nothing was forced."""
        return tuple(alternative_sentences(self.subject, self.alternatives, self.levels))

    def tables(self) -> Mapping[str, pa.Table]:
        """Return every table of the explanation."""
        said = (*self.sentences(), *self.price_sentences(), *self.forced_sentences())
        rows = {
            "number": number_rows(self.subject),
            "key_parts": share_rows(self.subject),
            "rules": rule_rows(self.subject),
            "money": money_rows(self.subject),
            "other_keys": key_rows(self.subject),
            "prices": price_rows(self.prices, self.stage),
            "alternatives": alternative_rows(self.subject, self.alternatives),
            "alternative_stages": measure_rows(self.alternatives, self.levels),
        }
        tables = {name: answer_to_arrow(f"explained_{name}", table) for name, table in rows.items()}
        return {**tables, "sentences": answer_to_arrow("sentences", sentence_rows(said))}


def write_explanation(explanation: Explanation, plan: Path) -> Path:
    """Write the tables of an explanation beside the plan; what stood there gives way.

    Parameters
    ----------
    explanation
        What to write.
    plan
        Folder of the plan.

    Returns
    -------
    Path
        The folder of the explanation.

    Raises
    ------
    OSError
        If it cannot be written; what stood there may then be gone.
    """
    folder = plan / FOLDER / explanation.name
    made = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    for name, table in explanation.tables().items():
        pq.write_table(table, made / f"{name}.parquet")
    if folder.exists():
        shutil.rmtree(folder)
    made.rename(folder)
    return folder

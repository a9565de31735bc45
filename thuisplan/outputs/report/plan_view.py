"""A published plan as those who write about it see it: its tables, its input, and the words of a language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.labels import FAMILY_LABELS, Vocabulary
from thuisplan.inputs.scenario import Scenario
from thuisplan.outputs.answer import Sentence, sentence_text
from thuisplan.outputs.published import Published, Rows
from thuisplan.outputs.report.content import Column, Kind, Table, Value
from thuisplan.outputs.texts import has_text, text


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences, headings and titles of one section of the catalogue, in one language.

    Parameters
    ----------
    section
        Section of the catalogue, such as ``report_money``.
    language
        ``nl`` or ``en``.
    """

    section: str
    language: str

    def say(self, code: str, **values: Any) -> str:
        """Return a sentence with its values filled in."""
        return text(f"{self.section}.{code}", self.language, **values)

    def column(self, code: str, kind: Kind = Kind.TEXT, adds_up: bool = False) -> Column:
        """Return a column: its heading is ``column_<code>``, its meaning ``note_<code>`` if there is one."""
        note = f"note_{code}"
        told = self.say(note) if has_text(f"{self.section}.{note}", self.language) else ""
        return Column(code, self.say(f"column_{code}"), kind, adds_up, told)

    def columns(self, *codes: str, kind: Kind = Kind.TEXT, adds_up: bool = False) -> list[Column]:
        """Return columns of one kind, in order."""
        return [self.column(code, kind, adds_up) for code in codes]

    def table(
        self,
        code: str,
        columns: Iterable[Column],
        rows: Iterable[Iterable[Value]],
        source: str,
        **more: Any,
    ) -> Table:
        """Return a table; its title is ``table_<code>``.

        Parameters
        ----------
        code, columns, rows, source, more
            As ``content.Table`` has them.
        """
        title = self.say(f"table_{code}")
        return Table(code, title, tuple(columns), tuple(tuple(row) for row in rows), source, **more)


@dataclass(frozen=True)
class PlanView:
    """A plan and the language it is told in.

    Parameters
    ----------
    instance
        The resolved input of the plan.
    given
        The input as it was given, for what the keys consist of.
    published
        The tables of the plan.
    manifest
        Content of ``manifest.json``.
    language
        ``nl`` or ``en``.
    """

    instance: Instance
    given: Scenario
    published: Published
    manifest: Mapping[str, Any]
    language: str

    def rows(self, table: str) -> Rows:
        """Return the rows of a published table; none where the plan does not have it."""
        return self.published.rows(table)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years of the plan."""
        return tuple(self.instance.years)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Code -> name of a municipality, in the order of the input; with its code where others share it."""
        names = {code: row.name or code for code, row in self.instance.municipalities.items()}
        shared = Counter(names.values())
        return {code: name if shared[name] == 1 else f"{name} ({code})" for code, name in names.items()}

    @cached_property
    def programme(self) -> Rows:
        """Rows of ``plan`` that count in the new-build programme: what shares are asked of."""
        options = self.instance.options
        return [row for row in self.rows("plan") if options[row["option"]].in_programme]

    def rule(self, family: str, rule_id: str) -> str:
        """Return a rule in words: its family, with its code if it has one of its own."""
        label = self.label(FAMILY_LABELS, family)
        return label if rule_id == family else f"{label} ({rule_id})"

    def words(self, section: str) -> Words:
        """Return the words of a section of the catalogue."""
        return Words(section, self.language)

    def label(self, vocabulary: Vocabulary, code: str | None) -> str:
        """Return the label of a code; a code of the user is its own label."""
        return "" if code is None else vocabulary.text(code, self.language)

    def told(self, words: Sentence | str) -> str:
        """Return words in the language of the reader; a name is the same in every language."""
        return sentence_text(words, self.language) if isinstance(words, Sentence) else words

    def place(self, place: str) -> str:
        """Return the name of a place: of a municipality, else what the input calls it."""
        return self.names.get(place, place)

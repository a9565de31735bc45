"""The example region as a base, and files of variants beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from thuisplan.inputs.changes import apply
from thuisplan.inputs.examples import example
from thuisplan.inputs.findings import InputError
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.variants.read import read_variants
from thuisplan.inputs.variants.variant import VariantSet
from thuisplan.inputs.write import write_folder
from thuisplan.outputs.texts import finding_text

HEAD = 'format = 1\nbase = "base"\n'


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the example region in ``base``."""
    made = tmp_path_factory.mktemp("variants")
    write_folder(example("stedendriehoek", "en"), made / "base", "en")
    return made


@pytest.fixture(scope="session")
def base() -> Instance:
    """Return the example region, resolved."""
    return resolve(example("stedendriehoek", "en"))


@pytest.fixture
def asked(folder: Path) -> Callable[..., VariantSet]:
    """Return a function that reads a file of variants with this text, and with other files beside it."""

    def made(text: str, head: str = HEAD, **files: str) -> VariantSet:
        for name, content in files.items():
            (folder / f"{name}.csv").write_text(content, encoding="utf-8")
        path = folder / "variants.toml"
        path.write_text(head + text, encoding="utf-8")
        return read_variants(path)

    return made


@pytest.fixture
def changed(asked: Callable[..., VariantSet], base: Instance) -> Callable[..., Instance]:
    """Return a function that applies a named change: the base as it then is."""

    def made(change: str, **files: str) -> Instance:
        heading = "[[changes.x]]" if "[[changes.x]]" in change else "[changes.x]"
        text = f'{heading}\n{change}\n[[variant]]\nname = "v"\nchanges = ["x"]\n'
        return apply(base, asked(text, **files).named("v").changes)

    return made


@pytest.fixture
def refused(asked: Callable[..., VariantSet]) -> Callable[..., list[tuple[str, int | None, str | None, str]]]:
    """Return a function that tells why a file is refused: code, line, place and sentence of each finding.

    Every finding must fill a sentence in both languages.
    """

    def made(text: str, **given: str) -> list[tuple[str, int | None, str | None, str]]:
        with pytest.raises(InputError) as caught:
            asked(text, **given)
        for finding in caught.value.findings:
            for language in ("nl", "en"):
                sentence = finding_text(finding, language)
                assert "{" not in sentence.replace("{ ", "")
                assert "None" not in sentence
        return [(f.code, f.row, f.column, finding_text(f, "en")) for f in caught.value.findings]

    return made

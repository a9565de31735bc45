"""The input that the runs of a batch share, and the name of a run."""

from __future__ import annotations

import hashlib
import json
import pickle
import tempfile
import threading
import zlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thuisplan import __version__
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.overrides import appended, overridden
from thuisplan.inputs.read_change import Change
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.scenario import Origin, Scenario
from thuisplan.inputs.tables import Override
from thuisplan.inputs.variants.variant import RunSettings
from thuisplan.inputs.write import write_folder
from thuisplan.outputs.publish import input_hash

if TYPE_CHECKING:
    from thuisplan.model.problem import Problem
    from thuisplan.model.rebuild import Workshop

NAME_LENGTH = 16
"""Characters of the name of a run: two of a million runs share one with a chance of 3 in 10^8."""

OVERRIDES = f"{Override.table}.csv"
"""Where the changes of a variant stand in the input of its run."""


class Base:
    """The input that the runs of a batch share.

    Parameters
    ----------
    given
        The input as it was given, not resolved.
    """

    def __init__(self, given: Scenario) -> None:
        self.given = given

    @cached_property
    def resolved(self) -> Instance:
        """The base without any overrides, its own included: those come with the changes."""
        return resolve(self.given)

    def variant(self, changes: Sequence[Change]) -> tuple[Scenario, Instance]:
        """Return the input of a variant, as given and resolved.

        Its changes stand below the overrides that the base has, so that the input of a run is an input
        like any other.

        Parameters
        ----------
        changes
            Applied in order, after the overrides of the base.

        Raises
        ------
        ChangeError
            If the changes do not go together.
        """
        rows = appended(self.given.rows(Override), changes)
        # Who reads the input of the run finds all of them in one file.
        origins = {(Override.table, row.key()): Origin(OVERRIDES, n) for n, row in enumerate(rows, start=2)}
        given = replace(
            self.given,
            tables={**self.given.tables, Override.table: rows},
            origins={**self.given.origins, **origins},
        )
        return given, overridden(self.resolved, given)

    def build(self, instance: Instance) -> Problem:
        """Return the problem of a variant.

        Parameters
        ----------
        instance
            Its resolved input.
        """
        return self.workshop.build(instance)

    @cached_property
    def workshop(self) -> Workshop:
        """What builds the problems of variants: it keeps what they have in common."""
        from thuisplan.model.rebuild import Workshop

        return Workshop(self.variant(())[1])


def pack(content: Any) -> bytes:
    """Return a value as bytes that travel to a worker."""
    return zlib.compress(pickle.dumps(content))


def unpack(data: bytes) -> Any:
    """Return the value of such bytes."""
    return pickle.loads(zlib.decompress(data))


_held = threading.local()


def unpack_base(data: bytes) -> Base:
    """Return the base of packed bytes: the same object for equal bytes, one per thread of a worker."""
    if getattr(_held, "data", None) != data:
        _held.data, _held.base = data, Base(unpack(data))
    base: Base = _held.base
    return base


def versions() -> dict[str, str]:
    """Return the versions on which a plan depends: a worker must have the same."""
    return {"thuisplan": __version__, "highspy": metadata.version("highspy")}


def asked(base: str, changes: Sequence[Change], settings: RunSettings) -> str:
    """Return the hash of what is asked of a run, which is known without resolving its input.

    Parameters
    ----------
    base
        Hash of the base, see ``scenario_hash``.
    changes, settings
        Of the run.
    """
    return _hash([base, [asdict(change) for change in changes], asdict(settings), versions()])


def run_name(instance: Instance, settings: RunSettings) -> str:
    """Return the name of a run: equal inputs, settings and versions have one name.

    Parameters
    ----------
    instance
        The resolved input.
    settings
        How it is solved.
    """
    described = [scenario_hash(instance.scenario), asdict(settings), versions()]
    return _hash(described)[:NAME_LENGTH]


def scenario_hash(scenario: Scenario) -> str:
    """Return the hash of a scenario: that of the manifest of a plan if it is resolved."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        write_folder(scenario, Path(scratch), None)
        return input_hash(Path(scratch))


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

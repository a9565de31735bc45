"""How long ``thuisplan keys`` takes for the whole country: 342 municipalities, ten keys, start included."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

from benchmarks.generate import generate
from thuisplan.inputs.columns import sorted_rows
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Key, KeyBound, KeyFactor
from thuisplan.inputs.write import write_folder

MUNICIPALITIES, KEYS, TOTAL = 342, 10, 50_000


def scenario(municipalities: int, seed: int) -> Scenario:
    """Return a region with ten keys: weighted sums of figures, half of them with floors and caps."""
    made = generate(municipalities, seed)
    keys = [Key(key_id=f"key-{number}", basis="factors") for number in range(1, KEYS + 1)]
    factors = [
        KeyFactor(key_id=key.key_id, basis=basis, weight=Fraction(weight))
        for number, key in enumerate(keys, start=1)
        for basis, weight in (("inhabitants", number), ("social_stock", KEYS), ("vacancies_per_year", 1))
    ]
    codes = [row.code for row in made.tables["municipalities"]]  # type: ignore[attr-defined]
    bounds = [
        KeyBound(key_id=key.key_id, municipality_code=code, cap=Fraction(2, municipalities))
        for key in keys[::2]
        for code in codes
    ]
    tables = dict(made.tables) | {
        "keys": sorted_rows([*made.tables["keys"], *keys]),
        "key_factors": sorted_rows(factors),
        "key_bounds": sorted_rows(bounds),
    }
    return replace(made, tables=MappingProxyType(tables))


def measure(seed: int, municipalities: int = MUNICIPALITIES) -> list[dict[str, Any]]:
    """Run the command on a written input; one row with its wall time."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "input"
        write_folder(scenario(municipalities, seed), folder, None)
        command = [sys.executable, "-m", "thuisplan.cli", "keys", str(folder), "--total", str(TOTAL)]
        began = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = time.monotonic() - began
    what = f"keys: {municipalities} municipalities, {KEYS} keys and the figures"
    row: dict[str, Any] = {"part": "keys", "name": what, "seconds": seconds}
    return [row if done.returncode == 0 else row | {"failure": done.stderr[-200:]}]

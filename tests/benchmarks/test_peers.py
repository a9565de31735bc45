"""The other solvers solve the model that is written, and tell when they found what."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import ours, peers
from benchmarks.cases import Case, Terms, export
from benchmarks.processes import apart
from benchmarks.trace import Point, gap

CASE = Case(size=2, years=3)
TERMS = Terms(seconds=20, gap=0.001, cores=1, seed=1)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the file of a small model."""
    path = str(tmp_path_factory.mktemp("model") / "model.mps")
    size = export(CASE, path)
    assert 0 < size["whole"] <= size["columns"]
    return path


def test_all_solvers_agree(model: str) -> None:
    """Two municipalities, three years: no bound of one is above the plan of another, by 0.1 % of it."""
    found = [ours.first_stage(CASE, TERMS)]
    for solver in (peers.highs, peers.scip, peers.cp_sat):
        ran = apart(solver, model, TERMS, seconds=TERMS.seconds)
        assert ran.failure is None
        found.append(ran.answer)
    for one in found:
        assert one["value"] is not None
        assert one["points"][-1]["value"] == pytest.approx(one["value"])
        closeness = gap(one["value"], one["bound"])
        assert closeness is not None
        assert -1e-6 <= closeness <= TERMS.gap + 1e-6
        for other in found:
            assert one["bound"] <= other["value"] * (1 + 1e-3) + 1e-3


def test_highs_takes_our_first_plan(model: str, tmp_path: Path) -> None:
    """Its first plan is ours or better, and its clock begins when ours did."""
    start = str(tmp_path / "start.npy")
    first = ours.first_plan(CASE, TERMS, start)
    found = peers.with_start(model, TERMS, start, first["value"], first["seconds"])
    values = [Point(**point) for point in found["points"] if point["value"] is not None]
    assert values[0].seconds >= first["seconds"]
    assert values[0].value is not None
    assert values[0].value <= first["value"] * (1 + 1e-6)


def test_a_start_of_another_model_is_refused(model: str, tmp_path: Path) -> None:
    """Zeros do not have the objective that is expected of them."""
    start = str(tmp_path / "start.npy")
    first = ours.first_plan(CASE, TERMS, start)
    np.save(start, np.zeros_like(np.load(start)))
    with pytest.raises(ValueError, match="start"):
        peers.highs(model, TERMS, start, first["value"] + 1)


def test_the_log_of_cp_sat_is_a_trace() -> None:
    """Lines as CP-SAT 9.15 wrote them: a bound without a plan, a plan, a bound; others are passed over."""
    log = """#Variables: 3'681 (#ints: 50 in floating point objective)
#Bound   0.44s best:inf   next:[0,11935]  initial_domain
#Model   0.44s var:1837/1837 constraints:827/827
#1       1.04s best:1903  next:[0,1902]   default_lp
#Bound   1.29s best:1903  next:[1279.5,1902] default_lp
"""
    trace = peers.cp_sat_trace(log)
    assert trace.heard == [Point(0.44, None, 0.0), Point(1.04, 1903.0, 0.0), Point(1.29, 1903.0, 1279.5)]

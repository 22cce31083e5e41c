"""No bound that any backend or engine tells, at the end or on the way, is above the best cost."""

from __future__ import annotations

import math

import pytest

from planner.errors import InfeasibleError, NoAnswerError
from planner.solve.mathopt import BACKENDS
from planner.solve.settings import Method, Progress
from tests.fixtures.counts import CASES, blocks
from tests.fixtures.engine import findings_of, plan_of
from tests.properties.draws import KINDS, Kind, draw
from tests.properties.exact_cost import exact_cost

ENGINES = (Method.DIRECT, Method.DECOMPOSITION)
TOLERANCE = 1e-6
"""Of a bound on the way, relative to the cost: it is the solver's own number, unrounded."""


def assert_bounds_hold(backend: str, engine: Method, kind: Kind, seeds: range) -> None:
    """Cost and bounds enclose the best cost, whether or not the search came to its end."""
    bounds_told = 0
    for seed in seeds:
        found, told = draw(kind, seed), list[Progress]()
        try:
            plan = plan_of(
                found.inputs, backend, seconds=2.0, method=engine, sizing=found.sizing,
                on_progress=told.append,
            )  # fmt: skip
        except InfeasibleError:
            assert found.best is None, seed
            continue
        except NoAnswerError:
            continue
        best = found.best
        assert best is not None, seed
        assert findings_of(plan, found.sizing) == []
        assert plan.objective.lower_bound <= best <= exact_cost(plan, found.inputs, found.sizing)
        slack = 1 + TOLERANCE * plan.objective.gross
        bounds = [progress.bound for progress in told if math.isfinite(progress.bound)]
        assert all(bound <= best + slack for bound in bounds), seed
        bounds_told += len(bounds)
    assert bounds_told


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("backend", sorted(BACKENDS))
def test_no_bound_is_above_the_best_cost(backend: str, engine: Method, kind: Kind) -> None:
    assert_bounds_hold(backend, engine, kind, range(6))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seeds", blocks(6, 15, CASES // 5), ids=str)
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("backend", sorted(BACKENDS))
def test_no_bound_is_above_the_best_cost_on_more_scenarios(
    backend: str, engine: Method, kind: Kind, seeds: range
) -> None:
    assert_bounds_hold(backend, engine, kind, seeds)

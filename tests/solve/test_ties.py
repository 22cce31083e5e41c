"""Of plans that cost the same one wins, whatever solver found it, and however often."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from planner.formulation.expression import Expression, Variable
from planner.formulation.model import Model
from planner.formulation.setup import Setup
from planner.solve.backend import Program, Request
from planner.solve.mathopt import BACKENDS, GSCIP
from planner.solve.settings import Method
from planner.solve.solution import Solution
from planner.solve.ties import HALF_A_CENT, break_ties
from tests.fixtures.catalogues import plain_card, plain_host
from tests.fixtures.handmade import fixed, market, scenario
from tests.solve.searches import by, model_of, setup_of, solved
from tests.solve.test_backends import random_setup


def counts(solution: Solution | None) -> dict[tuple[str, ...], int]:
    """All counts of a solution by name."""
    assert solution is not None
    return {
        **{("replicas", s, o.name, str(n)): k for (s, o, n), k in solution.replicas.items()},
        **{("patterns", s, p.name, str(n)): k for (s, p, n), k in solution.patterns.items()},
        **{("hosts", s, b.name, str(n)): k for (s, b, n), k in solution.hosts.items()},
        **{("owned", v.item, v.label, str(n)): k for (v, n), k in solution.owned.items()},
    }


def twins() -> Setup:
    """Two kinds of cards and two kinds of hosts that differ in nothing but their names."""
    cards = [(plain_card(name), 1000.0) for name in ("left", "right")]
    hosts = [(plain_host(name), 500.0) for name in ("lower", "upper")]
    loads = [fixed("task", [2, 3], cards=1), fixed("pair", [1, 1], cards=2)]
    return setup_of(scenario(market(cards, hosts), loads, months=2))


def plans(setup: Setup) -> Iterator[dict[tuple[str, ...], int]]:
    for backend in ("gscip", "highs"):
        yield counts(solved(setup, backend, by(Method.DIRECT)).solution)


def test_solvers_give_the_same_plan_where_many_cost_the_same() -> None:
    first, second = plans(twins())
    assert first == second


@pytest.mark.parametrize("seed", [0, 1, 3, 4, 5, 7, 8, 9])
def test_solvers_give_the_same_plan_of_random_scenarios(seed: int) -> None:
    setup = random_setup(seed)
    found = [solved(setup, backend, by(Method.DIRECT)) for backend in ("gscip", "highs")]
    assert len({outcome.infeasible for outcome in found}) == 1
    if not found[0].infeasible:
        first, second = (counts(outcome.solution) for outcome in found)
        assert first == second


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_preferred_plan_costs_no_more(backend: str) -> None:
    model = model_of(twins())
    best = GSCIP.solve(Program(model.variables, model.rows, model.cost), Request())
    assert best.values is not None
    preferred = break_ties(model, best.values, BACKENDS[backend], Request(seconds=20.0))
    assert spent(model, preferred) <= best.cost + HALF_A_CENT + 0.01


def test_of_plans_of_equal_cost_the_one_with_the_fewest_units_wins() -> None:
    lasting = market([(plain_card("card"), 1.0)], [(plain_host("host"), 500.0)], curve=(1.0, 1.0))
    site = {"electricity_per_kwh": 0.0}
    loads = [fixed("task", [1, 2], cards=1)]
    model = model_of(setup_of(scenario(lasting, loads, 2, discount_rate=0.0, site=site)))
    cards = [v for v in model.variables if v.family == "owned" and v.key[1] == "card"]
    most = model.cost * 1_000_000 - Expression(dict.fromkeys(cards, 1))
    wasteful = GSCIP.solve(Program(model.variables, model.rows, most), Request()).values
    assert wasteful is not None
    preferred = break_ties(model, wasteful, GSCIP, Request())
    assert spent(model, preferred) == pytest.approx(spent(model, wasteful), abs=HALF_A_CENT)
    assert sum(wasteful[v] for v in cards) > sum(preferred[v] for v in cards) == 3


def spent(model: Model, values: Mapping[Variable, float]) -> float:
    return sum(float(f) * values[v] for v, f in model.cost.terms.items())


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("seed", [1, 5, 8])
def test_an_engine_gives_the_same_outcome_every_time(method: Method, seed: int) -> None:
    first, *others = (solved(random_setup(seed), settings=by(method)) for _ in range(3))
    for other in others:
        assert (other.cost, other.lower_bound) == (first.cost, first.lower_bound)
        assert (other.variables, other.rows) == (first.variables, first.rows)
        assert other.infeasible == first.infeasible
        if first.solution is not None:
            assert counts(other.solution) == counts(first.solution)

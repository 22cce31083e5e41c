"""An error while a solver tells a solution ends the solve, and reaches the caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from planner.formulation.expression import Variable, total
from planner.formulation.rule import Row, Rule
from planner.formulation.setup import Setup
from planner.solve.backend import Feature, Program, Request
from planner.solve.mathopt import BACKENDS
from tests.fixtures.catalogues import plain_card, plain_host
from tests.fixtures.dice import Seeded
from tests.fixtures.handmade import chat, market, month, scenario
from tests.solve.searches import model_of, setup_of
from tests.solve.test_backends import random_setup

RULE = Rule("cover", "Enough is taken.", "", "", "serving")
TALKERS = [n for n, b in BACKENDS.items() if b.supports(Feature.SOLUTION_CALLBACK)]
SECONDS = 5.0


def covering() -> Program:
    """A program with several solutions on the way to the best."""
    dice = Seeded.of("covering", 0)
    taken = [Variable("taken", (str(i),), 9) for i in range(40)]
    rows = [
        Row(
            RULE,
            (str(row),),
            total(dice.integer(1, 30) * taken[(row * 7 + i * 3) % 40] for i in range(12)),
            at_least=dice.integer(100, 900),
        )
        for row in range(40)
    ]
    return Program(taken, rows, total(dice.integer(10, 300) * v for v in taken))


class Breaks:
    """Raises an error at one of the solutions that it hears."""

    def __init__(self, error: BaseException, call: int) -> None:
        self.error, self.call, self.heard = error, call, 0

    def on_solution(self, values: Mapping[Variable, float], bound: float) -> None:
        self.heard += 1
        if self.heard == self.call:
            raise self.error


@pytest.mark.parametrize("error", [AssertionError("a defect"), KeyboardInterrupt()])
@pytest.mark.parametrize("call", [1, 2])
@pytest.mark.parametrize("backend", TALKERS)
def test_an_error_at_a_solution_is_raised_by_the_solve_and_nothing_is_heard_after_it(
    backend: str, call: int, error: BaseException
) -> None:
    breaks = Breaks(error, call)
    request = Request(seconds=SECONDS, on_solution=breaks.on_solution)
    with pytest.raises(type(error)) as caught:
        BACKENDS[backend].solve(covering(), request)
    assert caught.value is error
    assert breaks.heard == call


def assert_bounds_hold(setup: Setup, backend: str, shares: Sequence[float]) -> None:
    """No bound that a solver tells is above the optimum, and it keeps to the gap."""
    model = model_of(setup)
    program = Program(model.variables, model.rows, model.cost)
    best = BACKENDS["gscip"].solve(program, Request(seconds=20.0)).cost
    heard: list[float] = []

    def hear(_: Mapping[Variable, float], bound: float) -> None:
        heard.append(bound)

    for share in shares:
        gap = share * abs(best)
        request = Request(seconds=20.0, absolute_gap=gap, on_solution=hear)
        answer = BACKENDS[backend].solve(program, request)
        assert max(answer.bound, *heard) <= best + 1e-6 * abs(best)
        assert answer.cost - answer.bound <= gap + 1.1e-4 * abs(best)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("backend", TALKERS)
def test_no_bound_is_above_the_optimum_whatever_gap_a_solver_may_leave(
    backend: str, seed: int
) -> None:
    assert_bounds_hold(random_setup(seed), backend, (0.3, 0.01))


@pytest.mark.parametrize("backend", TALKERS)
def test_a_gap_that_blurs_the_objective_blurs_no_bound(backend: str) -> None:
    demand = [{"from": month(0), "users": 90, "active_share": 0.3}]
    load = chat("chat", [1], headroom=0.15) | {"demand": demand}
    catalog = market([(plain_card("card"), 5000.0)], [(plain_host("host"), 2000.0)])
    shares = [n / 1000 for n in range(4, 12)]
    assert_bounds_hold(setup_of(scenario(catalog, [load])), backend, shares)

"""A search ends at its gap, its seconds, its work or a stop; it keeps the best, and says why."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cache

import pytest

from planner.formulation.setup import Setup
from planner.solve.backend import Answer, Backend, Feature, Program, Request, Status, Stop
from planner.solve.engine import explore, solve
from planner.solve.mathopt import BACKENDS, GSCIP
from planner.solve.settings import Listener, Method, Outcome, Progress, Settings, StoppedBy
from planner.solve.solution import Solution
from tests.fixtures.options import random_case
from tests.formulation.scenes import lab_setup
from tests.solve.searches import CENT, by, setup_of, solved

SOON, LATE = 1.0, 30.0
"""Seconds that a search may take, and within which it ends on any machine."""
EVERY_METHOD = pytest.mark.parametrize("method", Method)
TALKERS = [n for n, b in BACKENDS.items() if b.supports(Feature.SOLUTION_CALLBACK)]
NO_LIMIT = 300.0


@cache
def easy() -> Setup:
    return lab_setup()


@cache
def hard() -> Setup:
    """Seconds away from a proof with any engine."""
    return setup_of(*random_case(1, "medium"))


@cache
def harder() -> Setup:
    """A fifth of its cost from a proof after six seconds of the quickest engine."""
    return setup_of(*random_case(14, "medium"))


@cache
def lumpy() -> Setup:
    """More than a root and more than a round, and quick enough for both."""
    return setup_of(*random_case(6, "small"))


class Ear:
    """Hears everything, and may ask for a stop at a solution or at a report of progress."""

    def __init__(self, *, stop_at_solution: int = 0, stop_at_progress: int = 0) -> None:
        self.solutions: list[Solution] = []
        self.progress: list[Progress] = []
        self.stop = Stop()
        self._stop_at = (stop_at_solution, stop_at_progress)

    def listener(self) -> Listener:
        return Listener(self._on_solution, self._on_progress, self.stop)

    def _on_solution(self, solution: Solution) -> None:
        self.solutions.append(solution)
        if len(self.solutions) == self._stop_at[0]:
            self.stop.request()

    def _on_progress(self, progress: Progress) -> None:
        self.progress.append(progress)
        if len(self.progress) == self._stop_at[1]:
            self.stop.request()


def gap_of(outcome: Outcome) -> float:
    assert outcome.cost is not None
    return (outcome.cost - outcome.lower_bound) / outcome.cost


@EVERY_METHOD
def test_a_search_ends_as_soon_as_the_gap_is_reached(method: Method) -> None:
    outcome = solved(easy(), settings=by(method, gap=0.05))
    assert outcome.stopped_by is StoppedBy.GAP
    assert outcome.cost - outcome.lower_bound >= 0  # type: ignore[operator]
    assert not outcome.infeasible


@EVERY_METHOD
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_search_ends_when_its_time_is_up(method: Method, backend: str) -> None:
    outcome = solved(harder(), backend, by(method, seconds=SOON))
    assert outcome.stopped_by is StoppedBy.TIME
    assert outcome.seconds < LATE
    assert not outcome.infeasible
    if outcome.cost is not None:
        assert outcome.lower_bound <= outcome.cost


def test_no_round_of_the_search_over_fleets_is_made_without_work() -> None:
    outcome = explore(easy(), GSCIP, Settings(gap=0.0, work=0, seconds=NO_LIMIT), Listener())
    assert outcome.stopped_by is StoppedBy.WORK
    assert outcome.solution is not None
    assert outcome.lower_bound == float("-inf")


@pytest.mark.parametrize("method", [Method.DIRECT, Method.DECOMPOSITION])
def test_a_search_ends_when_its_work_is_done_whatever_the_clock_says(method: Method) -> None:
    settings = replace(by(method, seconds=NO_LIMIT), work=1)
    outcome = solved(lumpy(), settings=settings)
    assert outcome.stopped_by is StoppedBy.WORK
    assert outcome.seconds < NO_LIMIT / 2


@pytest.mark.slow
@pytest.mark.parametrize("method", [Method.DIRECT, Method.DECOMPOSITION])
def test_a_limit_on_work_gives_the_same_outcome_twice(method: Method) -> None:
    settings = replace(by(method, seconds=NO_LIMIT), work=2)
    first, second = (solved(hard(), settings=settings) for _ in range(2))
    assert (first.cost, first.lower_bound) == (second.cost, second.lower_bound)


@EVERY_METHOD
@pytest.mark.parametrize(
    "backend", [n if n == "gscip" else pytest.param(n, marks=pytest.mark.slow) for n in TALKERS]
)
def test_a_stop_at_the_first_plan_keeps_that_plan(method: Method, backend: str) -> None:
    ear = Ear(stop_at_solution=1)
    outcome = solved(hard(), backend, by(method, seconds=NO_LIMIT), ear.listener())
    assert outcome.stopped_by is StoppedBy.INTERRUPT
    assert outcome.solution is ear.solutions[-1]
    assert outcome.seconds < NO_LIMIT / 2
    assert gap_of(outcome) > 0


@EVERY_METHOD
def test_a_stop_before_the_start_leaves_no_plan_and_no_claim(method: Method) -> None:
    ear = Ear()
    ear.stop.request()
    outcome = solved(hard(), settings=by(method, seconds=NO_LIMIT), listener=ear.listener())
    assert outcome.stopped_by is StoppedBy.INTERRUPT
    assert outcome.solution is None
    assert not outcome.infeasible
    assert outcome.lower_bound == float("-inf")


@EVERY_METHOD
def test_a_stop_from_another_thread_ends_the_search(method: Method) -> None:
    ear = Ear()
    timer = threading.Timer(1.0, ear.stop.request)
    timer.start()
    outcome = solved(hard(), settings=by(method, seconds=NO_LIMIT), listener=ear.listener())
    timer.join()
    assert outcome.stopped_by is StoppedBy.INTERRUPT
    assert outcome.seconds < NO_LIMIT / 2


class StopsAtCall(Backend):  # type: ignore[misc]
    """A solver that is asked to stop during one of its calls, and finds nothing from then on."""

    name = "stops"

    def __init__(self, stop: Stop, call: int) -> None:
        self._stop, self._left = stop, call

    def supports(self, feature: Feature) -> bool:
        return GSCIP.supports(feature)

    def solve(self, program: Program, request: Request) -> Answer:
        self._left -= 1
        if self._left == 0:
            self._stop.request()
        if self._left <= 0:
            return Answer(Status.NO_SOLUTION, None, float("inf"), float("-inf"), 0)
        return GSCIP.solve(program, request)


CALLS = [(Method.DIRECT, 1), *((Method.DECOMPOSITION, call) for call in (1, 2, 5, 10, 20, 40))]


@pytest.mark.parametrize(("method", "call"), CALLS)
def test_a_stop_in_the_middle_of_any_call_is_an_interruption_and_proves_nothing(
    method: Method, call: int
) -> None:
    stop = Stop()
    backend = StopsAtCall(stop, call)
    outcome = solve(hard(), backend, by(method, seconds=NO_LIMIT), Listener(stop=stop))
    assert outcome.stopped_by is StoppedBy.INTERRUPT
    assert not outcome.infeasible


@EVERY_METHOD
def test_costs_fall_and_bounds_rise_while_a_search_goes_on(method: Method) -> None:
    ear = Ear()
    outcome = solved(hard(), settings=by(method, seconds=2.0), listener=ear.listener())
    costs = [p.cost for p in ear.progress if p.cost is not None]
    assert costs == sorted(costs, reverse=True)
    bounds = [p.bound for p in ear.progress]
    assert bounds == sorted(bounds)
    assert all(p.cost is None or p.bound <= p.cost + CENT for p in ear.progress)
    if ear.solutions:
        assert outcome.solution is ear.solutions[-1]

"""The direct engine: all rules as one mixed-integer program over every pattern and build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from planner.formulation.builds import Build
from planner.formulation.expression import Variable
from planner.formulation.model import Model, build_model
from planner.formulation.objective import TERMS
from planner.formulation.patterns import CardPattern, all_patterns, families_of
from planner.formulation.setup import Setup
from planner.solve.backend import Backend, Program, Request, Status
from planner.solve.mathopt import LINEAR
from planner.solve.settings import Settings, StoppedBy
from planner.solve.solution import solution_of
from planner.solve.ties import HALF_A_CENT, break_ties
from planner.solve.watch import Watch


def listed(setup: Setup, settings: Settings) -> Setup | None:
    """The problem with every pattern and every build, or None when they are too many to list."""
    builds = sum(len(f.counts) for f in setup.fillings)
    nodes = len(setup.problem.tree.nodes)
    if builds * nodes > settings.most_columns:
        return None
    patterns = every_pattern(setup, settings.most_sets)
    if patterns is None or (len(patterns) + builds) * nodes > settings.most_columns:
        return None
    return replace(setup, problem=setup.problem.restricted(patterns, every_build(setup)))


def every_pattern(setup: Setup, limit: int) -> tuple[CardPattern, ...] | None:
    """All maximal patterns of all cards, or None when there are too many sets to look at.

    Args:
        setup: the problem.
        limit: most sets of replicas, for all kinds of cards together.
    """
    found: list[CardPattern] = []
    each = limit // max(1, len(setup.problem.rooms))
    for gpu, room in sorted(setup.problem.rooms.items()):
        patterns = all_patterns(room, families_of(setup.problem.options, gpu), each)
        if patterns is None:
            return None
        found += patterns
    return tuple(found)


def every_build(setup: Setup) -> tuple[Build, ...]:
    """All builds of all hosts."""
    return tuple(f.build(row) for f in setup.fillings for row in range(len(f.counts)))


class DirectSearch:
    """One search over a problem that lists everything.

    Args:
        setup: the problem with all its patterns and builds.
        backend: solver.
        watch: keeps the best solution and the bound.
        work: limit that does not depend on the clock, or None.
    """

    def __init__(self, setup: Setup, backend: Backend, watch: Watch, work: int | None) -> None:
        self._backend, self._watch, self._work = backend, watch, work
        self._model = build_model(setup.problem)
        self._program = Program(self._model.variables, self._model.rows, self._model.cost)
        self.infeasible = False

    def run(self) -> StoppedBy:
        """Solve until the gap, a limit or a stop; then pick one of equally cheap plans."""
        watch = self._watch
        watch.grow(len(self._program.variables), len(self._program.rows))
        relaxed = LINEAR.solve(self._program, self._request(0.0))
        if relaxed.status is Status.INFEASIBLE:
            self.infeasible = True
            return StoppedBy.GAP
        watch.raise_bound(relaxed.bound)
        if watch.reached:
            return StoppedBy.GAP
        request = self._request(watch.settings.gap * max(0.0, relaxed.bound))
        answer = self._backend.solve(self._program, request)
        watch.raise_bound(answer.bound)
        self.infeasible = answer.status is Status.INFEASIBLE
        if answer.values is not None:
            open_cents = min(request.absolute_gap, answer.cost - answer.bound)
            done = answer.status is Status.OPTIMAL
            self._finish(answer.values, exact=done and open_cents <= HALF_A_CENT)
        return self._stopped_by(answer.status)

    def _finish(self, values: Mapping[Variable, float], *, exact: bool) -> None:
        """Keep the last solution; where it is exact, its preferred twin."""
        if exact and not self._watch.over:
            values = break_ties(self._model, values, self._backend, self._request(0.0))
        elif not self._watch.improves(cost_of(self._model, values)):
            return
        self._keep(values)

    def _request(self, absolute_gap: float) -> Request:
        """How to solve; a gap relative to a bound is stricter than one to the gross spend."""
        request = Request(
            work=self._work, absolute_gap=absolute_gap, priorities=True, on_solution=self._heard
        )
        return self._watch.limited(request)

    def _heard(self, values: Mapping[Variable, float], bound: float) -> None:
        self._watch.raise_bound(bound)
        if self._watch.improves(cost_of(self._model, values)):
            self._keep(values)

    def _keep(self, values: Mapping[Variable, float]) -> None:
        solution = solution_of(self._model.decisions, values)
        cost = cost_of(self._model, values)
        self._watch.keep(solution, cost, gross_of(self._model, values), "searching")

    def _stopped_by(self, status: Status) -> StoppedBy:
        if self._watch.reached or status in (Status.OPTIMAL, Status.INFEASIBLE):
            return StoppedBy.GAP
        if self._watch.listener.stop.requested:
            return StoppedBy.INTERRUPT
        return StoppedBy.TIME if self._watch.over else StoppedBy.WORK


def cost_of(model: Model, values: Mapping[Variable, float]) -> float:
    """Discounted cents of a solution."""
    return sum(float(f) * values.get(v, 0.0) for v, f in model.cost.terms.items())


def gross_of(model: Model, values: Mapping[Variable, float]) -> float:
    """Discounted cents of a solution without its receipts."""
    cents = 0.0
    for file in TERMS:
        if file.term.category != "resale":
            cost = file.cost(model.problem, model.decisions)
            cents += sum(float(f) * values.get(v, 0.0) for v, f in cost.terms.items())
    return cents

"""The direct engine: all rules as one mixed-integer program over every pattern and build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from planner.formulation.builds import Build
from planner.formulation.expression import Variable
from planner.formulation.machines import by_machine
from planner.formulation.model import Model, build_model
from planner.formulation.objective import TERMS
from planner.formulation.patterns import CardPattern, all_patterns, families_of
from planner.formulation.problem import Problem
from planner.formulation.setup import Setup
from planner.formulation.variables import Variables
from planner.solve.backend import Backend, Program, Request, Status
from planner.solve.capital import cautious, keeps_capital
from planner.solve.mathopt import LINEAR
from planner.solve.settings import Settings, StoppedBy
from planner.solve.solution import solution_of
from planner.solve.ties import HALF_A_CENT, break_ties
from planner.solve.watch import Watch


def listed(setup: Setup, settings: Settings) -> Setup | None:
    """The problem with every pattern and every build, or None when they are too many to list.

    Where machines are counted one by one, so are the decisions that this takes.
    """
    nodes = len(setup.problem.tree.nodes)
    builds = sum(f.number(settings.most_columns // nodes) for f in setup.fillings)
    if builds * nodes > settings.most_columns:
        return None
    patterns = every_pattern(setup, settings.most_sets)
    if patterns is None or (len(patterns) + builds) * nodes > settings.most_columns:
        return None
    problem = setup.problem.restricted(patterns, every_build(setup))
    if by_machine(problem) and Variables(problem).machines.columns > settings.most_columns:
        return None
    return replace(setup, problem=problem)


def every_pattern(setup: Setup, limit: int) -> tuple[CardPattern, ...] | None:
    """All maximal patterns of all cards, or None when there are too many sets to look at.

    Args:
        setup: the problem.
        limit: most sets of replicas, for all kinds of cards together.
    """
    found: list[CardPattern] = []
    each = limit // max(1, len(setup.problem.rooms))
    for gpu, room in sorted(setup.problem.rooms.items()):
        families = families_of(setup.problem.options, gpu, setup.problem.host_needs)
        patterns = all_patterns(room, families, each)
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
        start: values of a solution that is known, by name of the variable.
    """

    def __init__(
        self,
        setup: Setup,
        backend: Backend,
        watch: Watch,
        work: int | None,
        start: Mapping[str, float] | None = None,
    ) -> None:
        self._backend, self._watch, self._work = backend, watch, work
        self._start = start or {}
        self._problem = setup.problem
        self._broken = False
        self.infeasible = False

    def run(self) -> StoppedBy:
        """Solve until the gap, a limit or a stop; then pick one of equally cheap plans.

        Where months are merged under a limit on capital, a plan of single months may keep it by
        selling a little earlier than any merged plan can. So the bound comes from the favourable
        problem, and where its best plan does not keep the limit itself, another solve finds one
        that does. So does another one, more cautious, where a plan breaks a limit by less than a
        solver notices.
        """
        problem = self._problem
        if not problem.windows:
            return self._solve(problem, bounds=True)
        stopped = self._solve(replace(problem, favourable=True), bounds=True)
        merged = any(node.length > problem.step_months for node in problem.tree.nodes)
        if merged and not self._ended:
            stopped = self._solve(problem, bounds=False)
        if self._broken and not self._ended:
            stopped = self._solve(cautious(problem), bounds=False)
        return stopped

    @property
    def _ended(self) -> bool:
        return self.infeasible or self._watch.reached or self._watch.over

    def _solve(self, problem: Problem, *, bounds: bool) -> StoppedBy:
        """One program, whose bound may count or not."""
        self._broken = False
        self._model = build_model(problem)
        self._program = Program(self._model.variables, self._model.rows, self._model.cost)
        self._bounds = bounds
        watch = self._watch
        watch.grow(len(self._program.variables), len(self._program.rows))
        relaxed = LINEAR.solve(self._program, self._request(0.0))
        if relaxed.status is Status.INFEASIBLE:
            self.infeasible = bounds
            return StoppedBy.GAP
        self._raise(relaxed.bound)
        if watch.reached:
            return StoppedBy.GAP
        request = self._request(watch.settings.gap * max(0.0, relaxed.bound))
        if self._start:
            known = {v: self._start.get(v.name, 0.0) for v in self._program.variables}
            request = replace(request, hint=known)
        answer = self._backend.solve(self._program, request)
        self._raise(answer.bound)
        self.infeasible = bounds and answer.status is Status.INFEASIBLE
        if answer.values is not None:
            open_cents = min(request.absolute_gap, answer.cost - answer.bound)
            done = answer.status is Status.OPTIMAL
            self._finish(answer.values, exact=done and open_cents <= HALF_A_CENT)
        return self._stopped_by(answer.status)

    def _raise(self, bound: float) -> None:
        if self._bounds:
            self._watch.raise_bound(bound)

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
        self._raise(bound)
        if self._watch.improves(cost_of(self._model, values)):
            self._keep(values)

    def _keep(self, values: Mapping[Variable, float]) -> None:
        if not keeps_capital(self._model.problem, self._model.decisions, values):
            self._broken = True
            return
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

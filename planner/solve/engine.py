"""One problem, two engines: everything in one program while that is small, fleets when not.

``auto`` starts with a first plan from the fleets' greedy hand. Where patterns are few, the direct
engine does the rest, because its cutting planes often close the gap at once. Elsewhere the search
over fleets does, and if it has nothing more to ask, the direct engine goes on where everything can
be listed.
``docs/decisions/004-search-over-fleets.md`` has the measurements.

Where the formulation has a rule that the search over fleets does not know, the direct engine does
all the work, whatever was asked for, and the outcome names the rule.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import assert_never

from planner.errors import NoAnswerError
from planner.formulation.machines import by_machine
from planner.formulation.objective import TERMS
from planner.formulation.patterns import CardPattern
from planner.formulation.problem import Problem
from planner.formulation.rules import RULES
from planner.formulation.setup import Setup
from planner.solve.backend import Backend, Request, Status, Stop
from planner.solve.by_nodes import ByNodes, Named, has_many_machines, sums_alone
from planner.solve.direct import DirectSearch, listed
from planner.solve.fleets.honoured import strangers
from planner.solve.fleets.search import FleetSearch
from planner.solve.one_node import serve_alone
from planner.solve.packing import Packing
from planner.solve.settings import Listener, Method, Outcome, Settings, StoppedBy
from planner.solve.watch import Watch


def solve(setup: Setup, backend: Backend, settings: Settings, listener: Listener) -> Outcome:
    """Solve a problem with the engine that suits its size, or the one that is asked for.

    Raises:
        NoAnswerError: if only the direct engine will do and there is too much to list.
    """
    if _hopeless(setup.problem):
        return _no_fleet(settings)
    search = _Search(setup, backend, Watch(settings, listener))
    if search.strangers:
        return search.directly()
    match settings.method:
        case Method.AUTO:
            return search.either()
        case Method.DIRECT:
            return search.directly()
        case Method.DECOMPOSITION:
            return search.by_fleets()
        case _:
            assert_never(settings.method)


def explore(
    setup: Setup,
    backend: Backend,
    settings: Settings,
    listener: Listener,
    packings: Sequence[Sequence[Packing]] = (),
    *,
    greedy: bool = True,
) -> Outcome:
    """A good plan in a second or two and no proof: greedy fleets and what is known to serve.

    With a rule that the search over fleets does not know, the direct engine takes its place.

    Args:
        setup: the problem.
        backend: solver.
        settings: limits of time.
        listener: who is told.
        packings: ways to serve each node, by index, where they are known.
        greedy: whether to look for more of them.
    """
    if _hopeless(setup.problem):
        return _no_fleet(settings)
    watch = Watch(replace(settings, work=0), listener)
    search = _Search(setup, backend, watch, thorough=False)
    if search.strangers:
        return solve(setup, backend, settings, listener)
    if packings:
        search.fleets.learn(packings)
    if greedy:
        search.fleets.seed()
    return search.outcome(Method.DECOMPOSITION, search.fleets.run(), listed=False)


_ALONE = 5_000
NOTHING: Named = {}
_SUMS = 0.3
"""Share of the time that is left for fleets without promises about single machines."""


class _Search:
    """The engines of one search and what they share."""

    def __init__(
        self, setup: Setup, backend: Backend, watch: Watch, *, thorough: bool = True
    ) -> None:
        self._setup, self._backend, self._watch = setup, backend, watch
        self._infeasible = False
        self.fleets = FleetSearch(
            setup, backend, watch, thorough=thorough, every_pattern=self._every_pattern
        )
        self.strangers = strangers(setup.problem, RULES, TERMS)

    @cached_property
    def _small(self) -> Setup | None:
        """The problem with everything listed, if that is not too much."""
        return listed(self._setup, self._watch.settings)

    def _every_pattern(self) -> Sequence[CardPattern] | None:
        return None if self._small is None else self._small.problem.patterns

    def directly(self) -> Outcome:
        """The direct engine alone."""
        small, values = self._small, NOTHING
        if by_machine(self._setup.problem) and has_many_machines(small):
            values = self._node_by_node()
            if small is None and (self._infeasible or self._watch.solution is not None):
                stopped = StoppedBy.TIME if self._watch.over else StoppedBy.STALL
                stopped = StoppedBy.GAP if self._infeasible or self._watch.reached else stopped
                return self.outcome(Method.DIRECT, stopped, listed=False)
        if small is None:
            notes = [f"the search over fleets does not know the rule {r}" for r in self.strangers]
            reason = "there are too many card patterns, builds or machines to list them all"
            raise NoAnswerError(reason, notes)
        return self.outcome(Method.DIRECT, self._list(small, values), listed=True)

    def _node_by_node(self) -> Named:
        """Plans around fleets that keep no promise about single machines, and their bound."""
        watch = self._watch
        found = ByNodes(self._setup, self._small, self._backend, watch)
        for quick in (True, False):
            outcome = self._sums(quick=quick)
            self._infeasible = self._infeasible or outcome.infeasible
            watch.raise_bound(outcome.lower_bound)
            if outcome.solution is not None:
                found.follow(outcome.solution)
            if self._infeasible or watch.over or watch.reached:
                break
        return found.values

    def _sums(self, *, quick: bool) -> Outcome:
        """A fleet that keeps no promise about single machines: the first, or one that is good."""
        watch, stop = self._watch, Stop()
        sums = replace(self._setup, problem=sums_alone(self._setup.problem))
        seconds = _SUMS * (watch.settings.seconds - watch.seconds)
        settings = replace(watch.settings, method=Method.AUTO, seconds=seconds)
        ticket = watch.listener.stop.then(stop.request)
        listener = Listener(stop=stop)
        if quick:
            listener = replace(listener, on_solution=lambda _: stop.request())
        outcome = solve(sums, self._backend, settings, listener)
        watch.listener.stop.forget(ticket)
        return outcome

    def by_fleets(self) -> Outcome:
        """The search over fleets alone."""
        self.fleets.seed()
        return self.outcome(Method.DECOMPOSITION, self.fleets.run(), listed=False)

    def either(self) -> Outcome:
        """Both, each where it is strong."""
        self.fleets.seed()
        small = None if self._watch.over else self._small
        if small is not None and self._watch.solution is None and not self._start_from(small):
            return self.outcome(Method.DIRECT, StoppedBy.GAP, listed=True)
        if small is not None and _columns(small) <= self._watch.settings.few_columns:
            return self.outcome(Method.DIRECT, self._list(small), listed=True)
        stopped = self.fleets.run()
        if stopped is StoppedBy.STALL and small is not None and not self.fleets.infeasible:
            return self.outcome(Method.DIRECT, self._list(small), listed=True)
        return self.outcome(Method.DECOMPOSITION, stopped, listed=False)

    def _start_from(self, small: Setup) -> bool:
        """A fleet for each node alone, to start from; False if some node has none at all."""
        found = []
        small = replace(small, problem=replace(small.problem, favourable=True))
        for node in self._setup.problem.tree.nodes:
            request = self._watch.limited(Request(work=_ALONE))
            status, solution = serve_alone(small, node, self._backend, request)
            if status is Status.INFEASIBLE:
                self._infeasible = True
                return False
            if solution is not None:
                found.append((node, solution))
        self.fleets.start_from(found)
        return True

    def _list(self, small: Setup, start: Named = NOTHING) -> StoppedBy:
        work = self._watch.settings.work
        direct = DirectSearch(small, self._backend, self._watch, work, start)
        stopped = direct.run()
        self._infeasible = direct.infeasible
        return stopped

    def outcome(self, engine: Method, stopped: StoppedBy, *, listed: bool) -> Outcome:
        """What the search ends with."""
        watch = self._watch
        if watch.solution is not None:
            self.fleets.take(watch.solution)
        infeasible = self._infeasible or self.fleets.infeasible
        return Outcome(
            engine=engine,
            solution=watch.solution,
            cost=None if watch.solution is None else watch.cost,
            infeasible=infeasible and watch.solution is None,
            lower_bound=min(watch.bound, watch.cost),
            variables=watch.size[0],
            rows=watch.size[1],
            seconds=watch.seconds,
            stopped_by=stopped,
            listed=listed,
            found_after=watch.found_after,
            packings=self.fleets.packings,
            strangers=self.strangers,
        )


def _hopeless(problem: Problem) -> bool:
    """Whether no option at all carries some load, so that no engine need look."""
    carried = {
        option.workload
        for option in problem.options
        for site in problem.sites
        if problem.runs(site.name, option)
    }
    return any(
        amount and workload not in carried for (workload, _), amount in problem.demand.items()
    )


def _no_fleet(settings: Settings) -> Outcome:
    return Outcome(
        engine=settings.method,
        solution=None,
        cost=None,
        infeasible=True,
        lower_bound=math.inf,
        variables=0,
        rows=0,
        seconds=0.0,
        stopped_by=StoppedBy.GAP,
        listed=True,
    )


def _columns(small: Setup) -> int:
    """Patterns over all nodes."""
    return len(small.problem.patterns) * len(small.problem.tree.nodes)

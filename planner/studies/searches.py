"""Several searches that together look at every fleet of a scenario, and what is known of them all.

The cheapest plan of all is the answer, and no fleet costs less than the least of their bounds.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from planner.errors import InfeasibleError, InterruptedSearch, NoAnswerError, PlannerError
from planner.plan.schema import Plan
from planner.solve.backend import Backend, Stop
from planner.solve.settings import Listener, Progress, Settings, StoppedBy
from planner.solve.solution import Solution
from planner.studies.one_search import Searched, search
from planner.studies.slots import Case


class Searches:
    """Searches one after another, with a common limit of time.

    Args:
        backend: solver.
        settings: gap and limits; the seconds are for all searches together.
        listener: who is told while a search goes on, and who can stop them.
    """

    def __init__(self, backend: Backend, settings: Settings, listener: Listener) -> None:
        self._backend, self._settings, self._listener = backend, settings, listener
        self._began = time.monotonic()
        self._done: list[Searched] = []
        self._refused: list[PlannerError] = []
        self._unsearched: list[StoppedBy] = []
        """Why cases were not searched, so that nothing is known of their fleets."""
        self._best: Plan | None = None

    def run(self, cases: Sequence[Case]) -> Searched:
        """The search with the cheapest plan, its bound valid for the fleets of all cases.

        Args:
            cases: scenarios with their deployment options; the first one is searched first.

        Raises:
            InfeasibleError: if some load cannot be deployed anywhere in any case; with the
                reasons of the last one.
            NoAnswerError: if no engine can search a case, and no other has a plan.
            InterruptedSearch: if the search was stopped before it was known if there is a plan.
            AuditError: if a plan fails its audit; that is a defect of the program.
        """
        for number, case in enumerate(cases):
            if number and self._listener.stop.requested:
                self._unsearched.append(StoppedBy.INTERRUPT)
                break
            self._search(case, len(cases) - number)
        if not self._done:
            raise self._refusal()
        return self._done[0] if len(cases) == 1 else self._together()

    @property
    def _seconds(self) -> float:
        """What the searches took so far."""
        return time.monotonic() - self._began

    @property
    def _bound(self) -> float:
        """No fleet that was looked at costs less; all of them are infeasible if infinite."""
        known = [d.outcome.lower_bound for d in self._done if not d.outcome.infeasible]
        return float("-inf") if self._unsearched else min(known, default=float("inf"))

    def _refusal(self) -> PlannerError:
        """What is known where no case was searched."""
        if StoppedBy.INTERRUPT in self._unsearched:
            return InterruptedSearch()
        other = [r for r in self._refused if not isinstance(r, InfeasibleError)]
        return other[0] if other else self._refused[-1]

    def _search(self, case: Case, left: int) -> None:
        """One search, with its share of the time that is left."""
        earlier = self._seconds
        seconds = max(0.0, self._settings.seconds - earlier) / left
        settings = replace(self._settings, seconds=seconds)
        stop = Stop()
        number = self._listener.stop.then(stop.request)
        told = self._listener
        if left > 1 or self._done or self._refused:
            told = self._told(stop, last=left == 1)
        try:
            found = search(*case, self._backend, settings, told)
        except (InfeasibleError, NoAnswerError) as refusal:
            if isinstance(refusal, NoAnswerError):
                self._unsearched.append(StoppedBy.STALL)
            self._refused.append(refusal)
            return
        finally:
            self._listener.stop.forget(number)
        self._take(found, earlier)

    def _take(self, found: Searched, earlier: float) -> None:
        """Remember a search that began after some seconds."""
        outcome, first = found.outcome, found.first_plan
        if outcome.found_after is not None:
            outcome = replace(outcome, found_after=earlier + outcome.found_after)
        first = None if first is None else earlier + first
        self._done.append(replace(found, outcome=outcome, first_plan=first))
        plan = found.plan
        if plan is None or (self._best and self._best.objective.npv <= plan.objective.npv):
            return
        later, self._best = self._best is not None, plan
        if later and outcome.solution is not None:
            self._listener.on_solution(outcome.solution)

    def _told(self, stop: Stop, *, last: bool) -> Listener:
        """Shows what is known of all searches; one that cannot beat the best plan is ended."""
        earlier, best = self._seconds, self._best
        known = self._bound if last else float("-inf")

        def on_progress(progress: Progress) -> None:
            if best is not None and progress.bound >= best.objective.npv:
                stop.request()
            costs = [] if best is None else [float(best.objective.npv)]
            costs += [] if progress.cost is None else [progress.cost]
            bound = min([known, progress.bound, *costs])
            gap = None
            if costs and bound > float("-inf"):
                gap = (min(costs) - bound) / _gross(best, progress)
            self._listener.on_progress(
                Progress(
                    seconds=earlier + progress.seconds,
                    cost=min(costs, default=None),
                    bound=bound,
                    gap=gap,
                    doing=progress.doing,
                )
            )

        def on_solution(solution: Solution) -> None:
            if best is None:
                self._listener.on_solution(solution)

        return Listener(on_solution=on_solution, on_progress=on_progress, stop=stop)

    def _together(self) -> Searched:
        """The best search with what is known of all."""
        best = min(self._done, key=_cost)
        firsts = [d.first_plan for d in self._done if d.first_plan is not None]
        joined = replace(
            best,
            first_plan=min(firsts, default=None),
            cases=tuple(self._done),
            every_fleet=not self._unsearched,
        )
        others = [d.outcome.stopped_by for d in self._done if not self._is_beaten(d)]
        stopped = [s for s in (*self._unsearched, *others) if s is not StoppedBy.GAP]
        outcome = replace(
            best.outcome,
            lower_bound=self._bound,
            infeasible=self._bound == float("inf"),
            variables=max(d.outcome.variables for d in self._done),
            rows=max(d.outcome.rows for d in self._done),
            seconds=self._seconds,
            stopped_by=stopped[0] if stopped else StoppedBy.GAP,
            listed=all(d.outcome.listed for d in self._done),
        )
        joined = joined.with_outcome(outcome, self._backend, self._settings)
        if joined.plan is None or joined.plan.status == "proven" or stopped:
            return joined
        # Each search closed its gap, but one of them on the larger spend of a dearer plan.
        stalled = replace(outcome, stopped_by=StoppedBy.STALL)
        return joined.with_outcome(stalled, self._backend, self._settings)

    def _is_beaten(self, done: Searched) -> bool:
        """Whether a search has shown that all its fleets are dearer than the best plan."""
        best = self._best
        return done.outcome.infeasible or (
            best is not None and done.outcome.lower_bound >= best.objective.npv
        )


def _cost(done: Searched) -> float:
    return float("inf") if done.plan is None else done.plan.objective.npv


def _gross(best: Plan | None, progress: Progress) -> float:
    """Spend that a gap is a share of: of the best plan of the searches before, or of this one."""
    if best is not None:
        return max(1.0, best.objective.gross)
    if progress.cost is None or not progress.gap:
        return float("inf")
    return (progress.cost - progress.bound) / progress.gap

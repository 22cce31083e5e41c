"""Several searches that together look at every fleet of a scenario, and what is known of them all.

The cheapest plan of all is the answer, and no fleet costs less than the least of their bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from planner.errors import InfeasibleError, NoAnswerError, PlannerError
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
        self._done: list[Searched] = []
        self._refused: list[PlannerError] = []
        self._bound = float("inf")
        self._best: Plan | None = None
        self._unsearched: list[StoppedBy] = []
        """Why cases were not searched, so that nothing is known of their fleets."""

    def run(self, cases: Sequence[Case]) -> Searched:
        """The search with the cheapest plan, its bound valid for the fleets of all cases.

        Args:
            cases: scenarios with their deployment options; the first one is searched first, and
                its refusal is the one that is told if no case has a plan.

        Raises:
            InfeasibleError: if no case can be met.
            NoAnswerError: if no engine can search the first case, and the others have no plan.
            AuditError: if a plan fails its audit; that is a defect of the program.
        """
        for number, case in enumerate(cases):
            if number and self._listener.stop.requested:
                self._unsearched.append(StoppedBy.INTERRUPT)
                break
            self._search(case, len(cases) - number)
        if not self._done:
            raise self._refused[0]
        if len(cases) == 1:
            return self._done[0]
        return self._together()

    @property
    def _seconds(self) -> float:
        """What the searches took so far."""
        return sum(done.outcome.seconds for done in self._done)

    def _search(self, case: Case, left: int) -> None:
        """One search, with its share of the time that is left."""
        seconds = max(0.0, self._settings.seconds - self._seconds) / left
        settings = replace(self._settings, seconds=seconds)
        stop = Stop()
        number = self._listener.stop.then(stop.request)
        alone = left == 1 and not self._done
        told = self._listener if alone else self._told(stop, last=left == 1)
        try:
            found = search(*case, self._backend, settings, told)
        except (InfeasibleError, NoAnswerError) as refusal:
            if isinstance(refusal, NoAnswerError):
                self._unsearched.append(StoppedBy.STALL)
            self._refused.append(refusal)
            return
        finally:
            self._listener.stop.forget(number)
        self._take(found)

    def _take(self, found: Searched) -> None:
        earlier, outcome = self._seconds, found.outcome
        if not outcome.infeasible:
            self._bound = min(self._bound, outcome.lower_bound)
        if outcome.found_after is not None:
            found = replace(
                found, outcome=replace(outcome, found_after=earlier + outcome.found_after)
            )
        if found.first_plan is not None:
            found = replace(found, first_plan=earlier + found.first_plan)
        self._done.append(found)
        plan = found.plan
        if plan is None or (self._best and self._best.objective.npv <= plan.objective.npv):
            return
        later, self._best = self._best is not None, plan
        if later and outcome.solution is not None:
            self._listener.on_solution(outcome.solution)

    def _told(self, stop: Stop, *, last: bool) -> Listener:
        """Shows what is known of all searches; one that cannot beat the best plan is ended."""
        earlier, best = self._seconds, self._best
        known = self._bound if last and not self._unsearched else float("-inf")

        def on_progress(progress: Progress) -> None:
            if best is not None and progress.bound >= best.objective.npv:
                stop.request()
            costs = [] if best is None else [float(best.objective.npv)]
            costs += [] if progress.cost is None else [progress.cost]
            bound = min([known, progress.bound, *costs])
            gap = None
            if best is not None and bound > float("-inf"):
                gap = (min(costs) - bound) / max(1, best.objective.gross)
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
        bound = float("-inf") if self._unsearched else self._bound
        stopped = [d.outcome.stopped_by for d in self._done if not self._is_beaten(d)]
        others = [s for s in (*self._unsearched, *stopped) if s is not StoppedBy.GAP]
        outcome = replace(
            best.outcome,
            lower_bound=bound,
            infeasible=bound == float("inf"),
            variables=max(d.outcome.variables for d in self._done),
            rows=max(d.outcome.rows for d in self._done),
            seconds=self._seconds,
            stopped_by=others[0] if others else StoppedBy.GAP,
            listed=all(d.outcome.listed for d in self._done),
        )
        firsts = [d.first_plan for d in self._done if d.first_plan is not None]
        best = replace(best, first_plan=min(firsts, default=None), every_fleet=False)
        return best.with_outcome(outcome, self._backend, self._settings)

    def _is_beaten(self, done: Searched) -> bool:
        """Whether a search has shown that all its fleets are dearer than the best plan."""
        best = self._best
        return done.outcome.infeasible or (
            best is not None and done.outcome.lower_bound >= best.objective.npv
        )


def _cost(done: Searched) -> float:
    return float("inf") if done.plan is None else done.plan.objective.npv

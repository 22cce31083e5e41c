"""The searches behind the upgrade paths, and how long they may take."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from planner.formulation.problem import Vintage
from planner.formulation.setup import Setup
from planner.plan.schema import Plan
from planner.plan.upgrade_paths import RE_BUY
from planner.solve.backend import Backend
from planner.solve.engine import explore, solve
from planner.solve.packing import Packing
from planner.solve.settings import Listener, Method, Outcome, Progress, Settings
from planner.studies.policies_reasons import reason_of

_SECONDS = 60.0
"""For all policies together, whose work is limited without a clock."""
_SHARE_OF_WHOLE = 0.5
"""Share of what is left that one search over the whole roadmap may take."""
_ROUNDS = 20
"""Rounds of the decomposition in one search."""
_NODES = 5_000
"""Nodes of the direct engine in one search, where it does all the work."""
_STEP_GAP = 0.001
"""A step that is not quite the cheapest leads to another roadmap, so steps are solved closely: in
the lab, steps solved to 1 % led to a roadmap whose cost differed by 3 %."""
_SECONDS_FOR_A_REASON = 3.0
_LEAST_SECONDS = 0.1

Packings = Sequence[Sequence[Packing]]


class PolicySearch:
    """Searches with a common limit of time.

    Args:
        main: what the main search ended with.
        plan: its plan.
        backend: solver.
        settings: gap and limits of the main search.
        listener: who is told while a search goes on, and who can stop it.
    """

    def __init__(
        self, main: Outcome, plan: Plan, backend: Backend, settings: Settings, listener: Listener
    ) -> None:
        self._main, self._plan, self._backend = main, plan, backend
        self._settings, self._listener = settings, listener
        self._began = time.monotonic()

    @property
    def _left(self) -> float:
        return _SECONDS - (time.monotonic() - self._began)

    def whole(self, name: str, setup: Setup, packings: Packings, searches_left: int) -> Outcome:
        """Search a restriction of a whole problem, from the packings of the search of all of it.

        Args:
            name: of the policy.
            setup: the restricted problem.
            packings: ways to serve each node that the search of the whole problem met.
            searches_left: how many such searches, with this one, share the time.
        """
        listener = self._told(name)
        seconds = self._left * _SHARE_OF_WHOLE / searches_left
        limits = self._limits(seconds, self._settings.gap)
        if self._main.strangers or not packings:
            return solve(setup, self._backend, limits, listener)
        known = explore(setup, self._backend, limits, listener, packings, greedy=False)
        limits = self._limits(seconds - known.seconds, self._settings.gap)
        return _better(solve(setup, self._backend, limits, listener), known)

    def step(self, setup: Setup, month: str, steps_left: int) -> Outcome:
        """Search one step; what earlier ones left of their time is for the later ones."""
        gap = min(self._settings.gap, _STEP_GAP)
        limits = self._limits(self._left / steps_left, gap)
        return solve(setup, self._backend, limits, self._told(f"{RE_BUY} in {month}"))

    def reason(self, setup: Setup, barred: tuple[Vintage, ...]) -> str:
        """What stands in the way of a problem without a solution; ``barred`` is not rented."""
        limits = self._limits(_SECONDS_FOR_A_REASON, 1.0)
        listener = Listener(stop=self._listener.stop)

        def feasible(relieved: Setup) -> bool:
            return solve(relieved, self._backend, limits, listener).solution is not None

        return reason_of(setup, barred, feasible)

    def _limits(self, seconds: float, gap: float) -> Settings:
        """Limits of one search; a limit on work of the main search holds here, too."""
        alone = self._main.strangers or self._settings.method is Method.DIRECT
        work = _NODES if alone else _ROUNDS
        if self._settings.work is not None:
            work = min(work, self._settings.work)
        return replace(self._settings, gap=gap, seconds=max(_LEAST_SECONDS, seconds), work=work)

    def _told(self, doing: str) -> Listener:
        """Shows the plan of the main search, and what is asked about it now."""
        objective, engine = self._plan.objective, self._plan.engine

        def on_progress(progress: Progress) -> None:
            del progress
            self._listener.on_progress(
                Progress(
                    seconds=engine.seconds + time.monotonic() - self._began,
                    cost=objective.npv,
                    bound=objective.lower_bound,
                    gap=objective.gap,
                    doing=f"upgrade paths: {doing}",
                )
            )

        on_progress(Progress(0.0, None, 0.0, None, doing))
        return Listener(on_progress=on_progress, stop=self._listener.stop)


def _better(found: Outcome, known: Outcome) -> Outcome:
    """A long search after a short one, with the cheaper solution of the two."""
    later = None if found.found_after is None else known.seconds + found.found_after
    both = replace(found, seconds=known.seconds + found.seconds, found_after=later)
    if known.cost is None or (found.cost is not None and found.cost <= known.cost):
        return both
    return replace(
        both,
        solution=known.solution,
        cost=known.cost,
        infeasible=False,
        lower_bound=min(found.lower_bound, known.cost),
        found_after=known.found_after,
    )

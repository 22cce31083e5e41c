"""The best solution so far, the bound, and the clock: what all engines of one search share."""

from __future__ import annotations

import math
import time
from dataclasses import replace

from planner.solve.backend import Request
from planner.solve.settings import Listener, Progress, Settings
from planner.solve.solution import Solution

CENT = 1.0
_TOLERANCE = 1e-6


class Watch:
    """Keeps the best of everything and says when to stop.

    Args:
        settings: gap and limits.
        listener: who is told.
    """

    def __init__(self, settings: Settings, listener: Listener) -> None:
        self.settings, self.listener = settings, listener
        self.solution: Solution | None = None
        self.cost, self.gross, self.bound = math.inf, math.inf, -math.inf
        self.size = (0, 0)
        self.found_after: float | None = None
        self._least = math.inf
        """Cost that is told; a preferred twin of a solution may cost a part of a cent more."""
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the search began."""
        return time.monotonic() - self._began

    @property
    def over(self) -> bool:
        """Whether the time is up or a stop was asked for."""
        return self.seconds >= self.settings.seconds or self.listener.stop.requested

    @property
    def gap(self) -> float:
        """(cost - bound) / gross spend; infinite without both."""
        if not math.isfinite(self.cost) or not math.isfinite(self.bound):
            return math.inf
        return max(0.0, self.cost - self.bound) / max(CENT, self.gross)

    @property
    def reached(self) -> bool:
        """Whether the gap that was asked for is reached, or less than half a cent is open."""
        return self.gap <= self.settings.gap or self.cost - self.bound < CENT / 2

    def improves(self, cost: float) -> bool:
        """Whether a cost is better than the best by a cent."""
        return cost < self.cost - CENT

    def keep(self, solution: Solution, cost: float, gross: float, doing: str) -> None:
        """Take a solution that is better than the best so far."""
        if self.improves(cost):
            self.found_after = self.seconds
        self.solution, self.cost, self.gross = solution, cost, gross
        self._least = min(self._least, cost)
        self._check()
        self.listener.on_solution(solution)
        self.tell(doing)

    def raise_bound(self, bound: float) -> None:
        """Take a bound that is valid for the whole problem.

        Raises:
            AssertionError: if it lies above a known cost by more than a solver's tolerance.
        """
        if math.isfinite(bound):
            self.bound = max(self.bound, bound)
            self._check()

    def _check(self) -> None:
        """A bound above a cost is a defect, and nothing that was proven can be trusted then."""
        excess = self.bound - self.cost
        if excess > _TOLERANCE * max(abs(self.cost), self.gross) + 2 * CENT:
            raise AssertionError(f"bound {self.bound} above cost {self.cost}")

    def grow(self, variables: int, rows: int) -> None:
        """Remember the size of the largest program."""
        self.size = max(self.size, (variables, rows))

    def limited(self, request: Request) -> Request:
        """A request with the time that is left, the threads, and the stop of the listener."""
        return replace(
            request,
            seconds=max(0.05, self.settings.seconds - self.seconds),
            threads=self.settings.threads,
            stop=self.listener.stop,
        )

    def tell(self, doing: str) -> None:
        """Say where the search stands."""
        found = math.isfinite(self.cost)
        self.listener.on_progress(
            Progress(
                seconds=self.seconds,
                cost=self._least if found else None,
                bound=self.bound,
                gap=self.gap if math.isfinite(self.gap) else None,
                doing=doing,
            )
        )

"""A second search month by month, where merged months under a limit on capital leave a gap.

In a node of several months a plan acts at the beginning. Where capital is limited some plan may act
within it, and only the bound allows for that (``docs/decisions/003-merging-months.md``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from planner.formulation.problem import Problem
from planner.formulation.setup import Setup
from planner.solve.backend import Backend
from planner.solve.engine import solve
from planner.solve.settings import Listener, Outcome, Settings


def may_gain(problem: Problem) -> bool:
    """Whether months one by one may have a cheaper plan than the nodes of a problem."""
    merged = any(node.length > problem.step_months for node in problem.tree.nodes)
    return bool(problem.windows) and merged


def search_on(
    known: Outcome,
    single: Callable[[], Setup],
    backend: Backend,
    settings: Settings,
    listener: Listener,
) -> tuple[Outcome, Setup | None]:
    """What is known after a search month by month in the time that is left.

    Args:
        known: what the search over merged months found.
        single: the problem with a node for each step.
        backend: solver.
        settings: gap and limits of both searches together.
        listener: who is told.

    Returns:
        the better solution with the higher of both bounds, and the problem of single steps if
        the solution is one of it.
    """
    left = replace(settings, seconds=max(0.0, settings.seconds - known.seconds))
    told = listener if known.solution is None else replace(listener, on_solution=lambda _: None)
    setup = single()
    found = solve(setup, backend, left, told)
    both = replace(
        found,
        lower_bound=max(found.lower_bound, known.lower_bound),
        seconds=known.seconds + found.seconds,
        packings=(),
    )
    if known.cost is not None and (found.cost is None or found.cost >= known.cost):
        kept = replace(
            both,
            solution=known.solution,
            cost=known.cost,
            found_after=known.found_after,
            lower_bound=min(both.lower_bound, known.cost),
            packings=known.packings,
            infeasible=False,
        )
        return kept, None
    later = None if found.found_after is None else known.seconds + found.found_after
    if found.solution is not None and known.solution is not None:
        listener.on_solution(found.solution)
    return replace(both, found_after=later), setup

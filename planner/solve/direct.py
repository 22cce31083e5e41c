"""The direct engine: all rules as one mixed-integer program."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


from planner.formulation.model import build_model
from planner.formulation.patterns import CardPattern, all_patterns, families_of
from planner.formulation.setup import Setup
from planner.solve.backend import Backend, Program, Request, Status, Stop
from planner.solve.solution import Solution, solution_of

MOST_PATTERNS = 4_000
MOST_BUILDS = 2_000


@dataclass(frozen=True, slots=True)
class Settings:
    """How long and how hard to search.

    Attributes:
        gap: relative gap at which the search ends.
        seconds: wall-clock limit.
        work: deterministic limit, or None.
        threads: threads of the solver.
    """

    gap: float = 0.01
    seconds: float = 60.0
    work: int | None = None
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the engine found.

    Attributes:
        status: how the search ended.
        solution: the best solution, or None.
        lower_bound: valid for the whole problem, discounted cents.
    """

    status: Status
    solution: Solution | None
    lower_bound: float
    variables: int
    rows: int
    seconds: float
    first_seconds: float | None
    stopped_by: str


@dataclass
class Listener:
    """What the engine tells while it works."""

    on_solution: Callable[[Solution, float, float], None] | None = None
    stop: Stop = field(default_factory=Stop)


def every_pattern(setup: Setup, limit: int = MOST_PATTERNS) -> tuple[CardPattern, ...] | None:
    """All maximal patterns of all cards, or None when there are too many to list."""
    found: list[CardPattern] = []
    for gpu, room in sorted(setup.problem.rooms.items()):
        patterns = all_patterns(room, families_of(setup.problem.options, gpu), limit)
        if patterns is None:
            return None
        found += patterns
    return tuple(found)


def solve_direct(setup: Setup, backend: Backend, settings: Settings, listener: Listener) -> Outcome:
    """Solve a problem whose patterns and builds are few enough to list."""
    began = time.monotonic()
    patterns = every_pattern(setup) or ()
    builds = tuple(f.build(i) for f in setup.fillings for i in range(len(f.counts)))
    model = build_model(setup.problem.restricted(patterns, builds))
    answer = backend.solve(
        Program(model.variables, model.rows, model.cost),
        Request(
            seconds=settings.seconds,
            work=settings.work,
            absolute_gap=0.0,
            threads=settings.threads,
            stop=listener.stop,
        ),
    )
    solution = solution_of(model.decisions, answer.values) if answer.values else None
    return Outcome(
        answer.status, solution, answer.bound, len(model.variables), len(model.rows),
        time.monotonic() - began, None, "gap",
    )



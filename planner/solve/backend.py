"""What the engines ask of a solver, by capability and never by name."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from planner.formulation.expression import Expression, Variable
from planner.formulation.rule import Row


class Feature(StrEnum):
    """What a solver may be able to do."""

    THREADS = "threads"
    INTERRUPT = "interrupt"
    SOLUTION_CALLBACK = "solution callback"
    BRANCHING_PRIORITIES = "branching priorities"
    CUTOFF = "cutoff"
    NODE_LIMIT = "node limit"
    DETERMINISTIC_TIME = "deterministic time"


class Status(StrEnum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    NO_SOLUTION = "no solution"


class Stop:
    """A request to end a search early; it can be made from another thread or a signal."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._actions: list[Callable[[], None]] = []

    @property
    def requested(self) -> bool:
        """Whether the search shall end."""
        return self._event.is_set()

    def request(self) -> None:
        """Ask the search to end; whatever was found is kept."""
        self._event.set()
        for action in list(self._actions):
            action()

    def then(self, action: Callable[[], None]) -> None:
        """Run an action when the request comes, or now if it has come."""
        self._actions.append(action)
        if self.requested:
            action()


@dataclass(frozen=True, slots=True)
class Program:
    """A mixed-integer linear program to minimise, free of any solver."""

    variables: Sequence[Variable]
    rows: Sequence[Row]
    cost: Expression


@dataclass(frozen=True, slots=True)
class Request:
    """How to solve.

    Attributes:
        seconds: wall-clock limit, or None.
        work: deterministic limit: nodes, or units of deterministic time, or None.
        absolute_gap: stop when cost and bound are this near.
        hint: a solution to start from, by variable.
        cutoff: solutions dearer than this are of no interest.
        threads: threads, where the solver can be told.
        priorities: whether to branch on variables in the order of their priority.
        on_solution: told each new solution with its cost and the bound so far.
        stop: ends the search early.
    """

    seconds: float | None = None
    work: int | None = None
    absolute_gap: float = 0.0
    hint: Mapping[Variable, float] = field(default_factory=dict)
    cutoff: float | None = None
    threads: int = 1
    priorities: bool = True
    on_solution: Callable[[Mapping[Variable, float], float], None] | None = None
    stop: Stop = field(default_factory=Stop)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a solve found.

    Attributes:
        status: how it ended.
        values: the best solution, or None.
        cost: its cost as the solver counts it, or None.
        bound: no solution of the program is cheaper.
        nodes: nodes of the search tree.
    """

    status: Status
    values: Mapping[Variable, float] | None
    cost: float | None
    bound: float
    nodes: int


class Backend(Protocol):
    """A solver for mixed-integer linear programs."""

    @property
    def name(self) -> str:
        """Name for people and for plan files."""
        ...

    def supports(self, feature: Feature) -> bool:
        """Whether it can do something."""
        ...

    def solve(self, program: Program, request: Request) -> Answer:
        """Solve a program; never prints to standard output."""
        ...

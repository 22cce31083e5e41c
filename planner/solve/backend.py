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
    CUTS = "cuts"
    NODE_LIMIT = "node limit"
    DETERMINISTIC_TIME = "deterministic time"
    INTEGERS = "integers"


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
        self._lock = threading.Lock()
        self._actions: dict[int, Callable[[], None]] = {}

    @property
    def requested(self) -> bool:
        """Whether the search shall end."""
        return self._event.is_set()

    def request(self) -> None:
        """Ask the search to end; whatever was found is kept."""
        self._event.set()
        with self._lock:
            actions = list(self._actions.values())
        for action in actions:
            action()

    def then(self, action: Callable[[], None]) -> int:
        """Run an action when the request comes, or now if it has come; returns its number."""
        with self._lock:
            number = max(self._actions, default=0) + 1
            self._actions[number] = action
        if self.requested:
            action()
        return number

    def forget(self, number: int) -> None:
        """Take an action back."""
        with self._lock:
            self._actions.pop(number, None)


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
        work: limit that does not depend on the clock (nodes of the search tree, or hundredths of
            a unit of deterministic time), or None.
        absolute_gap: stop when cost and bound are this near.
        hint: a solution to start from, by variable.
        cutoff: solutions dearer than this are of no interest.
        threads: threads, where the solver can be told.
        priorities: whether to branch on variables in the order of their priority.
        cuts: whether the solver shall look for cutting planes.
        on_solution: told each new solution with the bound so far.
        stop: ends the search early.
    """

    seconds: float | None = None
    work: int | None = None
    absolute_gap: float = 0.0
    hint: Mapping[Variable, float] = field(default_factory=dict)
    cutoff: float | None = None
    threads: int = 1
    priorities: bool = False
    cuts: bool = True
    on_solution: Callable[[Mapping[Variable, float], float], None] | None = None
    stop: Stop = field(default_factory=Stop)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a solve found.

    Attributes:
        status: how it ended.
        values: the best solution, or None.
        cost: its cost as the solver counts it; infinite without one.
        bound: no solution of the program is cheaper.
        nodes: nodes of the search tree.
    """

    status: Status
    values: Mapping[Variable, float] | None
    cost: float
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

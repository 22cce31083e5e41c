"""What the engines are told and what they give back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from planner.solve.backend import Stop
from planner.solve.packing import Packing
from planner.solve.solution import Solution


class Method(StrEnum):
    """How a problem is searched."""

    AUTO = "auto"
    DIRECT = "direct"
    DECOMPOSITION = "decomposition"


class StoppedBy(StrEnum):
    """Why a search ended."""

    GAP = "gap"
    TIME = "time"
    WORK = "work"
    INTERRUPT = "interrupt"
    STALL = "stall"


@dataclass(frozen=True, slots=True)
class Settings:
    """How long and how hard to search.

    Attributes:
        gap: the search ends when (cost - bound) / gross discounted spend is no larger.
        seconds: wall-clock limit.
        work: limit that does not depend on the clock: nodes of the direct engine, rounds of the
            decomposition; None for no limit.
        threads: threads of the solver.
        method: which engine; ``auto`` uses both, each where it is strong.
        most_sets: most sets of replicas that are looked at to list the patterns of all cards.
        most_columns: most patterns and builds, over all nodes, that are listed.
        few_columns: with ``auto``, patterns over all nodes up to which the direct engine takes all.
    """

    gap: float = 0.01
    seconds: float = 60.0
    work: int | None = None
    threads: int = 1
    method: Method = Method.AUTO
    most_sets: int = 200_000
    most_columns: int = 30_000
    few_columns: int = 400


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a search stands; money in discounted cents.

    Attributes:
        seconds: since the search began.
        cost: of the best plan so far, or None.
        bound: no plan costs less.
        gap: of the two, relative to the gross spend; None without a plan or a bound.
        doing: what the engine is at, in a few words.
    """

    seconds: float
    cost: float | None
    bound: float
    gap: float | None
    doing: str


def _ignore(_: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told while the engine works, and who can stop it.

    Attributes:
        on_solution: told each solution that is better than those before.
        on_progress: told where the search stands, a few times a second at most.
        stop: ends the search early; the best solution is kept.
    """

    on_solution: Callable[[Solution], None] = _ignore
    on_progress: Callable[[Progress], None] = _ignore
    stop: Stop = field(default_factory=Stop)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an engine found.

    Attributes:
        engine: which one.
        solution: the best solution, or None.
        cost: its cost, discounted cents as the model counts them, or None.
        infeasible: whether it is proven that there is none.
        lower_bound: valid for the whole problem, discounted cents.
        variables: variables of the largest program that was solved.
        rows: its rows.
        seconds: wall-clock time.
        stopped_by: why it ended.
        listed: whether every pattern and build stood in the program.
        found_after: seconds after which its solution was found; None without one.
        packings: ways to serve each node that were met on the way, by index of the node.
        strangers: rules that the search over fleets does not know, so that it took no part.
    """

    engine: Method
    solution: Solution | None
    cost: float | None
    infeasible: bool
    lower_bound: float
    variables: int
    rows: int
    seconds: float
    stopped_by: StoppedBy
    listed: bool
    found_after: float | None = None
    packings: Sequence[Sequence[Packing]] = ()
    strangers: tuple[str, ...] = ()

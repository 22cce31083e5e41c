"""Is there any fleet at all, whatever it costs?

Cost is what makes a search long; without it a small problem is settled in a second. One node
alone, as if there were no other and money and supply had no limit, is settled even sooner: it can
only say no for all of them. A larger problem is first tried with the patterns and builds of cheap
fleets for each node alone.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from planner.formulation.expression import total
from planner.formulation.model import build_model
from planner.formulation.problem import Problem, Vintage
from planner.formulation.tree import Node, TimeTree
from planner.solve.backend import Backend, Program, Request, Status
from planner.solve.solution import Solution, solution_of

_SMALL = 1_500
_FEW_NODES = 100


class Verdict(StrEnum):
    """Whether there is a fleet; it is unlikely where a part of all patterns gives none."""

    YES = "yes"
    NO = "no"
    UNLIKELY = "unlikely"
    UNKNOWN = "unknown"

    @property
    def speaks_against(self) -> bool:
        """Whether there is no fleet, or most likely none."""
        return self in (Verdict.NO, Verdict.UNLIKELY)


@dataclass(frozen=True, slots=True)
class Used:
    """What a fleet is made of.

    Attributes:
        items: what is held and what stands in hosts, by id.
        runs: (workload, site, card, precision) of what runs.
    """

    items: frozenset[str]
    runs: frozenset[tuple[str, str, str, str]]


@dataclass(frozen=True, slots=True)
class AnyFleet:
    """The answer, and for a yes what the fleet is made of."""

    verdict: Verdict
    used: Used | None = None


def any_fleet(
    problem: Problem, backend: Backend, request: Request, *, complete: bool = True
) -> AnyFleet:
    """Some fleet that meets everything, or the proof that there is none.

    Args:
        problem: the problem with its patterns and builds.
        backend: solver.
        request: limits.
        complete: whether these are all patterns and builds; only then there can be a proof.
    """
    nodes = problem.tree.nodes
    clock = _Clock(request)
    if len(nodes) > 1 and (_months_stand_alone(problem) or _columns(problem) > _SMALL):
        months = _month_by_month(problem, backend, clock)
        if months.status is not Status.FEASIBLE:
            return _answered(months.status, complete=complete)
        if _months_stand_alone(problem):
            return AnyFleet(Verdict.YES, _used(months.solutions))
        few = _solved(_with_what_is_used(problem, months.solutions), backend, clock)
        if few.status is Status.FEASIBLE:
            return AnyFleet(Verdict.YES, _used(few.solutions))
    whole = _solved(problem, backend, clock)
    if whole.status is Status.FEASIBLE:
        return AnyFleet(Verdict.YES, _used(whole.solutions))
    return _answered(whole.status, complete=complete)


@dataclass(frozen=True, slots=True)
class _Solved:
    """How a solve ended: feasible, infeasible or without a solution, and what it found."""

    status: Status
    solutions: tuple[Solution, ...] = ()


class _Clock:
    """Shares the time of a request among several solves."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._ends = math.inf
        if request.seconds is not None:
            self._ends = time.monotonic() + request.seconds

    @property
    def over(self) -> bool:
        """Whether the time is up or a stop was asked for."""
        return time.monotonic() >= self._ends or self._request.stop.requested

    def request(self, work: int | None = None) -> Request:
        """The request with the time that is left."""
        limited = self._request if work is None else replace(self._request, work=work)
        if math.isinf(self._ends):
            return limited
        return replace(limited, seconds=max(0.01, self._ends - time.monotonic()))


def _answered(status: Status, *, complete: bool) -> AnyFleet:
    if status is not Status.INFEASIBLE:
        return AnyFleet(Verdict.UNKNOWN)
    return AnyFleet(Verdict.NO if complete else Verdict.UNLIKELY)


def _solved(problem: Problem, backend: Backend, clock: _Clock, *, cheap: bool = False) -> _Solved:
    """Some solution, or for a month alone one that costs little to buy."""
    if clock.over:
        return _Solved(Status.NO_SOLUTION)
    model = build_model(problem)
    cost = total([])
    if cheap:
        cost = total(v.buy * x for (v, at), x in model.decisions.owned.items() if at == v.node)
    request = clock.request(_FEW_NODES if cheap else None)
    answer = backend.solve(Program(model.variables, model.rows, cost), request)
    if answer.values is not None:
        return _Solved(Status.FEASIBLE, (solution_of(model.decisions, answer.values),))
    infeasible = answer.status is Status.INFEASIBLE
    return _Solved(Status.INFEASIBLE if infeasible else Status.NO_SOLUTION)


def _months_stand_alone(problem: Problem) -> bool:
    """Whether there is a fleet wherever every node alone has one.

    What each of them needs is bought in time and kept: that takes neither money, supply nor kinds
    of cards that other nodes could want as well, and every order arrives at once.
    """
    limited = problem.windows or problem.supply or problem.kinds_most is not None
    return not limited and all(
        vintage.mode in ("purchase", "existing") and not vintage.lead
        for vintage in problem.vintages
    )


def _month_by_month(problem: Problem, backend: Backend, clock: _Clock) -> _Solved:
    """A fleet for every node alone, which costs little where money matters."""
    cheap = not _months_stand_alone(problem)
    found: list[Solution] = []
    for node in heaviest_first(problem):
        month = alone(problem, node)
        solved = _solved(month, backend, clock, cheap=cheap)
        if cheap and solved.status is Status.NO_SOLUTION:
            solved = _solved(month, backend, clock)
        if solved.status is not Status.FEASIBLE:
            return solved
        found += solved.solutions
    return _Solved(Status.FEASIBLE, tuple(found))


def _with_what_is_used(problem: Problem, solutions: Sequence[Solution]) -> Problem:
    """The problem with no more patterns and builds than some solutions use."""
    patterns = {p: None for s in solutions for _, p, _ in s.patterns}
    builds = {b: None for s in solutions for _, b, _ in s.hosts}
    return problem.restricted(tuple(patterns), tuple(builds))


def _columns(problem: Problem) -> int:
    """Patterns and builds over all nodes."""
    return (len(problem.patterns) + len(problem.builds)) * len(problem.tree.nodes)


def _used(solutions: Sequence[Solution]) -> Used:
    items: set[str] = set()
    runs: set[tuple[str, str, str, str]] = set()
    for solution in solutions:
        items |= {vintage.item for (vintage, _), count in solution.owned.items() if count}
        items |= {build.host for _, build, _ in solution.hosts}
        items |= {gpu for _, build, _ in solution.hosts for gpu, _ in build.cards}
        running = {(site, option) for site, option, _ in (*solution.replicas, *solution.turns)}
        runs |= {(o.workload, site, o.gpu, o.precision) for site, o in running}
    return Used(frozenset(items), frozenset(runs))


def is_served(problem: Problem) -> bool:
    """Whether every load has some option at some site."""
    sites = [site.name for site in problem.sites]
    carried = {o.workload for o in problem.options if any(problem.runs(s, o) for s in sites)}
    return all(w in carried for (w, _), amount in problem.demand.items() if amount)


def heaviest_first(problem: Problem) -> Sequence[Node]:
    """Nodes by their loads, relative to the largest of each workload."""
    largest = {
        w: max(problem.demand[w, n.index] for n in problem.tree.nodes) for w in problem.workloads
    }

    def weight(node: Node) -> Fraction:
        loads = (Fraction(problem.demand[w, node.index], m) for w, m in largest.items() if m)
        classes = (d for (_, _, at), d in problem.class_demand.items() if at == node.index)
        return sum(loads, Fraction(0)) + sum(classes, Fraction(0))

    return sorted(problem.tree.nodes, key=lambda n: (-weight(n), n.index))


def alone(problem: Problem, node: Node) -> Problem:
    """One node as a problem of its own: whatever can be in service then is bought at once.

    Limits on money and supply do not hold in it, so that it has a fleet wherever the whole has.
    """
    only = Node(0, node.label, None, 0, 1)
    return replace(
        problem,
        tree=TimeTree((only,), (Fraction(1), Fraction(1))),
        demand={(w, 0): n for (w, at), n in problem.demand.items() if at == node.index},
        load={(w, 0): n for (w, at), n in problem.load.items() if at == node.index},
        class_demand={
            (w, k, 0): n for (w, k, at), n in problem.class_demand.items() if at == node.index
        },
        vintages=tuple(_at_once(problem, node)),
        windows=(),
        supply={},
    )


def _at_once(problem: Problem, node: Node) -> Iterator[Vintage]:
    """Existing lots, and of each item what is ordered in time, as one vintage."""
    path = {n.index for n in problem.tree.path(node)}
    seen: set[tuple[str, str, str]] = set()
    for vintage in problem.vintages:
        bare = replace(vintage, sell={}, closing={}, credit={}, lead=0, least=0)
        key = (vintage.site, vintage.item, vintage.mode)
        if vintage.node is None:
            yield bare
        elif vintage.node in path and problem.in_service(vintage, node) and key not in seen:
            seen.add(key)
            term = None if vintage.term is None else 1
            yield replace(bare, node=0, label=node.label, term=term)

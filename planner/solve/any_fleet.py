"""Is there any fleet at all, whatever it costs?

Cost is what makes a search long; without it a small problem is settled in a second. One node
alone, as if there were no other and money and supply had no limit, is settled even sooner: it can
only say no for all of them. A larger problem is first tried with the patterns and builds of cheap
fleets for each node alone.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from planner.formulation.expression import total
from planner.formulation.model import build_model
from planner.formulation.problem import Problem, Vintage
from planner.formulation.tree import Node, TimeTree
from planner.solve.backend import Backend, Program, Request, Status
from planner.solve.solution import Solution, solution_of

SMALL = 1_500
"""Patterns and builds over all nodes, up to which a problem is solved as it is."""
_ROOT = 1


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
    """What fleets are made of.

    Attributes:
        items: what is held and what stands in hosts, by id.
        runs: (workload, site, card, precision) of what runs.
        patterns: names of the card patterns.
        builds: names of the builds.
    """

    items: frozenset[str] = frozenset()
    runs: frozenset[tuple[str, str, str, str]] = frozenset()
    patterns: frozenset[str] = frozenset()
    builds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AnyFleet:
    """The answer, and what the fleet is made of, or fleets for every month alone."""

    verdict: Verdict
    used: Used | None = None


def any_fleet(
    problem: Problem,
    backend: Backend,
    request: Request,
    known: Collection[Used] = (),
    *,
    complete: bool = True,
    months_known: bool = False,
) -> AnyFleet:
    """Some fleet that meets everything, or the proof that there is none.

    Args:
        problem: the problem with its patterns and builds.
        backend: solver.
        request: limits.
        known: what fleets of like problems are made of, to be tried first.
        complete: whether these are all patterns and builds; only then there can be a proof.
        months_known: whether fleets of every month alone are among the known ones.
    """
    clock = _Clock(request)
    if len(problem.tree.nodes) > 1 and _months_stand_alone(problem):
        solved = _month_by_month(problem, backend, clock)
    elif columns(problem) > SMALL and len(problem.tree.nodes) > 1:
        solved = _from_few(problem, backend, clock, known, months_known=months_known)
    elif len(problem.tree.nodes) == 1:
        solved = _cheap(problem, backend, clock)
    else:
        solved = _solved(problem, backend, clock)
    match solved.status:
        case Status.FEASIBLE:
            return AnyFleet(Verdict.YES, _used(solved.solutions))
        case Status.INFEASIBLE:
            return AnyFleet(Verdict.NO if complete else Verdict.UNLIKELY)
        case Status.NO_SOLUTION:
            used = _used(solved.solutions) if solved.solutions else None
            return AnyFleet(Verdict.UNKNOWN if clock.over else Verdict.UNLIKELY, used)
        case _:
            raise AssertionError(f"a solve for any fleet ended as {solved.status}")


def made_of(problem: Problem, known: Collection[Used]) -> Problem:
    """The problem with no more patterns and builds than some fleets are made of."""
    patterns = {name for used in known for name in used.patterns}
    builds = {name for used in known for name in used.builds}
    return problem.restricted(
        tuple(p for p in problem.patterns if p.name in patterns),
        tuple(b for b in problem.builds if b.name in builds),
    )


def columns(problem: Problem) -> int:
    """Patterns and builds over all nodes."""
    return (len(problem.patterns) + len(problem.builds)) * len(problem.tree.nodes)


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


def _solved(problem: Problem, backend: Backend, clock: _Clock, *, cheap: bool = False) -> _Solved:
    """Some solution; where it shall be cheap, what the root of the search tree finds."""
    if clock.over:
        return _Solved(Status.NO_SOLUTION)
    model = build_model(problem)
    cost = total([])
    if cheap:
        cost = total(v.buy * x for (v, at), x in model.decisions.owned.items() if at == v.node)
    request = clock.request(_ROOT if cheap else None)
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
    """A cheap fleet for every node alone; a node with the loads of another can have its fleet."""
    found: list[Solution] = []
    seen: set[tuple[object, ...]] = set()
    for node in heaviest_first(problem):
        if (loads := _loads(problem, node)) in seen:
            continue
        seen.add(loads)
        solved = _cheap(alone(problem, node), backend, clock)
        if solved.status is not Status.FEASIBLE:
            return solved
        found += solved.solutions
    return _Solved(Status.FEASIBLE, tuple(found))


def _cheap(problem: Problem, backend: Backend, clock: _Clock) -> _Solved:
    """A fleet that costs little to buy, or any."""
    solved = _solved(problem, backend, clock, cheap=True)
    if solved.status is Status.NO_SOLUTION:
        return _solved(problem, backend, clock)
    return solved


def _loads(problem: Problem, node: Node) -> tuple[object, ...]:
    demand, classes = problem.demand, problem.class_demand
    plain = tuple(demand[w, node.index] for w in problem.workloads)
    means = tuple(problem.load[w, node.index] for w in problem.workloads)
    return (*plain, *means, *(d for (_, _, at), d in classes.items() if at == node.index))


def _from_few(
    problem: Problem,
    backend: Backend,
    clock: _Clock,
    known: Collection[Used],
    *,
    months_known: bool,
) -> _Solved:
    """A fleet made of few patterns and builds: known ones, then those of cheap months."""
    if known:
        solved = _solved(made_of(problem, known), backend, clock)
        if solved.status is Status.FEASIBLE:
            return solved
        if months_known and solved.status is Status.INFEASIBLE:
            return _Solved(Status.NO_SOLUTION)
    months = _month_by_month(problem, backend, clock)
    if months.status is not Status.FEASIBLE:
        return months
    few = _solved(made_of(problem, [*known, _used(months.solutions)]), backend, clock)
    return few if few.solutions else _Solved(Status.NO_SOLUTION, months.solutions)


def _used(solutions: Sequence[Solution]) -> Used:
    items: set[str] = set()
    runs: set[tuple[str, str, str, str]] = set()
    for solution in solutions:
        items |= {vintage.item for (vintage, _), count in solution.owned.items() if count}
        items |= {build.host for _, build, _ in solution.hosts}
        items |= {gpu for _, build, _ in solution.hosts for gpu, _ in build.cards}
        running = {(site, option) for site, option, _ in (*solution.replicas, *solution.turns)}
        runs |= {(o.workload, site, o.gpu, o.precision) for site, o in running}
    return Used(
        frozenset(items),
        frozenset(runs),
        frozenset(p.name for s in solutions for _, p, _ in s.patterns),
        frozenset(b.name for s in solutions for _, b, _ in s.hosts),
    )


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

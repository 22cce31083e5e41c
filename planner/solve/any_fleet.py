"""Is there any fleet at all, whatever it costs?

Cost is what makes a search long; without it a small problem is settled in a second. One node
alone, as if there were no other and money and supply had no limit, is settled even sooner: it can
only say no for all of them.
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

    def __or__(self, other: Used) -> Used:
        return Used(self.items | other.items, self.runs | other.runs)


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
    if len(problem.tree.nodes) > 1 and _months_stand_alone(problem):
        return _month_by_month(problem, backend, request, complete=complete)
    model = build_model(problem)
    answer = backend.solve(Program(model.variables, model.rows, total([])), request)
    if answer.values is not None:
        return AnyFleet(Verdict.YES, _used(solution_of(model.decisions, answer.values)))
    if answer.status is not Status.INFEASIBLE:
        return AnyFleet(Verdict.UNKNOWN)
    return AnyFleet(Verdict.NO if complete else Verdict.UNLIKELY)


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


def _month_by_month(
    problem: Problem, backend: Backend, request: Request, *, complete: bool
) -> AnyFleet:
    used = Used(frozenset(), frozenset())
    ends = time.monotonic() + (math.inf if request.seconds is None else request.seconds)
    for node in heaviest_first(problem):
        left = ends - time.monotonic()
        if left <= 0:
            return AnyFleet(Verdict.UNKNOWN)
        limited = replace(request, seconds=None if math.isinf(left) else left)
        found = any_fleet(alone(problem, node), backend, limited, complete=complete)
        if found.used is None:
            return found
        used |= found.used
    return AnyFleet(Verdict.YES, used)


def _used(solution: Solution) -> Used:
    items = {vintage.item for (vintage, _), count in solution.owned.items() if count}
    items |= {build.host for _, build, _ in solution.hosts}
    items |= {gpu for _, build, _ in solution.hosts for gpu, _ in build.cards}
    runs = {(o.workload, site, o.gpu, o.precision) for site, o, _ in solution.replicas}
    runs |= {(o.workload, site, o.gpu, o.precision) for site, o, _ in solution.turns}
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

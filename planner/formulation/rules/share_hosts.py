"""Needs of the host: cores and memory of each machine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor

from planner.formulation.expression import Variable, total
from planner.formulation.machines import Machine, workloads_apart
from planner.formulation.parameters import HostFacts, HostNeed
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables
from planner.formulation.whole import steps_of

RULE = Rule(
    name="share_hosts",
    sentence="The needs that are on a machine together take no more processor cores and memory "
    "than it has.",
    formula=r"\sum_i \mathrm{cores}_i\, y_{s,e,j,i,n} \le \mathrm{cores}_e\, r_{s,e,j,n}, \quad "
    r"\sum_i \mathrm{memory}_i\, y_{s,e,j,i,n} \le \mathrm{memory}_e\, r_{s,e,j,n}",
    unit="cores, GiB",
    about="housing",
)
Takers = list[tuple[Fraction, Variable]]


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """Up to two rows for each machine and node, in whole steps of a core or of a GiB."""
    single = variables.machines
    needs: dict[tuple[Machine, int], list[tuple[HostNeed, int, Variable]]] = defaultdict(list)
    for (machine, piece, node), count in single.pieces.items():
        if piece.workload in problem.host_needs:
            need = problem.host_needs[piece.workload]
            needs[machine, node].append((need, piece.capacity, count))
    for key, takers in needs.items():
        used = single.standing[key]
        cores = [(need.cpu_cores * times, count) for need, times, count in takers]
        memory = [(need.memory_gib * times, count) for need, times, count in takers]
        has: HostFacts = problem.facts[key[0].host]
        yield from _within("cores", cores, Fraction(has.cpu_cores), used)
        yield from _within("memory", memory, has.memory_gib, used)


def _within(what: str, takers: Takers, has: Fraction, used: Variable) -> Iterator[Row]:
    asked = [(each, count) for each, count in takers if each]
    if asked:
        steps = steps_of(each for each, _ in asked)
        taken = total(ceil(each * steps) * count for each, count in asked)
        key = (*used.key[:2], what, used.key[-1])
        yield Row(RULE, key, taken - floor(has * steps) * used, at_most=0)


def applies(problem: Problem) -> bool:
    """Whether cores or memory of some host may run short."""
    asked = problem.host_needs.keys()
    return any(workloads_apart(problem, site.name) & asked for site in problem.sites)

"""A way to serve the loads of a node, and its running cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from planner.formulation.patterns import CardPattern
from planner.formulation.problem import Problem
from planner.formulation.tree import Node
from planner.sizing.option import Option
from planner.solve.fleets.state import Slot, loads_of, needs_of


@dataclass(frozen=True)
class Packing:
    """Replicas and the shared cards that they live on.

    Attributes:
        replicas: replicas by (site, option).
        patterns: shared cards by (site, pattern).
        cents: discounted cost of serving the mean load.
        state: the least state that it needs.
    """

    replicas: Mapping[tuple[str, Option], int]
    patterns: Mapping[tuple[str, CardPattern], int]
    cents: float
    state: Mapping[Slot, int]


def packing_of(
    problem: Problem,
    node: Node,
    replicas: Mapping[tuple[str, Option], int],
    patterns: Mapping[tuple[str, CardPattern], int],
) -> Packing:
    """A packing for a node; replicas of workloads without load there are left away."""
    loads = loads_of(problem, node)
    kept = {key: n for key, n in replicas.items() if n and key[1].workload in loads}
    need: Counter[Slot] = Counter()
    for (site, pattern), count in patterns.items():
        need[site, pattern.gpu, 1] += count
    for (site, option), count in kept.items():
        if not option.part:
            for slot, each in needs_of(site, option).items():
                need[slot] += each * count
    return Packing(kept, dict(patterns), serving_cost(problem, node, kept), dict(need))


def serving_cost(problem: Problem, node: Node, replicas: Mapping[tuple[str, Option], int]) -> float:
    """Discounted cents of serving the mean load with the replicas that do it for least, first."""
    cents = 0.0
    for workload in loads_of(problem, node):
        offers = sorted(
            (
                float(option.watts_per_quantum * problem.cents_per_watt(site, node.index)),
                option.capacity * count,
            )
            for (site, option), count in replicas.items()
            if option.workload == workload
        )
        left = float(problem.load[workload, node.index])
        for each, most in offers:
            served = min(left, most)
            cents += each * served
            left -= served
    return cents


def least_serving_cost(problem: Problem, node: Node) -> float:
    """No packing of a node serves for less: every load with the thriftiest option of all."""
    cents = 0.0
    for workload in loads_of(problem, node):
        cheapest = min(
            option.watts_per_quantum * problem.cents_per_watt(site.name, node.index)
            for option in problem.options
            if option.workload == workload
            for site in problem.sites
        )
        cents += float(problem.load[workload, node.index] * cheapest)
    return cents

"""A way to serve the loads of a node, and its running cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from planner.formulation.patterns import CardPattern
from planner.formulation.problem import PoolKind, Problem, pool_of
from planner.formulation.tree import Node
from planner.sizing.option import Option
from planner.solve.fleets.state import Slot, loads_of, needs_of

_ROUNDING = 1e-12
NO_POOLS: Mapping[tuple[str, PoolKind], int] = MappingProxyType({})
NO_TURNS: Mapping[tuple[str, Option], float] = MappingProxyType({})


@dataclass(frozen=True)
class Packing:
    """Replicas and the shared cards that they live on.

    Attributes:
        replicas: replicas by (site, option).
        patterns: shared cards by (site, pattern).
        pools: groups of pools by (site, pool).
        turns: groups that pooled options keep busy, by (site, option).
        cents: discounted cost of serving the mean load.
        state: the least state that it needs.
    """

    replicas: Mapping[tuple[str, Option], int]
    patterns: Mapping[tuple[str, CardPattern], int]
    pools: Mapping[tuple[str, PoolKind], int]
    turns: Mapping[tuple[str, Option], float]
    cents: float
    state: Mapping[Slot, int]


def packing_of(
    problem: Problem,
    node: Node,
    replicas: Mapping[tuple[str, Option], int],
    patterns: Mapping[tuple[str, CardPattern], int],
    pools: Mapping[tuple[str, PoolKind], int] = NO_POOLS,
    turns: Mapping[tuple[str, Option], float] = NO_TURNS,
) -> Packing:
    """A packing for a node; what serves workloads without load there is left away."""
    loads = loads_of(problem, node)
    kept = {key: n for key, n in replicas.items() if n and key[1].workload in loads}
    busy = {key: part for key, part in turns.items() if part and key[1].workload in loads}
    wanted = {(site, pool_of(option)) for site, option in busy}
    groups = {key: n for key, n in pools.items() if n and key in wanted}
    need: Counter[Slot] = Counter()
    for (site, pattern), count in patterns.items():
        need[site, pattern.gpu, 1] += count
    for (site, option), count in kept.items():
        if not option.part:
            for slot, each in needs_of(site, option).items():
                need[slot] += each * count
    for (site, pool), count in groups.items():
        for slot, each in needs_of(site, pool).items():
            need[slot] += each * count
    carrying: dict[tuple[str, Option], float] = {**kept, **busy}
    cents = serving_cost(problem, node, carrying)
    return Packing(kept, dict(patterns), groups, busy, cents, dict(need))


def serving_cost(
    problem: Problem, node: Node, carrying: Mapping[tuple[str, Option], float]
) -> float:
    """Discounted cents of serving the mean load with what does it for least, first.

    Args:
        problem: sets and parameters.
        node: the node.
        carrying: replicas and turns by (site, option).
    """
    cents = 0.0
    for workload in loads_of(problem, node):
        offers = sorted(
            (
                float(option.watts_per_quantum * problem.cents_per_watt(site, node.index)),
                option.capacity * count,
            )
            for (site, option), count in carrying.items()
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
        load = problem.load[workload, node.index]
        prices = {s.name: float(problem.cents_per_watt(s.name, node.index)) for s in problem.sites}
        cheapest = min(
            option.power_mw / (1000 * option.capacity) * price
            for option in problem.options
            if option.workload == workload
            for site, price in prices.items()
            if problem.runs(site, option)
        )
        cents += float(load) * cheapest * (1 - _ROUNDING)
    return cents

"""What a fleet offers to the workloads at one node.

A state counts, for each site and kind of card, the cards installed and the places for groups of
2, 4 and 8 cards. More of anything never hurts, so knowledge about one state carries over: what
can serve a load can also serve it with more, and what cannot cannot with less.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from planner.formulation.problem import PoolKind, Problem
from planner.formulation.tree import Node
from planner.sizing.option import Option

Slot: TypeAlias = "tuple[str, str, int]"
"""(site, card, size): size 1 counts cards installed, size k places for groups of k cards."""
State: TypeAlias = "Mapping[Slot, float]"

GROUP_SIZES = (2, 4, 8)


def slots_of(problem: Problem) -> tuple[Slot, ...]:
    """All slots of a problem: cards, and places of every size up to that of the largest group."""
    found: list[Slot] = []
    groups = (*problem.whole_options, *problem.pooled_options)
    for site in problem.sites:
        for gpu in problem.gpus:
            if not problem.stands(site.name, gpu):
                continue
            largest = max((o.gpus for o in groups if o.gpu == gpu), default=1)
            sizes = (1, *(size for size in GROUP_SIZES if size <= largest))
            found += [(site.name, gpu, size) for size in sizes]
    return tuple(found)


def needs_of(site: str, group: Option | PoolKind) -> dict[Slot, int]:
    """What one replica of an option that takes whole cards, or one group of a pool, needs."""
    needs = {(site, group.gpu, 1): group.gpus}
    for size in GROUP_SIZES:
        if group.gpus >= size:
            needs[site, group.gpu, size] = group.gpus // size
    return needs


def covers(above: State, below: State) -> bool:
    """Whether one state has at least as much of everything as another."""
    return all(above.get(slot, 0) >= count for slot, count in below.items())


def loads_of(problem: Problem, node: Node) -> dict[str, int]:
    """Loads of a node that are not zero, quanta by workload."""
    return {w: d for w in problem.workloads if (d := problem.demand[w, node.index])}


def harder_nodes(problem: Problem, node: Node) -> tuple[Node, ...]:
    """Nodes at which every load is at least as large, the node itself included."""
    demand = problem.demand
    return tuple(
        n
        for n in problem.tree.nodes
        if all(demand[w, n.index] >= demand[w, node.index] for w in problem.workloads)
    )

"""What runs from node to node: replicas of deployment options, and jobs in pools."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planner.catalog.items import exact
from planner.formulation.problem import PoolKind, pool_of
from planner.formulation.tree import Node
from planner.plan.routing import requests
from planner.plan.schema import Deployment, Pool, PoolHours, Routed
from planner.plan.tidying import hours
from planner.sizing.option import Option, Quantum, Sizing
from planner.solve.solution import Solution
from planner.units import GIB, HOURS_PER_MONTH


def deployments(solution: Solution, sizing: Sizing) -> Iterator[Deployment]:
    """Replicas by node, workload, site and option; they are stated at every node."""
    found = sorted(
        solution.replicas.items(), key=lambda e: (e[0][2], e[0][1].workload, e[0][0], e[0][1].name)
    )
    nodes = solution.problem.tree.nodes
    for (site, option, node), count in found:
        routed = tuple(_routed(solution, sizing, site, option, nodes[node]))
        yield _deployment(nodes[node], site, option, count, routed, sizing.quanta[option.workload])


def _deployment(
    node: Node,
    site: str,
    option: Option,
    count: int,
    routed: tuple[Routed, ...],
    quantum: Quantum,
) -> Deployment:
    sessions = option.level if quantum.unit == "sessions" else None
    return Deployment(
        node=node.label,
        workload=option.workload,
        site=site,
        gpu=option.gpu,
        precision=option.precision,
        gpus_per_replica=option.gpus,
        shared=option.part,
        link=option.link,
        level=option.level,
        replicas=count,
        sessions_each=sessions,
        capacity_each=_capacity_each(option, count, routed, quantum),
        unit=quantum.unit,
        memory_gib_each=shown_gib(option),
        time_share=round(option.share_ppm / 1e6, 6),
        label=option.label.value,
        slice=option.slice,
        routed=routed,
    )


def _capacity_each(
    option: Option, count: int, routed: tuple[Routed, ...], quantum: Quantum
) -> float:
    """What a replica can carry; of request classes, what is sent to it."""
    if not option.rates:
        return float(option.capacity * quantum.size)
    return float(sum((exact(r.requests_per_s) for r in routed), Fraction(0)) / count)


def _routed(
    solution: Solution, sizing: Sizing, site: str, option: Option, node: Node
) -> Iterator[Routed]:
    for number, shape in enumerate(sizing.quanta[option.workload].classes):
        share = solution.routed.get((site, option, number, node.index))
        if share:
            amount = solution.problem.class_demand[option.workload, number, node.index]
            yield Routed(
                input_tokens=shape.input_tokens,
                output_tokens=shape.output_tokens,
                requests_per_s=requests(share * amount),
            )


def pools(solution: Solution, sizing: Sizing) -> Iterator[Pool]:
    """Groups of each pool and the jobs that use them; they are stated at every node."""
    jobs: dict[tuple[str, PoolKind, int], list[tuple[Option, Fraction]]] = {}
    for (site, option, node), turns in solution.turns.items():
        jobs.setdefault((site, pool_of(option), node), []).append((option, turns))
    nodes = solution.problem.tree.nodes
    for (site, pool, node), groups in sorted(
        solution.pools.items(), key=lambda e: (e[0][2], e[0][0], e[0][1].name)
    ):
        working = sorted(jobs[site, pool, node], key=lambda e: (e[0].workload, e[0].name))
        yield Pool(
            node=nodes[node].label,
            site=site,
            gpu=pool.gpu,
            gpus_per_group=pool.gpus,
            link=pool.link,
            groups=groups,
            hours=tuple(_hours(o, turns, sizing.quanta[o.workload]) for o, turns in working),
        )


def _hours(option: Option, turns: Fraction, quantum: Quantum) -> PoolHours:
    return PoolHours(
        workload=option.workload,
        precision=option.precision,
        level=option.level,
        hours=hours(turns),
        capacity_per_hour=float(option.capacity * quantum.size / HOURS_PER_MONTH),
        unit=quantum.unit,
        memory_gib_each=shown_gib(option),
        label=option.label.value,
    )


def shown_gib(option: Option) -> float:
    """Memory of an option on one card, GiB with three decimals."""
    return round(option.memory_bytes / GIB, 3)

"""A solution to a plan: acquisitions, fleet, deployments, placement, cash flow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from planner.formulation.problem import Vintage
from planner.formulation.tree import Node
from planner.plan.cash_flow import cash_flow, present_value
from planner.plan.digest import digest
from planner.plan.facts_used import facts_used
from planner.plan.placement import place
from planner.plan.schema import (
    Acquisition,
    CatalogId,
    Deployment,
    Engine,
    FleetEntry,
    Objective,
    Plan,
    PlanAssumption,
    ScenarioId,
)
from planner.plan.schema import (
    Inputs as PlanInputs,
)
from planner.scenario.inputs import Inputs
from planner.sizing.option import Option, Sizing
from planner.solve.solution import Solution
from planner.units import GIB, Month


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known about a solution.

    Attributes:
        lower_bound: no plan costs less, discounted cents as the model counts them.
        asked_gap: gap that the user asked for.
        engine: how it was found.
    """

    lower_bound: float
    asked_gap: float
    engine: Engine


def build_plan(
    inputs: Inputs, sizing: Sizing, solution: Solution, proof: Proof, version: str
) -> Plan:
    """The plan that a solution stands for."""
    solution = without_idle_nodes(without_spare_replicas(solution))
    tree = solution.problem.tree
    start = Month.parse(inputs.scenario.start)
    acquisitions = sorted(_acquisitions(solution, start), key=_order)
    lines = cash_flow(solution, acquisitions)
    npv = present_value(lines, tree.discounts, start)
    gross = present_value(lines, tree.discounts, start, gross=True)
    scenario = inputs.scenario.model_dump(mode="json", by_alias=True)
    catalog = facts_used(inputs)
    proof = replace(proof, lower_bound=max(proof.lower_bound, _worst_case(solution)))
    objective = _objective(inputs, proof, npv, gross, sum(line.amount for line in lines))
    proven = _is_proven(objective, proof, inputs.scenario.months)
    return Plan(
        schema=1,
        planner_version=version,
        scenario=ScenarioId(name=inputs.scenario.name, sha256=digest(scenario)),
        catalog=CatalogId(
            sha256=digest(catalog),
            overlays=inputs.scenario.catalog.overlays,
            prices=inputs.scenario.catalog.prices,
        ),
        status="proven" if proven else "feasible",
        objective=objective,
        engine=proof.engine.model_copy(update={"stopped_by": "gap"}) if proven else proof.engine,
        discount_factors=tuple(_decimal(f) for f in tree.discounts),
        nodes=tuple(node.label for node in tree.nodes),
        acquisitions=tuple(acquisitions),
        fleet=tuple(_fleet(solution)),
        deployments=tuple(_deployments(solution, sizing)),
        placement=tuple(place(solution)),
        cash_flow=tuple(lines),
        assumptions=tuple(
            PlanAssumption(id=a.id, text=a.text, value=a.value, source=a.source)
            for a in sizing.assumptions
        ),
        inputs=PlanInputs(scenario=scenario, catalog=catalog),
    )


def without_spare_replicas(solution: Solution) -> Solution:
    """Leave away replicas that neither the demand needs nor the load uses, the dearest first.

    A replica that the demand could spare may still serve the mean load at less cost than others;
    that one stays.
    """
    problem = solution.problem
    tariff = {s.name: s.pue * s.cents_per_kwh for s in problem.sites}
    kept = dict(solution.replicas)
    running: dict[tuple[str, int], list[tuple[Fraction, str, str, Option]]] = {}
    for site, option, node in kept:
        price = Fraction(option.power_mw, option.capacity) * tariff[site]
        key = option.workload, node
        running.setdefault(key, []).append((price, option.name, site, option))
    for (workload, node), found in running.items():
        cheaper = sum(o.capacity * kept[s, o, node] for _, _, s, o in found)
        dearer = 0
        for _, _, site, option in sorted(found, key=lambda e: e[:3], reverse=True):
            count = kept[site, option, node]
            cheaper -= option.capacity * count
            lacking = max(
                problem.load[workload, node] - cheaper,
                Fraction(problem.demand[workload, node] - cheaper - dearer),
            )
            kept[site, option, node] = min(count, max(0, ceil(lacking / option.capacity)))
            dearer += option.capacity * kept[site, option, node]
    return replace(solution, replicas={k: n for k, n in kept.items() if n})


def without_idle_nodes(solution: Solution) -> Solution:
    """Switch off the machines of nodes at which nothing is deployed."""
    busy = {node for _, _, node in solution.replicas}
    return replace(
        solution,
        patterns={k: n for k, n in solution.patterns.items() if k[2] in busy},
        hosts={k: n for k, n in solution.hosts.items() if k[2] in busy},
    )


def _objective(inputs: Inputs, proof: Proof, npv: int, gross: int, plain: int) -> Objective:
    """The bound is rounded down, and by a cent a month for the rounding of the cash flow."""
    rounding = inputs.scenario.months + abs(proof.lower_bound) * 1e-9
    bound = min(npv, floor(proof.lower_bound - rounding))
    return Objective(
        currency=inputs.scenario.currency,
        npv=npv,
        lower_bound=bound,
        gap=float(Fraction(npv - bound, max(1, gross))),
        gross=gross,
        total_undiscounted=plain,
    )


def _is_proven(objective: Objective, proof: Proof, months: int) -> bool:
    """Whether the gap is the one asked for, but for the rounding of the cash flow to cents."""
    rounding = 2 * (months + 1) + abs(proof.lower_bound) * 1e-9
    return objective.npv - objective.lower_bound <= proof.asked_gap * objective.gross + rounding


def _worst_case(solution: Solution) -> float:
    """A bound that needs no search: at best, everything that is owned is sold at its best price.

    What is bought never brings more than it cost, because such a market is refused at the door.
    """
    lots = [v for v in solution.problem.vintages if v.count is not None]
    best = [max([0, *v.sell.values(), *v.closing.values()]) * (v.count or 0) for v in lots]
    return -float(sum(best))


def _decimal(factor: Fraction) -> str:
    whole, rest = divmod(factor.numerator * 10**12 // factor.denominator, 10**12)
    return f"{whole}.{rest:012d}"


def _order(unit: Acquisition) -> tuple[object, ...]:
    return (unit.node, unit.kind, unit.item, unit.site, unit.leaves or "9999", unit.lot or 0)


def _acquisitions(solution: Solution, start: Month) -> Iterator[Acquisition]:
    tree = solution.problem.tree
    held: dict[Vintage, dict[int, int]] = {}
    for (vintage, at), count in solution.owned.items():
        held.setdefault(vintage, {})[at] = count
    for vintage in solution.problem.vintages:
        counts = held.get(vintage, {})
        before = (vintage.count or 0) if vintage.node is None else counts.get(vintage.node, 0)
        first = tree.nodes[0 if vintage.node is None else vintage.node]
        for later in tree.below(first):
            now = counts.get(later.index, 0)
            if now < before:
                yield _unit(vintage, before - now, start, later)
            before = now
        if before:
            yield _unit(vintage, before, start, None)


def _unit(vintage: Vintage, count: int, start: Month, leaves: Node | None) -> Acquisition:
    existing = vintage.node is None
    value = (
        next(iter(vintage.closing.values()), None)
        if leaves is None
        else vintage.sell.get(leaves.index)
    )
    order = str(start) if existing else vintage.label
    return Acquisition(
        item=vintage.item,
        kind="gpu" if vintage.is_gpu else "host",
        site=vintage.site,
        count=count,
        mode="existing" if existing else "purchase",
        node=order,
        in_service=order,
        leaves=leaves.label if leaves else None,
        unit_cost=vintage.buy,
        resale_each=value,
        lot=int(vintage.label.removeprefix("lot")) if existing else None,
    )


def _fleet(solution: Solution) -> Iterator[FleetEntry]:
    owned: dict[tuple[str, str, int], int] = {}
    for (vintage, at), count in solution.owned.items():
        key = (vintage.site, vintage.item, at)
        owned[key] = owned.get(key, 0) + count
    before: dict[tuple[str, str], int] = {}
    for node in solution.problem.tree.nodes:
        items = {(s, i) for s, i, n in owned if n == node.index} | before.keys()
        for site, item in sorted(items):
            count = owned.get((site, item, node.index), 0)
            if count != before.get((site, item), 0):
                yield FleetEntry(node=node.label, site=site, item=item, count=count)
            before[site, item] = count


def _deployments(solution: Solution, sizing: Sizing) -> Iterator[Deployment]:
    for node in solution.problem.tree.nodes:
        found = [
            (site, option, count)
            for (site, option, n), count in solution.replicas.items()
            if n == node.index
        ]
        for site, option, count in sorted(found, key=lambda e: (e[1].workload, e[0], e[1].name)):
            yield _deployment(node, site, option, count, sizing)


def _deployment(node: Node, site: str, option: Option, count: int, sizing: Sizing) -> Deployment:
    quantum = sizing.quanta[option.workload]
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
        capacity_each=float(option.capacity * quantum.size),
        unit=quantum.unit,
        memory_gib_each=round(option.memory_bytes / GIB, 3),
        time_share=round(option.share_ppm / 1e6, 6),
        label=option.label.value,
    )

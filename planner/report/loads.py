"""What each workload needs where it needs most, and what carries it then."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from planner.plan.schema import Deployment, Plan, Pool, PoolHours
from planner.scenario.inputs import Inputs
from planner.sizing.option import Quantum, Sizing
from planner.units import Month


@dataclass(frozen=True, slots=True)
class Load:
    """What a workload needs where it needs most, and what carries it then.

    Attributes:
        workload: name.
        model: its model.
        month: first month of its largest demand.
        need: demand with headroom, in ``unit``.
        carried: what its replicas carry.
        unit: unit of both.
        ways: how it runs then, for example ``awq-int4 on 2 rtx-a6000``.
        label: how the speeds are known.
    """

    workload: str
    model: str
    month: str
    need: float
    carried: float
    unit: str
    ways: tuple[str, ...]
    label: str


def loads_of(plan: Plan, inputs: Inputs, sizing: Sizing) -> Iterator[Load]:
    """Every workload that needs something at some time."""
    start = Month.parse(inputs.scenario.start)
    for workload in inputs.scenario.workloads:
        quantum = sizing.quanta[workload.name]
        amounts = list(_amounts(quantum))
        most = max(amounts)
        if not most:
            continue
        month = str(start + amounts.index(most))
        node = max(n for n in plan.nodes if n <= month)
        running = [d for d in plan.deployments if (d.node, d.workload) == (node, workload.name)]
        jobs = [
            (pool, job)
            for pool in plan.pools
            for job in pool.hours
            if (pool.node, job.workload) == (node, workload.name)
        ]
        carried = sum(d.capacity_each * d.replicas for d in running)
        carried += sum(job.capacity_per_hour * job.hours for _, job in jobs)
        model = getattr(workload, "model", None)
        yield Load(
            workload=workload.name,
            model=model if isinstance(model, str) else workload.task,
            month=month,
            need=float(most),
            carried=carried,
            unit=quantum.unit,
            ways=(*_ways(running), *_turns(jobs)),
            label=", ".join(sorted({d.label for d in running} | {job.label for _, job in jobs})),
        )


def _amounts(quantum: Quantum) -> Iterator[Fraction]:
    """Load of each month in the unit; of request classes all together."""
    for i, demand in enumerate(quantum.demand):
        if quantum.classes:
            yield sum((shape.demand[i] for shape in quantum.classes), Fraction(0))
        else:
            yield demand * quantum.size


def _ways(running: list[Deployment]) -> Iterator[str]:
    cards: Counter[tuple[str, str, str | None]] = Counter()
    for d in running:
        cards[d.precision, d.gpu, d.slice] += d.replicas * d.gpus_per_replica
    for (precision, gpu, cut), count in sorted(cards.items(), key=repr):
        yield (
            f"{precision} on {count} {gpu}"
            if cut is None
            else (f"{precision} in {count} {cut} of {gpu}")
        )


def _turns(jobs: list[tuple[Pool, PoolHours]]) -> Iterator[str]:
    hours: dict[tuple[str, int, str], float] = defaultdict(float)
    for pool, job in jobs:
        hours[job.precision, pool.gpus_per_group, pool.gpu] += job.hours
    for (precision, gpus, gpu), taken in sorted(hours.items()):
        yield f"{precision} for {taken:,.0f} h on {gpus} {gpu} of a pool"

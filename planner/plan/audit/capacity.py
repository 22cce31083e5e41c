"""Does what runs carry the load, and is each replica as large and as fast as it says?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from planner.catalog.items import exact
from planner.plan.audit.case import TOLERANCE, Case
from planner.plan.audit.finding import Finding
from planner.plan.options import key_of_deployment, key_of_job
from planner.plan.schema import Deployment, Pool, PoolHours
from planner.sizing.option import Option, Quantum
from planner.units import GIB, HOURS_PER_MONTH


def option_of(case: Case, entry: Deployment) -> Option | None:
    """The option that a deployment names, as sizing derives it."""
    return case.options.get(key_of_deployment(entry))


def job_of(case: Case, pool: Pool, job: PoolHours) -> Option | None:
    """The option by which a job works in a pool, as sizing derives it."""
    return case.options.get(key_of_job(pool, job))


def figures(case: Case) -> Iterator[Finding]:
    """Every deployment is an option that sizing allows, with the figures that sizing gives."""
    for entry in dict.fromkeys(case.plan.deployments):
        kind = f"{entry.precision}, level {entry.level}"
        what = f"{entry.workload} on {entry.gpu} ({kind}) at {entry.node}"
        option = option_of(case, entry)
        if entry.site not in case.places:
            yield Finding("unknown-site", f"{what} runs at `{entry.site}`")
        if option is None:
            yield Finding("no-such-option", f"{what} is not a deployment that sizing allows")
            continue
        quantum = case.sizing.quanta[entry.workload]
        sessions = option.level if quantum.unit == "sessions" else None
        for name, said, right in (
            ("replicas", entry.replicas > 0, True),
            ("link", entry.link, option.link),
            ("unit", entry.unit, quantum.unit),
            ("sessions_each", entry.sessions_each, sessions),
            ("capacity_each", entry.capacity_each, _capacity_each(entry, option, quantum)),
            ("memory_gib_each", entry.memory_gib_each, round(option.memory_bytes / GIB, 3)),
            ("time_share", entry.time_share, round(option.share_ppm / 1e6, 6)),
            ("label", entry.label, option.label.value),
        ):
            if said != right:
                yield Finding("wrong-figure", f"{what}: `{name}` is {said}, it must be {right}")


def _capacity_each(entry: Deployment, option: Option, quantum: Quantum) -> float:
    """What a replica can carry; of request classes, what is sent to it."""
    if not quantum.classes:
        return float(option.capacity * quantum.size)
    sent = sum((exact(r.requests_per_s) for r in entry.routed), Fraction(0))
    return float(sent / max(1, entry.replicas))


def demand(case: Case) -> Iterator[Finding]:
    """In every month the replicas of every workload, or its hours in pools, carry its demand."""
    for i, month in enumerate(case.months):
        carried: dict[str, Fraction] = defaultdict(Fraction)
        for entry in case.deployments[month]:
            option = option_of(case, entry)
            if option is not None:
                carried[entry.workload] += option.capacity * entry.replicas
        for pool in case.pools[month]:
            for job in pool.hours:
                option = job_of(case, pool, job)
                if option is not None:
                    turns = exact(job.hours) / HOURS_PER_MONTH
                    carried[job.workload] += option.capacity * turns
        for workload, quantum in case.sizing.quanta.items():
            if quantum.classes:
                continue
            pooled = any(o.pooled for o in case.sizing.options if o.workload == workload)
            slack = TOLERANCE if pooled else Fraction(0)
            have, need = carried[workload] * quantum.size, quantum.demand[i] * quantum.size
            amounts = f"{float(have):g} of {float(need):g} {quantum.unit}"
            if have < need * (1 - slack):
                yield Finding("unmet-demand", f"{workload} at {month}: {amounts}")
            if pooled and have > need * (1 + slack):
                yield Finding("spare-hours", f"{workload} at {month}: {amounts} are worked off")

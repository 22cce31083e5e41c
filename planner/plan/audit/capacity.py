"""Does what runs carry the load, and is each replica as large and as fast as it says?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from planner.plan.audit.case import Case
from planner.plan.audit.finding import Finding
from planner.plan.schema import Deployment
from planner.sizing.option import Option
from planner.units import GIB


def option_of(case: Case, entry: Deployment) -> Option | None:
    """The option that a deployment names, as sizing derives it."""
    key = (
        entry.workload,
        entry.gpu,
        entry.precision,
        entry.gpus_per_replica,
        entry.shared,
        entry.level,
    )
    return case.options.get(key)


def figures(case: Case) -> Iterator[Finding]:
    """Every deployment is an option that sizing allows, with the figures that sizing gives."""
    for entry in dict.fromkeys(case.plan.deployments):
        kind = f"{entry.precision}, level {entry.level}"
        what = f"{entry.workload} on {entry.gpu} ({kind}) at {entry.node}"
        option = option_of(case, entry)
        if entry.site not in case.sites:
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
            ("capacity_each", entry.capacity_each, float(option.capacity * quantum.size)),
            ("memory_gib_each", entry.memory_gib_each, round(option.memory_bytes / GIB, 3)),
            ("time_share", entry.time_share, round(option.share_ppm / 1e6, 6)),
            ("label", entry.label, option.label.value),
        ):
            if said != right:
                yield Finding("wrong-figure", f"{what}: `{name}` is {said}, it must be {right}")


def demand(case: Case) -> Iterator[Finding]:
    """In every month the replicas of every workload carry its demand."""
    for i, month in enumerate(case.months):
        carried: Counter[str] = Counter()
        for entry in case.deployments[month]:
            option = option_of(case, entry)
            if option is not None:
                carried[entry.workload] += option.capacity * entry.replicas
        for workload, quantum in case.sizing.quanta.items():
            if carried[workload] < quantum.demand[i]:
                have, need = carried[workload] * quantum.size, quantum.demand[i] * quantum.size
                yield Finding(
                    "unmet-demand",
                    f"{workload} at {month}: {float(have):g} of {float(need):g} {quantum.unit}",
                )

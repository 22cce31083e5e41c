"""Needs that are stated directly: has each machine the cores and the memory for them?"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planner.catalog.items import exact
from planner.plan.audit.case import Case
from planner.plan.audit.finding import Finding
from planner.plan.audit.packing import groups_in
from planner.plan.schema import PlacedHost
from planner.scenario.workloads import FixedWorkload


def hosts(case: Case) -> Iterator[Finding]:
    """The needs on one machine together take no more than it has; what is unknown is none."""
    for entry in dict.fromkeys(case.plan.placement):
        cores, memory = _needed(case, entry)
        host = case.hosts.get(entry.build)
        has_cores = (host.cpu_cores if host is not None else None) or 0
        has_memory = (host.memory_gib if host is not None else None) or 0
        where = f"{entry.host} ({entry.build}) at {entry.node}"
        if cores > has_cores:
            yield Finding("host-cores", f"{where}: {float(cores):g} cores of {has_cores}")
        if memory > has_memory:
            text = f"{float(memory):g} GiB of {float(has_memory):g}"
            yield Finding("host-memory", f"{where}: {text}")


def _needed(case: Case, entry: PlacedHost) -> tuple[Fraction, Fraction]:
    """Cores and GiB of the host; a replica may stand for several needs on one card."""
    cores = memory = Fraction(0)
    for members in groups_in(entry):
        _, replica = members[0]
        workload = case.workloads.get(replica.workload)
        if isinstance(workload, FixedWorkload):
            cores += replica.level * exact(workload.need.cpu_cores or 0)
            memory += replica.level * exact(workload.need.host_memory_gib or 0)
    return cores, memory

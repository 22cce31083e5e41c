"""After the loss of what a workload must survive, does the rest still carry its demand?"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import nlargest

from planner.plan.audit.capacity import option_of
from planner.plan.audit.case import Case, changes
from planner.plan.audit.finding import Finding
from planner.plan.audit.packing import groups_in, key_of_members
from planner.plan.schema import PlacedHost
from planner.scenario.values import Survive


def losses(case: Case) -> Iterator[Finding]:
    """Whichever replicas, cards or hosts are lost, so many as are stated, the rest is enough."""
    for month in changes(case):
        at = case.months.index(month)
        for name, workload in case.workloads.items():
            if workload.survive is None:
                continue
            unit, most, carried = _units(case, month, name, workload.survive)
            quantum = case.sizing.quanta[name]
            each = (capacity for capacity, count in carried for _ in range(min(count, most)))
            left = sum(capacity * count for capacity, count in carried) - sum(nlargest(most, each))
            if left < quantum.demand[at]:
                have, need = left * quantum.size, quantum.demand[at] * quantum.size
                text = f"{float(have):g} of {float(need):g} {quantum.unit}"
                yield Finding("survive", f"{name} at {month}, {most} {unit} lost: {text} left")


def _units(
    case: Case, month: str, workload: str, lost: Survive
) -> tuple[str, int, list[tuple[int, int]]]:
    """What may be lost, how many of it, and what each of it carries, with its number."""
    if lost.replicas is not None:
        carried = [
            (option.capacity, entry.replicas)
            for entry in case.deployments[month]
            if entry.workload == workload and (option := option_of(case, entry)) is not None
        ]
        return "replicas", lost.replicas, carried
    by_host = [list(_on_cards(case, host, workload)) for host in case.placement[month]]
    if lost.cards is not None:
        return "cards", lost.cards, [(carried, 1) for cards in by_host for carried in cards]
    return "hosts", lost.hosts or 0, [(sum(cards), 1) for cards in by_host]


def _on_cards(case: Case, host: PlacedHost, workload: str) -> Iterator[int]:
    """What is lost with any card of a host; a group is lost with any one of its cards."""
    alone: dict[int, int] = {}
    for members in groups_in(host):
        option = case.options.get(key_of_members(members))
        card, replica = members[0]
        if option is None or replica.workload != workload:
            continue
        if replica.group is not None:
            yield option.capacity
        else:
            alone[id(card)] = alone.get(id(card), 0) + option.capacity
    yield from alone.values()

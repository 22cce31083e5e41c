"""Reading a plan: what is there, and what runs, month by month."""

from __future__ import annotations

from collections import Counter

from planner.plan.schema import Acquisition, Deployment, PlacedHost, Plan, Pool


def at(plan: Plan, month: str) -> str:
    """The node that a month belongs to."""
    return max(node for node in plan.nodes if node <= month)


def units(plan: Plan, mode: str) -> Counter[tuple[str, str]]:
    """Units by item and month of the order: of one mode, for example `purchase`."""
    found: Counter[tuple[str, str]] = Counter()
    for unit in of_mode(plan, mode):
        found[unit.item, unit.node] += unit.count
    return found


def of_mode(plan: Plan, mode: str) -> list[Acquisition]:
    return [unit for unit in plan.acquisitions if unit.mode == mode]


def held(plan: Plan, month: str, kind: str = "gpu") -> Counter[str]:
    """Units of a kind that are owned, leased or rented in a month, those on the way included."""
    found: Counter[str] = Counter()
    for unit in plan.acquisitions:
        if unit.kind == kind and unit.node <= month and (unit.leaves or "~") > month:
            found[unit.item] += unit.count
    return found


def running(plan: Plan, month: str, workload: str | None = None) -> list[Deployment]:
    """What is deployed in a month, of one workload or of all."""
    return [
        d for d in plan.deployments if d.node == at(plan, month) and workload in (None, d.workload)
    ]


def pools(plan: Plan, month: str) -> list[Pool]:
    return [pool for pool in plan.pools if pool.node == at(plan, month)]


def hosts(plan: Plan, month: str) -> list[PlacedHost]:
    """Machines as they stand in a month; the placement is given only where it changes."""
    placed = [host.node for host in plan.placement if host.node <= at(plan, month)]
    last = max(placed, default="")
    return [host for host in plan.placement if host.node == last]


def capital(plan: Plan, first: str, last: str) -> int:
    """Purchases minus sales from a month to another, cents."""
    return sum(
        line.amount
        for line in plan.cash_flow
        if line.category in ("capital", "resale") and first <= line.node <= last
    )

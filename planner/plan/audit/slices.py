"""Are cards cut as the vendor allows, and does each instance carry one replica at most?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from planner.catalog.mig import Layout, layouts
from planner.plan.audit.case import Case
from planner.plan.audit.finding import Finding
from planner.plan.schema import PlacedCard


def cut(case: Case) -> Iterator[Finding]:
    """A card is cut by a layout of the vendor's table, and runs nothing beside its instances."""
    wanted = any(w.isolation == "mig" for w in case.workloads.values())
    used = {card.gpu for entry in case.plan.placement for card in entry.cards if card.layout}
    legal = {name: _layouts(case, name) for name in used & case.gpus.keys()}
    for entry in dict.fromkeys(case.plan.placement):
        for number, card in enumerate(entry.cards, start=1):
            where = f"card {number} ({card.gpu}) of {entry.host} at {entry.node}"
            if card.layout is not None and not (wanted and card.layout in legal.get(card.gpu, ())):
                yield Finding("wrong-layout", f"{where} cannot be cut into {card.layout}")
            yield from _instances(card, where)


def _instances(card: PlacedCard, where: str) -> Iterator[Finding]:
    used = Counter(r.slice for r in card.replicas if r.slice is not None)
    there = Counter(card.layout.split("+") if card.layout is not None else ())
    for profile, count in sorted(used.items()):
        if count > there[profile]:
            text = f"{count} replicas in {there[profile]} instances {profile} of {where}"
            yield Finding("slice-twice" if there[profile] else "no-such-slice", text)
    if card.layout is None:
        return
    if card.pair is not None or card.pool is not None:
        yield Finding("cut-in-use", f"{where} is cut and belongs to a group")
    for replica in card.replicas:
        if replica.slice is None:
            yield Finding(
                "cut-in-use", f"{replica.workload} on {where} is in none of its instances"
            )
    if not card.replicas:
        yield Finding("wrong-layout", f"{where} is cut for nothing")


def isolated(case: Case) -> Iterator[Finding]:
    """A workload that wants cards of its own, or instances, does not share a card's memory."""
    for entry in dict.fromkeys(case.plan.deployments):
        workload = case.workloads.get(entry.workload)
        what = f"{entry.workload} at {entry.node}"
        if workload is None:
            continue
        if entry.shared and workload.isolation != "shared":
            yield Finding("isolation", f"{what} shares cards, it wants {workload.isolation}")
        if entry.slice is not None and workload.isolation == "exclusive":
            yield Finding("isolation", f"{what} runs in instances, it wants whole cards")


def _layouts(case: Case, gpu: str) -> frozenset[str]:
    table = case.gpus[gpu].mig
    return frozenset(_named(x) for x in layouts(table)) if table is not None else frozenset()


def _named(layout: Layout) -> str:
    return "+".join(profile for profile, count in layout for _ in range(count))

"""What is acquired, for how long, and what is there from node to node."""

from __future__ import annotations

from collections.abc import Iterator

from planner.formulation.problem import Vintage
from planner.formulation.tree import Node
from planner.plan.schema import Acquisition, FleetEntry
from planner.solve.solution import Solution
from planner.units import Month


def acquisitions(solution: Solution, start: Month) -> list[Acquisition]:
    """Units that come and leave together, in order of time."""
    return sorted(_acquisitions(solution, start), key=_order)


def _order(unit: Acquisition) -> tuple[object, ...]:
    kept = (unit.leaves or "9999", unit.lot or 0, unit.term_months or 0, unit.per_month or 0)
    return (unit.node, unit.kind, unit.item, unit.site, unit.mode, *kept)


def _acquisitions(solution: Solution, start: Month) -> Iterator[Acquisition]:
    held: dict[Vintage, dict[int, int]] = {}
    for (vintage, at), count in solution.owned.items():
        held.setdefault(vintage, {})[at] = count
    for vintage in solution.problem.vintages:
        counts = held.get(vintage, {})
        if vintage.term is not None:
            assert vintage.node is not None
            if count := counts.get(vintage.node, 0):
                yield _hired(solution, vintage, count, start)
        else:
            yield from _owned(solution, vintage, counts, start)


def _owned(
    solution: Solution, vintage: Vintage, counts: dict[int, int], start: Month
) -> Iterator[Acquisition]:
    """Units of a vintage, apart by the node at which they leave."""
    tree = solution.problem.tree
    before = (vintage.count or 0) if vintage.node is None else counts.get(vintage.node, 0)
    first = tree.nodes[0 if vintage.node is None else vintage.node]
    for later in tree.below(first):
        now = counts.get(later.index, 0)
        if now < before:
            yield _unit(vintage, before - now, start, first, later)
        before = now
    if before:
        yield _unit(vintage, before, start, first, None)


def _unit(
    vintage: Vintage, count: int, start: Month, first: Node, leaves: Node | None
) -> Acquisition:
    existing = vintage.mode == "existing"
    value = (
        next(iter(vintage.closing.values()), None)
        if leaves is None
        else vintage.sell.get(leaves.index)
    )
    return Acquisition(
        item=vintage.item,
        kind=vintage.kind,
        site=vintage.site,
        count=count,
        mode=vintage.mode,
        node=first.label,
        in_service=str(start + (first.month + vintage.lead)),
        leaves=leaves.label if leaves else None,
        unit_cost=vintage.buy,
        resale_each=value,
        lot=int(vintage.label.removeprefix("lot")) if existing else None,
    )


def _hired(solution: Solution, vintage: Vintage, count: int, start: Month) -> Acquisition:
    """Units of a lease or a rental; they leave when their term is over."""
    tree = solution.problem.tree
    assert vintage.node is not None
    assert vintage.term is not None
    order = tree.nodes[vintage.node]
    served = order.month + vintage.lead
    over = served + vintage.term
    return Acquisition(
        item=vintage.item,
        kind=vintage.kind,
        site=vintage.site,
        count=count,
        mode=vintage.mode,
        node=order.label,
        in_service=str(start + served),
        leaves=str(start + over) if over < tree.horizon else None,
        unit_cost=0,
        resale_each=None,
        term_months=vintage.term,
        per_month=vintage.per_month,
    )


def fleet(solution: Solution) -> Iterator[FleetEntry]:
    """What can be used from a node on: it has arrived, and stays at least to the next node."""
    problem = solution.problem
    there: dict[tuple[str, str, int], int] = {}
    for (vintage, at), count in solution.owned.items():
        if problem.in_service(vintage, problem.tree.nodes[at]):
            key = (vintage.site, vintage.item, at)
            there[key] = there.get(key, 0) + count
    before: dict[tuple[str, str], int] = {}
    for node in problem.tree.nodes:
        items = {(s, i) for s, i, n in there if n == node.index} | before.keys()
        for site, item in sorted(items):
            count = there.get((site, item, node.index), 0)
            if count != before.get((site, item), 0):
                yield FleetEntry(node=node.label, site=site, item=item, count=count)
            before[site, item] = count

"""What comes and goes: what is there, is bought, leased, rented and sold, in order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from planner.catalog.prices import Price
from planner.plan.schema import Acquisition, Plan
from planner.scenario.inputs import Inputs
from planner.scenario.places import rented_machines
from planner.scenario.schema import Existing
from planner.units import Month

ACTIONS = ("have", "sell", "buy", "lease", "rent")
"""In the order in which they are listed within a month."""
HIRED = ("lease", "rent")


@dataclass(frozen=True, slots=True)
class Trade:
    """Units that come or go in a month.

    Attributes:
        month: when; for what is ordered, the month of the order.
        action: ``have``, ``buy``, ``lease``, ``rent`` or ``sell``.
        count: how many.
        item: id.
        name: what it is called.
        site: where.
        each: price of one, cents: paid, or received on a sale, or all payments of a term; None for
            what is there already.
        remark: what is bought and where the price comes from, or the term, and when it arrives.
        worth: what all of them bring at the end of the roadmap, cents; None where nothing counts.
    """

    month: str
    action: str
    count: int
    item: str
    name: str
    site: str
    each: int | None
    remark: str
    worth: int | None


def trades_of(plan: Plan, inputs: Inputs) -> list[Trade]:
    """Every trade of a plan; a machine that is rented term after term is one."""
    units = [*(u for u in plan.acquisitions if u.mode != "rent"), *_in_a_row(plan)]
    found = [trade for unit in units for trade in _trades(unit, inputs)]
    return sorted(found, key=lambda t: (t.month, ACTIONS.index(t.action)))


def _in_a_row(plan: Plan) -> Iterator[Acquisition]:
    """Rentals, where one that follows on another at the same price is a part of it."""
    rows: list[Acquisition] = []
    for unit in plan.acquisitions:
        if unit.mode != "rent":
            continue
        for i, before in enumerate(rows):
            if _alike(before, unit) and before.leaves == unit.node:
                terms = (before.term_months or 0) + (unit.term_months or 0)
                rows[i] = before.model_copy(update={"leaves": unit.leaves, "term_months": terms})
                break
        else:
            rows.append(unit)
    yield from rows


def _alike(one: Acquisition, other: Acquisition) -> bool:
    return (one.item, one.site, one.count, one.per_month) == (
        other.item, other.site, other.count, other.per_month
    )  # fmt: skip


def _trades(unit: Acquisition, inputs: Inputs) -> Iterator[Trade]:
    comes = Trade(
        month=unit.node,
        action="buy",
        count=unit.count,
        item=unit.item,
        name=name_of(inputs, unit.item),
        site=unit.site,
        each=unit.unit_cost,
        remark=_remark(unit, inputs),
        worth=None,
    )
    if unit.leaves is None and unit.resale_each is not None:
        comes = replace(comes, worth=unit.count * unit.resale_each)
    if unit.mode == "existing":
        comes = replace(comes, action="have", each=None)
    elif unit.term_months is not None and unit.per_month is not None:
        paid = unit.term_months * unit.per_month
        comes = replace(comes, action=unit.mode, each=paid)
    yield comes
    if unit.leaves is not None and unit.mode not in HIRED:
        received = unit.resale_each or 0
        remark = "by the resale curve of the price book" if received else "leaves without a price"
        yield replace(
            comes, month=unit.leaves, action="sell", each=received, remark=remark, worth=None
        )


def _remark(unit: Acquisition, inputs: Inputs) -> str:
    """What is bought and where its price comes from, or on which terms it is held."""
    if unit.mode == "existing":
        return _lot(inputs.scenario.existing[(unit.lot or 1) - 1])
    if unit.term_months is not None and unit.per_month is not None:
        months = "month" if unit.term_months == 1 else "months"
        told = f"{unit.per_month / 100:,.0f} a month for {unit.term_months} {months}"
    else:
        told = _basis(inputs.prices().price(unit.item, Month.parse(unit.node)))
    return told if unit.in_service == unit.node else f"{told}; in service from {unit.in_service}"


def _lot(lot: Existing) -> str:
    return f"there already, bought {lot.bought}"


def _basis(price: Price | None) -> str:
    if price is None:
        return ""
    if price.entry is None:
        return f"quote ({price.source})"
    return f"{price.entry.condition}, {price.entry.basis} {price.entry.as_of}"


def name_of(inputs: Inputs, item: str) -> str:
    """What an item is called."""
    catalog = inputs.catalog
    for entries in (catalog.gpus, catalog.hosts, catalog.racks, catalog.bridges):
        if item in entries:
            return entries[item].name
    for machine in rented_machines(inputs.scenario):
        if machine.id == item:
            return f"machine with {machine.gpus} x {name_of(inputs, machine.gpu)}"
    return item

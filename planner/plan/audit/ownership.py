"""Is everything that is used acquired in a way that is offered, once, and does it leave rightly?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from planner.plan.audit.case import Case
from planner.plan.audit.finding import Finding
from planner.plan.audit.offers import hired
from planner.plan.schema import Acquisition
from planner.units import Month


def acquisitions(case: Case) -> Iterator[Finding]:
    """Every unit is a known item at a known site, paid at its price, and leaves at its value."""
    for unit in case.plan.acquisitions:
        what = f"{unit.count} x {unit.item} of {unit.node}"
        kind = case.kind_of(unit.item)
        known = case.places if kind == "rental" else case.sites
        if kind is None or unit.site not in known:
            yield Finding("unknown-item", f"{what} at {unit.site}")
            continue
        if unit.kind != kind:
            yield Finding("wrong-kind", f"{what} is called a {unit.kind}")
        if unit.count <= 0:
            yield Finding("wrong-count", what)
        if unit.node not in case.steps:
            yield Finding("wrong-month", f"{what} is ordered in {unit.node}")
            continue
        yield from _arrival(case, unit, what)
        if unit.mode in ("lease", "rent"):
            yield from hired(case, unit, what)
        else:
            yield from _kept(case, unit, what)


def _arrival(case: Case, unit: Acquisition, what: str) -> Iterator[Finding]:
    """What is ordered arrives after its lead time; what is there, or rented, at once."""
    wait = case.lead(unit.item) if unit.mode in ("purchase", "lease") else 0
    right = str(Month.parse(unit.node) + wait)
    if unit.in_service != right:
        text = f"{what} is in service from {unit.in_service}, it arrives in {right}"
        yield Finding("lead-time", text)


def _kept(case: Case, unit: Acquisition, what: str) -> Iterator[Finding]:
    """What is one's own is sold at the start of a step, when it has arrived, if at all."""
    if unit.term_months is not None or unit.per_month is not None:
        yield Finding("wrong-term", f"{what} is one's own and has a term")
    if unit.leaves is not None:
        at_once = unit.mode == "existing" and unit.leaves == unit.node
        if unit.leaves not in case.steps or not (unit.leaves > unit.node or at_once):
            yield Finding("wrong-month", f"{what} leaves in {unit.leaves}")
            return
        if unit.leaves < unit.in_service:
            yield Finding("lead-time", f"{what} is sold in {unit.leaves}, before it arrives")
    yield from _amounts(case, unit, what)


def _amounts(case: Case, unit: Acquisition, what: str) -> Iterator[Finding]:
    existing = case.inputs.scenario.existing
    month = Month.parse(unit.node)
    left = Month.parse(unit.leaves) if unit.leaves else case.start + len(case.months)
    if unit.mode == "purchase":
        price = case.prices.price(unit.item, month)
        if price is None or not _for_sale(case, unit):
            yield Finding("not-for-sale", f"{what} has no price, or is not sold for {unit.site}")
            return
        if unit.lot is not None:
            yield Finding("wrong-lot", f"{what} is bought and cannot come from lot {unit.lot}")
        if unit.unit_cost != price.cents:
            yield Finding(
                "wrong-price", f"{what}: {unit.unit_cost} cents, the price is {price.cents}"
            )
        value = case.prices.value(unit.item, price.cents, left - month)
    elif unit.mode == "existing" and unit.lot and 1 <= unit.lot <= len(existing):
        lot = existing[unit.lot - 1]
        home = lot.site or next(iter(case.sites))
        said = (unit.item, unit.site, unit.node, unit.unit_cost)
        if said != (lot.gpu or lot.host or lot.bridge, home, case.months[0], 0):
            yield Finding("wrong-lot", f"{what} does not match lot {unit.lot}")
        value = case.prices.existing_value(lot, left)
    else:
        yield Finding("wrong-mode", f"{what} is a {unit.mode}")
        return
    counts = case.inputs.scenario.resale if unit.leaves else case.inputs.scenario.horizon_value
    right = value if counts else None
    if (unit.resale_each or 0) != (right or 0):
        yield Finding(
            "wrong-resale", f"{what}: {unit.resale_each} cents on leaving, it must be {right}"
        )


def _for_sale(case: Case, unit: Acquisition) -> bool:
    """Whether an item is bought by itself, and for the site for which it is bought."""
    if unit.item in case.gpus:
        return case.gpus[unit.item].form_factor == "pcie"
    if unit.item in case.racks:
        racks = case.sites[unit.site].racks
        return racks is not None and racks.model == unit.item
    return unit.item not in case.rentals


def lots(case: Case) -> Iterator[Finding]:
    """Every unit that existed at the start is accounted for exactly once."""
    held: Counter[int] = Counter()
    for unit in case.plan.acquisitions:
        if unit.mode == "existing" and unit.lot is not None:
            held[unit.lot] += unit.count
    for number, lot in enumerate(case.inputs.scenario.existing, start=1):
        if held[number] != lot.count:
            what = f"{held[number]} of {lot.count} {lot.gpu or lot.host or lot.bridge}"
            yield Finding("wrong-lot", f"lot {number}: {what} in the plan")


def fleet(case: Case) -> Iterator[Finding]:
    """The fleet that the plan lists at a node is what has arrived and stays to the next one."""
    told = Counter((e.node, e.site, e.item) for e in case.plan.fleet)
    for (node, site, item), count in told.items():
        if count > 1:
            yield Finding("wrong-fleet", f"{item} in {site} at {node} is listed {count} times")
    listed: Counter[tuple[str, str]] = Counter()
    for node, end in case.spans:
        for entry in case.plan.fleet:
            if entry.node == node:
                listed[entry.site, entry.item] = entry.count
        held: Counter[tuple[str, str]] = Counter()
        for unit in case.plan.acquisitions:
            if unit.in_service <= node and (unit.leaves is None or end <= unit.leaves):
                held[unit.site, unit.item] += unit.count
        for site, item in sorted(listed.keys() | held.keys()):
            if listed[site, item] != held[site, item]:
                have, right = listed[site, item], held[site, item]
                what = f"{item} in {site} at {node}: {have} listed, {right} owned"
                yield Finding("wrong-fleet", what)

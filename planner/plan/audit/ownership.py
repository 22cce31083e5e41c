"""Is everything that is used bought, at its price, once, and sold at most once?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from planner.plan.audit.case import Case
from planner.plan.audit.finding import Finding
from planner.plan.schema import Acquisition
from planner.units import Month


def acquisitions(case: Case) -> Iterator[Finding]:
    """Every unit is a known item at a known site, paid at its price, sold at its value."""
    for unit in case.plan.acquisitions:
        what = f"{unit.count} x {unit.item} of {unit.node}"
        known = unit.item in case.gpus or unit.item in case.hosts
        if not known or unit.site not in case.sites:
            yield Finding("unknown-item", f"{what} at {unit.site}")
            continue
        if unit.kind != ("gpu" if unit.item in case.gpus else "host"):
            yield Finding("wrong-kind", f"{what} is called a {unit.kind}")
        if unit.count <= 0:
            yield Finding("wrong-count", what)
        if unit.node not in case.months or unit.in_service != unit.node:
            yield Finding("wrong-month", f"{what} is in service from {unit.in_service}")
            continue
        if unit.leaves is not None and not (
            unit.leaves in case.months
            and (unit.leaves > unit.node or (unit.mode == "existing" and unit.leaves == unit.node))
        ):
            yield Finding("wrong-month", f"{what} leaves in {unit.leaves}")
            continue
        for month in (unit.node, unit.leaves):
            if month is not None and case.months.index(month) % case.inputs.scenario.step_months:
                yield Finding("wrong-month", f"{what}: {month} is within a step of the roadmap")
        yield from _amounts(case, unit, what)


def _amounts(case: Case, unit: Acquisition, what: str) -> Iterator[Finding]:
    existing = case.inputs.scenario.existing
    month = Month.parse(unit.node)
    left = Month.parse(unit.leaves) if unit.leaves else case.start + len(case.months)
    if unit.mode == "purchase":
        price = case.prices.price(unit.item, month)
        gpu = case.gpus.get(unit.item)
        if price is None or (gpu is not None and gpu.form_factor != "pcie"):
            yield Finding("not-for-sale", f"{what} has no price")
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
        if said != (lot.gpu or lot.host, home, case.months[0], 0):
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


def lots(case: Case) -> Iterator[Finding]:
    """Every unit that existed at the start is accounted for exactly once."""
    held: Counter[int] = Counter()
    for unit in case.plan.acquisitions:
        if unit.mode == "existing" and unit.lot is not None:
            held[unit.lot] += unit.count
    for number, lot in enumerate(case.inputs.scenario.existing, start=1):
        if held[number] != lot.count:
            what = f"{held[number]} of {lot.count} {lot.gpu or lot.host}"
            yield Finding("wrong-lot", f"lot {number}: {what} in the plan")


def fleet(case: Case) -> Iterator[Finding]:
    """The fleet that the plan lists is the one that its acquisitions make."""
    told = Counter((e.node, e.site, e.item) for e in case.plan.fleet)
    for (node, site, item), count in told.items():
        if count > 1:
            yield Finding("wrong-fleet", f"{item} in {site} at {node} is listed {count} times")
    listed: Counter[tuple[str, str]] = Counter()
    for month in case.months:
        for entry in case.plan.fleet:
            if entry.node == month:
                listed[entry.site, entry.item] = entry.count
        held: Counter[tuple[str, str]] = Counter()
        for unit in case.owned(month):
            held[unit.site, unit.item] += unit.count
        for site, item in sorted(listed.keys() | held.keys()):
            if listed[site, item] != held[site, item]:
                have, right = listed[site, item], held[site, item]
                what = f"{item} in {site} at {month}: {have} listed, {right} owned"
                yield Finding("wrong-fleet", what)

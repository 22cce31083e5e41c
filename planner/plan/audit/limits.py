"""Limits over all sites: supply, capital, kinds of cards, and machines that can be rented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from planner.catalog.items import exact
from planner.plan.audit.case import Case
from planner.plan.audit.finding import Finding
from planner.plan.schema import Acquisition
from planner.units import Month


def supply(case: Case) -> Iterator[Finding]:
    """No more units are ordered in a step than can be had."""
    ordered: Counter[tuple[str, str]] = Counter()
    for unit in case.plan.acquisitions:
        if unit.mode in ("purchase", "lease"):
            ordered[unit.item, unit.node] += unit.count
    for limit in case.inputs.scenario.supply:
        most = limit.per_month * case.inputs.scenario.step_months
        for step in case.steps:
            if (count := ordered[limit.item, step]) > most:
                yield Finding(
                    "supply", f"{count} {limit.item} are ordered in {step}, {most} can be had"
                )


def budget(case: Case) -> Iterator[Finding]:
    """From the start of each window on, purchases minus sales stay within its capital."""
    limits = case.inputs.scenario.budget
    first = case.start
    for window in limits.windows if limits is not None else ():
        spent = 0
        for step in case.steps:
            if first <= Month.parse(step) <= Month.parse(window.until):
                spent += sum(_capital(unit, step) for unit in case.plan.acquisitions)
                if spent > exact(window.capital) * 100:
                    text = f"{spent} cents by {step}, {window.capital:g} may be spent"
                    yield Finding("budget", f"the window until {window.until}: {text}")
        first = Month.parse(window.until) + 1


def _capital(unit: Acquisition, step: str) -> int:
    """Cents that units take at a step, less what they bring there."""
    paid = unit.unit_cost if unit.mode == "purchase" and unit.node == step else 0
    got = (unit.resale_each or 0) if unit.leaves == step else 0
    return unit.count * (paid - got)


def kinds(case: Case) -> Iterator[Finding]:
    """No more kinds of cards are held at a time than allowed, those on their way included."""
    most = case.inputs.scenario.fleet.max_gpu_models
    for step in case.steps if most is not None else ():
        held = {kind for unit in case.held(step) if (kind := _kind(case, unit)) is not None}
        if most is not None and len(held) > most:
            listed = ", ".join(sorted(held))
            yield Finding("gpu-models", f"{len(held)} kinds of cards at {step}, {most}: {listed}")


def _kind(case: Case, unit: Acquisition) -> str | None:
    """Kind of the cards that units are or bring; rented machines do not count."""
    if unit.item in case.gpus:
        return unit.item
    host = case.hosts.get(unit.item)
    return host.built_in[0] if host is not None and host.built_in is not None else None


def rented(case: Case) -> Iterator[Finding]:
    """No more machines are rented at a time than the offer has."""
    for name, machine in case.rentals.items():
        for step in case.steps if machine.most is not None else ():
            count = sum(unit.count for unit in case.held(step) if unit.item == name)
            if machine.most is not None and count > machine.most:
                text = f"{count} {name} are rented at {step}, {machine.most} can be"
                yield Finding("rental-limit", text)

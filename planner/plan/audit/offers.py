"""Leases and rentals: is each offered so, held for its term, and paid as offered?"""

from __future__ import annotations

from collections.abc import Iterator

from planner.plan.audit.case import Case
from planner.plan.audit.finding import Finding
from planner.plan.schema import Acquisition
from planner.scenario.places import term_in_effect
from planner.units import Month, cents


def hired(case: Case, unit: Acquisition, what: str) -> Iterator[Finding]:
    """What is leased or rented costs its payments only, and leaves when its term is over."""
    if unit.unit_cost != 0:
        yield Finding("wrong-price", f"{what} is not bought and costs {unit.unit_cost} cents")
    if unit.resale_each is not None:
        yield Finding("wrong-resale", f"{what} is not one's own and cannot be sold")
    if unit.lot is not None:
        yield Finding("wrong-lot", f"{what} cannot come from lot {unit.lot}")
    if not (_rented(case, unit) if unit.mode == "rent" else _leased(case, unit)):
        terms = f"{unit.per_month} cents a month for {unit.term_months} months"
        yield Finding("wrong-offer", f"{what} in {unit.site}: nobody offers it for {terms}")
        return
    wait = case.lead(unit.item) if unit.mode == "lease" else 0
    over = Month.parse(unit.node) + (wait + (unit.term_months or 0))
    leaves = str(over) if over < case.start + len(case.months) else None
    if unit.leaves != leaves:
        yield Finding("wrong-term", f"{what} leaves in {unit.leaves}, its term ends in {leaves}")


def _leased(case: Case, unit: Acquisition) -> bool:
    """Whether some offer has this item, term and payment."""
    scenario = case.inputs.scenario
    return any(
        offer.item == unit.item
        and term_in_effect(offer.term_months, scenario.step_months) == unit.term_months
        and cents(offer.per_month) == unit.per_month
        for offer in scenario.leases
    )


def _rented(case: Case, unit: Acquisition) -> bool:
    """Whether the provider rents the machine out so; several terms in a row are one entry."""
    machine = case.rentals.get(unit.item)
    return (
        machine is not None
        and unit.site == machine.provider
        and unit.term_months is not None
        and unit.term_months > 0
        and unit.term_months % machine.term == 0
        and unit.per_month == machine.per_month
    )

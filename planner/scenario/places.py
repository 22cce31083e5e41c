"""Where workloads can run: the sites of the scenario and the providers of rented machines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.catalog.items import exact
from planner.scenario.schema import Rental, Scenario
from planner.scenario.workloads import AnyWorkload
from planner.units import HOURS_PER_MONTH, cents


@dataclass(frozen=True, slots=True)
class Place:
    """A site, or the place where a provider's machines stand.

    Attributes:
        name: name of the site or of the provider.
        data_centre: whether it is a data centre of one's own, where licences hold.
        jurisdiction: law that data is under there, or None where nothing is said.
        rental: whether it is a provider's.
    """

    name: str
    data_centre: bool
    jurisdiction: str | None
    rental: bool

    def admits(self, workload: AnyWorkload) -> bool:
        """Whether a workload may run here."""
        named = workload.sites is None or self.name in workload.sites
        laws = workload.requires.jurisdictions
        return named and (not laws or self.jurisdiction in laws)


def places(scenario: Scenario) -> tuple[Place, ...]:
    """All sites, then all providers, in the order of the scenario."""
    found = {
        s.name: Place(s.name, s.kind == "data_centre", s.jurisdiction, rental=False)
        for s in scenario.sites
    }
    for offer in scenario.rentals:
        law = offer.jurisdiction
        found.setdefault(offer.provider, Place(offer.provider, False, law, rental=True))
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class RentedMachine:
    """A machine that can be rented.

    Attributes:
        id: name in plans, for example ``rental-h100-sxm-x8``.
        provider: who rents it out.
        gpu: its accelerators.
        gpus: how many.
        per_month: payment for all hours of a month, cents.
        term: months of a term.
        most: most machines at a time, or None.
    """

    id: str
    provider: str
    gpu: str
    gpus: int
    per_month: int
    term: int
    most: int | None


def rented_machines(scenario: Scenario) -> tuple[RentedMachine, ...]:
    """The machines that are offered; every one has a name of its own."""
    found: list[RentedMachine] = []
    names: set[str] = set()
    for number, offer in enumerate(scenario.rentals, start=1):
        name = _name(offer)
        if name in names:
            name = f"{name}-{number}"
        names.add(name)
        term = term_in_effect(offer.term_months, scenario.step_months)
        per_month = cents(exact(offer.per_hour) * offer.gpus * HOURS_PER_MONTH)
        found.append(
            RentedMachine(
                name, offer.provider, offer.gpu, offer.gpus, per_month, term, offer.machines_max
            )
        )
    return tuple(found)


def _name(offer: Rental) -> str:
    term = f"-{offer.term_months}m" if offer.term_months > 1 else ""
    return f"rental-{offer.gpu}-x{offer.gpus}{term}"


def term_in_effect(term_months: int, step_months: int) -> int:
    """Months that are paid: whole terms until at least one step of the roadmap is covered."""
    return term_months * max(1, -(-step_months // term_months))


def laws(scenario: Scenario) -> Iterator[str]:
    """Jurisdictions that some place is under."""
    yield from dict.fromkeys(p.jurisdiction for p in places(scenario) if p.jurisdiction)

"""What a workload requires of a card, whatever the precision and the load."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from planner.catalog.items import Gpu
from planner.catalog.schema import Scalar
from planner.scenario.places import Place, places
from planner.scenario.schema import Scenario
from planner.scenario.values import Predicate
from planner.scenario.workloads import AnyWorkload
from planner.sizing.option import Refusal
from planner.sizing.refusals import Subject


def card_refusal(workload: AnyWorkload, gpu: Gpu, scenario: Scenario) -> Refusal | None:
    """Why a workload may not run on a card at all, or None; every reason stands in the text."""
    found = list(_refusals(workload, gpu, scenario))
    if not found:
        return None
    return replace(found[0], text="; ".join(refusal.text for refusal in found))


def only_data_centres(found: Sequence[Place]) -> bool:
    """Whether every place is a data centre of one's own; a provider answers for its cards."""
    return all(place.data_centre for place in found)


def places_of(workload: AnyWorkload, gpu: Gpu, scenario: Scenario) -> list[Place]:
    """Where a workload may run on a card: one's own sites, and providers that rent it out."""
    providers = {offer.provider for offer in scenario.rentals if offer.gpu == gpu.id}
    return [
        place
        for place in places(scenario)
        if place.admits(workload) and (not place.rental or place.name in providers)
    ]


def _refusals(workload: AnyWorkload, gpu: Gpu, scenario: Scenario) -> Iterator[Refusal]:
    subject, requires = Subject(workload.name, gpu.id), workload.requires
    if workload.gpus is not None and gpu.id not in workload.gpus:
        allowed = ", ".join(workload.gpus)
        yield subject.refuse("gpus", f"the workload allows only {allowed}")
    if requires.ecc and not gpu.ecc:
        yield subject.refuse("ecc", "no ECC")
    found = places_of(workload, gpu, scenario)
    if not found:
        yield subject.refuse("place", _nowhere(workload))
    barred = requires.data_centre_use or (bool(found) and only_data_centres(found))
    if barred and not gpu.data_centre_use:
        yield subject.refuse("licence", "the GeForce licence excludes data centres")
    for predicate in requires.attributes:
        if wrong := unmet(predicate, attribute_of(gpu, predicate.attribute)):
            yield subject.refuse("attribute", wrong)


def _nowhere(workload: AnyWorkload) -> str:
    where = f"at none of {', '.join(workload.sites)}" if workload.sites else "at no site"
    laws = ", ".join(workload.requires.jurisdictions)
    return f"can be used {where}" + (f" under the law of {laws}" if laws else "")


def attribute_of(gpu: Gpu, name: str) -> Scalar | None:
    """An attribute of a card by its name in the catalogue, or None where none is stated."""
    if name in gpu.attributes:
        return gpu.attributes[name]
    value = getattr(gpu, name, None) if name in Gpu.__dataclass_fields__ else None
    if isinstance(value, Fraction):
        return float(value)
    return value if isinstance(value, (bool, int, float, str)) else None


def unmet(predicate: Predicate, value: Scalar | None) -> str | None:
    """What a value lacks of a predicate, in numbers, or None."""
    name = predicate.attribute
    if value is None:
        return f"the catalogue states no {name}"
    if predicate.equals is not None and value != predicate.equals:
        return f"{name} is {value}; {predicate.equals} asked"
    for limit, word in ((predicate.at_least, "at least"), (predicate.at_most, "at most")):
        if limit is None:
            continue
        if isinstance(value, str):
            return f"{name} is `{value}`, not a number; {word} {limit:g} asked"
        if (value < limit) if word == "at least" else (value > limit):
            return f"{name} is {value:g}; {word} {limit:g} asked"
    return None

"""A scenario in which some cards alone may be had, beside what is owned already."""

from __future__ import annotations

from collections.abc import Iterator

from planner.scenario.inputs import Inputs
from planner.scenario.schema import Existing, SupplyLimit


def buying_only(inputs: Inputs, cards: tuple[str, ...]) -> Inputs:
    """The same scenario, in which no other cards are bought, leased or rented.

    What is owned stays and may be used: of its cards the fleet may hold as many as there are, and
    no more can be ordered.
    """
    scenario = inputs.scenario
    kept = [c for c in dict.fromkeys(_owned(inputs)) if c not in cards]
    closed = {*kept, *_systems_of(inputs, kept)}
    supply = [s for s in scenario.supply if s.item not in closed]
    supply += [SupplyLimit(item=item, per_month=0) for item in sorted(closed)]
    fleet = scenario.fleet.model_copy(update={"gpus": (*cards, *kept)})
    changed = {
        "fleet": fleet,
        "supply": tuple(supply) if closed else scenario.supply,
        "rentals": tuple(r for r in scenario.rentals if r.gpu in cards),
    }
    return Inputs(scenario.model_copy(update=changed), inputs.catalog)


def _owned(inputs: Inputs) -> Iterator[str]:
    """Cards that are owned, alone or built in, and one that an owned bridge joins."""
    for lot in inputs.scenario.existing:
        yield from _cards_of(lot, inputs)


def _cards_of(lot: Existing, inputs: Inputs) -> Iterator[str]:
    if lot.gpu is not None:
        yield lot.gpu
    if lot.host is not None and (system := inputs.hosts()[lot.host].built_in) is not None:
        yield system[0]
    if lot.bridge is not None:
        joined = inputs.catalog.bridges[lot.bridge].gpus.value
        yield from [card for card in joined if card in inputs.gpus()][:1]


def _systems_of(inputs: Inputs, cards: list[str]) -> Iterator[str]:
    """Hosts into which one of the cards is built."""
    for name, host in inputs.hosts().items():
        if host.built_in is not None and host.built_in[0] in cards:
            yield name

"""Hosts of several PCI Express generations: a search for each that may be a fleet's slowest.

The cards of a group exchange data at the generation of the slowest host *in use*, or at their own,
whichever is lower. Which host that is depends on the fleet, and speeds are sized before there is
one. So a search is made for each generation g over fleets that use hosts of g and above, sized at
g: a fleet whose slowest host has generation g is in that search at its true speed, and in those of
lower generations at no better one. Hence the cheapest plan of all searches is the optimum, the
least of their bounds holds for every fleet, and a host more to choose from never makes a plan
dearer (``docs/decisions/015-the-slowest-host-of-the-fleet.md``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from planner.scenario.inputs import Inputs
from planner.sizing.option import Option, Sizing
from planner.sizing.sizing import size

Case = tuple[Inputs, Sizing]


def faster_cases(inputs: Inputs, sizing: Sizing) -> Iterator[Case]:
    """The scenario with its faster hosts only, for each generation that makes a difference.

    None is looked at with which every group is as fast as before: such a case holds fewer fleets
    and no better ones. A slower machine that is owned may be sold or stand still.

    Args:
        inputs: a checked scenario and its catalogue.
        sizing: its deployment options, sized for the slowest of its hosts.

    Yields:
        scenario and deployment options, sized for the slowest host that is left.
    """
    before = _speeds(sizing)
    for slot in _generations(inputs, sizing)[1:]:
        narrowed = replace(inputs, least_pcie_generation=slot)
        found = size(narrowed)
        speeds = _speeds(found)
        if speeds != before:
            before = speeds
            yield narrowed, found


def _generations(inputs: Inputs, sizing: Sizing) -> list[int]:
    """Generations at which groups may exchange data, by what hosts there are; slowest first."""
    joined = {option.gpu for option in sizing.options if option.gpus > 1}
    joined |= {refusal.gpu for refusal in sizing.refusals if (refusal.gpus or 1) > 1}
    cards, hosts = inputs.gpus(), inputs.hosts()
    fastest = max((cards[gpu].pcie_generation for gpu in joined if gpu in cards), default=0)
    found = {min(h.pcie_generation, fastest) for h in hosts.values() if h.built_in is None}
    if found and (inputs.scenario.rentals or any(h.built_in for h in hosts.values())):
        found.add(fastest)  # of a fleet without any host for loose cards
    return sorted(found)


def _speeds(sizing: Sizing) -> dict[str, tuple[object, ...]]:
    return {option.name: _speed(option) for option in sizing.options}


def _speed(option: Option) -> tuple[object, ...]:
    return (option.capacity, option.rates, option.share_ppm, option.step_us, option.power_mw)

"""Which host stands in which rack: as the solver filled them, and moving as little as possible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from planner.formulation.builds import Build
from planner.formulation.tree import Node
from planner.plan.contents import PlacementError
from planner.plan.machines import Machine
from planner.solve.solution import Solution

Racks = Mapping[int, Counter[Build]]
"""Hosts in each rack, by its number."""


def racks_of(solution: Solution, site: str, node: Node) -> Racks:
    """What stands in the racks of a site at a node."""
    found: dict[int, Counter[Build]] = {}
    for (s, build, rack, n), count in solution.racked.items():
        if (s, n) == (site, node.index):
            found.setdefault(rack, Counter())[build] += count
    return found


def stand(machines: Sequence[Machine], racks: Racks) -> None:
    """Give hosts their racks; the numbers of equal racks are exchanged so that hosts stay.

    Raises:
        PlacementError: if a host for which racks are filled finds none.
    """
    left = {number: Counter(builds) for number, builds in _renumbered(machines, racks).items()}
    moving = [m for m in machines if m.rack is None or not _take(left, m.rack, m.build)]
    for machine in moving:
        machine.rack = next((r for r in sorted(left) if _take(left, r, machine.build)), None)
    if any(builds.total() for builds in left.values()):
        raise PlacementError("racks are filled with more hosts than there are")


def _take(left: Mapping[int, Counter[Build]], rack: int, build: Build) -> bool:
    """Whether a rack has a place for a build; then it is taken."""
    if rack not in left or left[rack][build] <= 0:
        return False
    left[rack][build] -= 1
    return True


def _renumbered(machines: Sequence[Machine], racks: Racks) -> Racks:
    """The same racks under the numbers in use, such that most hosts are where they were."""
    before: dict[int, Counter[str]] = {}
    for machine in machines:
        if machine.rack is not None:
            before.setdefault(machine.rack, Counter())[machine.build.host] += 1
    overlap = [
        (-(before.get(number, Counter()) & _kinds(builds)).total(), old != number, number, old)
        for old, builds in racks.items()
        for number in racks
    ]
    numbers: dict[int, int] = {}
    for *_, number, old in sorted(overlap):
        if old not in numbers and number not in numbers.values():
            numbers[old] = number
    return {numbers[old]: builds for old, builds in racks.items()}


def _kinds(builds: Counter[Build]) -> Counter[str]:
    found: Counter[str] = Counter()
    for build, count in builds.items():
        found[build.host] += count
    return found

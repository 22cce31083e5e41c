"""Exact fillings for the hosts of one node: which cards stand in which machine."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

import numpy as np

from planner.formulation.builds import Build
from planner.formulation.expression import Expression, Variable, total
from planner.formulation.fillings import HostFillings
from planner.formulation.parameters import HostFacts, RackLimits
from planner.formulation.rule import Row, Rule
from planner.formulation.rules.fit_racks import rack_limits
from planner.formulation.setup import Setup
from planner.solve.backend import Backend, Program, Request
from planner.solve.fleets.state import GROUP_SIZES, Slot

_RULE = Rule("seat", "Every card stands in a host.", "", "", "housing")


def seat(
    setup: Setup,
    cards: Mapping[str, int],
    hosts: Mapping[str, int],
    needs: Mapping[tuple[str, int], int],
    racks: tuple[RackLimits, int] | None,
    backend: Backend,
    request: Request,
) -> dict[tuple[Build, int | None], int] | None:
    """Fill hosts with exactly the cards that are installed, and racks with the hosts.

    Args:
        setup: fillings of the hosts.
        cards: cards installed, by kind.
        hosts: hosts in use, by kind.
        needs: places that groups need, by (card, size).
        racks: racks in which hosts of rack form must stand, and how many there are; or None.
        backend: solver.
        request: limits.

    Returns:
        Hosts by build and number of the rack, which is None for hosts that stand in none; or None
        if there is no such filling.
    """
    facts = setup.problem.facts
    found: dict[tuple[Build, int | None], Variable] = {}
    for filled in setup.fillings:
        most = hosts.get(filled.host.id, 0)
        for build in _seatable(filled, cards) if most else ():
            racked = racks is not None and facts[build.host].racked
            places = range(1, racks[1] + 1) if racks is not None and racked else (None,)
            for rack in places:
                found[build, rack] = Variable("builds", (build.name, str(rack)), most)
    rows = _rows(found, cards, hosts, needs)
    if rows is None:
        return None
    if racks is not None:
        rows += _rack_rows(found, racks[0], facts)
    answer = backend.solve(Program(list(found.values()), rows, Expression()), request)
    if answer.values is None:
        return None
    return {key: n for key, v in found.items() if (n := round(answer.values[v]))}


def _seatable(filled: HostFillings, cards: Mapping[str, int]) -> Iterator[Build]:
    """Fillings of a host with no more cards than there are."""
    there = filled.of([gpu for gpu, n in cards.items() if n])
    if not any(there.most.values()):
        return
    most = np.array([cards[g.id] for g in there.gpus], dtype=np.int64)
    for row in np.flatnonzero(np.all(there.counts <= most, axis=1)):
        yield there.build(int(row))


def _rack_rows(
    builds: Mapping[tuple[Build, int | None], Variable],
    rack: RackLimits,
    facts: Mapping[str, HostFacts],
) -> list[Row]:
    """Every rack keeps its limits."""
    inside: dict[int, list[tuple[Build, Variable]]] = defaultdict(list)
    for (build, number), variable in builds.items():
        if number is not None:
            inside[number].append((build, variable))
    return [
        Row(_RULE, (), taken, at_most=room)
        for hosts in inside.values()
        for _, taken, room in rack_limits(facts, rack, hosts)
    ]


def _rows(
    builds: Mapping[tuple[Build, int | None], Variable],
    cards: Mapping[str, int],
    hosts: Mapping[str, int],
    needs: Mapping[tuple[str, int], int],
) -> list[Row] | None:
    """Rows of the program, or None if one of them cannot hold."""
    standing: dict[str, list[Variable]] = defaultdict(list)
    held: dict[str, list[Expression]] = defaultdict(list)
    places: dict[tuple[str, int], list[Expression]] = defaultdict(list)
    for (build, _), variable in builds.items():
        standing[build.host].append(variable)
        for gpu, count in build.cards:
            held[gpu].append(count * variable)
            for size in GROUP_SIZES:
                if count >= size:
                    places[gpu, size].append(count // size * variable)
    wanted: list[tuple[list[Variable] | list[Expression], int, int | None]] = [
        *((standing[h], n, n) for h, n in hosts.items() if n),
        *((held[g], n, n) for g, n in cards.items() if n),
        *((places[key], n, None) for key, n in needs.items() if n),
    ]
    if any(not parts for parts, _, _ in wanted):
        return None
    return [Row(_RULE, (), total(parts), least, most) for parts, least, most in wanted]


def places_needed(state: Mapping[Slot, int], site: str) -> dict[tuple[str, int], int]:
    """Places for groups that a state needs at a site, by (card, size)."""
    needs: Counter[tuple[str, int]] = Counter()
    for (s, gpu, size), count in state.items():
        if s == site and size > 1:
            needs[gpu, size] += count
    return dict(needs)

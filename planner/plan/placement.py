"""Counts to places: every host gets a name and a rack, every card a host, every replica a card.

Groups go first, largest first: sizes are powers of two, so no place is wasted, and the rule
``keep_groups_together`` has counted the places. What stood somewhere before stays there if it
can, so that two neighbouring nodes differ as little as possible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from planner.formulation.builds import Build
from planner.formulation.tree import Node
from planner.plan.contents import Contents, PlacementError, contents_of
from planner.plan.filling import fill
from planner.plan.machines import Card, Machine
from planner.plan.racking import racks_of, stand
from planner.plan.running import shown_gib
from planner.plan.schema import PlacedCard, PlacedHost, PlacedReplica
from planner.sizing.option import Layout, Option
from planner.solve.solution import Solution

__all__ = ["PlacementError", "place"]


def place(solution: Solution) -> list[PlacedHost]:
    """Hosts of all sites with their cards and replicas at every node where something changes.

    Raises:
        PlacementError: if a group or a pattern finds no place.
    """
    placed: list[PlacedHost] = []
    shown: list[PlacedHost] = []
    machines: dict[str, list[Machine]] = {}
    for node in solution.problem.tree.nodes:
        now: list[PlacedHost] = []
        for site in solution.problem.sites:
            seated = _at(solution, site.name, node, machines.get(site.name, []))
            machines[site.name] = seated
            now += [_shown(m, solution, site.name, node.label) for m in seated]
        if _without_node(now) != _without_node(shown):
            placed.extend(now)
            shown = now
    return placed


def _at(solution: Solution, site: str, node: Node, before: Sequence[Machine]) -> list[Machine]:
    """The machines of a site at a node with all that they carry."""
    standings = [s for s in solution.machines if (s.machine.site, s.node) == (site, node.index)]
    settled, rest = contents_of(solution, site, node, standings)
    wanted = [(s.build, contents) for s, contents in zip(standings, settled, strict=True)]
    wanted = wanted or [(build, Contents()) for build in _builds(solution, site, node)]
    seated = _seat(before, wanted, solution)
    ordered = sorted(zip(seated, wanted, strict=True), key=lambda pair: pair[0].number)
    machines = [machine for machine, _ in ordered]
    stand(machines, racks_of(solution, site, node))
    fill(machines, [contents for _, (_, contents) in ordered], rest)
    return machines


def _builds(solution: Solution, site: str, node: Node) -> list[Build]:
    found: list[Build] = []
    for (s, build, n), count in solution.hosts.items():
        if s == site and n == node.index:
            found += [build] * count
    return sorted(found, key=lambda b: b.name)


def _seat(
    before: Sequence[Machine], wanted: Sequence[tuple[Build, Contents]], solution: Solution
) -> list[Machine]:
    """Give each build to the machine of its kind that holds most of its cards and replicas."""
    numbers = {m.number for m in before}
    overlap = [
        (-_common(m.kinds(), Counter(dict(b.cards))), -_common(_on(m), c.workloads()), m.number, i)
        for i, (b, c) in enumerate(wanted)
        for m in before
        if m.build.host == b.host
    ]
    taken: dict[int, int] = {}
    for *_, number, i in sorted(overlap):
        if i not in taken and number not in taken.values():
            taken[i] = number
    seated: list[Machine] = []
    for i, (build, _) in enumerate(wanted):
        number = taken.get(i) or next(n for n in range(1, 10**9) if n not in numbers)
        numbers.add(number)
        old = next((m for m in before if m.number == number), None)
        facts = solution.problem.facts.get(build.host)
        seated.append(_refilled(number, build, old, facts.bridge_pairs if facts else 0))
    return seated


def _common(these: Counter[str], those: Counter[str]) -> int:
    return (these & those).total()


def _on(machine: Machine) -> Counter[str]:
    """Workloads on a machine: cards that they take whole, and replicas."""
    groups = {c.group[1]: c.group[0] for c in machine.cards if c.group is not None}
    parts = [o for c in machine.cards for o in (*c.parts, *c.slices)]
    return Counter(o.workload for o in (*groups.values(), *parts))


def _refilled(number: int, build: Build, old: Machine | None, pairs: int) -> Machine:
    wanted = Counter(dict(build.cards))
    kept: list[Card] = []
    for card in old.cards if old else ():
        if wanted[card.gpu]:
            wanted[card.gpu] -= 1
            kept.append(card)
    kept += [Card(gpu) for gpu, count in sorted(wanted.items()) for _ in range(count)]
    return Machine(number, build, pairs, kept, old.rack if old else None)


def _shown(machine: Machine, solution: Solution, site: str, label: str) -> PlacedHost:
    host = machine.build.host
    return PlacedHost(
        node=label,
        host=f"{site}/host{machine.number}",
        build=host,
        rack=machine.rack,
        rack_units=None if machine.rack is None else solution.problem.facts[host].rack_units,
        cards=tuple(
            PlacedCard(
                gpu=c.gpu,
                pair=c.pair,
                layout=None if c.layout is None else layout_text(c.layout),
                pool=c.pool,
                replicas=tuple(_replicas(c)),
            )
            for c in machine.cards
        ),
    )


def layout_text(layout: Layout) -> str:
    """A layout in plans, for example ``1g.24gb+1g.24gb+2g.48gb``."""
    return "+".join(profile for profile, count in layout for _ in range(count))


def _replicas(card: Card) -> Iterator[PlacedReplica]:
    for option in (*card.parts, *card.slices):
        yield _placed(option, None)
    if card.group is not None:
        yield _placed(*card.group)


def _placed(option: Option, group: str | None) -> PlacedReplica:
    return PlacedReplica(
        workload=option.workload,
        precision=option.precision,
        level=option.level,
        slice=option.slice,
        gib=shown_gib(option),
        group=group,
    )


def _without_node(hosts: Sequence[PlacedHost]) -> list[Mapping[str, object]]:
    return [h.model_dump(exclude={"node"}) for h in hosts]

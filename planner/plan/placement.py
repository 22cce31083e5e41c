"""Counts to places: every host gets a name, every card a host, every replica a card.

Groups go first, largest first: sizes are powers of two, so no place is wasted, and the rule
``keep_groups_together`` has counted the places. What stood somewhere before stays there if it
can, so that two neighbouring nodes differ as little as possible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from planner.formulation.builds import Build
from planner.formulation.patterns import CardPattern
from planner.formulation.tree import Node
from planner.plan.schema import PlacedCard, PlacedHost, PlacedReplica
from planner.sizing.option import Option
from planner.solve.solution import Solution
from planner.units import GIB


class PlacementError(RuntimeError):
    """The counts hold and yet something finds no place: a defect of the formulation."""


@dataclass
class _Card:
    gpu: str
    parts: tuple[Option, ...] = ()
    group: tuple[Option, str] | None = None

    @property
    def free(self) -> bool:
        return not self.parts and self.group is None


@dataclass
class _Machine:
    number: int
    host: str
    cards: list[_Card] = field(default_factory=list)

    def kinds(self) -> Counter[str]:
        return Counter(c.gpu for c in self.cards)


def place(solution: Solution) -> list[PlacedHost]:
    """Hosts with their cards and replicas at every node where something changes.

    Raises:
        PlacementError: if a group or a pattern finds no place.
    """
    placed: list[PlacedHost] = []
    for site in solution.problem.sites:
        machines: list[_Machine] = []
        shown: list[PlacedHost] = []
        for node in solution.problem.tree.nodes:
            machines = _seat(machines, _builds(solution, site.name, node))
            _fill(machines, solution, site.name, node)
            now = [_shown(m, site.name, node.label) for m in machines]
            if _without_node(now) != _without_node(shown):
                placed.extend(now)
                shown = now
    return placed


def _builds(solution: Solution, site: str, node: Node) -> list[Build]:
    found: list[Build] = []
    for (s, build, n), count in solution.hosts.items():
        if s == site and n == node.index:
            found += [build] * count
    return sorted(found, key=lambda b: b.name)


def _seat(before: Sequence[_Machine], builds: Sequence[Build]) -> list[_Machine]:
    """Give each build to the machine of its kind that already holds most of its cards."""
    open_machines = list(before)
    seated: list[_Machine] = []
    numbers = {m.number for m in before}
    overlap = [
        (-sum((m.kinds() & Counter(dict(b.cards))).values()), m.number, i)
        for i, b in enumerate(builds)
        for m in before
        if m.host == b.host
    ]
    taken: dict[int, int] = {}
    for _, number, i in sorted(overlap):
        if i not in taken and number not in taken.values():
            taken[i] = number
    for i, build in enumerate(builds):
        number = taken.get(i) or next(n for n in range(1, 10**9) if n not in numbers)
        numbers.add(number)
        old = next((m for m in open_machines if m.number == number), None)
        seated.append(_refilled(number, build, old))
    return sorted(seated, key=lambda m: m.number)


def _refilled(number: int, build: Build, old: _Machine | None) -> _Machine:
    wanted = Counter(dict(build.cards))
    kept: list[_Card] = []
    for card in old.cards if old else ():
        if wanted[card.gpu]:
            wanted[card.gpu] -= 1
            kept.append(card)
    kept += [_Card(gpu) for gpu, count in sorted(wanted.items()) for _ in range(count)]
    return _Machine(number, build.host, kept)


def _fill(machines: Sequence[_Machine], solution: Solution, site: str, node: Node) -> None:
    before = [(c, c.parts) for m in machines for c in m.cards]
    for card, _ in before:
        card.parts, card.group = (), None
    groups = sorted(
        (o for o in _deployed(solution, site, node) if not o.part), key=lambda o: (-o.gpus, o.name)
    )
    for i, option in enumerate(groups, start=1):
        _seat_group(machines, option, f"{option.workload}#{i}")
    loads = _card_loads(solution, site, node)
    for card, parts in before:
        if card.free and parts and parts in loads.get(card.gpu, []):
            card.parts = parts
            loads[card.gpu].remove(parts)
    for gpu, left in sorted(loads.items()):
        free = [c for m in machines for c in m.cards if c.gpu == gpu and c.free]
        if len(free) < len(left):
            raise PlacementError(f"{len(left)} shared {gpu} but {len(free)} free at {node.label}")
        for card, parts in zip(free, left, strict=False):
            card.parts = parts


def _deployed(solution: Solution, site: str, node: Node) -> Iterator[Option]:
    for (s, option, n), count in solution.replicas.items():
        if s == site and n == node.index:
            for _ in range(count):
                yield option


def _seat_group(machines: Sequence[_Machine], option: Option, name: str) -> None:
    """Put a group into the machine in which it leaves the fewest free places of its kind."""
    best: list[_Card] | None = None
    for machine in machines:
        free = [c for c in machine.cards if c.gpu == option.gpu and c.free]
        if len(free) >= option.gpus and (best is None or len(free) < len(best)):
            best = free
    if best is None:
        raise PlacementError(f"no host has {option.gpus} free {option.gpu} for {option.workload}")
    for card in best[: option.gpus]:
        card.group = (option, name)


def _card_loads(solution: Solution, site: str, node: Node) -> dict[str, list[tuple[Option, ...]]]:
    """Replicas of each shared card: patterns in turn take what is deployed and not yet placed."""
    waiting: Counter[str] = Counter(o.name for o in _deployed(solution, site, node) if o.part)
    loads: dict[str, list[tuple[Option, ...]]] = {}
    for pattern, count in _patterns(solution, site, node):
        for _ in range(count):
            held = tuple(o for o in pattern.replicas if waiting[o.name])
            for option in held:
                waiting[option.name] -= 1
            if held:
                loads.setdefault(pattern.gpu, []).append(held)
    missing = {name: n for name, n in waiting.items() if n}
    if missing:
        raise PlacementError(f"no card has a place for {missing} at {node.label}")
    return loads


def _patterns(solution: Solution, site: str, node: Node) -> list[tuple[CardPattern, int]]:
    found = [
        (pattern, count)
        for (s, pattern, n), count in solution.patterns.items()
        if s == site and n == node.index
    ]
    return sorted(found, key=lambda entry: entry[0].name)


def _shown(machine: _Machine, site: str, label: str) -> PlacedHost:
    return PlacedHost(
        node=label,
        host=f"{site}/host{machine.number}",
        build=machine.host,
        cards=tuple(PlacedCard(gpu=c.gpu, replicas=tuple(_replicas(c))) for c in machine.cards),
    )


def _replicas(card: _Card) -> Iterator[PlacedReplica]:
    for option in card.parts:
        yield _placed(option, None)
    if card.group is not None:
        yield _placed(*card.group)


def _placed(option: Option, group: str | None) -> PlacedReplica:
    return PlacedReplica(
        workload=option.workload,
        precision=option.precision,
        level=option.level,
        gib=shown_gib(option),
        group=group,
    )


def shown_gib(option: Option) -> float:
    """Memory of an option on one card, GiB with three decimals."""
    return round(option.memory_bytes / GIB, 3)


def _without_node(hosts: Sequence[PlacedHost]) -> list[Mapping[str, object]]:
    return [h.model_dump(exclude={"node"}) for h in hosts]

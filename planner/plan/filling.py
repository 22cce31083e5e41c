"""What stands on which card: groups first, then cards that are cut, then cards that are shared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from planner.plan.contents import Contents, Load, PlacementError
from planner.plan.machines import Block, Card, Machine, seats
from planner.plan.options import NVLINK
from planner.sizing.option import Layout, Option


@dataclass(frozen=True, slots=True)
class _Stood:
    """What a card carried before."""

    parts: Load
    layout: Layout | None
    slices: Load


def fill(machines: Sequence[Machine], settled: Sequence[Contents], rest: Contents) -> None:
    """Give every replica and every group of a pool its cards; what can stay stays.

    Args:
        machines: all machines of a site.
        settled: what each of them carries, as far as that is settled.
        rest: what goes anywhere.

    Raises:
        PlacementError: if something finds no place.
    """
    before = {
        id(c): _Stood(c.parts, c.layout, c.slices) for machine in machines for c in machine.cards
    }
    for machine in machines:
        for card in machine.cards:
            card.clear()
    filling = _Filling(before)
    for machine, contents in zip(machines, settled, strict=True):
        filling.put([machine], contents)
    filling.put(machines, rest)
    for machine in machines:
        for card in machine.cards:
            if not card.slices:
                card.layout = None


@dataclass
class _Filling:
    """A site while it is filled."""

    before: dict[int, _Stood]
    numbers: Counter[str] = field(default_factory=Counter)

    def put(self, machines: Sequence[Machine], contents: Contents) -> None:
        """Give contents their cards in some machines."""
        self._seat(machines, list(self._blocks(contents)))
        cards = [card for machine in machines for card in machine.cards]
        self._cut(cards, contents)
        self._share(cards, contents)

    def _blocks(self, contents: Contents) -> Iterator[Block]:
        """Replicas that take whole cards, and groups of pools, the largest first."""
        found: list[tuple[int, bool, str, str, Option | None]] = []
        for option, count in contents.whole.items():
            bridged = option.link == NVLINK
            found += [(option.gpus, bridged, option.name, option.gpu, option)] * count
        for pool, count in contents.pools.items():
            found += [(pool.gpus, pool.link == NVLINK, pool.name, pool.gpu, None)] * count
        for gpus, bridged, _, gpu, taking in sorted(found, key=lambda e: (-e[0], not e[1], e[2])):
            kind = "pool" if taking is None else "group"
            self.numbers[kind] += 1
            name = f"{kind if taking is None else taking.workload}#{self.numbers[kind]}"
            yield Block(gpu, gpus, bridged, name, taking)

    def _seat(self, machines: Sequence[Machine], blocks: Sequence[Block]) -> None:
        places = seats(blocks, machines)
        if places is None:
            listed = ", ".join(f"{b.name}: {b.cards} {b.gpu}" for b in blocks)
            raise PlacementError(f"no hosts have places for {listed}")
        for block, place in zip(blocks, places, strict=True):
            machine = machines[place]
            pair = f"pair{machine.joined() + 1}" if block.bridged else None
            for card in machine.free(block.gpu)[: block.cards]:
                card.pair = pair
                if block.option is None:
                    card.pool = block.name
                else:
                    card.group = (block.option, block.name)

    def _cut(self, cards: Sequence[Card], contents: Contents) -> None:
        """Cut cards, first those that were cut so before, and put replicas into instances."""
        waiting = Counter(contents.sliced)
        for (gpu, layout), count in sorted(contents.cuts.items()):
            free = [c for c in cards if c.gpu == gpu and c.free]
            for card in sorted(free, key=lambda c: self.before[id(c)].layout != layout)[:count]:
                card.layout = layout
        for card in cards:
            if card.layout is not None:
                card.slices += _into_slices(card, waiting, self.before[id(card)].slices)
        if waiting.total():
            listed = ", ".join(f"{n} x {o.name}" for o, n in waiting.items() if n)
            raise PlacementError(f"no instance is left for {listed}")

    def _share(self, cards: Sequence[Card], contents: Contents) -> None:
        """Share cards: one that carried the same before carries it again."""
        for gpu, loads in sorted(contents.loads.items()):
            left = list(loads)
            for card in cards:
                parts = self.before[id(card)].parts
                if card.gpu == gpu and card.free and parts and parts in left:
                    card.parts = parts
                    left.remove(parts)
            free = [c for c in cards if c.gpu == gpu and c.free]
            if len(free) < len(left):
                raise PlacementError(f"{len(left)} shared {gpu} but {len(free)} free")
            for card, parts in zip(free, left, strict=False):
                card.parts = parts


def _into_slices(card: Card, waiting: Counter[Option], before: Load) -> Load:
    """Replicas for the free instances of a card, first those that ran there; they wait no more."""
    held: list[Option] = []
    for profile, room in card.layout or ():
        fitting = [o for o in waiting if o.gpu == card.gpu and o.slice == profile]
        then = [o for o in before if o.slice == profile]
        rest = [o for o in sorted(fitting, key=lambda o: o.name) for _ in range(waiting[o])]
        for option in [*then, *rest]:
            taken = sum(o.slice == profile for o in (*card.slices, *held))
            if taken < room and waiting[option] > 0:
                waiting[option] -= 1
                held.append(option)
    return tuple(held)

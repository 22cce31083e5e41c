"""Machines while they are filled: what a card carries, and where groups of cards find places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from planner.formulation.builds import Build
from planner.sizing.option import Layout, Option

MOST_STEPS = 100_000
"""Attempts after which the search for places gives up; no plan so far needed a hundredth."""


@dataclass
class Card:
    """A card in a machine.

    Attributes:
        gpu: kind of card.
        parts: replicas that share it.
        group: the replica that takes it whole, alone or with others, and the name of the group.
        layout: how it is cut into MIG instances.
        slices: replicas in its instances.
        pool: name of the group of a pool.
        pair: name of the bridged pair.
    """

    gpu: str
    parts: tuple[Option, ...] = ()
    group: tuple[Option, str] | None = None
    layout: Layout | None = None
    slices: tuple[Option, ...] = ()
    pool: str | None = None
    pair: str | None = None

    @property
    def free(self) -> bool:
        """Whether nothing has it yet."""
        return not self.parts and self.group is None and self.layout is None and self.pool is None

    def clear(self) -> None:
        """Take everything from it."""
        self.parts, self.slices = (), ()
        self.group = self.layout = self.pool = self.pair = None


@dataclass
class Machine:
    """A host with its cards.

    Attributes:
        number: its number at the site.
        build: what it is, with its filling.
        pairs: pairs of places that bridges can join.
        cards: its cards, by place.
        rack: number of its rack.
    """

    number: int
    build: Build
    pairs: int = 0
    cards: list[Card] = field(default_factory=list)
    rack: int | None = None

    def kinds(self) -> Counter[str]:
        """Number of cards of each kind."""
        return Counter(c.gpu for c in self.cards)

    def free(self, gpu: str) -> list[Card]:
        """Cards of a kind that nothing has yet."""
        return [c for c in self.cards if c.gpu == gpu and c.free]

    def joined(self) -> int:
        """Bridged pairs."""
        return len({c.pair for c in self.cards if c.pair is not None})


@dataclass(frozen=True, slots=True)
class Block:
    """Cards of one kind that belong together in one machine.

    Attributes:
        gpu: kind of card.
        cards: how many.
        bridged: whether a bridge joins them.
        name: name of the group.
        option: the replica that takes them; None for a group of a pool.
    """

    gpu: str
    cards: int
    bridged: bool
    name: str
    option: Option | None


Room = tuple[int, tuple[tuple[str, int], ...]]
"""What a machine has left: pairs of places for bridges, and free cards of each kind."""


def seats(blocks: Sequence[Block], machines: Sequence[Machine]) -> list[int] | None:
    """The machine of each block by its position, or None if they do not all find places.

    For groups of powers of two, the largest first, the first attempt never fails. Bridges that
    join only some places make it a puzzle, so that an attempt that fails is taken back.
    """
    rooms = [_room(m, {b.gpu for b in blocks}) for m in machines]
    scarce = {b.gpu for b in blocks if b.bridged}
    chosen: list[int] = []
    before: list[Room] = []
    choices: list[Iterator[int]] = []
    dead: set[tuple[int, tuple[Room, ...]]] = set()
    for _ in range(MOST_STEPS):
        if len(chosen) == len(blocks):
            return chosen
        depth = len(chosen)
        block = blocks[depth]
        if len(choices) == depth:
            hopeless = (depth, tuple(sorted(rooms))) in dead if dead else False
            choices.append(iter(()) if hopeless else _choices(block, rooms, block.gpu in scarce))
        place = next(choices[depth], None)
        if place is not None:
            before.append(rooms[place])
            chosen.append(place)
            rooms[place] = _after(rooms[place], block)
            continue
        if depth == 0:
            return None
        dead.add((depth, tuple(sorted(rooms))))
        choices.pop()
        place = chosen.pop()
        rooms[place] = before.pop()
    return None


def _room(machine: Machine, kinds: set[str]) -> Room:
    free = tuple((gpu, len(machine.free(gpu))) for gpu in sorted(kinds))
    return machine.pairs - machine.joined(), free


def _choices(block: Block, rooms: Sequence[Room], scarce: bool) -> Iterator[int]:
    """Machines with room, the one with the fewest free cards first; of equal ones only one.

    A block without a bridge leaves alone, if it can, the machines in which bridges find places.
    """
    found: dict[Room, int] = {}
    for i, room in enumerate(rooms):
        pairs, free = room
        if dict(free)[block.gpu] >= block.cards and (pairs > 0 or not block.bridged):
            found.setdefault(room, i)

    def order(entry: tuple[Room, int]) -> tuple[int, int, int]:
        (pairs, free), i = entry
        return (pairs if scarce and not block.bridged else 0, dict(free)[block.gpu], i)

    return iter([i for _, i in sorted(found.items(), key=order)])


def _after(room: Room, block: Block) -> Room:
    pairs, free = room
    left = tuple((g, n - block.cards) if g == block.gpu else (g, n) for g, n in free)
    return pairs - block.bridged, left

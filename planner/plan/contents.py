"""What some machines carry together, and what of it is settled for single machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from planner.formulation.machines import PART, Apart, Piece, Standing, Together, apart_at
from planner.formulation.patterns import CardPattern
from planner.formulation.problem import PoolKind
from planner.formulation.tree import Node
from planner.sizing.option import Layout, Option
from planner.solve.solution import Solution

What = TypeVar("What", Option, PoolKind)
Load = tuple[Option, ...]
"""Replicas that share a card."""


class PlacementError(RuntimeError):
    """The counts hold and yet something finds no place: a defect of the formulation."""


@dataclass
class Contents:
    """What some machines carry together.

    Attributes:
        whole: replicas that take whole cards.
        sliced: replicas in MIG instances.
        loads: cards that replicas share, by kind of card.
        cuts: cards cut by each layout, by (card, layout).
        pools: groups of each pool.
    """

    whole: Counter[Option] = field(default_factory=Counter)
    sliced: Counter[Option] = field(default_factory=Counter)
    loads: dict[str, list[Load]] = field(default_factory=dict)
    cuts: Counter[tuple[str, Layout]] = field(default_factory=Counter)
    pools: Counter[PoolKind] = field(default_factory=Counter)

    def workloads(self) -> Counter[str]:
        """Replicas of each workload."""
        found = Counter(o.workload for held in self.loads.values() for load in held for o in load)
        for option, count in (*self.whole.items(), *self.sliced.items()):
            found[option.workload] += count
        return found


def contents_of(
    solution: Solution, site: str, node: Node, standings: Sequence[Standing] = ()
) -> tuple[list[Contents], Contents]:
    """What each of some machines carries, and what goes anywhere.

    Args:
        solution: the solution.
        site: a site.
        node: a node.
        standings: its machines there, where these are told apart.

    Raises:
        PlacementError: if some replica that shares a card has no pattern.
    """
    at = (site, node.index)
    replicas = {o: c for (s, o, n), c in solution.replicas.items() if (s, n) == at}
    stock = _Stock(
        whole=Counter({o: c for o, c in replicas.items() if o.whole}),
        sliced=Counter({o: c for o, c in replicas.items() if o.slice is not None}),
        parts=Counter({o: c for o, c in replicas.items() if o.part}),
        patterns=Counter({p: c for (s, p, n), c in solution.patterns.items() if (s, n) == at}),
        cuts=Counter({(g, cut): c for (s, g, cut, n), c in solution.cuts.items() if (s, n) == at}),
        pools=Counter({p: c for (s, p, n), c in solution.pools.items() if (s, n) == at}),
    )
    apart = apart_at(solution.problem, site) if standings else None
    settled = [stock.take(standing, apart) for standing in standings if apart is not None]
    return settled, stock.rest()


@dataclass
class _Stock:
    """What has no machine yet."""

    whole: Counter[Option]
    sliced: Counter[Option]
    parts: Counter[Option]
    patterns: Counter[CardPattern]
    cuts: Counter[tuple[str, Layout]]
    pools: Counter[PoolKind]

    def take(self, standing: Standing, apart: Apart) -> Contents:
        """What a machine carries, as far as that is told apart."""
        taken = Contents()
        for piece, count in sorted(standing.pieces.items()):
            if piece.whole:
                for what in self._whole(piece, count, apart):
                    if isinstance(what, Option):
                        taken.whole[what] += 1
                    else:
                        taken.pools[what] += 1
            elif piece.place != PART:
                taken.sliced.update(_drawn(self.sliced, piece, count, apart))
        for cut, count in standing.cuts.items():
            taken.cuts[cut] += min(count, self.cuts[cut])
        self.cuts -= taken.cuts
        for gpu, load in self._shared(standing, apart):
            taken.loads.setdefault(gpu, []).append(load)
        return taken

    def _whole(self, piece: Piece, count: int, apart: Apart) -> list[Option | PoolKind]:
        """Replicas and groups of a pool that are a piece."""
        replicas = _drawn(self.whole, piece, count, apart)
        groups = _drawn(self.pools, piece, count - replicas.total(), apart)
        return [*replicas.elements(), *groups.elements()]

    def _shared(self, standing: Standing, apart: Apart) -> Iterator[tuple[str, Load]]:
        """Shared cards of a machine, until all replicas that it must carry have one."""
        wanted = Counter({p: n for p, n in standing.pieces.items() if p.place == PART})
        listed: list[Together | None] = [
            together for together, n in sorted(standing.shared.items()) for _ in range(n)
        ]
        while +wanted:
            together = listed.pop(0) if listed else None
            pattern = self._pattern(wanted, apart, together)
            if pattern is not None:
                self.patterns[pattern] -= 1
                yield pattern.gpu, self._held(pattern, apart, wanted)
            elif together is None:
                return

    def _pattern(
        self, wanted: Counter[Piece], apart: Apart, together: Together | None
    ) -> CardPattern | None:
        """A pattern that is left, as told or with the most replicas that are wanted."""
        found = [
            (-useful, pattern.name, pattern)
            for pattern, left in self.patterns.items()
            if left > 0 and together in (None, apart.together(pattern.replicas))
            for useful in [sum(self._wants(o, apart, wanted) for o in pattern.replicas)]
            if useful
        ]
        return min(found, key=lambda entry: entry[:2])[2] if found else None

    def _wants(self, option: Option, apart: Apart, wanted: Counter[Piece]) -> bool:
        piece = apart.piece(option)
        return piece is not None and wanted[piece] > 0 and self.parts[option] > 0

    def _held(self, pattern: CardPattern, apart: Apart, wanted: Counter[Piece]) -> Load:
        """Replicas of a pattern that have no card yet; of those told apart, what is wanted."""
        held: list[Option] = []
        for option in pattern.replicas:
            piece = apart.piece(option)
            if self.parts[option] > 0 and (piece is None or wanted[piece] > 0):
                self.parts[option] -= 1
                held.append(option)
                if piece is not None:
                    wanted[piece] -= 1
        return tuple(held)

    def rest(self) -> Contents:
        """All that is left, which goes anywhere.

        Raises:
            PlacementError: if some replica that shares a card has no pattern.
        """
        loads: dict[str, list[Load]] = {}
        for pattern, count in sorted(self.patterns.items(), key=lambda entry: entry[0].name):
            for _ in range(count):
                held = tuple(o for o in pattern.replicas if self.parts[o] > 0)
                self.parts.subtract(held)
                if held:
                    loads.setdefault(pattern.gpu, []).append(held)
        missing = {o.name: n for o, n in self.parts.items() if n}
        if missing:
            raise PlacementError(f"no card has a place for {missing}")
        return Contents(self.whole, self.sliced, loads, self.cuts, self.pools)


def _drawn(stock: Counter[What], piece: Piece, count: int, apart: Apart) -> Counter[What]:
    """So many of what is a piece, taken out of the stock in the order of names."""
    drawn: Counter[What] = Counter()
    for what in sorted(stock, key=lambda w: w.name):
        if stock[what] > 0 and apart.piece(what) == piece:
            drawn[what] = min(stock[what], count - drawn.total())
            stock[what] -= drawn[what]
    return drawn

"""What a kind of host offers to cards, as linear limits: the fillings of one machine as rows.

``builds`` lists every filling of a host. Where machines are counted one by one, listing them for
each machine would be too much; the same conditions are stated here as limits on the number of
cards of each kind. The places for cards are the exception: a host may have several ways to use its
slots, of which a machine picks one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, floor

from planner.formulation.fillings import HostFillings
from planner.formulation.whole import steps_of

Counts = Mapping[str, int]
"""Cards of each kind."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So much, each card counted with its weight, and no more.

    Attributes:
        name: what is limited, for example ``watts``.
        weights: weight of a card, by kind.
        most: the limit.
    """

    name: str
    weights: Counts
    most: int

    def holds(self, cards: Counts) -> bool:
        """Whether cards keep it."""
        return sum(weight * cards.get(g, 0) for g, weight in self.weights.items()) <= self.most

    def binds(self, cards: int) -> bool:
        """Whether so many cards can go beyond it."""
        return max(self.weights.values(), default=0) * cards > self.most


@dataclass(frozen=True, slots=True)
class Width:
    """Places for cards of a width or wider.

    Attributes:
        width: slots that a card takes.
        gpus: kinds of cards of this width or wider.
        places: places of this width or wider, for each way to use the slots.
    """

    width: int
    gpus: tuple[str, ...]
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HostRoom:
    """What a kind of host offers to cards.

    Attributes:
        cards: most cards together.
        most: most cards of each kind, if there are no others; kinds that do not fit are left out.
        built_in: cards that it is sold with and that stay; empty for a host with places.
        limits: limits on the cards together.
        widths: places by width.
        ways: ways to use the slots.
    """

    cards: int
    most: Counts
    built_in: Counts = field(default_factory=dict)
    limits: tuple[Limit, ...] = ()
    widths: tuple[Width, ...] = ()
    ways: int = 1

    def only(self, gpus: Iterable[str]) -> HostRoom:
        """What it offers to some kinds of cards."""
        allowed = frozenset(gpus)
        if not self.built_in.keys() <= allowed:
            return HostRoom(0, {})
        return replace(self, most={g: n for g, n in self.most.items() if g in allowed})

    def holds(self, cards: Counts) -> bool:
        """Whether cards fit together; at least one of them there must be."""
        if self.built_in:
            return {g: n for g, n in cards.items() if n} == dict(self.built_in)
        return (
            0 < sum(cards.values()) <= self.cards
            and all(n <= self.most.get(g, 0) for g, n in cards.items())
            and all(limit.holds(cards) for limit in self.limits)
            and any(
                all(sum(cards.get(g, 0) for g in w.gpus) <= w.places[way] for w in self.widths)
                for way in range(self.ways)
            )
        )


def host_room(found: HostFillings) -> HostRoom:
    """What a host offers to the kinds of cards that it may house."""
    cards = found.host.max_gpus
    most = {gpu: n for gpu, n in found.most.items() if n}
    if found.host.built_in is not None:
        return HostRoom(sum(most.values()), most, built_in=most)
    widths = [w for w in _widths(found, most) if min(w.places) < cards]
    ways = _ways(widths) if widths else [0]
    return HostRoom(
        cards=cards,
        most=most,
        limits=tuple(limit for limit in _limits(found, most) if limit.binds(cards)),
        widths=tuple(Width(w.width, w.gpus, tuple(w.places[i] for i in ways)) for w in widths),
        ways=len(ways),
    )


def _limits(found: HostFillings, most: Counts) -> Iterator[Limit]:
    host, gpus = found.host, [g for g in found.gpus if g.id in most]
    coolers = {g.id: 1 for g in gpus if g.cooling == "open"}
    yield Limit("open coolers", coolers, host.max_open_cards)
    hours = host.psu_w * host.psu_planning_fraction - host.base_load_w
    yield _watts("watts", {g.id: g.tdp_w for g in gpus}, hours)
    peaks = host.psu_w * host.psu_transient_fraction - host.base_load_w
    yield _watts("watts in peaks", {g.id: g.tdp_w * g.transient_factor for g in gpus}, peaks)


def _watts(name: str, watts: Mapping[str, Fraction], most: Fraction) -> Limit:
    """A limit in whole steps of a watt; with very many digits the cards are rounded up."""
    steps = steps_of([*watts.values(), Fraction(0)])
    return Limit(name, {g: ceil(w * steps) for g, w in watts.items()}, floor(most * steps))


def _widths(found: HostFillings, most: Counts) -> Iterator[Width]:
    wide = {g.id: g.slot_width or 1 for g in found.gpus if g.id in most}
    for width in sorted(set(wide.values())):
        yield Width(
            width,
            tuple(g for g, w in wide.items() if w >= width),
            tuple(sum(p >= width for p in layout) for layout in found.host.slot_layouts),
        )


def _ways(widths: Sequence[Width]) -> list[int]:
    """Ways to use the slots that no other one beats, by position."""
    places = list(zip(*(w.places for w in widths), strict=True))
    kept: list[int] = []
    for i, there in enumerate(places):
        better = (
            all(a <= b for a, b in zip(there, other, strict=True)) and (there != other or j < i)
            for j, other in enumerate(places)
            if j != i
        )
        if not any(better):
            kept.append(i)
    return kept

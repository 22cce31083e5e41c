"""Card patterns: which replicas may live on one card together.

A card holds at most one replica of a workload (a second copy would hold the weights twice and
carry no more), and then, for ``shared`` cards:

- bytes: the replicas fit into the memory that programs may use, with error correction switched
  on as soon as one of them needs it;
- time: their shares of the card's time stay within what may be promised;
- latency: a latency-bound replica waits at most for the longest step of one other, and its own
  step must still come within its period.

Only maximal patterns matter: a replica may stay unused, so a pattern that can be extended at no
higher power per unit is never needed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.sizing.option import Option


@dataclass(frozen=True, slots=True)
class CardRoom:
    """What a kind of card offers to the replicas on it.

    Attributes:
        gpu: kind of card.
        plain_bytes: usable memory without error correction.
        ecc_bytes: usable memory with error correction.
        max_share_ppm: share of its time that may be promised.
    """

    gpu: str
    plain_bytes: int
    ecc_bytes: int
    max_share_ppm: int

    def holds(self, replicas: Sequence[Option]) -> bool:
        """Whether replicas may live on one card together."""
        room = self.ecc_bytes if any(o.ecc for o in replicas) else self.plain_bytes
        return (
            len({o.workload for o in replicas}) == len(replicas)
            and sum(o.memory_bytes for o in replicas) <= room
            and sum(o.share_ppm for o in replicas) <= self.max_share_ppm
            and all(in_time(a, b) for a in replicas for b in replicas if a is not b)
        )


def in_time(waiting: Option, running: Option) -> bool:
    """Whether a replica's step comes in time when it must first wait for another's."""
    return waiting.period_us is None or waiting.step_us + running.step_us <= waiting.period_us


@dataclass(frozen=True, slots=True)
class CardPattern:
    """Replicas that live on one card together, sorted by name."""

    gpu: str
    replicas: tuple[Option, ...]

    @property
    def name(self) -> str:
        """Name in listings, for example ``rtx-a6000:chat/fp8/s8+embed/bf16/s20``."""
        return f"{self.gpu}:" + "+".join(
            f"{o.workload}/{o.precision}/s{o.level}" for o in self.replicas
        )


def pattern_of(gpu: str, replicas: Sequence[Option]) -> CardPattern:
    """A pattern of replicas in their canonical order."""
    return CardPattern(gpu, tuple(sorted(replicas, key=lambda o: o.workload)))


Families = Sequence[Sequence[Sequence[Option]]]
"""For each workload, for each precision: the options by rising level."""


def families_of(
    options: Sequence[Option], gpu: str, each: Collection[str] = frozenset()
) -> Families:
    """Options that take part of a card, by workload and precision, by rising level.

    Args:
        options: all options.
        gpu: kind of card.
        each: workloads whose higher levels are not always better, because they take more of
            something else than the card; their levels are families of their own.
    """
    by_workload: dict[str, dict[str, list[Option]]] = {}
    for option in options:
        if option.part and option.gpu == gpu:
            by_precision = by_workload.setdefault(option.workload, {})
            by_precision.setdefault(option.precision, []).append(option)
    return [
        [
            family
            for _, levels in sorted(precisions.items())
            for family in _families(sorted(levels, key=lambda o: o.level), apart=workload in each)
        ]
        for workload, precisions in sorted(by_workload.items())
    ]


def _families(levels: list[Option], *, apart: bool) -> list[list[Option]]:
    return [[option] for option in levels] if apart else [levels]


def all_patterns(room: CardRoom, families: Families, limit: int) -> list[CardPattern] | None:
    """Every maximal pattern of a card, or None as soon as more than ``limit`` sets were seen."""
    found: list[tuple[Option, ...]] = []
    for seen, replicas in enumerate(_feasible(room, families, ()), start=1):
        if seen > limit:
            return None
        if replicas:
            found.append(replicas)
    return [
        pattern_of(room.gpu, replicas)
        for replicas in found
        if not any(room.holds(wider) for wider in _extensions(replicas, families))
    ]


def _feasible(
    room: CardRoom, families: Families, chosen: tuple[Option, ...]
) -> Iterator[tuple[Option, ...]]:
    if not families:
        yield chosen
        return
    yield from _feasible(room, families[1:], chosen)
    for levels in families[0]:
        for option in levels:
            if not room.holds((*chosen, option)):
                break
            yield from _feasible(room, families[1:], (*chosen, option))


def _extensions(replicas: tuple[Option, ...], families: Families) -> Iterator[tuple[Option, ...]]:
    """Patterns one step wider: another workload, or the next level at no more power a unit."""
    held = {o.workload: i for i, o in enumerate(replicas)}
    for precisions in families:
        place = held.get(precisions[0][0].workload)
        if place is None:
            for levels in precisions:
                yield (*replicas, levels[0])
            continue
        for levels in precisions:
            wider = next_level(levels, replicas[place])
            if wider is not None and covers(wider, replicas[place]):
                yield (*replicas[:place], wider, *replicas[place + 1 :])


def next_level(levels: Sequence[Option], option: Option) -> Option | None:
    """The option one level above another in its own family."""
    if levels[0].precision != option.precision:
        return None
    position = next((i for i, o in enumerate(levels) if o.level == option.level), -1)
    return levels[position + 1] if 0 <= position < len(levels) - 1 else None


def covers(wider: Option, narrower: Option) -> bool:
    """Whether an option carries at least as much at no more power for each unit."""
    return (
        wider.capacity >= narrower.capacity
        and wider.power_mw * narrower.capacity <= narrower.power_mw * wider.capacity
    )


def rooms_of(
    gpus: Sequence[str], usable_bytes: Mapping[tuple[str, bool], int], max_share_ppm: int
) -> dict[str, CardRoom]:
    """What each kind of card offers."""
    return {
        g: CardRoom(g, usable_bytes[g, False], usable_bytes[g, True], max_share_ppm) for g in gpus
    }

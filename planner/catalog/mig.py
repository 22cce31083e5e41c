"""MIG: how a card is cut into instances that are apart in hardware."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from planner.catalog.mig_schema import MigProfileEntry, MigSizeEntry
from planner.catalog.schema import GpuEntry
from planner.units import GIB, MIB

Layout: TypeAlias = tuple[tuple[str, int], ...]
"""Instances of a card that is cut: (profile, number), sorted by profile."""


@dataclass(frozen=True, slots=True)
class MigProfile:
    """A kind of MIG instance.

    Attributes:
        name: name used by the driver, for example ``1g.24gb``.
        compute_slices: compute slices that it takes.
        memory_slices: memory slices that it takes; its bandwidth is their share of the card's.
        starts: memory slices at which an instance may begin.
        memory_share: share of the card's memory that the driver gives to it.
        compute_share: share of the card's multiprocessors that it has.
    """

    name: str
    compute_slices: int
    memory_slices: int
    starts: tuple[int, ...]
    memory_share: Fraction
    compute_share: Fraction


@dataclass(frozen=True, slots=True)
class MigTable:
    """The kinds of MIG instances of a card.

    Attributes:
        compute_slices: compute slices of the card.
        memory_slices: memory slices of the card.
        profiles: kinds of instances, in the order of the catalogue.
    """

    compute_slices: int
    memory_slices: int
    profiles: tuple[MigProfile, ...]

    def profile(self, name: str) -> MigProfile:
        """A kind of instance by its name."""
        return next(p for p in self.profiles if p.name == name)


def table_of(entry: GpuEntry) -> MigTable | None:
    """The values in force of a catalogue entry, or None for a card that cannot be cut."""
    if entry.mig is None:
        return None
    table = entry.mig.value
    return MigTable(
        compute_slices=table.compute_slices,
        memory_slices=table.memory_slices,
        profiles=tuple(_profile(entry, p) for p in table.profiles),
    )


def _profile(entry: GpuEntry, profile: MigProfileEntry) -> MigProfile:
    assert entry.mig is not None
    table, sizes = entry.mig.value, entry.mig_sizes.value if entry.mig_sizes else None
    size = next((s for s in sizes.profiles if s.profile == profile.name), None) if sizes else None
    memory = Fraction(profile.memory_slices, table.memory_slices)
    compute = Fraction(profile.compute_slices, table.compute_slices)
    if size is not None:
        memory = _listed_memory(entry, size)
        if sizes and sizes.multiprocessors and size.multiprocessors:
            compute = Fraction(size.multiprocessors, sizes.multiprocessors)
    return MigProfile(
        name=profile.name,
        compute_slices=profile.compute_slices,
        memory_slices=profile.memory_slices,
        starts=profile.starts,
        memory_share=memory,
        compute_share=compute,
    )


def _listed_memory(entry: GpuEntry, size: MigSizeEntry) -> Fraction:
    return Fraction(str(size.memory_gib)) * GIB / (entry.memory_mib.value * MIB)


def layouts(table: MigTable) -> tuple[Layout, ...]:
    """Every way to cut a card that leaves no room for a further instance, sorted.

    Instances lie on the memory slices without overlap, each at a start of its profile, and take
    no more compute slices than the card has. Cuts that hold the same instances at other places
    are one layout, and a layout is left away if another one holds its instances and more.
    """
    found = set(_cuts(table, 0, table.compute_slices))
    return tuple(sorted(_layout(c) for c in found if not _is_part_of_another(c, found)))


_Cut: TypeAlias = frozenset[tuple[str, int]]


def _cuts(table: MigTable, position: int, compute: int) -> Iterator[_Cut]:
    """Every set of instances on the memory slices from a position on, as numbers by profile."""
    if position >= table.memory_slices:
        yield frozenset()
        return
    seen = set(_cuts(table, position + 1, compute))
    for profile in table.profiles:
        if position in profile.starts and profile.compute_slices <= compute:
            rest = compute - profile.compute_slices
            for cut in _cuts(table, position + profile.memory_slices, rest):
                numbers = Counter(dict(cut))
                numbers[profile.name] += 1
                seen.add(frozenset(numbers.items()))
    yield from seen


def _is_part_of_another(cut: _Cut, others: Collection[_Cut]) -> bool:
    numbers = Counter(dict(cut))
    return any(other != cut and numbers <= Counter(dict(other)) for other in others)


def _layout(cut: _Cut) -> Layout:
    return tuple(sorted(cut))

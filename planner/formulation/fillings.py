"""The fillings of a host, as arrays: they are listed, and builds made of them, when needed.

With many kinds of cards that mix freely they are far too many to list: a server with eight places
and twelve kinds has 125,970. So they are listed for some kinds, and counted no further than asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from planner.catalog.items import Gpu, Host
from planner.formulation.builds import Build, Counts, build_of, fillings


@dataclass(frozen=True, slots=True, eq=False)
class HostFillings:
    """The fillings of a host with some card.

    Attributes:
        host: the host.
        gpus: kinds of cards, the columns of ``counts``.
        most: most cards of each kind, if there are no others.
    """

    host: Host
    gpus: tuple[Gpu, ...]
    most: Mapping[str, int]
    _listed: dict[frozenset[str], Counts] = field(default_factory=dict, repr=False)
    """Fillings that have been listed, by kinds of cards."""

    @property
    def counts(self) -> Counts:
        """Every filling: an array of shape (fillings, kinds)."""
        kinds = frozenset(g.id for g in self.gpus)
        if kinds not in self._listed:
            counts = fillings(self.host, self.gpus)
            assert counts is not None
            self._listed[kinds] = counts[counts.sum(axis=1) > 0]
        return self._listed[kinds]

    def number(self, most: int) -> int:
        """How many fillings there are; some number above ``most`` if they are more than that."""
        kinds = frozenset(g.id for g in self.gpus)
        if kinds not in self._listed and fillings(self.host, self.gpus, most + 1) is None:
            return most + 1
        return len(self.counts)

    def of(self, kinds: Collection[str]) -> HostFillings:
        """The fillings with some kinds of cards only."""
        gpus = tuple(g for g in self.gpus if g.id in kinds)
        if len(gpus) == len(self.gpus):
            return self
        most = {g.id: self.most[g.id] for g in gpus}
        if self.host.built_in is not None and self.host.built_in[0] not in most:
            most = {}
        return HostFillings(self.host, gpus, most, self._listed)

    def build(self, row: int) -> Build:
        """One filling as a build."""
        cards = {g.id: int(n) for g, n in zip(self.gpus, self.counts[row], strict=True)}
        return build_of(self.host, cards, {g.id: g for g in self.gpus})


def fillings_of(host: Host, gpus: Mapping[str, Gpu]) -> HostFillings:
    """The fillings of a host."""
    kinds = tuple(g for g in gpus.values() if _may_house(host, g))
    return HostFillings(host, kinds, {g.id: _most(host, g) for g in kinds})


def _most(host: Host, gpu: Gpu) -> int:
    """Most cards of one kind alone."""
    counts = fillings(host, (gpu,))
    assert counts is not None
    return int(counts.max(initial=0))


def _may_house(host: Host, gpu: Gpu) -> bool:
    if host.built_in is not None:
        return host.built_in[0] == gpu.id
    return gpu.form_factor == "pcie"

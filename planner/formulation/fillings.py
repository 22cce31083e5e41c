"""Every filling of a host, as arrays: builds are made from them when they are needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.catalog.items import Gpu, Host
from planner.formulation.builds import Build, Counts, build_of, fillings


@dataclass(frozen=True, slots=True, eq=False)
class HostFillings:
    """Every filling of a host, as an array of counts.

    Attributes:
        host: the host.
        gpus: kinds of cards, the columns of ``counts``.
        counts: array of shape (fillings, kinds).
    """

    host: Host
    gpus: tuple[Gpu, ...]
    counts: Counts

    def build(self, row: int) -> Build:
        """One filling as a build."""
        cards = {g.id: int(n) for g, n in zip(self.gpus, self.counts[row], strict=True)}
        return build_of(self.host, cards, {g.id: g for g in self.gpus})


def fillings_of(host: Host, gpus: Mapping[str, Gpu]) -> HostFillings:
    """All fillings of a host with some card."""
    kinds = tuple(g for g in gpus.values() if _may_house(host, g))
    counts = fillings(host, kinds)
    return HostFillings(host, kinds, counts[counts.sum(axis=1) > 0])


def _may_house(host: Host, gpu: Gpu) -> bool:
    if host.built_in is not None:
        return host.built_in[0] == gpu.id
    return gpu.form_factor == "pcie"

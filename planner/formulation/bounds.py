"""Finite bounds on what is ever of use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil

from planner.formulation.fillings import HostFillings
from planner.formulation.parameters import SiteLimits, Survival
from planner.scenario.places import RentedMachine
from planner.sizing.option import Option, Sizing


class Bounds:
    """Most cards and hosts of a kind at a site.

    Args:
        sites: sites and providers.
        options: deployment options.
        sizing: loads.
        survival: what may be lost, by workload.
        turns_most: most groups of a pooled job, by workload.
        filled: hosts and their fillings.
        rented: machines that can be rented.
        barred: (site, card) that may not be together.
    """

    def __init__(
        self,
        sites: Sequence[SiteLimits],
        options: Sequence[Option],
        sizing: Sizing,
        survival: Mapping[str, Survival],
        turns_most: Mapping[str, int],
        filled: Sequence[HostFillings],
        rented: Mapping[str, RentedMachine],
        barred: frozenset[tuple[str, str]],
    ) -> None:
        self._sites = {s.name: s for s in sites}
        self._filled = {f.host.id: f for f in filled}
        self._rented, self._barred = rented, barred
        need: dict[tuple[str, str], int] = {}
        shares: dict[tuple[str, str, int], int] = {}
        for o in options:
            if o.rates:
                for number, cards in enumerate(_cards_of_classes(o, sizing)):
                    key = (o.gpu, o.workload, number)
                    shares[key] = max(shares.get(key, 0), cards)
                continue
            replicas = turns_most[o.workload] if o.pooled else _replicas(o, sizing)
            if o.workload in survival:
                replicas = survival[o.workload].replicas(replicas)
            need[o.gpu, o.workload] = max(need.get((o.gpu, o.workload), 0), o.gpus * replicas)
        for (gpu, workload, _), cards in shares.items():
            need[gpu, workload] = need.get((gpu, workload), 0) + cards
        self._need: dict[str, int] = {}
        for (gpu, _), cards in need.items():
            self._need[gpu] = self._need.get(gpu, 0) + cards

    def may_stand(self, site: str, item: str) -> bool:
        """Whether a kind of card or host may be in use at a site at all."""
        if item in self._filled:
            return self._filled[item] in self._at(site)
        housed = any(g.id == item for f in self._at(site) for g in f.gpus)
        return housed and (site, item) not in self._barred

    def cards(self, site: str, gpu: str) -> int:
        """Cards of a kind: no more than could serve everything, and than the power allows."""
        houses = [f for f in self._at(site) if any(g.id == gpu for g in f.gpus)]
        if not houses or (site, gpu) in self._barred:
            return 0
        watts = min(g.tdp_w for f in houses for g in f.gpus if g.id == gpu)
        built_in = [f.host.built_in[1] for f in houses if f.host.built_in]
        need = self._need.get(gpu, 0)
        if built_in:  # a group may leave cards idle in every host that it needs
            need *= max(built_in)
        return min(need, self._by_power(site, watts, need))

    def hosts(self, site: str, host: str) -> int:
        """Hosts of a kind: no more than the power allows with one card each."""
        found = self._filled[host]
        fitting = [g for g in found.gpus if found.most[g.id]]
        if found not in self._at(site) or not fitting:
            return 0
        useful = sum(self.cards(site, g.id) for g in fitting)
        if host in self._rented:
            most = self._rented[host].most
            return useful if most is None else min(most, useful)
        tdp = min(g.tdp_w for g in fitting)
        by_power = self._by_power(site, found.host.base_load_w + tdp, useful)
        places = self._sites[site].hosts_max
        return by_power if places is None else min(by_power, places)

    def _at(self, site: str) -> list[HostFillings]:
        """Hosts that may stand at a site: rented ones at their provider, all others elsewhere."""
        rental = self._sites[site].rental
        return [
            f
            for f in self._filled.values()
            if (
                f.host.id in self._rented and self._rented[f.host.id].provider == site
                if rental
                else f.host.id not in self._rented
            )
        ]

    def _by_power(self, site: str, watts: Fraction, otherwise: int) -> int:
        limits = self._sites[site]
        if limits.facility_w is None:
            return otherwise
        return int(limits.facility_w / (limits.pue * watts))


def _replicas(option: Option, sizing: Sizing) -> int:
    """Replicas of an option that carry the largest demand alone."""
    return -(-max(sizing.quanta[option.workload].demand, default=0) // option.capacity)


def _cards_of_classes(option: Option, sizing: Sizing) -> Iterator[int]:
    """Cards of an option that answer all requests of each class alone.

    No more than their sum is of use: another option may answer one class, and this one another.
    """
    for asked, rate in zip(sizing.quanta[option.workload].classes, option.rates, strict=True):
        yield option.gpus * ceil(max(asked.demand, default=Fraction(0)) / rate) if rate else 0

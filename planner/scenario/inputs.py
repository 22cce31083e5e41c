"""A scenario together with the catalogue facts that it is planned with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from planner.catalog.architecture import ModelEntry
from planner.catalog.catalog import Catalog
from planner.catalog.items import Bridge, Gpu, Host, Rack
from planner.catalog.schema import PriceBook
from planner.scenario.pricing import Prices, prices_of
from planner.scenario.schema import Scenario
from planner.scenario.workloads import ModelWorkload


@dataclass(frozen=True, slots=True)
class Inputs:
    """A checked scenario and its catalogue: every name resolves, every model is an entry.

    A model given in place or by a file has been added to the catalogue under an id of its own,
    so that the pair is complete in itself.

    Attributes:
        scenario: the scenario.
        catalog: its catalogue.
        least_pcie_generation: of the hosts that take loose cards, only those of this PCI Express
            generation and above may be in use; all if None.
    """

    scenario: Scenario
    catalog: Catalog
    least_pcie_generation: int | None = None

    def model(self, workload: ModelWorkload) -> ModelEntry:
        """The model of a workload."""
        assert isinstance(workload.model, str)
        return self.catalog.models[workload.model]

    def prices(self) -> Prices:
        """The prices that hold."""
        return prices_of(self.scenario, self.catalog)

    def gpus(self) -> dict[str, Gpu]:
        """Cards that may be used, by id, in the order of the catalogue."""
        allowed = self.scenario.fleet.gpus
        return {
            name: Gpu.of(entry)
            for name, entry in self.catalog.gpus.items()
            if (allowed is None or name in allowed) and name not in self.scenario.catalog.exclude
        }

    def hosts(self) -> dict[str, Host]:
        """Hosts that may be held, by id, in the order of the catalogue."""
        allowed = self.scenario.fleet.hosts
        return {
            name: Host.of(entry)
            for name, entry in self.catalog.hosts.items()
            if (allowed is None or name in allowed) and name not in self.scenario.catalog.exclude
        }

    def usable_hosts(self) -> dict[str, Host]:
        """Hosts that may be in use: those of them that are fast enough."""
        return {name: host for name, host in self.hosts().items() if self.may_use(host)}

    def may_use(self, host: Host) -> bool:
        """Whether a host is fast enough to be in use."""
        least = self.least_pcie_generation
        return least is None or host.built_in is not None or host.pcie_generation >= least

    def racks(self) -> dict[str, Rack]:
        """Racks that some site has or may buy, by id, in the order of the catalogue."""
        named = {site.racks.model for site in self.scenario.sites if site.racks is not None}
        return {n: Rack.of(entry) for n, entry in self.catalog.racks.items() if n in named}

    def bridges(self) -> dict[str, Bridge]:
        """Bridges that may be used between cards that may, by id, in the catalogue's order."""
        cards, shut_out = self.gpus().keys(), self.scenario.catalog.exclude
        return {
            name: Bridge.of(entry)
            for name, entry in self.catalog.bridges.items()
            if name not in shut_out and not cards.isdisjoint(entry.gpus.value)
        }

    def with_price_books(self, books: Mapping[str, PriceBook]) -> Inputs:
        """The same with other price books, for what-ifs."""
        return replace(self, catalog=replace(self.catalog, price_books=books))

    def workload_names(self) -> tuple[str, ...]:
        """Names of the workloads, in the order of the scenario."""
        return tuple(w.name for w in self.scenario.workloads)

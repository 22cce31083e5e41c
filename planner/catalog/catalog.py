"""The catalogue in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.catalog.architecture import ModelEntry
from planner.catalog.items import Bridge, Gpu, Host, Rack
from planner.catalog.market import (
    BenchmarkEntry,
    DepreciationEntry,
    PriceObservation,
    ReferenceEntry,
    RentalObservation,
)
from planner.catalog.schema import (
    BridgeEntry,
    CatalogFile,
    EngineEntry,
    GpuEntry,
    HostEntry,
    PriceBook,
    RackEntry,
    RateEntry,
    SourceEntry,
)


@dataclass(frozen=True, slots=True)
class Catalog:
    """What can be bought and run, by id; files keep their order."""

    sources: Mapping[str, SourceEntry]
    gpus: Mapping[str, GpuEntry]
    hosts: Mapping[str, HostEntry]
    models: Mapping[str, ModelEntry]
    engines: Mapping[str, EngineEntry]
    exchange_rates: tuple[RateEntry, ...]
    price_books: Mapping[str, PriceBook]
    racks: Mapping[str, RackEntry] = field(default_factory=dict)
    bridges: Mapping[str, BridgeEntry] = field(default_factory=dict)
    price_observations: tuple[PriceObservation, ...] = ()
    rentals: tuple[RentalObservation, ...] = ()
    depreciation: tuple[DepreciationEntry, ...] = ()
    references: Mapping[str, ReferenceEntry] = field(default_factory=dict)
    benchmarks: tuple[BenchmarkEntry, ...] = ()

    @property
    def items(self) -> tuple[str, ...]:
        """Ids of everything that can be bought: cards, hosts, racks, bridges."""
        return (*self.gpus, *self.hosts, *self.racks, *self.bridges)

    @property
    def like_gpus(self) -> frozenset[str]:
        """Ids of what loses its value as cards do: cards and the bridges between them."""
        return frozenset((*self.gpus, *self.bridges))

    def gpu(self, name: str) -> Gpu:
        """Values in force of a card."""
        return Gpu.of(self.gpus[name])

    def host(self, name: str) -> Host:
        """Values in force of a host."""
        return Host.of(self.hosts[name])

    def rack(self, name: str) -> Rack:
        """Values in force of a rack."""
        return Rack.of(self.racks[name])

    def bridge(self, name: str) -> Bridge:
        """Values in force of a bridge."""
        return Bridge.of(self.bridges[name])

    def to_file(self) -> CatalogFile:
        """The whole catalogue as one file."""
        return CatalogFile(
            schema=1,
            sources=tuple(self.sources.values()),
            gpus=tuple(self.gpus.values()),
            hosts=tuple(self.hosts.values()),
            racks=tuple(self.racks.values()),
            bridges=tuple(self.bridges.values()),
            models=tuple(self.models.values()),
            engines=tuple(self.engines.values()),
            exchange_rates=self.exchange_rates,
            price_books=tuple(self.price_books.values()),
            price_observations=self.price_observations,
            rentals=self.rentals,
            depreciation=self.depreciation,
            references=tuple(self.references.values()),
            benchmarks=self.benchmarks,
        )

    @classmethod
    def of_file(cls, file: CatalogFile) -> Catalog:
        """The catalogue that one complete file describes, for example the facts inside a plan."""
        return cls(
            sources={e.id: e for e in file.sources},
            gpus={e.id: e for e in file.gpus},
            hosts={e.id: e for e in file.hosts},
            models={e.id: e for e in file.models},
            engines={e.id: e for e in file.engines},
            exchange_rates=file.exchange_rates,
            price_books={e.id: e for e in file.price_books},
            racks={e.id: e for e in file.racks},
            bridges={e.id: e for e in file.bridges},
            price_observations=file.price_observations,
            rentals=file.rentals,
            depreciation=file.depreciation,
            references={e.id: e for e in file.references},
            benchmarks=file.benchmarks,
        )


EMPTY = Catalog({}, {}, {}, {}, {}, (), {})

"""The catalogue in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.catalog.architecture import ModelEntry
from planner.catalog.items import Gpu, Host
from planner.catalog.schema import (
    CatalogFile,
    EngineEntry,
    GpuEntry,
    HostEntry,
    PriceBook,
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

    @property
    def items(self) -> tuple[str, ...]:
        """Ids of everything that can be bought: cards, then hosts."""
        return (*self.gpus, *self.hosts)

    def gpu(self, name: str) -> Gpu:
        """Values in force of a card."""
        return Gpu.of(self.gpus[name])

    def host(self, name: str) -> Host:
        """Values in force of a host."""
        return Host.of(self.hosts[name])

    def to_file(self) -> CatalogFile:
        """The whole catalogue as one file."""
        return CatalogFile(
            schema=1,
            sources=tuple(self.sources.values()),
            gpus=tuple(self.gpus.values()),
            hosts=tuple(self.hosts.values()),
            models=tuple(self.models.values()),
            engines=tuple(self.engines.values()),
            exchange_rates=self.exchange_rates,
            price_books=tuple(self.price_books.values()),
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
        )


EMPTY = Catalog({}, {}, {}, {}, {}, (), {})

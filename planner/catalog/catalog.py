"""The catalogue in memory: every file merged, every name unique, every source known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from planner.catalog.architecture import ModelEntry
from planner.catalog.facts import Fact
from planner.catalog.items import Gpu, Host
from planner.catalog.schema import (
    CatalogFile,
    EngineEntry,
    GpuEntry,
    HostEntry,
    InForce,
    PriceBook,
    RateEntry,
    SourceEntry,
)
from planner.errors import Diagnostic, did_you_mean
from planner.yaml_source import Document

Sections: TypeAlias = "dict[str, dict[str, tuple[object, str]]]"


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

    def gpu(self, id: str) -> Gpu:
        """Values in force of a card."""
        return Gpu.of(self.gpus[id])

    def host(self, id: str) -> Host:
        """Values in force of a host."""
        return Host.of(self.hosts[id])

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

_UNIQUE = ("sources", "gpus", "hosts", "models", "engines", "price_books")


def merge(
    parts: Sequence[tuple[CatalogFile, Document]], base: Catalog | None
) -> tuple[Catalog, list[Diagnostic]]:
    """Merge files into one catalogue.

    Within the files an id may stand once in a section; over a ``base`` a later entry replaces
    an earlier one, and price books of one id are joined entry by entry.

    Returns:
        The catalogue, and what is wrong with it (then it must not be used).
    """
    catalog = base or EMPTY
    findings = list(_duplicates(parts))
    for part, _ in parts:
        catalog = _laid_over(catalog, part)
    for part, document in parts:
        findings.extend(_unknown_references(part, document, catalog))
        for i, order in enumerate(part.put_in_force):
            catalog, wrong = _put_in_force(catalog, order, document, i)
            findings.extend(wrong)
    return catalog, findings


def _duplicates(parts: Sequence[tuple[CatalogFile, Document]]) -> Iterator[Diagnostic]:
    for section in _UNIQUE:
        first: dict[str, str] = {}
        for part, document in parts:
            for i, entry in enumerate(getattr(part, section)):
                if entry.id in first:
                    message = f"`{entry.id}` stands twice in `{section}` (first in {first[entry.id]})"
                    yield document.diagnostic("duplicate-id", message, (section, i, "id"))
                first.setdefault(entry.id, document.file)


def _laid_over(catalog: Catalog, part: CatalogFile) -> Catalog:
    books = dict(catalog.price_books)
    for book in part.price_books:
        books[book.id] = _joined(books[book.id], book) if book.id in books else book
    return Catalog(
        sources={**catalog.sources, **{e.id: e for e in part.sources}},
        gpus={**catalog.gpus, **{e.id: e for e in part.gpus}},
        hosts={**catalog.hosts, **{e.id: e for e in part.hosts}},
        models={**catalog.models, **{e.id: e for e in part.models}},
        engines={**catalog.engines, **{e.id: e for e in part.engines}},
        exchange_rates=catalog.exchange_rates + part.exchange_rates,
        price_books=books,
    )


def _joined(below: PriceBook, above: PriceBook) -> PriceBook:
    named = {e.item for e in above.entries}
    kept = tuple(e for e in below.entries if e.item not in named)
    return above.model_copy(
        update={"entries": kept + above.entries, "resale": above.resale or below.resale}
    )


def _unknown_references(
    part: CatalogFile, document: Document, catalog: Catalog
) -> Iterator[Diagnostic]:
    """Every `source` anywhere in a file must be listed, every item and module must exist."""
    for path in document.spans:
        if path and path[-1] == "source" and path[0] != "put_in_force":
            source = _at(document, path)
            if isinstance(source, str) and source not in catalog.sources:
                hint = did_you_mean(source, catalog.sources)
                yield document.diagnostic(
                    "unknown-source", f"`{source}` is not among the sources", path, help=hint
                )
    items = [*catalog.gpus, *catalog.hosts]
    for i, host in enumerate(part.hosts):
        if host.built_in and host.built_in.value.gpu not in catalog.gpus:
            name = host.built_in.value.gpu
            yield document.diagnostic(
                "unknown-gpu", f"`{name}` is not in the catalogue", ("hosts", i, "built_in")
            )
    for i, book in enumerate(part.price_books):
        for j, entry in enumerate(book.entries):
            if entry.item not in items:
                yield document.diagnostic(
                    "unknown-item",
                    f"`{entry.item}` is neither a card nor a host of the catalogue",
                    ("price_books", i, "entries", j, "item"),
                    help=did_you_mean(entry.item, items),
                )


def _at(document: Document, path: tuple[str | int, ...]) -> object:
    value: object = document.value
    for step in path:
        value = value[step]  # type: ignore[index]
    return value


def _put_in_force(
    catalog: Catalog, order: InForce, document: Document, index: int
) -> tuple[Catalog, list[Diagnostic]]:
    section = "gpus" if order.item in catalog.gpus else "hosts"
    entry: GpuEntry | HostEntry | None = catalog.gpus.get(order.item) or catalog.hosts.get(order.item)
    if entry is None:
        known = [*catalog.gpus, *catalog.hosts]
        wrong = document.diagnostic(
            "unknown-item",
            f"`{order.item}` is neither a card nor a host of the catalogue",
            ("put_in_force", index, "item"),
            help=did_you_mean(order.item, known),
        )
        return catalog, [wrong]
    fact = getattr(entry, order.attribute, None) or entry.attributes.get(order.attribute)
    if not isinstance(fact, Fact):
        names = [n for n, v in entry if isinstance(v, Fact)] + list(entry.attributes)
        wrong = document.diagnostic(
            "unknown-attribute",
            f"`{order.item}` has no attribute `{order.attribute}`",
            ("put_in_force", index, "attribute"),
            help=did_you_mean(order.attribute, names),
        )
        return catalog, [wrong]
    claim = next((c for c in fact.other_claims if c.source == order.source), None)
    if claim is None:
        known = [c.source for c in fact.other_claims]
        wrong = document.diagnostic(
            "unknown-claim",
            f"no claim of `{order.source}` about `{order.attribute}` of `{order.item}`",
            ("put_in_force", index, "source"),
            help=did_you_mean(order.source, known, also=f"claims of: {', '.join(known) or 'nobody'}"),
        )
        return catalog, [wrong]
    chosen = type(fact)(
        value=claim.value,
        source=claim.source,
        as_of=claim.as_of,
        note=claim.note,
        why=f"put in force by {document.file}",
    )
    changed = _with_fact(entry, order.attribute, chosen)
    if section == "gpus":
        return replace(catalog, gpus={**catalog.gpus, order.item: changed}), []  # type: ignore[dict-item]
    return replace(catalog, hosts={**catalog.hosts, order.item: changed}), []  # type: ignore[dict-item]


def _with_fact(
    entry: GpuEntry | HostEntry, attribute: str, fact: Fact[object]
) -> GpuEntry | HostEntry:
    if attribute in entry.attributes:
        return entry.model_copy(update={"attributes": {**entry.attributes, attribute: fact}})
    return entry.model_copy(update={attribute: fact})

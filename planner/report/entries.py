"""One entry of the catalogue with all its figures, their sources, and what others say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.catalog.attributes import confidence_of
from planner.catalog.catalog import Catalog
from planner.catalog.facts import Confidence, Entry
from planner.catalog.loading import default_catalog
from planner.catalog.names import must_be_known
from planner.catalog.prices import price_list
from planner.catalog.schema import PriceBook, PriceEntry, ResaleEntry, SourceEntry
from planner.report.figures import Figure, claims_of, figures_of
from planner.report.shelves import price_data

ITEMS = ("card", "host", "rack", "bridge")
"""Kinds of entries that can have a price."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry of the catalogue.

    Attributes:
        kind: card, host, rack, bridge, model, engine, source, price book, reference or benchmark.
        id: its id.
        name: what its makers call it.
        figures: every figure, with its source.
        prices: (book, entry) of every price book that has it.
        resale: (book, curve) of every price book that has one.
        sources: the sources of all that, by id.
        used_by: for a source: the figures that come from it, or that it claims otherwise.
        catalog: where it comes from, for prices in another currency.
    """

    kind: str
    id: str
    name: str
    figures: tuple[Figure, ...]
    prices: tuple[tuple[PriceBook, PriceEntry], ...]
    resale: tuple[tuple[PriceBook, ResaleEntry], ...]
    sources: Mapping[str, SourceEntry]
    used_by: tuple[str, ...]
    catalog: Catalog

    def to_json(self) -> dict[str, object]:
        """Everything as plain data."""
        found: dict[str, object] = {"kind": self.kind, "id": self.id, "name": self.name}
        found["figures"] = {f.name: self._figure(f) for f in self.figures}
        if self.kind in ITEMS:
            found["prices"] = [self._price(book, entry) for book, entry in self.prices]
            found["resale"] = [
                {"book": book.id, **entry.model_dump(mode="json", exclude={"items"})}
                for book, entry in self.resale
            ]
        if self.kind == "source":
            found["used_by"] = list(self.used_by)
        found["sources"] = {i: s.model_dump(mode="json") for i, s in self.sources.items()}
        return found

    def _figure(self, figure: Figure) -> dict[str, object]:
        told = figure.to_json()
        if figure.fact is not None:
            told["confidence"] = self.confidence(figure)
        return told

    def confidence(self, figure: Figure) -> Confidence | None:
        """How far a figure is trusted; None of what is no fact of its own."""
        return confidence_of(figure.fact, self.catalog.sources) if figure.fact else None

    def to_csv(self) -> tuple[list[str], list[list[object]]]:
        """One row for each figure."""
        head = ["id", "attribute", "value", "unit", "source", "as_of", "confidence", "note"]
        rows: list[list[object]] = []
        for f in self.figures:
            note = f.fact.note if f.fact else None
            trust = self.confidence(f)
            value = f.shown(f.value) if isinstance(f.value, (tuple, list, Entry)) else f.value
            rows.append([self.id, f.name, value, f.unit, f.source, f.as_of, trust, note])
        return head, rows

    def _price(self, book: PriceBook, entry: PriceEntry) -> dict[str, object]:
        prices = price_list(self.catalog, book.id, book.currency)
        stated = entry.model_dump(mode="json", exclude={"item"})
        return {"book": book.id, "stated": stated, "without_tax": price_data(prices, entry.item)}


def entry_of(name: str, catalog: Catalog | None = None) -> Shown:
    """The entry of an id, whatever it is.

    Raises:
        InputError: if the catalogue has no such id.
    """
    catalog = catalog or default_catalog()
    also = "`planner catalog list` shows all"
    must_be_known("unknown-id", [name], _ids(catalog), "in the catalogue", also)
    return next(_shown(name, catalog))


def _ids(catalog: Catalog) -> list[str]:
    return [
        *catalog.items, *catalog.models, *catalog.price_books, *catalog.engines, *catalog.sources,
        *catalog.references, *(row.id for row in catalog.benchmarks),
    ]  # fmt: skip


def _shown(name: str, catalog: Catalog) -> Iterator[Shown]:
    if gpu := catalog.gpus.get(name):
        yield _item("card", name, _named(gpu.vendor, gpu.name), figures_of(gpu), catalog)
    if host := catalog.hosts.get(name):
        yield _item("host", name, _named(host.vendor, host.name), figures_of(host), catalog)
    if rack := catalog.racks.get(name):
        yield _item("rack", name, rack.name, figures_of(rack), catalog)
    if bridge := catalog.bridges.get(name):
        yield _item("bridge", name, _named(bridge.vendor, bridge.name), figures_of(bridge), catalog)
    if model := catalog.models.get(name):
        yield _item("model", name, model.name, figures_of(model), catalog)
    if engine := catalog.engines.get(name):
        named = f"{engine.id} {engine.version}"
        yield _item("engine", name, named, figures_of(engine), catalog)
    if book := catalog.price_books.get(name):
        yield _item("price book", name, book.title, figures_of(book), catalog)
    if reference := catalog.references.get(name):
        yield _item("reference", name, reference.scope, figures_of(reference), catalog)
    if row := next((row for row in catalog.benchmarks if row.id == name), None):
        named = f"{row.gpu}, {row.model} in {row.precision}"
        yield _item("benchmark", name, named, figures_of(row), catalog)
    if source := catalog.sources.get(name):
        used = tuple(_uses(name, catalog))
        own = {name: source}
        yield Shown("source", name, source.title, (), (), (), own, used, catalog)


def _named(vendor: str, name: str) -> str:
    return name if name.startswith(vendor) else f"{vendor} {name}"


def _item(kind: str, name: str, named: str, figures: tuple[Figure, ...], catalog: Catalog) -> Shown:
    prices = tuple(
        (b, e) for b in catalog.price_books.values() for e in b.entries if e.item == name
    )
    resale = tuple(_resale(name, catalog)) if kind in ITEMS and prices else ()
    used = [s for f in figures for s in f.sources()]
    used += [e.source for _, e in prices]
    used += [f.source for _, c in resale for f in (c.first_sale_share, c.yearly_retention)]
    sources = {i: catalog.sources[i] for i in dict.fromkeys(used) if i in catalog.sources}
    return Shown(kind, name, named, figures, prices, resale, sources, (), catalog)


def _resale(name: str, catalog: Catalog) -> Iterator[tuple[PriceBook, ResaleEntry]]:
    for book in catalog.price_books.values():
        prices = price_list(catalog, book.id, book.currency)
        curve = prices.resale_entry(name, is_gpu=name in catalog.like_gpus)
        if curve is not None and any(e.item == name for e in book.entries):
            yield book, curve


def _uses(source: str, catalog: Catalog) -> Iterator[str]:
    """Figures that a source gives, and those about which it claims something else."""
    groups = (
        catalog.gpus, catalog.hosts, catalog.racks, catalog.bridges, catalog.models,
        catalog.engines,
    )  # fmt: skip
    for entry in (e for group in groups for e in group.values()):
        for figure in figures_of(entry):
            if figure.source == source:
                yield f"{entry.id} {figure.name}"
            elif any(claim.source == source for claim in claims_of(figure)):
                yield f"{entry.id} {figure.name} (overruled)"
    for book in catalog.price_books.values():
        yield from (f"{e.item} price in {book.id}" for e in book.entries if e.source == source)

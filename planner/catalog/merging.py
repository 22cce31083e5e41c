"""Several files to one catalogue: every name unique, every source known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from planner.catalog.catalog import EMPTY, Catalog
from planner.catalog.claims import put_in_force
from planner.catalog.duplicates import Part, duplicates, with_new
from planner.catalog.market import (
    BenchmarkEntry,
    DepreciationEntry,
    PriceObservation,
    RentalObservation,
)
from planner.catalog.schema import (
    CatalogFile,
    PriceBook,
    ResaleEntry,
)
from planner.errors import Diagnostic, did_you_mean
from planner.yaml_source import Document


def merge(parts: Sequence[Part], base: Catalog | None) -> tuple[Catalog, list[Diagnostic]]:
    """Merge files into one catalogue.

    Within the files an id may stand once in a section; over a ``base`` a later entry replaces
    an earlier one, and price books of one id are joined entry by entry. Two files over a base may
    also list one source alike, and give prices to one book. What was seen has no id: within the
    files it may stand once, and what the base has already is not counted again.

    Returns:
        The catalogue, and what is wrong with it (then it must not be used).
    """
    catalog = base or EMPTY
    findings = list(duplicates(parts, may_meet=base is not None))
    for part, _ in parts:
        catalog = _laid_over(catalog, part)
    for part, document in parts:
        findings += _unknown_sources(document, catalog)
        for i, order in enumerate(part.put_in_force):
            catalog, wrong = put_in_force(catalog, order, document, i)
            findings += wrong
        findings += _unknown_items(part, document, catalog)
    return catalog, findings


def _laid_over(catalog: Catalog, part: CatalogFile) -> Catalog:
    books = dict(catalog.price_books)
    for book in part.price_books:
        books[book.id] = joined(books[book.id], book) if book.id in books else book
    return Catalog(
        sources={**catalog.sources, **{e.id: e for e in part.sources}},
        gpus={**catalog.gpus, **{e.id: e for e in part.gpus}},
        hosts={**catalog.hosts, **{e.id: e for e in part.hosts}},
        models={**catalog.models, **{e.id: e for e in part.models}},
        engines={**catalog.engines, **{e.id: e for e in part.engines}},
        exchange_rates=catalog.exchange_rates + part.exchange_rates,
        price_books=books,
        racks={**catalog.racks, **{e.id: e for e in part.racks}},
        bridges={**catalog.bridges, **{e.id: e for e in part.bridges}},
        price_observations=with_new(catalog.price_observations, part.price_observations),
        rentals=with_new(catalog.rentals, part.rentals),
        depreciation=with_new(catalog.depreciation, part.depreciation),
        references={**catalog.references, **{e.id: e for e in part.references}},
        benchmarks=_replaced(catalog.benchmarks, part.benchmarks),
    )


def _replaced(
    below: tuple[BenchmarkEntry, ...], above: tuple[BenchmarkEntry, ...]
) -> tuple[BenchmarkEntry, ...]:
    named = {row.id for row in above}
    return (*(row for row in below if row.id not in named), *above)


def joined(below: PriceBook, above: PriceBook) -> PriceBook:
    """Two price books of one id: prices and resale curves of the upper one win, item by item."""
    named = {e.item for e in above.entries}
    kept = tuple(e for e in below.entries if e.item not in named)
    resale = (*_curves_left(below.resale, above.resale), *above.resale)
    return above.model_copy(update={"entries": kept + above.entries, "resale": resale})


def _curves_left(
    below: tuple[ResaleEntry, ...], above: tuple[ResaleEntry, ...]
) -> Iterator[ResaleEntry]:
    """Curves of the lower book for what the upper one does not name.

    A group takes the place of that group only: an item that has a curve of its own keeps it.
    """
    groups = {c.items for c in above if isinstance(c.items, str)}
    named = {item for c in above if isinstance(c.items, tuple) for item in c.items}
    for curve in below:
        if isinstance(curve.items, str):
            if curve.items not in groups:
                yield curve
        elif left := tuple(item for item in curve.items if item not in named):
            yield curve.model_copy(update={"items": left})


def _unknown_sources(document: Document, catalog: Catalog) -> Iterator[Diagnostic]:
    """Every `source` anywhere in a file must be listed; one that is not is told once."""
    paths = [p for p in document.spans if p[-1:] == ("source",) and p[0] != "put_in_force"]
    cited = {s: path for path in reversed(paths) if isinstance(s := document.get(path), str)}
    for source, path in cited.items():
        if source not in catalog.sources:
            message = f"`{source}` is not among the sources"
            hint = did_you_mean(source, catalog.sources, also="list it in `sources`")
            yield document.diagnostic("unknown-source", message, path, hint=hint)


def _is_loose(catalog: Catalog, gpu: str) -> bool:
    return catalog.gpus[gpu].form_factor.value == "pcie"


def _unknown_items(part: CatalogFile, document: Document, catalog: Catalog) -> Iterator[Diagnostic]:
    """Every card that is built in, bridged or measured, and every item with a price, must exist."""
    yield from _wrong_built_in(part, document, catalog)
    yield from _wrong_bridged(part, document, catalog)
    yield from _wrong_measured(part, document, catalog)
    yield from _wrong_seen(part, document, catalog)
    for i, book in enumerate(part.price_books):
        for j, entry in enumerate(book.entries):
            if entry.item not in catalog.items:
                place = ("price_books", i, "entries", j, "item")
                yield _unknown_item(entry.item, place, document, catalog)


def _unknown_item(
    name: str, place: tuple[str | int, ...], document: Document, catalog: Catalog
) -> Diagnostic:
    message = f"`{name}` is not an item of the catalogue"
    hint = did_you_mean(name, catalog.items)
    return document.diagnostic("unknown-item", message, place, hint=hint)


def _wrong_seen(part: CatalogFile, document: Document, catalog: Catalog) -> Iterator[Diagnostic]:
    seen: Mapping[str, Sequence[PriceObservation | RentalObservation | DepreciationEntry]] = {
        "price_observations": part.price_observations,
        "rentals": part.rentals,
        "depreciation": part.depreciation,
    }
    for section, entries in seen.items():
        for i, entry in enumerate(entries):
            if entry.item is not None and entry.item not in catalog.items:
                yield _unknown_item(entry.item, (section, i, "item"), document, catalog)


def _wrong_built_in(
    part: CatalogFile, document: Document, catalog: Catalog
) -> Iterator[Diagnostic]:
    for i, host in enumerate(part.hosts):
        if host.built_in and host.built_in.value.gpu not in catalog.gpus:
            name, path = host.built_in.value.gpu, ("hosts", i, "built_in", "value", "gpu")
            hint = did_you_mean(name, catalog.gpus)
            message = f"`{name}` is not a card of the catalogue"
            yield document.diagnostic("unknown-gpu", message, path, hint=hint)
        elif host.built_in and _is_loose(catalog, host.built_in.value.gpu):
            name, path = host.built_in.value.gpu, ("hosts", i, "built_in", "value", "gpu")
            message = f"`{name}` fits into any host, and only modules that never do are built in"
            hint = "leave `built_in` away, and give the host `slot_layouts` and its own price"
            yield document.diagnostic("built-in-card", message, path, hint=hint)


def _wrong_measured(
    part: CatalogFile, document: Document, catalog: Catalog
) -> Iterator[Diagnostic]:
    for i, row in enumerate(part.benchmarks):
        for field, kind, name, known in (
            ("gpu", "card", row.gpu, tuple(catalog.gpus)),
            ("model", "model", row.model, tuple(catalog.models)),
        ):
            if name not in known:
                message = f"`{name}` is not a {kind} of the catalogue"
                path, hint = ("benchmarks", i, field), did_you_mean(name, known)
                yield document.diagnostic(f"unknown-{field}", message, path, hint=hint)


def _wrong_bridged(part: CatalogFile, document: Document, catalog: Catalog) -> Iterator[Diagnostic]:
    for i, bridge in enumerate(part.bridges):
        for j, name in enumerate(bridge.gpus.value):
            path = ("bridges", i, "gpus", "value", j)
            if name not in catalog.gpus:
                hint = did_you_mean(name, catalog.gpus)
                message = f"`{name}` is not a card of the catalogue"
                yield document.diagnostic("unknown-gpu", message, path, hint=hint)
            elif catalog.gpus[name].nvlink.value != "bridge":
                message = f"`{name}` has no place for a bridge (`nvlink` is not `bridge`)"
                hint = "remove it, or put a claim about its `nvlink` in force"
                yield document.diagnostic("no-place-for-bridge", message, path, hint=hint)

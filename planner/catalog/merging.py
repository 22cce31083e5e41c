"""Several files to one catalogue: every name unique, every source known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from planner.catalog.catalog import EMPTY, Catalog
from planner.catalog.claims import put_in_force
from planner.catalog.schema import CatalogFile, PriceBook
from planner.errors import Diagnostic, did_you_mean
from planner.yaml_source import Document

Part: TypeAlias = tuple[CatalogFile, Document]

_UNIQUE = ("sources", "gpus", "hosts", "racks", "bridges", "models", "engines", "price_books")


def merge(parts: Sequence[Part], base: Catalog | None) -> tuple[Catalog, list[Diagnostic]]:
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
        findings += _unknown_sources(document, catalog)
        findings += _unknown_items(part, document, catalog)
        for i, order in enumerate(part.put_in_force):
            catalog, wrong = put_in_force(catalog, order, document, i)
            findings += wrong
    return catalog, findings


def _duplicates(parts: Sequence[Part]) -> Iterator[Diagnostic]:
    for section in _UNIQUE:
        first: dict[str, str] = {}
        for part, document in parts:
            for i, entry in enumerate(getattr(part, section)):
                path = (section, i, "id")
                if entry.id in first:
                    message = f"`{entry.id}` stands twice in `{section}`"
                    hint = f"the first is at {first[entry.id]}"
                    yield document.diagnostic("duplicate-id", message, path, hint=hint)
                span = document.span(path)
                first.setdefault(entry.id, f"{span.file}:{span.line}")


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
        racks={**catalog.racks, **{e.id: e for e in part.racks}},
        bridges={**catalog.bridges, **{e.id: e for e in part.bridges}},
    )


def _joined(below: PriceBook, above: PriceBook) -> PriceBook:
    named = {e.item for e in above.entries}
    kept = tuple(e for e in below.entries if e.item not in named)
    return above.model_copy(
        update={"entries": kept + above.entries, "resale": above.resale or below.resale}
    )


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
    """Every card that is built in or bridged, and every item with a price, must exist."""
    yield from _wrong_built_in(part, document, catalog)
    yield from _wrong_bridged(part, document, catalog)
    for i, book in enumerate(part.price_books):
        for j, entry in enumerate(book.entries):
            if entry.item not in catalog.items:
                message = f"`{entry.item}` is not an item of the catalogue"
                place = ("price_books", i, "entries", j, "item")
                hint = did_you_mean(entry.item, catalog.items)
                yield document.diagnostic("unknown-item", message, place, hint=hint)


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

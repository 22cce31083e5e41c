"""Lists of what the catalogue holds: view models, their text and their JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from planner.catalog.architecture import ModelEntry
from planner.catalog.catalog import Catalog
from planner.catalog.loading import default_catalog
from planner.catalog.prices import Price, PriceList
from planner.catalog.schema import BridgeEntry, GpuEntry, HostEntry, PriceEntry, RackEntry
from planner.errors import printable
from planner.report.asked_sizes import DEFAULT_BOOK, book_of
from planner.report.screen import Column, Screen, Table
from planner.report.sizes import price_of
from planner.units import MIB, gib

Kind: TypeAlias = Literal["gpus", "hosts", "racks", "bridges", "models", "prices", "sources"]
KINDS: tuple[Kind, ...] = get_args(Kind)
NAMEABLE: tuple[Kind, ...] = ("gpus", "hosts", "racks", "bridges", "models", "prices")
"""What a scenario can name; listed where no kind is asked for."""
BILLION = 1e9


@dataclass(frozen=True, slots=True)
class Listing:
    """One kind of thing in the catalogue.

    Attributes:
        kind: which.
        title: heading.
        columns: columns of the table; the last may wrap.
        rows: cells of the table as text.
        entries: the same as plain data.
        note: what a reader must know.
    """

    kind: Kind
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    entries: tuple[Mapping[str, object], ...]
    note: str = ""


def listings(kind: Kind | None, book: str | None) -> list[Listing]:
    """The lists that are asked for.

    Args:
        kind: one of the kinds; all that a scenario can name if absent.
        book: id of the price book; the usual one if absent.

    Raises:
        InputError: if there is no such price book.
    """
    catalog = default_catalog()
    prices = book_of(catalog, book or DEFAULT_BOOK)
    return [_listing(k, catalog, prices) for k in ((kind,) if kind else NAMEABLE)]


def text_of(found: Sequence[Listing], screen: Screen) -> str:
    """Lists, one below the other."""
    return "\n\n".join(_text(listing, screen) for listing in found) + "\n"


def to_json(found: Sequence[Listing]) -> dict[str, object]:
    """Lists as plain data, by kind."""
    return {listing.kind: list(listing.entries) for listing in found}


def _text(listing: Listing, screen: Screen) -> str:
    table = screen.table(Table.of(listing.columns, listing.rows))
    note = [screen.dim(screen.wrapped(listing.note))] if listing.note else []
    return "\n\n".join([screen.bold(listing.title), table, *note])


def _listing(kind: Kind, catalog: Catalog, prices: PriceList) -> Listing:
    match kind:
        case "gpus":
            return _gpus(catalog, prices)
        case "hosts":
            return _hosts(catalog, prices)
        case "racks":
            return _racks(catalog, prices)
        case "bridges":
            return _bridges(catalog, prices)
        case "models":
            return _models(catalog)
        case "prices":
            return _prices(catalog, prices)
        case "sources":
            return _sources(catalog)


def _gpus(catalog: Catalog, prices: PriceList) -> Listing:
    columns = (
        Column("id"), Column("GiB", right=True), Column("GB/s", right=True),
        Column("W", right=True), Column("slots", right=True), Column("ECC"),
        *_price_columns(prices), Column("name", optional=True, wraps=True),
    )  # fmt: skip
    entries = list(catalog.gpus.values())
    rows = tuple((*_gpu_cells(e), *_price_cells(prices, e.id), e.name) for e in entries)
    data = tuple(_gpu_data(e, prices) for e in entries)
    title = f"{len(entries)} cards and modules"
    return Listing("gpus", title, columns, rows, data, _price_note(prices))


def _gpu_cells(entry: GpuEntry) -> tuple[str, ...]:
    width = entry.slot_width.value
    return (
        entry.id,
        f"{gib(entry.memory_mib.value * MIB):.1f}",
        f"{entry.memory_bandwidth_gb_s.value:,.0f}",
        f"{entry.tdp_w.value:g}",
        "module" if width is None else f"{width}",
        "yes" if entry.ecc.value else "no",
    )


def _gpu_data(entry: GpuEntry, prices: PriceList) -> dict[str, object]:
    return {
        "id": entry.id,
        "name": entry.name,
        "memory_gib": round(gib(entry.memory_mib.value * MIB), 3),
        "memory_bandwidth_gb_s": entry.memory_bandwidth_gb_s.value,
        "tdp_w": entry.tdp_w.value,
        "slot_width": entry.slot_width.value,
        "ecc": entry.ecc.value,
        "price": price_data(prices, entry.id),
    }


def _hosts(catalog: Catalog, prices: PriceList) -> Listing:
    columns = (
        Column("id"), Column("form"), Column("GPUs", right=True), Column("PCIe", right=True),
        Column("PSU W", right=True), *_price_columns(prices),
        Column("name", optional=True, wraps=True),
    )  # fmt: skip
    entries = list(catalog.hosts.values())
    rows = tuple((*_host_cells(e), *_price_cells(prices, e.id), e.name) for e in entries)
    data = tuple(_host_data(e, prices) for e in entries)
    title = f"{len(entries)} hosts"
    return Listing("hosts", title, columns, rows, data, _price_note(prices))


def _host_cells(entry: HostEntry) -> tuple[str, ...]:
    units = entry.rack_units.value
    return (
        entry.id,
        "tower" if units is None else f"rack {units}U",
        f"{entry.max_gpus.value}",
        f"{entry.pcie_generation.value}",
        f"{entry.psu_w.value:,.0f}",
    )


def _host_data(entry: HostEntry, prices: PriceList) -> dict[str, object]:
    built_in = entry.built_in.value if entry.built_in else None
    return {
        "id": entry.id,
        "name": entry.name,
        "form": entry.form.value,
        "rack_units": entry.rack_units.value,
        "max_gpus": entry.max_gpus.value,
        "built_in": {"gpu": built_in.gpu, "count": built_in.count} if built_in else None,
        "pcie_generation": entry.pcie_generation.value,
        "psu_w": entry.psu_w.value,
        "price": price_data(prices, entry.id),
    }


def _racks(catalog: Catalog, prices: PriceList) -> Listing:
    columns = (
        Column("id"), Column("units", right=True), Column("kW", right=True),
        Column("sockets", right=True), *_price_columns(prices),
        Column("name", optional=True, wraps=True),
    )  # fmt: skip
    entries = list(catalog.racks.values())
    rows = tuple((*_rack_cells(e), *_price_cells(prices, e.id), e.name) for e in entries)
    data = tuple(_rack_data(e, prices) for e in entries)
    return Listing("racks", _counted(entries, "rack"), columns, rows, data, _price_note(prices))


def _rack_cells(entry: RackEntry) -> tuple[str, ...]:
    sockets = entry.sockets.value
    return (
        entry.id,
        f"{entry.rack_units.value}",
        f"{entry.kw.value:g}",
        "any" if sockets is None else f"{sockets}",
    )


def _rack_data(entry: RackEntry, prices: PriceList) -> dict[str, object]:
    return {
        "id": entry.id,
        "name": entry.name,
        "rack_units": entry.rack_units.value,
        "kw": entry.kw.value,
        "sockets": entry.sockets.value,
        "price": price_data(prices, entry.id),
    }


def _bridges(catalog: Catalog, prices: PriceList) -> Listing:
    columns = (
        Column("id"), Column("cards"), Column("per pair", right=True),
        *_price_columns(prices), Column("name", optional=True, wraps=True),
    )  # fmt: skip
    entries = list(catalog.bridges.values())
    rows = tuple((*_bridge_cells(e), *_price_cells(prices, e.id), e.name) for e in entries)
    data = tuple(_bridge_data(e, prices) for e in entries)
    return Listing("bridges", _counted(entries, "bridge"), columns, rows, data, _price_note(prices))


def _bridge_cells(entry: BridgeEntry) -> tuple[str, ...]:
    return (entry.id, ", ".join(entry.gpus.value), f"{entry.per_pair.value}")


def _bridge_data(entry: BridgeEntry, prices: PriceList) -> dict[str, object]:
    return {
        "id": entry.id,
        "name": entry.name,
        "gpus": list(entry.gpus.value),
        "per_pair": entry.per_pair.value,
        "price": price_data(prices, entry.id),
    }


def _counted(entries: Sequence[object], noun: str) -> str:
    return f"{len(entries)} {noun}" + ("" if len(entries) == 1 else "s")


def _models(catalog: Catalog) -> Listing:
    columns = (
        Column("id"), Column("kind"), Column("params", right=True), Column("active", right=True),
        Column("context", right=True), Column("published"),
        Column("licence", optional=True, wraps=True),
    )  # fmt: skip
    entries = list(catalog.models.values())
    return Listing(
        kind="models",
        title=f"{len(entries)} models",
        columns=columns,
        rows=tuple(_model_cells(e) for e in entries),
        entries=tuple(_model_data(e) for e in entries),
        note="The path of a Hugging Face config.json is accepted wherever a model is named.",
    )


def _model_cells(entry: ModelEntry) -> tuple[str, ...]:
    t = entry.transformer
    mixture = t is not None and t.experts is not None
    return (
        entry.id,
        entry.kind,
        _billions(entry.parameters),
        _billions(t.active_parameters) if t is not None and mixture else "",
        f"{t.max_context_tokens:,}" if t else "",
        t.native_precision if t else "bf16",
        printable(entry.licence),
    )


def _model_data(entry: ModelEntry) -> dict[str, object]:
    t = entry.transformer
    return {
        "id": entry.id,
        "name": entry.name,
        "kind": entry.kind,
        "parameters": entry.parameters,
        "active_parameters": t.active_parameters if t else None,
        "max_context_tokens": t.max_context_tokens if t else None,
        "native_precision": t.native_precision if t else None,
        "licence": entry.licence,
    }


def _billions(parameters: int) -> str:
    billions = parameters / BILLION
    return f"{billions:.2f} B" if billions < 10 else f"{billions:,.1f} B"


def _prices(catalog: Catalog, prices: PriceList) -> Listing:
    book = prices.book
    columns = (
        Column("item"), Column(prices.currency, right=True), Column("range", right=True),
        Column("known as"), Column("goods"), Column("date"),
        Column("source", optional=True, wraps=True),
    )  # fmt: skip
    others = [name for name in catalog.price_books if name != book.id]
    also = f" Other books: {', '.join(others)} (--prices BOOK)." if others else ""
    return Listing(
        kind="prices",
        title=f"Price book {book.id}: {printable(book.title)}",
        columns=columns,
        rows=tuple(_entry_cells(prices, e) for e in book.entries),
        entries=tuple(_entry_data(prices, e) for e in book.entries),
        note=f"Without tax; what is not listed cannot be bought.{also}",
    )


def _entry_cells(prices: PriceList, entry: PriceEntry) -> tuple[str, ...]:
    price = price_of(prices, entry.item)
    shown = ("no rate", "") if price is None else (_amount(price.cents), _span(price))
    return (entry.item, *shown, entry.basis, entry.condition, entry.as_of, entry.source)


def _entry_data(prices: PriceList, entry: PriceEntry) -> dict[str, object]:
    return {"item": entry.item, "price": price_data(prices, entry.item), **_as_stated(entry)}


def _as_stated(entry: PriceEntry) -> dict[str, object]:
    return {"stated": entry.model_dump(mode="json", exclude={"item"}, exclude_none=True)}


def _span(price: Price) -> str:
    if price.low == price.high:
        return ""
    return f"{_amount(price.low)}-{_amount(price.high)}"


def _sources(catalog: Catalog) -> Listing:
    columns = (Column("id"), Column("kind"), Column("date"), Column("title", wraps=True))
    entries = list(catalog.sources.values())
    rows = tuple((e.id, e.kind, e.date or "", printable(e.title)) for e in entries)
    data = tuple(e.model_dump(mode="json") for e in entries)
    note = "`planner catalog show ID` shows where a source can be read."
    return Listing("sources", f"{len(entries)} sources", columns, rows, data, note)


def _price_columns(prices: PriceList) -> Iterator[Column]:
    yield Column(prices.currency, right=True)
    yield Column("known as")
    yield Column("date")


def _price_cells(prices: PriceList, item: str) -> tuple[str, str, str]:
    price = price_of(prices, item)
    if price is None or price.entry is None:
        return ("", "", "")
    return (_amount(price.cents), price.entry.basis, price.entry.as_of[:7])


def price_data(prices: PriceList, item: str) -> dict[str, object] | None:
    """The price of an item without tax, in the currency of its book, as plain data."""
    price = price_of(prices, item)
    if price is None or price.entry is None:
        return None
    return {
        "book": prices.book.id,
        "currency": prices.currency,
        "value": price.cents / 100,
        "low": price.low / 100,
        "high": price.high / 100,
        "basis": price.entry.basis,
        "condition": price.entry.condition,
        "as_of": price.entry.as_of,
        "source": price.entry.source,
    }


def _amount(cents: int) -> str:
    return f"{cents / 100:,.0f}"


def _price_note(prices: PriceList) -> str:
    return (
        f"Prices without tax from the book {prices.book.id}; what has none cannot be bought alone. "
        "`planner catalog show ID` shows every figure with its source."
    )

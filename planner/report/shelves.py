"""The kinds of things in the catalogue: what is listed of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from planner.catalog.architecture import ModelEntry
from planner.catalog.attributes import Item, attributes_of, scalar
from planner.catalog.catalog import Catalog
from planner.catalog.predicates import Plain
from planner.catalog.prices import Price, PriceList
from planner.catalog.schema import (
    BridgeEntry,
    GpuEntry,
    HostEntry,
    PriceEntry,
    RackEntry,
    SourceEntry,
)
from planner.errors import printable
from planner.report.quantities import counted
from planner.report.screen import Column
from planner.report.sizes import price_of
from planner.units import MIB, gib

BILLION = 1e9
Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Shelf(Generic[Entry]):
    """One kind of thing.

    Attributes:
        title: heading, with the number of entries.
        columns: columns of the table; the last may wrap.
        entries: what there is.
        cells: the cells of one, as text.
        data: one as plain data.
        attributes: every attribute of one, for conditions.
        note: what a reader must know.
    """

    title: Callable[[int], str]
    columns: tuple[Column, ...]
    entries: Sequence[Entry]
    cells: Callable[[Entry], Sequence[str]]
    data: Callable[[Entry], Mapping[str, object]]
    attributes: Callable[[Entry], Mapping[str, Plain]]
    note: str = ""


def gpus(catalog: Catalog, prices: PriceList) -> Shelf[GpuEntry]:
    """Cards and modules."""
    columns = (
        Column("id"), Column("GiB", right=True), Column("GB/s", right=True),
        Column("W", right=True), Column("slots", right=True), Column("ECC"),
        *_price_columns(prices), Column("name", optional=True, wraps=True),
    )  # fmt: skip
    return Shelf(
        title=lambda n: "1 card or module" if n == 1 else f"{n} cards and modules",
        columns=columns,
        entries=list(catalog.gpus.values()),
        cells=lambda e: (*_gpu_cells(e), *_price_cells(prices, e.id), e.name),
        data=lambda e: _gpu_data(e, prices),
        attributes=lambda e: _item_attributes(e, prices),
        note=_price_note(prices),
    )


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


def hosts(catalog: Catalog, prices: PriceList) -> Shelf[HostEntry]:
    """Workstations and servers."""
    columns = (
        Column("id"), Column("form"), Column("GPUs", right=True), Column("PCIe", right=True),
        Column("PSU W", right=True), *_price_columns(prices),
        Column("name", optional=True, wraps=True),
    )  # fmt: skip
    return Shelf(
        title=lambda n: counted(n, "host"),
        columns=columns,
        entries=list(catalog.hosts.values()),
        cells=lambda e: (*_host_cells(e), *_price_cells(prices, e.id), e.name),
        data=lambda e: _host_data(e, prices),
        attributes=lambda e: _item_attributes(e, prices),
        note=_price_note(prices),
    )


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


def racks(catalog: Catalog, prices: PriceList) -> Shelf[RackEntry]:
    """Racks."""
    columns = (
        Column("id"), Column("units", right=True), Column("kW", right=True),
        Column("sockets", right=True), *_price_columns(prices),
        Column("name", optional=True, wraps=True),
    )  # fmt: skip
    return Shelf(
        title=lambda n: counted(n, "rack"),
        columns=columns,
        entries=list(catalog.racks.values()),
        cells=lambda e: (*_rack_cells(e), *_price_cells(prices, e.id), e.name),
        data=lambda e: _rack_data(e, prices),
        attributes=lambda e: _item_attributes(e, prices),
        note=_price_note(prices),
    )


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


def bridges(catalog: Catalog, prices: PriceList) -> Shelf[BridgeEntry]:
    """NVLink bridges."""
    columns = (
        Column("id"), Column("cards"), Column("a pair", right=True),
        *_price_columns(prices), Column("name", optional=True, wraps=True),
    )  # fmt: skip
    return Shelf(
        title=lambda n: counted(n, "bridge"),
        columns=columns,
        entries=list(catalog.bridges.values()),
        cells=lambda e: (*_bridge_cells(e), *_price_cells(prices, e.id), e.name),
        data=lambda e: _bridge_data(e, prices),
        attributes=lambda e: _item_attributes(e, prices),
        note=_price_note(prices),
    )


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


def models(catalog: Catalog) -> Shelf[ModelEntry]:
    """Models that workloads can name."""
    columns = (
        Column("id"), Column("kind"), Column("params", right=True), Column("active", right=True),
        Column("context", right=True), Column("published"),
        Column("licence", optional=True, wraps=True),
    )  # fmt: skip
    return Shelf(
        title=lambda n: counted(n, "model"),
        columns=columns,
        entries=list(catalog.models.values()),
        cells=_model_cells,
        data=_model_data,
        attributes=_attributes,
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


def priced(catalog: Catalog, prices: PriceList) -> Shelf[PriceEntry]:
    """The entries of a price book."""
    book = prices.book
    columns = (
        Column("item"), Column(prices.currency, right=True), Column("range", right=True),
        Column("known as"), Column("goods"), Column("date"),
        Column("source", optional=True, wraps=True),
    )  # fmt: skip
    others = [name for name in catalog.price_books if name != book.id]
    also = f" Other books: {', '.join(others)} (--prices BOOK)." if others else ""
    return Shelf(
        title=lambda _: f"Price book {book.id}: {printable(book.title)}",
        columns=columns,
        entries=book.entries,
        cells=lambda e: _entry_cells(prices, e),
        data=lambda e: _entry_data(prices, e),
        attributes=lambda e: _entry_attributes(prices, e),
        note=f"Without tax; what is not listed cannot be bought.{also}",
    )


def _entry_cells(prices: PriceList, entry: PriceEntry) -> tuple[str, ...]:
    price = price_of(prices, entry.item)
    shown = ("no rate", "") if price is None else (_amount(price.cents), _span(price))
    return (entry.item, *shown, entry.basis, entry.condition, entry.as_of, entry.source)


def _entry_data(prices: PriceList, entry: PriceEntry) -> dict[str, object]:
    stated = entry.model_dump(mode="json", exclude={"item"}, exclude_none=True)
    return {"item": entry.item, "price": price_data(prices, entry.item), "stated": stated}


def _entry_attributes(prices: PriceList, entry: PriceEntry) -> dict[str, Plain]:
    price = price_of(prices, entry.item)
    plain = {name: scalar(getattr(entry, name)) for name in type(entry).model_fields}
    return {**plain, "price": None if price is None else price.cents / 100}


def _span(price: Price) -> str:
    if price.low == price.high:
        return ""
    return f"{_amount(price.low)}-{_amount(price.high)}"


def sources(catalog: Catalog) -> Shelf[SourceEntry]:
    """Where facts come from."""
    columns = (Column("id"), Column("kind"), Column("date"), Column("title", wraps=True))
    return Shelf(
        title=lambda n: counted(n, "source"),
        columns=columns,
        entries=list(catalog.sources.values()),
        cells=lambda e: (e.id, e.kind, e.date or "", printable(e.title)),
        data=lambda e: e.model_dump(mode="json"),
        attributes=lambda e: {n: scalar(getattr(e, n)) for n in type(e).model_fields},
        note="`planner catalog show ID` shows where a source can be read.",
    )


def _attributes(entry: Item) -> dict[str, Plain]:
    return {name: scalar(known.value) for name, known in attributes_of(entry).items()}


def _item_attributes(entry: Item, prices: PriceList) -> dict[str, Plain]:
    price = price_of(prices, entry.id)
    return {**_attributes(entry), "price": None if price is None else price.cents / 100}


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

"""Lists of what the catalogue holds: view models, their text, their JSON and their CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, assert_never, get_args

from planner.catalog.attributes import unit_of
from planner.catalog.catalog import Catalog
from planner.catalog.loading import default_catalog
from planner.catalog.predicates import Plain
from planner.catalog.prices import PriceList
from planner.report import market_shelves, shelves
from planner.report.asked_sizes import DEFAULT_BOOK, book_of
from planner.report.screen import Column, Screen, Table
from planner.report.selection import ALL, Selection
from planner.report.shelves import Shelf

Kind: TypeAlias = Literal[
    "gpus", "hosts", "racks", "bridges", "models", "prices", "sources", "observations", "rentals",
    "depreciation", "references", "benchmarks",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
NAMEABLE: tuple[Kind, ...] = ("gpus", "hosts", "racks", "bridges", "models", "prices")
"""What a scenario can name; listed where no kind is asked for."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One kind of thing in the catalogue.

    Attributes:
        kind: which.
        title: heading.
        columns: columns of the table; the last may wrap.
        rows: cells of the table as text.
        entries: the same as plain data.
        attributes: every attribute of each, by name.
        note: what a reader must know.
    """

    kind: Kind
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    entries: tuple[Mapping[str, object], ...]
    attributes: tuple[Mapping[str, Plain], ...] = ()
    note: str = ""


def listings(
    kind: Kind | None, book: str | None, selection: Selection = ALL, catalog: Catalog | None = None
) -> list[Listing]:
    """The lists that are asked for.

    Args:
        kind: one of the kinds; all that a scenario can name if absent.
        book: id of the price book; the usual one if absent.
        selection: which entries, in which order.
        catalog: the catalogue; the one that comes with the program if absent.

    Raises:
        InputError: if there is no such price book, or the selection names what nothing has.
    """
    catalog = catalog or default_catalog()
    prices = book_of(catalog, book or DEFAULT_BOOK)
    return [_listing(k, catalog, prices, selection) for k in ((kind,) if kind else NAMEABLE)]


def text_of(found: Sequence[Listing], screen: Screen) -> str:
    """Lists, one below the other."""
    return "\n\n".join(_text(listing, screen) for listing in found) + "\n"


def to_json(found: Sequence[Listing]) -> dict[str, object]:
    """Lists as plain data, by kind."""
    return {listing.kind: list(listing.entries) for listing in found}


def to_csv(listing: Listing) -> tuple[list[str], list[list[object]]]:
    """Every attribute of every entry, as columns and rows."""
    names = list(dict.fromkeys(name for row in listing.attributes for name in row))
    return names, [[row.get(name) for name in names] for row in listing.attributes]


def _text(listing: Listing, screen: Screen) -> str:
    table = screen.table(Table.of(listing.columns, listing.rows))
    note = [screen.dim(screen.wrapped(listing.note))] if listing.note else []
    return "\n\n".join([screen.bold(listing.title), table, *note])


def _listing(kind: Kind, catalog: Catalog, prices: PriceList, selection: Selection) -> Listing:
    shelf = _shelf(kind, catalog, prices)
    found = selection.of(shelf.entries, shelf.attributes)
    data = [shelf.data(entry) for entry, _ in found]
    shown = {name for row in data for name in row}
    asked = [name for name in selection.names() if name not in shown]
    *head, last = shelf.columns
    further = [Column(_head(name), right=True) for name in asked]
    rows = tuple(_row(shelf.cells(entry), row, asked) for entry, row in found)
    told = tuple(
        {**one, **{name: row.get(name) for name in asked}}
        for one, (_, row) in zip(data, found, strict=True)
    )
    return Listing(
        kind=kind,
        title=shelf.title(len(found)) + (f" where {selection.where}" if selection.where else ""),
        columns=(*head, *further, last),
        rows=rows,
        entries=told,
        attributes=tuple(row for _, row in found),
        note=shelf.note,
    )


def _head(name: str) -> str:
    unit = unit_of(name)
    return f"{name} ({unit})" if unit and unit not in name else name


def _row(
    cells: Sequence[str], attributes: Mapping[str, Plain], names: Sequence[str]
) -> tuple[str, ...]:
    *head, last = cells
    return (*head, *(_cell(attributes.get(name)) for name in names), last)


def _cell(value: Plain) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.6g}" if isinstance(value, float) else f"{value}"


def _shelf(kind: Kind, catalog: Catalog, prices: PriceList) -> Shelf[Any]:
    match kind:
        case "gpus":
            return shelves.gpus(catalog, prices)
        case "hosts":
            return shelves.hosts(catalog, prices)
        case "racks":
            return shelves.racks(catalog, prices)
        case "bridges":
            return shelves.bridges(catalog, prices)
        case "models":
            return shelves.models(catalog)
        case "prices":
            return shelves.priced(catalog, prices)
        case "sources":
            return shelves.sources(catalog)
        case "observations":
            return market_shelves.observations(catalog)
        case "rentals":
            return market_shelves.rentals(catalog)
        case "depreciation":
            return market_shelves.depreciation(catalog)
        case "references":
            return market_shelves.references(catalog)
        case "benchmarks":
            return market_shelves.benchmarks(catalog)
        case _:
            assert_never(kind)

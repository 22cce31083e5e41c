"""What an item was seen to cost over time: a chart for the terminal, a table, plain data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from planner.catalog.catalog import Catalog
from planner.catalog.dates import order
from planner.catalog.facts import AS_OF
from planner.catalog.loading import default_catalog
from planner.catalog.market import PriceObservation, RentalObservation
from planner.catalog.names import must_be_known
from planner.catalog.prices import NoRateError, PriceList, price_list
from planner.errors import Diagnostic, InputError, printable
from planner.report.quantities import counted
from planner.report.screen import Column, Screen, Table

BAR = "#"
SPAN = "-"
_WIDEST = 40
_NARROWEST = 12


@dataclass(frozen=True, slots=True)
class Seen:
    """A price in the currency that is asked for, without tax.

    Attributes:
        item: id of the item.
        as_of: date.
        value: price, or the middle of its range.
        low: low end.
        high: high end.
        goods: condition.
        kind: what sort of price it is: asking, list, sold, index, or the name of a price book.
        stated: as it was printed.
        source: id of the source.
        note: what a reader must know.
    """

    item: str
    as_of: str
    value: float
    low: float
    high: float
    goods: str
    kind: str
    stated: str
    source: str
    note: str

    def to_json(self) -> dict[str, object]:
        """The price as plain data."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class History:
    """What an item was seen to cost.

    Attributes:
        item: its id.
        currency: currency of the prices.
        seen: prices by date.
        rentals: what it was let for, without tax, in the currency.
        asked: what was asked of the prices, in words; empty where all were.
    """

    item: str
    currency: str
    seen: tuple[Seen, ...]
    rentals: tuple[RentalObservation, ...]
    asked: str = ""

    def to_json(self) -> dict[str, object]:
        """The history as plain data."""
        return {
            "item": self.item,
            "currency": self.currency,
            "prices": [s.to_json() for s in self.seen],
            "rentals": [r.model_dump(mode="json", exclude_none=True) for r in self.rentals],
        }

    def to_csv(self) -> tuple[list[str], list[list[object]]]:
        """One row for each price."""
        names = list(Seen.__slots__)
        return names, [[getattr(s, n) for n in names] for s in self.seen]

    def text(self, screen: Screen) -> str:
        """A chart, the table, and the rentals."""
        parts = [f"No price of {self.item}{self.asked} is known."]
        if self.seen:
            count = counted(len(self.seen), "price")
            head = f"{self.item}: {count}, {self.currency} without tax"
            parts = [screen.bold(head), chart(self.seen, screen.width), _table(self.seen, screen)]
        if self.rentals:
            lines = [printable(line) for line in _rental_lines(self.rentals)]
            parts.append("\n".join([screen.bold("Rented"), *lines]))
        return "\n\n".join(parts) + "\n"


@dataclass(frozen=True, slots=True)
class Overview:
    """How many prices were seen of each item."""

    currency: str
    rows: tuple[tuple[str, tuple[Seen, ...]], ...]

    def to_json(self) -> dict[str, object]:
        """The overview as plain data."""
        items = [{"item": item, "prices": [s.to_json() for s in seen]} for item, seen in self.rows]
        return {"currency": self.currency, "items": items}

    def to_csv(self) -> tuple[list[str], list[list[object]]]:
        """One row for each price of every item."""
        names = list(Seen.__slots__)
        return names, [[getattr(s, n) for n in names] for _, seen in self.rows for s in seen]

    def text(self, screen: Screen) -> str:
        """One line for each item: count, first, last and range."""
        columns = (
            Column("item"), Column("seen", right=True), Column("first"), Column("last"),
            Column(f"lowest {self.currency}", right=True), Column("highest", right=True),
            Column("last price", right=True),
        )  # fmt: skip
        rows = [(item, *_summary(seen)) for item, seen in self.rows]
        note = "`planner catalog prices ITEM` shows each with its source."
        items = counted(len(rows), "item")
        parts = [screen.bold(f"Prices seen of {items}, {self.currency} without tax")]
        return "\n\n".join([*parts, screen.table(Table.of(columns, rows)), note]) + "\n"


def _summary(seen: Sequence[Seen]) -> tuple[str, ...]:
    first, last = seen[0], seen[-1]
    low, high = min(s.low for s in seen), max(s.high for s in seen)
    amounts = (f"{low:,.0f}", f"{high:,.0f}", f"{last.value:,.0f}")
    return (f"{len(seen)}", first.as_of, last.as_of, *amounts)


def history_of(
    item: str,
    currency: str = "USD",
    condition: str | None = None,
    since: str | None = None,
    catalog: Catalog | None = None,
) -> History:
    """What an item was seen to cost, and what the books say.

    Args:
        item: id of a card, a host, a rack or a bridge.
        currency: currency of the answer.
        condition: of the goods; any if absent.
        since: first date; all if absent.
        catalog: the catalogue; the one that comes with the program if absent.

    Raises:
        InputError: if the item is not known, ``since`` is no date, or a currency has no exchange
            rate.
    """
    catalog = catalog or default_catalog()
    must_be_known("unknown-id", [item], catalog.items, "an item of the catalogue")
    seen = [s for s in _seen(catalog, currency, condition, since) if s.item == item]
    rentals = tuple(_let(catalog, currency, item, since))
    return History(item, currency, tuple(seen), rentals, _asked(condition, since))


def _asked(condition: str | None, since: str | None) -> str:
    goods = f" ({condition})" if condition else ""
    return goods + (f" since {since}" if since else "")


def _let(
    catalog: Catalog, currency: str, item: str, since: str | None
) -> Iterator[RentalObservation]:
    """What an item was let for, without tax, in a currency."""
    rates = _rates(catalog, currency)
    for rental in catalog.rentals:
        if rental.item == item and (since is None or order(rental.as_of) >= order(since)):
            factor = float(_factor(rates, rental))
            ends = {name: getattr(rental, name) for name in ("value", "low", "high", "setup")}
            changed = {n: None if v is None else round(v * factor, 4) for n, v in ends.items()}
            yield rental.model_copy(update={**changed, "currency": currency, "vat_rate": 0.0})


def _factor(rates: PriceList, seen: PriceObservation | RentalObservation) -> Fraction:
    """One unit of the currency asked for, for one of that in which a price was seen.

    Raises:
        InputError: if a currency has no exchange rate.
    """
    try:
        return rates.factor(seen.currency, seen.as_of, seen.vat_rate)
    except NoRateError as error:
        raise _no_rate(error) from None


def _no_rate(error: NoRateError) -> InputError:
    return InputError([Diagnostic("unknown-currency", f"there is no exchange rate for `{error}`")])


def overview(
    currency: str = "USD",
    condition: str | None = None,
    since: str | None = None,
    catalog: Catalog | None = None,
) -> Overview:
    """What every item was seen to cost; arguments as of `history_of`.

    Raises:
        InputError: if ``since`` is no date, or a currency has no exchange rate.
    """
    catalog = catalog or default_catalog()
    seen = list(_seen(catalog, currency, condition, since))
    rows = ((item, tuple(s for s in seen if s.item == item)) for item in catalog.items)
    return Overview(currency, tuple((item, found) for item, found in rows if found))


def _seen(
    catalog: Catalog, currency: str, condition: str | None, since: str | None
) -> Iterator[Seen]:
    if since is not None and not re.fullmatch(AS_OF, since):
        message = f"`{since}` is not a date; write 2026, 2026-Q3, 2026-08 or 2026-08-14"
        raise InputError([Diagnostic("bad-date", message)])
    try:
        found = [*_observed(catalog, currency), *_of_books(catalog, currency)]
    except NoRateError as error:
        raise _no_rate(error) from None
    for seen in sorted(found, key=lambda s: (order(s.as_of), s.value)):
        if (condition is None or seen.goods == condition) and _since(seen, since):
            yield seen


def _since(seen: Seen, since: str | None) -> bool:
    return since is None or order(seen.as_of) >= order(since)


def _observed(catalog: Catalog, currency: str) -> Iterator[Seen]:
    rates = _rates(catalog, currency)
    for o in catalog.price_observations:
        factor = float(_factor(rates, o))
        ends = [v for v in (o.low, o.value, o.high) if v is not None]
        yield Seen(
            o.item, o.as_of, round(o.middle * factor, 2), round(min(ends) * factor, 2),
            round(max(ends) * factor, 2), o.condition, o.kind, _stated(o), o.source, o.note or "",
        )  # fmt: skip


def _of_books(catalog: Catalog, currency: str) -> Iterator[Seen]:
    for book in catalog.price_books.values():
        prices = price_list(catalog, book.id, currency)
        for entry in book.entries:
            price = prices.price(entry.item)
            assert price is not None
            yield Seen(
                entry.item, entry.as_of, price.cents / 100, price.low / 100, price.high / 100,
                entry.condition, f"book {book.id}", f"{entry.currency} {entry.value:,.0f}",
                entry.source, entry.rule or entry.note or "",
            )  # fmt: skip


def _rates(catalog: Catalog, currency: str) -> PriceList:
    return price_list(catalog, next(iter(catalog.price_books)), currency)


def _stated(o: PriceObservation) -> str:
    amount = f"{o.value:,.0f}" if o.value is not None else f"{o.low or 0:,.0f}-{o.high or 0:,.0f}"
    tax = f" with {o.vat_rate:.0%} tax" if o.vat_rate else ""
    return f"{o.currency} {amount}{tax}"


def chart(seen: Sequence[Seen], width: int) -> str:
    """A bar for each price: `#` up to its low end, `-` up to its high end."""
    most = max(s.high for s in seen)
    room = max(_NARROWEST, min(_WIDEST, width - 40))
    dates = max(len(s.as_of) for s in seen)
    goods = max(len(s.goods) for s in seen)
    return "\n".join(
        f"{s.as_of:<{dates}}  {s.goods:<{goods}}  {s.value:>9,.0f}  {_bar(s, most, room)}".rstrip()
        for s in seen
    )


def _bar(seen: Seen, most: float, room: int) -> str:
    solid, whole = round(room * seen.low / most), round(room * seen.high / most)
    return BAR * solid + SPAN * (whole - solid)


def _table(seen: Sequence[Seen], screen: Screen) -> str:
    columns = (
        Column("date"), Column("known as"), Column("stated", right=True), Column("source"),
        Column("note", optional=True, wraps=True),
    )  # fmt: skip
    rows = [(s.as_of, s.kind, s.stated, s.source, printable(s.note)) for s in seen]
    return screen.table(Table.of(columns, rows))


def _rental_lines(rentals: Sequence[RentalObservation]) -> Iterator[str]:
    for r in rentals:
        ends = [f"{end:g}" for end in (r.low, r.high) if end is not None]
        amount = f"{r.value:g}" if r.value is not None else " to ".join(ends)
        yield f"{r.as_of}  {r.provider}, {r.terms}: {r.currency} {amount} per {r.per} ({r.source})"

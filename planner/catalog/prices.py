"""Prices of a book in the scenario's currency, and resale curves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from planner.catalog.catalog import Catalog
from planner.catalog.dates import last_month
from planner.catalog.items import Resale, exact
from planner.catalog.schema import PriceBook, PriceEntry, RateEntry, ResaleEntry
from planner.units import round_half_away


@dataclass(frozen=True, slots=True)
class Price:
    """Price of one item, cents without value-added tax, with its range and its entry."""

    cents: int
    low: int
    high: int
    entry: PriceEntry | None
    source: str


class NoRateError(LookupError):
    """There is no exchange rate for a currency."""


@dataclass(frozen=True, slots=True)
class PriceList:
    """A price book read in one currency."""

    book: PriceBook
    rates: tuple[RateEntry, ...]
    currency: str

    def price(self, item: str) -> Price | None:
        """Price of an item, or None where the book has no entry (it cannot be bought then).

        Raises:
            NoRateError: if a currency has no exchange rate.
        """
        entry = next((e for e in self.book.entries if e.item == item), None)
        if entry is None:
            return None
        factor = self._factor(entry)
        low = entry.value if entry.low is None else entry.low
        high = entry.value if entry.high is None else entry.high
        value, low_cents, high_cents = (
            round_half_away(exact(v) * 100 * factor) for v in (entry.value, low, high)
        )
        return Price(value, low_cents, high_cents, entry, entry.source)

    def resale(self, item: str, *, is_gpu: bool) -> Resale | None:
        """Resale curve of an item: its own, else that of its group, else None."""
        curve = self.resale_entry(item, is_gpu=is_gpu)
        if curve is None:
            return None
        return Resale(exact(curve.first_sale_share.value), exact(curve.yearly_retention.value))

    def resale_entry(self, item: str, *, is_gpu: bool) -> ResaleEntry | None:
        """The book's entry for the resale of an item: its own, else that of its group."""
        group = "gpus" if is_gpu else "hosts"
        named = [c for c in self.book.resale if isinstance(c.items, tuple) and item in c.items]
        general = [c for c in self.book.resale if c.items == group]
        return next(iter(named + general), None)

    def _factor(self, entry: PriceEntry) -> Fraction:
        """Scenario currency for one unit of the entry's, with the tax taken off."""
        return self.factor(entry.currency, entry.as_of, entry.vat_rate)

    def factor(self, currency: str, as_of: str, vat_rate: float = 0.0) -> Fraction:
        """This currency for one unit of another at a date, with a tax taken off.

        Raises:
            NoRateError: if a currency has no exchange rate.
        """
        net = 1 / (1 + exact(vat_rate))
        if currency == self.currency:
            return net
        return net * self._usd(currency, as_of) / self._usd(self.currency, as_of)

    def rates_used(self, items: Collection[str]) -> list[RateEntry]:
        """Exchange rates that the prices of some items are turned with, in a fixed order.

        Raises:
            NoRateError: if a currency has no exchange rate.
        """
        used = {
            (rate.currency, rate.month): rate
            for entry in self.book.entries
            if entry.item in items and entry.currency != self.currency
            for currency in (entry.currency, self.currency)
            if currency != "USD"
            for rate in [self._rate(currency, entry.as_of)]
        }
        return [used[key] for key in sorted(used)]

    def _usd(self, currency: str, as_of: str) -> Fraction:
        """US dollars for one unit."""
        return Fraction(1) if currency == "USD" else exact(self._rate(currency, as_of).usd_per_unit)

    def _rate(self, currency: str, as_of: str) -> RateEntry:
        """The rate of the last month that is not after the date, else the first."""
        known = sorted((r for r in self.rates if r.currency == currency), key=lambda r: r.month)
        if not known:
            raise NoRateError(currency)
        before = [r for r in known if r.month <= last_month(as_of)]
        return before[-1] if before else known[0]


def price_list(catalog: Catalog, book: str, currency: str) -> PriceList:
    """The prices of a book in a currency."""
    return PriceList(catalog.price_books[book], catalog.exchange_rates, currency)

"""What each item costs and brings in each month of a scenario, in whole cents."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from planner.catalog.catalog import Catalog
from planner.catalog.items import Resale, exact
from planner.catalog.prices import Price, PriceList, price_list
from planner.scenario.schema import Existing, Quote, Scenario
from planner.units import Month, cents, round_half_away

NO_RESALE = Resale(Fraction(0), Fraction(1))


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of a scenario: its own quotes first, then its price book.

    Attributes:
        listed: the price book.
        quotes: prices of the user's own.
        start: first month of the roadmap.
        gpus: what loses its value as cards do: cards and bridges; the rest does so as hosts do.
    """

    listed: PriceList
    quotes: tuple[Quote, ...]
    start: Month
    gpus: frozenset[str]

    def price(self, item: str, month: Month) -> Price | None:
        """Price of a new unit in a month, or None where it cannot be bought."""
        held = [q for q in self.quotes if q.item == item and self._from(q) <= month]
        if held:
            latest = max(held, key=self._from)
            amount = cents(latest.price)
            return Price(amount, amount, amount, None, latest.source)
        return self.listed.price(item)

    def resale_curve(self, item: str) -> Resale:
        """Resale curve of an item; an item without one brings nothing."""
        return self.listed.resale(item, is_gpu=item in self.gpus) or NO_RESALE

    def value(self, item: str, paid_cents: int, age_months: int) -> int:
        """What a unit brings at an age, cents.

        The market does not know what was paid: no unit brings more than one that was bought at
        the price of the book, and one that was bought for less is valued by what it cost.
        """
        market = self.listed.price(item)
        base = paid_cents if market is None else min(paid_cents, market.cents)
        return resale_value(self.resale_curve(item), base, age_months)

    def existing_value(self, lot: Existing, month: Month) -> int:
        """What one unit of an existing lot brings in a month, cents.

        With `worth` given, that is its value at the start and only the yearly retention
        applies from there; else the book's price of today ages along the resale curve.
        """
        item = lot.gpu or lot.host or lot.bridge or ""
        curve = self.resale_curve(item)
        if lot.worth is not None:
            aged = Resale(Fraction(1), curve.yearly_retention)
            return resale_value(aged, cents(lot.worth), month - self.start)
        price = self.listed.price(item) or self.price(item, self.start)
        return self.value(item, price.cents, month - Month.parse(lot.bought)) if price else 0

    def _from(self, quote: Quote) -> Month:
        return Month.parse(quote.from_month) if quote.from_month else self.start


def resale_value(curve: Resale, paid_cents: int, age_months: int) -> int:
    """Price x first_sale_share x yearly_retention ** (months / 12), whole cents."""
    kept = exact(round(float(curve.yearly_retention) ** (age_months / 12.0), 12))
    return round_half_away(paid_cents * curve.first_sale_share * kept)


def prices_of(scenario: Scenario, catalog: Catalog) -> Prices:
    """The prices that hold in a scenario."""
    return Prices(
        listed=price_list(catalog, scenario.catalog.prices, scenario.currency),
        quotes=scenario.quotes,
        start=Month.parse(scenario.start),
        gpus=catalog.like_gpus,
    )

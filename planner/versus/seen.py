"""In what range a price lies: that of the price book, and what was seen in the months before."""

from __future__ import annotations

from dataclasses import dataclass

from planner.catalog.attributes import is_evidence
from planner.catalog.dates import begins_after, begins_before, first_month
from planner.catalog.market import PriceObservation
from planner.catalog.prices import NoRateError
from planner.claims.terms import ends
from planner.scenario.inputs import Inputs
from planner.units import Month
from planner.versus.priced import price_of

MONTHS = 6
"""What was seen in so many months up to the newest entry of the price book counts."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The range of a price, in the currency of the scenario, without tax.

    Attributes:
        book: both ends in the price book; the same where it has one price.
        seen: what was asked or paid for such goods, each end of a range, ascending.
    """

    book: tuple[float, float]
    seen: tuple[float, ...]

    @property
    def low(self) -> float:
        """The lowest of all."""
        return min(self.book[0], *self.seen, self.book[1])

    @property
    def high(self) -> float:
        """The highest of all."""
        return max(self.book[1], *self.seen, self.book[0])


def spread_of(inputs: Inputs, item: str) -> Spread | None:
    """The range of a price; None where there is no price, or the scenario's own quote is it."""
    price = price_of(inputs, item)
    if price is None or price.entry is None:
        return None
    seen = sorted(
        amount
        for one in inputs.catalog.price_observations
        if one.item == item
        and price.entry.condition in ("mixed", one.condition)
        and _counts(inputs, one)
        for amount in _net(inputs, one)
    )
    return Spread((price.low / 100, price.high / 100), tuple(seen))


def months_seen(inputs: Inputs) -> tuple[str, str]:
    """First and last month of which prices count."""
    until = max(first_month(e.as_of) for e in inputs.prices().listed.book.entries)
    return str(Month.parse(until) + (1 - MONTHS)), until


def _counts(inputs: Inputs, one: PriceObservation) -> bool:
    """Whether somebody else than an article saw it in those months."""
    since, until = months_seen(inputs)
    within = not begins_before(one.as_of, since) and not begins_after(one.as_of, until)
    return within and is_evidence(one.source, inputs.catalog.sources)


def _net(inputs: Inputs, one: PriceObservation) -> list[float]:
    """The price or both ends of its range, without tax; nothing without an exchange rate."""
    try:
        factor = inputs.prices().listed.factor(one.currency, one.as_of, one.vat_rate)
    except NoRateError:
        return []
    return [float(end * factor) for end in ends(one)]

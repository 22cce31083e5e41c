"""One card now and another in its place later, against the other at once: net cost of both ways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Literal, get_args

from planner.catalog.facts import Number
from planner.catalog.schema import ResaleEntry
from planner.scenario.inputs import Inputs
from planner.scenario.pricing import Prices
from planner.units import discount_factors, round_half_away

MONTHS = (6, 12, 18)
"""Months after which the first card is sold for the second, where the roadmap is longer."""
End = Literal["low", "high"]


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The first card bought now and sold when the second is bought, against the second at once.

    Amounts are in cents, discounted, and over the same roadmap.

    Attributes:
        months: months until the change.
        receipt: what the first card brings then, not discounted.
        kept: what the second card is worth at the end, not discounted.
        first: net cost of the first card and then the second.
        at_once: net cost of the second from the start.
        low: `first` less `at_once` at those ends of the resale curves that give the least.
        high: the same at those that give the most.
    """

    months: int
    receipt: int
    kept: int
    first: int
    at_once: int
    low: int
    high: int

    @property
    def difference(self) -> int:
        """What the first card costs more than the second at once; less if negative."""
        return self.first - self.at_once


def upgrades(inputs: Inputs, cheap: str, dear: str) -> Iterator[Upgrade]:
    """Both ways at every month of change, at the prices that the scenario has then.

    ``p_1 - d_t s_1(t) + d_t p_2(t) - d_T s_2(T - t)`` against ``p_2 - d_T s_2(T)``: prices p and
    values s(age) as in a plan, discount factors d, a change after t of T months.
    """
    for months in MONTHS:
        if months < inputs.scenario.months:
            yield _upgrade(inputs, cheap, dear, months)


def _upgrade(inputs: Inputs, cheap: str, dear: str, months: int) -> Upgrade:
    prices = inputs.prices()
    first, at_once = _costs(inputs, prices, cheap, dear, months)
    apart = [first - at_once]
    for share, yearly in product(get_args(End), repeat=2):
        one, other = _costs(inputs, _at_resale(prices, share, yearly), cheap, dear, months)
        apart.append(one - other)
    return Upgrade(
        months=months,
        receipt=_sale(inputs, prices, cheap, months),
        kept=_kept(inputs, prices, dear, months),
        first=round_half_away(first),
        at_once=round_half_away(at_once),
        low=round_half_away(min(apart)),
        high=round_half_away(max(apart)),
    )


def _costs(
    inputs: Inputs, prices: Prices, cheap: str, dear: str, months: int
) -> tuple[Fraction, Fraction]:
    """Net cost of both ways, discounted cents."""
    scenario = inputs.scenario
    factors = discount_factors(scenario.discount_rate, scenario.months)
    change, end = factors[months], factors[scenario.months]
    small = _paid(prices, cheap, 0) - change * _sale(inputs, prices, cheap, months)
    later = change * _paid(prices, dear, months) - end * _kept(inputs, prices, dear, months)
    return small + later, _paid(prices, dear, 0) - end * _kept(inputs, prices, dear, 0)


def _paid(prices: Prices, gpu: str, month: int) -> int:
    found = prices.price(gpu, prices.start + month)
    assert found is not None, f"{gpu} has no price"
    return found.cents


def _sale(inputs: Inputs, prices: Prices, gpu: str, month: int) -> int:
    """What a card of the start brings in a month, where the scenario lets it be sold."""
    return prices.value(gpu, _paid(prices, gpu, 0), month) if inputs.scenario.resale else 0


def _kept(inputs: Inputs, prices: Prices, gpu: str, bought: int) -> int:
    """What a card is worth at the end, where the scenario counts that."""
    if not inputs.scenario.horizon_value:
        return 0
    return prices.value(gpu, _paid(prices, gpu, bought), inputs.scenario.months - bought)


def _at_resale(prices: Prices, share: End, yearly: End) -> Prices:
    """The same prices with both figures of every resale curve at ends of their ranges."""
    curves = tuple(_curve_at(curve, share, yearly) for curve in prices.listed.book.resale)
    book = prices.listed.book.model_copy(update={"resale": curves})
    return replace(prices, listed=replace(prices.listed, book=book))


def _curve_at(curve: ResaleEntry, share: End, yearly: End) -> ResaleEntry:
    changed = {
        "first_sale_share": _at(curve.first_sale_share, share),
        "yearly_retention": _at(curve.yearly_retention, yearly),
    }
    return curve.model_copy(update=changed)


def _at(fact: Number, end: End) -> Number:
    value = fact.low if end == "low" else fact.high
    return fact if value is None else fact.model_copy(update={"value": value})

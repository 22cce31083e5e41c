"""Prices: what is to be bought has one, and nobody grows rich by waiting."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planner.catalog.items import exact
from planner.catalog.prices import NoRateError
from planner.scenario.checks.check import Check, Context, Finding
from planner.scenario.checks.offers import (
    book_of,
    can_be_bought,
    can_be_had,
    can_be_rented,
    is_sold_alone,
    leaves_nothing,
    may_use,
    names_only_known,
)
from planner.scenario.pricing import Prices, prices_of
from planner.units import discount_factors, money
from planner.yaml_source import Path


def _unpriced(context: Context) -> Iterator[Finding]:
    fleet, book = context.scenario.fleet, _book_id(context)
    if book_of(context) is None:
        return
    for field, names in (("gpus", fleet.gpus), ("hosts", fleet.hosts)):
        for i, item in enumerate(names or ()):
            wanted = item in context.catalog.items and is_sold_alone(context, item)
            wanted = wanted and not any(item == r.gpu for r in context.scenario.rentals)
            if wanted and may_use(context, item) and not can_be_had(context, item):
                message = f"`{item}` cannot be bought: the price book {book} has no price for it"
                hint = "give its price in `quotes`, or remove it here"
                yield Finding(("fleet", field, i), message, hint)
    yield from _unpriced_racks(context)


def _unpriced_racks(context: Context) -> Iterator[Finding]:
    for i, site in enumerate(context.scenario.sites):
        racks = site.racks
        if racks is None or not racks.buy or racks.model not in context.catalog.racks:
            continue
        if not can_be_bought(context, racks.model):
            book = _book_id(context)
            message = f"`{racks.model}` cannot be bought: the price book {book} has no price for it"
            hint = "give its price in `quotes`, or remove `buy`"
            yield Finding(("sites", i, "racks", "buy"), message, hint)


def _nothing_for_sale(context: Context) -> Iterator[Finding]:
    catalog = context.catalog
    if book_of(context) is None or not names_only_known(context) or leaves_nothing(context):
        return
    if can_be_rented(context):
        return
    had = [i for i in catalog.items if may_use(context, i) and can_be_had(context, i)]
    built_in = [catalog.hosts[h].built_in for h in had if h in catalog.hosts]
    loose = any(g in catalog.gpus and is_sold_alone(context, g) for g in had)
    if any(may_use(context, b.value.gpu) for b in built_in if b) or (loose and None in built_in):
        return
    message = (
        f"no {'host' if loose else 'card'} that this scenario allows can be bought or is owned"
    )
    hint = f"allow more in `fleet`, or give prices in `quotes` (the book is {_book_id(context)})"
    yield Finding(("fleet",), message, hint, at_key=True)


def _book_id(context: Context) -> str:
    return context.scenario.catalog.prices


def _no_rate(context: Context) -> Iterator[Finding]:
    book, currency = book_of(context), context.scenario.currency
    known = {"USD", *(rate.currency for rate in context.catalog.exchange_rates)}
    priced = [e.currency for e in (book.entries if book else ()) if may_use(context, e.item)]
    foreign = {c for c in priced if c != currency}
    for lacking in sorted({currency, *foreign} - known if foreign else ()):
        path: Path = ("currency",) if lacking == currency else ("catalog", "prices")
        message = f"there is no exchange rate for {lacking}, and prices must be converted"
        yield Finding(path, message, f"rates are known for {', '.join(sorted(known))}")


def _arbitrage(context: Context) -> Iterator[Finding]:
    scenario = context.scenario
    if book_of(context) is None or not (scenario.resale or scenario.horizon_value):
        return
    prices = prices_of(scenario, context.catalog)
    for item in context.catalog.items:
        if may_use(context, item) and is_sold_alone(context, item):
            paid = _first_price(prices, item, scenario.months)
            # What is left falls geometrically, so waiting pays most at the first step or the last.
            for age in (scenario.step_months, scenario.months):
                if paid and _gain(context, prices, item, paid, age) > 0:
                    yield _earns(context, prices, item, paid, age)
                    break


def _first_price(prices: Prices, item: str, months: int) -> int:
    """The first price of an item, cents; 0 where it has none that can be told."""
    try:
        found = (prices.price(item, prices.start + m) for m in range(months))
        return next((price.cents for price in found if price is not None), 0)
    except NoRateError:
        return 0


def _gain(context: Context, prices: Prices, item: str, paid: int, age: int) -> Fraction:
    """What one earns that is bought, kept unused and sold at an age, discounted cents."""
    factors = discount_factors(context.scenario.discount_rate, age)
    host = context.catalog.hosts.get(item)
    support = exact(host.support_per_year.value) * paid / 12 if host else Fraction(0)
    return factors[age] * prices.value(item, paid, age) - paid - support * sum(factors[:age])


def _earns(context: Context, prices: Prices, item: str, paid: int, age: int) -> Finding:
    currency = context.scenario.currency
    brings = money(prices.value(item, paid, age), currency)
    months = "a month" if age == 1 else f"{age} months"
    message = (
        f"`{item}` earns money by lying on a shelf: it costs {money(paid, currency)} and brings "
        f"{brings} when it is sold {months} later"
    )
    hint = (
        "check `first_sale_share` and `yearly_retention` of the price book "
        f"{_book_id(context)} and of the overlays"
    )
    return Finding(("catalog", "prices"), message, hint)


_ITEMS = ("catalog", "fleet", "quotes", "existing", "leases", "rentals")

_MONEY = ("currency", "discount_rate", "resale", "horizon_value")

CHECKS = (
    Check(
        id="missing-price",
        sentence="A card, host or rack that the fleet is to consist of can be had at a price.",
        find=_unpriced,
        needs=(*_ITEMS, "sites"),
        passes="""
            fleet: {gpus: [rtx-a6000, rtx-4090]}
            quotes: [{item: rtx-4090, price: 1900}]
            """,
        fails="fleet: {gpus: [rtx-a6000, rtx-4090]}",
    ),
    Check(
        id="nothing-for-sale",
        sentence="A card and a host for it can be bought, leased or rented, or are owned.",
        find=_nothing_for_sale,
        needs=_ITEMS,
        passes="fleet: {gpus: [rtx-a6000], hosts: [tower-2]}",
        fails="catalog: {prices: cards-only}",
    ),
    Check(
        id="no-exchange-rate",
        sentence="Every currency that must be converted has an exchange rate.",
        find=_no_rate,
        needs=(*_ITEMS, "currency"),
        passes="currency: EUR",
        fails="currency: XAU",
    ),
    Check(
        id="arbitrage",
        sentence="Nothing earns money by being bought, kept unused and sold again.",
        find=_arbitrage,
        needs=(*_ITEMS, *_MONEY, "start", "months", "step_months"),
        passes="catalog: {prices: 2026-09}",
        fails="catalog: {prices: bubble}",
    ),
)

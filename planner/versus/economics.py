"""What each card costs to own and run, whatever host takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from planner.catalog.prices import Price
from planner.catalog.schema import PriceEntry
from planner.scenario.inputs import Inputs
from planner.scenario.ownership import energy_per_year, loss_per_year, per_million
from planner.versus.priced import goods, price_of
from planner.versus.seen import spread_of
from planner.versus.speeds import Speed

Condition: TypeAlias = Literal["new", "used", "refurbished", "mixed"]


@dataclass(frozen=True, slots=True)
class Economics:
    """What a card costs to own and run.

    Attributes:
        gpu: id of the card.
        price: price of one at the start in the currency of the scenario, without tax: its own
            quote, else that of the book; None where it has none.
        basis: how the price is known, or why there is none.
        usable_gib: memory that may be used, with error correction off where it takes memory; None
            where it is not sized.
        per_gib: price for each of these.
        per_year: price over three years, less what a sale then brings, a year.
        energy_per_year: electricity at full load all year, losses of the site included.
        watts: board power.
        per_million: cost of a million tokens at full load all year, of a workload.
        rate: tokens per second that this rests on.
        workload: which workload that is.
        total_per_year: loss of value and energy.
        tokens_per_joule: rate for each watt at full load.
        per_token_rate: price for each token per second.
        alone: tokens per second that the bandwidth allows one session alone.
        condition: of the goods of this price: new, used, refurbished or mixed; None where the book
            does not tell.
        low: low end of the price in the book.
        high: high end.
        seen: what was seen asked or paid for such goods in the months before, ascending.
        tax: what tax was taken off the price as it is printed; None where it had none.
        remark: what the book says of the price.
    """

    gpu: str
    price: float | None
    basis: str
    usable_gib: float | None
    per_gib: float | None
    per_year: float | None
    energy_per_year: float
    watts: float
    per_million: float | None
    rate: float | None
    workload: str | None
    total_per_year: float | None
    tokens_per_joule: float | None
    per_token_rate: float | None
    alone: float | None
    condition: Condition | None
    low: float | None
    high: float | None
    seen: tuple[float, ...]
    tax: str | None
    remark: str | None


def economics(
    inputs: Inputs,
    gpu: str,
    usable_gib: float | None,
    chat: Speed | None,
    alone: float | None,
) -> Economics:
    """What a card costs to own and run at the first site of a scenario.

    Straight-line over three years to the worth at a sale then: ``(p - b s r^3) / 3``, where b is
    the price, and no more than that of the book; energy is ``W / 1000 x 8760 x PUE x tariff``;
    tokens are those of one replica at full speed all year.
    """
    card = inputs.catalog.gpu(gpu)
    price = price_of(inputs, gpu)
    watts = float(card.tdp_w)
    energy = energy_per_year(inputs, watts)
    amount = None if price is None else price.cents / 100
    per_year = None if price is None else loss_per_year(inputs, gpu, price.cents)
    rate = chat.rate if chat is not None and chat.rate is not None else None
    cards = chat.group if chat is not None else 1
    spread = spread_of(inputs, gpu)
    return Economics(
        gpu=gpu,
        price=amount,
        basis=_basis(inputs, gpu),
        usable_gib=usable_gib,
        per_gib=None if amount is None or usable_gib is None else amount / usable_gib,
        per_year=per_year,
        energy_per_year=energy,
        watts=watts,
        per_million=None
        if per_year is None or not rate
        else per_million(cards * (per_year + energy), rate),
        rate=rate,
        workload=chat.workload if chat is not None else None,
        total_per_year=None if per_year is None else per_year + energy,
        tokens_per_joule=None if rate is None else rate / (cards * watts),
        per_token_rate=None if rate is None or amount is None else cards * amount / rate,
        alone=alone,
        condition=None if price is None or price.entry is None else price.entry.condition,
        low=None if price is None else price.low / 100,
        high=None if price is None else price.high / 100,
        seen=() if spread is None else spread.seen,
        tax=None if price is None else _tax(price.entry),
        remark=price.entry.note if price is not None and price.entry is not None else None,
    )


def _basis(inputs: Inputs, gpu: str) -> str:
    price = price_of(inputs, gpu)
    return _without(inputs, gpu) if price is None else basis_of(price)


def basis_of(price: Price) -> str:
    """How a price is known."""
    if price.entry is None:
        return f"the scenario's own ({price.source})"
    entry = price.entry
    return f"{entry.basis}, {entry.condition}, {entry.as_of}, {entry.source}"


def _tax(entry: PriceEntry | None) -> str | None:
    """What tax was taken off an entry of the book."""
    if entry is None or not entry.vat_rate:
        return None
    share = f"{entry.vat_rate * 100:g} % value-added tax"
    return f"{share} taken off {entry.currency} {entry.value:,.0f}"


def _without(inputs: Inputs, gpu: str) -> str:
    hosts = goods(inputs, gpu)
    book = inputs.scenario.catalog.prices
    if not hosts:
        return f"no price in the book {book}"
    currency = inputs.scenario.currency
    told = ", ".join(f"{host} at {currency} {p.cents / 100:,.0f}" for host, p in hosts.items())
    return f"none of its own; it is bought built into {told}"

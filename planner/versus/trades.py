"""Two cards traded against each other: for the same money or memory, or one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from planner.catalog.items import Gpu
from planner.scenario.inputs import Inputs
from planner.versus.priced import price_of

_SLACK = 0.02
"""Cards of 32 and 96 GB report memory that is not quite as 1 to 3."""
UPGRADE_MONTHS = (6, 12, 18)
"""Months after which the first card is sold for the second."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Some cards of one kind.

    Attributes:
        gpu: id of the card.
        count: how many.
        price: of all of them.
        memory_gib: that the driver reports, together.
        bandwidth_gb_s: together.
        watts: together, at full load.
        slots: together; None for modules.
    """

    gpu: str
    count: int
    price: float
    memory_gib: float
    bandwidth_gb_s: float
    watts: float
    slots: int | None


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The first card bought now, sold later, and the second bought then.

    Attributes:
        months: months in between.
        receipt: what the first card brings.
        extra: what this costs more than the second card now, as a share of its price.
        low: the same with the high end of the resale curve.
        high: the same with its low end.
    """

    months: int
    receipt: float
    extra: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Trades:
    """What one card is against the other; empty where one of them has no price.

    Attributes:
        cheap: id of the cheaper card.
        dear: id of the dearer.
        same_money: as many of the cheaper as one of the dearer costs, beside that one.
        same_memory: as many of the cheaper as have its memory, but for a fiftieth, beside that one.
        joined: how cards of the cheaper kind are joined.
        upgrades: the cheaper first, the dearer later.
    """

    cheap: str
    dear: str
    same_money: tuple[Stack, Stack]
    same_memory: tuple[Stack, Stack]
    joined: str
    upgrades: tuple[Upgrade, ...]


def trades(inputs: Inputs, gpus: tuple[str, str]) -> Trades | None:
    """What one card is against the other."""
    found = {gpu: price_of(inputs, gpu) for gpu in gpus}
    amounts = {gpu: price.cents / 100 for gpu, price in found.items() if price is not None}
    if len(amounts) < len(gpus) or min(amounts.values()) <= 0:
        return None
    cheap, dear = sorted(gpus, key=lambda gpu: amounts[gpu])
    one, other = inputs.catalog.gpu(cheap), inputs.catalog.gpu(dear)
    as_money = max(1, int(amounts[dear] / amounts[cheap]))
    as_memory = max(1, ceil(other.memory_mib / one.memory_mib - _SLACK))
    target = _stack(other, 1, amounts[dear])
    return Trades(
        cheap=cheap,
        dear=dear,
        same_money=(_stack(one, as_money, amounts[cheap]), target),
        same_memory=(_stack(one, as_memory, amounts[cheap]), target),
        joined=one.nvlink,
        upgrades=tuple(
            _upgrade(inputs, cheap, months, amounts[cheap], amounts[dear])
            for months in UPGRADE_MONTHS
        ),
    )


def _stack(gpu: Gpu, count: int, price: float) -> Stack:
    return Stack(
        gpu=gpu.id,
        count=count,
        price=count * price,
        memory_gib=count * gpu.memory_mib / 1024,
        bandwidth_gb_s=count * gpu.memory_bandwidth_gb_s,
        watts=count * float(gpu.tdp_w),
        slots=None if gpu.slot_width is None else count * gpu.slot_width,
    )


def _upgrade(inputs: Inputs, cheap: str, months: int, price: float, target: float) -> Upgrade:
    """``(p_1 - s + p_2) / p_2 - 1`` with ``s = b x first_sale_share x retention^(t/12)``.

    b is what was paid, and no more than the price of the book, as in a plan.

    The price of the second card is taken as it is today: where it rises, waiting costs more.
    """
    listed = inputs.prices().listed
    curve = listed.resale_entry(cheap, is_gpu=True)
    years = Fraction(months, 12)
    share, keep = (curve.first_sale_share, curve.yearly_retention) if curve else (None, None)

    book = listed.price(cheap)
    base = price if book is None else min(price, book.cents / 100)

    def extra(first: float, yearly: float) -> float:
        return float((price - base * first * yearly ** float(years)) / target)

    if share is None or keep is None:
        return Upgrade(months, 0.0, price / target, price / target, price / target)
    middle = extra(share.value, keep.value)
    low = extra(share.high or share.value, keep.high or keep.value)
    high = extra(share.low or share.value, keep.low or keep.value)
    receipt = base * share.value * keep.value ** float(years)
    return Upgrade(months, receipt, middle, low, high)

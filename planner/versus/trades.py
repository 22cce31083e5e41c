"""Two cards traded against each other: for the same money or memory, or one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from planner.catalog.items import Gpu
from planner.scenario.inputs import Inputs
from planner.versus.priced import price_of
from planner.versus.upgrades import Upgrade, upgrades

_SLACK = 0.02
"""Cards of 32 and 96 GB report memory that is not quite as 1 to 3."""


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
        upgrades=tuple(upgrades(inputs, cheap, dear)),
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

"""What joins the cards of a group, and how fast they exchange data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from planner.catalog.items import Gpu, Host
from planner.sizing.engines import Collectives

GIGA = 1e9
MICRO = 1e-6
PCIE4 = 4


@dataclass(frozen=True, slots=True)
class Link:
    """A joint between the cards of a group.

    Attributes:
        name: ``none``, ``pcie``, ``nvlink`` or ``nvswitch``.
        latency_s: fixed time of one all-reduce.
        bytes_per_s: what one card sends and receives at the same time.
    """

    name: Literal["none", "pcie", "nvlink", "nvswitch"]
    latency_s: float
    bytes_per_s: float


ALONE = Link("none", 0.0, 1.0)
"""A single card."""


def slowest_slot(hosts: Iterable[Host]) -> int | None:
    """PCI Express generation of the slowest host that takes loose cards; None if there is none."""
    return min((h.pcie_generation for h in hosts if h.built_in is None), default=None)


def link_of(
    gpu: Gpu,
    cards: int,
    asked: Literal["same_host", "nvlink"],
    slot: int | None,
    rates: Collectives,
) -> Link | str:
    """The joint of a group, or why there is none of the kind that is asked for.

    An NVSwitch comes with the host. A bridge is bought apart and joins two cards, so it is used
    only where NVLink is asked for; PCI Express runs at the generation of the card or of the
    slowest host of the fleet, whichever is lower, and doubles with each generation.
    """
    if cards == 1:
        return ALONE
    one_way = gpu.nvlink_gb_s / 2 * GIGA * rates.nvlink_efficiency
    if gpu.nvlink == "nvswitch":
        return Link("nvswitch", rates.nvlink_latency_us * MICRO, one_way)
    if asked == "nvlink":
        if gpu.nvlink == "none":
            return "its cards are joined by PCI Express only; NVLink asked"
        if cards > 2:
            return f"a bridge joins two cards; {cards} asked"
        return Link("nvlink", rates.nvlink_latency_us * MICRO, one_way)
    generation = gpu.pcie_generation if slot is None else min(gpu.pcie_generation, slot)
    x16 = rates.pcie4_x16_gb_s * GIGA * 2.0 ** (generation - PCIE4)
    return Link("pcie", rates.pcie_latency_us * MICRO, x16 * rates.pcie_efficiency)

"""Figures that no card, host or model can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from planner.catalog.attributes import Item, attributes_of
from planner.catalog.catalog import Catalog
from planner.catalog.health.finding import Finding
from planner.catalog.schema import GpuEntry, HostEntry

_RANGES: Mapping[str, tuple[float, float]] = {
    "memory_mib": (2_000, 1_000_000),
    "cuda_memory_fraction": (0.8, 1),
    "ecc_capacity_factor": (0.8, 1),
    "memory_bandwidth_gb_s": (50, 30_000),
    "fp16_tflops": (1, 20_000),
    "int8_tops": (1, 40_000),
    "fp8_tflops": (1, 40_000),
    "fp4_tflops": (1, 80_000),
    "fp32_tflops": (1, 1_000),
    "tdp_w": (20, 3_000),
    "idle_w": (0, 300),
    "transient_factor": (1, 4),
    "slot_width": (1, 5),
    "pcie_generation": (3, 7),
    "nvlink_gb_s": (0, 4_000),
    "mig_instances": (0, 8),
    "sms": (1, 500),
    "bus_width_bits": (64, 16_384),
    "memory_data_rate_gbps": (0.5, 50),
    "base_mhz": (200, 4_000),
    "boost_mhz": (500, 4_000),
    "length_mm": (100, 500),
    "rack_units": (1, 60),
    "max_gpus": (1, 20),
    "psu_w": (200, 40_000),
    "psu_planning_fraction": (0.3, 1),
    "psu_transient_fraction": (0.5, 3),
    "base_idle_w": (5, 3_000),
    "base_load_w": (20, 8_000),
    "support_per_year": (0, 0.5),
    "parameters": (1e6, 5e12),
    "max_context_tokens": (64, 20_000_000),
}
"""Least and most that is possible, by attribute."""
_OF_HOSTS: Mapping[str, tuple[float, float]] = {
    "memory_gib": (4, 16_384),
    "cpu_cores": (2, 1_024),
    "sockets": (1, 12),
    "bridge_pairs": (0, 10),
    "max_card_w": (50, 3_000),
}
"""The same of hosts, where cards have an attribute of the same name, or none."""


def of_ranges(catalog: Catalog) -> Iterator[Finding]:
    """Every figure lies in the range of its kind, and in the range that it states itself."""
    for item in every_item(catalog):
        for name, known in attributes_of(item).items():
            value, fact = known.value, known.fact
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                continue
            low, high = _range(item, name)
            if not low <= value <= high:
                text = f"`{name}` is {value:g}; possible are {low:g} to {high:g}"
                yield Finding("error", "range", item.id, text)
            if fact is None or fact.low is None or fact.high is None:
                continue
            in_mib = name == "memory_gib" and isinstance(item, GpuEntry)
            if not in_mib and not fact.low <= value <= fact.high:
                text = f"`{name}` is {value:g}, outside its own {fact.low:g} to {fact.high:g}"
                yield Finding("error", "own-range", item.id, text)


def _range(item: Item, name: str) -> tuple[float, float]:
    ranges = {**_RANGES, **_OF_HOSTS} if isinstance(item, HostEntry) else _RANGES
    return ranges.get(name, (float("-inf"), float("inf")))


def every_item(catalog: Catalog) -> Iterator[Item]:
    """Cards, hosts, racks, bridges and models."""
    yield from catalog.gpus.values()
    yield from catalog.hosts.values()
    yield from catalog.racks.values()
    yield from catalog.bridges.values()
    yield from catalog.models.values()

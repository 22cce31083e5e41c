"""Figures of one card that must agree with each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from planner.catalog.attributes import attributes_of
from planner.catalog.catalog import Catalog
from planner.catalog.health.finding import Finding
from planner.catalog.schema import GpuEntry

BANDWIDTH_TOLERANCE = 0.01
RATE_TOLERANCE = 0.03
FP32_FLOP_PER_CLOCK: Mapping[str, float] = {
    "Ampere": 256, "Ada Lovelace": 256, "Blackwell": 256, "Hopper": 256,
}  # fmt: skip
"""FP32 operations of a multiprocessor in a clock: 128 lanes, two operations each."""
_HALF_LANES = ("8.0",)
"""Compute capabilities of multiprocessors with 64 lanes."""


def of_arithmetic(catalog: Catalog) -> Iterator[Finding]:
    """Bandwidth, rates, power, links and slices of a card follow from its other figures."""
    for gpu in catalog.gpus.values():
        yield from _bandwidth(gpu)
        yield from _fp32(gpu)
        yield from _rates(gpu)
        yield from _power(gpu)
        yield from _links(gpu, catalog)
        yield from _slices(gpu)


def _number(gpu: GpuEntry, name: str) -> float | None:
    known = attributes_of(gpu).get(name)
    value = known.value if known is not None else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value)


def _bandwidth(gpu: GpuEntry) -> Iterator[Finding]:
    bits, rate = _number(gpu, "bus_width_bits"), _number(gpu, "memory_data_rate_gbps")
    if bits is None or rate is None:
        return
    stated, follows = gpu.memory_bandwidth_gb_s.value, bits * rate / 8
    if abs(follows - stated) > BANDWIDTH_TOLERANCE * stated:
        text = (
            f"{bits:g} bit x {rate:g} Gbit/s / 8 = {follows:,.0f} GB/s, but "
            f"`memory_bandwidth_gb_s` is {stated:,.0f}"
        )
        yield Finding("error", "bandwidth", gpu.id, text)


def _fp32(gpu: GpuEntry) -> Iterator[Finding]:
    sms, mhz = _number(gpu, "sms"), _number(gpu, "boost_mhz")
    stated, per_clock = _number(gpu, "fp32_tflops"), _fp32_per_clock(gpu)
    if sms is None or mhz is None or stated is None or per_clock is None:
        return
    follows = sms * per_clock * mhz / 1e6
    if abs(follows - stated) > RATE_TOLERANCE * stated:
        text = (
            f"{sms:g} SM x {per_clock:g} x {mhz:g} MHz = {follows:.1f} TFLOP/s, but "
            f"`fp32_tflops` is {stated:g}"
        )
        yield Finding("error", "fp32", gpu.id, text)


def _fp32_per_clock(gpu: GpuEntry) -> float | None:
    capability = gpu.compute_capability.value if gpu.compute_capability else None
    per_clock = FP32_FLOP_PER_CLOCK.get(gpu.architecture.value)
    return per_clock / 2 if per_clock and capability in _HALF_LANES else per_clock


def _rates(gpu: GpuEntry) -> Iterator[Finding]:
    """FP8 is at least as fast as FP16 and FP4 as FP8: each halves the bits."""
    order = [
        ("fp16_tflops", gpu.fp16_tflops.value),
        ("fp8_tflops", gpu.fp8_tflops.value),
        ("fp4_tflops", gpu.fp4_tflops.value),
    ]
    known = [(name, value) for name, value in order if value is not None]
    for (wide, slower), (narrow, faster) in pairwise(known):
        if faster < slower:
            text = f"`{narrow}` ({faster:g}) is below `{wide}` ({slower:g})"
            yield Finding("error", "rates", gpu.id, text)


def _power(gpu: GpuEntry) -> Iterator[Finding]:
    if gpu.idle_w.value >= gpu.tdp_w.value:
        text = f"`idle_w` ({gpu.idle_w.value:g}) is not below `tdp_w` ({gpu.tdp_w.value:g})"
        yield Finding("error", "power", gpu.id, text)


def _links(gpu: GpuEntry, catalog: Catalog) -> Iterator[Finding]:
    joined, speed = gpu.nvlink.value, gpu.nvlink_gb_s.value
    if (joined == "none") != (speed == 0):
        text = f"`nvlink` is {joined}, but `nvlink_gb_s` is {speed:g}"
        yield Finding("error", "nvlink", gpu.id, text)
    if joined == "bridge" and not any(gpu.id in b.gpus.value for b in catalog.bridges.values()):
        text = "takes an NVLink bridge, but the catalogue has none for it"
        yield Finding("warning", "no-bridge", gpu.id, text)


def _slices(gpu: GpuEntry) -> Iterator[Finding]:
    if gpu.mig is None:
        return
    most = max(len(profile.starts) for profile in gpu.mig.value.profiles)
    if most != gpu.mig_instances.value:
        text = f"`mig` gives {most} instances, but `mig_instances` is {gpu.mig_instances.value}"
        yield Finding("error", "mig", gpu.id, text)

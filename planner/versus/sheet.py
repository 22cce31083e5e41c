"""The sheet of two cards: every figure with its source, and how far they are apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.catalog.attributes import (
    MIB_PER_GIB,
    Known,
    attributes_of,
    confidence_of,
    is_evidence,
    scalar,
    unit_of,
    without_unit,
)
from planner.catalog.catalog import Catalog
from planner.catalog.facts import Confidence
from planner.catalog.schema import GpuEntry, Scalar

ATTRIBUTES = (
    "architecture", "die", "process", "transistors_billion", "release_date", "discontinued",
    "compute_capability", "tensor_generation", "rt_generation",
    "sms", "cuda_cores", "tensor_cores", "rt_cores", "base_mhz", "boost_mhz",
    "memory_marketed_gb", "memory_gib", "memory_with_ecc_gib", "memory_type", "bus_width_bits",
    "memory_data_rate_gbps", "memory_bandwidth_gb_s", "l2_mb", "ecc",
    "fp32_tflops", "fp16_tflops", "fp16_fp16acc_tflops", "int8_tops", "fp8_tflops",
    "fp8_fp16acc_tflops", "fp4_tflops", "fp16_sparse_tflops", "fp8_sparse_tflops",
    "fp4_sparse_tflops", "rt_tflops", "texture_rate_gtexel_s",
    "nvenc", "nvenc_generation", "nvdec", "nvdec_generation", "display_outputs",
    "display_output_kind", "max_resolution", "directx", "opengl", "opencl", "vulkan",
    "pcie_generation", "pcie_lanes", "pcie_peer_gb_s", "nvlink", "nvlink_gb_s", "nvlink_group",
    "mig_instances", "tdp_w", "idle_w", "power_cap_min_w", "power_limit_max_w",
    "transient_factor", "power_connector", "operating_temperature_c",
    "slot_width", "length_mm", "height_mm", "thickness_mm", "cooling", "form_factor",
    "data_centre_use", "driver_track", "driver_support_years", "warranty_years",
    "launch_msrp_usd",
)  # fmt: skip
"""What a sheet shows, in this order, where either card has it."""


_NAMES = {
    "fp32_tflops": "FP32", "fp16_tflops": "FP16 dense, FP32 accumulation",
    "fp16_fp16acc_tflops": "FP16 dense, FP16 accumulation", "int8_tops": "INT8 dense",
    "fp8_tflops": "FP8 dense, FP32 accumulation",
    "fp8_fp16acc_tflops": "FP8 dense, FP16 accumulation", "fp4_tflops": "FP4 dense",
    "fp16_sparse_tflops": "FP16 sparse, as on the box",
    "fp8_sparse_tflops": "FP8 sparse, as on the box",
    "fp4_sparse_tflops": "FP4 sparse, as on the box", "rt_tflops": "ray tracing",
    "memory_gib": "memory that the driver reports", "memory_with_ecc_gib": "memory with ECC on",
    "memory_marketed_gb": "memory on the box", "ecc": "error correction (ECC)",
    "nvlink_gb_s": "NVLink, both ways", "pcie_peer_gb_s": "card to card over PCIe, one way",
    "tdp_w": "board power", "transient_factor": "shortest peaks, times the board power",
    "data_centre_use": "licence allows a data centre", "sms": "multiprocessors (SM)",
    "tensor_generation": "tensor cores, generation", "rt_generation": "RT cores, generation",
    "cuda_cores": "shader units (CUDA cores)", "rt_cores": "RT cores", "l2_mb": "L2 cache",
    "nvenc": "video encoders (NVENC)", "nvenc_generation": "NVENC, generation",
    "nvdec": "video decoders (NVDEC)", "nvdec_generation": "NVDEC, generation",
    "directx": "DirectX", "opengl": "OpenGL", "opencl": "OpenCL", "vulkan": "Vulkan",
    "pcie_generation": "PCI Express, generation", "pcie_lanes": "PCI Express, lanes",
    "nvlink": "NVLink", "nvlink_group": "NVLink, cards that it joins",
    "mig_instances": "isolated instances (MIG)", "base_mhz": "base clock",
    "boost_mhz": "boost clock", "idle_w": "idle power",
    "power_cap_min_w": "power limit, lowest", "power_limit_max_w": "power limit, highest",
    "operating_temperature_c": "operating temperature, C",
    "launch_msrp_usd": "list price at launch",
}  # fmt: skip
_ORDINAL = frozenset({
    "pcie_generation", "compute_capability", "tensor_generation", "rt_generation",
    "nvenc_generation", "nvdec_generation", "nvlink_gb_s", "nvlink_group", "warranty_years",
    "driver_support_years", "pcie_lanes",
})  # fmt: skip
"""Numbers of which a percentage says nothing."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of one card.

    Attributes:
        value: the value in force; None where it has none, or none is known.
        known: whether the catalogue says anything.
        source: id of the source.
        confidence: how far to trust it.
        disputed: what other sources say, where it differs: value, source, remark.
        why: why the claim in force is so, where sources disagree.
        estimate: the rule, where it is an estimate.
        hearsay: whether only an article says so.
    """

    value: Scalar | None
    known: bool
    source: str | None = None
    confidence: Confidence | None = None
    disputed: tuple[tuple[Scalar | None, str, str | None], ...] = ()
    why: str | None = None
    estimate: str | None = None
    hearsay: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the sheet.

    Attributes:
        attribute: name in the catalogue.
        first: the figure of the first card.
        second: the figure of the second.
    """

    attribute: str
    first: Cell
    second: Cell

    @property
    def name(self) -> str:
        """The name for people, without the unit."""
        if self.attribute in _NAMES:
            return _NAMES[self.attribute]
        return without_unit(self.attribute).replace("_", " ")

    @property
    def unit(self) -> str:
        """The unit, where there is one."""
        return unit_of(self.attribute)

    @property
    def change(self) -> float | None:
        """How far the second is from the first, as a share of the first; None for no numbers."""
        one, other = self.first.value, self.second.value
        if self.attribute in _ORDINAL:
            return None
        if isinstance(one, (bool, str)) or isinstance(other, (bool, str)):
            return None
        if one is None or other is None or one == 0:
            return None
        return other / one - 1


def sheet(catalog: Catalog, first: str, second: str) -> tuple[Line, ...]:
    """The sheet of two cards of the catalogue."""
    return tuple(_lines(catalog, catalog.gpus[first], catalog.gpus[second]))


def _lines(catalog: Catalog, first: GpuEntry, second: GpuEntry) -> Iterator[Line]:
    one, other = _attributes(first), _attributes(second)
    for name in ATTRIBUTES:
        if name in one or name in other:
            yield Line(name, _cell(catalog, one.get(name)), _cell(catalog, other.get(name)))


def _attributes(entry: GpuEntry) -> dict[str, Known]:
    """The attributes of a card, with what its memory is while error correction is on."""
    found = attributes_of(entry)
    if entry.ecc.value:
        fact = entry.ecc_capacity_factor
        size = entry.memory_mib.value / MIB_PER_GIB * fact.value
        found["memory_with_ecc_gib"] = Known("memory_with_ecc_gib", size, fact, fact.source)
    return found


def _cell(catalog: Catalog, known: Known | None) -> Cell:
    if known is None:
        return Cell(None, known=False)
    fact = known.fact
    if fact is None:
        return Cell(scalar(known.value), known=True, source=known.source)
    others = tuple(
        (scalar(c.value), c.source, c.note) for c in fact.other_claims if c.value != fact.value
    )
    return Cell(
        value=scalar(known.value),
        known=True,
        source=fact.source,
        confidence=confidence_of(fact, catalog.sources),
        disputed=() if known.name == "memory_with_ecc_gib" else others,
        why=fact.why,
        estimate=fact.estimate,
        hearsay=not is_evidence(fact.source, catalog.sources),
    )

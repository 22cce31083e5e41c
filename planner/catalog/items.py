"""Cards, hosts, racks and bridges as plain facts: values only, units in the names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from planner.catalog.facts import Fact
from planner.catalog.mig import MigTable, table_of
from planner.catalog.schema import BridgeEntry, Cooling, GpuEntry, HostEntry, RackEntry, Scalar


def exact(value: float) -> Fraction:
    """A decimal number of a file as an exact fraction (0.1 is one tenth)."""
    return Fraction(str(value))


@dataclass(frozen=True, slots=True)
class Gpu:
    """A card or module; the fields are those of the catalogue's file format."""

    id: str
    name: str
    vendor: str
    architecture: str
    compute_capability: str | None
    form_factor: Literal["pcie", "sxm"]
    memory_mib: int
    cuda_memory_fraction: Fraction
    memory_bandwidth_gb_s: float
    ecc: bool
    ecc_capacity_factor: Fraction
    fp16_tflops: float
    int8_tops: float | None
    fp8_tflops: float | None
    fp4_tflops: float | None
    tdp_w: Fraction
    idle_w: Fraction
    transient_factor: Fraction
    slot_width: int | None
    cooling: Cooling
    pcie_generation: int
    nvlink: Literal["none", "bridge", "nvswitch"]
    nvlink_gb_s: float
    mig_instances: int
    data_centre_use: bool
    attributes: Mapping[str, Scalar]
    mig: MigTable | None = None

    @classmethod
    def of(cls, entry: GpuEntry) -> Gpu:
        """The values in force of a catalogue entry."""
        return cls(
            id=entry.id,
            name=entry.name,
            vendor=entry.vendor,
            architecture=entry.architecture.value,
            compute_capability=entry.compute_capability.value if entry.compute_capability else None,
            form_factor=entry.form_factor.value,
            memory_mib=entry.memory_mib.value,
            cuda_memory_fraction=exact(entry.cuda_memory_fraction.value),
            memory_bandwidth_gb_s=entry.memory_bandwidth_gb_s.value,
            ecc=entry.ecc.value,
            ecc_capacity_factor=exact(entry.ecc_capacity_factor.value),
            fp16_tflops=entry.fp16_tflops.value,
            int8_tops=entry.int8_tops.value,
            fp8_tflops=entry.fp8_tflops.value,
            fp4_tflops=entry.fp4_tflops.value,
            tdp_w=exact(entry.tdp_w.value),
            idle_w=exact(entry.idle_w.value),
            transient_factor=exact(entry.transient_factor.value),
            slot_width=entry.slot_width.value,
            cooling=entry.cooling.value,
            pcie_generation=entry.pcie_generation.value,
            nvlink=entry.nvlink.value,
            nvlink_gb_s=entry.nvlink_gb_s.value,
            mig_instances=entry.mig_instances.value,
            data_centre_use=entry.data_centre_use.value,
            attributes=_values(entry.attributes),
            mig=table_of(entry),
        )


@dataclass(frozen=True, slots=True)
class Host:
    """A workstation or server; the fields are those of the catalogue's file format.

    Cores and memory are None where nothing is known about them: nothing can be promised then.
    """

    id: str
    name: str
    vendor: str
    form: Literal["tower", "rack"]
    rack_units: int | None
    slot_layouts: tuple[tuple[int, ...], ...]
    max_gpus: int
    cooling: tuple[Cooling, ...]
    max_open_cards: int
    max_card_w: Fraction
    psu_w: Fraction
    psu_planning_fraction: Fraction
    psu_transient_fraction: Fraction
    base_idle_w: Fraction
    base_load_w: Fraction
    pcie_generation: int
    support_per_year: Fraction
    built_in: tuple[str, int] | None
    attributes: Mapping[str, Scalar]
    bridge_pairs: int = 0
    cpu_cores: int | None = None
    memory_gib: Fraction | None = None
    sockets: int = 2

    @classmethod
    def of(cls, entry: HostEntry) -> Host:
        """The values in force of a catalogue entry."""
        built_in = entry.built_in.value if entry.built_in else None
        return cls(
            id=entry.id,
            name=entry.name,
            vendor=entry.vendor,
            form=entry.form.value,
            rack_units=entry.rack_units.value,
            slot_layouts=entry.slot_layouts.value,
            max_gpus=entry.max_gpus.value,
            cooling=entry.cooling.value,
            max_open_cards=entry.max_open_cards.value,
            max_card_w=exact(entry.max_card_w.value),
            psu_w=exact(entry.psu_w.value),
            psu_planning_fraction=exact(entry.psu_planning_fraction.value),
            psu_transient_fraction=exact(entry.psu_transient_fraction.value),
            base_idle_w=exact(entry.base_idle_w.value),
            base_load_w=exact(entry.base_load_w.value),
            pcie_generation=entry.pcie_generation.value,
            support_per_year=exact(entry.support_per_year.value),
            built_in=(built_in.gpu, built_in.count) if built_in else None,
            attributes=_values(entry.attributes),
            bridge_pairs=entry.bridge_pairs.value if entry.bridge_pairs else 0,
            cpu_cores=entry.cpu_cores.value if entry.cpu_cores else None,
            memory_gib=exact(entry.memory_gib.value) if entry.memory_gib else None,
            sockets=entry.sockets.value if entry.sockets else 2,
        )


@dataclass(frozen=True, slots=True)
class Rack:
    """A rack for servers.

    Attributes:
        id: name used in scenarios.
        name: what it is called.
        rack_units: height for hosts.
        watts: IT power that it may carry.
        sockets: power sockets, or None where there is no limit to plan with.
    """

    id: str
    name: str
    rack_units: int
    watts: Fraction
    sockets: int | None

    @classmethod
    def of(cls, entry: RackEntry) -> Rack:
        """The values in force of a catalogue entry."""
        return cls(
            id=entry.id,
            name=entry.name,
            rack_units=entry.rack_units.value,
            watts=1000 * exact(entry.kw.value),
            sockets=entry.sockets.value,
        )


@dataclass(frozen=True, slots=True)
class Bridge:
    """An NVLink bridge.

    Attributes:
        id: name used in scenarios.
        name: name used by the vendor.
        vendor: maker.
        gpus: cards of which it joins two of one kind.
        per_pair: bridges that one pair takes.
    """

    id: str
    name: str
    vendor: str
    gpus: tuple[str, ...]
    per_pair: int

    @classmethod
    def of(cls, entry: BridgeEntry) -> Bridge:
        """The values in force of a catalogue entry."""
        return cls(
            id=entry.id,
            name=entry.name,
            vendor=entry.vendor,
            gpus=entry.gpus.value,
            per_pair=entry.per_pair.value,
        )


def _values(attributes: Mapping[str, Fact[Scalar]]) -> Mapping[str, Scalar]:
    return {name: fact.value for name, fact in attributes.items()}


@dataclass(frozen=True, slots=True)
class Resale:
    """A geometric resale curve: price x first_sale_share x yearly_retention ** (months / 12)."""

    first_sale_share: Fraction
    yearly_retention: Fraction

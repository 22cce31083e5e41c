"""The file format of the catalogue: sources, cards, hosts and what joins them, models, prices.

One file may hold any of the sections; all files of a catalogue are read together.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from planner.catalog.architecture import ModelEntry
from planner.catalog.facts import (
    AsOf,
    Confidence,
    Count,
    Currency,
    Entry,
    Fact,
    Flag,
    Id,
    MaybeNumber,
    Number,
    SourceId,
    Text,
)
from planner.catalog.market import (
    BenchmarkEntry,
    DepreciationEntry,
    PriceObservation,
    ReferenceEntry,
    RentalObservation,
)
from planner.catalog.mig_schema import MigSizesEntry, MigTableEntry

Cooling = Literal["blower", "open", "passive", "system"]
SourceKind = Literal[
    "vendor",
    "vendor-copy",
    "measurement",
    "secondary",
    "press",
    "price-series",
    "article",
    "official",
    "derived",
    "recall",
]
Scalar = bool | int | float | str


class SourceEntry(Entry):
    """A place that facts come from."""

    id: SourceId
    """Name that facts refer to."""
    title: str
    """What it is."""
    kind: SourceKind
    """How near it is to the fact: a vendor's text, a measurement, a copy, an opinion."""
    date: str | None = None
    """Date of the source, as it gives it."""
    url: str | None = None
    """Where it can be read; absent where it is not public on the web."""
    confidence: Confidence | None = None
    """How far to trust it; as its kind suggests if absent."""


class GpuEntry(Entry):
    """A graphics card, or an accelerator module that is built into a host."""

    id: Id
    """Name used in scenarios."""
    name: str
    """Name used by the vendor."""
    vendor: str
    """Maker of the chip."""
    architecture: Text
    """Architecture, for example `Ada Lovelace`."""
    compute_capability: Text | None = None
    """CUDA compute capability, for example `8.9`."""
    form_factor: Fact[Literal["pcie", "sxm"]]
    """`pcie` for a card that is bought loose, `sxm` for a module built into a host."""
    memory_mib: Count
    """Memory that the driver reports, in MiB (never the marketed number)."""
    cuda_memory_fraction: Number
    """Share of the reported memory that CUDA offers to programs."""
    memory_bandwidth_gb_s: Number
    """Peak memory bandwidth, 10^9 bytes per second."""
    ecc: Flag
    """Whether the memory has error correction."""
    ecc_capacity_factor: Number
    """Share of the memory that is left with error correction on."""
    fp16_tflops: Number
    """Dense FP16 tensor rate with FP32 accumulation, 10^12 operations per second."""
    int8_tops: MaybeNumber
    """Dense INT8 tensor rate; null where there is none."""
    fp8_tflops: MaybeNumber
    """Dense FP8 tensor rate with FP32 accumulation; null where there is none."""
    fp4_tflops: MaybeNumber
    """Dense FP4 tensor rate; null where there is none."""
    tdp_w: Number
    """Board power at full load, watts."""
    idle_w: Number
    """Board power at rest with a model loaded, watts."""
    transient_factor: Number
    """Shortest power peaks (about 0.1 ms) as a multiple of the board power."""
    slot_width: Fact[int | None]
    """Width in expansion slots; null for a module."""
    cooling: Fact[Cooling]
    """How it is cooled; `open` cards stand side by side only where a host says so."""
    pcie_generation: Count
    """PCI Express generation."""
    nvlink: Fact[Literal["none", "bridge", "nvswitch"]]
    """How two of them can be joined."""
    nvlink_gb_s: Number
    """Total bandwidth of the joint in both directions, 10^9 bytes per second; 0 for none."""
    mig_instances: Count
    """Largest number of MIG instances; 0 for none."""
    mig: Fact[MigTableEntry] | None = None
    """How it can be cut into MIG instances; absent where it cannot, or where nobody says how."""
    mig_sizes: Fact[MigSizesEntry] | None = None
    """What the driver gives to an instance; shares by slices if absent."""
    data_centre_use: Flag
    """Whether the driver licence allows use in a data centre."""
    attributes: dict[str, Fact[Scalar]] = Field(default_factory=dict)
    """Any further attribute, for predicates of a scenario's `requires`."""

    @model_validator(mode="after")
    def _sizes_of_known_profiles(self) -> GpuEntry:
        known = {p.name for p in self.mig.value.profiles} if self.mig else set()
        sized = [s.profile for s in self.mig_sizes.value.profiles] if self.mig_sizes else []
        if unknown := [name for name in sized if name not in known]:
            raise ValueError(f"`mig_sizes` names profiles that `mig` lacks: {', '.join(unknown)}")
        return self


class BuiltIn(Entry):
    """The accelerators that a host is sold with."""

    gpu: Id
    """Which module."""
    count: int = Field(gt=0)
    """How many."""


class HostEntry(Entry):
    """A workstation or a server."""

    id: Id
    """Name used in scenarios."""
    name: str
    """Name used by the vendor."""
    vendor: str
    """Maker."""
    form: Fact[Literal["tower", "rack"]]
    """`tower` stands on a floor, `rack` needs a rack."""
    rack_units: Fact[int | None]
    """Height in rack units; null for a tower that is not racked."""
    slot_layouts: Fact[tuple[tuple[int, ...], ...]]
    """Ways to use the slots: each a list of positions with the width that fits there."""
    max_gpus: Count
    """Most cards that the vendor allows."""
    cooling: Fact[tuple[Cooling, ...]]
    """Kinds of cooling that its air flow suits."""
    max_open_cards: Count
    """Most cards with open fans that may be fitted."""
    max_card_w: Number
    """Largest board power of one card, watts."""
    psu_w: Number
    """Power that the supplies give with the stated redundancy kept, watts."""
    psu_planning_fraction: Number
    """Share of it that may be loaded for hours."""
    psu_transient_fraction: Number
    """Multiple of it that the supplies deliver for 0.1 ms."""
    base_idle_w: Number
    """Power of the host without cards at rest, watts."""
    base_load_w: Number
    """Power of the host without cards at full load, watts."""
    pcie_generation: Count
    """PCI Express generation of the slots."""
    support_per_year: Number
    """Yearly support as a share of the price."""
    built_in: Fact[BuiltIn] | None = None
    """Accelerators that are sold with the host and never loose."""
    bridge_pairs: Count | None = None
    """Pairs of cards that NVLink bridges can join at a time; none if absent."""
    cpu_cores: Count | None = None
    """Processor cores of the configuration that is priced."""
    memory_gib: Number | None = None
    """Memory of the host in the configuration that is priced, GiB."""
    sockets: Count | None = None
    """Power sockets that it takes in a rack, one for each supply; 2 if absent."""
    attributes: dict[str, Fact[Scalar]] = Field(default_factory=dict)
    """Any further attribute, for predicates of a scenario's `requires`."""


class RackEntry(Entry):
    """A rack for servers."""

    id: Id
    """Name used in scenarios."""
    name: str
    """What it is called."""
    rack_units: Count
    """Height for hosts, rack units."""
    kw: Number
    """IT power that it may carry for hours, kW; a site may state its own."""
    sockets: Fact[int | None]
    """Power sockets; null where there is no limit to plan with."""


class BridgeEntry(Entry):
    """An NVLink bridge that joins two cards."""

    id: Id
    """Name used in scenarios."""
    name: str
    """Name used by the vendor."""
    vendor: str
    """Maker."""
    gpus: Fact[tuple[Id, ...]]
    """Cards of which it joins two of one kind."""
    per_pair: Count
    """Bridges that one pair takes."""


class EngineEntry(Entry):
    """A program that runs models, with the constants of one of its versions."""

    id: Id
    """Name of the engine."""
    version: str
    """Version that the constants were read from."""
    constants: dict[str, Number]
    """Constants by name; the sizing modules say what each one means."""


class RateEntry(Entry):
    """An exchange rate of one month."""

    currency: Currency
    """The currency."""
    month: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    """Month of the average."""
    usd_per_unit: float = Field(gt=0)
    """US dollars for one unit of the currency."""
    source: SourceId
    """Id of the source."""


class PriceEntry(Entry):
    """What an item costs, and how that is known."""

    item: Id
    """Id of a card, a host, a rack or a bridge."""
    basis: Literal["quote", "observed", "estimate"]
    """`quote` is the user's own, `observed` a market price, `estimate` a labelled rule."""
    value: float = Field(ge=0)
    """Price of one, in `currency`."""
    low: float | None = Field(default=None, ge=0)
    """Low end of the range."""
    high: float | None = Field(default=None, ge=0)
    """High end of the range."""
    currency: Currency
    """Currency of the price."""
    vat_rate: float = Field(default=0.0, ge=0, le=0.5)
    """Value-added tax that the price includes, as a share of the net price."""
    condition: Literal["new", "used", "refurbished", "mixed"]
    """Condition of the goods."""
    as_of: AsOf
    """Date of the price."""
    source: SourceId
    """Id of the source."""
    rule: str | None = None
    """For an estimate: how it was reached."""
    note: str | None = None
    """Anything a reader must know to use the price."""

    @model_validator(mode="after")
    def _complete(self) -> PriceEntry:
        if self.basis == "estimate" and (
            self.rule is None or self.low is None or self.high is None
        ):
            raise ValueError("an estimate needs its `rule` and a range (`low` and `high`)")
        if (
            self.low is not None
            and self.high is not None
            and not self.low <= self.value <= self.high
        ):
            raise ValueError("`value` must lie between `low` and `high`")
        return self


class ResaleEntry(Entry):
    """What an item is worth when it is sold: price x first_sale_share x retention^years."""

    items: tuple[Id, ...] | Literal["gpus", "hosts"]
    """Ids, or all cards with their bridges, or all hosts with their racks; an id wins."""
    first_sale_share: Number
    """Share of the price that a sale on the first day would bring."""
    yearly_retention: Number
    """Share of the value that is left after each further year."""


class PriceBook(Entry):
    """Prices of one date and their resale curves."""

    id: Id
    """Name used in scenarios."""
    title: str
    """What the book is."""
    currency: Currency
    """Main currency of the book (each entry names its own)."""
    entries: tuple[PriceEntry, ...]
    """One entry for each item that can be bought."""
    resale: tuple[ResaleEntry, ...]
    """Resale curves."""


class InForce(Entry):
    """Puts another claim about an attribute in force."""

    item: Id
    """Id of a card, a host, a rack or a bridge."""
    attribute: str
    """Name of the attribute."""
    source: SourceId
    """Source of the claim that shall hold."""


class CatalogFile(Entry):
    """One file of a catalogue, or an overlay of a scenario."""

    schema_version: Literal[1] = Field(alias="schema")
    """Version of this file format."""
    sources: tuple[SourceEntry, ...] = ()
    """Places that facts come from."""
    gpus: tuple[GpuEntry, ...] = ()
    """Cards and modules."""
    hosts: tuple[HostEntry, ...] = ()
    """Workstations and servers."""
    racks: tuple[RackEntry, ...] = ()
    """Racks."""
    bridges: tuple[BridgeEntry, ...] = ()
    """NVLink bridges."""
    models: tuple[ModelEntry, ...] = ()
    """Models that workloads can name."""
    engines: tuple[EngineEntry, ...] = ()
    """Programs that run models."""
    exchange_rates: tuple[RateEntry, ...] = ()
    """Exchange rates by month."""
    price_books: tuple[PriceBook, ...] = ()
    """Prices."""
    price_observations: tuple[PriceObservation, ...] = ()
    """Dated prices that were seen, for the history of an item."""
    rentals: tuple[RentalObservation, ...] = ()
    """What cards and machines were let for."""
    depreciation: tuple[DepreciationEntry, ...] = ()
    """What things lost in value."""
    references: tuple[ReferenceEntry, ...] = ()
    """Tariffs, PUE, space, licences, rules."""
    benchmarks: tuple[BenchmarkEntry, ...] = ()
    """Measured speeds."""
    put_in_force: tuple[InForce, ...] = ()
    """In an overlay: claims that shall replace the ones in force."""

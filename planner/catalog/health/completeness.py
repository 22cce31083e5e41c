"""What is not known of each card and host, and what cannot be done for want of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.catalog.attributes import attributes_of
from planner.catalog.catalog import Catalog
from planner.catalog.schema import GpuEntry, HostEntry

GPU_ATTRIBUTES: Mapping[str, str] = {
    "compute_capability": "CUDA engines do not run on it",
    "int8_tops": "INT8 does not run on it",
    "fp8_tflops": "FP8 is computed in 16 bits, or does not run on it",
    "fp4_tflops": "FP4 is computed in 16 bits, or does not run on it",
    "mig": "it cannot be cut into instances",
    "die": "claims about it cannot be checked",
    "sms": "its rates cannot be cross-checked",
    "cuda_cores": "claims about it cannot be checked",
    "tensor_cores": "claims about it cannot be checked",
    "rt_cores": "needs for ray tracing cannot name it",
    "memory_marketed_gb": "claims about it cannot be checked",
    "memory_type": "claims about it cannot be checked",
    "bus_width_bits": "its bandwidth cannot be cross-checked",
    "memory_data_rate_gbps": "its bandwidth cannot be cross-checked",
    "boost_mhz": "its rates cannot be cross-checked",
    "fp32_tflops": "needs for FP32 cannot name it",
    "length_mm": "nothing says whether it fits a short case",
    "power_connector": "nothing says whether the cables fit",
    "release_date": "its age at the start cannot be told",
    "warranty_years": "needs for a warranty cannot name it",
    "driver_track": "needs for a driver branch cannot name it",
}
"""What is asked of a card beyond what every card must have, and what its absence disables."""
HOST_ATTRIBUTES: Mapping[str, str] = {
    "rack_units": "it does not stand in a rack",
    "bridge_pairs": "no NVLink bridges fit",
    "cpu_cores": "needs for processor cores cannot be met by it",
    "memory_gib": "needs for memory of the host cannot be met by it",
    "sockets": "two sockets are assumed",
}
"""The same for a host."""
PRICE = "price"
NOT_BOUGHT = "it cannot be bought"


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much is known of an item.

    Attributes:
        item: id of the card or host.
        kind: `gpu` or `host`.
        known: attributes that are known.
        asked: attributes that are asked for.
        missing: what is not known, with what that disables.
        none: what it is known not to have, with what that disables.
    """

    item: str
    kind: str
    known: int
    asked: int
    missing: Mapping[str, str]
    none: Mapping[str, str]

    @property
    def share(self) -> float:
        """Known / asked."""
        return self.known / self.asked

    def to_json(self) -> dict[str, object]:
        """The same as plain data."""
        head: dict[str, object] = {"item": self.item, "kind": self.kind}
        return head | {
            "known": self.known,
            "asked": self.asked,
            "missing": [{"attribute": a, "disables": d} for a, d in self.missing.items()],
            "none": [{"attribute": a, "disables": d} for a, d in self.none.items()],
        }


def completeness(catalog: Catalog, book: str) -> Iterator[Completeness]:
    """How much is known of every card and host, with its price in a book."""
    priced = {e.item for e in catalog.price_books[book].entries}
    for gpu in catalog.gpus.values():
        loose = gpu.form_factor.value == "pcie"
        yield _of(gpu, "gpu", GPU_ATTRIBUTES, priced if loose else None)
    for host in catalog.hosts.values():
        yield _of(host, "host", HOST_ATTRIBUTES, priced)


def _of(
    entry: GpuEntry | HostEntry, kind: str, asked: Mapping[str, str], priced: set[str] | None
) -> Completeness:
    attributes = attributes_of(entry)
    fields = [n for n in type(entry).model_fields if n not in asked and n != "attributes"]
    missing = {n: d for n, d in asked.items() if n not in attributes or not attributes[n].source}
    none = {n: d for n, d in asked.items() if n not in missing and attributes[n].value is None}
    if isinstance(entry, GpuEntry) and entry.mig_instances.value == 0:
        missing.pop("mig", None)
    total = len(fields) + len(asked) + (priced is not None)
    if priced is not None and entry.id not in priced:
        missing[PRICE] = NOT_BOUGHT
    return Completeness(entry.id, kind, total - len(missing), total, missing, none)

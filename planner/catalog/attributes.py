"""Every attribute of an item of the catalogue by name: its value and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from planner.catalog.architecture import ModelEntry
from planner.catalog.catalog import Catalog
from planner.catalog.facts import Confidence, Entry, Fact
from planner.catalog.mig_schema import MigSizesEntry, MigTableEntry
from planner.catalog.schema import (
    BridgeEntry,
    BuiltIn,
    GpuEntry,
    HostEntry,
    RackEntry,
    Scalar,
    SourceEntry,
    SourceKind,
)

Item: TypeAlias = GpuEntry | HostEntry | RackEntry | BridgeEntry | ModelEntry

_CONFIDENCE: Mapping[SourceKind, Confidence] = {
    "vendor": "high", "vendor-copy": "high", "measurement": "high", "official": "high",
    "derived": "high", "secondary": "medium", "press": "medium", "price-series": "medium",
    "article": "low", "recall": "low",
}  # fmt: skip
_HEARSAY: tuple[SourceKind, ...] = ("article", "recall")
MIB_PER_GIB = 1024
_UNITS = {
    "_gb_s": "GB/s", "_mib": "MiB", "_gib": "GiB", "_gb": "GB", "_mb": "MB", "_tflops": "TFLOP/s",
    "_tops": "TOP/s", "_usd": "USD", "_mm": "mm", "_mhz": "MHz", "_gbps": "Gbit/s",
    "_gtexel_s": "GTexel/s", "_billion": "billion", "_nm": "nm", "_years": "years", "_w": "W",
    "_tokens": "tokens", "_us": "us", "_ms": "ms", "_v": "V", "_v_min": "V", "_w_max": "W",
    "_bits": "bit", "kw": "kW",
}  # fmt: skip
"""Units by how the name of an attribute ends."""
_PLURALS = ("years", "tokens")


@dataclass(frozen=True, slots=True)
class Known:
    """An attribute of an item.

    Attributes:
        name: as in the file; fields inside a part of a model without the name of the part.
        value: the value in force.
        fact: the whole fact, where there is one.
        source: id of its source.
    """

    name: str
    value: object
    fact: Fact[Any] | None
    source: str | None


def attributes_of(entry: Item) -> dict[str, Known]:
    """Every attribute of an item by name, those that follow from others included.

    Where a part of a model has an attribute of the same name, that of the whole model holds.
    """
    source = entry.source if isinstance(entry, ModelEntry) else None
    found: dict[str, Known] = {}
    for known in _walk(entry, source):
        found.setdefault(known.name, known)
    if "memory_mib" in found and isinstance(entry, GpuEntry):
        fact = entry.memory_mib
        found["memory_gib"] = Known("memory_gib", fact.value / MIB_PER_GIB, fact, fact.source)
    return found


def item_of(catalog: Catalog, name: str) -> Item | None:
    """The card, host, rack, bridge or model of an id."""
    groups: tuple[Mapping[str, Item], ...] = (
        catalog.gpus, catalog.hosts, catalog.racks, catalog.bridges, catalog.models,
    )  # fmt: skip
    return next((group[name] for group in groups if name in group), None)


def confidence_of(fact: Fact[Any], sources: Mapping[str, SourceEntry]) -> Confidence:
    """How far to trust a fact: as it says, else low for an estimate, else as its source."""
    if fact.confidence is not None:
        return fact.confidence
    source = sources.get(fact.source)
    if fact.estimate is not None or source is None:
        return "low"
    return source.confidence or _CONFIDENCE[source.kind]


def is_evidence(source: str | None, sources: Mapping[str, SourceEntry]) -> bool:
    """Whether a source is more than hearsay: an article, or what somebody remembers."""
    entry = sources.get(source or "")
    return entry is not None and entry.kind not in _HEARSAY


def unit_of(attribute: str) -> str:
    """Unit of an attribute, from the end of its name; empty where it has none."""
    return _UNITS.get(_ending(attribute), "")


def unit_for(attribute: str, value: object) -> str:
    """Unit of an attribute beside a value: `3 years`, but `1 year`."""
    unit = unit_of(attribute)
    return unit.removesuffix("s") if value == 1 and unit in _PLURALS else unit


def without_unit(attribute: str) -> str:
    """The name of an attribute without the ending that names its unit."""
    ending = _ending(attribute)
    return attribute.removesuffix(ending) or attribute


def _ending(attribute: str) -> str:
    endings = sorted(_UNITS, key=len, reverse=True)
    return next((e for e in endings if attribute.endswith(e)), "")


def _walk(entry: Entry, source: str | None) -> Iterator[Known]:
    for name in type(entry).model_fields:
        yield from _known(name, getattr(entry, name), source)


def _known(name: str, value: object, source: str | None) -> Iterator[Known]:
    match value:
        case Fact():
            yield Known(name, value.value, value, value.source)
        case Mapping() if name == "attributes":
            for key, inner in value.items():
                yield from _known(key, inner, source)
        case Entry():
            yield from _walk(value, source)
        case _:
            yield Known(name, value, None, source)


def scalar(value: object) -> Scalar | None:
    """A value as one number, word or flag; lists are joined, and whole parts told in words."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (tuple, list)):
        return ", ".join(f"{scalar(v)}" for v in value)
    return in_words(value) if isinstance(value, Entry) else f"{value}"


def in_words(part: Entry) -> str:
    """A part of an entry that is more than one figure: what is built in, kinds of instances."""
    match part:
        case BuiltIn():
            return f"{part.count} x {part.gpu}"
        case MigTableEntry():
            return ", ".join(f"{len(p.starts)} x {p.name}" for p in part.profiles)
        case MigSizesEntry():
            return ", ".join(f"{s.profile} {s.memory_gib:,.10g} GiB" for s in part.profiles)
        case _:
            return ", ".join(f"{name} {scalar(inner)}" for name, inner in part)

"""Hard requirements: which card meets them, whatever it costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.catalog.catalog import Catalog
from planner.catalog.items import Gpu


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that a buyer may have to have.

    Attributes:
        text: what it is.
        met: what each card has of it, in words.
        meets: whether each card meets it.
    """

    text: str
    met: tuple[str, str]
    meets: tuple[bool, bool]


def requirements(catalog: Catalog, gpus: tuple[str, str]) -> tuple[Requirement, ...]:
    """What each of two cards has of what buyers may have to have."""
    return tuple(_requirements(catalog.gpu(gpus[0]), catalog.gpu(gpus[1])))


def _requirements(one: Gpu, other: Gpu) -> Iterator[Requirement]:
    cards = (one, other)
    yield _of("memory that corrects errors (ECC)", [g.ecc for g in cards])
    licence = [g.data_centre_use for g in cards]
    yield _of("use in a data centre, which the GeForce licence excludes", licence)
    tenants = [g.mig_instances for g in cards]
    words = [f"{n} instances" if n else "no" for n in tenants]
    yield _of("isolated tenants on one card (MIG)", [n > 0 for n in tenants], words)
    joined = [g.nvlink != "none" for g in cards]
    speeds = [f"{g.nvlink_gb_s:g} GB/s both ways" if g.nvlink != "none" else "no" for g in cards]
    yield _of("cards joined by NVLink", joined, speeds)
    yield _of("FP8 units", [g.fp8_tflops is not None for g in cards])
    yield _of("FP4 units", [g.fp4_tflops is not None for g in cards])
    slots = ["module" if g.slot_width is None else _slots(g.slot_width) for g in cards]
    yield _of("a single slot", [g.slot_width == 1 for g in cards], slots)
    beside = [g.cooling in ("blower", "passive") for g in cards]
    coolers = [str(g.cooling) for g in cards]
    yield _of("cards side by side (blower or passive)", beside, coolers)


def _slots(count: int) -> str:
    return "1 slot" if count == 1 else f"{count} slots"


def _of(text: str, meets: list[bool], words: list[str] | None = None) -> Requirement:
    told = words or ["yes" if m else "no" for m in meets]
    return Requirement(text, (told[0], told[1]), (meets[0], meets[1]))

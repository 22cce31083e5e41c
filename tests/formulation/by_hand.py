"""Deployment options by hand: the few facts that matter are given, the rest is plain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from planner.formulation.patterns import CardRoom
from planner.sizing.option import ClassLoad, Label, Option, Quantum, Sizing
from planner.units import GIB

ROOM = CardRoom("card", plain_bytes=40 * GIB, ecc_bytes=36 * GIB, max_share_ppm=900_000)


@dataclass(frozen=True)
class Kind:
    """What an option needs and gives; by default a small part of a card."""

    capacity: int = 1
    level: int = 1
    gib: float = 10.0
    share: float = 0.25
    gpus: int = 1
    part: bool = True
    step_ms: int = 20
    period_ms: int | None = None
    watts: int = 60
    ecc: bool = False
    precision: str = "bf16"
    link: str = ""
    slice: str | None = None
    pooled: bool = False
    rates: tuple[int, ...] = ()


def option(workload: str, gpu: str = "card", kind: Kind = Kind()) -> Option:
    """An option of a workload on a kind of card."""
    return Option(
        workload=workload,
        gpu=gpu,
        precision=kind.precision,
        gpus=kind.gpus,
        part=kind.part,
        link=kind.link or ("none" if kind.gpus == 1 else "pcie"),
        level=kind.level,
        capacity=kind.capacity,
        memory_bytes=int(kind.gib * GIB),
        share_ppm=int(kind.share * 1_000_000),
        step_us=kind.step_ms * 1000,
        period_us=None if kind.period_ms is None else kind.period_ms * 1000,
        power_mw=kind.watts * 1000,
        ecc=kind.ecc,
        speed=(1.0, 1.0),
        label=Label.MODELLED,
        source="by hand",
        slice=kind.slice,
        pooled=kind.pooled,
        rates=tuple(map(Fraction, kind.rates)),
    )


def sizing_of(
    options: Sequence[Option], demand: Mapping[str, tuple[int, ...]], load_share: Fraction
) -> Sizing:
    """Options and the loads that they carry, in sessions."""
    quanta = {
        name: Quantum("sessions", Fraction(1), counts, tuple(n * load_share for n in counts))
        for name, counts in demand.items()
    }
    usable = {
        (gpu, ecc): ROOM.ecc_bytes if ecc else ROOM.plain_bytes
        for gpu in {o.gpu for o in options}
        for ecc in (False, True)
    }
    return Sizing(tuple(options), (), quanta, usable, ROOM.max_share_ppm)


def sizing_of_classes(
    options: Sequence[Option], demand: Mapping[str, tuple[int, ...]], load_share: Fraction
) -> Sizing:
    """Options of one workload, and its requests per second by class."""
    (name,) = {o.workload for o in options}
    busy = tuple(int(any(rates)) for rates in zip(*demand.values(), strict=True))
    classes = tuple(
        ClassLoad(shape, 1000, 100, tuple(map(Fraction, rates))) for shape, rates in demand.items()
    )
    quantum = Quantum("requests/s", Fraction(1), busy, tuple(b * load_share for b in busy), classes)
    return replace(sizing_of(options, {name: busy}, load_share), quanta={name: quantum})

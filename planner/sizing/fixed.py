"""Deployment options of needs that are stated directly.

A need is whole cards, or a part of a card in bytes and time. Of the latter several may stand on one
card: the level of an option is their number there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from planner.catalog.items import Gpu, exact
from planner.scenario.workloads import FixedWorkload
from planner.sizing.links import Link, link_of
from planner.sizing.option import Label, Option, Quantum, Refusal
from planner.sizing.refusals import Subject
from planner.sizing.setting import MILLION, Setting
from planner.units import GIB

NO_PRECISION = "as-stated"
"""Stands where other workloads have the precision of their weights."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a card, or an instance of it, offers: bytes, and a share of the card's time."""

    usable: int
    share_ppm: int


def size_fixed(
    workload: FixedWorkload, gpus: Sequence[Gpu], quantum: Quantum, setting: Setting
) -> Iterator[Option | Refusal]:
    """The options of a need on every card, or why there is none."""
    for gpu in gpus:
        usable = setting.usable_bytes(gpu, ecc=workload.requires.ecc)
        room = Room(usable, setting.max_share_ppm)
        yield from _on(workload, gpu, room, max(1, *quantum.demand), setting)


def size_fixed_in(
    workload: FixedWorkload,
    gpu: Gpu,
    profile: str,
    room: Room,
    quantum: Quantum,
    setting: Setting,
) -> Iterator[Option | Refusal]:
    """The options of a need in a MIG instance, or why there is none.

    Where cards are shared, several needs may stand in it; fewer than fit matter only where each
    takes a part of the host too.
    """
    found = list(_on(workload, gpu, room, max(1, *quantum.demand), setting))
    of_host = workload.need.cpu_cores or workload.need.host_memory_gib
    for result in found if of_host else found[-1:]:
        if isinstance(result, Option):
            yield replace(result, part=False, slice=profile)
        else:
            yield result


def _on(
    workload: FixedWorkload, gpu: Gpu, room: Room, most: int, setting: Setting
) -> Iterator[Option | Refusal]:
    need = workload.need
    cards = need.cards or 1
    subject = Subject(workload.name, gpu.id, NO_PRECISION, cards)
    taken = ceil((need.memory_gib or 0.0) * GIB)
    asked = max(taken, workload.min_memory_gib * GIB)
    if asked > room.usable:
        yield subject.too_large({"memory, as stated": asked}, room.usable)
        return
    share = _share_ppm(workload, setting)
    if share > room.share_ppm and need.cards is None:
        got, limit = share / 10_000, room.share_ppm / 10_000
        text = f"needs {got:g} % of a card's time; {limit:g} % may be promised"
        yield subject.refuse("time", text, share / room.share_ppm)
        return
    link = link_of(gpu, cards, workload.link, setting.slot, setting.engines.collectives)
    if not isinstance(link, Link):
        yield subject.refuse("link", link)
        return
    one = _option(workload, gpu, cards, taken, share, link, setting)
    yield one
    if one.part:
        fitting = min(
            most,
            room.usable // taken if taken else most,
            room.share_ppm // share if share else most,
        )
        for copies in range(2, fitting + 1):
            yield _times(one, copies)


def _times(one: Option, copies: int) -> Option:
    """Several of the same need on one card."""
    return replace(
        one,
        level=copies,
        capacity=copies,
        memory_bytes=copies * one.memory_bytes,
        share_ppm=copies * one.share_ppm,
        power_mw=copies * one.power_mw,
    )


def _share_ppm(workload: FixedWorkload, setting: Setting) -> int:
    """The stated share; all that may be promised where none is stated."""
    need = workload.need
    if need.cards is not None or need.time_share is None:
        return setting.max_share_ppm
    return ceil(exact(need.time_share) * MILLION)


def _option(
    workload: FixedWorkload,
    gpu: Gpu,
    cards: int,
    memory: int,
    share: int,
    link: Link,
    setting: Setting,
) -> Option:
    rules = setting.engines.sharing
    above_idle_mw = (gpu.tdp_w - gpu.idle_w) * 1000 * cards * exact(rules.fixed_activity)
    return Option(
        workload=workload.name,
        gpu=gpu.id,
        precision=NO_PRECISION,
        gpus=cards,
        part=workload.need.cards is None and workload.isolation == "shared",
        link=link.name,
        level=1,
        capacity=1,
        memory_bytes=memory,
        share_ppm=share,
        step_us=ceil(rules.fixed_step_ms * 1000),
        period_us=None,
        power_mw=ceil(above_idle_mw * share / MILLION),
        ecc=workload.requires.ecc,
        speed=(1.0, 1.0),
        label=Label.MODELLED,
        source="stated in the scenario",
    )

"""Deployment options in MIG instances: an instance is sized as a small card of its own.

It has the memory that the driver gives to it, the bandwidth of its memory slices, and the compute
rates and the power above idle in the share of its multiprocessors. One replica runs in it, alone,
so that the largest useful level is the only one that matters: it carries most and draws least for
each unit (docs/decisions/005).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import assert_never

from planner.catalog.items import Gpu
from planner.catalog.mig import MigProfile, layouts
from planner.scenario.inputs import Inputs
from planner.scenario.schema import Scenario
from planner.scenario.workloads import (
    AnyWorkload,
    EmbeddingWorkload,
    FinetuneWorkload,
    FixedWorkload,
    ImageWorkload,
    InferenceWorkload,
)
from planner.sizing.embedding import size_embedding
from planner.sizing.finetune import size_finetune
from planner.sizing.fixed import Room, size_fixed_in
from planner.sizing.image import size_image
from planner.sizing.inference import size_inference
from planner.sizing.option import Layout, Option, Quantum, Refusal
from planner.sizing.setting import MILLION, Setting

ONE_CARD = (1,)
OF_THE_INSTANCE = frozenset({"memory", "speed", "ttft", "latency", "time"})
"""Rules that an instance may break where its card does not; others hold for the card itself."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A MIG instance of a card.

    Attributes:
        card: the card.
        profile: kind of instance.
        gpu: the instance as a small card.
    """

    card: Gpu
    profile: MigProfile
    gpu: Gpu


def cuts_cards(scenario: Scenario) -> bool:
    """Whether cards may be cut: only where some workload asks for it."""
    return any(w.isolation == "mig" for w in scenario.workloads)


def instances_of(card: Gpu) -> tuple[Instance, ...]:
    """Every kind of instance of a card; none for one that cannot be cut."""
    if card.mig is None:
        return ()
    slices = card.mig.memory_slices
    return tuple(Instance(card, p, _small_card(card, p, slices)) for p in card.mig.profiles)


def size_instances(
    workload: AnyWorkload,
    inputs: Inputs,
    gpus: Sequence[Gpu],
    quantum: Quantum,
    setting: Setting,
) -> Iterator[Option | Refusal]:
    """Options and refusals of a workload in instances of cards that may run it at all."""
    if not _may_run_in_instances(workload, quantum):
        return
    for gpu in gpus:
        for instance in instances_of(gpu):
            for found in _by_task(workload, inputs, instance, quantum, setting):
                if isinstance(found, Option):
                    yield found
                elif found.rule in OF_THE_INSTANCE:
                    name = instance.profile.name
                    yield replace(found, text=f"in a {name} instance: {found.text}", slice=name)


def layouts_of(gpus: Iterable[Gpu], options: Iterable[Option]) -> Mapping[str, tuple[Layout, ...]]:
    """Ways to cut each card on which some workload can run in an instance."""
    cut = {o.gpu for o in options if o.slice is not None}
    return {g.id: layouts(g.mig) for g in gpus if g.mig is not None and g.id in cut}


def _may_run_in_instances(workload: AnyWorkload, quantum: Quantum) -> bool:
    if workload.isolation == "exclusive" or workload.link == "nvlink" or quantum.classes:
        return False
    if workload.survive is not None and workload.survive.cards is not None:
        return False
    if isinstance(workload, FinetuneWorkload):
        return not workload.time_shared
    return not isinstance(workload, FixedWorkload) or workload.need.cards is None


def _small_card(card: Gpu, profile: MigProfile, memory_slices: int) -> Gpu:
    """An instance as a card; error correction is on where it takes memory."""
    part = profile.compute_share
    bandwidth = Fraction(profile.memory_slices, memory_slices)
    return replace(
        card,
        memory_mib=floor(card.memory_mib * profile.memory_share),
        cuda_memory_fraction=card.cuda_memory_fraction * card.ecc_capacity_factor,
        ecc_capacity_factor=Fraction(1),
        memory_bandwidth_gb_s=card.memory_bandwidth_gb_s * float(bandwidth),
        fp16_tflops=card.fp16_tflops * float(part),
        int8_tops=_scaled(card.int8_tops, part),
        fp8_tflops=_scaled(card.fp8_tflops, part),
        fp4_tflops=_scaled(card.fp4_tflops, part),
        tdp_w=(card.tdp_w - card.idle_w) * part,
        idle_w=Fraction(0),
        mig=None,
    )


def _scaled(rate: float | None, part: Fraction) -> float | None:
    return None if rate is None else rate * float(part)


def _by_task(
    workload: AnyWorkload, inputs: Inputs, instance: Instance, quantum: Quantum, setting: Setting
) -> Iterator[Option | Refusal]:
    if isinstance(workload, FixedWorkload):
        yield from _stated(workload, instance, quantum, setting)
        return
    model, gpus = inputs.model(workload), (instance.gpu,)
    match workload.model_copy(update={"isolation": "exclusive"}):
        case InferenceWorkload() as alone:
            found = size_inference(alone, model, gpus, quantum, setting, ONE_CARD)
        case EmbeddingWorkload() as alone:
            found = size_embedding(alone, model, gpus, quantum, setting)
        case ImageWorkload() as alone:
            found = size_image(alone, model, gpus, quantum, setting)
        case FinetuneWorkload() as alone:
            found = size_finetune(alone, model, gpus, quantum, setting, ONE_CARD)
        case _ as never:
            assert_never(never)
    for result in found:
        yield _in(instance, result) if isinstance(result, Option) else result


def _in(instance: Instance, option: Option) -> Option:
    """An option of the small card, with its share of the whole card's time."""
    share = ceil(option.share_ppm * instance.profile.compute_share)
    return replace(option, slice=instance.profile.name, share_ppm=share)


def _stated(
    workload: FixedWorkload, instance: Instance, quantum: Quantum, setting: Setting
) -> Iterator[Option | Refusal]:
    """A need that is stated directly: its time is a share of the whole card's."""
    room = Room(
        usable=setting.usable_bytes(instance.gpu, ecc=workload.requires.ecc),
        share_ppm=min(setting.max_share_ppm, floor(instance.profile.compute_share * MILLION)),
    )
    name = instance.profile.name
    return size_fixed_in(workload, instance.card, name, room, quantum, setting)

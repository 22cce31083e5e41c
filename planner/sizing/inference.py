"""Deployment options of language models that answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.catalog.architecture import ModelEntry
from planner.catalog.items import Gpu
from planner.scenario.demand import tokens_per_s
from planner.scenario.values import Precision
from planner.scenario.workloads import InferenceWorkload
from planner.sizing.candidate import Candidate, Point
from planner.sizing.engines import Range
from planner.sizing.levels import GROUPS, even_power, largest, session_levels
from planner.sizing.links import Link, link_of
from planner.sizing.option import Label, Option, Quantum, Refusal
from planner.sizing.precision import Kernels, Unsupported, kernels_for, kv_refusal
from planner.sizing.refusals import Subject
from planner.sizing.serving import Replica, replica_of
from planner.sizing.setting import MILLION, Setting
from planner.sizing.steps import machine_of


def size_inference(
    workload: InferenceWorkload,
    model: ModelEntry,
    gpus: Sequence[Gpu],
    quantum: Quantum,
    setting: Setting,
    groups: Sequence[int] = GROUPS,
) -> Iterator[Option | Refusal]:
    """Options and refusals of a workload on cards that may run it at all."""
    for precision in workload.precision:
        replicas = [
            replica_of(workload, model, precision, cards, setting.engines) for cards in groups
        ]
        for gpu in gpus:
            kernels = runnable(workload, model, gpu, precision, setting)
            if isinstance(kernels, Refusal):
                yield kernels
                continue
            for replica in replicas:
                yield from _options(workload, gpu, replica, kernels, quantum, setting)


def runnable(
    workload: InferenceWorkload,
    model: ModelEntry,
    gpu: Gpu,
    precision: Precision,
    setting: Setting,
) -> Kernels | Refusal:
    """How a card runs a precision, or why it does not, however many cards there are."""
    subject = Subject(workload.name, gpu.id, precision)
    kernels = kernels_for(precision, gpu, model, setting.engines.vllm)
    if isinstance(kernels, Unsupported):
        return subject.refuse("precision", kernels.text)
    if wrong := kv_refusal(workload.kv_cache, gpu, kernels):
        return subject.refuse("kv-precision", wrong.text)
    most = model.transformer.max_context_tokens if model.transformer else 0
    if workload.context_tokens > most:
        return subject.too_long("a context", workload.context_tokens, most)
    return kernels


def candidate(
    workload: InferenceWorkload, gpu: Gpu, replica: Replica, kernels: Kernels, setting: Setting
) -> Candidate | Refusal:
    """A replica on a card or a group, or why the group cannot be formed."""
    subject = Subject(workload.name, gpu.id, replica.precision, replica.cards)
    if replica.impossible:
        return subject.refuse("split", replica.impossible)
    link = link_of(gpu, replica.cards, workload.link, setting.slot, setting.engines.collectives)
    if not isinstance(link, Link):
        return subject.refuse("link", link)
    engine = replica.engine
    return Candidate(
        subject=subject,
        gpu=gpu,
        replica=replica,
        machine=machine_of(gpu.memory_bandwidth_gb_s, kernels.flop_per_s, link, engine),
        usable=setting.usable_bytes(gpu, ecc=workload.requires.ecc),
        rate=tokens_per_s(workload),
        ttft_ms=workload.slo.ttft_ms,
        slowdown=setting.slowdown(workload.name, speed_of(replica)),
        prefill_slowdown=setting.slowdown(workload.name, engine.prefill_speed),
        max_share_ppm=setting.max_share_ppm,
        step_share_of_period=setting.engines.sharing.step_share_of_period,
    )


def speed_of(replica: Replica) -> Range:
    """Range of the speed of decode: with experts or without."""
    return replica.engine.moe_speed if replica.work.moe_layers else replica.engine.dense_speed


def _options(
    workload: InferenceWorkload,
    gpu: Gpu,
    replica: Replica,
    kernels: Kernels,
    quantum: Quantum,
    setting: Setting,
) -> Iterator[Option | Refusal]:
    """One option a level on a part of a card; on whole cards the largest useful level only."""
    found = candidate(workload, gpu, replica, kernels, setting)
    if isinstance(found, Refusal):
        yield found
        return
    most = largest(found.fits, max(1, *quantum.demand))
    if most == 0:
        yield found.refusal()
        return
    part = replica.cards == 1 and workload.isolation == "shared"
    points = [found.point(level) for level in (session_levels(most) if part else (most,))]
    full_mw = found.full_power_mw()
    powers = even_power([(p.sessions, full_mw * p.share_ppm / MILLION) for p in points])
    for point, power in zip(points, powers, strict=True):
        yield _option(workload, found, point, power, part=part)


def _option(
    workload: InferenceWorkload, found: Candidate, point: Point, power_mw: int, *, part: bool
) -> Option:
    engine, speed = found.replica.engine, speed_of(found.replica)
    return Option(
        workload=workload.name,
        gpu=found.gpu.id,
        precision=found.replica.precision,
        gpus=found.replica.cards,
        part=part,
        link=found.machine.link.name,
        level=point.sessions,
        capacity=point.sessions,
        memory_bytes=point.memory_bytes,
        share_ppm=point.share_ppm,
        step_us=point.step_us,
        period_us=int(MILLION / found.rate),
        power_mw=power_mw,
        ecc=workload.requires.ecc,
        speed=(speed.low, speed.high),
        label=Label.MODELLED,
        source=f"{engine.ENGINE} {engine.version}, first constants",
    )

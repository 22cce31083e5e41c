"""Deployment options of fine-tuning (formulas in docs/reference/sizing.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

from planner.catalog.architecture import ModelEntry, Transformer
from planner.catalog.items import Gpu
from planner.scenario.values import Precision
from planner.scenario.workloads import FinetuneWorkload
from planner.sizing.engines import Trainer
from planner.sizing.levels import GROUPS
from planner.sizing.links import Link, link_of
from planner.sizing.option import Option, Quantum, Refusal
from planner.sizing.precision import TERA, foreign_to_cuda
from planner.sizing.refusals import Subject
from planner.sizing.serving import computing_parameters
from planner.sizing.setting import Setting
from planner.sizing.shared_work import Runner, pooled_option, share_options
from planner.sizing.steps import attention_flop
from planner.sizing.training_memory import (
    TrainingMemory,
    TrainingSetup,
    gathered_bytes,
    training_memory,
)
from planner.units import HOURS_PER_MONTH

SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600
GATHERS = {"full": 3, "lora": 2, "qlora": 2}
"""How often a step moves all weights: forward, backward, and once more for their gradients."""


def size_finetune(
    workload: FinetuneWorkload,
    model: ModelEntry,
    gpus: Sequence[Gpu],
    quantum: Quantum,
    setting: Setting,
    groups: Sequence[int] = GROUPS,
) -> Iterator[Option | Refusal]:
    """Options and refusals of a workload on cards that may run it at all."""
    engine = setting.engines.trainer
    memories = {cards: training_memory(workload, model, cards, engine) for cards in groups}
    for gpu in gpus:
        if refused := training_refusal(workload, model, gpu):
            yield refused
            continue
        for cards, memory in memories.items():
            found = training_runner(workload, model, gpu, cards, memory, setting)
            if isinstance(found, Refusal):
                yield found
            elif workload.time_shared:
                yield pooled_option(workload, found, quantum)
            else:
                yield from share_options(workload, found, quantum, setting)


def training_refusal(workload: FinetuneWorkload, model: ModelEntry, gpu: Gpu) -> Refusal | None:
    """Why a card cannot run a workload, however many cards there are, or None."""
    precision, t = precision_of(workload), model.transformer
    subject = Subject(workload.name, gpu.id, precision)
    assert t is not None, f"{model.id} has no transformer"
    if foreign := foreign_to_cuda(gpu):
        return subject.refuse("precision", foreign)
    if workload.sequence_tokens > t.max_context_tokens:
        return subject.too_long("sequences", workload.sequence_tokens, t.max_context_tokens)
    return None


def training_runner(
    workload: FinetuneWorkload,
    model: ModelEntry,
    gpu: Gpu,
    cards: int,
    memory: TrainingMemory,
    setting: Setting,
) -> Runner | Refusal:
    """A run on a card or a group that ``training_refusal`` lets pass, or why there is none."""
    engine, precision = setting.engines.trainer, precision_of(workload)
    subject = Subject(workload.name, gpu.id, precision, cards)
    usable = setting.usable_bytes(gpu, ecc=workload.requires.ecc)
    if memory.total > usable:
        return subject.too_large(training_pieces(memory), usable)
    link = link_of(gpu, cards, workload.link, setting.slot, setting.engines.collectives)
    if not isinstance(link, Link):
        return subject.refuse("link", link)
    seconds = micro_step_s(workload, model, gpu, cards, link, engine)
    seconds *= setting.slowdown(workload.name, engine.speed)
    tokens = cards * workload.batch_sequences * workload.sequence_tokens
    return Runner(
        gpu=gpu,
        precision=precision,
        cards=cards,
        memory_bytes=ceil(memory.total),
        rate=tokens / seconds * SECONDS_PER_MONTH,
        step_s=seconds,
        period_us=None,
        activity=engine.activity,
        speed=engine.speed,
        source=f"{engine.ENGINE} {engine.version}, first constants",
        link=link,
    )


def precision_of(workload: FinetuneWorkload) -> Precision:
    """Precision in which the base weights are held; the method decides it."""
    return "nf4" if workload.method == "qlora" else "bf16"


def micro_step_s(
    workload: FinetuneWorkload,
    model: ModelEntry,
    gpu: Gpu,
    cards: int,
    link: Link,
    engine: Trainer,
) -> float:
    """Seconds of one step on every card: the slower of computing and of moving weights.

    Computing is ``tokens (6 A + 6 L d seq) / (F MFU)``, x 4/6 for adapters (no gradients of
    frozen weights), / 0.73 for QLoRA, x 4/3 with recomputation. A sharded run gathers all
    weights in each pass while it computes (FSDP prefetch).
    """
    t = model.transformer
    assert t is not None
    tokens = workload.batch_sequences * workload.sequence_tokens
    mfu = engine.mfu_moe if t.experts else engine.mfu_dense
    compute = tokens * token_flop(workload, t, engine) / (gpu.fp16_tflops * TERA * mfu)
    if cards == 1:
        return compute
    moved = GATHERS[workload.method] * float(
        gathered_bytes(TrainingSetup.of(workload)) * model.parameters
    )
    passes = 2 * t.layers * link.latency_s
    return max(compute, moved * (cards - 1) / cards / link.bytes_per_s + passes)


def token_flop(workload: FinetuneWorkload, t: Transformer, engine: Trainer) -> float:
    """Operations of a training token, with those of QLoRA's slower kernels counted as more."""
    sequence = workload.sequence_tokens
    attention = 3.0 * attention_flop(t, sequence, causal=True) / sequence
    flop = 6.0 * computing_parameters(t) + attention
    if workload.method != "full":
        flop *= 4 / 6
    if workload.method == "qlora":
        flop /= engine.qlora_speed
    return flop * 4 / 3 if workload.recompute else flop


def training_pieces(memory: TrainingMemory) -> dict[str, float]:
    """Bytes on each card by what they are for, activations with their margin."""
    return {
        "weights and optimiser": memory.weights + memory.adapters,
        "activations": memory.activations * (1 + memory.fragmentation),
        "engine": memory.sharding + memory.base + memory.context,
    }

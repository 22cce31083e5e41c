"""Deployment options of embedding models and rerankers (formulas in docs/reference/sizing.md).

They are prefill only, in padded batches of equal texts; more cards mean more replicas.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from planner.catalog.architecture import ModelEntry, Transformer
from planner.catalog.items import Gpu
from planner.scenario.precisions import ENCODERS
from planner.scenario.values import Precision
from planner.scenario.workloads import EmbeddingWorkload
from planner.sizing.engines import Encoder
from planner.sizing.option import Option, Quantum, Refusal
from planner.sizing.precision import Kernels, Unsupported, kernels_for
from planner.sizing.refusals import Subject
from planner.sizing.setting import Setting
from planner.sizing.shared_work import Runner, options_of_runners
from planner.sizing.steps import MICRO, attention_flop
from planner.sizing.weights import weights_of
from planner.units import GIB


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch of equal texts on a card.

    Attributes:
        texts: texts in the batch.
        seconds: time of the batch.
        memory_bytes: memory of the replica with it.
    """

    texts: int
    seconds: float
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class EncoderOnCard:
    """A model on a card.

    Attributes:
        transformer: dimensions.
        causal: whether a token sees only those before it.
        engine: constants.
        weight_bytes: bytes of the weights.
        text_tokens: length of a text.
        flop_per_s: tensor rate that is reached.
        bytes_per_s: memory bandwidth that is reached.
        slowdown: factor on times.
    """

    transformer: Transformer
    causal: bool
    engine: Encoder
    weight_bytes: float
    text_tokens: int
    flop_per_s: float
    bytes_per_s: float
    slowdown: float

    def batch(self, texts: int) -> Batch:
        """A batch: max[texts (2 A i + attention) / (F e_c), W / (BW e_m)] + overheads.

        Memory is weights, CUDA context and the peak of one layer with fused attention,
        ``tokens x (4 I + 8 H) x 2 B``.
        """
        t, i, engine = self.transformer, self.text_tokens, self.engine
        a = encoding_parameters(t)
        flop = 2.0 * a * i + attention_flop(t, i, causal=self.causal)
        busy = max(texts * flop / self.flop_per_s, self.weight_bytes / self.bytes_per_s)
        fixed = (engine.step_us + t.layers * engine.layer_us) * MICRO
        peak = activation_bytes(t, texts * i)
        around = (engine.context_gib + engine.buffer_gib) * GIB
        memory = ceil(self.weight_bytes + peak + around)
        return Batch(texts, (busy + fixed) * self.slowdown, memory)

    def largest_batch(self, seconds: float, usable: int) -> Batch:
        """The largest batch within a time and a memory, found by doubling; one text at least."""
        found = self.batch(1)
        while True:
            wider = self.batch(found.texts * 2)
            if wider.seconds > seconds or wider.memory_bytes > usable:
                return found
            found = wider


def activation_bytes(t: Transformer, tokens: int) -> int:
    """Peak of one layer with fused attention: ``tokens x (4 I + 8 H) x 2 B``."""
    return tokens * (4 * t.intermediate_size + 8 * t.hidden_size) * 2


def size_embedding(
    workload: EmbeddingWorkload,
    model: ModelEntry,
    gpus: Sequence[Gpu],
    quantum: Quantum,
    setting: Setting,
) -> Iterator[Option | Refusal]:
    """Options and refusals of a workload on cards that may run it at all."""
    ways = itertools.product(gpus, workload.precision)
    runners = (embedding_runner(workload, model, g, p, setting) for g, p in ways)
    return options_of_runners(workload, runners, quantum, setting)


def embedding_runner(
    workload: EmbeddingWorkload,
    model: ModelEntry,
    gpu: Gpu,
    precision: Precision,
    setting: Setting,
) -> Runner | Refusal:
    """A replica on a card, or why there is none.

    A batch takes at most the engine's ``step_ms`` and half of the latency that is asked for, so
    that a chat or another batch on the same card does not break either promise.
    """
    subject = Subject(workload.name, gpu.id, precision, 1)
    kernels = _kernels(model, gpu, precision, setting)
    if isinstance(kernels, Unsupported):
        return subject.refuse("precision", kernels.text)
    t = model.transformer
    assert t is not None
    if workload.input_tokens > t.max_context_tokens:
        return subject.too_long("texts", workload.input_tokens, t.max_context_tokens)
    usable = setting.usable_bytes(gpu, ecc=workload.requires.ecc)
    on_card = _on_card(workload, model, gpu, precision, kernels, setting)
    one, latency_ms = on_card.batch(1), workload.slo.latency_ms
    if one.memory_bytes > usable:
        rest = one.memory_bytes - on_card.weight_bytes
        parts = {"weights": on_card.weight_bytes, "activations and engine": rest}
        return subject.too_large(parts, usable)
    if latency_ms is not None and one.seconds * 1000 > latency_ms:
        return subject.too_late("latency", "one call", one.seconds, latency_ms)
    return _runner(gpu, precision, on_card, usable, latency_ms)


def encoding_parameters(t: Transformer) -> int:
    """A, parameters that multiply a token: the active ones without look-ups and output layer."""
    ends = t.embedding_parameters + t.lm_head_parameters
    return t.active_parameters - ends - t.vision_parameters


def _runner(
    gpu: Gpu, precision: Precision, on_card: EncoderOnCard, usable: int, latency_ms: float | None
) -> Runner:
    engine = on_card.engine
    within_ms = min(engine.step_ms, latency_ms / 2) if latency_ms else engine.step_ms
    batch = on_card.largest_batch(within_ms / 1000, usable)
    return Runner(
        gpu=gpu,
        precision=precision,
        cards=1,
        memory_bytes=batch.memory_bytes,
        rate=batch.texts * on_card.text_tokens / batch.seconds,
        step_s=batch.seconds,
        period_us=int(latency_ms * 1000) if latency_ms else None,
        activity=engine.activity,
        speed=engine.speed,
        source=f"{engine.ENGINE} {engine.version}, first constants",
    )


def _on_card(
    workload: EmbeddingWorkload,
    model: ModelEntry,
    gpu: Gpu,
    precision: Precision,
    kernels: Kernels,
    setting: Setting,
) -> EncoderOnCard:
    engine = setting.engines.encoder
    assert model.transformer is not None
    return EncoderOnCard(
        transformer=model.transformer,
        causal=model.kind == "decoder",
        engine=engine,
        weight_bytes=float(weights_of(model, precision, setting.engines).total),
        text_tokens=workload.input_tokens,
        flop_per_s=kernels.flop_per_s * engine.compute_efficiency,
        bytes_per_s=gpu.memory_bandwidth_gb_s * 1e9 * engine.memory_efficiency,
        slowdown=setting.slowdown(workload.name, engine.speed),
    )


def _kernels(
    model: ModelEntry, gpu: Gpu, precision: Precision, setting: Setting
) -> Kernels | Unsupported:
    if model.kind != "decoder" and precision not in ENCODERS:
        return Unsupported(f"engines for encoders do not offer {precision}")
    return kernels_for(precision, gpu, model, setting.engines.vllm)

"""What the workloads of a comparison are, as a section for people."""

from __future__ import annotations

from collections.abc import Iterator

from planner.report.screen import Column
from planner.report.sections import Section
from planner.report.versus_words import rate
from planner.scenario.inputs import Inputs
from planner.scenario.workloads import (
    AnyWorkload,
    EmbeddingWorkload,
    FinetuneWorkload,
    FixedWorkload,
    ImageWorkload,
    InferenceWorkload,
)
from planner.versus.head_to_head import HeadToHead

_MEASURES = {
    "concurrency": "sessions", "users": "users", "seats": "users", "requests_per_s": "requests/s",
    "tokens_per_s": "tokens/s", "images_per_hour": "images/hour",
    "tokens_per_month": "tokens/month",
}  # fmt: skip
_OPTIMIZERS = {"adamw": "AdamW", "adamw-8bit": "8-bit AdamW"}


def workloads_section(found: HeadToHead) -> Section:
    """Every workload with its demand and all that its size rests on."""
    columns = (Column("workload"), Column("what it is", wraps=True))
    rows = [(w.name, task_of(found.inputs, w)) for w in found.inputs.scenario.workloads]
    text = "Where the scenario leaves something open, the default that holds is told."
    return Section("Workloads", (text,), columns, tuple(rows))


def task_of(inputs: Inputs, workload: AnyWorkload) -> str:
    """A workload in words."""
    assert not isinstance(workload, FixedWorkload)
    model = inputs.model(workload).id
    told = [f"{model} {getattr(workload, 'method', workload.task)}"]
    load = workload.demand or (workload,)
    told.append(" then ".join(amounts(entry) for entry in load))
    return ", ".join([*told, *_details(inputs, workload)])


def amounts(entry: object) -> str:
    """A demand in words."""
    told = [
        f"{rate(value)} {unit}"
        for name, unit in _MEASURES.items()
        if (value := getattr(entry, name, None)) is not None
    ]
    for one in getattr(entry, "classes", None) or ():
        shape = f"{one.input_tokens:,} in, {one.output_tokens:,} out"
        told.append(f"{one.requests_per_s:g} requests/s ({shape})")
    return " and ".join(told)


def _details(inputs: Inputs, workload: AnyWorkload) -> Iterator[str]:
    match workload:
        case InferenceWorkload():
            yield from _serving(workload)
        case EmbeddingWorkload():
            yield _weights(workload.precision)
            yield f"texts of {workload.input_tokens:,} tokens"
        case ImageWorkload():
            yield from _images(inputs, workload)
        case FinetuneWorkload():
            yield from _tuning(workload)
        case FixedWorkload():
            pass


def _weights(precision: tuple[str, ...]) -> str:
    return f"weights in {' or '.join(precision)}"


def _serving(workload: InferenceWorkload) -> Iterator[str]:
    yield _weights(workload.precision)
    yield f"KV cache in {workload.kv_cache}"
    yield f"{workload.context_tokens / 1024:g}k context"
    if workload.slo.tokens_per_s_per_session:
        yield f"{workload.slo.tokens_per_s_per_session:g} tokens/s each"
    if workload.slo.ttft_ms:
        yield f"first token within {workload.slo.ttft_ms:g} ms"


def _images(inputs: Inputs, workload: ImageWorkload) -> Iterator[str]:
    yield _weights(workload.precision)
    yield f"{workload.width:,} x {workload.height:,} pixels"
    diffusion = inputs.model(workload).diffusion
    if workload.steps:
        yield f"{workload.steps} steps"
    elif diffusion is not None:
        yield f"{diffusion.default_steps} steps (as the makers advise)"


def _tuning(workload: FinetuneWorkload) -> Iterator[str]:
    if workload.method != "full":
        yield f"LoRA rank {workload.lora_rank}"
    yield _OPTIMIZERS[workload.optimizer]
    many = "at a time" if workload.batch_sequences > 1 else "one at a time"
    count = f"{workload.batch_sequences} " if workload.batch_sequences > 1 else ""
    yield f"sequences of {workload.sequence_tokens:,} tokens, {count}{many}"
    yield "activations computed again" if workload.recompute else "activations kept"

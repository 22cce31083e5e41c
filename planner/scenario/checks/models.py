"""Models: each does the task that it is given, in a form that exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from planner.catalog.architecture import ModelEntry
from planner.scenario.checks.check import Check, Context, Finding
from planner.scenario.checks.classes import class_lists
from planner.scenario.demand import mean_input_tokens, mean_output_tokens
from planner.scenario.precisions import offered_precisions
from planner.scenario.workloads import (
    AnyWorkload,
    EmbeddingWorkload,
    FinetuneWorkload,
    FixedWorkload,
    ImageWorkload,
    InferenceWorkload,
)

_Placed: TypeAlias = tuple[int, AnyWorkload, ModelEntry]

_KINDS: Mapping[str, tuple[str, ...]] = {
    "inference": ("decoder",),
    "finetune": ("decoder",),
    "embedding": ("encoder", "reranker", "decoder"),
    "image": ("diffusion",),
}


def _known_models(context: Context) -> Iterator[_Placed]:
    return (
        (i, workload, context.models[i])
        for i, workload in enumerate(context.scenario.workloads)
        if i in context.models
    )


def _wrong_task(context: Context) -> Iterator[Finding]:
    for i, workload, model in _known_models(context):
        kinds = _KINDS[workload.task]
        if model.kind not in kinds:
            article = "an" if model.kind[0] in "aeiou" else "a"
            message = (
                f"{model.name} is {article} {model.kind} model; it cannot do `{workload.task}`"
            )
            tasks = [task for task, fitting in _KINDS.items() if model.kind in fitting]
            hint = f"choose a {' or '.join(kinds)} model"
            other = f", or the task {' or '.join(tasks)}" if tasks else ""
            yield Finding(("workloads", i, "model"), message, hint + other)


def _fitting_models(context: Context) -> Iterator[_Placed]:
    """Models that do the task of their workload."""
    return ((i, w, m) for i, w, m in _known_models(context) if m.kind in _KINDS[w.task])


def _too_long(context: Context) -> Iterator[Finding]:
    for i, workload, model in _fitting_models(context):
        if model.transformer is None:
            continue
        longest = model.transformer.max_context_tokens
        field, tokens = _length(workload)
        if tokens > longest:
            message = f"{tokens:,} tokens are more than the {longest:,} that {model.name} can hold"
            yield Finding(("workloads", i, field), message, f"write {longest} or less")


def _length(workload: AnyWorkload) -> tuple[str, int]:
    match workload:
        case InferenceWorkload():
            return "context_tokens", workload.context_tokens
        case EmbeddingWorkload():
            return "input_tokens", workload.input_tokens
        case FinetuneWorkload():
            return "sequence_tokens", workload.sequence_tokens
        case ImageWorkload() | FixedWorkload():
            return "", 0


def _request_too_long(context: Context) -> Iterator[Finding]:
    for i, workload in enumerate(context.scenario.workloads):
        if isinstance(workload, InferenceWorkload):
            total = mean_input_tokens(workload) + mean_output_tokens(workload)
            if total > workload.context_tokens:
                field = "input_tokens" if workload.output_tokens is None else "output_tokens"
                message = (
                    f"a mean request of {mean_input_tokens(workload):,} + "
                    f"{mean_output_tokens(workload):,} tokens is longer than the longest context, "
                    f"{workload.context_tokens:,}"
                )
                yield Finding(("workloads", i, field), message, _LONGEST)
    for path, classes in class_lists(context):
        longest = context.scenario.workloads[int(path[1])]
        assert isinstance(longest, InferenceWorkload)
        for j, one in enumerate(classes):
            if one.input_tokens + one.output_tokens > longest.context_tokens:
                message = (
                    f"a request of {one.input_tokens:,} + {one.output_tokens:,} tokens is longer "
                    f"than the longest context, {longest.context_tokens:,}"
                )
                yield Finding((*path, j), message, _LONGEST)


_LONGEST = "`context_tokens` holds the prompt and the answer of the longest request"


def _no_such_form(context: Context) -> Iterator[Finding]:
    for i, workload, model in _fitting_models(context):
        if isinstance(workload, FinetuneWorkload | FixedWorkload):
            continue
        offered = offered_precisions(model)
        for j, precision in enumerate(workload.precision):
            if precision not in offered:
                message = f"{model.name} is not offered in `{precision}`"
                hint = f"it is offered in {', '.join(offered)}"
                yield Finding(("workloads", i, "precision", j), message, hint)


CHECKS = (
    Check(
        id="wrong-task",
        sentence="A model does the task of its workload.",
        find=_wrong_task,
        passes="workloads: [{name: search, model: llama-3.1-8b}]",
        fails="workloads: [{name: chat, model: bge-large}]",
    ),
    Check(
        id="context-too-long",
        sentence="No sequence is longer than the model can hold.",
        find=_too_long,
        passes="workloads: [{name: chat, context_tokens: 131072}]",
        fails="workloads: [{name: chat, context_tokens: 200000}]",
    ),
    Check(
        id="lengths-exceed-context",
        sentence="Prompt and answer of a mean request, or of a class, find room in the context.",
        find=_request_too_long,
        passes="workloads: [{name: chat, input_tokens: 7000, output_tokens: 1000}]",
        fails="workloads: [{name: chat, input_tokens: 7000, output_tokens: 2000}]",
    ),
    Check(
        id="precision-mismatch",
        sentence="A model is offered in the precisions that its workload accepts.",
        find=_no_such_form,
        passes="workloads: [{name: chat, model: gpt-oss-20b, precision: [mxfp4]}]",
        fails="workloads: [{name: search, precision: [gguf-q4_k_m]}]",
    ),
)

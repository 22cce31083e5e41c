"""A scenario of one workload, made from a question: what does this model need?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from planner.catalog.architecture import ModelEntry
from planner.catalog.catalog import Catalog
from planner.errors import InputError
from planner.scenario.inputs import Inputs
from planner.scenario.loading import read_scenario
from planner.scenario.models import peek
from planner.scenario.precisions import ANY, offered_precisions
from planner.scenario.schema import CatalogChoice
from planner.scenario.values import Precision
from planner.yaml_source import Value

Task = Literal["inference", "embedding", "image", "finetune"]
START = "2026-01"
"""A month, since a scenario has one; nothing of the answer depends on it."""
WORKLOAD = "size"
"""Name of the only workload."""
USUAL_CONTEXT = 8192
"""Tokens of a session where the question names none; less where the model reads less."""
USUAL_TARIFF = 0.18
"""Price of a kWh where the question names none, as `planner versus` has it."""
USUAL_PUE = 1.2
"""Power that a room takes for each watt of its cards, likewise."""
_USUAL: Mapping[str, tuple[Precision, ...]] = {
    "decoder": ("bf16", "fp8", "awq-int4"),
    "encoder": ("bf16", "int8"),
    "reranker": ("bf16", "int8"),
    "diffusion": ("bf16", "fp8", "nf4"),
    "asr": ("bf16",),
}
"""Precisions that are tried where the question names none, the most exact first."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a model; what is None has the default of a scenario.

    Attributes:
        model: an id of the catalogue, or the path of a Hugging Face config.json.
        task: what it shall do; by default what models of its kind do.
        method: for fine-tuning.
        context_tokens: longest context, text or training sequence.
        input_tokens: mean prompt.
        output_tokens: mean answer.
        concurrency: sessions at a time.
        precision: precisions that are accepted, the preferred first.
        kv_cache: precision of the cache.
        tokens_per_s: rate that every session gets.
        ttft_ms: longest time to the first token.
        ecc: whether memory must correct errors.
        sequence_tokens: for fine-tuning, length of a sequence; the context if absent.
        batch_sequences: for fine-tuning, sequences in one step on one card.
        lora_rank: for fine-tuning, rank of the adapters.
        optimizer: for fine-tuning.
        tokens: for fine-tuning, tokens of a run whose hours and cost are asked for.
        electricity_per_kwh: price of electricity in the currency of the price book.
        prices: id of a price book of the catalogue; the usual one if absent.
    """

    model: str
    task: Task | None = None
    method: Literal["full", "lora", "qlora"] | None = None
    context_tokens: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    concurrency: int | None = None
    precision: tuple[str, ...] = ()
    kv_cache: str | None = None
    tokens_per_s: float | None = None
    ttft_ms: float | None = None
    ecc: bool = False
    sequence_tokens: int | None = None
    batch_sequences: int | None = None
    lora_rank: int | None = None
    optimizer: str | None = None
    tokens: float | None = None
    electricity_per_kwh: float | None = None
    prices: str | None = None


def inputs_of(question: Question, catalog: Catalog, folder: Path) -> Inputs:
    """The scenario of a question, checked by every rule.

    Args:
        question: what is asked.
        catalog: the catalogue.
        folder: where a relative path starts.

    Raises:
        InputError: if it breaks a rule; the findings have no place, as there is no file.
    """
    model = peek(question.model, catalog, folder, START)
    text = json.dumps(_scenario(question, model, catalog))
    try:
        return read_scenario(text, file="question", folder=folder, catalog=catalog)
    except InputError as error:
        raise InputError([replace(d, span=None) for d in error.diagnostics]) from None


def task_of(question: Question, model: ModelEntry | None) -> Task:
    """The task that is asked for, else what models of this kind do."""
    if question.task is not None:
        return question.task
    if question.method is not None:
        return "finetune"
    match model.kind if model else "decoder":
        case "encoder" | "reranker":
            return "embedding"
        case "diffusion":
            return "image"
        case _:
            return "inference"


def usual_precisions(model: ModelEntry | None) -> tuple[str, ...]:
    """Precisions that are tried where none are named: none is more exact than what is published."""
    if model is None:
        return ("bf16",)
    published = model.transformer.native_precision if model.transformer else "bf16"
    if published not in ANY:
        return (published,)
    offered = offered_precisions(model)
    usual = [p for p in _USUAL[model.kind] if p in offered]
    return tuple(usual[usual.index(published) :])


def _scenario(question: Question, model: ModelEntry | None, catalog: Catalog) -> dict[str, Value]:
    book = question.prices or str(CatalogChoice().prices)
    tariff = question.electricity_per_kwh
    return {
        "schema": 1,
        "name": "one model",
        "start": START,
        "months": 12,
        "workloads": [_workload(question, model)],
        "currency": catalog.price_books[book].currency if book in catalog.price_books else "USD",
        "catalog": {"prices": book},
        "sites": [
            {
                "name": "anywhere",
                "facility_power_kw": 1000,
                "pue": USUAL_PUE,
                "electricity_per_kwh": USUAL_TARIFF if tariff is None else tariff,
            }
        ],
    }


def _workload(question: Question, model: ModelEntry | None) -> dict[str, Value]:
    task = task_of(question, model)
    head: dict[str, Value] = {"name": WORKLOAD, "task": task, "model": question.model}
    if question.ecc:
        head["requires"] = {"ecc": True}
    if task != "finetune":
        head["precision"] = list(question.precision or usual_precisions(model))
    return head | _given(_of_task(task, question, model))


def _of_task(task: Task, question: Question, model: ModelEntry | None) -> Mapping[str, Value]:
    """The fields of a task; those that are None are left out."""
    match task:
        case "inference":
            return _inference(question, model)
        case "embedding":
            return {
                "input_tokens": question.context_tokens,
                "demand": [{"from": START, "tokens_per_s": 1}],
            }
        case "image":
            return {"demand": [{"from": START, "images_per_hour": 1}]}
        case "finetune":
            return {
                "method": question.method or "lora",
                "sequence_tokens": question.sequence_tokens or question.context_tokens,
                "batch_sequences": question.batch_sequences,
                "lora_rank": question.lora_rank,
                "optimizer": question.optimizer,
                "tokens_per_month": 1,
            }


def _inference(question: Question, model: ModelEntry | None) -> Mapping[str, Value]:
    longest = USUAL_CONTEXT
    if model is not None and model.transformer is not None:
        longest = min(longest, model.transformer.max_context_tokens)
    level: dict[str, Value] = {
        "tokens_per_s_per_session": question.tokens_per_s,
        "ttft_ms": question.ttft_ms,
    }
    return {
        "context_tokens": question.context_tokens or longest,
        "input_tokens": question.input_tokens,
        "output_tokens": question.output_tokens,
        "kv_cache": question.kv_cache,
        "slo": _given(level) or None,
        "demand": [{"from": START, "concurrency": question.concurrency or 1}],
    }


def _given(fields: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in fields.items() if value is not None}

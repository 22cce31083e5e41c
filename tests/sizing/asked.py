"""Questions about the shipped catalogue, for the laws of what `planner size` tells."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from planner.catalog.catalog import Catalog
from planner.catalog.loading import default_catalog
from planner.scenario.inputs import Inputs
from planner.scenario.question import Question, inputs_of
from planner.scenario.workloads import FinetuneWorkload, InferenceWorkload
from planner.sizing.setting import Setting

CARDS = ("rtx-a4000", "rtx-4090", "rtx-a6000", "rtx-pro-6000-ws", "h100-sxm")
MODELS = ("llama-3.1-8b", "llama-3.3-70b", "qwen3-30b-a3b", "gemma-3-27b", "deepseek-v2-lite")


@cache
def catalog() -> Catalog:
    return default_catalog()


def asked(model: str, **question: Any) -> tuple[Setting, Inputs, InferenceWorkload]:
    inputs = inputs_of(Question(model, **question), catalog(), Path())
    (workload,) = inputs.scenario.workloads
    assert isinstance(workload, InferenceWorkload)
    return Setting.of(inputs), inputs, workload


def tuning(model: str, **question: Any) -> tuple[Setting, Inputs, FinetuneWorkload]:
    inputs = inputs_of(Question(model, task="finetune", **question), catalog(), Path())
    (workload,) = inputs.scenario.workloads
    assert isinstance(workload, FinetuneWorkload)
    return Setting.of(inputs), inputs, workload


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    """A language model in one precision, with a context, a service level and some sessions."""
    return {
        "model": draw(st.sampled_from(MODELS)),
        "precision": (draw(st.sampled_from(["bf16", "fp8", "awq-int4", "gguf-q4_k_m"])),),
        "kv_cache": draw(st.sampled_from(["bf16", "fp8"])),
        "context_tokens": draw(st.sampled_from([1000, 4096, 8192, 8193])),
        "input_tokens": draw(st.sampled_from([None, 300])),
        "tokens_per_s": draw(st.sampled_from([1.0, 10.0, 30.0])),
        "ttft_ms": draw(st.sampled_from([None, 2000.0])),
        "concurrency": draw(st.sampled_from([1, 3, 20])),
        "ecc": draw(st.booleans()),
    }

"""Names on the Hugging Face hub: each stands for one model, and its end tells the precision."""

from __future__ import annotations

import pytest

from planner.catalog.huggingface_names import named, names
from planner.catalog.loading import default_catalog

MODELS = default_catalog().models


def test_no_name_stands_for_two_models() -> None:
    lowered = [name.lower() for name in names(MODELS)]
    assert len(lowered) == len(set(lowered)) >= 100


def test_every_name_and_every_id_finds_its_own_model() -> None:
    for entry in MODELS.values():
        known = entry.huggingface.value if entry.huggingface else ()
        for name in (*known, entry.id, known[0].upper() if known else entry.id):
            found = named(name, MODELS)
            assert found is not None
            assert (found.model.id, found.precision) == (entry.id, None), name


@pytest.mark.parametrize(
    ("name", "model", "precision"),
    [
        ("Qwen/Qwen2.5-32B-Instruct-AWQ", "qwen2.5-32b", "awq-int4"),
        ("RedHatAI/Meta-Llama-3.1-8B-Instruct-quantized.w4a16", "llama-3.1-8b", "gptq-int4"),
        ("RedHatAI/Meta-Llama-3.1-8B-Instruct-quantized.w8a8", "llama-3.1-8b", "int8"),
        ("RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic", "llama-3.3-70b", "fp8"),
        ("hugging-quants/Meta-Llama-3.1-70B-Instruct-AWQ-INT4", "llama-3.1-70b", "awq-int4"),
        ("models/Qwen3-30B-A3B-NVFP4/", "qwen3-30b-a3b", "nvfp4"),
        ("someone/Qwen2.5-72B-Instruct-GPTQ-Int4", "qwen2.5-72b", "gptq-int4"),
        ("someone/Qwen2.5-72B-Instruct-GPTQ-Int8", "qwen2.5-72b", "int8"),
        ("unsloth/gemma-3-27b-it-bnb-4bit", "gemma-3-27b", "nf4"),
    ],
)
def test_a_quantised_checkpoint_is_known_by_its_name(name: str, model: str, precision: str) -> None:
    found = named(name, MODELS)
    assert found is not None
    assert (found.model.id, found.precision) == (model, precision)


@pytest.mark.parametrize("name", ["acme/own-model", "Qwen/Qwen9-8B", "meta-llama", "-awq", ""])
def test_an_unknown_name_is_not_taken_for_another(name: str) -> None:
    assert named(name, MODELS) is None

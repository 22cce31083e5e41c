"""Published configurations of real models come to what these models are known to hold."""

from __future__ import annotations

import pytest

from planner.catalog.architecture import GroupedAttention, ModelEntry, Transformer
from planner.catalog.huggingface import entry_of
from planner.sizing.kv_cache import llama_cpp_cache
from tests.catalog.known_models import FOLDER, KNOWN, config
from tests.sizing.support import engines


def read(name: str) -> tuple[ModelEntry, Transformer]:
    found = entry_of(config(name), name=name, source="scenario", as_of="2026")
    assert found.transformer is not None
    return found, found.transformer


def test_every_file_is_checked_and_there_are_many() -> None:
    assert {file.stem for file in FOLDER.glob("*.json")} == set(KNOWN)
    assert len(KNOWN) >= 50


@pytest.mark.parametrize("name", KNOWN)
def test_the_parameters_are_those_of_the_published_weights(name: str) -> None:
    entry, t = read(name)
    assert entry.parameters == KNOWN[name].parameters
    assert t.active_parameters == KNOWN[name].active
    assert t.vision_parameters == KNOWN[name].vision


@pytest.mark.parametrize("name", KNOWN)
def test_layers_and_windows_are_those_of_the_model(name: str) -> None:
    _, t = read(name)
    assert t.layers == KNOWN[name].layers
    if isinstance(t.attention, GroupedAttention):
        found = (t.attention.sliding_layers, t.attention.window)
        assert found == (KNOWN[name].sliding, KNOWN[name].window)


@pytest.mark.parametrize("name", [n for n, known in KNOWN.items() if known.kv_bytes])
def test_a_token_takes_its_known_bytes_of_keys_and_values(name: str) -> None:
    _, t = read(name)
    cache = llama_cpp_cache(t, "bf16", 1, engines().llama_cpp)
    assert cache.bytes_per_token() == KNOWN[name].kv_bytes


@pytest.mark.parametrize("name", KNOWN)
def test_the_published_precision_is_read(name: str) -> None:
    assert read(name)[1].native_precision == KNOWN[name].precision


def test_what_a_model_does_follows_from_its_type() -> None:
    names = ("llama-4-scout", "modernbert-base", "whisper-large-v3")
    assert [read(name)[0].kind for name in names] == ["decoder", "encoder", "asr"]


def test_layers_without_experts_count_wherever_they_stand() -> None:
    experts = [read(name)[1].experts for name in ("llama-4-maverick", "glm-4.5-air", "kimi-k2")]
    assert [e.first_dense_layers for e in experts if e] == [24, 1, 1]


@pytest.mark.parametrize(
    ("name", "routed", "shared", "width"),
    [
        ("llama-4-scout", 16, 1, 8192),
        ("qwen1.5-moe-a2.7b", 60, 4, 1408),
        ("qwen2-57b-a14b", 64, 8, 2560),
        ("olmoe-1b-7b", 64, 0, 1024),
    ],
)
def test_experts_are_told_from_shared_ones(name: str, routed: int, shared: int, width: int) -> None:
    experts = read(name)[1].experts
    assert experts is not None
    assert (experts.routed, experts.shared, experts.intermediate_size) == (routed, shared, width)


def test_yarn_stretches_the_context_and_other_ways_are_stated() -> None:
    assert read("kimi-k2")[1].max_context_tokens == 131072
    stretched = config("qwen3-8b") | {
        "rope_scaling": {
            "rope_type": "yarn",
            "factor": 4.0,
            "original_max_position_embeddings": 32768,
        }
    }
    entry = entry_of(stretched, name="m", source="scenario", as_of="2026")
    assert entry.transformer is not None
    assert entry.transformer.max_context_tokens == 131072
    assert read("internlm2-7b")[1].max_context_tokens == 32768

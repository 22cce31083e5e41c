"""A config.json becomes an entry whose parameters are counted to the last one.

The expected counts are those of the instantiated modules (catalog/models/); the configurations
are written down here from the models' dimensions.
"""

from __future__ import annotations

import json

import pytest

from planner.catalog.architecture import ModelEntry, Transformer
from planner.catalog.huggingface import entry_of, read_config
from tests.catalog.huggingface_configs import (
    BGE_LARGE,
    BGE_M3,
    BGE_RERANKER,
    COUNTS,
    DEEPSEEK_V3,
    GEMMA3_1B,
    GEMMA3_4B,
    GEMMA3_27B,
    GPT_OSS_120B,
    LLAMA_8B,
    Config,
)


def entry(config: Config) -> ModelEntry:
    return entry_of(config, name="model", source="scenario", as_of="2026")


def transformer(config: Config) -> Transformer:
    found = entry(config).transformer
    assert found is not None
    return found


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_parameters_are_counted_to_the_last_one(name: str) -> None:
    config, total, active = COUNTS[name]
    found = entry(config)
    assert found.transformer is not None
    assert (found.parameters, found.transformer.active_parameters) == (total, active)


@pytest.mark.parametrize(
    ("config", "sliding", "window"),
    [
        (GEMMA3_27B, 52, 1024),
        (GEMMA3_4B, 29, 1024),
        (GEMMA3_1B, 22, 512),
        (GPT_OSS_120B, 18, 128),
        (COUNTS["gemma-2-9b"][0], 21, 4096),
        (COUNTS["mistral-7b-v0.1"][0], 32, 4096),
        (COUNTS["phi-3-mini-4k"][0], 32, 2047),
        (COUNTS["phi-4-mini"][0], 0, None),
        (COUNTS["qwen2.5-7b"][0], 0, None),
        (LLAMA_8B, 0, None),
    ],
)
def test_layers_with_a_window_are_told_from_those_that_see_all(
    config: Config, sliding: int, window: int | None
) -> None:
    attention = transformer(config).attention
    assert attention.kind == "gqa"
    assert (attention.sliding_layers, attention.window) == (sliding, window)


def test_the_vision_tower_of_gemma_3_is_counted_apart() -> None:
    assert transformer(GEMMA3_27B).vision_parameters == 423_060_336
    assert transformer(GEMMA3_4B).vision_parameters == 419_816_304
    assert transformer(GEMMA3_1B).vision_parameters == 0


def test_a_tied_output_layer_is_counted_once() -> None:
    assert transformer(COUNTS["llama-3.2-1b"][0]).lm_head_parameters == 0
    assert transformer(LLAMA_8B).lm_head_parameters == 525_336_576


def test_the_published_precision_is_read() -> None:
    assert transformer(DEEPSEEK_V3).native_precision == "fp8"
    assert transformer(GPT_OSS_120B).native_precision == "mxfp4"
    assert transformer(LLAMA_8B).native_precision == "bf16"


def test_latent_attention_keeps_its_ranks() -> None:
    attention = transformer(DEEPSEEK_V3).attention
    assert attention.kind == "mla"
    assert (attention.kv_lora_rank, attention.qk_rope_head_dim, attention.q_lora_rank) == (
        512,
        64,
        1536,
    )


def test_routed_experts_are_counted_without_their_biases() -> None:
    experts = transformer(GPT_OSS_120B).experts
    assert experts is not None
    assert experts.parameters == 114_661_785_600


def test_a_scoring_head_makes_a_reranker() -> None:
    assert [entry(c).kind for c in (BGE_M3, BGE_RERANKER, LLAMA_8B)] == [
        "encoder",
        "reranker",
        "decoder",
    ]


def test_xlm_roberta_reads_two_tokens_less_than_it_has_positions() -> None:
    assert transformer(BGE_M3).max_context_tokens == 8192
    assert transformer(BGE_LARGE).max_context_tokens == 512


def test_the_text_of_a_file_reads_like_its_data() -> None:
    text = json.dumps(LLAMA_8B)
    assert read_config(text, name="model", source="scenario", as_of="2026") == entry(LLAMA_8B)


def test_an_unknown_model_type_names_what_is_supported() -> None:
    with pytest.raises(ValueError, match=r"`new` is not supported; supported are llama, .*bert"):
        entry({"model_type": "new"})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hidden_size": None}, "no `hidden_size`"),
        ({"hidden_size": "4096"}, "`hidden_size` is '4096', not a positive whole number"),
        ({"num_hidden_layers": 0}, "`num_hidden_layers` is 0"),
        ({"tie_word_embeddings": 1}, "`tie_word_embeddings` is 1, not true or false"),
        ({"model_type": None}, "no `model_type`"),
        ({"layer_types": "full", "sliding_window": 8, "use_sliding_window": True}, "not a list"),
        ({"quantization_config": "fp8"}, "`quantization_config` is not an object"),
    ],
)
def test_a_field_that_is_missing_or_wrong_is_named(change: Config, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        entry(LLAMA_8B | change)


@pytest.mark.parametrize("text", ["[]", "{", b"\xff"])
def test_a_file_that_is_no_json_object_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match="`model`"):
        read_config(text, name="model", source="scenario", as_of="2026")

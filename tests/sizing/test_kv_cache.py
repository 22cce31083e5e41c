"""Keys and values: the worked numbers of the design, and laws of windows and groups."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.sizing.kv_cache import (
    llama_cpp_cache,
    padded_layers,
    read_bytes,
    split_refusal,
    token_bytes,
    vllm_cache,
)
from tests.catalog.huggingface_configs import COUNTS
from tests.sizing.support import dimensions, engines, gib, model

LANGUAGE = sorted(n for n in COUNTS if model(n).kind == "decoder")


def every_layer_bytes(name: str) -> float:
    """Bytes of a token in all real layers, in 16 bits, on one card."""
    t = dimensions(name)
    return float(vllm_cache(t, "bf16", 1, engines().vllm).layer_bytes * t.layers)


@pytest.mark.parametrize(
    ("name", "token_bytes"),
    [
        ("llama-3.1-8b", 131_072),
        ("llama-3.1-70b", 327_680),
        ("llama-3.1-405b", 516_096),
        ("llama-2-7b", 524_288),
        ("qwen2.5-7b", 57_344),
        ("qwen2.5-32b", 262_144),
        ("qwen2.5-72b", 327_680),
        ("qwen3-30b-a3b", 98_304),
        ("deepseek-v3", 70_272),
        ("deepseek-v2-lite", 31_104),
        ("gpt-oss-120b", 73_728),
        ("gemma-3-27b", 507_904),
    ],
)
def test_a_token_takes_the_bytes_that_the_design_works_out(name: str, token_bytes: int) -> None:
    assert every_layer_bytes(name) == token_bytes


def test_a_million_tokens_of_llama_8b_take_122_gib() -> None:
    cache = vllm_cache(dimensions("llama-3.1-8b"), "bf16", 1, engines().vllm)
    assert gib(cache.session_bytes(1_000_000)) == pytest.approx(122.07, abs=0.01)


@pytest.mark.parametrize(
    ("name", "padded"), [("gemma-3-27b", 70), ("gemma-3-4b", 35), ("gemma-3-12b", 48)]
)
def test_vllm_pads_mixed_layers_to_groups_of_equal_size(name: str, padded: int) -> None:
    assert padded_layers(dimensions(name)) == padded


def test_the_padded_token_of_gemma_3_27b_takes_573440_bytes() -> None:
    cache = vllm_cache(dimensions("gemma-3-27b"), "bf16", 1, engines().vllm)
    assert cache.bytes_per_token() == 573_440


def test_more_cards_than_heads_hold_copies() -> None:
    held = [
        vllm_cache(dimensions("qwen3-235b-a22b"), "bf16", k, engines().vllm).layer_bytes
        for k in (1, 2, 4, 8)
    ]
    assert [held[0] / h for h in held] == [1, 2, 4, 4]


def test_latent_attention_is_not_shared_between_cards() -> None:
    held = {
        vllm_cache(dimensions("deepseek-v3"), "bf16", k, engines().vllm).session_bytes(4096)
        for k in (1, 2, 4, 8)
    }
    assert held == {4096 * 70_272}


def test_an_fp8_cache_takes_half_and_an_nvfp4_cache_nine_thirtyseconds() -> None:
    t = dimensions("llama-3.1-8b")
    full, half, four = (
        vllm_cache(t, precision, 1, engines().vllm).session_bytes(8192)
        for precision in ("bf16", "fp8", "nvfp4")
    )
    assert half * 2 == full
    assert four * 32 == full * 9


@pytest.mark.parametrize(("tokens", "blocks"), [(1, 1), (16, 1), (17, 2), (8192, 512)])
def test_tokens_are_rounded_up_to_blocks_of_16(tokens: int, blocks: int) -> None:
    cache = vllm_cache(dimensions("llama-3.1-8b"), "bf16", 1, engines().vllm)
    assert cache.session_bytes(tokens) == blocks * 16 * 131_072


def test_a_window_saves_nothing_while_the_batch_is_as_long_as_the_context() -> None:
    t = dimensions("gemma-2-9b")
    vllm = replace(engines().vllm, max_num_batched_tokens=8192.0)
    cache = vllm_cache(t, "bf16", 1, vllm)
    assert cache.session_bytes(8192) == 8192 * cache.bytes_per_token()


def test_a_layer_with_a_window_holds_window_plus_batch_and_one_block() -> None:
    t = dimensions("gpt-oss-120b")
    cache = vllm_cache(t, "bf16", 1, engines().vllm)
    layer = 2 * 8 * 64 * 2
    reach = 128 - 1 + 2048
    held = (-(-reach // 16) + 1) * 16
    assert cache.session_bytes(65_536) == 18 * layer * (65_536 + held)


def test_llama_cpp_holds_window_plus_ubatch_cells() -> None:
    t = dimensions("gpt-oss-120b")
    wide = replace(engines().llama_cpp, ubatch_tokens=1024.0)
    cache = llama_cpp_cache(t, "bf16", 1, wide)
    layer = 2 * 8 * 64 * 2
    assert cache.session_bytes(65_536) == 18 * layer * (65_536 + 1280)


def test_a_model_in_which_all_layers_slide_stops_growing() -> None:
    cache = vllm_cache(dimensions("mistral-7b-v0.1"), "bf16", 1, engines().vllm)
    assert cache.session_bytes(32_768) == cache.session_bytes(16_384)


def test_a_step_reads_no_more_than_the_window() -> None:
    t = dimensions("gpt-oss-120b")
    cache = vllm_cache(t, "bf16", 1, engines().vllm)
    layer = float(cache.layer_bytes)
    assert read_bytes(t, cache, 1000.0) == 18 * layer * (1000 + 128)


@pytest.mark.parametrize(
    ("name", "cards", "reason"),
    [
        ("qwen2.5-7b", 8, "28 query heads cannot be split over 8 cards"),
        ("phi-4", 4, "10 key-value heads cannot be split over 4 cards"),
        ("qwen2.5-7b", 4, None),
        ("qwen3-235b-a22b", 8, None),
        ("deepseek-v3", 8, None),
    ],
)
def test_heads_must_divide_between_cards(name: str, cards: int, reason: str | None) -> None:
    assert split_refusal(dimensions(name), cards) == reason


@given(
    name=st.sampled_from(LANGUAGE),
    tokens=st.integers(1, 100_000),
    more=st.integers(0, 5000),
    cards=st.sampled_from([1, 2, 4, 8]),
)
def test_more_tokens_never_take_fewer_bytes(name: str, tokens: int, more: int, cards: int) -> None:
    t = dimensions(name)
    for cache in (
        vllm_cache(t, "fp8", cards, engines().vllm),
        llama_cpp_cache(t, "fp8", cards, engines().llama_cpp),
    ):
        assert 0 < cache.session_bytes(tokens) <= cache.session_bytes(tokens + more)
        assert cache.session_bytes(tokens) >= read_bytes(t, cache, tokens) / cards


def test_layers_of_linear_attention_keep_a_state_that_does_not_grow() -> None:
    t = dimensions("llama-3.1-8b")
    linear = t.attention.model_copy(update={"linear_layers": 24, "linear_state_bytes": 2**21})
    hybrid = t.model_copy(update={"attention": linear})
    whole, mixed = (vllm_cache(x, "bf16", 1, engines().vllm) for x in (t, hybrid))
    assert mixed.bytes_per_token() == whole.bytes_per_token() / 4
    assert mixed.session_bytes(16) == whole.session_bytes(16) / 4 + 24 * 2**21
    assert mixed.session_bytes(8192) == whole.session_bytes(8192) / 4 + 24 * 2**21
    halved = vllm_cache(hybrid, "bf16", 2, engines().vllm)
    assert halved.session_bytes(8192) == mixed.session_bytes(8192) / 2
    assert token_bytes(hybrid) == token_bytes(t) / 4
    assert read_bytes(hybrid, mixed, 8192) == read_bytes(t, whole, 8192) / 4 + 24 * 2**21
    file = llama_cpp_cache(hybrid, "bf16", 1, engines().llama_cpp)
    assert file.session_bytes(256) == 8 * 256 * 4096 + 24 * 2**21

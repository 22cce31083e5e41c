"""Memory of an engine beside weights and cache: the worked numbers of the design."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.sizing.kv_cache import vllm_cache
from planner.sizing.overhead import (
    activation_bytes,
    expert_bytes,
    fixed_bytes,
    graph_bytes,
    llama_cpp_bytes,
    non_torch_bytes,
    stage_bytes,
)
from planner.sizing.weights import on_each_card, weights_of
from planner.units import GIB
from tests.catalog.huggingface_configs import COUNTS
from tests.sizing.support import dimensions, engines, gib, model

LANGUAGE = sorted(n for n in COUNTS if model(n).kind == "decoder")


def activation_gib(name: str, cards: int = 1, *, mxfp4: bool = False) -> float:
    """Peak with the settings of the sweep: 1,024 sequences and 8,192 tokens a step."""
    return gib(
        activation_bytes(
            dimensions(name),
            1024,
            8192,
            cards,
            engines().vllm,
            precision="mxfp4" if mxfp4 else "bf16",
        )
    )


@pytest.mark.parametrize(
    ("name", "cards", "log_gib"),
    [
        ("llama-3.1-8b", 1, 1.89),
        ("llama-3.1-8b", 4, 1.89),
        ("llama-3.1-70b", 2, 1.96),
        ("qwen2.5-7b", 1, 2.21),
        ("qwen2.5-72b", 2, 2.29),
        ("gemma-2-9b", 1, 3.65),
        ("gemma-3-12b", 1, 3.94),
        ("phi-4", 1, 1.52),
        ("qwen3-30b-a3b", 1, 2.68),
    ],
)
def test_activation_peaks_match_the_logs_to_five_percent(
    name: str, cards: int, log_gib: float
) -> None:
    assert activation_gib(name, cards) == pytest.approx(log_gib, rel=0.05)


def test_experts_in_mxfp4_add_nothing_to_the_peak() -> None:
    assert activation_gib("gpt-oss-120b", mxfp4=True) == pytest.approx(2.87, rel=0.03)


def test_fewer_sequences_free_about_three_quarters_of_the_peak() -> None:
    t, vllm = dimensions("llama-3.1-8b"), engines().vllm
    few = activation_bytes(t, 256, 2048, 1, vllm, precision="bf16")
    many = activation_bytes(t, 1024, 2048, 1, vllm, precision="bf16")
    assert few / many == pytest.approx(0.26, abs=0.02)


def test_the_kv_pool_of_llama_8b_on_h100_is_that_of_the_log() -> None:
    t, vllm = dimensions("llama-3.1-8b"), engines().vllm
    held = on_each_card(
        model("llama-3.1-8b"), weights_of(model("llama-3.1-8b"), "bf16", engines()), 1, vllm
    )
    activation = activation_bytes(t, 1024, 8192, 1, vllm, precision="bf16")
    pool = 0.95 * 79.19 * GIB - held - activation - vllm.non_torch_single_gib * GIB
    assert gib(pool) == pytest.approx(58.10, rel=0.01)
    tokens = pool / float(vllm_cache(t, "bf16", 1, vllm).bytes_per_token())
    assert tokens / 8192 == pytest.approx(58.11, rel=0.01)


def test_cuda_graphs_grow_with_layers_and_with_experts() -> None:
    vllm = engines().vllm
    assert gib(graph_bytes(dimensions("llama-3.1-8b"), 1, vllm)) == pytest.approx(0.8934)
    assert gib(graph_bytes(dimensions("llama-3.1-70b"), 2, vllm)) == pytest.approx(1.743)
    assert gib(graph_bytes(dimensions("qwen3-30b-a3b"), 1, vllm)) == pytest.approx(1.3326)


def test_a_group_pays_for_nccl_on_every_card() -> None:
    t, vllm = dimensions("llama-3.1-8b"), engines().vllm
    extra = gib(fixed_bytes(t, 2, vllm) - fixed_bytes(t, 1, vllm))
    graphs = gib(graph_bytes(t, 1, vllm) - graph_bytes(t, 2, vllm))
    assert extra == pytest.approx((1.53 - 0.51) + (2.13 - 0.25) - graphs)


def test_llama_cpp_keeps_the_logits_of_a_ubatch() -> None:
    buffer = llama_cpp_bytes(dimensions("llama-3.1-8b"), engines().llama_cpp)
    around = engines().llama_cpp.context_gib + engines().llama_cpp.buffer_gib
    assert buffer - around * GIB == pytest.approx(250.5 * 2**20, rel=0.001)


@given(
    name=st.sampled_from(LANGUAGE),
    sessions=st.integers(1, 2000),
    more=st.integers(0, 100),
    cards=st.sampled_from([1, 2, 4, 8]),
)
def test_more_sessions_never_need_less_and_more_cards_never_more(
    name: str, sessions: int, more: int, cards: int
) -> None:
    t, vllm = dimensions(name), engines().vllm
    peak = activation_bytes(t, sessions, 2048, cards, vllm, precision="bf16")
    assert 0 < peak <= activation_bytes(t, sessions + more, 2048, cards, vllm, precision="bf16")
    assert peak <= activation_bytes(t, sessions, 2048, 1, vllm, precision="bf16")


def test_experts_keep_their_work_space_while_the_sampler_runs() -> None:
    mixtral, qwen = dimensions("mixtral-8x7b"), dimensions("qwen3-30b-a3b")
    assert gib(expert_bytes(mixtral, 8192, 2, "bf16")) == pytest.approx(0.65625)
    assert gib(expert_bytes(qwen, 8192, 1, "bf16")) == pytest.approx(0.5)
    assert expert_bytes(qwen, 8192, 1, "mxfp4") == 0


def test_32_bit_activations_double_the_logits_and_the_hidden_states() -> None:
    t, vllm = dimensions("llama-3.1-8b"), engines().vllm
    assert gib(activation_bytes(t, 1024, 8192, 1, vllm, precision="fp32")) == pytest.approx(
        2.21, rel=0.015
    )


def test_a_stage_without_logits_holds_its_widest_layer_and_what_is_handed_on() -> None:
    t, vllm = dimensions("llama-3.1-8b"), engines().vllm
    assert gib(stage_bytes(t, 8192, vllm, "bf16")) == pytest.approx(1.09375)
    assert gib(non_torch_bytes(1, 2, vllm)) == pytest.approx(0.07)

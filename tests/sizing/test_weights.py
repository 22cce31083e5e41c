"""Weights: the worked numbers of the design, and laws of sharding."""

from __future__ import annotations

from fractions import Fraction
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.scenario.values import Precision
from planner.sizing.weights import body_bytes, on_each_card, weights_of
from tests.catalog.huggingface_configs import COUNTS
from tests.sizing.support import dimensions, engines, gib, model

LANGUAGE = sorted(n for n in COUNTS if model(n).kind == "decoder")


def per_card_gib(name: str, precision: Precision, cards: int = 1) -> float:
    weights = weights_of(model(name), precision, engines())
    return gib(on_each_card(model(name), weights, cards, engines().vllm))


@pytest.mark.parametrize(
    ("name", "precision", "cards", "log_gib"),
    [
        ("llama-3.1-8b", "bf16", 1, 14.99),
        ("llama-3.1-8b", "bf16", 2, 7.51),
        ("llama-3.1-8b", "bf16", 4, 3.77),
        ("llama-3.1-8b", "int8", 1, 8.49),
        ("llama-3.1-8b", "gptq-int4", 1, 5.38),
        ("llama-3.1-70b", "fp8", 2, 33.88),
        ("llama-3.1-70b", "int8", 2, 33.88),
        ("qwen3-30b-a3b", "bf16", 1, 56.88),
    ],
)
def test_weights_match_the_logs_to_one_percent(
    name: str, precision: Precision, cards: int, log_gib: float
) -> None:
    assert per_card_gib(name, precision, cards) == pytest.approx(log_gib, rel=0.01)


@pytest.mark.parametrize(("name", "log_gib"), [("gpt-oss-120b", 64.38), ("gpt-oss-20b", 13.64)])
def test_padded_mxfp4_weights_match_the_logs_to_two_percent(name: str, log_gib: float) -> None:
    assert per_card_gib(name, "mxfp4") == pytest.approx(log_gib, rel=0.02)


def test_published_fp8_blocks_match_the_log_of_eight_cards() -> None:
    assert per_card_gib("deepseek-v3", "fp8", 8) == pytest.approx(79.41, rel=0.015)


@pytest.mark.parametrize(
    ("name", "gigabytes"), [("llama-3.1-70b", 43.1), ("llama-3.1-405b", 249.1)]
)
def test_gguf_files_have_their_published_size(name: str, gigabytes: float) -> None:
    total = weights_of(model(name), "gguf-q4_k_m", engines()).total
    assert float(total) / 1e9 == pytest.approx(gigabytes, rel=0.005)


@pytest.mark.parametrize(
    ("precision", "bits"),
    [
        ("fp32", 32.0),
        ("bf16", 16.0),
        ("fp8", 8.004),
        ("int8", 8.004),
        ("awq-int4", 4.15625),
        ("gptq-int4", 4.125),
        ("nf4", 4.5),
        ("nvfp4", 4.5),
        ("gguf-q8_0", 8.5),
        ("gguf-q6_k", 6.56),
        ("gguf-q5_k_m", 5.7),
        ("gguf-q4_k_m", 4.89),
        ("gguf-q3_k_s", 3.64),
        ("gguf-q2_k", 3.16),
    ],
)
def test_a_weight_of_a_layer_takes_the_bits_of_its_format(
    precision: Precision, bits: float
) -> None:
    body, expert = body_bytes(precision, dimensions("llama-3.1-8b"), engines())
    assert float(body * 8) == pytest.approx(bits, abs=1e-9)
    assert expert == body


def test_mxfp4_takes_4_25_bits_for_experts_and_pads_2880_to_3072() -> None:
    body, expert = body_bytes("mxfp4", dimensions("gpt-oss-120b"), engines())
    assert body == 2
    assert expert * 8 == Fraction(17, 4) * Fraction(3072, 2880)


def test_a_model_published_in_fp8_has_scales_by_block() -> None:
    body, _ = body_bytes("fp8", dimensions("deepseek-v3"), engines())
    assert body == 1 + Fraction(4, 16384)


def test_embeddings_output_layer_and_vision_tower_stay_in_16_bits() -> None:
    t = dimensions("gemma-3-27b")
    kept = t.embedding_parameters + t.vision_parameters
    total = weights_of(model("gemma-3-27b"), "awq-int4", engines()).total
    body, _ = body_bytes("awq-int4", t, engines())
    assert total == 2 * kept + body * (model("gemma-3-27b").parameters - kept)


@pytest.mark.parametrize("name", LANGUAGE)
def test_bf16_takes_two_bytes_for_every_parameter(name: str) -> None:
    assert weights_of(model(name), "bf16", engines()).total == 2 * model(name).parameters


def test_a_tied_embedding_is_read_at_every_step_and_an_untied_one_looked_up() -> None:
    tied = weights_of(model("llama-3.2-1b"), "bf16", engines())
    untied = weights_of(model("llama-3.1-8b"), "bf16", engines())
    assert tied.lookup == 0
    assert untied.lookup == 2 * dimensions("llama-3.1-8b").embedding_parameters


@given(
    name=st.sampled_from(LANGUAGE),
    precision=st.sampled_from(get_args(Precision)),
    cards=st.sampled_from([1, 2, 4, 8]),
)
def test_cards_of_a_group_hold_all_weights_and_fewer_than_one_card_alone(
    name: str, precision: Precision, cards: int
) -> None:
    weights = weights_of(model(name), precision, engines())
    held = on_each_card(model(name), weights, cards, engines().vllm)
    assert held * cards >= weights.total
    assert held <= on_each_card(model(name), weights, 1, engines().vllm) * 1.001


@given(name=st.sampled_from(LANGUAGE))
def test_fewer_bits_never_take_more_bytes(name: str) -> None:
    order: list[Precision] = ["fp32", "bf16", "fp8", "nf4", "awq-int4", "gptq-int4"]
    sizes = [weights_of(model(name), p, engines()).total for p in order]
    assert sizes == sorted(sizes, reverse=True)

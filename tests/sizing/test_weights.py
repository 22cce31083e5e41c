"""Weights: the worked numbers of the design, and laws of sharding."""

from __future__ import annotations

from fractions import Fraction
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.catalog.loading import default_catalog
from planner.scenario.values import Precision
from planner.sizing.gguf import gguf_weights
from planner.sizing.weights import Format, body_bytes, on_each_card, on_each_stage, weights_of
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
    ("mix", "gigabytes"),
    [
        ("q8_0", 74.98),
        ("q6_k", 57.89),
        ("q5_k_m", 49.95),
        ("q5_k_s", 48.66),
        ("q4_k_m", 42.52),
        ("q3_k_l", 37.14),
        ("q3_k_s", 30.91),
    ],
)
def test_gguf_files_of_llama_70b_have_the_size_of_those_that_are_offered(
    mix: str, gigabytes: float
) -> None:
    t = dimensions("llama-3.1-70b")
    body = model("llama-3.1-70b").parameters - t.embedding_parameters - t.lm_head_parameters
    assert float(gguf_weights(mix, t, body).total) / 1e9 == pytest.approx(gigabytes, rel=0.0003)


@pytest.mark.parametrize(
    ("mix", "bits"),
    [
        ("q8_0", 8.5008),
        ("q6_k", 6.5633),
        ("q5_k_m", 5.7036),
        ("q5_k_s", 5.5704),
        ("q4_k_m", 4.8944),
        ("iq4_nl", 4.6818),
        ("q4_k_s", 4.6672),
        ("iq4_xs", 4.4597),
        ("q3_k_l", 4.2979),
        ("q3_k_s", 3.6429),
        ("iq3_xxs", 3.2548),
        ("q2_k", 3.1593),
        ("iq2_xxs", 2.3824),
    ],
)
def test_a_gguf_file_of_llama_8b_takes_the_bits_that_llama_cpp_prints(
    mix: str, bits: float
) -> None:
    t, n = dimensions("llama-3.1-8b"), model("llama-3.1-8b").parameters
    held = gguf_weights(mix, t, n - t.embedding_parameters - t.lm_head_parameters)
    assert float(held.total) * 8 / n == pytest.approx(bits, abs=0.0002)


def test_a_tied_embedding_of_a_gguf_file_has_the_type_of_an_output_layer() -> None:
    tied, t = (
        weights_of(model("llama-3.2-1b"), "gguf-q4_k_m", engines()),
        dimensions("llama-3.2-1b"),
    )
    assert tied.lookup == 0
    assert tied.dense > Fraction(210, 256) * t.embedding_parameters


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
        ("gptq-int8", 8.1875),
        ("nf4-dq", 4.126953125),
    ],
)
def test_a_weight_of_a_layer_takes_the_bits_of_its_format(precision: Format, bits: float) -> None:
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


@pytest.mark.parametrize(
    ("stages", "middle", "log_gib"), [(2, False, 7.51), (4, True, 3.28), (4, False, 4.26)]
)
def test_a_stage_holds_its_layers_and_the_ends_a_vocabulary_table(
    stages: int, middle: bool, log_gib: float
) -> None:
    entry = model("llama-3.1-8b")
    weights = weights_of(entry, "bf16", engines())
    held = on_each_stage(entry, weights, stages, middle=middle)
    assert gib(held) == pytest.approx(log_gib, abs=0.006)


def test_linear_scaling_makes_a_table_of_angles_as_many_times_longer() -> None:
    entry = default_catalog().models["gemma-3-4b"]
    weights = weights_of(entry, "bf16", engines())
    assert gib(on_each_card(entry, weights, 1, engines().vllm)) == pytest.approx(8.58, abs=0.01)


def test_32_bit_weights_come_with_32_bit_angles() -> None:
    entry = model("llama-3.1-8b")
    weights = weights_of(entry, "fp32", engines())
    held = on_each_card(entry, weights, 1, engines().vllm, element=4)
    assert gib(held) == pytest.approx(29.98, abs=0.005)

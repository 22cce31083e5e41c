"""Which precision runs on which card."""

from __future__ import annotations

from typing import get_args

import pytest

from planner.catalog.items import Gpu
from planner.scenario.values import Precision
from planner.sizing.precision import Kernels, Unsupported, kernels_for, kv_refusal
from tests.sizing.support import card, engines, model


def support(precision: Precision, gpu: Gpu, name: str = "llama-3.1-8b") -> Kernels | Unsupported:
    return kernels_for(precision, gpu, model(name), engines().vllm)


def kernels(precision: Precision, gpu: Gpu, name: str = "llama-3.1-8b") -> Kernels:
    found = support(precision, gpu, name)
    assert isinstance(found, Kernels)
    return found


@pytest.mark.parametrize(
    ("precision", "gpu", "tflops", "weight_only"),
    [
        ("fp32", "a6000", 77.4, False),
        ("bf16", "a6000", 154.8, False),
        ("fp8", "a6000", 154.8, True),
        ("fp8", "maxq", 877.9, False),
        ("fp8", "gamer", 330.3, False),
        ("int8", "a6000", 309.7, False),
        ("awq-int4", "maxq", 438.9, True),
        ("gptq-int4", "a6000", 154.8, True),
        ("nf4", "a6000", 154.8, True),
        ("nvfp4", "maxq", 1755.7, False),
        ("nvfp4", "a6000", 154.8, True),
    ],
)
def test_a_card_computes_at_the_rate_of_its_tensor_cores_or_expands_to_16_bits(
    precision: Precision, gpu: str, tflops: float, weight_only: bool
) -> None:
    found = kernels(precision, card(gpu))
    assert found.flop_per_s == pytest.approx(tflops * 1e12)
    assert (found.weight_only, found.engine) == (weight_only, "vllm")


def test_int8_is_not_offered_on_blackwell() -> None:
    found = support("int8", card("maxq"))
    assert found == Unsupported("int8 is not offered from compute capability 10; it has 12")


def test_int8_needs_its_tensor_cores() -> None:
    assert isinstance(support("int8", card("a6000", int8_tops=None)), Unsupported)


@pytest.mark.parametrize("precision", get_args(Precision))
def test_a_card_without_cuda_borrows_nothing_from_cards_with_it(precision: Precision) -> None:
    found = support(precision, card("instinct", fp8_tflops=2600.0))
    assert found == Unsupported(
        "the engines' constants come from CUDA cards; nothing is known of them on CDNA 2"
    )


def test_weight_only_kernels_need_capability_7_5() -> None:
    found = support("awq-int4", card("a6000", compute_capability="7.0"))
    assert found == Unsupported("awq-int4 kernels need compute capability 7.5; it has 7")


def test_mxfp4_is_only_for_models_that_publish_it() -> None:
    assert isinstance(support("mxfp4", card("maxq")), Unsupported)
    assert kernels("mxfp4", card("maxq"), "gpt-oss-20b").weight_only


def test_a_model_published_in_few_bits_may_run_in_bf16() -> None:
    for name in ("gpt-oss-20b", "deepseek-v3"):
        assert not kernels("bf16", card("a6000"), name).weight_only


@pytest.mark.parametrize("precision", [p for p in get_args(Precision) if p.startswith("gguf-")])
def test_gguf_means_llama_cpp_on_any_cuda_card(precision: Precision) -> None:
    for name in ("a6000", "gamer"):
        assert kernels(precision, card(name)).engine == "llama.cpp"


@pytest.mark.parametrize("precision", get_args(Precision))
@pytest.mark.parametrize("gpu", ["a6000", "maxq", "gamer", "h100", "instinct"])
def test_every_precision_has_an_answer_on_every_card(precision: Precision, gpu: str) -> None:
    found = support(precision, card(gpu), "gpt-oss-20b")
    assert found.flop_per_s > 0 if isinstance(found, Kernels) else found.text


def test_an_nvfp4_cache_needs_fp4_tensor_cores_under_vllm_only() -> None:
    vllm, other = kernels("bf16", card("a6000")), kernels("gguf-q8_0", card("a6000"))
    assert kv_refusal("nvfp4", card("a6000"), vllm) is not None
    assert kv_refusal("nvfp4", card("a6000"), other) is None
    assert kv_refusal("nvfp4", card("maxq"), vllm) is None
    assert kv_refusal("fp8", card("a6000"), vllm) is None

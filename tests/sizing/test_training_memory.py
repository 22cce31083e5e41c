"""Memory of fine-tuning: the worked numbers of the design, and published runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.scenario.workloads import FinetuneWorkload
from planner.sizing.lora import lora_parameters
from planner.sizing.training_memory import (
    Sharding,
    TrainingMemory,
    TrainingSetup,
    memory_of_setup,
    training_memory,
)
from tests.sizing.support import TUNE, dimensions, engines, gib, inputs, model


def memory(name: str, cards: int = 1, **more: object) -> TrainingMemory:
    workload = inputs({**TUNE, "model": name, **more}).scenario.workloads[0]
    assert isinstance(workload, FinetuneWorkload)
    return training_memory(workload, model(name), cards, engines().trainer)


def peak_gib(name: str, cards: int = 1, **more: object) -> float:
    """Memory of the run without the CUDA context, margin included."""
    found = memory(name, cards, **more)
    return gib(found.total - found.context)


@pytest.mark.parametrize(
    ("name", "rank", "targets", "parameters"),
    [
        ("llama-2-7b", 8, ("q", "v"), 4_194_304),
        ("llama-3.2-3b", 32, ("q", "v"), 9_175_040),
        ("llama-2-7b", 8, ("q", "k", "v", "o", "gate", "up", "down"), 19_988_480),
    ],
)
def test_adapters_have_the_parameters_that_programs_print(
    name: str, rank: int, targets: tuple[str, ...], parameters: int
) -> None:
    assert lora_parameters(dimensions(name), rank, targets) == parameters


def test_adapters_grow_with_their_rank_and_know_their_targets() -> None:
    for name in ("llama-3.1-8b", "deepseek-v3", "deepseek-v2-lite", "qwen3-30b-a3b"):
        assert lora_parameters(dimensions(name), 32) == 4 * lora_parameters(dimensions(name), 8)
    with pytest.raises(KeyError):
        lora_parameters(dimensions("llama-2-7b"), 8, ("router",))


def test_routed_experts_get_no_adapters() -> None:
    t = dimensions("qwen3-30b-a3b")
    assert lora_parameters(t, 8, ("gate", "up", "down")) == 0
    shared = dimensions("deepseek-v2-lite")
    assert lora_parameters(shared, 1, ("gate",)) == 2048 * 27 + 10944 + 26 * 2 * 1408


def test_full_training_takes_16_bytes_a_parameter_and_6_with_8_bit_moments() -> None:
    n = model("llama-3.1-8b").parameters
    assert memory("llama-3.1-8b", method="full").weights == 16 * n
    assert memory("llama-3.1-8b", method="full", optimizer="adamw-8bit").weights == 6 * n


def test_frozen_weights_take_2_bytes_or_4_bits_with_the_ends_in_32_bits() -> None:
    t, n = dimensions("llama-2-7b"), model("llama-2-7b").parameters
    assert memory("llama-2-7b", method="lora").weights == 2 * n
    ends = t.embedding_parameters + t.lm_head_parameters
    assert memory("llama-2-7b").weights == 4 * ends + 0.5625 * (n - ends)


@pytest.mark.parametrize(
    ("tokens", "measured_gib"),
    [(1024, 6.0), (2048, 7.0), (4096, 9.0), (8192, 12.0), (16_384, 19.0), (32_768, 32.0)],
)
def test_qlora_of_llama_2_7b_matches_llama_factory_to_twelve_percent(
    tokens: int, measured_gib: float
) -> None:
    workload = {"method": "qlora", "lora_rank": 8, "sequence_tokens": tokens}
    found = memory("llama-2-7b", **workload)
    assert gib(found.total - found.context) == pytest.approx(measured_gib, rel=0.12)


def test_a_token_of_qlora_takes_the_0_81_megabytes_that_were_measured() -> None:
    short, long = (memory("llama-2-7b", sequence_tokens=n).activations for n in (8192, 32_768))
    assert (long - short) / (32_768 - 8192) == pytest.approx(0.81e6, rel=0.03)


def test_lora_without_recomputation_matches_litgpt_to_thirteen_percent() -> None:
    workload = {"method": "lora", "lora_rank": 8, "sequence_tokens": 1304, "recompute": False}
    assert peak_gib("llama-2-7b", **workload) == pytest.approx(19.84, rel=0.13)


def test_lora_of_llama_3b_matches_the_reserved_memory_of_peft() -> None:
    workload = {"method": "lora", "lora_rank": 32, "sequence_tokens": 768, "recompute": False}
    assert peak_gib("llama-3.2-3b", batch_sequences=4, **workload) == pytest.approx(21.9, rel=0.12)


def test_qlora_of_70b_on_two_cards_matches_the_published_run() -> None:
    workload = {"method": "qlora", "lora_rank": 8, "sequence_tokens": 2048, "batch_sequences": 2}
    assert peak_gib("llama-2-70b", 2, **workload) == pytest.approx(33.2, rel=0.12)


@given(
    method=st.sampled_from(["full", "lora", "qlora"]),
    name=st.sampled_from(["llama-3.1-8b", "llama-3.1-70b", "qwen3-30b-a3b"]),
    sequence=st.sampled_from([512, 4096]),
)
def test_more_cards_shard_weights_and_never_activations(
    method: str, name: str, sequence: int
) -> None:
    runs = [memory(name, k, method=method, sequence_tokens=sequence) for k in (1, 2, 4, 8)]
    assert len({r.activations for r in runs}) == 1
    assert [runs[0].weights / r.weights for r in runs] == [1, 2, 4, 8]
    totals = [r.total for r in runs[1:]]
    assert totals == sorted(totals, reverse=True)


def test_recomputation_saves_memory() -> None:
    saved, plain = (memory("llama-3.1-8b", recompute=r).activations for r in (True, False))
    assert saved < plain / 2


def run(**more: object) -> TrainingMemory:
    setup = TrainingSetup(**{"method": "full", "tokens": 2048, **more})  # type: ignore[arg-type]
    return memory_of_setup(setup, model("llama-3.1-8b"), 4, engines().trainer)


@pytest.mark.parametrize(
    ("sharding", "bytes_each"),
    [("none", 16.0), ("zero-1", 2 + 2 + 12 / 4), ("zero-2", 2 + 14 / 4), ("zero-3", 16 / 4)],
)
def test_each_stage_of_zero_splits_what_its_paper_says(
    sharding: Sharding, bytes_each: float
) -> None:
    weights = run(sharding=sharding).weights
    assert weights == pytest.approx(bytes_each * model("llama-3.1-8b").parameters)


@pytest.mark.parametrize(
    ("optimizer", "bytes_each"),
    [("adamw", 16), ("adamw-8bit", 6), ("adamw-bf16", 8), ("adamw-fp32", 16)],
)
def test_an_optimiser_keeps_its_own_state(optimizer: str, bytes_each: int) -> None:
    weights = run(optimizer=optimizer, sharding="none").weights
    assert weights == bytes_each * model("llama-3.1-8b").parameters


def test_a_fused_loss_never_holds_the_logits() -> None:
    saved = run().activations - run(fused_loss=True).activations
    assert saved == pytest.approx(2048 * 128_256 * 10)


def test_double_quantisation_saves_0_37_bits_of_a_weight() -> None:
    saved = run(method="qlora").weights - run(method="qlora", double_quant=True).weights
    t, n = dimensions("llama-3.1-8b"), model("llama-3.1-8b").parameters
    body = n - t.embedding_parameters - t.lm_head_parameters
    assert saved * 4 / body * 8 == pytest.approx(0.373, abs=0.001)


def test_the_low_end_of_full_training_holds_gradients_only_as_activations_go() -> None:
    found = memory("llama-3.2-3b", method="full", recompute=False, sequence_tokens=3072)
    assert found.lowest < found.total
    assert found.lowest >= found.weights * 14 / 16

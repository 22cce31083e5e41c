"""Times of steps: physical limits and the form of the design."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.catalog.items import Gpu
from planner.scenario.values import Precision
from planner.scenario.workloads import InferenceWorkload
from planner.sizing.links import ALONE, Link, link_of
from planner.sizing.serving import Replica, computing_parameters, replica_of
from planner.sizing.steps import (
    Machine,
    attention_flop,
    hit_bytes,
    machine_of,
    mean_step_s,
    power,
    prefill_s,
    step_s,
)
from tests.catalog.huggingface_configs import COUNTS
from tests.sizing.support import CHAT, card, dimensions, engines, inputs, model

LANGUAGE = sorted(n for n in COUNTS if model(n).kind == "decoder")


def chat(**more: object) -> InferenceWorkload:
    workload = inputs({**CHAT, **more}).scenario.workloads[0]
    assert isinstance(workload, InferenceWorkload)
    return workload


def replica(name: str, precision: Precision = "bf16", cards: int = 1, **more: object) -> Replica:
    return replica_of(chat(**more), model(name), precision, cards, engines())


def machine(gpu: Gpu, cards: int = 1) -> Machine:
    link = link_of(gpu, cards, "same_host", None, engines().collectives)
    assert isinstance(link, Link)
    return machine_of(gpu.memory_bandwidth_gb_s, gpu.fp16_tflops * 1e12, link, engines().vllm)


@given(base=st.floats(0.0, 1.0), exponent=st.integers(0, 2000))
def test_repeated_multiplication_is_a_power(base: float, exponent: int) -> None:
    assert power(base, exponent) == pytest.approx(base**exponent, rel=1e-9, abs=1e-300)


@given(name=st.sampled_from(LANGUAGE), gpu=st.sampled_from(["a6000", "maxq", "h100"]))
def test_one_sequence_is_never_faster_than_the_memory_can_read_the_weights(
    name: str, gpu: str
) -> None:
    work, at = replica(name).work, card(gpu)
    read = work.dense_bytes + work.expert_bytes * (1.0 - work.idle_expert)
    assert step_s(work, machine(at), 1, 0.0) > read / (at.memory_bandwidth_gb_s * 1e9)


def test_a_mixture_reads_only_the_experts_that_are_hit() -> None:
    work = replica("qwen3-30b-a3b").work
    share = [(hit_bytes(work, b) - work.dense_bytes) / work.expert_bytes for b in (1, 8, 1000)]
    assert share[0] == pytest.approx(8 / 128)
    assert share[1] == pytest.approx(1 - (1 - 8 / 128) ** 8)
    assert share[2] == pytest.approx(1.0)


def test_a_dense_model_reads_all_its_layers_whatever_the_batch() -> None:
    work = replica("llama-3.1-8b").work
    t = dimensions("llama-3.1-8b")
    read = 2.0 * (model("llama-3.1-8b").parameters - t.embedding_parameters)
    assert hit_bytes(work, 1) == hit_bytes(work, 500) == read


def test_the_input_embedding_is_looked_up_and_not_multiplied() -> None:
    t = dimensions("llama-3.1-8b")
    assert computing_parameters(t) == 8_030_261_248 - 525_336_576
    tied = dimensions("llama-3.2-1b")
    assert computing_parameters(tied) == 1_235_814_400


def test_attention_of_a_prompt_takes_2_l_d_i_squared() -> None:
    t = dimensions("llama-3.1-8b")
    assert attention_flop(t, 4096, causal=True) == 2 * 32 * 4096 * 4096**2
    assert attention_flop(t, 4096, causal=False) == 2 * attention_flop(t, 4096, causal=True)


def test_a_window_makes_attention_linear() -> None:
    t = dimensions("mistral-7b-v0.1")
    short, long = (attention_flop(t, n, causal=True) for n in (8192, 16_384))
    assert attention_flop(t, 4096, causal=True) == 2 * 32 * 4096 * 4096**2
    assert long / short == pytest.approx((16_384 - 2048) / (8192 - 2048))


def test_prompts_hide_under_the_weight_read() -> None:
    work, at = (
        replica("llama-3.1-8b", input_tokens=64, output_tokens=4096).work,
        machine(card("maxq")),
    )
    assert mean_step_s(work, at, 4) == step_s(work, at, 4, 0.0)


def test_long_prompts_and_short_answers_make_steps_compute_bound() -> None:
    work = replica("llama-3.1-8b", input_tokens=8000, output_tokens=10).work
    at = machine(card("a6000"))
    compute = 8 * (work.token_flop + work.prompt_flop / 10) / at.flop_per_s
    assert mean_step_s(work, at, 8) == pytest.approx(compute, rel=0.01)


def test_a_group_on_nvswitch_is_faster_than_one_card_and_on_pcie_pays_for_its_exchange() -> None:
    one, eight = replica("llama-3.1-70b").work, replica("llama-3.1-70b", cards=8).work
    fast, slow = machine(card("h100"), 8), machine(card("maxq"), 8)
    assert step_s(eight, fast, 1, 0.0) < step_s(one, machine(card("h100")), 1, 0.0) / 4
    alone = replace(slow, link=replace(ALONE, bytes_per_s=1e18))
    extra = step_s(eight, slow, 1, 0.0) - step_s(eight, alone, 1, 0.0)
    assert extra > 2 * 80 * engines().collectives.pcie_latency_us * 1e-6


def test_layers_split_between_cards_are_no_faster() -> None:
    one, two = (replica("llama-3.1-70b", "gguf-q4_k_m", k).work for k in (1, 2))
    at = machine(card("a6000"))
    assert step_s(two, at, 1, 0.0) == step_s(one, at, 1, 0.0)
    assert prefill_s(two, at) == prefill_s(one, at)


@given(
    name=st.sampled_from(LANGUAGE),
    cards=st.sampled_from([1, 2, 4, 8]),
    sessions=st.integers(1, 600),
    more=st.integers(1, 60),
    gpu=st.sampled_from(["a6000", "maxq", "h100"]),
)
def test_more_sessions_never_make_a_step_shorter_nor_a_token_dearer(
    name: str, cards: int, sessions: int, more: int, gpu: str
) -> None:
    work, at = replica(name, cards=cards).work, machine(card(gpu), cards)
    few, many = mean_step_s(work, at, sessions), mean_step_s(work, at, sessions + more)
    assert few <= many
    assert many / (sessions + more) <= few / sessions * (1 + 1e-12)


def test_a_replica_of_more_precision_is_never_faster() -> None:
    at = machine(card("maxq"))
    times = [
        step_s(replica("llama-3.1-8b", p).work, at, 4, 0.0) for p in ("bf16", "fp8", "awq-int4")
    ]
    assert times == sorted(times, reverse=True)

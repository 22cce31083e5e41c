"""Options of language models: what fits, what a level costs, and reasons in numbers."""

from __future__ import annotations

import pytest

from planner.scenario.workloads import InferenceWorkload
from planner.sizing.candidate import Candidate
from planner.sizing.inference import candidate, runnable
from planner.sizing.option import Label, Option
from planner.sizing.precision import Kernels
from planner.sizing.serving import replica_of
from tests.sizing.support import (
    CHAT,
    EMBED,
    Data,
    gib,
    inputs,
    options_of,
    refusals_of,
    setting,
    sized,
)

CROWD = {**CHAT, "demand": [{"from": "2026-10", "concurrency": 500}]}


def chat(**more: object) -> Data:
    return {**CHAT, **more}


def largest(workload: Data, gpu: str = "maxq", gpus: int = 1, **more: object) -> Option:
    return options_of(sized(workload, cards=(gpu,), **more), gpus=gpus)[-1]


def test_levels_run_from_one_session_to_the_demand() -> None:
    levels = [o.level for o in options_of(sized(CHAT), gpu="maxq", gpus=1)]
    assert levels == list(range(1, 21))


def test_the_memory_of_a_level_is_weights_cache_and_engine() -> None:
    one, two, *_ = options_of(sized(chat(kv_cache="bf16")), gpu="maxq", gpus=1)
    logits = 14.96 * 128_256
    assert two.memory_bytes - one.memory_bytes == pytest.approx(8192 * 131_072, abs=2 * logits)
    assert gib(one.memory_bytes) == pytest.approx(
        8.47 + 0.03 + 1.0 + 0.51 + 0.25 + 0.89 + 0.23, abs=0.05
    )


def test_memory_is_reserved_for_the_whole_context() -> None:
    short, long = (
        largest(chat(context_tokens=n, input_tokens=500, output_tokens=200)) for n in (1024, 8192)
    )
    per_token = 20 * 65_536
    assert long.memory_bytes - short.memory_bytes == (8192 - 1024) * per_token


def test_the_share_of_time_is_steps_per_second_times_seconds_of_a_step() -> None:
    slow, fast = (
        options_of(sized(chat(slo={"tokens_per_s_per_session": r})), gpu="maxq", gpus=1)[4]
        for r in (10, 20)
    )
    assert fast.share_ppm == pytest.approx(2 * slow.share_ppm, abs=2)
    assert (slow.period_us, fast.period_us) == (100_000, 50_000)


def test_a_step_takes_half_its_period_at_most_while_the_load_allows_it() -> None:
    light = options_of(sized(chat(input_tokens=2000, output_tokens=1000)), gpu="maxq", gpus=1)
    assert {o.step_us for o in light} == {25_000}
    heavy = options_of(sized(CROWD), gpu="maxq", gpus=1)[-1]
    assert heavy.share_ppm > 700_000
    assert heavy.step_us == pytest.approx(heavy.share_ppm * 50_000 / 1e6, abs=1)


def test_a_chat_and_an_embedding_model_find_room_on_one_card() -> None:
    sizing = sized(CHAT, EMBED, cards=("maxq",))
    chat_option = options_of(sizing, workload="chat", gpus=1)[-1]
    embedding = options_of(sizing, workload="embed")[0]
    assert chat_option.period_us is not None
    assert chat_option.step_us + embedding.step_us <= chat_option.period_us


def test_a_higher_rate_leaves_fewer_sessions() -> None:
    def sessions(rate: float) -> int:
        slo = {"tokens_per_s_per_session": rate}
        return largest({**CROWD, "context_tokens": 2048, "slo": slo}).level

    assert sessions(20) > sessions(40) > sessions(80)


def test_a_demand_below_one_session_still_has_an_option() -> None:
    none = chat(demand=[{"from": "2026-10", "concurrency": 0}])
    assert largest(none).level == 1


def test_groups_offer_their_largest_useful_level_only() -> None:
    sizing = sized(CROWD, cards=("maxq",))
    for gpus in (2, 4, 8):
        (only,) = options_of(sizing, gpus=gpus)
        assert not only.part
        assert only.link == "pcie"


def test_power_is_that_of_the_activity_of_decode_on_all_cards() -> None:
    one, four = (largest(CHAT, gpus=k) for k in (1, 4))
    for option, cards in ((one, 1), (four, 4)):
        watts = 275 * cards * 0.55 * option.share_ppm / 1e6
        assert option.power_mw == pytest.approx(watts * 1000, abs=2)


def test_layers_split_by_llama_cpp_keep_one_card_at_work() -> None:
    big = chat(
        model="llama-3.1-70b", precision=["gguf-q4_k_m"], slo={"tokens_per_s_per_session": 5}
    )
    two = largest(big, gpu="a6000", gpus=2)
    watts = 275 * 0.6 * two.share_ppm / 1e6
    assert two.power_mw == pytest.approx(watts * 1000, abs=2)


def test_error_correction_costs_memory() -> None:
    sizing = sized(CHAT, cards=("a6000",))
    assert sizing.usable_bytes["a6000", True] == pytest.approx(
        sizing.usable_bytes["a6000", False] * 0.9375, abs=1
    )
    many = chat(
        demand=[{"from": "2026-10", "concurrency": 500}],
        kv_cache="bf16",
        context_tokens=16384,
        slo={"tokens_per_s_per_session": 2},
        input_tokens=200,
        output_tokens=200,
    )
    assert (
        largest({**many, "requires": {"ecc": True}}, "a6000").level < largest(many, "a6000").level
    )


def test_options_are_modelled_and_name_their_engine() -> None:
    option = largest(CHAT)
    assert option.label is Label.MODELLED
    assert option.source == "vllm 0.19.0, first constants"
    assert option.speed == (0.65, 1.55)
    assert largest(chat(precision=["gguf-q8_0"])).source.startswith("llama.cpp ")


def test_a_mixture_has_the_range_of_mixtures() -> None:
    assert largest(chat(model="qwen3-30b-a3b")).speed == (0.65, 1.5)


def test_too_little_memory_is_refused_with_its_parts() -> None:
    big = chat(model="llama-3.1-70b", kv_cache="bf16", context_tokens=16384)
    (refusal,) = refusals_of(sized(big, cards=("a6000",)), gpus=1)
    assert refusal.rule == "memory"
    assert refusal.text == (
        "needs 67.7 GiB of weights + 5.0 GiB of KV + 3.7 GiB of engine at 1 session; "
        "43.5 GiB usable"
    )
    assert refusal.shortfall == pytest.approx(75.8 / 43.5, rel=0.01)


def test_too_low_a_rate_is_refused_with_both_rates() -> None:
    fast = chat(
        model="llama-3.1-70b",
        precision=["awq-int4"],
        slo={"tokens_per_s_per_session": 100},
        context_tokens=1024,
    )
    (refusal,) = refusals_of(sized(fast, cards=("maxq",)), gpus=1)
    assert refusal.rule == "speed"
    assert refusal.text.startswith("one session gets ")
    assert refusal.text.endswith(" tokens/s; 100 asked")
    assert refusal.shortfall > 1


def test_too_late_a_first_token_is_refused_with_both_times() -> None:
    slow = chat(
        input_tokens=8000, output_tokens=192, slo={"tokens_per_s_per_session": 5, "ttft_ms": 1500}
    )
    (refusal,) = refusals_of(sized(slow, cards=("a6000",)), gpus=1)
    assert refusal.rule == "ttft"
    assert refusal.text.startswith("the first token takes ")
    assert refusal.text.endswith(" ms; 1,500 asked")


def test_a_time_to_the_first_token_limits_the_sessions() -> None:
    def sessions(ttft_ms: float) -> int:
        slo = {"tokens_per_s_per_session": 5, "ttft_ms": ttft_ms}
        return largest({**CROWD, "slo": slo, "input_tokens": 2000, "output_tokens": 1000}).level

    assert sessions(170) < sessions(100_000)


def test_reasons_of_the_precision_are_given_once_for_all_groups() -> None:
    sizing = sized(chat(precision=["mxfp4"]), cards=("maxq",))
    (refusal,) = sizing.refusals
    assert (refusal.rule, refusal.precision, refusal.gpus) == ("precision", "mxfp4", None)


def test_a_context_beyond_the_model_is_refused() -> None:
    (refusal,) = sized(chat(context_tokens=200_000), cards=("maxq",)).refusals
    assert refusal.text == "asks for a context of 200,000 tokens; the model reads 131,072"


def test_heads_that_do_not_divide_refuse_only_that_group() -> None:
    sizing = sized(chat(model="qwen2.5-7b"), cards=("maxq",))
    (refusal,) = sizing.refusals
    assert (refusal.rule, refusal.gpus) == ("split", 8)


def test_nvlink_that_the_cards_lack_refuses_groups_and_not_single_cards() -> None:
    sizing = sized(chat(link="nvlink"), cards=("maxq",))
    assert [r.gpus for r in sizing.refusals] == [2, 4, 8]
    assert options_of(sizing, gpus=1)
    (two,) = options_of(sized(chat(link="nvlink"), cards=("a6000",)), gpus=2)
    assert two.link == "nvlink"


def test_bytes_shares_and_steps_are_rounded_up() -> None:
    given = inputs(CHAT, cards=("maxq",))
    workload, shared = given.scenario.workloads[0], setting(CHAT, cards=("maxq",))
    assert isinstance(workload, InferenceWorkload)
    replica = replica_of(workload, given.model(workload), "fp8", 1, shared.engines)
    gpu = given.gpus()["maxq"]
    kernels = runnable(workload, given.model(workload), gpu, "fp8", shared)
    assert isinstance(kernels, Kernels)
    found = candidate(workload, gpu, replica, kernels, shared)
    assert isinstance(found, Candidate)
    for sessions in range(1, 40):
        point, step_s = found.point(sessions), found.step_s(sessions)
        assert point.share_ppm - 1 < step_s * found.rate * 1e6 <= point.share_ppm
        longest = found.longest_step_s(sessions, step_s)
        assert step_s <= longest
        assert point.step_us - 1 < longest * 1e6 <= point.step_us

"""Options of embedding models and rerankers."""

from __future__ import annotations

import pytest

from planner.scenario.workloads import EmbeddingWorkload
from planner.sizing.embedding import embedding_runner
from planner.sizing.shared_work import Runner
from tests.sizing.support import (
    EMBED,
    Data,
    dimensions,
    engines,
    gib,
    inputs,
    options_of,
    setting,
    sized,
)


def embed(**more: object) -> Data:
    return {**EMBED, **more}


def rate(sizing_of: Data, gpu: str = "maxq") -> float:
    """Tokens per second of a whole card."""
    sizing = sized(sizing_of, cards=(gpu,))
    top = options_of(sizing)[-1]
    return float(top.capacity * sizing.quanta["embed"].size) * 100 / top.level


BUSY = embed(demand=[{"from": "2026-10", "tokens_per_s": 1e7}])


def test_a_batch_takes_about_twenty_milliseconds_at_most() -> None:
    for gpu in ("a6000", "maxq", "gamer"):
        for option in options_of(sized(EMBED, cards=(gpu,))):
            assert 0 < option.step_us <= 20_000


def test_shares_go_in_steps_of_five_percent_to_the_first_that_carries_the_demand() -> None:
    levels = [o.level for o in options_of(sized(BUSY, cards=("maxq",)))]
    assert levels == list(range(5, 95, 5))
    sizing = sized(EMBED, cards=("maxq",))
    levels = options_of(sizing)
    assert levels[-1].capacity >= max(sizing.quanta["embed"].demand)
    assert all(o.capacity < max(sizing.quanta["embed"].demand) for o in levels[:-1])


def test_a_share_carries_its_part_of_the_rate() -> None:
    options = options_of(sized(BUSY, cards=("maxq",)))
    assert options[9].capacity == pytest.approx(10 * options[0].capacity, abs=10)


def test_the_rate_is_the_tensor_rate_over_the_operations_of_a_token() -> None:
    t = dimensions("bge-m3")
    a = t.active_parameters - t.embedding_parameters
    flop = 2 * a + 4 * t.layers * t.hidden_size * 512
    bound = 438.9e12 * engines().encoder.compute_efficiency / flop
    assert 0.7 * bound < rate(BUSY) < bound


def test_memory_is_two_bytes_a_parameter_and_the_peak_of_one_layer() -> None:
    (option, *_) = options_of(sized(embed(slo={"latency_ms": 9.0}), cards=("a6000",)))
    assert 1.0575 < gib(option.memory_bytes) < 1.0575 + 0.71 + 0.5


def test_a_latency_bounds_the_batch_and_becomes_the_period() -> None:
    (option, *_) = options_of(sized(embed(slo={"latency_ms": 20.0}), cards=("maxq",)))
    assert option.step_us <= 10_000
    assert option.period_us == 20_000
    (free, *_) = options_of(sized(EMBED, cards=("maxq",)))
    assert free.period_us is None


@pytest.mark.parametrize("spare_us", [0.0, 0.3, 0.7, 1.0, 1.5])
def test_a_call_that_comes_just_in_time_has_a_step_no_longer_than_its_period(
    spare_us: float,
) -> None:
    latency_ms = one_call_ms() + spare_us / 1000
    options = options_of(sized(embed(slo={"latency_ms": latency_ms}), cards=("a6000",)))
    assert options
    for option in options:
        assert option.period_us is not None
        assert option.step_us <= option.period_us < latency_ms * 1000 + 1


def one_call_ms() -> float:
    """Time of a call of one text, by a latency that leaves room for no second one."""
    given = inputs(EMBED, cards=("a6000",))
    workload, gpu = given.scenario.workloads[0], given.gpus()["a6000"]
    assert isinstance(workload, EmbeddingWorkload)
    tight = workload.model_copy(update={"slo": workload.slo.model_copy(update={"latency_ms": 9.0})})
    runner = embedding_runner(tight, given.model(workload), gpu, "bf16", setting(EMBED))
    assert isinstance(runner, Runner)
    return runner.step_s * 1000


def test_a_call_that_takes_too_long_is_refused() -> None:
    (refusal,) = sized(embed(slo={"latency_ms": 2.0}), cards=("a6000",)).refusals
    assert refusal.rule == "latency"
    assert refusal.text.startswith("one call takes ")
    assert refusal.text.endswith(" ms; 2 asked")


def test_capacity_is_rounded_down() -> None:
    given = inputs(EMBED, cards=("maxq",))
    workload, gpu = given.scenario.workloads[0], given.gpus()["maxq"]
    assert isinstance(workload, EmbeddingWorkload)
    runner = embedding_runner(workload, given.model(workload), gpu, "bf16", setting(EMBED))
    assert isinstance(runner, Runner)
    sizing = sized(EMBED, cards=("maxq",))
    for option in options_of(sizing):
        exact = runner.rate * option.level / 100 / float(sizing.quanta["embed"].size)
        assert option.capacity <= exact < option.capacity + 1


def test_only_one_card_runs_a_replica() -> None:
    assert {o.gpus for o in sized(BUSY).options} == {1}


def test_engines_for_encoders_offer_no_4_bit_formats_but_a_decoder_that_embeds_does() -> None:
    (refusal,) = sized(embed(precision=["awq-int4"]), cards=("maxq",)).refusals
    assert refusal.text == "engines for encoders do not offer awq-int4"
    sizing = sized(embed(model="mistral-7b-v0.1", precision=["awq-int4"]), cards=("maxq",))
    assert sizing.options


def test_a_text_longer_than_the_model_reads_is_refused() -> None:
    (refusal,) = sized(
        embed(model="bge-large-en-v1.5", input_tokens=1000), cards=("maxq",)
    ).refusals
    assert refusal.text == "asks for texts of 1,000 tokens; the model reads 512"


def test_a_model_too_large_for_the_card_is_refused() -> None:
    (refusal,) = sized(embed(model="llama-3.1-70b"), cards=("maxq",)).refusals
    assert refusal.rule == "memory"


def test_a_demand_that_dwarfs_a_card_is_refused_rather_than_dropped() -> None:
    enormous = embed(demand=[{"from": "2026-10", "tokens_per_s": 1e12}])
    (refusal,) = sized(enormous, cards=("maxq",)).refusals
    assert refusal.text.startswith("one replica gets ")
    assert refusal.text.endswith(" tokens/s; 100,000,000 asked")


def test_power_is_that_of_prefill() -> None:
    option = options_of(sized(BUSY, cards=("maxq",)))[-1]
    assert option.power_mw == pytest.approx(275_000 * 0.9 * 0.9, abs=2)

"""What the bandwidth of a card allows: no estimate may pass it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.catalog.loading import default_catalog
from planner.claims.asking import Served, card, served
from planner.claims.speed import estimate
from planner.claims.terms_schema import (
    ServingQuestion,
)
from planner.sizing.option import Refusal
from planner.sizing.roofline import ceiling, read_gb

CARDS = ("rtx-4090", "rtx-a6000", "rtx-pro-6000-ws", "h100-sxm")
MODELS = (("llama-3.1-8b", "fp8"), ("llama-3.1-8b", "bf16"), ("mixtral-8x7b", "awq-int4"))
SESSIONS = (1, 2, 4, 8, 16, 32, 64)


def asked(gpu: str, model: str, precision: str) -> Served:
    data = {"gpu": gpu, "model": model, "precision": precision}
    question = ServingQuestion.model_validate(data)
    found = served(question, card(default_catalog(), gpu), default_catalog())
    if isinstance(found, Refusal):
        pytest.skip(found.text)
    return found


@pytest.mark.parametrize("gpu", CARDS)
@pytest.mark.parametrize(("model", "precision"), MODELS)
def test_no_estimate_passes_what_the_bandwidth_allows(gpu: str, model: str, precision: str) -> None:
    found = asked(gpu, model, precision)
    bandwidth = default_catalog().gpus[gpu].memory_bandwidth_gb_s.value
    for sessions in SESSIONS:
        low, middle, high = estimate(found, sessions)
        assert low <= middle <= high <= ceiling(found.replica.work, bandwidth, sessions) * 1.001


@pytest.mark.parametrize(("model", "precision"), MODELS)
def test_more_sessions_share_the_weights_and_no_one_of_them_gets_faster(
    model: str, precision: str
) -> None:
    work = asked("h100-sxm", model, precision).replica.work
    together = [ceiling(work, 1000, n) for n in SESSIONS]
    assert together == sorted(together)
    each = [t / n for t, n in zip(together, SESSIONS, strict=True)]
    assert each == sorted(each, reverse=True)


def test_twice_the_bandwidth_allows_twice_the_speed() -> None:
    work = asked("rtx-4090", "llama-3.1-8b", "fp8").replica.work
    assert ceiling(work, 2000, 4) == pytest.approx(2 * ceiling(work, 1000, 4))


def test_a_session_of_a_dense_model_reads_its_weights_but_for_the_table_of_words() -> None:
    """8.03 billion parameters, of which 0.525 are looked up and 0.525 are kept in 16 bits."""
    work = asked("rtx-4090", "llama-3.1-8b", "fp8").replica.work
    words = 128_256 * 4096
    weights = (8_030_261_248 - 2 * words + 2 * words) / 1e9
    cache = 2 * 32 * 8 * 128 * 2 * 1024 / 1e9
    assert weights <= read_gb(work, 1) <= weights + cache + 0.01


def test_sessions_may_all_choose_the_experts_that_one_token_hits() -> None:
    work = asked("h100-sxm", "mixtral-8x7b", "awq-int4").replica.work
    touched = work.dense_bytes + work.expert_bytes * 2 / 8
    assert read_gb(work, 8) == pytest.approx((touched + 8 * work.kv_bytes) / 1e9)


def test_cards_that_hold_whole_layers_may_all_be_busy_with_several_sessions() -> None:
    alone = asked("rtx-4090", "llama-3.1-8b", "gguf-q8_0").replica.work
    split = replace(alone, cards=2)
    assert ceiling(split, 1000, 1) == ceiling(alone, 1000, 1)
    assert ceiling(split, 1000, 4) == pytest.approx(2 * ceiling(alone, 1000, 4))

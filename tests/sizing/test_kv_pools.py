"""What each engine leaves for keys and values."""

from __future__ import annotations

import pytest

from planner.catalog.loading import default_catalog
from planner.sizing.engines import read_constants
from planner.sizing.kv_pools import (
    sglang_pool,
    sglang_static_share,
    tensorrt_llm_pool,
    vllm_pool,
)
from planner.sizing.memory_engines import Sglang, TensorRtLlm
from planner.units import GIB
from tests.sizing.support import dimensions, engine_catalog, gib

SGLANG = read_constants(Sglang, engine_catalog())


@pytest.mark.parametrize(
    ("card", "cards", "share"),
    [("h100-sxm", 1, 0.835), ("rtx-4090", 1, 0.847), ("h100-sxm", 8, 0.818), ("b200", 1, 0.857)],
)
def test_sglang_keeps_the_share_that_its_rule_gives(card: str, cards: int, share: float) -> None:
    found = sglang_static_share(default_catalog().gpu(card).memory_mib, cards, SGLANG)
    assert found == pytest.approx(share, abs=0.002)


def test_sglang_sets_ten_gib_of_a_large_card_aside_at_least() -> None:
    share = sglang_static_share(70_000, 1, SGLANG)
    assert (1 - share) * 70_000 >= 10_240 - 35


def test_a_pool_of_sglang_is_what_is_free_after_loading_less_what_is_set_aside() -> None:
    total = default_catalog().gpu("h100-sxm").memory_mib
    share = sglang_static_share(total, 1, SGLANG)
    free, weights = 78.68 * GIB, 14.99 * GIB
    pool = sglang_pool(free, weights, total, 1, SGLANG)
    assert pool == pytest.approx(free - weights - (1 - share) * free)
    assert gib(pool) == pytest.approx(50.7, abs=0.1)


def test_tensorrt_llm_takes_nine_tenths_of_what_is_free_after_loading() -> None:
    engine, t = read_constants(TensorRtLlm, engine_catalog()), dimensions("llama-3.1-8b")
    one = tensorrt_llm_pool(t, 78.68 * GIB, 14.99 * GIB, 8192, 1, engine)
    assert gib(one) == pytest.approx(0.9 * (78.68 - 14.99 - 0.625 - 3.5), rel=1e-6)
    group = tensorrt_llm_pool(t, 78.68 * GIB, 14.99 * GIB, 8192, 4, engine)
    assert gib(group) == pytest.approx(0.9 * (78.68 - 14.99 - 0.3125 - 3.86), rel=1e-6)


def test_the_pool_of_vllm_is_its_budget_less_what_stands_beside() -> None:
    assert gib(vllm_pool(79.19 * GIB, 0.95, 17.13 * GIB)) == pytest.approx(58.10, rel=0.001)

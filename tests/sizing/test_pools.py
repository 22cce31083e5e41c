"""Jobs of a pool: whole cards in turn, at full rate."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from planner.sizing.breakdown import Breakdown
from planner.sizing.overview import overview
from tests.sizing.support import TUNE, Data, inputs, options_of, refusals_of, sized

POOLED: Data = {**TUNE, "time_shared": True}


def test_a_job_of_a_pool_has_whole_groups_at_full_rate_and_no_parts() -> None:
    sizing = sized(POOLED, cards=("maxq",))
    assert [(o.gpus, o.level, o.part, o.pooled) for o in sizing.options] == [
        (n, 100, False, True) for n in (1, 2, 4, 8)
    ]
    assert not any(o.whole for o in sizing.options)
    assert {o.share_ppm for o in sizing.options} == {1_000_000}


def test_a_group_carries_what_it_trains_in_a_month() -> None:
    sizing = sized(POOLED, cards=("maxq",))
    quantum = sizing.quanta["tune"]
    found = inputs(POOLED, cards=("maxq",))
    (workload,) = found.scenario.workloads
    shown = [b for b in overview(found, workload) if isinstance(b, Breakdown)]
    for option, alone in zip(sizing.options, shown, strict=True):
        assert option.capacity == floor(Fraction(alone.rate) / quantum.size)
        assert alone.carries == alone.rate


def test_a_pool_takes_the_memory_the_link_and_the_power_of_cards_of_its_own() -> None:
    pooled = options_of(sized(POOLED, cards=("h100",)))
    alone = options_of(
        sized({**TUNE, "isolation": "exclusive", "tokens_per_month": 1e14}, cards=("h100",))
    )
    for one, other in zip(pooled, alone, strict=True):
        assert (one.gpus, one.link, one.memory_bytes) == (
            other.gpus,
            other.link,
            other.memory_bytes,
        )
        assert other.level == 90
        assert abs(one.power_mw * 90 - other.power_mw * 100) < 100


def test_isolation_makes_no_difference_in_a_pool() -> None:
    names = [
        [o.name for o in sized({**POOLED, "isolation": i}, cards=("cut",)).options]
        for i in ("shared", "exclusive", "mig")
    ]
    assert names[0] == names[1] == names[2]
    assert all(n.endswith("/p100") for n in names[0])


def test_groups_that_are_too_slow_or_too_small_are_refused_in_numbers() -> None:
    slow = sized({**POOLED, "tokens_per_month": 1e15}, cards=("a6000",))
    assert not slow.options
    assert all("one group gets" in r.text for r in slow.refusals)
    big = {**POOLED, "method": "full"}
    (refusal,) = refusals_of(sized(big, cards=("a6000",)), gpus=1)
    assert refusal.rule == "memory"


def test_a_measurement_is_what_a_group_carries_that_works_all_month() -> None:
    row = {
        "gpu": "maxq", "precision": "nf4", "gpus_per_replica": 2, "capacity": 1.0e9,
        "memory_gib": 20, "source": "run 9",
    }  # fmt: skip
    sizing = sized({**POOLED, "measured": [row]}, cards=("maxq",))
    (option,) = options_of(sizing, gpus=2)
    assert (option.pooled, option.level, option.capacity) == (True, 100, 25_000)
    assert option.power_mw == 2 * 275_000

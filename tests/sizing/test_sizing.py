"""A whole scenario: units, assumptions, and speed of the calculation."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import pytest

from tests.sizing.support import (
    CHAT,
    EMBED,
    NOTEBOOK,
    PICTURES,
    TUNE,
    Data,
    card,
    options_of,
    setting,
    sized,
)

BY_CLASSES = [
    {
        "from": "2026-10",
        "classes": [{"input_tokens": 900, "output_tokens": 200, "requests_per_s": 3}],
    }
]
ALL = (CHAT, EMBED, PICTURES, TUNE, NOTEBOOK)


def test_usable_memory_is_what_cuda_offers_times_the_utilisation() -> None:
    found = setting(cards=("h100",)).usable_bytes(card("h100"), ecc=False)
    assert found == floor(Fraction("0.9942") * Fraction("0.92") * 81_559 * 2**20)
    assert found / 2**30 == pytest.approx(0.92 * 79.19, rel=1e-3)


def test_error_correction_takes_its_part_of_the_memory() -> None:
    ada = card("a6000")
    with_ecc, without = (setting().usable_bytes(ada, ecc=e) for e in (True, False))
    assert with_ecc == floor(
        Fraction(15, 16) * Fraction("0.985") * Fraction("0.92") * 49_140 * 2**20
    )
    assert with_ecc < without


@pytest.mark.parametrize(
    ("workload", "unit", "one"),
    [
        (CHAT, "sessions", 1),
        (EMBED, "tokens/s", 2),
        (PICTURES, "images/hour", Fraction(60, 10_000)),
        (TUNE, "tokens/month", 40_000),
        (NOTEBOOK, "needs", 1),
    ],
)
def test_sessions_and_needs_are_counted_one_by_one_and_other_loads_in_parts_of_the_largest(
    workload: Data, unit: str, one: Fraction | int
) -> None:
    quantum = sized(workload).quanta[workload["name"]]
    assert (quantum.unit, quantum.size) == (unit, one)
    assert quantum.demand[0] == (10_000 if unit not in ("sessions", "needs") else quantum.demand[0])


def test_options_are_sorted_and_a_scenario_gives_the_same_ones_every_time() -> None:
    first, again = sized(*ALL), sized(*ALL)
    assert [o.name for o in first.options] == [o.name for o in again.options]
    keys = [(o.workload, o.gpu, o.precision, o.gpus, o.part, o.level) for o in first.options]
    assert keys == sorted(keys)
    numbers = [
        [(o.memory_bytes, o.share_ppm, o.step_us, o.power_mw) for o in s.options]
        for s in (first, again)
    ]
    assert numbers[0] == numbers[1]


def test_every_workload_has_its_options() -> None:
    found = {o.workload for o in sized(*ALL, cards=("maxq",)).options}
    assert found == {w["name"] for w in ALL}


def test_a_card_of_the_catalogue_that_is_excluded_gets_neither_options_nor_refusals() -> None:
    sizing = sized(CHAT, cards=("a6000", "maxq"), catalog={"exclude": ["a6000"]})
    assert {o.gpu for o in sizing.options} | {r.gpu for r in sizing.refusals} == {"maxq"}


def test_the_low_end_of_the_range_slows_steps_by_that_range() -> None:
    middle, low = (
        options_of(sized(CHAT, cards=("maxq",), robust=r), gpus=1)[0] for r in ("middle", "low")
    )
    assert low.share_ppm / middle.share_ppm == pytest.approx(1 / 0.65, rel=1e-4)
    assert low.speed == middle.speed


def test_defaults_that_sizing_used_are_said_once() -> None:
    ids = [a.id for a in sized(*ALL).assumptions]
    assert len(ids) == len(set(ids))
    assert {
        "sizing.memory_utilisation", "sizing.max_time_share", "sizing.speed",
        "chat.prefill_chunk", "embed.precision", "embed.batch", "pictures.steps",
        "tune.optimizer", "tune.sequence_tokens", "tune.recompute", "tune.lora_rank",
        "tune.lora_targets", "tune.fragmentation", "notebook.replicas",
    } <= set(ids)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"slo": {"tokens_per_s_per_session": 20, "ttft_ms": 9000}}, "chat.ttft_queue"),
        ({"isolation": "mig"}, "sizing.mig"),
        ({"demand": BY_CLASSES}, "chat.classes"),
    ],
)
def test_an_assumption_appears_where_it_is_made(change: Data, name: str) -> None:
    assert name in {a.id for a in sized({**CHAT, **change}).assumptions}
    assert name not in {a.id for a in sized(CHAT).assumptions}


def test_lengths_are_no_assumption_where_every_request_has_its_class() -> None:
    ids = {a.id for a in sized({**CHAT, "demand": BY_CLASSES}).assumptions}
    assert ids.isdisjoint({"chat.input_tokens", "chat.output_tokens"})


def test_that_a_job_of_a_pool_can_stop_at_any_time_is_an_assumption() -> None:
    assert "tune.time_shared" in {a.id for a in sized({**TUNE, "time_shared": True}).assumptions}
    assert "tune.time_shared" not in {a.id for a in sized(TUNE).assumptions}


def test_what_the_scenario_states_is_not_an_assumption() -> None:
    stated = {**TUNE, "sequence_tokens": 4096, "optimizer": "adamw-8bit", "recompute": False}
    ids = {a.id for a in sized(stated).assumptions}
    assert ids.isdisjoint({"tune.sequence_tokens", "tune.optimizer", "tune.recompute"})

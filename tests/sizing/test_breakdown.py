"""What one workload takes on one card, piece by piece."""

from __future__ import annotations

import pytest

from planner.catalog.items import Gpu
from planner.scenario.values import Precision
from planner.scenario.workloads import FixedWorkload
from planner.sizing.breakdown import Breakdown, breakdown
from planner.sizing.option import Label, Refusal
from tests.sizing.support import CHAT, EMBED, PICTURES, TUNE, Data, inputs, options_of, sized


def pieces(
    workload: Data, gpu: str = "maxq", precision: Precision = "bf16", cards: int = 1
) -> Breakdown | Refusal:
    given = inputs(workload, cards=(gpu,))
    found: dict[str, Gpu] = given.gpus()
    first = given.scenario.workloads[0]
    assert not isinstance(first, FixedWorkload)
    return breakdown(given, first, found[gpu], precision, cards)


def shown(
    workload: Data, gpu: str = "maxq", precision: Precision = "bf16", cards: int = 1
) -> Breakdown:
    found = pieces(workload, gpu, precision, cards)
    assert isinstance(found, Breakdown)
    return found


def test_sessions_are_those_that_memory_and_service_level_allow_whatever_the_demand() -> None:
    found = shown(CHAT, precision="fp8")
    crowd = {**CHAT, "demand": [{"from": "2026-10", "concurrency": 5000}]}
    most = options_of(sized(crowd, cards=("maxq",)), gpus=1)[-1]
    assert found.sessions == most.level
    assert found.memory_bytes == most.memory_bytes <= found.usable_bytes


def test_the_rate_of_a_session_is_at_least_the_one_asked_for() -> None:
    found = shown(CHAT, precision="fp8")
    assert found.sessions is not None
    assert found.rate_each is not None
    assert found.rate_each >= 20
    assert found.rate == pytest.approx(found.rate_each * found.sessions)
    assert (found.unit, found.label) == ("tokens/s", Label.MODELLED)
    assert found.speed[0] < 1 < found.speed[1]


def test_pieces_are_weights_cache_activations_and_engine() -> None:
    found = shown(CHAT, precision="fp8")
    assert [name for name, _ in found.parts] == [
        "weights", "cache of keys and values", "activations", "engine",
    ]  # fmt: skip
    assert found.session_bytes == 8192 * 65_536
    assert found.sessions is not None
    assert dict(found.parts)["cache of keys and values"] == found.sessions * found.session_bytes


def test_a_group_shows_what_each_card_holds() -> None:
    one, four = shown(CHAT, precision="fp8"), shown(CHAT, precision="fp8", cards=4)
    assert dict(four.parts)["weights"] < dict(one.parts)["weights"] / 3
    assert four.link == "pcie"


@pytest.mark.parametrize(
    ("workload", "unit"),
    [(EMBED, "tokens/s"), (PICTURES, "images/hour"), (TUNE, "tokens/month")],
)
def test_other_work_shows_its_rate_on_a_card_of_its_own(workload: Data, unit: str) -> None:
    found = shown(workload)
    assert (found.unit, found.sessions, found.ttft_ms) == (unit, None, None)
    sizing = sized({**workload, "isolation": "exclusive"}, cards=("maxq",))
    (option,) = options_of(sizing, gpus=1)
    carried = float(option.capacity * sizing.quanta[option.workload].size)
    assert carried == pytest.approx(found.rate * option.level / 100, rel=0.01)
    assert found.memory_bytes == option.memory_bytes


@pytest.mark.parametrize(
    ("workload", "gpu", "precision", "rule"),
    [
        ({**CHAT, "requires": {"ecc": True}}, "gamer", "fp8", "ecc"),
        (CHAT, "maxq", "mxfp4", "precision"),
        ({**CHAT, "model": "llama-3.1-70b"}, "gamer", "bf16", "memory"),
        ({**CHAT, "model": "qwen2.5-7b"}, "maxq", "bf16", "split"),
        (TUNE, "instinct", "nf4", "precision"),
        (PICTURES, "gamer", "bf16", "memory"),
    ],
)
def test_what_does_not_run_says_why(
    workload: Data, gpu: str, precision: Precision, rule: str
) -> None:
    cards = 8 if rule == "split" else 1
    found = pieces(workload, gpu, precision, cards)
    assert isinstance(found, Refusal)
    assert found.rule == rule

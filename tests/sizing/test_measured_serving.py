"""Measured rows take the place of the formula for the very same configuration, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from planner.catalog.items import Gpu
from planner.catalog.market import BenchmarkEntry
from planner.catalog.schema import SourceEntry
from planner.scenario.inputs import Inputs
from planner.sizing.breakdown import Breakdown, breakdown
from planner.sizing.measured_curve import GAP, LENGTHS, Curve, Measurement
from planner.sizing.option import Label, Option, Sizing
from planner.sizing.sizing import size
from tests.sizing.support import CHAT, Data, inputs, options_of, refusals_of

LENGTH: Data = {"input_tokens": 1000, "output_tokens": 200}
SERVED: Data = CHAT | LENGTH
SOURCE = SourceEntry(id="bench", title="our bench", kind="measurement")


def row(sessions: int, itl_ms: float, **more: Any) -> BenchmarkEntry:
    data: Data = {
        "id": f"run-{sessions}", "gpu": "maxq", "model": "llama-3.1-8b", "precision": "fp8",
        "kv_cache": "fp8", "sessions": sessions, "itl_ms": itl_ms, "ttft_ms": 100.0,
        "tokens_per_s": 1000.0 * sessions / itl_ms, "engine": "vllm", "version": "0.11.0",
        "source": "bench", "as_of": "2026-09", **LENGTH, **more,
    }  # fmt: skip
    return BenchmarkEntry.model_validate(data)


def given(*rows: BenchmarkEntry, workload: Data = SERVED, **scenario: object) -> Inputs:
    plain = inputs(workload, **scenario)
    catalog = replace(plain.catalog, benchmarks=rows, sources={"bench": SOURCE})
    return replace(plain, catalog=catalog)


def sized(*rows: BenchmarkEntry, workload: Data = SERVED, **scenario: object) -> Sizing:
    return size(given(*rows, workload=workload, **scenario))


def on_maxq(sizing: Sizing, **more: object) -> dict[int, Option]:
    return {o.level: o for o in options_of(sizing, gpu="maxq", precision="fp8", gpus=1, **more)}


ROWS = (row(4, 10.0), row(8, 14.0))


def test_a_row_gives_the_speed_of_its_own_number_of_sessions_and_is_named() -> None:
    found = on_maxq(sized(*ROWS))
    assert (found[4].share_ppm, found[8].share_ppm) == (200_000, 280_000)
    assert {found[4].label, found[8].label} == {Label.MEASURED}
    assert found[4].source == "our bench (vllm 0.11.0, run-4)"
    assert found[4].speed == (1.0, 1.0)


def test_between_two_rows_the_time_lies_on_a_straight_line() -> None:
    option = on_maxq(sized(*ROWS))[6]
    assert option.share_ppm == 240_000
    assert option.label is Label.MEASURED
    assert option.source.endswith("between 4 and 8 sessions")
    assert "run-4" in option.source
    assert "run-8" in option.source


def test_outside_the_rows_the_formula_holds_and_says_so() -> None:
    plain, found = on_maxq(sized()), on_maxq(sized(row(4, 6.0), row(8, 6.5)))
    assert {found[n].label for n in (1, 2, 3, 9, 20)} == {Label.MODELLED}
    assert found[20].share_ppm == plain[20].share_ppm
    assert found[20].source == plain[20].source


def test_more_sessions_are_never_faster_than_was_measured_of_fewer() -> None:
    for rows in (ROWS, (row(4, 1.0), row(8, 45.0)), (row(8, 30.0), row(12, 20.0))):
        shares = [o.share_ppm for o in on_maxq(sized(*rows)).values()]
        assert all(a <= b for a, b in pairwise(shares))


def test_memory_stays_that_of_the_formula() -> None:
    plain, found = on_maxq(sized()), on_maxq(sized(*ROWS))
    assert [plain[n].memory_bytes for n in (4, 6, 8)] == [found[n].memory_bytes for n in (4, 6, 8)]


@pytest.mark.parametrize(
    "other",
    [
        {"gpu": "a6000"},
        {"cards": 2},
        {"model": "llama-3.1-70b"},
        {"precision": "bf16"},
        {"kv_cache": "bf16"},
        {"kv_cache": None},
        {"itl_ms": None},
        {"engine": "sglang"},
        {"engine": "llama.cpp"},
        {"input_tokens": 0},
        {"input_tokens": 1101},
        {"input_tokens": 899},
        {"output_tokens": 221},
    ],
)
def test_a_row_of_another_configuration_changes_nothing_here(other: Data) -> None:
    data = row(4, 10.0).model_dump() | other
    found = on_maxq(sized(BenchmarkEntry.model_validate(data)))
    assert found.keys() == on_maxq(sized()).keys()
    assert all(o.label is Label.MODELLED for o in found.values())
    assert found[4].share_ppm == on_maxq(sized())[4].share_ppm


@pytest.mark.parametrize("lengths", [(1100, 200), (900, 200), (1000, 220), (1000, 180)])
def test_lengths_may_differ_by_a_tenth(lengths: tuple[int, int]) -> None:
    near = row(4, 10.0, input_tokens=lengths[0], output_tokens=lengths[1])
    assert on_maxq(sized(near))[4].label is Label.MEASURED
    assert LENGTHS == 0.1


def test_of_two_rows_the_one_with_nearer_lengths_counts_then_the_newer() -> None:
    near = row(4, 10.0, id="near")
    assert on_maxq(sized(row(4, 20.0, id="far", input_tokens=1050), near))[4].share_ppm == 200_000
    newer = row(4, 12.0, id="newer", as_of="2026-10")
    assert on_maxq(sized(newer, near))[4].share_ppm == 240_000
    assert on_maxq(sized(near, newer))[4].share_ppm == 240_000


def test_rows_too_far_apart_are_not_joined() -> None:
    found = on_maxq(sized(row(2, 10.0), row(2 * GAP + 1, 14.0)))
    assert {found[2].label, found[9].label} == {Label.MEASURED}
    assert found[5].label is Label.MODELLED
    assert 200_000 <= found[5].share_ppm <= 280_000


def test_a_row_of_any_engine_counts_where_the_scenario_says_so() -> None:
    rows = (row(4, 10.0, engine="sglang"),)
    assert on_maxq(sized(*rows))[4].label is Label.MODELLED
    found = sized(*rows, benchmarks={"engine": "any"})
    assert on_maxq(found)[4].label is Label.MEASURED


def test_a_row_of_a_group_counts_for_that_group() -> None:
    sizing = sized(row(20, 8.0, cards=2))
    (option,) = options_of(sizing, gpu="maxq", gpus=2)
    assert (option.label, option.level) == (Label.MEASURED, 20)
    assert all(o.label is Label.MODELLED for o in options_of(sizing, gpu="maxq", gpus=1))


def test_a_measured_speed_that_is_too_slow_is_refused_with_its_source() -> None:
    sizing = sized(row(1, 60.0))
    assert not on_maxq(sizing)
    (refusal,) = refusals_of(sizing, gpu="maxq", gpus=1)
    assert refusal.rule == "speed"
    assert "our bench" in refusal.text


def test_a_measured_first_token_that_is_too_late_limits_the_sessions() -> None:
    slo = {"slo": {"tokens_per_s_per_session": 20, "ttft_ms": 500}}
    rows = (row(4, 10.0, ttft_ms=300.0), row(8, 14.0, ttft_ms=700.0))
    assert max(on_maxq(sized(*rows, workload=SERVED | slo))) == 6
    late = (row(1, 10.0, ttft_ms=900.0),)
    refusal, *_ = refusals_of(sized(*late, workload=SERVED | slo), gpu="maxq", gpus=1)
    assert refusal.rule == "ttft"


def test_without_a_first_token_in_the_row_that_of_the_formula_holds() -> None:
    slo = {"slo": {"tokens_per_s_per_session": 20, "ttft_ms": 1}}
    sizing = sized(row(4, 10.0, ttft_ms=None), workload=SERVED | slo)
    assert not on_maxq(sizing)


def test_what_the_scenario_measured_itself_goes_before_a_row() -> None:
    own = {"gpu": "maxq", "precision": "fp8", "capacity": 9, "memory_gib": 50, "source": "mine"}
    (option,) = on_maxq(sized(*ROWS, workload={**SERVED, "measured": [own]})).values()
    assert (option.level, option.source) == (9, "mine")


def test_what_ifs_about_the_speed_leave_a_measurement_alone() -> None:
    slow = size(given(*ROWS), {"chat": 0.5})
    assert on_maxq(slow)[4].share_ppm == 200_000
    assert on_maxq(slow)[20].share_ppm > on_maxq(sized(*ROWS))[20].share_ppm


def test_demand_by_request_classes_stays_with_the_formula() -> None:
    classes = [{"input_tokens": 1000, "output_tokens": 200, "requests_per_s": 0.5}]
    demand = {"demand": [{"from": "2026-10", "classes": classes}]}
    assert {o.label for o in sized(*ROWS, workload=SERVED | demand).options} == {Label.MODELLED}


def shown(found: Inputs) -> Breakdown:
    (workload,) = found.scenario.workloads
    card = Gpu.of(found.catalog.gpus["maxq"])
    result = breakdown(found, workload, card, "fp8")  # type: ignore[arg-type]
    assert isinstance(result, Breakdown)
    return result


def test_the_breakdown_shows_the_measured_speed_and_its_source() -> None:
    slo = {"slo": {"tokens_per_s_per_session": 20, "ttft_ms": 500}}
    rows = (row(4, 10.0, ttft_ms=300.0), row(8, 16.0, ttft_ms=700.0))
    found = shown(given(*rows, workload=SERVED | slo))
    assert (found.sessions, found.limit) == (6, "first token")
    assert found.rate_each == pytest.approx(1 / 0.013)
    assert found.rate == pytest.approx(6 / 0.013)
    assert found.ttft_ms == pytest.approx(500)
    assert (found.label, found.rate_range) == (Label.MEASURED, (found.rate, found.rate))


def test_the_breakdown_of_more_sessions_than_were_measured_is_modelled() -> None:
    plain, found = shown(given()), shown(given(row(2, 6.0)))
    assert (found.label, found.sessions) == (Label.MODELLED, plain.sessions)


def point(sessions: int, step_s: float) -> Measurement:
    return Measurement(sessions, step_s, None, f"r{sessions}")


@pytest.mark.parametrize(
    ("sessions", "step"), [(3, None), (4, 0.01), (5, 0.011), (8, 0.014), (9, None), (40, None)]
)
def test_a_curve_says_nothing_outside_its_rows(sessions: int, step: float | None) -> None:
    found = Curve((point(4, 0.01), point(8, 0.014))).at(sessions)
    assert (found and found.step_s) == (None if step is None else pytest.approx(step))

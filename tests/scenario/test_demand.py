"""The buyer's measures of load become one number a month."""

from __future__ import annotations

from fractions import Fraction

import pytest

from planner.scenario.demand import assumptions_of, need_of
from planner.scenario.inputs import Inputs
from planner.scenario.loading import read_scenario
from tests.scenario.small import laid_over, small_catalog


def inputs_of(over: str) -> Inputs:
    return read_scenario(laid_over(over), file="x.yaml", catalog=small_catalog())


def amounts(over: str) -> tuple[Fraction, ...]:
    """Load of the first workload in each month."""
    scenario = inputs_of(over).scenario
    return need_of(scenario.workloads[0], scenario).amounts


@pytest.mark.parametrize(
    ("workload", "amount"),
    [
        ("name: chat, demand: [{from: 2026-10, concurrency: 20}]", 20),
        ("name: chat, demand: [{from: 2026-10, users: 300}]", 30),
        ("name: chat, demand: [{from: 2026-10, seats: 300, active_share: 0.2}]", 60),
        ("name: chat, output_tokens: 500, demand: [{from: 2026-10, requests_per_s: 2}]", 100),
        ("name: chat, headroom: 0.25, demand: [{from: 2026-10, concurrency: 20}]", 25),
        ("name: search, demand: [{from: 2026-10, tokens_per_s: 4000}]", 4000),
        ("name: search, input_tokens: 300, demand: [{from: 2026-10, requests_per_s: 3}]", 900),
        ("name: paint, demand: [{from: 2026-10, images_per_hour: 60}]", 60),
        ("name: tune, tokens_per_month: 2.0e8", 200_000_000),
        ("name: notebooks, demand: [{from: 2026-10, count: 3}]", 3),
    ],
)
def test_every_measure_becomes_the_unit_of_its_task(workload: str, amount: int) -> None:
    assert amounts(f"workloads: [{{{workload}}}]") == (Fraction(amount),) * 24


def test_a_level_holds_from_its_month_until_the_next() -> None:
    over = """
        workloads:
          - {name: chat, demand: [{from: 2026-12, concurrency: 5}, {from: 2027-01, concurrency: 9}]}
        """
    assert amounts(over)[:5] == (0, 0, 5, 9, 9)


def test_a_level_that_began_before_the_roadmap_holds_at_its_start() -> None:
    over = "workloads: [{name: chat, demand: [{from: 2024-01, concurrency: 5}]}]"
    assert set(amounts(over)) == {5}


def test_every_default_of_a_conversion_is_an_assumption() -> None:
    over = "workloads: [{name: chat, demand: [{from: 2026-10, users: 300}]}]"
    told = {a.id for a in assumptions_of(inputs_of(over).scenario.workloads[0])}
    assert told == {
        "chat.load_share", "chat.slo.tokens_per_s_per_session", "chat.input_tokens",
        "chat.output_tokens", "chat.active_share",
    }  # fmt: skip


def test_what_is_given_is_no_assumption() -> None:
    over = """
        workloads:
          - name: chat
            load_share: 0.4
            input_tokens: 900
            output_tokens: 300
            slo: {tokens_per_s_per_session: 20}
            demand: [{from: 2026-10, users: 300, active_share: 0.2}]
        """
    assert list(assumptions_of(inputs_of(over).scenario.workloads[0])) == []


def test_headroom_must_be_carried_and_is_not_billed() -> None:
    over = "name: chat, load_share: 0.5, headroom: {}, demand: [{{from: 2026-10, concurrency: 20}}]"
    needs = []
    for headroom in (0, 0.5):
        inputs = inputs_of(f"workloads: [{{{over.format(headroom)}}}]")
        needs.append(need_of(inputs.scenario.workloads[0], inputs.scenario))
    assert [need.amounts[0] for need in needs] == [20, 30]
    assert [need.loads[0] for need in needs] == [10, 10]

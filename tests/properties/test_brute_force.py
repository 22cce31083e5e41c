"""The engine finds the cheapest of all plans."""

import pytest

from planner.plan.audit import audit
from planner.scenario.loading import read_scenario
from planner.solve.direct import Listener, Settings
from planner.solve.mathopt import BACKENDS
from planner.studies.optimum import find_plan
from tests.properties.brute_force import BruteForce

TWO_WORKLOADS = """
schema: 1
name: Tiny
start: 2026-10
months: 3
workloads:
  - name: chat
    task: inference
    model: llama-3.1-8b
    precision: [fp8]
    kv_cache: fp8
    context_tokens: 32768
    slo: {tokens_per_s_per_session: 20}
    demand: [{from: 2026-10, concurrency: 2}, {from: 2026-11, concurrency: 4}]
  - name: analyst
    task: inference
    model: llama-3.3-70b
    precision: [awq-int4]
    context_tokens: 16384
    demand: [{from: 2026-12, concurrency: 1}]
sites: [{name: lab, facility_power_kw: 8, pue: 1.4, electricity_per_kwh: 0.18}]
existing: [{gpu: rtx-a6000, count: 1, bought: 2023-05}]
"""


@pytest.mark.parametrize("backend", sorted(BACKENDS))
def test_the_engine_finds_the_cheapest_of_all_plans(backend: str) -> None:
    inputs = read_scenario(TWO_WORKLOADS, file="tiny.yaml")
    plan = find_plan(inputs, BACKENDS[backend], Settings(gap=0.0), Listener())
    best = BruteForce(inputs, most=2).cheapest()
    assert audit(plan) == []
    assert abs(plan.objective.npv - best) <= inputs.scenario.months
    assert plan.objective.lower_bound <= best

"""Hosts of several PCI Express generations: a host more never makes a plan dearer."""

from __future__ import annotations

from dataclasses import replace

import pytest

import planner
from planner.errors import InfeasibleError, InterruptedSearch, NoAnswerError
from planner.plan.against import against
from planner.plan.audit import audit
from planner.plan.schema import Plan
from planner.scenario.inputs import Inputs
from planner.scenario.loading import read_scenario
from planner.sizing.sizing import size
from planner.solve.backend import Stop
from planner.solve.mathopt import GSCIP
from planner.solve.settings import Listener, Method, Progress, Settings
from planner.studies.optimum import find_plan
from planner.studies.slots import faster_cases

CARD, FAST, SLOW = "h100-nvl", "supermicro-4125gs", "supermicro-4124gs"
ROUNDING = 100
"""Cents that a proof leaves for the rounding of each month's cash flow."""
SCENARIO = """
schema: 1
name: slots
currency: USD
start: 2026-09
months: 12
sites: [{name: dc, kind: data_centre, facility_power_kw: 40, electricity_per_kwh: 0.1}]
workloads:
  - name: chat
    task: inference
    model: llama-3.3-70b
    precision: [fp8]
    demand: [{from: 2026-09, concurrency: %d}]
    context_tokens: 16384
    slo: {tokens_per_s_per_session: 20}
fleet: {gpus: [%s], hosts: [%s]}
"""


def asked(*hosts: str, sessions: int = 20, gpu: str = CARD, more: str = "") -> Inputs:
    return read_scenario(SCENARIO % (sessions, gpu, ", ".join(hosts)) + more, file="slots.yaml")


def solved(inputs: Inputs, stop: Stop | None = None, **more: object) -> Plan:
    settings = replace(Settings(gap=0.0), **more)  # type: ignore[arg-type]
    return find_plan(inputs, GSCIP, settings, Listener(stop=stop or Stop()))


def test_a_slow_host_that_is_not_bought_changes_nothing() -> None:
    alone, both = solved(asked(FAST)), solved(asked(FAST, SLOW))
    assert both.status == "proven"
    assert both.objective.npv == alone.objective.npv
    assert both.objective.lower_bound == alone.objective.lower_bound
    assert both.acquisitions == alone.acquisitions
    assert both.inputs.least_pcie_generation == 5


@pytest.mark.parametrize(("sessions", "least"), [(1, None), (4, None), (20, 5), (60, None)])
def test_the_answer_is_the_cheapest_of_all_generations(sessions: int, least: int | None) -> None:
    both, fast, slow = (
        solved(asked(*h, sessions=sessions)) for h in ((FAST, SLOW), (FAST,), (SLOW,))
    )
    assert both.status == "proven"
    assert both.inputs.least_pcie_generation == least
    assert both.objective.npv == min(fast.objective.npv, slow.objective.npv)
    assert both.objective.lower_bound >= both.objective.npv - ROUNDING


def test_a_load_that_only_fast_hosts_can_carry_is_carried() -> None:
    server = "rtx-pro-6000-server"
    with pytest.raises(InfeasibleError):
        solved(asked("lenovo-p620", gpu=server))
    plan = solved(asked("lenovo-p620", FAST, gpu=server))
    assert plan.status == "proven"
    assert plan.objective.npv == solved(asked(FAST, gpu=server)).objective.npv


def test_what_no_generation_can_carry_is_infeasible() -> None:
    tight = "budget: {windows: [{until: 2027-08, capital: 1000}]}\n"
    with pytest.raises(InfeasibleError):
        solved(asked(FAST, SLOW, more=tight))


def test_no_search_is_made_where_the_hosts_make_no_difference() -> None:
    for inputs in (asked(FAST), asked(FAST, "supermicro-521ge"), asked(SLOW)):
        assert list(faster_cases(inputs, size(inputs))) == []


def test_an_owned_slow_machine_shuts_no_fleet_out() -> None:
    server = "rtx-pro-6000-server"
    owned = "existing: [{host: lenovo-p620, count: 1, bought: 2024-01, worth: 2000}]\n"
    alone = solved(asked(FAST, gpu=server))
    plan = solved(asked(FAST, "lenovo-p620", gpu=server, more=owned))
    assert plan.status == "proven"
    assert plan.objective.npv == alone.objective.npv - 200_000
    assert audit(plan) == []


@pytest.mark.parametrize("sessions", [8, 20])
def test_rented_machines_are_as_fast_with_a_slow_host_to_choose_from(sessions: int) -> None:
    server = "rtx-pro-6000-server"
    offer = f"rentals: [{{gpu: {server}, gpus: 4, per_hour: 1.5}}]\n"
    alone = solved(asked("dgx-h100", sessions=sessions, gpu=server, more=offer))
    plan = solved(asked("dgx-h100", "lenovo-p620", sessions=sessions, gpu=server, more=offer))
    assert plan.status == "proven"
    assert plan.objective.npv <= alone.objective.npv


def test_a_search_that_was_stopped_at_once_says_so() -> None:
    stop = Stop()
    stop.request()
    with pytest.raises(InterruptedSearch):
        solved(asked(FAST, "lenovo-p620", gpu="rtx-pro-6000-server"), stop)


def test_a_case_that_no_engine_can_search_is_not_called_infeasible() -> None:
    inputs = asked(FAST, "lenovo-p620", gpu="rtx-pro-6000-server")
    with pytest.raises(NoAnswerError):
        solved(inputs, method=Method.DIRECT, most_columns=0)


def test_every_case_is_asked_what_buying_once_and_again_would_cost() -> None:
    text = SCENARIO.replace(
        "concurrency: %d}]", "concurrency: 4}, {from: 2027-02, concurrency: 36}]"
    )
    growing = read_scenario(text % (CARD, f"{FAST}, {SLOW}"), file="slots.yaml")
    plan = planner.find_plan(growing, gap=0.0, paths=True)
    once, again = (next(p for p in plan.policies if p.name == n) for n in ("buy-once", "re-buy"))
    assert once.npv is not None
    assert again.npv is not None
    alone = read_scenario(text % (CARD, FAST), file="slots.yaml")
    fast = planner.find_plan(alone, gap=0.0, paths=True)
    assert once.npv <= next(p.npv for p in fast.policies if p.name == "buy-once")
    assert again.npv > plan.objective.npv + ROUNDING
    assert again.plan is not None
    assert again.plan.inputs.least_pcie_generation is None
    assert audit(plan) == []


def test_regret_is_taken_over_all_cases() -> None:
    server = "rtx-pro-6000-server"
    one, both = (
        planner.find_plan(asked(*hosts, sessions=28, gpu=server), gap=0.0, stress=True)
        for hosts in ((FAST,), (FAST, "lenovo-st650-v2"))
    )
    regrets = [[(s.id, s.regret_low, s.regret_high) for s in p.sensitivity] for p in (one, both)]
    assert regrets[0] == regrets[1]
    assert regrets[1][0][2] > 0


def test_the_plan_says_at_what_generation_its_groups_were_sized() -> None:
    plan = solved(asked(FAST, SLOW))
    assert next(a.value for a in plan.assumptions if a.id == "sizing.pcie") == "PCI Express 5"
    assert audit(plan) == []
    assert against(plan, asked(FAST, SLOW)) == []


def test_a_plan_that_hides_its_slow_host_is_found() -> None:
    plan = solved(asked(FAST, SLOW, sessions=4))
    forged = plan.inputs.model_copy(update={"least_pcie_generation": 5})
    found = audit(plan.model_copy(update={"inputs": forged}))
    assert any(SLOW in f.text for f in found)


def test_what_was_not_searched_is_not_called_proven() -> None:
    stop = Stop()

    def first_plan(_: object) -> None:
        stop.request()

    listener = Listener(on_solution=first_plan, stop=stop)
    plan = find_plan(asked(FAST, SLOW), GSCIP, Settings(gap=0.0), listener)
    assert plan.status == "feasible"
    assert plan.engine.stopped_by == "interrupt"
    assert plan.objective.npv > solved(asked(FAST)).objective.npv


def test_progress_tells_what_is_known_of_all_searches() -> None:
    heard: list[Progress] = []
    plan = find_plan(
        asked(FAST, SLOW), GSCIP, Settings(gap=0.0), Listener(on_progress=heard.append)
    )
    assert [p.seconds for p in heard] == sorted(p.seconds for p in heard)
    assert all(p.bound <= plan.objective.npv + ROUNDING for p in heard)
    assert plan.engine.seconds >= heard[-1].seconds - 0.1


def test_upgrade_paths_claim_no_more_than_is_known() -> None:
    plan = planner.find_plan(asked(FAST, SLOW), gap=0.0, paths=True)
    once = next(p for p in plan.policies if p.name == "buy-once")
    assert once.plan is not None
    assert once.plan.objective.lower_bound <= plan.objective.lower_bound + 1
    assert audit(plan) == []

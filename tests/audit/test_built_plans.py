"""A plan that is built from any solution, however poor, keeps what it promises."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from planner.formulation.setup import set_up
from planner.plan.audit import audit
from planner.plan.building import Proof, build_plan
from planner.plan.schema import Engine
from planner.scenario.inputs import Inputs
from planner.sizing.sizing import size
from planner.solve.engine import solve
from planner.solve.mathopt import GSCIP
from planner.solve.settings import Listener, Settings
from planner.solve.solution import Solution
from tests.fixtures.catalogues import plain_card, plain_host
from tests.fixtures.handmade import fixed, market, month, scenario


def with_a_pause() -> Inputs:
    """A task that runs in the first and the last of three months."""
    catalog = market([(plain_card("card"), 1000.0)], [(plain_host("host"), 500.0)])
    return scenario(catalog, [fixed("task", [1, 0, 1], memory_gib=10.0, time_share=0.5)])


def solved(inputs: Inputs) -> Solution:
    found = solve(set_up(inputs, size(inputs)), GSCIP, Settings(gap=0.0), Listener()).solution
    assert found is not None
    return found


def proof(bound: float, stopped_by: Literal["gap", "time"], asked: float = 0.0) -> Proof:
    engine = Engine(
        name="direct", backend="gscip", seconds=1.0, first_plan_seconds=None, variables=1, rows=1,
        threads=1, patterns="all", stopped_by=stopped_by,
    )  # fmt: skip
    return Proof(bound, asked, engine)


def test_machines_that_a_solution_runs_where_nothing_is_deployed_are_switched_off() -> None:
    inputs = with_a_pause()
    found = solved(inputs)
    ((site, build, _),) = [key for key in found.hosts if key[2] == 0]
    ((_, pattern, _),) = [key for key in found.patterns if key[2] == 0]
    idling = replace(
        found,
        hosts={**found.hosts, (site, build, 1): 1},
        patterns={**found.patterns, (site, pattern, 1): 1},
    )
    plan = build_plan(inputs, size(inputs), idling, proof(0.0, "time"), "1")
    assert audit(plan) == []
    paid = {line.node for line in plan.cash_flow if line.category == "energy"}
    assert paid == {month(0), month(2)}


@pytest.mark.parametrize("stopped_by", ["gap", "time"])
def test_a_plan_whose_gap_is_closed_is_proven_whatever_ended_the_search(
    stopped_by: Literal["gap", "time"],
) -> None:
    inputs = with_a_pause()
    plan = build_plan(inputs, size(inputs), solved(inputs), proof(-1e9, stopped_by, asked=1e9), "1")
    assert audit(plan) == []
    assert (plan.status, plan.engine.stopped_by) == ("proven", "gap")


def test_a_plan_whose_gap_is_open_is_not_proven_and_says_what_ended_the_search() -> None:
    inputs = with_a_pause()
    plan = build_plan(inputs, size(inputs), solved(inputs), proof(0.0, "time"), "1")
    assert audit(plan) == []
    assert (plan.status, plan.engine.stopped_by) == ("feasible", "time")

"""A node that no fleet serves makes the whole problem hopeless, and that is noticed."""

from __future__ import annotations

from planner.formulation.setup import set_up
from planner.sizing.sizing import size
from planner.solve.backend import Request, Status
from planner.solve.direct import listed
from planner.solve.engine import solve
from planner.solve.mathopt import GSCIP
from planner.solve.one_node import serve_alone
from planner.solve.settings import Listener, Settings
from tests.fixtures.strategies import random_inputs

TIGHT = random_inputs(18, "medium")
"""Twelve kilowatts and eight places; two of its eight nodes need more."""


def test_a_roadmap_with_a_node_that_nothing_serves_is_infeasible() -> None:
    setup = set_up(TIGHT, size(TIGHT))
    outcome = solve(setup, GSCIP, Settings(seconds=120.0), Listener())
    assert outcome.infeasible
    assert outcome.solution is None


def test_a_node_alone_is_served_in_full_or_not_at_all() -> None:
    setup = set_up(TIGHT, size(TIGHT))
    small = listed(setup, Settings())
    assert small is not None
    problem = small.problem
    for node in problem.tree.nodes[:4]:
        status, solution = serve_alone(small, node, GSCIP, Request())
        assert (status is Status.INFEASIBLE) == (node.index < 2)
        if solution is None:
            continue
        for workload in problem.workloads:
            carried = sum(
                option.capacity * count
                for (_, option, at), count in solution.replicas.items()
                if option.workload == workload and at == node.index
            )
            assert carried >= problem.demand[workload, node.index]

"""The free optimum: scenario to plan."""

from __future__ import annotations

from planner import __version__
from planner.formulation.setup import set_up
from planner.plan.building import Proof, build_plan
from planner.plan.schema import Engine, Plan
from planner.scenario.inputs import Inputs
from planner.sizing.sizing import size
from planner.solve.backend import Backend
from planner.solve.direct import Listener, Settings, solve_direct


def find_plan(inputs: Inputs, backend: Backend, settings: Settings, listener: Listener) -> Plan:
    sizing = size(inputs)
    setup = set_up(inputs, sizing)
    outcome = solve_direct(setup, backend, settings, listener)
    assert outcome.solution is not None, outcome
    engine = Engine(
        name="direct", backend=backend.name, seconds=round(outcome.seconds, 3),
        first_plan_seconds=None, variables=outcome.variables, rows=outcome.rows,
        threads=settings.threads, patterns="all", stopped_by="gap",
    )
    return build_plan(inputs, sizing, outcome.solution, Proof(outcome.lower_bound, settings.gap, engine), __version__)

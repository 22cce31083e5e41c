"""The free optimum: scenario to audited plan."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from planner.errors import InfeasibleError, InterruptedSearch, NoAnswerError
from planner.formulation.setup import set_up
from planner.plan.building import Proof, build_plan
from planner.plan.schema import Engine, Plan
from planner.scenario.inputs import Inputs
from planner.sizing.option import Sizing
from planner.sizing.sizing import size
from planner.solve.backend import Backend
from planner.solve.engine import solve
from planner.solve.settings import Listener, Outcome, Progress, Settings, StoppedBy
from planner.solve.solution import Solution
from planner.studies.found import checked, engine_of
from planner.studies.obstacles import obstacles
from planner.studies.policies import Searched, with_paths
from planner.studies.robustness import Known, robustness
from planner.studies.single_months import may_gain, search_on
from planner.version import __version__

_LIMITS = (StoppedBy.TIME, StoppedBy.WORK, StoppedBy.INTERRUPT)
_INFEASIBLE = (
    "No combination of cards and hosts carries all loads within the limits of this scenario."
)


def find_plan(
    inputs: Inputs,
    backend: Backend,
    settings: Settings,
    listener: Listener,
    *,
    paths: bool = False,
    stress: bool = False,
) -> Plan:
    """The cheapest plan of a scenario, checked by the audit.

    Args:
        inputs: a checked scenario and its catalogue.
        backend: solver.
        settings: gap and limits.
        listener: who is told while the search goes on, and who can stop it.
        paths: whether to find afterwards what other ways to buy would have cost.
        stress: whether to ask afterwards if the first purchase survives the least certain inputs.

    Raises:
        InfeasibleError: if no fleet can meet the scenario.
        NoAnswerError: if no plan was found within the limits.
        InterruptedSearch: if the search was stopped before a plan was found.
        AuditError: if a plan fails its audit; that is a defect of the program.
    """
    sizing = size(inputs)
    setup = set_up(inputs, sizing)
    hopeless = obstacles(sizing, setup)
    if hopeless:
        raise InfeasibleError(hopeless)
    first = _FirstPlan(inputs, sizing, listener.on_solution, time.monotonic())
    outcome = solve(setup, backend, settings, replace(listener, on_solution=first.heard))
    engine = partial(engine_of, backend=backend, settings=settings)
    plan = _built(inputs, sizing, outcome, settings, engine(outcome, first_plan=first.seconds))
    if _may_go_on(plan, outcome, listener) and may_gain(setup.problem):
        outcome, single = search_on(
            outcome,
            lambda: set_up(inputs, sizing, merge=False),
            backend,
            settings,
            replace(listener, on_solution=first.heard),
        )
        setup = single or setup
        plan = _built(inputs, sizing, outcome, settings, engine(outcome, first_plan=first.seconds))
    if plan is None:
        raise _no_plan(outcome)
    if paths and not listener.stop.requested:
        searched = Searched(inputs, sizing, setup, outcome, plan)
        plan = with_paths(searched, backend, settings, listener)
    if not stress or listener.stop.requested:
        return plan
    listener.on_progress(_progress(plan))
    known = Known(inputs, sizing, outcome.packings)
    found = robustness(plan, known, backend, settings.gap, listener.stop)
    return plan.model_copy(update={"sensitivity": tuple(found)})


def _built(
    inputs: Inputs, sizing: Sizing, outcome: Outcome, settings: Settings, engine: Engine
) -> Plan | None:
    """The audited plan of a search, if it found one."""
    if outcome.solution is None:
        return None
    proof = Proof(outcome.lower_bound, settings.gap, engine)
    return checked(build_plan(inputs, sizing, outcome.solution, proof, __version__))


def _may_go_on(plan: Plan | None, outcome: Outcome, listener: Listener) -> bool:
    """Whether a search ended with a gap, or without an answer, though it had time left."""
    if listener.stop.requested or outcome.infeasible or outcome.stopped_by in _LIMITS:
        return False
    return plan is None or plan.status != "proven"


def _progress(plan: Plan) -> Progress:
    return Progress(
        seconds=plan.engine.seconds,
        cost=plan.objective.npv,
        bound=plan.objective.lower_bound,
        gap=plan.objective.gap,
        doing="asking what could change the first purchase",
    )


@dataclass
class _FirstPlan:
    """Audits the first solution as soon as it is there, and remembers when that was."""

    inputs: Inputs
    sizing: Sizing
    then: Callable[[Solution], None]
    began: float
    seconds: float | None = None

    def heard(self, solution: Solution) -> None:
        if self.seconds is None:
            engine = Engine(
                name="direct", backend="", seconds=0.0, first_plan_seconds=None, variables=0,
                rows=0, threads=1, patterns="all", stopped_by="time",
            )  # fmt: skip
            proof = Proof(float("-inf"), 0.0, engine)
            checked(build_plan(self.inputs, self.sizing, solution, proof, __version__))
            self.seconds = time.monotonic() - self.began
        self.then(solution)


def _no_plan(outcome: Outcome) -> InfeasibleError | InterruptedSearch | NoAnswerError:
    if outcome.infeasible:
        return InfeasibleError([_INFEASIBLE])
    if outcome.stopped_by is StoppedBy.INTERRUPT:
        return InterruptedSearch()
    return NoAnswerError(
        f"the search ended after {outcome.seconds:.0f} s without a plan",
        ["give it more time with --seconds, or loosen a limit of the scenario"],
    )

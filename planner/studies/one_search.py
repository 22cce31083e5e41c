"""One search for the cheapest plan of a scenario as it is sized."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from planner.errors import InfeasibleError
from planner.formulation.setup import Setup, set_up
from planner.plan.building import Proof, build_plan
from planner.plan.schema import Engine, Plan
from planner.scenario.inputs import Inputs
from planner.sizing.option import Sizing
from planner.solve.backend import Backend
from planner.solve.engine import solve
from planner.solve.settings import Listener, Outcome, Settings, StoppedBy
from planner.solve.solution import Solution
from planner.studies.found import checked, engine_of
from planner.studies.obstacles import obstacles
from planner.studies.single_months import may_gain, search_on
from planner.version import __version__

_LIMITS = (StoppedBy.TIME, StoppedBy.WORK, StoppedBy.INTERRUPT)


@dataclass(frozen=True, slots=True)
class Searched:
    """A search and what it left.

    Attributes:
        inputs: its scenario and catalogue.
        sizing: its deployment options.
        setup: its problem.
        outcome: what it ended with.
        plan: its plan, if it found one.
        first_plan: seconds after which the first plan was there and checked.
        cases: all searches that were made, where one cannot hold every fleet; itself alone else.
        every_fleet: whether no case was left unsearched.
    """

    inputs: Inputs
    sizing: Sizing
    setup: Setup
    outcome: Outcome
    plan: Plan | None
    first_plan: float | None = None
    cases: tuple[Searched, ...] = ()
    every_fleet: bool = True

    @property
    def each(self) -> tuple[Searched, ...]:
        """All searches that were made, this one among them."""
        return self.cases or (self,)

    def with_outcome(self, outcome: Outcome, backend: Backend, settings: Settings) -> Searched:
        """The same with other knowledge of the proof, and the plan that tells it."""
        engine = engine_of(outcome, backend, settings, first_plan=self.first_plan)
        plan = _built(self.inputs, self.sizing, outcome, settings, engine)
        return replace(self, outcome=outcome, plan=plan)


def search(
    inputs: Inputs, sizing: Sizing, backend: Backend, settings: Settings, listener: Listener
) -> Searched:
    """Search a scenario, month by month where merged months leave a gap.

    Args:
        inputs: a checked scenario and its catalogue.
        sizing: its deployment options.
        backend: solver.
        settings: gap and limits.
        listener: who is told while the search goes on, and who can stop it.

    Raises:
        InfeasibleError: if a load cannot be deployed anywhere.
        NoAnswerError: if no engine can search it.
        AuditError: if a plan fails its audit; that is a defect of the program.
    """
    setup = set_up(inputs, sizing)
    hopeless = obstacles(sizing, setup)
    if hopeless:
        raise InfeasibleError(hopeless)
    first = _FirstPlan(inputs, sizing, listener.on_solution, time.monotonic())
    told = replace(listener, on_solution=first.heard)
    outcome = solve(setup, backend, settings, told)
    engine = engine_of(outcome, backend, settings, first_plan=first.seconds)
    plan = _built(inputs, sizing, outcome, settings, engine)
    if _may_go_on(plan, outcome, listener) and may_gain(setup.problem):
        outcome, single = search_on(
            outcome, lambda: set_up(inputs, sizing, merge=False), backend, settings, told
        )
        setup = single or setup
        engine = engine_of(outcome, backend, settings, first_plan=first.seconds)
        plan = _built(inputs, sizing, outcome, settings, engine)
    return Searched(inputs, sizing, setup, outcome, plan, first.seconds)


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

"""The free optimum: scenario to audited plan."""

from __future__ import annotations

from planner.errors import InfeasibleError, InterruptedSearch, NoAnswerError
from planner.plan.schema import Plan
from planner.scenario.inputs import Inputs
from planner.sizing.sizing import size
from planner.solve.backend import Backend
from planner.solve.settings import Listener, Outcome, Progress, Settings, StoppedBy
from planner.studies.policies import with_paths
from planner.studies.robustness import Known, robustness
from planner.studies.searches import Searches
from planner.studies.slots import faster_cases

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
    cases = [(inputs, sizing), *faster_cases(inputs, sizing)]
    found = Searches(backend, settings, listener).run(cases)
    plan = found.plan
    if plan is None:
        raise _no_plan(found.outcome)
    if paths and not listener.stop.requested:
        plan = with_paths(found, plan, backend, settings, listener)
    if not stress or listener.stop.requested:
        return plan
    listener.on_progress(_progress(plan))
    each = sorted(found.each, key=lambda case: case.inputs is not found.inputs)
    known = [Known(case.inputs, case.sizing, case.outcome.packings) for case in each]
    tested = robustness(plan, known, backend, settings.gap, listener.stop)
    return plan.model_copy(update={"sensitivity": tuple(tested)})


def _progress(plan: Plan) -> Progress:
    return Progress(
        seconds=plan.engine.seconds,
        cost=plan.objective.npv,
        bound=plan.objective.lower_bound,
        gap=plan.objective.gap,
        doing="asking what could change the first purchase",
    )


def _no_plan(outcome: Outcome) -> InfeasibleError | InterruptedSearch | NoAnswerError:
    if outcome.infeasible:
        return InfeasibleError([_INFEASIBLE])
    if outcome.stopped_by is StoppedBy.INTERRUPT:
        return InterruptedSearch()
    return NoAnswerError(
        f"the search ended after {outcome.seconds:.0f} s without a plan",
        ["give it more time with --seconds, or loosen a limit of the scenario"],
    )

"""From what a search found to a plan that is checked."""

from __future__ import annotations

from planner.errors import AuditError
from planner.plan.audit import audit
from planner.plan.schema import Engine, Plan
from planner.solve.backend import Backend
from planner.solve.settings import Outcome, Settings


def checked(plan: Plan) -> Plan:
    """The plan itself, if it keeps all its promises.

    Raises:
        AuditError: if it does not.
    """
    findings = audit(plan)
    if findings:
        raise AuditError([str(f) for f in findings])
    return plan


def engine_of(
    outcome: Outcome, backend: Backend, settings: Settings, first_plan: float | None = None
) -> Engine:
    """How a plan was found.

    Args:
        outcome: what the search ended with.
        backend: its solver.
        settings: its limits.
        first_plan: seconds after which the first plan was there and checked.
    """
    return Engine(
        name="direct" if outcome.listed else "decomposition",
        backend=backend.name,
        seconds=round(outcome.seconds, 3),
        first_plan_seconds=_rounded(first_plan),
        plan_seconds=_rounded(outcome.found_after),
        variables=outcome.variables,
        rows=outcome.rows,
        threads=settings.threads,
        patterns="all" if outcome.listed else "generated",
        stopped_by=outcome.stopped_by.value,
    )


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)

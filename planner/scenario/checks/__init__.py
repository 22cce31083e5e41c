"""The rules that a scenario must keep beyond its shape."""

from planner.scenario.checks import (
    classes,
    demand,
    effective,
    fleet,
    limits,
    models,
    names,
    needs,
    places,
    prices,
    repeated,
    time,
)
from planner.scenario.checks.check import Check, Context, Finding, breaches, diagnostics

CHECKS: tuple[Check, ...] = (
    *names.CHECKS,
    *places.CHECKS,
    *repeated.CHECKS,
    *time.CHECKS,
    *demand.CHECKS,
    *classes.CHECKS,
    *models.CHECKS,
    *limits.CHECKS,
    *needs.CHECKS,
    *fleet.CHECKS,
    *prices.CHECKS,
    *effective.CHECKS,
)
"""Every rule, in the order of a reader's questions."""

__all__ = ["CHECKS", "Check", "Context", "Finding", "breaches", "diagnostics"]

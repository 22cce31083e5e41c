"""The rules that a scenario must keep beyond its shape."""

from planner.scenario.checks.check import Check, Context

CHECKS: tuple[Check, ...] = ()

__all__ = ["CHECKS", "Check", "Context"]

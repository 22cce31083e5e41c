"""Scenarios by hand for rules that no random scenario shows well."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from planner.scenario.inputs import Inputs

SCENES: Mapping[str, Callable[[], Inputs]] = {}
"""Each by the name under which it is listed."""

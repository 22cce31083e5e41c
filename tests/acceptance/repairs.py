"""Applies a repair to a scenario file as a program would that knows nothing but its data."""

from __future__ import annotations

import json
from typing import Any

from planner.errors import Repair
from tests.fixtures.catalogues import Entry


def with_repair(scenario: Entry, repair: Repair) -> Entry:
    """The scenario with the changes made; an entry of a list that becomes null goes."""
    changed = json.loads(json.dumps(scenario))
    for change in repair.changes:
        _holder(changed, change.place)[change.place[-1]] = change.after
    for change in repair.changes:
        holder = _holder(changed, change.place)
        if isinstance(holder, list):
            holder[:] = [entry for entry in holder if entry is not None]
    return changed


def _holder(changed: Any, place: tuple[str | int, ...]) -> Any:
    for step in place[:-1]:
        changed = changed[step] if isinstance(step, int) else changed.setdefault(step, {})
    return changed

"""The provably cheapest fleet of GPUs over time.

A scenario (what must run, where, from when) and a catalogue (what can be bought, every number
with its source) go through rooms that stand in one line: ``sizing`` derives every way to run a
workload, ``formulation`` states the rules as records, ``solve`` finds a fleet and a bound,
``plan`` turns it into purchases, places and cash and audits it, ``studies`` ask what-if, and
``report`` tells people. Each room imports only those before it.

>>> import planner
>>> plan = planner.find_plan("scenarios/lab.yaml", seconds=60)  # doctest: +SKIP
>>> planner.frames(plan).acquisitions  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING

from planner.version import __version__

if TYPE_CHECKING:
    from planner.api import audit, find_plan, load_plan, load_scenario
    from planner.plan.schema import Plan
    from planner.report.frames import Frames, frames

__all__ = [
    "Frames",
    "Plan",
    "__version__",
    "audit",
    "find_plan",
    "frames",
    "load_plan",
    "load_scenario",
]

_HOMES = {
    "Frames": "planner.report.frames",
    "Plan": "planner.plan.schema",
    "audit": "planner.api",
    "find_plan": "planner.api",
    "frames": "planner.report.frames",
    "load_plan": "planner.api",
    "load_scenario": "planner.api",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that the command line starts quickly."""
    if name not in _HOMES:
        raise AttributeError(f"module `planner` has no attribute `{name}`")
    return getattr(import_module(_HOMES[name]), name)

"""Solvers and engines on one scenario, side by side, as ratios to the first."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from planner.errors import PlannerError
from planner.scenario.inputs import Inputs
from planner.scenario.loading import load_scenario
from planner.solve.mathopt import BACKENDS
from planner.solve.settings import Listener, Method, Settings
from planner.studies.optimum import find_plan


@dataclass(frozen=True, slots=True)
class Run:
    """What one solver and engine reached.

    Attributes:
        name: engine and solver.
        seconds: wall-clock time, sizing included.
        cost: of its plan, cents; None without one.
        gap: that it proved.
        trouble: why there is no plan, or None.
    """

    name: str
    seconds: float
    cost: int | None
    gap: float | None
    trouble: str | None = None


def run(inputs: Inputs, backend: str, method: Method, settings: Settings) -> Run:
    """Solve once."""
    name, began = f"{method.value}/{backend}", time.monotonic()
    try:
        plan = find_plan(inputs, BACKENDS[backend], settings, Listener())
    except (PlannerError, ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        return Run(name, time.monotonic() - began, None, None, reason)
    seconds = time.monotonic() - began
    return Run(name, seconds, plan.objective.npv, plan.objective.gap)


def table(runs: Sequence[Run]) -> Iterator[str]:
    """Times and costs as ratios to the first run that has a plan."""
    base = next((r for r in runs if r.cost is not None), None)
    yield f"{'engine/solver':24} {'time':>7} {'cost':>8} {'gap':>9}"
    for r in runs:
        if r.cost is None or r.gap is None or base is None or base.cost is None:
            yield f"{r.name:24} {r.trouble}"
            continue
        time_ratio, cost_ratio = r.seconds / base.seconds, r.cost / base.cost
        yield f"{r.name:24} {time_ratio:7.2f} {cost_ratio:8.4f} {r.gap:9.4%}"
    if base is not None:
        yield f"time 1 is {base.seconds:.1f} s here; cost 1 is the plan of {base.name}"


def main() -> None:
    """Read the command line, run everything, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0, help="limit of each run")
    parser.add_argument("--gap", type=float, default=0.01, help="gap at which a run ends")
    parser.add_argument("--backends", nargs="+", default=["gscip"], choices=list(BACKENDS))
    engines = [m.value for m in Method]
    parser.add_argument("--engines", nargs="+", default=engines, choices=engines)
    asked = parser.parse_args()
    inputs = load_scenario(asked.scenario)
    runs = []
    for engine, backend in product(asked.engines, asked.backends):
        method = Method(engine)
        settings = Settings(gap=asked.gap, seconds=asked.seconds, method=method)
        runs.append(run(inputs, backend, method, settings))
    print("\n".join(table(runs)))


if __name__ == "__main__":
    main()

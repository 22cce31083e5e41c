"""How cost and bound of a scenario approach each other while the search goes on."""

from __future__ import annotations

import csv
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isinf
from pathlib import Path

import click

from planner.errors import PlannerError
from planner.scenario.loading import load_scenario
from planner.solve.mathopt import BACKENDS
from planner.solve.settings import Listener, Method, Progress, Settings
from planner.studies.optimum import find_plan

MARKS = (30.0, 180.0, 600.0)
"""Seconds after which the gap is printed."""
METHODS = [method.value for method in Method]
KIB_OF_MAXRSS = 1 if sys.platform.startswith("linux") else 1 / 1024


@dataclass
class Recorder:
    """Keeps every change of cost or bound."""

    points: list[Progress] = field(default_factory=list)

    def hear(self, progress: Progress) -> None:
        """Keep a message if it says something new."""
        last = self.points[-1] if self.points else None
        if last is None or (progress.cost, progress.bound) != (last.cost, last.bound):
            self.points.append(progress)


def gap_after(points: Sequence[Progress], seconds: float) -> float | None:
    """Gap that was reached by then, or None without a plan."""
    known = [p.gap for p in points if p.seconds <= seconds and p.gap is not None]
    return known[-1] if known else None


def peak_mib() -> float:
    """Most memory that this process has held, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB_OF_MAXRSS / 1024


def write_csv(points: Sequence[Progress], file: Path) -> None:
    """One row a change; money in units of the currency; empty where nothing is known."""
    with file.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(["seconds", "cost", "bound", "gap", "doing"])
        for p in points:
            cost = "" if p.cost is None else f"{p.cost / 100:.2f}"
            bound = "" if p.bound == float("-inf") else f"{p.bound / 100:.2f}"
            gap = "" if p.gap is None or isinf(p.gap) else f"{p.gap:.6f}"
            rows.writerow([f"{p.seconds:.3f}", cost, bound, gap, p.doing])


@click.command()
@click.argument("scenario", type=click.Path(path_type=Path, exists=True))
@click.option("--seconds", default=600.0, show_default=True, help="Stop after this time.")
@click.option("--gap", default=0.0, show_default=True, help="Stop at this gap.")
@click.option("--backend", default="gscip", show_default=True, type=click.Choice(list(BACKENDS)))
@click.option("--method", default="auto", show_default=True, type=click.Choice(METHODS))
@click.option("--csv", "file", default=Path("gap_over_time.csv"), type=click.Path(path_type=Path))
def main(scenario: Path, seconds: float, gap: float, backend: str, method: str, file: Path) -> None:
    """Solve SCENARIO and record every (seconds, cost, bound)."""
    began = time.monotonic()
    recorder = Recorder()
    settings = Settings(gap=gap, seconds=seconds, method=Method(method))
    try:
        inputs = load_scenario(scenario)
        loaded = time.monotonic() - began
        listener = Listener(on_progress=recorder.hear)
        plan = find_plan(inputs, BACKENDS[backend], settings, listener)
    except PlannerError as error:
        raise click.ClickException(str(error)) from error
    finally:
        write_csv(recorder.points, file)
    _tell(recorder.points, seconds)
    objective, engine = plan.objective, plan.engine
    first = "never" if engine.first_plan_seconds is None else f"{engine.first_plan_seconds:.1f} s"
    click.echo(f"loaded in {loaded:.1f} s; first audited plan after {first}")
    click.echo(
        f"{objective.npv / 100:,.0f} {objective.currency}, gap {objective.gap:.4%} after "
        f"{engine.seconds:.1f} s by {engine.name}/{engine.backend}, ended by {engine.stopped_by}"
    )
    click.echo(f"peak memory {peak_mib():.0f} MiB; {len(recorder.points)} changes in {file}")


def _tell(points: Sequence[Progress], limit: float) -> None:
    """The gap at the marks that the search could have reached, and at the end."""
    for mark in (*(m for m in MARKS if m < limit), limit):
        reached = gap_after(points, mark)
        shown = "no plan yet" if reached is None else f"gap {reached:.4%}"
        click.echo(f"after {mark:5.0f} s: {shown}")


if __name__ == "__main__":
    main()

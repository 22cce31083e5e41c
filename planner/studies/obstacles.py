"""Workloads that nothing can run, said before any solve, with the nearest miss in numbers."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from planner.formulation.setup import Setup
from planner.sizing.option import Refusal, Sizing

_SHOWN = 3


def obstacles(sizing: Sizing, setup: Setup) -> list[str]:
    """A sentence for each workload with load and without any deployment option."""
    offered = {option.workload for option in setup.problem.options}
    return [
        " ".join(_sentences(workload, sizing, setup))
        for workload, quantum in sizing.quanta.items()
        if any(quantum.demand) and workload not in offered
    ]


def _sentences(workload: str, sizing: Sizing, setup: Setup) -> Iterator[str]:
    yield f"{workload} can run on no card that may be used."
    cards = sorted({o.gpu for o in sizing.options if o.workload == workload})
    for gpu in cards[:_SHOWN]:
        yield f"It would run on {gpu}, but {setup.left_out.get(gpu, 'that card is not available')}."
    if not cards:
        yield from _nearest([r for r in sizing.refusals if r.workload == workload])


def _nearest(refusals: list[Refusal]) -> Iterator[str]:
    """The smallest shortfalls, one for each card; what is ruled out altogether only if all is."""
    near = [r for r in refusals if isfinite(r.shortfall)] or refusals
    best: dict[str, Refusal] = {}
    for refusal in sorted(near, key=lambda r: (r.shortfall, r.gpu, r.precision or "")):
        best.setdefault(refusal.gpu, refusal)
    for refusal in list(best.values())[:_SHOWN]:
        yield f"Near miss on {_where(refusal)}: {refusal.text}."


def _where(refusal: Refusal) -> str:
    gpus = f"{refusal.gpus} x {refusal.gpu}" if refusal.gpus and refusal.gpus > 1 else refusal.gpu
    return f"{gpus} in {refusal.precision}" if refusal.precision else gpus

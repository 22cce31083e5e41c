"""How fast each card runs each workload, with ranges, and how many cards it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.scenario.inputs import Inputs
from planner.scenario.workloads import AnyWorkload, FixedWorkload
from planner.sizing.breakdown import Breakdown
from planner.sizing.option import Refusal
from planner.sizing.overview import overview
from planner.studies.choices import not_sized


@dataclass(frozen=True, slots=True)
class Speed:
    """A workload on cards of one kind.

    Attributes:
        workload: its name.
        gpu: id of the card.
        cards: fewest cards that carry the demand; None where it does not run, or is not sized.
        precision: precision of the weights then.
        group: cards of one replica.
        rate: rate of one replica at full speed, in `unit`.
        low: low end of its range.
        high: high end.
        unit: unit of the rate.
        sessions: sessions of one replica; None where there are none.
        each: tokens per second of each of them then; None where there are none.
        ttft_ms: time to the first token with all of them; None where there is none.
        label: how the rate is known.
        text: why it does not run, or is not sized; else empty.
        sized: whether sizing knows anything of the card.
    """

    workload: str
    gpu: str
    cards: int | None
    precision: str
    group: int
    rate: float | None
    low: float | None
    high: float | None
    unit: str
    sessions: int | None
    each: float | None
    ttft_ms: float | None
    label: str
    text: str
    sized: bool = True


def speeds(inputs: Inputs, gpu: str, need: dict[str, float]) -> Iterator[Speed]:
    """Every workload of a scenario on one card.

    Args:
        inputs: a checked scenario.
        gpu: id of the card.
        need: largest load of each workload, in the unit of its demand.
    """
    for workload in inputs.scenario.workloads:
        yield _speed(inputs, workload, gpu, need[workload.name])


def _speed(inputs: Inputs, workload: AnyWorkload, gpu: str, need: float) -> Speed:
    assert not isinstance(workload, FixedWorkload)
    found = list(overview(inputs, workload, (gpu,)))
    runs = [b for b in found if isinstance(b, Breakdown)]
    if not runs:
        refusals = [r for r in found if isinstance(r, Refusal)]
        nearest = min(refusals, key=lambda r: (r.shortfall, r.gpus or 0))
        foreign = not_sized(inputs.catalog.gpu(gpu))
        return _not_running(workload.name, gpu, foreign or nearest.text, sized=foreign is None)
    order = list(workload.precision) if hasattr(workload, "precision") else []
    best = min(runs, key=lambda b: (_cards(b, need), _place(b.precision, order), b.gpus))
    low, high = best.rate_range
    return Speed(
        workload=workload.name,
        gpu=gpu,
        cards=_cards(best, need),
        precision=best.precision,
        group=best.gpus,
        rate=best.rate,
        low=low,
        high=high,
        unit=best.unit,
        sessions=best.sessions,
        each=best.rate_each,
        ttft_ms=best.ttft_ms,
        label=best.label.value,
        text="",
    )


def _not_running(workload: str, gpu: str, text: str, *, sized: bool) -> Speed:
    return Speed(
        workload, gpu, None, "", 1, None, None, None, "", None, None, None, "", text, sized
    )  # fmt: skip


def _cards(found: Breakdown, need: float) -> int:
    return max(1, -int(-need // found.carries)) * found.gpus


def _place(precision: str, order: list[str]) -> int:
    return order.index(precision) if precision in order else len(order)

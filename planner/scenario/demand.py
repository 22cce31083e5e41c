"""The buyer's measures of load to one number a month, in the unit of the workload's task."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from planner.catalog.items import exact
from planner.scenario.assumptions import Assumption
from planner.scenario.schema import Scenario
from planner.scenario.workloads import (
    AnyWorkload,
    DemandEntry,
    EmbeddingDemand,
    EmbeddingWorkload,
    FinetuneWorkload,
    FixedWorkload,
    ImageWorkload,
    InferenceDemand,
    InferenceWorkload,
)
from planner.units import Month

UNITS = {
    "inference": "sessions",
    "embedding": "tokens/s",
    "image": "images/hour",
    "finetune": "tokens/month",
    "fixed": "needs",
}
DEFAULT_ACTIVE_SHARE = 0.1
DEFAULT_TOKENS_PER_S = 10.0
_LOAD_SHARE = {"inference": 0.3, "embedding": 0.3, "image": 0.3, "finetune": 1.0, "fixed": 0.5}


@dataclass(frozen=True, slots=True)
class Need:
    """Load of a workload over the roadmap.

    Attributes:
        workload: name of the workload.
        unit: unit of the amounts.
        amounts: load with headroom in each month of the roadmap, which must be carried.
        loads: mean load without headroom in each month, for the energy bill.
    """

    workload: str
    unit: str
    amounts: tuple[Fraction, ...]
    loads: tuple[Fraction, ...]


def tokens_per_s(workload: InferenceWorkload) -> float:
    """Rate that every session gets."""
    return workload.slo.tokens_per_s_per_session or DEFAULT_TOKENS_PER_S


def mean_input_tokens(workload: InferenceWorkload) -> int:
    """Mean length of a prompt."""
    return workload.input_tokens or max(1, workload.context_tokens // 2)


def mean_output_tokens(workload: InferenceWorkload) -> int:
    """Mean length of an answer."""
    return workload.output_tokens or max(1, workload.context_tokens // 10)


def need_of(workload: AnyWorkload, scenario: Scenario) -> Need:
    """The load of a workload in every month of the roadmap, with headroom and without."""
    start = Month.parse(scenario.start)
    steps = levels(workload, start)
    demand = [_level(steps, start + m) for m in range(scenario.months)]
    reserve = 1 + exact(workload.headroom)
    share = workload.load_share
    mean = exact(_LOAD_SHARE[workload.task] if share is None else share)
    return Need(
        workload=workload.name,
        unit=UNITS[workload.task],
        amounts=tuple(amount * reserve for amount in demand),
        loads=tuple(amount * mean for amount in demand),
    )


def levels(workload: AnyWorkload, start: Month) -> list[tuple[Month, Fraction]]:
    """Load from each month on at which it changes, in the unit of the task, without headroom."""
    match workload:
        case InferenceWorkload():
            return [(_month(e), _sessions(workload, e)) for e in workload.demand]
        case EmbeddingWorkload():
            return [(_month(e), _tokens(workload, e)) for e in workload.demand]
        case ImageWorkload():
            return [(_month(e), exact(e.images_per_hour)) for e in workload.demand]
        case FinetuneWorkload():
            if workload.tokens_per_month is not None:
                return [(start, exact(workload.tokens_per_month))]
            return [(_month(e), exact(e.tokens_per_month)) for e in workload.demand]
        case FixedWorkload():
            return [(_month(e), Fraction(e.count)) for e in workload.demand]


def _month(entry: DemandEntry) -> Month:
    return Month.parse(entry.from_month)


def _level(steps: Sequence[tuple[Month, Fraction]], month: Month) -> Fraction:
    """Load of a month: that of the last change up to it, and none before the first."""
    return next((amount for since, amount in reversed(steps) if since <= month), Fraction(0))


def _sessions(workload: InferenceWorkload, entry: InferenceDemand) -> Fraction:
    if entry.concurrency is not None:
        return exact(entry.concurrency)
    if (people := people_of(entry)) is not None:
        share = DEFAULT_ACTIVE_SHARE if entry.active_share is None else entry.active_share
        return exact(people) * exact(share)
    assert entry.requests_per_s is not None, "the door refuses demand by request classes"
    seconds = Fraction(mean_output_tokens(workload)) / exact(tokens_per_s(workload))
    return exact(entry.requests_per_s) * seconds


def people_of(entry: InferenceDemand) -> float | None:
    """Number of people with access, under either of its names."""
    return entry.users if entry.users is not None else entry.seats


def _tokens(workload: EmbeddingWorkload, entry: EmbeddingDemand) -> Fraction:
    if entry.tokens_per_s is not None:
        return exact(entry.tokens_per_s)
    assert entry.requests_per_s is not None, "the door lets one measure pass"
    return exact(entry.requests_per_s) * workload.input_tokens


def assumptions_of(workload: AnyWorkload) -> Iterator[Assumption]:
    """What the conversion of a workload's demand assumed."""
    if workload.load_share is None:
        text = "mean load over the month as a share of the demand, for the energy bill"
        share = f"{_LOAD_SHARE[workload.task]}"
        yield _assumed(workload, "load_share", text, share, "default")
    if isinstance(workload, InferenceWorkload):
        yield from _of_requests(workload)
        yield from _of_people(workload)


def _of_requests(workload: InferenceWorkload) -> Iterator[Assumption]:
    if workload.slo.tokens_per_s_per_session is None:
        field, rate = "slo.tokens_per_s_per_session", f"{DEFAULT_TOKENS_PER_S:g} tokens/s"
        source = "default: faster than most people read"
        yield _assumed(workload, field, "rate that every session gets", rate, source)
    if workload.input_tokens is None:
        text = "mean input tokens of a request, half of its context"
        mean = mean_input_tokens(workload)
        yield _assumed(workload, "input_tokens", text, f"{mean:,} tokens", "default")
    if workload.output_tokens is None:
        text = "mean output tokens of a request, a tenth of its context"
        mean = mean_output_tokens(workload)
        yield _assumed(workload, "output_tokens", text, f"{mean:,} tokens", "default")


def _of_people(workload: InferenceWorkload) -> Iterator[Assumption]:
    if any(people_of(e) is not None and e.active_share is None for e in workload.demand):
        text = "share of users that generate at the same time at the busiest hour"
        yield _assumed(workload, "active_share", text, f"{DEFAULT_ACTIVE_SHARE}", "default")
    if any(e.requests_per_s is not None for e in workload.demand):
        text = "sessions at a time = requests per second x seconds of an answer"
        seconds = mean_output_tokens(workload) / tokens_per_s(workload)
        yield _assumed(workload, "session_seconds", text, f"{seconds:g} s", "Little's law")


def _assumed(workload: AnyWorkload, field: str, text: str, value: str, source: str) -> Assumption:
    return Assumption(f"{workload.name}.{field}", f"{workload.name}: {text}", value, source)

"""The buyer's measures of load to one number a month, in the unit of the workload's task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias, TypeVar

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
REQUESTS = "requests/s"
"""Unit of demand by request classes."""
DEFAULT_ACTIVE_SHARE = 0.1
DEFAULT_TOKENS_PER_S = 10.0
_LOAD_SHARE = {"inference": 0.3, "embedding": 0.3, "image": 0.3, "finetune": 1.0, "fixed": 0.5}

T = TypeVar("T")
Shape: TypeAlias = tuple[int, int]
"""Tokens in and tokens out of a request."""


@dataclass(frozen=True, slots=True)
class ClassNeed:
    """Load of the requests of one shape.

    Attributes:
        input_tokens: tokens of the prompt.
        output_tokens: tokens of the answer.
        amounts: requests per second with headroom in each month of the roadmap.
    """

    input_tokens: int
    output_tokens: int
    amounts: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """Load of a workload over the roadmap.

    Attributes:
        workload: name of the workload.
        unit: unit of the amounts.
        amounts: load with headroom in each month of the roadmap, which must be carried; for
            demand by request classes 1 where there is any.
        loads: mean load without headroom in each month, for the energy bill; for demand by
            request classes as a share of the load with headroom.
        classes: for demand by request classes: each shape, in the order in which the scenario
            names them first.
    """

    workload: str
    unit: str
    amounts: tuple[Fraction, ...]
    loads: tuple[Fraction, ...]
    classes: tuple[ClassNeed, ...] = ()

    @property
    def peak(self) -> Fraction:
        """The largest load in the unit; of request classes all together."""
        if not self.classes:
            return max(self.amounts)
        by_class = (found.amounts for found in self.classes)
        return max(sum(month, Fraction(0)) for month in zip(*by_class, strict=True))


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
    reserve = 1 + exact(workload.headroom)
    share = workload.load_share
    mean = exact(_LOAD_SHARE[workload.task] if share is None else share)
    months = [start + m for m in range(scenario.months)]
    if isinstance(workload, InferenceWorkload) and by_classes(workload):
        return _need_by_classes(workload, months, reserve, mean)
    steps = levels(workload, start)
    demand = [_level(steps, month, Fraction(0)) for month in months]
    return Need(
        workload=workload.name,
        unit=UNITS[workload.task],
        amounts=tuple(amount * reserve for amount in demand),
        loads=tuple(amount * mean for amount in demand),
    )


def by_classes(workload: InferenceWorkload) -> bool:
    """Whether some demand of a workload is given by request classes."""
    return any(entry.classes for entry in workload.demand)


def _need_by_classes(
    workload: InferenceWorkload, months: Sequence[Month], reserve: Fraction, mean: Fraction
) -> Need:
    steps = [(_month(entry), _requests(entry)) for entry in workload.demand]
    shapes = dict.fromkeys(shape for _, requests in steps for shape in requests)
    nothing: Mapping[Shape, Fraction] = {}
    demand = [_level(steps, month, nothing) for month in months]
    active = [any(requests.values()) for requests in demand]
    return Need(
        workload=workload.name,
        unit=REQUESTS,
        amounts=tuple(Fraction(a) for a in active),
        loads=tuple(mean / reserve if a else Fraction(0) for a in active),
        classes=tuple(
            ClassNeed(*s, tuple(d.get(s, Fraction(0)) * reserve for d in demand)) for s in shapes
        ),
    )


def _requests(entry: InferenceDemand) -> Mapping[Shape, Fraction]:
    """Requests per second of each shape."""
    found: dict[Shape, Fraction] = {}
    for one in entry.classes or ():
        shape = (one.input_tokens, one.output_tokens)
        found[shape] = found.get(shape, Fraction(0)) + exact(one.requests_per_s)
    return found


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


def _level(steps: Sequence[tuple[Month, T]], month: Month, nothing: T) -> T:
    """Load of a month: that of the last change up to it, and none before the first."""
    return next((amount for since, amount in reversed(steps) if since <= month), nothing)


def _sessions(workload: InferenceWorkload, entry: InferenceDemand) -> Fraction:
    if entry.concurrency is not None:
        return exact(entry.concurrency)
    if (people := people_of(entry)) is not None:
        share = DEFAULT_ACTIVE_SHARE if entry.active_share is None else entry.active_share
        return exact(people) * exact(share)
    if entry.requests_per_s is None:
        assert not entry.classes, "the door lets one measure pass"
        return Fraction(0)
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
        yield from _of_sessions(workload)
        if not by_classes(workload):
            yield from _of_lengths(workload)
        yield from _of_people(workload)
    if isinstance(workload, FinetuneWorkload) and workload.time_shared:
        text = "a job of a pool stops and goes on at any time, on any group, at no cost"
        yield _assumed(workload, "time_shared", text, "true", "checkpoints")


def _of_sessions(workload: InferenceWorkload) -> Iterator[Assumption]:
    if workload.slo.tokens_per_s_per_session is None:
        field, rate = "slo.tokens_per_s_per_session", f"{DEFAULT_TOKENS_PER_S:g} tokens/s"
        source = "default: faster than most people read"
        yield _assumed(workload, field, "rate that every session gets", rate, source)
    if by_classes(workload):
        text = "a replica that gets requests of several classes divides its time between them"
        yield _assumed(workload, "classes", text, "one class at a time", "default")


def _of_lengths(workload: InferenceWorkload) -> Iterator[Assumption]:
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

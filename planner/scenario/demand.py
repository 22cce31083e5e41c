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
    EmbeddingDemand,
    EmbeddingWorkload,
    FinetuneWorkload,
    FixedWorkload,
    ImageWorkload,
    InferenceDemand,
    InferenceWorkload,
    TuningDemand,
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
        amounts: load with headroom in each month of the roadmap.
        load_share: mean load as a share of the amounts, for the energy bill.
    """

    workload: str
    unit: str
    amounts: tuple[Fraction, ...]
    load_share: Fraction


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
    """The load of a workload in every month of the roadmap, headroom included."""
    start = Month.parse(scenario.start)
    entries = [(Month.parse(e.from_month), e) for e in demand_entries(workload, scenario)]
    reserve = 1 + exact(workload.headroom)
    amounts = []
    for offset in range(scenario.months):
        active = [entry for month, entry in entries if month <= start + offset]
        amounts.append(_amount(workload, active[-1]) * reserve if active else Fraction(0))
    share = workload.load_share
    return Need(
        workload=workload.name,
        unit=UNITS[workload.task],
        amounts=tuple(amounts),
        load_share=exact(_LOAD_SHARE[workload.task] if share is None else share),
    )


def demand_entries(workload: AnyWorkload, scenario: Scenario) -> Sequence[object]:
    """Entries of the demand; the short form of fine-tuning is written out."""
    if isinstance(workload, FinetuneWorkload) and workload.tokens_per_month is not None:
        given = TuningDemand.model_validate(
            {"from": scenario.start, "tokens_per_month": workload.tokens_per_month}
        )
        return (given, *workload.demand)
    return workload.demand


def _amount(workload: AnyWorkload, entry: object) -> Fraction:
    match workload, entry:
        case InferenceWorkload(), InferenceDemand():
            return _sessions(workload, entry)
        case EmbeddingWorkload(), EmbeddingDemand():
            if entry.tokens_per_s is not None:
                return exact(entry.tokens_per_s)
            return exact(entry.requests_per_s or 0.0) * workload.input_tokens
        case ImageWorkload(), entry:
            return exact(entry.images_per_hour)  # type: ignore[attr-defined]
        case FinetuneWorkload(), TuningDemand():
            return exact(entry.tokens_per_month)
        case FixedWorkload(), entry:
            return Fraction(entry.count)  # type: ignore[attr-defined]
    raise TypeError(f"no amount for {entry!r}")


def _sessions(workload: InferenceWorkload, entry: InferenceDemand) -> Fraction:
    if entry.concurrency is not None:
        return exact(entry.concurrency)
    people = entry.users if entry.users is not None else entry.seats
    if people is not None:
        share = DEFAULT_ACTIVE_SHARE if entry.active_share is None else entry.active_share
        return exact(people) * exact(share)
    seconds = Fraction(mean_output_tokens(workload)) / exact(tokens_per_s(workload))
    return exact(entry.requests_per_s or 0.0) * seconds


def assumptions_of(workload: AnyWorkload) -> Iterator[Assumption]:
    """What the conversion of a workload's demand assumed."""
    name = workload.name
    if workload.load_share is None:
        yield Assumption(
            f"{name}.load_share",
            f"{name}: mean load over the month as a share of the demand, for the energy bill",
            f"{_LOAD_SHARE[workload.task]}",
            "default",
        )
    if not isinstance(workload, InferenceWorkload):
        return
    if workload.slo.tokens_per_s_per_session is None:
        yield Assumption(
            f"{name}.slo.tokens_per_s_per_session",
            f"{name}: rate that every session gets",
            f"{DEFAULT_TOKENS_PER_S:g} tokens/s",
            "default: faster than most people read",
        )
    for given, field, value in (
        (workload.input_tokens, "input_tokens", mean_input_tokens(workload)),
        (workload.output_tokens, "output_tokens", mean_output_tokens(workload)),
    ):
        if given is None:
            part = "half" if field == "input_tokens" else "a tenth"
            yield Assumption(
                f"{name}.{field}",
                f"{name}: mean {field.replace('_', ' ')} of a request, {part} of its context",
                f"{value:,} tokens",
                "default",
            )
    for entry in workload.demand:
        people = entry.users if entry.users is not None else entry.seats
        if people is not None and entry.active_share is None:
            yield Assumption(
                f"{name}.active_share",
                f"{name}: share of users that generate at the same time at the busiest hour",
                f"{DEFAULT_ACTIVE_SHARE}",
                "default",
            )
            break
    for entry in workload.demand:
        if entry.requests_per_s is not None:
            seconds = mean_output_tokens(workload) / tokens_per_s(workload)
            yield Assumption(
                f"{name}.session_seconds",
                f"{name}: sessions at a time = requests per second x seconds of an answer",
                f"{seconds:g} s",
                "Little's law",
            )
            break

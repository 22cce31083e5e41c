"""One way to run a workload, in depth: memory bar by bar, reach, power, cost, and its command."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import assert_never

from planner.catalog.items import Gpu
from planner.catalog.prices import Price
from planner.scenario.inputs import Inputs
from planner.scenario.ownership import energy_per_year, loss_per_year, per_million
from planner.scenario.workloads import (
    AnyWorkload,
    EmbeddingWorkload,
    FinetuneWorkload,
    FixedWorkload,
    ImageWorkload,
    InferenceWorkload,
)
from planner.sizing.breakdown import Breakdown, at_sessions
from planner.sizing.budget import Budget, budget_of, serving_budget
from planner.sizing.candidate import Candidate
from planner.sizing.commands import checkpoint_note, serving_command
from planner.sizing.setting import Setting
from planner.sizing.trying import candidate_of, longest_context
from planner.units import HOURS_PER_MONTH

UNITS = {
    "tokens/s": ("million tokens", 1.0, 1.0),
    "sessions": ("million tokens", 1.0, 1.0),
    "requests/s": ("million requests", 1.0, 1.0),
    "images/hour": ("thousand images", 3600.0, 1000.0),
    "tokens/month": ("million tokens", HOURS_PER_MONTH * 3600.0, 1.0),
}
"""What a cost is told for; seconds in which the rate is counted; how many of it make a million."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a quantity of work costs at full load all year: loss of value, and electricity.

    Attributes:
        quantity: what it is told for, for example ``million tokens``.
        loss: share of the loss of value; None where the card has no price of its own.
        energy: share of the electricity, at board power.
        per_hour: both, of all cards of a replica, for an hour.
    """

    quantity: str
    loss: float | None
    energy: float
    per_hour: float | None

    @property
    def total(self) -> float | None:
        """Both together, or None where the loss of value is not known."""
        return None if self.loss is None else self.loss + self.energy


@dataclass(frozen=True, slots=True)
class Run:
    """A run of fine-tuning from its first token to its last.

    Attributes:
        tokens: training tokens, all epochs counted.
        hours: hours on one replica.
        low: hours at the high end of the speed.
        high: hours at the low end.
        cost: loss of value and electricity of that time; None where the card has no price.
    """

    tokens: float
    hours: float
    low: float
    high: float
    cost: float | None


@dataclass(frozen=True, slots=True)
class Detail:
    """One replica of a workload on some cards.

    Attributes:
        found: the replica at full load.
        load: the replica with the sessions asked of it; as ``found`` where none are asked.
        asked: sessions asked of it, 1 where none are stated; None where there are no sessions.
        budget: memory of a card with these sessions.
        longest_context: longest context with which one session fits; None where there is none.
        idle_w: power of all its cards at rest.
        busy_w: power of all its cards at work without a pause.
        cost: what work costs; None where it has no rate.
        command: words of the command that serves it; empty where there is none.
        command_note: what the placeholder in the command stands for, or None.
        carries: sessions that the command is for; None where there is none.
        run: a run of some tokens, where one is asked for.
    """

    found: Breakdown
    load: Breakdown
    asked: int | None
    budget: Budget
    longest_context: int | None
    idle_w: float
    busy_w: float
    cost: Cost | None
    command: tuple[str, ...]
    command_note: str | None
    carries: int | None
    run: Run | None = None


def detail_of(
    inputs: Inputs,
    setting: Setting,
    workload: AnyWorkload,
    found: Breakdown,
    *,
    need: float | None,
    replicas: int,
    price: Price | None,
    run_tokens: float | None = None,
) -> Detail:
    """One way to run a workload, in depth.

    Args:
        inputs: the scenario and its catalogue.
        setting: its setting.
        workload: the workload.
        found: one replica of it.
        need: load that is to be carried, or None.
        replicas: how many of them carry it.
        price: price of one card, or None.
        run_tokens: training tokens of a run, or None.
    """
    gpu = inputs.gpus()[found.gpu]
    served = _served(inputs, setting, workload, gpu, found)
    cost = _cost(inputs, found, price)
    idle = float(gpu.idle_w) * found.gpus
    if served is None or not isinstance(workload, InferenceWorkload) or found.sessions is None:
        budget = budget_of(found.parts, found.usable_bytes, gpu)
        busy = idle + _above_idle_w(setting, workload, gpu, found)
        run = _run(found, cost, run_tokens)
        return Detail(found, found, None, budget, None, idle, busy, cost, (), None, None, run)
    asked = 1 if need is None else min(found.sessions, max(1, ceil(need / replicas)))
    carries = min(found.sessions if need is None else asked, served.replica.chunk_tokens)
    model, precision = inputs.model(workload), served.replica.precision
    reach = longest_context(setting, inputs, workload, gpu, precision, found.gpus)
    return Detail(
        found=found,
        load=found if need is None else at_sessions(served, asked),
        asked=asked,
        budget=serving_budget(served, asked),
        longest_context=reach,
        idle_w=idle,
        busy_w=idle + served.full_power_mw() / 1000,
        cost=cost,
        command=serving_command(served, workload, model, carries),
        command_note=checkpoint_note(model, precision),
        carries=carries,
    )


def _served(
    inputs: Inputs, setting: Setting, workload: AnyWorkload, gpu: Gpu, found: Breakdown
) -> Candidate | None:
    """The replica that a formula speaks of; None for what is measured, stated, or no text."""
    if not isinstance(workload, InferenceWorkload) or found.session_bytes is None:
        return None
    precision = next(p for p in workload.precision if p == found.precision)
    served = candidate_of(setting, inputs, workload, gpu, precision, found.gpus)
    return served if isinstance(served, Candidate) else None


def _above_idle_w(setting: Setting, workload: AnyWorkload, gpu: Gpu, found: Breakdown) -> float:
    engines = setting.engines
    match workload:
        case EmbeddingWorkload():
            activity = engines.encoder.activity
        case ImageWorkload():
            activity = engines.diffusers.activity
        case FinetuneWorkload():
            activity = engines.trainer.activity
        case InferenceWorkload():
            activity = engines.vllm.activity
        case FixedWorkload():
            activity = engines.sharing.fixed_activity
        case _:
            assert_never(workload)
    return float(gpu.tdp_w - gpu.idle_w) * found.gpus * activity


def _run(found: Breakdown, cost: Cost | None, tokens: float | None) -> Run | None:
    if tokens is None or found.unit != "tokens/month" or not found.rate:
        return None
    hours, slow, fast = (
        tokens / rate * HOURS_PER_MONTH for rate in (found.rate, *found.rate_range)
    )
    per_hour = None if cost is None else cost.per_hour
    return Run(tokens, hours, fast, slow, None if per_hour is None else hours * per_hour)


def _cost(inputs: Inputs, found: Breakdown, price: Price | None) -> Cost | None:
    """As `planner versus` reckons it: three years at full speed, electricity at board power."""
    if found.unit not in UNITS or not found.rate:
        return None
    quantity, seconds, parts = UNITS[found.unit]
    gpu = inputs.catalog.gpu(found.gpu)
    energy = found.gpus * energy_per_year(inputs, float(gpu.tdp_w))
    loss = None if price is None else found.gpus * loss_per_year(inputs, found.gpu, price.cents)
    rate = found.rate / seconds
    return Cost(
        quantity=quantity,
        loss=None if loss is None else per_million(loss, rate) / parts,
        energy=per_million(energy, rate) / parts,
        per_hour=None if loss is None else (loss + energy) / (12 * HOURS_PER_MONTH),
    )

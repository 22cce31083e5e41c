"""Options of work that is counted by its rate: embeddings, images, fine-tuning.

A replica gets a share of the card's time, in steps of 5 %, and carries that share of the rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from planner.catalog.items import Gpu
from planner.scenario.values import Precision
from planner.scenario.workloads import ModelWorkload
from planner.sizing.engines import Range
from planner.sizing.levels import even_power, share_levels
from planner.sizing.links import ALONE, Link
from planner.sizing.option import Label, Option, Quantum, Refusal
from planner.sizing.refusals import Subject
from planner.sizing.setting import MILLION, Setting

PPM_OF_PERCENT = 10_000
ALL_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Runner:
    """A replica that works at a rate.

    Attributes:
        gpu: the card.
        precision: precision of the weights.
        cards: cards of the group.
        memory_bytes: memory on each card.
        rate: load on a card of its own, in the unit of the workload's demand.
        step_s: longest time for which it keeps the card busy without a pause.
        period_us: time within which a call must be answered, or None.
        activity: mean power above idle while it runs, as a share of (board power - idle).
        speed: range of the rate.
        source: where the rate comes from.
        link: what joins the cards.
    """

    gpu: Gpu
    precision: Precision
    cards: int
    memory_bytes: int
    rate: float
    step_s: float
    period_us: int | None
    activity: float
    speed: Range
    source: str
    link: Link = ALONE

    @property
    def step_us(self) -> int:
        """Its step in whole microseconds, rounded up."""
        return ceil(self.step_s * MILLION)


def options_of_runners(
    workload: ModelWorkload,
    runners: Iterable[Runner | Refusal],
    quantum: Quantum,
    setting: Setting,
) -> Iterator[Option | Refusal]:
    """Options of every replica that there is, and why there are no others."""
    for found in runners:
        if isinstance(found, Refusal):
            yield found
        else:
            yield from share_options(workload, found, quantum, setting)


def share_options(
    workload: ModelWorkload, runner: Runner, quantum: Quantum, setting: Setting
) -> Iterator[Option | Refusal]:
    """One option a share on a part of a card; on whole cards the largest useful share only."""
    largest = max(1, *quantum.demand)

    def capacity(percent: int) -> int:
        return floor(Fraction(runner.rate) * percent / 100 / quantum.size)

    shares = share_levels(setting.max_share_ppm, lambda percent: capacity(percent) >= largest)
    part = runner.cards == 1 and workload.isolation == "shared"
    points = [(s, capacity(s)) for s in (shares if part else shares[-1:]) if capacity(s) > 0]
    if not points:
        subject = Subject(workload.name, runner.gpu.id, runner.precision, runner.cards)
        yield subject.too_slow("one replica", runner.rate, float(quantum.size), quantum.unit)
    powers = even_power([(carried, _power_mw(runner, share)) for share, carried in points])
    for (share, carried), power in zip(points, powers, strict=True):
        yield _option(workload, runner, share, carried, power, part=part)


def pooled_option(workload: ModelWorkload, runner: Runner, quantum: Quantum) -> Option | Refusal:
    """A group of whole cards for all of a month; jobs of a pool have it in turn, at full rate."""
    capacity = floor(Fraction(runner.rate) / quantum.size)
    if capacity == 0:
        subject = Subject(workload.name, runner.gpu.id, runner.precision, runner.cards)
        return subject.too_slow("one group", runner.rate, float(quantum.size), quantum.unit)
    power = ceil(_power_mw(runner, ALL_PERCENT))
    return replace(_option(workload, runner, ALL_PERCENT, capacity, power, part=False), pooled=True)


def _option(
    workload: ModelWorkload,
    runner: Runner,
    percent: int,
    capacity: int,
    power_mw: int,
    *,
    part: bool,
) -> Option:
    return Option(
        workload=workload.name,
        gpu=runner.gpu.id,
        precision=runner.precision,
        gpus=runner.cards,
        part=part,
        link=runner.link.name,
        level=percent,
        capacity=capacity,
        memory_bytes=runner.memory_bytes,
        share_ppm=percent * PPM_OF_PERCENT,
        step_us=runner.step_us,
        period_us=_period_us(runner),
        power_mw=power_mw,
        ecc=workload.requires.ecc,
        speed=(runner.speed.low, runner.speed.high),
        label=Label.MODELLED,
        source=runner.source,
    )


def _period_us(runner: Runner) -> int | None:
    """The period, never below the step: one is rounded down and the other up.

    A call that takes all of its period is in time, and leaves nobody else a step to take.
    """
    return None if runner.period_us is None else max(runner.period_us, runner.step_us)


def _power_mw(runner: Runner, percent: int) -> float:
    """Mean power above idle: (board power - idle) x activity x share, of all cards."""
    above_idle_mw = float((runner.gpu.tdp_w - runner.gpu.idle_w) * 1000)
    return above_idle_mw * runner.cards * runner.activity * percent / 100

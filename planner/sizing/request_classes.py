"""Deployment options of language models whose demand is given by request classes.

A replica has whole cards. Its rate of a class is what it reaches if it gets that class only: the
most sessions that fit, each at the rate that is asked, over the tokens of an answer. A replica
that gets several classes divides its time between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import TypeAlias

from planner.catalog.architecture import ModelEntry
from planner.catalog.items import Gpu, exact
from planner.scenario.demand import REQUESTS
from planner.scenario.values import Precision
from planner.scenario.workloads import InferenceWorkload
from planner.sizing.candidate import Candidate, Point
from planner.sizing.inference import candidate, runnable, speed_of
from planner.sizing.levels import GROUPS, largest
from planner.sizing.option import ClassLoad, Label, Option, Quantum, Refusal
from planner.sizing.precision import Kernels
from planner.sizing.serving import Replica, replica_of
from planner.sizing.setting import MILLION, Setting

LEAST_RATE = Fraction(1, MILLION)
"""Rates are rounded down to whole millionths of a request per second."""


@dataclass(frozen=True, slots=True)
class Serving:
    """A replica that gets requests of one class only.

    Attributes:
        found: the replica on its cards, with the lengths of the class.
        point: what its most sessions cost.
        rate: requests per second, rounded down.
    """

    found: Candidate
    point: Point
    rate: Fraction


Servings: TypeAlias = tuple[Serving | Refusal, ...]
"""One for each class, or why not one session of it fits."""


def size_classes(
    workload: InferenceWorkload,
    model: ModelEntry,
    gpus: Sequence[Gpu],
    quantum: Quantum,
    setting: Setting,
) -> Iterator[Option | Refusal]:
    """Options and refusals of a workload on cards that may run it at all."""
    shaped = [_of_class(workload, c) for c in quantum.classes]
    for precision in workload.precision:
        groups = [_replicas(shaped, model, precision, cards, setting) for cards in GROUPS]
        for gpu in gpus:
            kernels = runnable(workload, model, gpu, precision, setting)
            if isinstance(kernels, Refusal):
                yield kernels
                continue
            for replicas in groups:
                servings = _servings(shaped, gpu, replicas, kernels, setting)
                if running(servings):
                    yield _option(workload, servings)
                else:
                    yield nearest(servings, quantum.classes)


def servings_of(
    workload: InferenceWorkload,
    model: ModelEntry,
    gpu: Gpu,
    precision: Precision,
    cards: int,
    quantum: Quantum,
    setting: Setting,
) -> Servings | Refusal:
    """A group of a card with each class by itself, or why the card runs no language model so."""
    kernels = runnable(workload, model, gpu, precision, setting)
    if isinstance(kernels, Refusal):
        return kernels
    shaped = [_of_class(workload, c) for c in quantum.classes]
    replicas = _replicas(shaped, model, precision, cards, setting)
    return _servings(shaped, gpu, replicas, kernels, setting)


def running(servings: Servings) -> list[Serving]:
    """The classes that run."""
    return [s for s in servings if isinstance(s, Serving)]


def nearest(servings: Servings, classes: Sequence[ClassLoad]) -> Refusal:
    """The nearest miss of the classes that do not run; some do not."""
    named = zip(classes, servings, strict=True)
    refused = [(load, s) for load, s in named if isinstance(s, Refusal)]
    load, found = min(refused, key=lambda r: r[1].shortfall)
    if len(refused) == len(servings) and len({r.text for _, r in refused}) == 1:
        return found
    return replace(found, text=f"requests of {load.name}: {found.text}")


def rates_of(servings: Servings) -> tuple[Fraction, ...]:
    """The rate of each class, 0 where it does not run."""
    return tuple(s.rate if isinstance(s, Serving) else Fraction(0) for s in servings)


def mixed_rate(rates: Sequence[Fraction], classes: Sequence[ClassLoad]) -> Fraction:
    """Requests per second of a replica that gets the classes as in the month with most of them.

    Where there are none in any month, it gets as many of each.
    """
    months = zip(*(c.demand for c in classes), strict=True)
    mix = max(months, key=lambda month: sum(month, Fraction(0)))
    if not any(mix):
        mix = (Fraction(1),) * len(classes)
    wanted = [(amount, rate) for amount, rate in zip(mix, rates, strict=True) if amount]
    if not all(rate for _, rate in wanted):
        return Fraction(0)
    replicas = sum((amount / rate for amount, rate in wanted), Fraction(0))
    return sum(mix, Fraction(0)) / replicas


def _of_class(workload: InferenceWorkload, load: ClassLoad) -> InferenceWorkload:
    """The workload with requests of one class only."""
    lengths = {"input_tokens": load.input_tokens, "output_tokens": load.output_tokens}
    return workload.model_copy(update=lengths)


def _replicas(
    shaped: Sequence[InferenceWorkload],
    model: ModelEntry,
    precision: Precision,
    cards: int,
    setting: Setting,
) -> list[Replica]:
    return [replica_of(w, model, precision, cards, setting.engines) for w in shaped]


def _servings(
    shaped: Sequence[InferenceWorkload],
    gpu: Gpu,
    replicas: Sequence[Replica],
    kernels: Kernels,
    setting: Setting,
) -> Servings:
    ways = zip(shaped, replicas, strict=True)
    return tuple(_serving(workload, gpu, replica, kernels, setting) for workload, replica in ways)


def _serving(
    workload: InferenceWorkload, gpu: Gpu, replica: Replica, kernels: Kernels, setting: Setting
) -> Serving | Refusal:
    """A replica with one class, or why not one session of it fits."""
    found = candidate(workload, gpu, replica, kernels, setting)
    if isinstance(found, Refusal):
        return found
    assert workload.input_tokens is not None
    assert workload.output_tokens is not None
    tokens = workload.input_tokens + workload.output_tokens
    if tokens > workload.context_tokens:
        text = f"{tokens:,} tokens are longer than the context of {workload.context_tokens:,}"
        return found.subject.refuse("context", text, tokens / workload.context_tokens)
    sessions = largest(found.fits, found.usable // replica.session_bytes)
    if sessions == 0:
        return found.refusal()
    exactly = sessions * exact(found.rate) / workload.output_tokens
    rate = Fraction(floor(exactly / LEAST_RATE)) * LEAST_RATE
    if not rate:
        return found.subject.too_slow("one replica", float(exactly), float(LEAST_RATE), REQUESTS)
    return Serving(found, found.point(sessions), rate)


def _option(workload: InferenceWorkload, servings: Servings) -> Option:
    """One replica; memory, time and power are those of the class that takes most."""
    served = running(servings)
    found, points = served[0].found, [s.point for s in served]
    engine, speed = found.replica.engine, speed_of(found.replica)
    share = max(p.share_ppm for p in points)
    return Option(
        workload=workload.name,
        gpu=found.gpu.id,
        precision=found.replica.precision,
        gpus=found.replica.cards,
        part=False,
        link=found.machine.link.name,
        level=1,
        capacity=1,
        memory_bytes=max(p.memory_bytes for p in points),
        share_ppm=share,
        step_us=max(p.step_us for p in points),
        period_us=int(MILLION / found.rate),
        power_mw=ceil(found.full_power_mw() * share / MILLION),
        ecc=workload.requires.ecc,
        speed=(speed.low, speed.high),
        label=Label.MODELLED,
        source=f"{engine.ENGINE} {engine.version}, first constants",
        rates=rates_of(servings),
    )

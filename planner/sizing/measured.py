"""The user's own measurements, which take the place of the formulas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from planner.catalog.items import Gpu, exact
from planner.scenario.workloads import AnyWorkload, FinetuneWorkload, FixedWorkload, Measured
from planner.sizing.finetune import precision_of
from planner.sizing.links import Link, link_of
from planner.sizing.option import Label, Option, Quantum, Refusal
from planner.sizing.refusals import Subject
from planner.sizing.setting import MILLION, Setting
from planner.units import GIB

PPM_OF_PERCENT = 10_000


def with_measurements(
    found: Iterable[Option | Refusal],
    workload: AnyWorkload,
    gpus: Sequence[Gpu],
    quantum: Quantum,
    setting: Setting,
) -> Iterator[Option | Refusal]:
    """Formula results, save those of a measured (card, precision, cards), and the measured ones.

    What was measured on one card also takes the place of what formulas say about parts of it.
    """
    measured = {(m.gpu, m.precision, m.gpus_per_replica) for m in workload.measured}
    for result in found:
        if (result.gpu, result.precision, result.gpus) not in measured:
            yield result
    by_id = {gpu.id: gpu for gpu in gpus}
    for row in workload.measured:
        if row.gpu in by_id:
            yield _measured(row, workload, by_id[row.gpu], quantum, setting)


def _measured(
    row: Measured, workload: AnyWorkload, gpu: Gpu, quantum: Quantum, setting: Setting
) -> Option | Refusal:
    """One replica on whole cards, as it was measured."""
    subject = Subject(workload.name, gpu.id, row.precision, row.gpus_per_replica)
    if row.precision not in accepted_precisions(workload):
        text = f"{row.precision} was measured; the workload does not accept it"
        return subject.refuse("precision", text)
    usable = setting.usable_bytes(gpu, ecc=workload.requires.ecc)
    memory = ceil(exact(row.memory_gib) * GIB)
    if memory > usable:
        return subject.too_large({"memory, as measured": memory}, usable)
    carried = _carried(row, quantum, subject)
    if isinstance(carried, Refusal):
        return carried
    rates = setting.engines.collectives
    link = link_of(gpu, row.gpus_per_replica, workload.link, setting.slot, rates)
    if not isinstance(link, Link):
        return subject.refuse("link", link)
    return _option(row, workload, gpu, quantum, carried, memory, link, setting)


@dataclass(frozen=True, slots=True)
class _Carried:
    """What a replica carries: quanta, and for demand by request classes the rate of each."""

    capacity: int
    rates: tuple[Fraction, ...] = ()


def _carried(row: Measured, quantum: Quantum, subject: Subject) -> _Carried | Refusal:
    if quantum.classes:
        return _by_class(row, quantum, subject)
    if row.capacity is None:
        text = "was measured by request classes; the demand is not given by them"
        return subject.refuse("measure", text)
    capacity = floor(exact(row.capacity) / quantum.size)
    if capacity == 0:
        least = float(quantum.size)
        return subject.too_slow("one replica", row.capacity, least, quantum.unit)
    return _Carried(capacity)


def _by_class(row: Measured, quantum: Quantum, subject: Subject) -> _Carried | Refusal:
    """Rates of the classes that were measured; 0 where one was not."""
    if row.classes is None:
        text = "was not measured by request classes; the demand is given by them"
        return subject.refuse("measure", text)
    measured = {(c.input_tokens, c.output_tokens): exact(c.requests_per_s) for c in row.classes}
    rates = [measured.get((c.input_tokens, c.output_tokens)) for c in quantum.classes]
    if not any(rates):
        return subject.refuse("measure", "was measured with none of the classes of the demand")
    return _Carried(1, tuple(rate or Fraction(0) for rate in rates))


def accepted_precisions(workload: AnyWorkload) -> tuple[str, ...]:
    """Precisions that a workload accepts; the method decides for fine-tuning."""
    if isinstance(workload, FixedWorkload):
        return ()
    if isinstance(workload, FinetuneWorkload):
        return (precision_of(workload),)
    return workload.precision


def _option(
    row: Measured,
    workload: AnyWorkload,
    gpu: Gpu,
    quantum: Quantum,
    carried: _Carried,
    memory: int,
    link: Link,
    setting: Setting,
) -> Option:
    """Whole cards run at their board power, since the measurement says nothing of it."""
    pooled = isinstance(workload, FinetuneWorkload) and workload.time_shared
    share = MILLION if pooled else setting.max_share_ppm
    above_idle_mw = (gpu.tdp_w - gpu.idle_w) * 1000 * row.gpus_per_replica
    counted = quantum.unit == "sessions" or quantum.classes
    return Option(
        workload=workload.name,
        gpu=gpu.id,
        precision=row.precision,
        gpus=row.gpus_per_replica,
        part=False,
        link=link.name,
        level=carried.capacity if counted else share // PPM_OF_PERCENT,
        capacity=carried.capacity,
        memory_bytes=memory,
        share_ppm=share,
        step_us=0,
        period_us=None,
        power_mw=ceil(above_idle_mw * Fraction(share, MILLION)),
        ecc=workload.requires.ecc,
        speed=(1.0, 1.0),
        label=Label.MEASURED,
        source=row.source,
        pooled=pooled,
        rates=carried.rates,
    )

"""Every way to run a workload on cards of its own, and why the others do not work."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from planner.catalog.items import Gpu
from planner.scenario.demand import need_of
from planner.scenario.inputs import Inputs
from planner.scenario.values import Precision
from planner.scenario.workloads import (
    AnyWorkload,
    EmbeddingWorkload,
    FinetuneWorkload,
    FixedWorkload,
    ImageWorkload,
    InferenceWorkload,
    ModelWorkload,
)
from planner.sizing.breakdown import Breakdown, breakdown_in
from planner.sizing.finetune import precision_of
from planner.sizing.fixed import size_fixed
from planner.sizing.levels import GROUPS
from planner.sizing.measured import with_measurements
from planner.sizing.option import Option, Quantum, Refusal
from planner.sizing.refusals import Subject
from planner.sizing.request_classes import mixed_rate
from planner.sizing.requirements import card_refusal
from planner.sizing.setting import Setting
from planner.sizing.sizing import quantum_of

AS_A_WHOLE = "memory, as measured or stated"
"""The one piece of memory that a measurement or a stated need has."""
ALONE = (1,)
"""Embeddings and images run on one card each; more cards mean more replicas."""


def overview(
    inputs: Inputs, workload: AnyWorkload, cards: Collection[str] | None = None
) -> Iterator[Breakdown | Refusal]:
    """A workload on every card, in every precision that it accepts and every group.

    A measurement of the user's own takes the place of the formula, as in a plan.

    Args:
        inputs: the scenario and its catalogue.
        workload: one of its workloads.
        cards: ids of cards; all that may be used if absent.

    Raises:
        InputError: if a constant of an engine is missing from the catalogue.
    """
    setting = Setting.of(inputs)
    gpus = [g for g in inputs.gpus().values() if cards is None or g.id in cards]
    fitting: list[Gpu] = []
    for gpu in gpus:
        if refused := card_refusal(workload, gpu, inputs.scenario):
            yield refused
        else:
            fitting.append(gpu)
    quantum = quantum_of(need_of(workload, inputs.scenario))
    measured = {(m.gpu, m.precision, m.gpus_per_replica) for m in workload.measured}
    if not isinstance(workload, FixedWorkload):
        for found in dict.fromkeys(_by_formula(setting, inputs, workload, fitting)):
            if (found.gpu, found.precision, found.gpus) not in measured:
                yield found
    stated: Iterable[Option | Refusal] = ()
    if isinstance(workload, FixedWorkload):
        stated = size_fixed(workload, fitting, quantum, setting)
    usable = {g.id: setting.usable_bytes(g, ecc=workload.requires.ecc) for g in fitting}
    for row in with_measurements(stated, workload, fitting, quantum, setting):
        yield _of_option(row, quantum, usable[row.gpu]) if isinstance(row, Option) else row


def _by_formula(
    setting: Setting, inputs: Inputs, workload: ModelWorkload, gpus: Sequence[Gpu]
) -> Iterator[Breakdown | Refusal]:
    precisions, groups = _ways(workload)
    for gpu in gpus:
        for precision in precisions:
            for count in groups:
                yield breakdown_in(setting, inputs, workload, gpu, precision, count)


def _ways(workload: ModelWorkload) -> tuple[tuple[Precision, ...], tuple[int, ...]]:
    """Precisions and groups in which a workload may run."""
    match workload:
        case InferenceWorkload():
            return workload.precision, GROUPS
        case FinetuneWorkload():
            return (precision_of(workload),), GROUPS
        case EmbeddingWorkload() | ImageWorkload():
            return workload.precision, ALONE


def _of_option(option: Option, quantum: Quantum, usable: int) -> Breakdown | Refusal:
    """What was stated or measured: its memory is one piece, its speed is its capacity."""
    load = float(option.capacity * quantum.size)
    if quantum.classes:
        load = float(mixed_rate(option.rates, quantum.classes))
        if not load:
            subject = Subject(option.workload, option.gpu, option.precision, option.gpus)
            return subject.refuse("measure", "was not measured with all classes of the demand")
    sessions = option.capacity if quantum.unit == "sessions" else None
    return Breakdown(
        workload=option.workload,
        gpu=option.gpu,
        precision=option.precision,
        gpus=option.gpus,
        link=option.link,
        parts=((AS_A_WHOLE, option.memory_bytes),),
        usable_bytes=usable,
        session_bytes=None,
        sessions=sessions,
        limit=None,
        carries=load,
        rate_each=None,
        rate=load,
        rate_range=(load * option.speed[0], load * option.speed[1]),
        unit=quantum.unit,
        ttft_ms=None,
        ttft_range_ms=None,
        speed=option.speed,
        label=option.label,
        source=option.source,
    )

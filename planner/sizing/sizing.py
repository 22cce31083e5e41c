"""A scenario to its deployment options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain
from math import ceil
from typing import assert_never

from planner.catalog.items import Gpu
from planner.scenario.assumptions import Assumption
from planner.scenario.demand import REQUESTS, ClassNeed, Need, assumptions_of, need_of
from planner.scenario.inputs import Inputs
from planner.scenario.workloads import (
    AnyWorkload,
    EmbeddingWorkload,
    FinetuneWorkload,
    FixedWorkload,
    ImageWorkload,
    InferenceWorkload,
)
from planner.sizing.assumptions import (
    exchange_assumptions,
    sizing_assumptions,
    slot_assumptions,
    workload_assumptions,
)
from planner.sizing.embedding import size_embedding
from planner.sizing.finetune import size_finetune
from planner.sizing.fixed import size_fixed
from planner.sizing.image import size_image
from planner.sizing.inference import size_inference
from planner.sizing.instances import cuts_cards, layouts_of, size_instances
from planner.sizing.measured import with_measurements
from planner.sizing.measured_serving import with_rows
from planner.sizing.option import ClassLoad, Option, Quantum, Refusal, Sizing
from planner.sizing.request_classes import size_classes
from planner.sizing.requirements import card_refusal
from planner.sizing.setting import Setting

QUANTA_OF_LARGEST_DEMAND = 10_000
"""A load that is not counted in pieces is counted in parts of its largest monthly demand."""


def size(inputs: Inputs, pace: Mapping[str, float] | None = None) -> Sizing:
    """The deployment options of every workload of a scenario.

    Args:
        inputs: a checked scenario and its catalogue.
        pace: speed of some workloads relative to the middle of their range, for what-ifs; it
            takes the place of the scenario's `robust`.

    Raises:
        InputError: if a constant of an engine is missing from the catalogue.
    """
    setting = Setting.of(inputs, pace)
    gpus = tuple(inputs.gpus().values())
    quanta = {w.name: quantum_of(need_of(w, inputs.scenario)) for w in inputs.scenario.workloads}
    options: list[Option] = []
    refusals: list[Refusal] = []
    for workload in inputs.scenario.workloads:
        for result in _results(workload, inputs, gpus, quanta[workload.name], setting):
            if isinstance(result, Option):
                options.append(result)
            else:
                refusals.append(result)
    return Sizing(
        options=tuple(sorted(options, key=_order)),
        refusals=tuple(refusals),
        quanta=quanta,
        usable_bytes={
            (g.id, ecc): setting.usable_bytes(g, ecc=ecc) for g in gpus for ecc in (False, True)
        },
        max_share_ppm=setting.max_share_ppm,
        assumptions=tuple(_assumptions(inputs, setting, options)),
        layouts=layouts_of(gpus, options),
    )


def quantum_of(need: Need) -> Quantum:
    """Count a load in integers: sessions and needs one by one, others in parts of the largest.

    Demand by request classes is routed in fractions and only says where there is any.
    """
    largest = max(need.amounts)
    counted = need.unit in ("sessions", "needs", REQUESTS)
    size_of_one = Fraction(1)
    if not counted and largest > 0:
        size_of_one = largest / QUANTA_OF_LARGEST_DEMAND
    return Quantum(
        unit=need.unit,
        size=size_of_one,
        demand=tuple(ceil(a / size_of_one) for a in need.amounts),
        load=tuple(a / size_of_one for a in need.loads),
        classes=tuple(_class_load(c) for c in need.classes),
    )


def _class_load(need: ClassNeed) -> ClassLoad:
    name = f"{need.input_tokens:,} in, {need.output_tokens:,} out"
    return ClassLoad(name, need.input_tokens, need.output_tokens, need.amounts)


def _results(
    workload: AnyWorkload,
    inputs: Inputs,
    gpus: Sequence[Gpu],
    quantum: Quantum,
    setting: Setting,
) -> Iterator[Option | Refusal]:
    fitting: list[Gpu] = []
    for gpu in gpus:
        refused = card_refusal(workload, gpu, inputs.scenario)
        if refused is None:
            fitting.append(gpu)
        else:
            yield refused
    found = _by_task(workload, inputs, fitting, quantum, setting)
    found = with_rows(found, workload, inputs, fitting, quantum, setting)
    if cuts_cards(inputs.scenario):
        found = chain(found, size_instances(workload, inputs, fitting, quantum, setting))
    yield from with_measurements(found, workload, fitting, quantum, setting)


def _by_task(
    workload: AnyWorkload,
    inputs: Inputs,
    gpus: Sequence[Gpu],
    quantum: Quantum,
    setting: Setting,
) -> Iterator[Option | Refusal]:
    match workload:
        case InferenceWorkload() if quantum.classes:
            return size_classes(workload, inputs.model(workload), gpus, quantum, setting)
        case InferenceWorkload():
            return size_inference(workload, inputs.model(workload), gpus, quantum, setting)
        case EmbeddingWorkload():
            return size_embedding(workload, inputs.model(workload), gpus, quantum, setting)
        case ImageWorkload():
            return size_image(workload, inputs.model(workload), gpus, quantum, setting)
        case FinetuneWorkload():
            return size_finetune(workload, inputs.model(workload), gpus, quantum, setting)
        case FixedWorkload():
            return size_fixed(workload, gpus, quantum, setting)
        case _:
            assert_never(workload)


def _assumptions(
    inputs: Inputs, setting: Setting, options: Sequence[Option]
) -> Iterator[Assumption]:
    yield from sizing_assumptions(setting)
    yield from slot_assumptions(setting, options)
    yield from exchange_assumptions(inputs)
    for workload in inputs.scenario.workloads:
        yield from assumptions_of(workload)
        yield from workload_assumptions(workload, setting)


def _order(option: Option) -> tuple[str, str, str, int, bool, str, int]:
    o = option
    return (o.workload, o.gpu, o.precision, o.gpus, o.part, o.slice or "", o.level)

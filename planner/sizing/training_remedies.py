"""What would make a fine-tuning run fit: each change is tried by sizing it, the nearest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from math import log2
from typing import Literal, TypeAlias

from planner.catalog.items import Gpu
from planner.scenario.inputs import Inputs
from planner.scenario.workloads import FinetuneWorkload
from planner.sizing.breakdown import Breakdown, breakdown_in
from planner.sizing.finetune import precision_of
from planner.sizing.levels import GROUPS, largest
from planner.sizing.remedies import nearest
from planner.sizing.setting import Setting

TrainingKnob: TypeAlias = Literal["method", "optimizer", "recompute", "cards", "batch", "sequence"]
METHODS: tuple[Literal["full", "lora", "qlora"], ...] = ("full", "lora", "qlora")
"""From the most memory to the least."""
METHOD_STEPS = {"full": 0.0, "lora": 3.0, "qlora": 5.0}
"""Halvings of the bytes of a weight: 16 with gradient and optimiser, 2, and half a byte."""
OPTIMIZER_STEP = 0.5
RECOMPUTE_STEP = 0.5
BLOCK = 16
"""Sequences are shortened to a multiple of this."""
LEAST_SEQUENCE = 1 / 8


@dataclass(frozen=True, slots=True)
class TrainingRemedy:
    """A change that makes a run fit.

    Attributes:
        changed: what is changed.
        workload: the run then.
        cards: cards of the group then.
        distance: how many halvings or doublings that is.
        found: the run on each card.
    """

    changed: tuple[TrainingKnob, ...]
    workload: FinetuneWorkload
    cards: int
    distance: float
    found: Breakdown


def training_remedies(
    setting: Setting, inputs: Inputs, gpu: Gpu, asked: FinetuneWorkload, cards: int
) -> tuple[TrainingRemedy, ...]:
    """Changes that make a run fit on some cards on which it does not, the nearest first."""
    tried = [
        remedy
        for workload, group, knobs in _starts(asked, cards)
        for remedy in _tried(setting, inputs, gpu, workload, group, knobs)
    ]
    return tuple(nearest(tried))


def runs(
    setting: Setting, inputs: Inputs, gpu: Gpu, workload: FinetuneWorkload, cards: int
) -> Breakdown | None:
    """The run on some cards, or None where it does not fit."""
    found = breakdown_in(setting, inputs, workload, gpu, precision_of(workload), cards)
    return found if isinstance(found, Breakdown) else None


Knobs: TypeAlias = dict[TrainingKnob, float]


def _starts(asked: FinetuneWorkload, cards: int) -> Iterator[tuple[FinetuneWorkload, int, Knobs]]:
    """Runs with another method, optimiser, recomputation or group."""
    methods = METHODS[METHODS.index(asked.method) :]
    optimizers = tuple(dict.fromkeys([asked.optimizer, "adamw-8bit"]))
    recomputing = (False, True) if not asked.recompute else (True,)
    groups = [cards, *(k for k in GROUPS if k > cards)]
    for method, optimizer, recompute, group in product(methods, optimizers, recomputing, groups):
        changes = {"method": method, "optimizer": optimizer, "recompute": recompute}
        knobs: Knobs = {
            "method": METHOD_STEPS[method] - METHOD_STEPS[asked.method],
            "optimizer": OPTIMIZER_STEP if optimizer != asked.optimizer else 0.0,
            "recompute": RECOMPUTE_STEP if recompute != asked.recompute else 0.0,
            "cards": log2(group / cards),
        }
        yield asked.model_copy(update=changes), group, {k: v for k, v in knobs.items() if v}


def _tried(
    setting: Setting,
    inputs: Inputs,
    gpu: Gpu,
    workload: FinetuneWorkload,
    cards: int,
    knobs: Knobs,
) -> Iterator[TrainingRemedy]:
    """The run as it is where it fits, else with a smaller batch, and with shorter sequences."""

    def remedy(w: FinetuneWorkload, changes: Knobs) -> Iterator[TrainingRemedy]:
        found = runs(setting, inputs, gpu, w, cards)
        if changes and found is not None:
            changed, distance = tuple(changes), sum(changes.values())
            yield TrainingRemedy(changed, w, cards, distance, found)

    def most(field: str, unit: int, asked: int) -> int:
        fits: Callable[[int], bool] = lambda n: (  # noqa: E731
            runs(setting, inputs, gpu, workload.model_copy(update={field: n * unit}), cards)
            is not None
        )
        return largest(fits, asked // unit) * unit

    if runs(setting, inputs, gpu, workload, cards) is not None:
        yield from remedy(workload, knobs)
        return
    batch, sequence = workload.batch_sequences, workload.sequence_tokens
    if fewer := most("batch_sequences", 1, batch):
        smaller = workload.model_copy(update={"batch_sequences": fewer})
        yield from remedy(smaller, {**knobs, "batch": log2(batch / fewer)})
    shorter = most("sequence_tokens", BLOCK, sequence)
    if shorter >= sequence * LEAST_SEQUENCE:
        cut = workload.model_copy(update={"sequence_tokens": shorter})
        yield from remedy(cut, {**knobs, "sequence": log2(sequence / shorter)})

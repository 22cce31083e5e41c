"""What is said of a kind of card: ways in depth, smallest groups, what makes a no a yes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from planner.catalog.items import Gpu
from planner.report.details import Detail
from planner.scenario.demand import by_classes
from planner.scenario.inputs import Inputs
from planner.scenario.precisions import offered_precisions
from planner.scenario.values import Precision
from planner.scenario.workloads import (
    AnyWorkload,
    EmbeddingWorkload,
    FinetuneWorkload,
    ImageWorkload,
    InferenceWorkload,
)
from planner.sizing.breakdown import Breakdown, breakdown_in
from planner.sizing.budget import Budget, Fit, budget_of
from planner.sizing.levels import GROUPS
from planner.sizing.option import Refusal
from planner.sizing.remedies import Remedy, Way, remedies
from planner.sizing.setting import Setting
from planner.sizing.training_remedies import METHODS, TrainingRemedy, runs, training_remedies


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that makes a no a yes, tried by sizing.

    Attributes:
        changed: what is changed.
        precision: precision of the weights then.
        cards: cards of one replica then.
        settings: everything else that is changed, by the name of its option.
        budget: memory of each card then.
        most: sessions at most then; None where there are none.
        distance: how many halvings or doublings that is.
    """

    changed: tuple[str, ...]
    precision: str
    cards: int
    settings: dict[str, str | int]
    budget: Budget
    most: int | None
    distance: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of one kind of card.

    Attributes:
        gpu: the card.
        precisions: precisions that are accepted, the preferred first.
        one_card: whether one card does what is asked, in some precision that is accepted.
        why: for a no, what lacks where one card comes nearest.
        smallest: fewest cards of one replica that do what is asked, by precision, or for
            fine-tuning by method; None for none.
        proposals: for a no, what would make one card or a group do it, the nearest first.
        details: the ways that are shown in depth, the best first.
    """

    gpu: str
    precisions: tuple[str, ...]
    one_card: Fit
    why: str | None
    smallest: tuple[tuple[str, int | None], ...]
    proposals: tuple[Proposal, ...]
    details: tuple[Detail, ...]

    @property
    def tells(self) -> bool:
        """Whether there is more to say than why it is refused."""
        return bool(self.details or self.proposals)


def answer_of(
    inputs: Inputs,
    setting: Setting,
    workload: AnyWorkload,
    gpu: Gpu,
    *,
    need: float | None,
    precisions: Sequence[str],
    found: Sequence[Breakdown | Refusal],
    details: Sequence[Detail],
) -> Answer:
    """What is said of a card.

    Args:
        inputs: the scenario and its catalogue.
        setting: its setting.
        workload: the workload.
        gpu: the card.
        need: load that is to be carried, or None.
        precisions: precisions that are accepted, the preferred first.
        found: everything that sizing said of this card.
        details: its ways in depth.
    """
    asked = 0.0 if need is None else need
    running = [b for b in found if isinstance(b, Breakdown) and b.carries >= asked]
    smallest = tuple((p, _fewest(running, p)) for p in precisions)
    if isinstance(workload, FinetuneWorkload):
        smallest = tuple(_methods(inputs, setting, workload, gpu))
    alone = [d for d in details if d.found.gpus == 1 and d.found in running]
    fit = max((d.budget.fit for d in alone), key=_ORDER.index, default=Fit.NO)
    why = None if fit is not Fit.NO else _why(found, precisions, asked)
    proposals: tuple[Proposal, ...] = ()
    if fit is Fit.NO:
        proposals = _proposals(inputs, setting, workload, gpu, need, precisions)
    return Answer(gpu.id, tuple(precisions), fit, why, smallest, proposals, tuple(details))


_ORDER = [Fit.NO, Fit.EDGE, Fit.OK]


def _fewest(running: Sequence[Breakdown], precision: str) -> int | None:
    return min((b.gpus for b in running if b.precision == precision), default=None)


def _methods(
    inputs: Inputs, setting: Setting, workload: FinetuneWorkload, gpu: Gpu
) -> Iterator[tuple[str, int | None]]:
    """Fewest cards of each method of training."""
    for method in METHODS:
        other = workload.model_copy(update={"method": method})
        fitting = (k for k in GROUPS if runs(setting, inputs, gpu, other, k) is not None)
        yield method, next(fitting, None)


def _why(found: Sequence[Breakdown | Refusal], precisions: Sequence[str], asked: float) -> str:
    """What one card lacks where it comes nearest, with the precision if there are several."""
    rows = [row for row in found if row.gpus in (None, 1)]
    fewer = [row for row in rows if isinstance(row, Breakdown)]
    if fewer:
        nearest = max(fewer, key=lambda row: row.carries)
        unit = nearest.unit if nearest.sessions is None else "sessions"
        told = f"carries {nearest.carries:,.0f} of {asked:,.0f} {unit}"
        return _in_precision(told, nearest.precision, precisions)
    refusal = min((r for r in rows if isinstance(r, Refusal)), key=lambda r: r.shortfall)
    return _in_precision(refusal.text, refusal.precision, precisions)


def _in_precision(told: str, precision: str | None, precisions: Sequence[str]) -> str:
    return f"{precision}: {told}" if precision and len(precisions) > 1 else told


def _proposals(
    inputs: Inputs,
    setting: Setting,
    workload: AnyWorkload,
    gpu: Gpu,
    need: float | None,
    precisions: Sequence[str],
) -> tuple[Proposal, ...]:
    match workload:
        case InferenceWorkload():
            if not by_classes(workload):
                way = Way(workload, workload.precision[0], 1, ceil(need or 1))
                return tuple(_of_serving(workload, r) for r in remedies(setting, inputs, gpu, way))
        case FinetuneWorkload():
            tried = training_remedies(setting, inputs, gpu, workload, 1)
            return tuple(_of_training(workload, gpu, r) for r in tried)
        case EmbeddingWorkload() | ImageWorkload():
            return tuple(_other_precisions(inputs, setting, workload, gpu, precisions))
        case _:
            pass
    return ()


def _of_serving(asked: InferenceWorkload, remedy: Remedy) -> Proposal:
    way, settings = remedy.way, dict[str, str | int]()
    if "cache" in remedy.changed:
        settings["kv-cache"] = way.workload.kv_cache
    if "sessions" in remedy.changed:
        settings["concurrency"] = way.sessions
    if "context" in remedy.changed:
        settings["context"] = way.workload.context_tokens
    return Proposal(
        remedy.changed,
        way.precision,
        way.cards,
        settings,
        remedy.budget,
        remedy.most,
        remedy.distance,
    )


def _of_training(asked: FinetuneWorkload, gpu: Gpu, remedy: TrainingRemedy) -> Proposal:
    run = remedy.workload
    settings: dict[str, str | int] = {
        "method": run.method,
        "optimizer": run.optimizer,
        "recompute": "yes",
        "batch": run.batch_sequences,
        "sequence": run.sequence_tokens,
    }
    changed: tuple[str, ...] = remedy.changed
    kept = {name: value for name, value in settings.items() if name in changed}
    budget = budget_of(remedy.found.parts, remedy.found.usable_bytes, gpu)
    precision, cards = remedy.found.precision, remedy.cards
    return Proposal(changed, precision, cards, kept, budget, None, remedy.distance)


def _other_precisions(
    inputs: Inputs,
    setting: Setting,
    workload: EmbeddingWorkload | ImageWorkload,
    gpu: Gpu,
    accepted: Sequence[str],
) -> list[Proposal]:
    """The most exact precision beside those accepted that runs."""
    offered: tuple[Precision, ...] = offered_precisions(inputs.model(workload))
    for precision in offered:
        if precision in (*accepted, "fp32"):
            continue
        found = breakdown_in(setting, inputs, workload, gpu, precision, 1)
        if isinstance(found, Breakdown):
            budget = budget_of(found.parts, found.usable_bytes, gpu)
            return [Proposal(("precision",), precision, 1, {}, budget, None, 1.0)]
    return []

"""What one workload takes on one card, piece by piece, and how fast it runs there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import Literal

from planner.catalog.items import Gpu
from planner.scenario.demand import UNITS, need_of
from planner.scenario.inputs import Inputs
from planner.scenario.values import Precision
from planner.scenario.workloads import (
    EmbeddingWorkload,
    FinetuneWorkload,
    ImageWorkload,
    InferenceWorkload,
    ModelWorkload,
)
from planner.sizing.candidate import Candidate
from planner.sizing.embedding import embedding_runner
from planner.sizing.finetune import training_refusal, training_runner
from planner.sizing.image import image_runner
from planner.sizing.inference import candidate, runnable, speed_of
from planner.sizing.levels import largest
from planner.sizing.measured_serving import Served, served_as_measured
from planner.sizing.option import Label, Quantum, Refusal
from planner.sizing.pieces import Pieces, runner_pieces, serving_pieces
from planner.sizing.request_classes import (
    Servings,
    mixed_rate,
    nearest,
    rates_of,
    running,
    servings_of,
)
from planner.sizing.requirements import card_refusal
from planner.sizing.serving import replica_of
from planner.sizing.setting import MILLION, Setting
from planner.sizing.shared_work import Runner
from planner.sizing.sizing import quantum_of
from planner.sizing.training_memory import training_memory

Limit = Literal["memory", "speed", "first token"]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A workload on a card or a group of cards of its own.

    Attributes:
        workload: name of the workload.
        gpu: card.
        precision: precision of the weights.
        gpus: cards of one replica.
        link: what joins them.
        parts: (name, bytes) of the memory on each card.
        usable_bytes: memory of a card that replicas may use.
        session_bytes: cache of one session on each card; None where there are no sessions.
        sessions: sessions that memory and service level allow; None where there are none.
        limit: what stops one session more; None where there are no sessions.
        carries: load that the replica carries on cards of its own, in the unit of the demand.
        rate_each: tokens per second that each of them could get; None where there are none.
        rate: load of the replica at full speed, in ``unit``.
        rate_range: the rate at the low and the high end of what is known.
        unit: unit of the rate.
        ttft_ms: time to the first token with all sessions; None where there are none.
        ttft_range_ms: the same at the high and the low end of the speed.
        speed: relative range of the rate (low, high).
        label: how the rate is known.
        source: where the rate comes from.
        lowest_bytes: low end of the memory on each card, where it is known as a range only.
    """

    workload: str
    gpu: str
    precision: str
    gpus: int
    link: str
    parts: Pieces
    usable_bytes: int
    session_bytes: int | None
    sessions: int | None
    limit: Limit | None
    carries: float
    rate_each: float | None
    rate: float
    rate_range: tuple[float, float]
    unit: str
    ttft_ms: float | None
    ttft_range_ms: tuple[float, float] | None
    speed: tuple[float, float]
    label: Label
    source: str
    lowest_bytes: int | None = None

    @property
    def memory_bytes(self) -> int:
        """Memory on each card."""
        return sum(size for _, size in self.parts)


def breakdown(
    inputs: Inputs, workload: ModelWorkload, gpu: Gpu, precision: Precision, cards: int = 1
) -> Breakdown | Refusal:
    """A workload on a card, or why it does not run there.

    Sessions are those that memory and the service level allow, whatever the demand.

    Args:
        inputs: the scenario and its catalogue.
        workload: a workload with a model.
        gpu: the card.
        precision: precision of the weights; the method decides it for fine-tuning.
        cards: cards of the group; embeddings and images run on one.

    Raises:
        InputError: if a constant of an engine is missing from the catalogue.
    """
    return breakdown_in(Setting.of(inputs), inputs, workload, gpu, precision, cards)


def breakdown_in(
    setting: Setting,
    inputs: Inputs,
    workload: ModelWorkload,
    gpu: Gpu,
    precision: Precision,
    cards: int,
) -> Breakdown | Refusal:
    """The same where the setting is known, for many cards in a row."""
    if refused := card_refusal(workload, gpu, inputs.scenario):
        return refused
    if isinstance(workload, InferenceWorkload):
        quantum = quantum_of(need_of(workload, inputs.scenario))
        if quantum.classes:
            return _by_class(inputs, workload, gpu, precision, cards, quantum, setting)
        return _serving(inputs, workload, gpu, precision, cards, setting)
    runner = _runner(inputs, workload, gpu, precision, cards, setting)
    if isinstance(runner, Refusal):
        return runner
    pieces = runner_pieces(workload, inputs.model(workload), runner, setting.engines)
    found = _of_runner(workload, runner, pieces, setting)
    if not isinstance(workload, FinetuneWorkload) or workload.method != "full":
        return found
    model, trainer = inputs.model(workload), setting.engines.trainer
    memory = training_memory(workload, model, runner.cards, trainer)
    return replace(found, lowest_bytes=ceil(memory.lowest))


def at_sessions(found: Candidate, sessions: int) -> Breakdown:
    """A replica of a language model with some sessions, which it must be able to hold."""
    return _of_candidate(found, sessions)


def _runner(
    inputs: Inputs,
    workload: EmbeddingWorkload | ImageWorkload | FinetuneWorkload,
    gpu: Gpu,
    precision: Precision,
    cards: int,
    setting: Setting,
) -> Runner | Refusal:
    model = inputs.model(workload)
    match workload:
        case EmbeddingWorkload():
            return embedding_runner(workload, model, gpu, precision, setting)
        case ImageWorkload():
            return image_runner(workload, model, gpu, precision, setting)
        case FinetuneWorkload():
            if refused := training_refusal(workload, model, gpu):
                return refused
            memory = training_memory(workload, model, cards, setting.engines.trainer)
            return training_runner(workload, model, gpu, cards, memory, setting)


def _serving(
    inputs: Inputs,
    workload: InferenceWorkload,
    gpu: Gpu,
    precision: Precision,
    cards: int,
    setting: Setting,
) -> Breakdown | Refusal:
    model = inputs.model(workload)
    kernels = runnable(workload, model, gpu, precision, setting)
    if isinstance(kernels, Refusal):
        return kernels
    replica = replica_of(workload, model, precision, cards, setting.engines)
    found = candidate(workload, gpu, replica, kernels, setting)
    if isinstance(found, Refusal):
        return found
    most = found.usable // replica.session_bytes
    if served := served_as_measured(workload, inputs, found):
        sessions = largest(served.fits, most)
        return _of_served(served, sessions) if sessions else served.refusal()
    sessions = largest(found.fits, most)
    return _of_candidate(found, sessions) if sessions else found.refusal()


def _by_class(
    inputs: Inputs,
    workload: InferenceWorkload,
    gpu: Gpu,
    precision: Precision,
    cards: int,
    quantum: Quantum,
    setting: Setting,
) -> Breakdown | Refusal:
    """A replica with the classes of requests as in the busiest month."""

    def found(setting: Setting) -> Servings | Refusal:
        model = inputs.model(workload)
        return servings_of(workload, model, gpu, precision, cards, quantum, setting)

    def rate(servings: Servings | Refusal) -> float:
        if isinstance(servings, Refusal):
            return 0.0
        return float(mixed_rate(rates_of(servings), quantum.classes))

    servings = found(setting)
    if isinstance(servings, Refusal):
        return servings
    if not rate(servings):
        return nearest(servings, quantum.classes)
    largest_one = max(running(servings), key=lambda s: s.point.memory_bytes)
    replica, engine = largest_one.found.replica, largest_one.found.replica.engine
    speed = speed_of(replica)
    ends = [rate(found(setting.at_pace(workload.name, end))) for end in (speed.low, speed.high)]
    return Breakdown(
        workload=workload.name,
        gpu=gpu.id,
        precision=precision,
        gpus=cards,
        link=largest_one.found.machine.link.name,
        parts=serving_pieces(replica, largest_one.point.sessions),
        usable_bytes=largest_one.found.usable,
        session_bytes=replica.session_bytes,
        sessions=None,
        limit=None,
        carries=rate(servings),
        rate_each=None,
        rate=rate(servings),
        rate_range=(ends[0], ends[1]),
        unit=quantum.unit,
        ttft_ms=None,
        ttft_range_ms=None,
        speed=(speed.low, speed.high),
        label=Label.MODELLED,
        source=f"{engine.ENGINE} {engine.version}, first constants",
    )


def _of_candidate(found: Candidate, sessions: int) -> Breakdown:
    replica, engine = found.replica, found.replica.engine
    speed, step_s = speed_of(replica), found.step_s(sessions)
    middle = found.slowdown * sessions / step_s
    return Breakdown(
        workload=found.subject.workload,
        gpu=found.gpu.id,
        precision=replica.precision,
        gpus=replica.cards,
        link=found.machine.link.name,
        parts=serving_pieces(replica, sessions),
        usable_bytes=found.usable,
        session_bytes=replica.session_bytes,
        sessions=sessions,
        limit=_limit(found, sessions + 1),
        carries=float(sessions),
        rate_each=1.0 / step_s,
        rate=sessions / step_s,
        rate_range=(middle * speed.low, middle * speed.high),
        unit="tokens/s",
        ttft_ms=found.ttft_s(step_s) * 1000,
        ttft_range_ms=_first_token_ms(found, step_s),
        speed=(speed.low, speed.high),
        label=Label.MODELLED,
        source=f"{engine.ENGINE} {engine.version}, first constants",
    )


def _of_served(served: Served, sessions: int) -> Breakdown:
    """With the speed that was measured of so many sessions, or that of the formula within it."""
    modelled, measured = _of_candidate(served.formula, sessions), served.measured(sessions)
    step_s, ttft_ms = served.step_s(sessions), served.ttft_s(sessions) * 1000
    limit: Limit = "memory"
    if served.formula.replica.memory_bytes(sessions + 1) <= served.formula.usable:
        share = served.formula.share_ppm(served.step_s(sessions + 1))
        limit = "speed" if share > served.formula.max_share_ppm else "first token"
    shown = replace(
        modelled, rate_each=1.0 / step_s, rate=sessions / step_s, ttft_ms=ttft_ms, limit=limit
    )
    if measured is None:
        return shown
    return replace(
        shown,
        rate_range=(shown.rate, shown.rate),
        ttft_range_ms=(ttft_ms, ttft_ms),
        speed=(1.0, 1.0),
        label=Label.MEASURED,
        source=measured.source,
    )


def _limit(found: Candidate, sessions: int) -> Limit:
    """What a number of sessions that does not fit lacks first."""
    if found.replica.memory_bytes(sessions) > found.usable:
        return "memory"
    slow = found.share_ppm(found.step_s(sessions)) > found.max_share_ppm
    return "speed" if slow else "first token"


def _first_token_ms(found: Candidate, step_s: float) -> tuple[float, float]:
    """Time to the first token at the high and the low end of the speeds."""
    step, prompts = speed_of(found.replica), found.replica.engine.prefill_speed
    prompt_ms = (found.ttft_s(step_s) - step_s) / found.prefill_slowdown * 1000
    step_ms = step_s / found.slowdown * 1000
    return (
        prompt_ms / prompts.high + step_ms / step.high,
        prompt_ms / prompts.low + step_ms / step.low,
    )


def _of_runner(
    workload: ModelWorkload, runner: Runner, pieces: Pieces, setting: Setting
) -> Breakdown:
    speed = runner.speed
    pooled = isinstance(workload, FinetuneWorkload) and workload.time_shared
    middle = runner.rate * setting.slowdown(workload.name, speed)
    return Breakdown(
        workload=workload.name,
        gpu=runner.gpu.id,
        precision=runner.precision,
        gpus=runner.cards,
        link=runner.link.name,
        parts=pieces,
        usable_bytes=setting.usable_bytes(runner.gpu, ecc=workload.requires.ecc),
        session_bytes=None,
        sessions=None,
        limit=None,
        carries=runner.rate * (1.0 if pooled else setting.max_share_ppm / MILLION),
        rate_each=None,
        rate=runner.rate,
        rate_range=(middle * speed.low, middle * speed.high),
        unit=UNITS[workload.task],
        ttft_ms=None,
        ttft_range_ms=None,
        speed=(speed.low, speed.high),
        label=Label.MODELLED,
        source=runner.source,
    )

"""What would make a model fit: each change is tried by sizing it, the nearest is told first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from math import log2
from typing import Literal, Protocol, TypeAlias, TypeVar

from planner.catalog.items import Gpu
from planner.scenario.inputs import Inputs
from planner.scenario.precisions import offered_precisions
from planner.scenario.values import KvPrecision, Precision
from planner.scenario.workloads import InferenceWorkload
from planner.sizing.budget import Budget, serving_budget
from planner.sizing.candidate import Candidate
from planner.sizing.levels import GROUPS
from planner.sizing.setting import Setting
from planner.sizing.trying import at_context, candidate_of, longest_context, most_sessions
from planner.sizing.weights import weights_of

Knob: TypeAlias = Literal["cache", "precision", "cards", "sessions", "context"]
MOST = 5
"""No more changes are proposed."""
LEAST_CONTEXT = 1 / 8
"""A context that is cut to less than this share is no help."""
OTHER_ENGINE = 1.0
"""Another program to serve with counts as one halving."""
NOT_USUAL = 0.5
"""So does half a precision in which few checkpoints are published."""
USUAL: tuple[Precision, ...] = ("fp8", "awq-int4")
COARSE: tuple[Precision, ...] = ("gguf-q3_k_s", "gguf-q2_k")
"""Below four bits answers suffer, so these are not proposed."""
MOST_KNOBS = 2
"""No proposal changes more than two things."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to serve a workload on a kind of card.

    Attributes:
        workload: the workload, with its context and the precision of its cache.
        precision: precision of the weights.
        cards: cards of the group.
        sessions: sessions at a time.
    """

    workload: InferenceWorkload
    precision: Precision
    cards: int
    sessions: int


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change that makes it fit.

    Attributes:
        changed: what is changed, in the order of trying.
        way: what it is changed to.
        distance: how many halvings or doublings that is.
        budget: memory of a card then.
        most: sessions that would fit then.
    """

    changed: tuple[Knob, ...]
    way: Way
    distance: float
    budget: Budget
    most: int


def remedies(setting: Setting, inputs: Inputs, gpu: Gpu, asked: Way) -> tuple[Remedy, ...]:
    """Changes that make a way fit which does not, the nearest first.

    Near is what halves or doubles least: bytes of the weights and of the cache, cards, sessions,
    tokens. Another precision that the workload accepts is no change. A change that only adds to
    another one and is no nearer is left out.
    """
    found: list[Remedy] = []
    for way, changed, distance in _starts(setting, inputs, asked):
        if len(found) >= MOST and distance >= found[-1].distance:
            break
        for remedy in _tried(setting, inputs, gpu, way, changed, distance):
            if len(remedy.changed) <= MOST_KNOBS:
                found = nearest([*found, remedy])
    return tuple(found)


def fits(setting: Setting, inputs: Inputs, gpu: Gpu, way: Way) -> Candidate | None:
    """The replica of a way, or None where it does not fit."""
    found = candidate_of(setting, inputs, way.workload, gpu, way.precision, way.cards)
    return found if isinstance(found, Candidate) and found.fits(way.sessions) else None


def _starts(
    setting: Setting, inputs: Inputs, asked: Way
) -> list[tuple[Way, tuple[Knob, ...], float]]:
    """Ways with another cache, precision or group, by what they are away from the one asked for."""
    caches: list[KvPrecision] = [asked.workload.kv_cache]
    caches += ["fp8"] if asked.workload.kv_cache == "bf16" else []
    groups = [asked.cards, *(cards for cards in GROUPS if cards > asked.cards)]
    lighter = _lighter(setting, inputs, asked)
    starts = []
    for kv_cache, (precision, away), cards in product(caches, lighter, groups):
        workload = asked.workload.model_copy(update={"kv_cache": kv_cache})
        way = Way(workload, precision, cards, asked.sessions)
        knobs: list[tuple[Knob, float]] = [
            ("cache", 0.0 if kv_cache == asked.workload.kv_cache else 1.0),
            ("precision", away),
            ("cards", log2(cards / asked.cards)),
        ]
        changed = tuple(name for name, distance in knobs if distance)
        starts.append((way, changed, sum(distance for _, distance in knobs)))
    return sorted(starts, key=lambda start: (start[2], len(start[1])))


def _lighter(setting: Setting, inputs: Inputs, asked: Way) -> list[tuple[Precision, float]]:
    """The precisions that are accepted, and others with fewer bytes, each with its distance."""
    model = inputs.model(asked.workload)
    engines = setting.engines
    whole = float(weights_of(model, asked.precision, engines).total)
    found: list[tuple[Precision, float]] = [(asked.precision, 0.0)]
    for precision in offered_precisions(model):
        total = float(weights_of(model, precision, engines).total)
        other = precision.startswith("gguf-") != asked.precision.startswith("gguf-")
        if precision in asked.workload.precision:
            found += [(precision, 0.0)] * (precision != asked.precision)
        elif total < whole and precision not in COARSE:
            strange = NOT_USUAL if precision not in USUAL else 0.0
            engine = OTHER_ENGINE if other else 0.0
            found.append((precision, log2(whole / total) + strange + engine))
    return found


def _tried(
    setting: Setting,
    inputs: Inputs,
    gpu: Gpu,
    way: Way,
    changed: tuple[Knob, ...],
    distance: float,
) -> Iterator[Remedy]:
    """The way as it is where it fits, else with fewer sessions, and with a shorter context."""
    found = candidate_of(setting, inputs, way.workload, gpu, way.precision, way.cards)
    if not isinstance(found, Candidate):
        return
    most = most_sessions(found)
    if most >= way.sessions:
        if changed:
            yield Remedy(changed, way, distance, serving_budget(found, way.sessions), most)
        return
    if most:
        fewer, away = replace(way, sessions=most), log2(way.sessions / most)
        budget = serving_budget(found, most)
        yield Remedy((*changed, "sessions"), fewer, distance + away, budget, most)
    yield from _shorter(setting, inputs, gpu, way, changed, distance)


def _shorter(
    setting: Setting,
    inputs: Inputs,
    gpu: Gpu,
    way: Way,
    changed: tuple[Knob, ...],
    distance: float,
) -> Iterator[Remedy]:
    w, asked = way.workload, way.workload.context_tokens
    tokens = longest_context(setting, inputs, w, gpu, way.precision, way.cards, way.sessions)
    if not LEAST_CONTEXT * asked <= tokens < asked:
        return
    shorter = replace(way, workload=at_context(w, tokens))
    found = fits(setting, inputs, gpu, shorter)
    if found is not None:
        budget, away = serving_budget(found, way.sessions), log2(asked / tokens)
        most = most_sessions(found)
        yield Remedy((*changed, "context"), shorter, distance + away, budget, most)


class Change(Protocol):
    """What is changed, and how far that is."""

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of what is changed."""

    @property
    def distance(self) -> float:
        """How many halvings or doublings it is."""


C = TypeVar("C", bound=Change)


def nearest(found: Iterable[C]) -> list[C]:
    """The nearest changes, without those that add to another one and are no nearer for it."""
    kept: list[C] = []
    for change in sorted(found, key=lambda c: (c.distance, len(c.changed))):
        if not any(set(k.changed) <= set(change.changed) for k in kept):
            kept.append(change)
    return kept[:MOST]

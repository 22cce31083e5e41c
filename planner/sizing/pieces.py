"""The memory of a replica on each card, piece by piece; the pieces add up to what it takes."""

from __future__ import annotations

from math import ceil
from typing import TypeAlias

from planner.catalog.architecture import ModelEntry
from planner.scenario.workloads import EmbeddingWorkload, FinetuneWorkload, ImageWorkload
from planner.sizing.engines import Engines, Vllm
from planner.sizing.finetune import training_pieces
from planner.sizing.image import activation_bytes
from planner.sizing.image_memory import loaded_bytes
from planner.sizing.overhead import fixed_bytes
from planner.sizing.serving import Replica
from planner.sizing.shared_work import Runner
from planner.sizing.training_memory import training_memory
from planner.sizing.weights import weights_of
from planner.units import GIB

Pieces: TypeAlias = tuple[tuple[str, int], ...]
"""(name, bytes) of the memory on each card."""

WEIGHTS = "weights"
CACHE = "cache of keys and values"
ACTIVATIONS = "activations"
ENGINE = "engine"


def serving_pieces(replica: Replica, sessions: int) -> Pieces:
    """Memory of a language model: what llama.cpp computes in is counted as its engine."""
    whole, fixed = replica.engine_bytes(sessions), 0
    match replica.engine:
        case Vllm() as vllm:
            fixed = min(whole, ceil(fixed_bytes(replica.transformer, replica.cards, vllm)))
        case _:
            fixed = whole
    return (
        (WEIGHTS, replica.weight_bytes),
        (CACHE, sessions * replica.session_bytes),
        (ACTIVATIONS, whole - fixed),
        (ENGINE, fixed),
    )


def runner_pieces(
    workload: EmbeddingWorkload | ImageWorkload | FinetuneWorkload,
    model: ModelEntry,
    runner: Runner,
    engines: Engines,
) -> Pieces:
    """Memory of a replica that works at a rate."""
    match workload:
        case EmbeddingWorkload():
            encoder = engines.encoder
            weights = float(weights_of(model, runner.precision, engines).total)
            engine = (encoder.context_gib + encoder.buffer_gib) * GIB
        case ImageWorkload():
            assert model.diffusion is not None
            weights = float(loaded_bytes(model.diffusion, runner.precision, engines.diffusers))
            engine = engines.diffusers.context_gib * GIB
            peak = activation_bytes(model.diffusion, workload)
            return _adding_up(runner.memory_bytes, weights, engine, peak)
        case FinetuneWorkload():
            memory = training_memory(workload, model, runner.cards, engines.trainer)
            weights, peak, engine = training_pieces(memory).values()
            return _adding_up(runner.memory_bytes, weights, engine, peak)
    return _adding_up(runner.memory_bytes, weights, engine)


def _adding_up(total: int, weights: float, engine: float, peak: float | None = None) -> Pieces:
    """Whole bytes whose sum is the total; without a peak, activations are the rest."""
    first = ceil(weights)
    rest = total - first
    activations = rest - ceil(engine) if peak is None else min(rest, ceil(peak))
    return ((WEIGHTS, first), (ACTIVATIONS, activations), (ENGINE, rest - activations))

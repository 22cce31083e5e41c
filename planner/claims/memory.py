"""Memory of weights, of training and of sessions, 10^9 bytes as pages count it."""

from __future__ import annotations

from planner.catalog.architecture import ModelEntry
from planner.catalog.catalog import Catalog
from planner.claims.asking import only, tuned
from planner.claims.terms_schema import (
    CacheTerm,
    TrainingTerm,
    WeightsTerm,
)
from planner.claims.world import UnknownError
from planner.scenario.workloads import FinetuneWorkload
from planner.sizing.engines import Engines
from planner.sizing.kv_cache import vllm_cache
from planner.sizing.training_memory import training_memory
from planner.sizing.weights import weights_of

BILLION = 1e9


def weights_gb(term: WeightsTerm, catalog: Catalog) -> float:
    """Weights of a model in a precision.

    Raises:
        UnknownError: if the model is not known.
    """
    model = model_of(term.model, catalog)
    if model.transformer is None:
        raise UnknownError(f"{term.model} is not a language model")
    return float(weights_of(model, term.precision, Engines.of(catalog)).total) / BILLION


def training_gb(term: TrainingTerm, catalog: Catalog) -> float:
    """Memory of a training run on one card: all of it, or weights, gradients and optimiser.

    Raises:
        UnknownError: if the model is not known, or cannot be trained so.
    """
    inputs = tuned(term, catalog)
    workload = only(inputs)
    assert isinstance(workload, FinetuneWorkload)
    model, engines = inputs.model(workload), Engines.of(catalog)
    memory = training_memory(workload, model, 1, engines.trainer)
    state = memory.weights + memory.adapters
    return (state if term.part == "state" else memory.total) / BILLION


def cache_gb(term: CacheTerm, catalog: Catalog) -> float:
    """Keys and values of one session.

    Raises:
        UnknownError: if the model is not known.
    """
    model = model_of(term.model, catalog)
    if model.transformer is None:
        raise UnknownError(f"{term.model} has no cache")
    shape = vllm_cache(model.transformer, term.kv_cache, 1, Engines.of(catalog).vllm)
    return shape.session_bytes(term.context_tokens) / BILLION


def model_of(name: str, catalog: Catalog) -> ModelEntry:
    """A model of the catalogue.

    Raises:
        UnknownError: if there is none.
    """
    if name not in catalog.models:
        raise UnknownError(f"the catalogue has no model `{name}`")
    return catalog.models[name]

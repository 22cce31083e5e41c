"""One model on one card, as a scenario of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from planner.catalog.catalog import Catalog
from planner.catalog.items import Gpu
from planner.claims.schema import (
    FitAbout,
    RateAbout,
)
from planner.claims.terms_schema import (
    ServingQuestion,
    TrainingTerm,
    TuningTerm,
)
from planner.claims.world import UnknownError
from planner.errors import InputError
from planner.scenario.inputs import Inputs
from planner.scenario.question import Question, inputs_of
from planner.scenario.workloads import (
    FinetuneWorkload,
    InferenceWorkload,
    ModelWorkload,
)
from planner.sizing.candidate import Candidate
from planner.sizing.inference import candidate, runnable
from planner.sizing.option import Refusal
from planner.sizing.precision import foreign_to_cuda
from planner.sizing.serving import Replica, replica_of
from planner.sizing.setting import Setting

ANY_SPEED = 0.001
"""Tokens per second that are asked where speed shall not matter."""


def card(catalog: Catalog, name: str) -> Gpu:
    """A card of the catalogue.

    Raises:
        UnknownError: if there is none.
    """
    if name not in catalog.gpus:
        raise UnknownError(f"the catalogue has no card `{name}`")
    return catalog.gpu(name)


def cuda_card(catalog: Catalog, name: str) -> Gpu:
    """A card of the catalogue of which the engines' constants say something.

    Raises:
        UnknownError: if there is none, or it is no CUDA card.
    """
    gpu = card(catalog, name)
    if foreign := foreign_to_cuda(gpu):
        raise UnknownError(f"{name}: {foreign}")
    return gpu


def asked(question: Question, catalog: Catalog) -> Inputs:
    """The scenario of a question.

    Raises:
        UnknownError: if the model is not known, or cannot be asked that.
    """
    try:
        return inputs_of(question, catalog, Path())
    except InputError as error:
        raise UnknownError("; ".join(d.message for d in error.diagnostics)) from None


@dataclass(frozen=True, slots=True)
class Served:
    """A language model on a card or a group of cards.

    Attributes:
        replica: the model, whatever the card.
        found: the replica on the card.
        setting: constants.
    """

    replica: Replica
    found: Candidate
    setting: Setting


def served(
    about: ServingQuestion | FitAbout | RateAbout, gpu: Gpu, catalog: Catalog
) -> Served | Refusal:
    """A language model on a card, or why the card does not run it at all.

    Raises:
        UnknownError: if the model is not known.
    """
    question = Question(
        about.model,
        task="inference",
        context_tokens=about.context_tokens,
        precision=(about.precision,),
        kv_cache=about.kv_cache,
        tokens_per_s=ANY_SPEED,
    )
    inputs = asked(question, catalog)
    workload = only(inputs)
    assert isinstance(workload, InferenceWorkload)
    setting, model = Setting.of(inputs), inputs.model(workload)
    kernels = runnable(workload, model, gpu, about.precision, setting)
    if isinstance(kernels, Refusal):
        return kernels
    replica = replica_of(workload, model, about.precision, about.cards, setting.engines)
    found = candidate(workload, gpu, replica, kernels, setting)
    return found if isinstance(found, Refusal) else Served(replica, found, setting)


def tuned(about: FitAbout | TrainingTerm | TuningTerm, catalog: Catalog) -> Inputs:
    """The scenario of a fine-tuning.

    Raises:
        UnknownError: if the model is not known, or cannot be trained so.
    """
    tokens = about.context_tokens if isinstance(about, FitAbout) else about.sequence_tokens
    question = Question(about.model, task="finetune", method=about.method, context_tokens=tokens)
    inputs = asked(question, catalog)
    if isinstance(about, TuningTerm):
        return inputs
    workload = only(inputs)
    assert isinstance(workload, FinetuneWorkload)
    changed = workload.model_copy(update={"optimizer": about.optimizer})
    return replace(inputs, scenario=inputs.scenario.model_copy(update={"workloads": (changed,)}))


def only(inputs: Inputs) -> ModelWorkload:
    """The only workload of a question."""
    (workload,) = inputs.scenario.workloads
    assert not hasattr(workload, "need")
    return workload

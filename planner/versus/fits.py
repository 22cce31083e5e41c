"""Which models of a standard set fit which card, and what remains for context and sessions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import floor
from typing import Literal

from planner.catalog.architecture import ModelEntry
from planner.catalog.catalog import Catalog
from planner.catalog.items import Gpu
from planner.claims.asking import Served, served
from planner.claims.fitting import need_of
from planner.claims.schema import FitAbout
from planner.claims.verdicts import FITTING
from planner.claims.world import UnknownError
from planner.scenario.question import USUAL_CONTEXT, usual_precisions
from planner.sizing.engines import LlamaCpp
from planner.sizing.kv_cache import vllm_cache
from planner.studies.choices import not_sized
from planner.units import GIB

STANDARD = (
    "llama-3.2-3b", "llama-3.1-8b", "qwen2.5-7b", "mistral-7b-v0.3", "gemma-2-9b", "llama-2-13b",
    "phi-4", "qwen3-14b", "gpt-oss-20b", "mistral-small-24b", "gemma-3-27b", "qwen3-30b-a3b",
    "qwen2.5-coder-32b", "qwq-32b", "codellama-34b", "mixtral-8x7b", "llama-3.3-70b",
    "qwen2.5-72b", "gpt-oss-120b", "mixtral-8x22b", "deepseek-v2", "llama-3.1-405b",
    "bge-m3", "sdxl-base-1.0", "flux.1-dev",
)  # fmt: skip
"""Twenty-five models from 0.6 to 405 billion parameters: chat, code, experts, vectors, pictures."""
TUNED = ("llama-3.1-8b", "llama-2-13b", "qwen2.5-coder-32b", "llama-3.3-70b")
"""Models whose fine-tuning is looked at."""
EIGHT_BIT = "full, 8-bit AdamW"
METHODS: Mapping[str, tuple[Literal["qlora", "lora", "full"], Literal["adamw", "adamw-8bit"]]] = {
    "qlora": ("qlora", "adamw"), "lora": ("lora", "adamw"), "full": ("full", "adamw"),
    EIGHT_BIT: ("full", "adamw-8bit"),
}  # fmt: skip
"""Ways of fine-tuning: the method and its optimiser."""
SEQUENCE = 2048
"""Tokens of a training sequence."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A model on a card.

    Attributes:
        model: id of the model.
        gpu: id of the card.
        way: precision of the weights, or the method of fine-tuning.
        word: ok, edge (more than nine tenths of the usable memory), no, `not sized` or `unknown`.
        needed_gib: memory that is needed; None where the card does not run it at all, and where
            that is not known.
        usable_gib: memory that may be used with error correction off; None where that is not known.
        with_ecc_gib: the same with it on; None where the card has none, and where not known.
        needs_ecc_off: whether it fits, but not with error correction on.
        longest_context: most tokens of one session; None where there are no sessions.
        sessions: sessions of the usual context that memory allows; None where there are none.
        text: the figures, or why it does not run.
    """

    model: str
    gpu: str
    way: str
    word: str
    needed_gib: float | None
    usable_gib: float | None
    with_ecc_gib: float | None
    needs_ecc_off: bool
    longest_context: int | None
    sessions: int | None
    text: str


def fits(catalog: Catalog, gpu: str) -> Iterator[Fit]:
    """Every model of the standard set on a card, in every usual precision."""
    card = catalog.gpu(gpu)
    for name in STANDARD:
        model = catalog.models[name]
        for precision in usual_precisions(model):
            yield fit(catalog, model, card, precision)


def tunings(catalog: Catalog, gpu: str) -> Iterator[Fit]:
    """Fine-tuning of some models on a card, by every method."""
    card = catalog.gpu(gpu)
    for name in TUNED:
        for way, (method, optimizer) in METHODS.items():
            about = FitAbout(
                check="fit", gpus=(gpu,), model=name, task="finetune", method=method,
                optimizer=optimizer, context_tokens=SEQUENCE,
            )  # fmt: skip
            yield _looked_at(about, card, catalog, catalog.models[name], way)


def fit(catalog: Catalog, model: ModelEntry, card: Gpu, precision: str) -> Fit:
    """A model on a card in a precision."""
    about = FitAbout.model_validate(
        {
            "check": "fit",
            "gpus": (card.id,),
            "model": model.id,
            "task": _task(model),
            "precision": precision,
            "context_tokens": usual_context(model),
        }
    )
    return _looked_at(about, card, catalog, model, precision)


def _looked_at(about: FitAbout, card: Gpu, catalog: Catalog, model: ModelEntry, way: str) -> Fit:
    if foreign := not_sized(card):
        return _open(model.id, card.id, way, "not sized", foreign)
    try:
        need = need_of(about, card, catalog)
        context, sessions = _room(about, card, catalog, model)
    except UnknownError as error:
        return _open(model.id, card.id, way, "unknown", str(error))
    corrected = _with_ecc(card, need.usable)
    too_large = corrected is not None and need.needed is not None and need.needed > corrected
    return Fit(
        model.id, card.id, way, need.word, _gib(need.needed), _gib(need.usable), _gib(corrected),
        need.word in FITTING and too_large, context, sessions, need.text,
    )  # fmt: skip


def _open(model: str, gpu: str, way: str, word: str, why: str) -> Fit:
    return Fit(model, gpu, way, word, None, None, None, False, None, None, why)


def _with_ecc(card: Gpu, usable: int | None) -> int | None:
    """What may be used with error correction on."""
    if usable is None or not card.ecc:
        return None
    return floor(usable * card.ecc_capacity_factor)


def usual_context(model: ModelEntry) -> int:
    """Tokens of a session that is looked at: 8,192, or what the model reads."""
    most = model.transformer.max_context_tokens if model.transformer else USUAL_CONTEXT
    return min(USUAL_CONTEXT, most)


def _gib(size: int | None) -> float | None:
    return None if size is None else round(size / GIB, 1)


def _task(model: ModelEntry) -> str:
    match model.kind:
        case "encoder" | "reranker":
            return "embedding"
        case "diffusion":
            return "image"
        case _:
            return "inference"


def _room(
    about: FitAbout, card: Gpu, catalog: Catalog, model: ModelEntry
) -> tuple[int | None, int | None]:
    """Longest context of one session, and sessions of the usual context."""
    if about.task != "inference" or model.transformer is None:
        return None, None
    found = served(about, card, catalog)
    if not isinstance(found, Served) or isinstance(found.replica.engine, LlamaCpp):
        return None, None
    replica, usable = found.replica, found.found.usable
    shape = vllm_cache(model.transformer, about.kv_cache, 1, found.setting.engines.vllm)
    fixed = replica.memory_bytes(1) - replica.session_bytes
    most = model.transformer.max_context_tokens
    if fixed + shape.session_bytes(1) > usable:
        return 0, 0
    step = 64
    longest = bisect_right(
        range(step, most + 1, step), usable - fixed, key=shape.session_bytes
    ) * step  # fmt: skip
    sessions = bisect_right(range(1, 4097), usable, key=replica.memory_bytes)
    return min(longest, most), sessions


def best(found: list[Fit], model: str) -> Fit:
    """The most exact way that fits with a tenth to spare, else that fits, else the nearest.

    Where none fits and of one it is not known, that one.
    """
    own = [f for f in found if f.model == model]
    for word in ("ok", "edge", "unknown"):
        if fitting := [f for f in own if f.word == word]:
            return fitting[0]
    return min(own, key=lambda f: f.needed_gib if f.needed_gib is not None else float("inf"))

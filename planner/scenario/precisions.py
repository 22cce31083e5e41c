"""In which precisions the engines of our day offer a model."""

from __future__ import annotations

from typing import get_args

from planner.catalog.architecture import ModelEntry
from planner.scenario.values import Precision

ALL: tuple[Precision, ...] = get_args(Precision)
ENCODERS: tuple[Precision, ...] = ("fp32", "bf16", "fp8", "int8")
IMAGES: tuple[Precision, ...] = ("fp32", "bf16", "fp8", "int8", "nf4")


def offered_precisions(model: ModelEntry) -> tuple[Precision, ...]:
    """Precisions that a model is offered in; nobody quantises to mxfp4 who does not publish it."""
    if model.kind == "diffusion":
        return IMAGES
    if model.kind in ("encoder", "reranker"):
        return ENCODERS
    published = model.transformer is not None and model.transformer.native_precision == "mxfp4"
    return tuple(p for p in ALL if p != "mxfp4" or published)

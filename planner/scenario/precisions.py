"""In which precisions the engines of our day offer a model."""

from __future__ import annotations

from typing import get_args

from planner.catalog.architecture import ModelEntry, NativePrecision
from planner.scenario.values import Precision

ALL: tuple[Precision, ...] = get_args(Precision)
ENCODERS: tuple[Precision, ...] = ("fp32", "bf16", "fp8", "int8")
ANY: tuple[NativePrecision, ...] = ("bf16", "fp8")
"""Precisions of published weights from which all others are made."""
IMAGES: tuple[Precision, ...] = ("fp32", "bf16", "fp8", "int8", "nf4")


def offered_precisions(model: ModelEntry) -> tuple[Precision, ...]:
    """Precisions that a model is offered in; nobody quantises to mxfp4 who does not publish it.

    Weights that are published in few bits only come in those: nothing more exact can be made of
    them.
    """
    if model.kind == "diffusion":
        return IMAGES
    if model.kind in ("encoder", "reranker"):
        return ENCODERS
    published = model.transformer.native_precision if model.transformer else "bf16"
    if published not in ANY and published != "mxfp4":
        return (published,)
    return tuple(p for p in ALL if p != "mxfp4" or published == "mxfp4")

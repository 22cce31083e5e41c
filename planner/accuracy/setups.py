"""Settings of a measured run, as the functions of sizing take them."""

from __future__ import annotations

from fractions import Fraction
from typing import cast

from planner.accuracy.observations import Observation
from planner.sizing.image_memory import ImageFormat, ImageSetup, Offload
from planner.sizing.training_memory import TrainingSetup
from planner.sizing.weights import HALF, Format


def training_setup(row: Observation) -> TrainingSetup:
    """How the run of a row was set up.

    Raises:
        AssertionError: if the row does not say.
    """
    assert row.method is not None
    assert row.tokens is not None
    kernels = (row.kernels or "").split()
    return TrainingSetup(
        method=row.method,
        tokens=row.tokens * (row.batch or 1),
        optimizer=row.optimizer or "adamw",
        rank=row.rank or 16,
        targets=tuple((row.targets or "").split()),
        recompute=bool(row.recompute),
        sharding=row.sharding or "none",
        fused_loss="fused-loss" in kernels,
        fused_layers="fused-layers" in kernels,
        frozen_bytes=Fraction(4) if row.precision == "fp32" else HALF,
        double_quant=row.precision == "nf4-dq",
        upcast=row.engine not in ("litgpt", "torchtune"),
    )


def image_setup(row: Observation) -> ImageSetup:
    """How the images of a row were made; `kernels` names what was not the usual way."""
    told = set((row.kernels or "").split())
    offload = {"offload-model": "model", "offload-sequential": "sequential"}
    moved = [offload[word] for word in told & set(offload)]
    return ImageSetup(
        precision=cast("ImageFormat", row.precision),
        images=row.batch or 1,
        bitsandbytes="bitsandbytes" in told,
        sliced_decoder="sliced-decoder" in told,
        small_decoder="small-decoder" in told,
        offload=cast("Offload", moved[0]) if moved else "none",
    )


def format_of(row: Observation) -> Format:
    """Precision of the weights of a language model."""
    return cast("Format", row.precision)

"""Memory of a model that makes images (formulas in docs/reference/sizing.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias, assert_never

from planner.catalog.architecture import Diffusion
from planner.catalog.items import exact
from planner.scenario.values import Precision
from planner.sizing.engines import Diffusers
from planner.sizing.weights import HALF, NF4
from planner.units import GIB

ImageFormat: TypeAlias = Precision | Literal["int4"]
"""Precisions of scenarios, and a further format in which memory was measured."""
Offload: TypeAlias = Literal["none", "model", "sequential"]
BYTES: Mapping[ImageFormat, Fraction] = {
    "fp32": Fraction(4),
    "bf16": HALF,
    "fp8": Fraction(1),
    "int8": Fraction(1),
    "nf4": NF4,
    "int4": Fraction(1, 2) + Fraction(4, 64),
}
"""Bytes of a weight of the denoiser and the text encoders in the formats that diffusers loads."""


@dataclass(frozen=True, slots=True)
class ImageSetup:
    """How images are made.

    Attributes:
        precision: of denoiser and text encoders.
        images: at a time.
        pixels: size of an image in units of 1024 x 1024.
        bitsandbytes: whether that library holds the quantised weights.
        sliced_decoder: whether the decoder works image by image.
        small_decoder: whether a distilled decoder of a few megabytes takes its place.
        offload: what waits in the memory of the host: parts that do not work ("model"), or all
            weights but those of the layer that works ("sequential").
    """

    precision: ImageFormat
    images: int = 1
    pixels: float = 1.0
    bitsandbytes: bool = False
    sliced_decoder: bool = False
    small_decoder: bool = False
    offload: Offload = "none"


def peak_bytes(d: Diffusion, setup: ImageSetup, engine: Diffusers) -> float:
    """Memory at its most, without the CUDA context.

    Denoising and decoding follow each other, so the larger counts. With offloading it comes upon
    the weights of the part that works, and the hooks that move weights keep more of it alive.
    """
    steps, decoding = denoising_bytes(d, setup), decoding_bytes(d, setup)
    kept = engine.offload_activation_factor
    match setup.offload:
        case "none":
            gone = _decoder_bytes(d, setup.precision) if setup.small_decoder else Fraction(0)
            loaded = loaded_bytes(d, setup.precision, engine, bitsandbytes=setup.bitsandbytes)
            return float(loaded - gone) + max(steps, decoding)
        case "model":
            held = BYTES[setup.precision]
            text = d.largest_text_encoder_parameters or d.text_encoder_parameters
            decoder = float(_decoder_bytes(d, setup.precision))
            return max(
                float(held * text),
                float(held * d.denoiser_parameters) + kept * steps,
                decoder + kept * decoding,
            )
        case "sequential":
            return kept * max(steps, decoding)
        case _:
            assert_never(setup.offload)


def loaded_bytes(
    d: Diffusion, precision: ImageFormat, engine: Diffusers, *, bitsandbytes: bool = False
) -> Fraction:
    """Memory after loading: denoiser and text encoders in the precision, the decoder in 16 bits.

    Loading quantised weights leaves some memory reserved, more with bitsandbytes, which all of
    ``nf4`` is loaded with.

    Raises:
        KeyError: if the precision is not offered for images.
    """
    large = d.denoiser_parameters + d.text_encoder_parameters
    weights = BYTES[precision] * large + _decoder_bytes(d, precision)
    if BYTES[precision] >= HALF:
        return weights
    own = bitsandbytes or precision == "nf4"
    left = engine.bitsandbytes_load_gib if own else engine.quantised_load_gib
    return weights + exact(left) * GIB


def denoising_bytes(d: Diffusion, setup: ImageSetup) -> float:
    """Activations of the denoiser, in proportion to images and their pixels."""
    each = d.denoiser_activation_gib_1024 or d.activation_gib_1024
    return setup.images * setup.pixels * each.value * GIB


def decoding_bytes(d: Diffusion, setup: ImageSetup) -> float:
    """Activations of the decoder, likewise; of one image only where it is sliced."""
    if setup.small_decoder:
        return 0.0
    together = 1 if setup.sliced_decoder else setup.images
    return together * setup.pixels * d.activation_gib_1024.value * GIB


def _decoder_bytes(d: Diffusion, precision: ImageFormat) -> Fraction:
    return max(BYTES[precision], HALF) * d.vae_parameters

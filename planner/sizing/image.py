"""Deployment options of models that make images (formulas in docs/reference/sizing.md).

One image at a time; more cards mean more replicas. Quantised weights are expanded to 16 bits
before they are multiplied (bitsandbytes, torchao and quanto weight-only), so a smaller precision
saves memory and no time.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from planner.catalog.architecture import Diffusion, ModelEntry
from planner.catalog.items import Gpu
from planner.scenario.values import Precision
from planner.scenario.workloads import ImageWorkload
from planner.sizing.engines import Diffusers
from planner.sizing.image_memory import (
    BYTES,
    ImageSetup,
    decoding_bytes,
    denoising_bytes,
    loaded_bytes,
)
from planner.sizing.option import Option, Quantum, Refusal
from planner.sizing.precision import TERA, foreign_to_cuda
from planner.sizing.refusals import Subject
from planner.sizing.setting import Setting
from planner.sizing.shared_work import Runner, options_of_runners
from planner.units import GIB

PIXELS_1024 = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ImageTimes:
    """Seconds of one image: the text, all steps, the decoding; and its longest piece."""

    text_s: float
    step_s: float
    steps: int
    decode_s: float

    @property
    def image_s(self) -> float:
        """The whole image: text + steps x step + decoding."""
        return self.text_s + self.steps * self.step_s + self.decode_s

    @property
    def longest_s(self) -> float:
        """The longest piece, for which the card is busy without a pause."""
        return max(self.text_s, self.step_s, self.decode_s)


def size_image(
    workload: ImageWorkload,
    model: ModelEntry,
    gpus: Sequence[Gpu],
    quantum: Quantum,
    setting: Setting,
) -> Iterator[Option | Refusal]:
    """Options and refusals of a workload on cards that may run it at all."""
    ways = itertools.product(gpus, workload.precision)
    runners = (image_runner(workload, model, g, p, setting) for g, p in ways)
    return options_of_runners(workload, runners, quantum, setting)


def image_runner(
    workload: ImageWorkload,
    model: ModelEntry,
    gpu: Gpu,
    precision: Precision,
    setting: Setting,
) -> Runner | Refusal:
    """A replica on a card, or why there is none."""
    d, engine = model.diffusion, setting.engines.diffusers
    assert d is not None, f"{model.id} makes no images"
    subject = Subject(workload.name, gpu.id, precision, 1)
    if wrong := _unsupported(precision, gpu):
        return subject.refuse("precision", wrong)
    loaded = loaded_bytes(d, precision, engine)
    activation = activation_bytes(d, workload)
    context = engine.context_gib * GIB
    usable = setting.usable_bytes(gpu, ecc=workload.requires.ecc)
    memory = ceil(loaded + activation + context)
    if memory > usable:
        parts = {"weights": float(loaded), "activations": activation, "engine": context}
        return subject.too_large(parts, usable)
    times = image_times(d, workload, gpu, engine, setting.slowdown(workload.name, engine.speed))
    return Runner(
        gpu=gpu,
        precision=precision,
        cards=1,
        memory_bytes=memory,
        rate=3600.0 / times.image_s,
        step_s=times.longest_s,
        period_us=None,
        activity=engine.activity,
        speed=engine.speed,
        source=f"{engine.ENGINE} {engine.version}, first constants",
    )


def activation_bytes(d: Diffusion, workload: ImageWorkload) -> float:
    """Memory above the weights for one image, in proportion to its pixels."""
    setup = ImageSetup("bf16", pixels=pixels(workload))
    return max(denoising_bytes(d, setup), decoding_bytes(d, setup))


def pixels(workload: ImageWorkload) -> float:
    """Size of an image in units of 1024 x 1024."""
    return workload.width * workload.height / PIXELS_1024


def image_times(
    d: Diffusion, workload: ImageWorkload, gpu: Gpu, engine: Diffusers, slowdown: float
) -> ImageTimes:
    """``steps x FLOP_step x guidance / (F e) + t_vae + t_text`` (section 10).

    Operations grow with the pixels; the quadratic part of attention is left out, so images far
    above 1024 x 1024 are slower than this says.
    """
    rate = gpu.fp16_tflops * TERA * engine.compute_efficiency / slowdown
    scale = pixels(workload) / rate
    text_flop = 2.0 * d.text_encoder_parameters * engine.text_tokens
    return ImageTimes(
        text_s=text_flop / rate,
        step_s=d.flop_per_step_1024.value * d.guidance_calls * scale,
        steps=workload.steps or d.default_steps,
        decode_s=d.flop_decode_1024.value * scale,
    )


def _unsupported(precision: Precision, gpu: Gpu) -> str | None:
    if precision not in BYTES:
        return f"diffusers does not load {precision}"
    return foreign_to_cuda(gpu)

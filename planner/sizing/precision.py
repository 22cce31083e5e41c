"""Which precision runs on which card, in which engine, and at which tensor rate.

Rules, with their source:

- ``fp32`` computes in TF32, at half the 16-bit tensor rate (NVIDIA Ampere whitepaper);
- ``bf16`` at the 16-bit rate;
- ``fp8`` at the FP8 rate where the card has FP8 tensor cores; else its weights stay in 8 bits and
  are expanded on the fly by the Marlin kernels, at the 16-bit rate (vLLM documentation, FP8 W8A8:
  capability 8.9 computes, 7.5 and above run weight-only);
- ``int8`` (W8A8) at the INT8 rate, not offered from capability 10.0 on (vLLM documentation);
- ``awq-int4``, ``gptq-int4``, ``nf4`` are weight-only, at the 16-bit rate, on CUDA cards (vLLM
  documentation, table of supported hardware: no AMD);
- ``nvfp4`` at the FP4 rate where the card has FP4 tensor cores, else weight-only by Marlin (vLLM
  pull request 17687);
- ``mxfp4`` weight-only (activations stay in 16 bits), and only for models that publish it: nobody
  quantises to it afterwards;
- ``gguf-*`` means llama.cpp, which expands weights on the fly on any CUDA card;
- a card that states no CUDA compute capability runs nothing here: the constants of every engine
  come from CUDA cards, and no card borrows what was learnt on others. A user's own measurement of
  it counts all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from planner.catalog.architecture import ModelEntry
from planner.catalog.items import Gpu
from planner.scenario.values import KvPrecision, Precision
from planner.sizing.engines import Vllm

TERA = 1e12


@dataclass(frozen=True, slots=True)
class Kernels:
    """How a precision runs on a card.

    Attributes:
        engine: program that runs it.
        flop_per_s: peak tensor rate of its matrix products, operations per second.
        weight_only: whether weights are expanded to 16 bits before they are multiplied.
    """

    engine: Literal["vllm", "llama.cpp"]
    flop_per_s: float
    weight_only: bool


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Why a precision does not run on a card."""

    text: str


Support: TypeAlias = Kernels | Unsupported


def kernels_for(precision: Precision, gpu: Gpu, model: ModelEntry, vllm: Vllm) -> Support:
    """How a card runs a model's language layers in a precision, or why it does not."""
    if foreign := foreign_to_cuda(gpu):
        return Unsupported(foreign)
    half = gpu.fp16_tflops * TERA
    match precision:
        case "fp32":
            return Kernels("vllm", half / 2, weight_only=False)
        case "bf16":
            return Kernels("vllm", half, weight_only=False)
        case "fp8":
            return _native_or_weight_only("FP8", gpu.fp8_tflops, gpu, vllm)
        case "nvfp4":
            return _native_or_weight_only("FP4", gpu.fp4_tflops, gpu, vllm)
        case "int8":
            return _int8(gpu, vllm)
        case "awq-int4" | "gptq-int4" | "nf4":
            return _weight_only(precision, gpu, vllm)
        case "mxfp4":
            published = model.transformer and model.transformer.native_precision == "mxfp4"
            if not published:
                return Unsupported(f"{model.name} is not published in mxfp4")
            return _weight_only(precision, gpu, vllm)
        case (
            "gguf-q8_0" | "gguf-q6_k" | "gguf-q5_k_m" | "gguf-q4_k_m" | "gguf-q3_k_s" | "gguf-q2_k"
        ):
            return Kernels("llama.cpp", half, weight_only=True)
        case _:
            assert_never(precision)


def kv_refusal(kv_cache: KvPrecision, gpu: Gpu, kernels: Kernels) -> Unsupported | None:
    """Why a card cannot hold its cache of keys and values in a precision.

    An FP8 cache is a storage format that any card reads; the NVFP4 cache of vLLM needs FP4
    tensor cores. llama.cpp reads its own 8-bit and 4-bit caches on any card.
    """
    if kv_cache == "nvfp4" and kernels.engine == "vllm" and gpu.fp4_tflops is None:
        return Unsupported("an nvfp4 cache needs FP4 tensor cores; the card has none")
    return None


def foreign_to_cuda(gpu: Gpu) -> str | None:
    """Why nothing is known of a card's speed, or None for a CUDA card."""
    if gpu.compute_capability is not None:
        return None
    return (
        f"the engines' constants come from CUDA cards; nothing is known of them on "
        f"{gpu.architecture}"
    )


def capability(gpu: Gpu) -> float:
    """CUDA compute capability of a CUDA card as a number, for example 8.6."""
    assert gpu.compute_capability is not None
    return float(gpu.compute_capability)


def _native_or_weight_only(kind: str, tflops: float | None, gpu: Gpu, vllm: Vllm) -> Support:
    if tflops is not None:
        return Kernels("vllm", tflops * TERA, weight_only=False)
    return _weight_only(kind, gpu, vllm)


def _weight_only(kind: str, gpu: Gpu, vllm: Vllm) -> Support:
    have, need = capability(gpu), vllm.weight_only_capability
    if have < need:
        return Unsupported(f"{kind} kernels need compute capability {need:g}; it has {have:g}")
    return Kernels("vllm", gpu.fp16_tflops * TERA, weight_only=True)


def _int8(gpu: Gpu, vllm: Vllm) -> Support:
    have, limit = capability(gpu), vllm.int8_below_capability
    if gpu.int8_tops is None:
        return Unsupported("int8 needs INT8 tensor cores; the card states none")
    if have >= limit:
        return Unsupported(
            f"int8 is not offered from compute capability {limit:g}; it has {have:g}"
        )
    return Kernels("vllm", gpu.int8_tops * TERA, weight_only=False)

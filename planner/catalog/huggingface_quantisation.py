"""The precision in which a checkpoint is published, from its ``quantization_config``.

Whatever is not known by its method and its bits is an error: the bytes of a checkpoint are never
guessed. Sources: transformers ``utils/quantization_config.py``; compressed-tensors
``quant_scheme.py``; TensorRT Model Optimizer, ``hf_quant_config.json``.
"""

from __future__ import annotations

from collections.abc import Mapping

from planner.catalog.architecture import NativePrecision
from planner.catalog.huggingface_fields import Fields

KEY = "quantization_config"
GROUP = 128
"""Weights that share a scale; the sizes of 4-bit checkpoints are known for this group only."""
_ALGORITHMS: Mapping[str, NativePrecision] = {
    "FP8": "fp8",
    "FP8_PER_CHANNEL_PER_TOKEN": "fp8",
    "NVFP4": "nvfp4",
    "W4A16_AWQ": "awq-int4",
}
"""``quant_algo`` of TensorRT Model Optimizer."""
_WEIGHTS: Mapping[tuple[str, int], NativePrecision] = {
    ("float", 8): "fp8",
    ("int", 8): "int8",
    ("int", 4): "gptq-int4",
    ("float", 4): "nvfp4",
}
"""Weights of compressed-tensors by type and bits."""


def published_precision(fields: Fields) -> NativePrecision:
    """The precision of the weights in the files.

    Raises:
        ValueError: if the method, or its bits, or its group is not known; the message names it.
    """
    config = fields.inner(KEY)
    if not config.data:
        return "bf16"
    method = config.text("quant_method", "modelopt" if config.given("quant_algo") else None)
    if method != "modelopt" and config.text("quant_algo", "") == "MIXED_PRECISION":
        raise _unknown(config, "quant_algo", "MIXED_PRECISION")
    match method:
        case "fp8" | "fbgemm_fp8":
            return "fp8"
        case "mxfp4":
            return "mxfp4"
        case "awq":
            return _of_four_bits(config, "awq-int4")
        case "gptq" | "auto-round":
            return _of_four_bits(config, "gptq-int4")
        case "bitsandbytes":
            return _bitsandbytes(config)
        case "compressed-tensors":
            return _compressed(config)
        case "modelopt":
            return _modelopt(config)
        case _:
            raise _unknown(config, "quant_method", method)


def _of_four_bits(config: Fields, precision: NativePrecision) -> NativePrecision:
    bits = config.size("bits", config.size("w_bit", 4) if precision == "awq-int4" else None)
    if bits != 4:
        raise _unknown(config, "bits", bits)
    _check_group(config, config.data.get("group_size", config.data.get("q_group_size", GROUP)))
    return precision


def _bitsandbytes(config: Fields) -> NativePrecision:
    if config.flag("load_in_8bit", False):
        return "int8"
    if not config.flag("load_in_4bit", False):
        raise _unknown(config, "load_in_4bit", config.data.get("load_in_4bit"))
    kind = config.text("bnb_4bit_quant_type", "fp4")
    if kind != "nf4":
        raise _unknown(config, "bnb_4bit_quant_type", kind)
    return "nf4"


def _compressed(config: Fields) -> NativePrecision:
    """All groups of layers must have the same weights."""
    groups = config.inner("config_groups")
    found: set[NativePrecision] = set()
    for name in groups.data:
        weights = groups.inner(name).inner("weights")
        kind = (weights.text("type", "int"), weights.size("num_bits"))
        if kind not in _WEIGHTS:
            raise _unknown(config, f"config_groups.{name}.weights", f"{kind[0]} of {kind[1]} bits")
        if kind == ("int", 4):
            _check_group(config, weights.data.get("group_size", GROUP))
        found.add(_WEIGHTS[kind])
    if len(found) != 1:
        raise _unknown(config, "config_groups", ", ".join(sorted(found)) or "nothing")
    return found.pop()


def _modelopt(config: Fields) -> NativePrecision:
    algorithm = config.text("quant_algo")
    if algorithm not in _ALGORITHMS:
        raise _unknown(config, "quant_algo", algorithm)
    return _ALGORITHMS[algorithm]


def _check_group(config: Fields, group: object) -> None:
    if group != GROUP:
        raise _unknown(config, "group_size", group)


def _unknown(config: Fields, key: str, value: object) -> ValueError:
    text = f"`{KEY}.{key}` is {value!r}: the bytes of such weights are not known"
    return ValueError(f"`{config.id}`: {text}")

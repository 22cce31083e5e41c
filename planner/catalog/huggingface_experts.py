"""The experts of a model: how many there are, how wide, and in which layers."""

from __future__ import annotations

from dataclasses import dataclass

from planner.catalog.huggingface_families import Family
from planner.catalog.huggingface_fields import Fields


@dataclass(frozen=True, slots=True)
class Mixture:
    """The experts of a model.

    Attributes:
        layers: layers with experts.
        dense: layers without.
        routed: routed experts in a layer.
        per_token: experts that one token visits.
        shared: experts that every token visits.
        width: width of an expert.
        matrices: parameters of an expert's matrices.
        each: parameters of an expert, biases included.
        router: parameters of a router, and of the gate of the shared experts.
    """

    layers: int
    dense: int
    routed: int
    per_token: int
    shared: int
    width: int
    matrices: int
    each: int
    router: int


def mixture_of(fields: Fields, family: Family) -> Mixture | None:
    """The experts of a model, or None for a dense one.

    Raises:
        ValueError: if a field is missing or of another type, or if the shared experts are not as
            wide as some whole number of the routed ones.
    """
    if not family.experts or not fields.count("routed_experts"):
        return None
    hidden, width = fields.size("hidden_size"), fields.size("expert_width")
    routed, layers = fields.size("routed_experts"), _layers_with_experts(fields)
    matrices = 3 * hidden * width
    return Mixture(
        layers=layers,
        dense=fields.size("num_hidden_layers") - layers,
        routed=routed,
        per_token=_per_token(fields),
        shared=_shared(fields, width),
        width=width,
        matrices=matrices,
        each=matrices + (2 * width + hidden if family.expert_bias else 0),
        router=_router(fields, family, hidden, routed),
    )


def _per_token(fields: Fields) -> int:
    """Experts that one token visits; gpt-oss once gave it under its canonical name."""
    own = fields.own("experts_per_token")
    if own in fields.data or "experts_per_token" not in fields.data:
        return fields.size("experts_per_token")
    return fields.called({}).size("experts_per_token")


def _shared(fields: Fields, width: int) -> int:
    """Shared experts, each as wide as a routed one."""
    if "shared_width" not in fields.names:
        return fields.count("shared_experts")
    wide = fields.count("shared_width")
    if wide % width:
        own = fields.own("shared_width")
        text = f"`{own}` is {wide}, not a multiple of the width of an expert, {width}"
        raise ValueError(f"`{fields.id}`: {text}")
    return wide // width


def _router(fields: Fields, family: Family, hidden: int, routed: int) -> int:
    corrected = family.corrected and fields.text("topk_method", "noaux_tc") == "noaux_tc"
    count = hidden * routed + (routed if family.expert_bias or corrected else 0)
    return count + (hidden if family.shared_gate else 0)


def _layers_with_experts(fields: Fields) -> int:
    """Layers with experts: all but the first few, every so many, or as listed.

    Source: transformers ``modeling_deepseek_v3``, ``modeling_qwen3_moe``, ``modeling_llama4``.
    """
    layers = fields.size("num_hidden_layers")
    if (listed := fields.numbers("moe_layers")) is not None:
        return len(set(listed))
    first, every = fields.count("first_k_dense_replace"), fields.size("moe_layer_freq", 1)
    if every > 1:
        return sum(layer >= first and layer % every == 0 for layer in range(layers))
    step = fields.size("decoder_sparse_step", fields.size("interleave_moe_layer_step", 1))
    dense = set(fields.numbers("mlp_only_layers") or ())
    return sum((i + 1) % step == 0 and i not in dense for i in range(first, layers))

"""Trained parameters of LoRA adapters: r x sum(in + out) over the target matrices of all layers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planner.catalog.architecture import LatentAttention, Transformer

ALL_LINEAR = ("q", "k", "v", "o", "gate", "up", "down")
"""The default: every dense matrix of a layer (QLoRA paper); routed experts get no adapters."""

Sides = Mapping[str, int]
"""Inputs + outputs of the matrices that a target stands for, over all layers."""


def lora_parameters(t: Transformer, rank: int, targets: Iterable[str] = ALL_LINEAR) -> int:
    """Parameters of adapters of a rank.

    Llama-2-7B with rank 8 on q and v: 4,194,304; Llama-3.2-3B with rank 32: 9,175,040.

    Raises:
        KeyError: if a target is not a matrix of a layer.
    """
    sides = {**attention_sides(t), **feed_forward_sides(t)}
    return rank * sum(sides[target] for target in targets)


def attention_sides(t: Transformer) -> Sides:
    """Sides of attention; latent attention compresses queries, keys and values first."""
    h, a = t.hidden_size, t.attention
    if not isinstance(a, LatentAttention):
        queries, keys = a.heads * a.head_dim, a.kv_heads * a.head_dim
        one = {"q": h + queries, "k": h + keys, "v": h + keys, "o": queries + h}
        return {name: t.layers * sides for name, sides in one.items()}
    queries = a.heads * (a.qk_nope_head_dim + a.qk_rope_head_dim)
    rank, latent = a.q_lora_rank, a.kv_lora_rank
    one = {
        "q": (h + rank) + (rank + queries) if rank else h + queries,
        "k": h + latent + a.qk_rope_head_dim,
        "v": latent + a.heads * (a.qk_nope_head_dim + a.v_head_dim),
        "o": a.heads * a.v_head_dim + h,
    }
    return {name: t.layers * sides for name, sides in one.items()}


def feed_forward_sides(t: Transformer) -> Sides:
    """Sides of the dense feed-forward parts: of dense layers, and of shared experts."""
    if t.experts is None:
        layers_of_width = [(t.layers, t.intermediate_size)]
    else:
        dense, shared = t.experts.first_dense_layers, t.experts.shared
        width = shared * t.experts.intermediate_size
        layers_of_width = [(dense, t.intermediate_size), (t.layers - dense, width)]
    sides = sum(layers * (t.hidden_size + width) for layers, width in layers_of_width if width)
    return {"gate": sides, "up": sides, "down": sides}

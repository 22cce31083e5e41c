"""What tells the families of decoders of the transformers library from plain Llama.

A family calls some fields by names of its own; the counting uses one set of names, and
``Family.names`` says what the family calls them. Names that no file has: ``routed_experts``,
``experts_per_token``, ``expert_width``, ``shared_experts`` (how many) and ``shared_width`` (their
width in sum).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from planner.catalog.huggingface_fields import Fields

Switch = bool | str
"""Always, never, or as the field of this name says."""


@dataclass(frozen=True, slots=True)
class Family:
    """What tells a family of decoders from plain Llama.

    Attributes:
        qkv_bias: whether queries, keys and values have biases.
        output_bias: whether the output projection has a bias.
        mlp_bias: whether dense feed-forward layers have biases.
        lm_head_bias: whether the output layer has a bias.
        qk_norm: normalisation of queries and keys: one weight for each entry of a head, or one
            for each entry of all heads together.
        qk_norm_if: field that switches it on; always on if None.
        norms: normalisations of the hidden state in a layer.
        norm_bias: whether they have biases.
        gated: whether the feed-forward part has a gate, three matrices instead of two.
        sinks: whether a layer learns one attention sink for each head.
        tied: whether the output layer is the embedding unless the file says otherwise.
        latent: whether attention is latent (MLA).
        experts: whether there are experts, if the file says how many.
        expert_bias: whether experts and their router have biases.
        corrected: whether a router holds a correction for each expert (``noaux_tc``).
        shared_gate: whether the shared experts have a gate of one weight for each input.
        slides: whether a stated window is in use unless the file says otherwise.
        full_every: every so many layers one attends to all; 0: all layers with a window slide.
        names: what the family calls a field.
        defaults: what transformers takes where a field is missing.
        reads: fields that only this family reads.
    """

    qkv_bias: Switch = False
    output_bias: Switch = False
    mlp_bias: Switch = False
    lm_head_bias: Switch = False
    qk_norm: Literal["none", "head", "width"] = "none"
    qk_norm_if: str | None = None
    norms: int = 2
    norm_bias: bool = False
    gated: bool = True
    sinks: bool = False
    tied: bool = False
    latent: bool = False
    experts: bool = False
    expert_bias: bool = False
    corrected: bool = False
    shared_gate: bool = False
    slides: bool = True
    full_every: int = 0
    names: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, int | bool] = field(default_factory=dict)
    reads: frozenset[str] = frozenset()


GEMMA3_DEFAULTS: Mapping[str, int | bool] = {
    "num_attention_heads": 8,
    "num_key_value_heads": 4,
    "head_dim": 256,
    "vocab_size": 262208,
    "max_position_embeddings": 131072,
    "sliding_window": 4096,
}
_LOCAL = {
    "routed_experts": "num_local_experts",
    "experts_per_token": "num_experts_per_tok",
    "expert_width": "intermediate_size",
}
_QWEN = {
    "routed_experts": "num_experts",
    "experts_per_token": "num_experts_per_tok",
    "expert_width": "moe_intermediate_size",
}
_DEEPSEEK = {
    "routed_experts": "n_routed_experts",
    "experts_per_token": "num_experts_per_tok",
    "expert_width": "moe_intermediate_size",
    "shared_experts": "n_shared_experts",
}
_SPARSE = frozenset({"decoder_sparse_step", "mlp_only_layers"})
_LLAMA = Family(
    qkv_bias="attention_bias", output_bias="attention_bias", mlp_bias="mlp_bias", slides=False
)
_GEMMA = Family(
    qkv_bias="attention_bias",
    output_bias="attention_bias",
    tied=True,
    defaults={"num_key_value_heads": 16, "head_dim": 256},
)
_QWEN3_MOE = replace(
    _LLAMA,
    qk_norm="head",
    experts=True,
    names=_QWEN,
    reads=_SPARSE | {"use_qk_norm", "qkv_bias", "shared_expert_intermediate_size"},
)
_DEEPSEEK_V3 = Family(
    latent=True,
    slides=False,
    experts=True,
    corrected=True,
    names=_DEEPSEEK,
    reads=frozenset({"attention_bias"}),
)
_OLMO2 = Family(qkv_bias="attention_bias", output_bias="attention_bias", qk_norm="width")
_COHERE = Family(
    qkv_bias="attention_bias", output_bias="attention_bias", norms=1, tied=True, slides=False
)
_GLM = Family(qkv_bias="attention_bias", slides=False)
_FALCON = Family(
    qkv_bias="bias",
    output_bias="bias",
    mlp_bias="bias",
    norm_bias=True,
    gated=False,
    tied=True,
    slides=False,
    names={"intermediate_size": "ffn_hidden_size"},
    defaults={"max_position_embeddings": 2048},
    reads=frozenset({"multi_query", "new_decoder_architecture", "num_kv_heads", "parallel_attn"}),
)

FAMILIES: Mapping[str, Family] = {
    "llama": _LLAMA,
    "mistral": Family(),
    "qwen2": Family(qkv_bias=True, slides=False),
    "qwen3": replace(_LLAMA, qk_norm="head", mlp_bias=False),
    "mixtral": Family(experts=True, names=_LOCAL),
    "qwen2_moe": Family(
        qkv_bias="qkv_bias",
        slides=False,
        experts=True,
        shared_gate=True,
        names=_QWEN | {"shared_width": "shared_expert_intermediate_size"},
        defaults={"qkv_bias": True},
        reads=_SPARSE,
    ),
    "qwen3_moe": replace(_QWEN3_MOE, mlp_bias=False),
    "gemma": replace(_GEMMA, slides=False),
    "gemma2": replace(_GEMMA, norms=4, full_every=2, defaults={"head_dim": 256}),
    "gemma3_text": replace(_GEMMA, qk_norm="head", norms=4, full_every=6, defaults=GEMMA3_DEFAULTS),
    "phi3": Family(),
    "phimoe": Family(
        qkv_bias="attention_bias",
        output_bias="attention_bias",
        lm_head_bias="lm_head_bias",
        norm_bias=True,
        experts=True,
        names=_LOCAL,
        reads=frozenset({"input_jitter_noise"}),
    ),
    "deepseek_v2": replace(_DEEPSEEK_V3, corrected=False),
    "deepseek_v3": _DEEPSEEK_V3,
    "kimi_k2": _DEEPSEEK_V3,
    "gpt_oss": Family(
        qkv_bias=True,
        output_bias=True,
        sinks=True,
        experts=True,
        expert_bias=True,
        full_every=2,
        names=_LOCAL,
        reads=frozenset({"attention_bias", "experts_per_token"}),
    ),
    "llama4_text": replace(
        _LLAMA,
        mlp_bias=False,
        experts=True,
        slides=True,
        full_every=4,
        names=_LOCAL
        | {
            "intermediate_size": "intermediate_size_mlp",
            "shared_width": "intermediate_size",
            "sliding_window": "attention_chunk_size",
        },
        reads=frozenset({"interleave_moe_layer_step", "moe_layers", "use_qk_norm"}),
    ),
    "glm": _GLM,
    "glm4": replace(_GLM, norms=4),
    "glm4_moe": replace(
        _GLM,
        qk_norm="head",
        qk_norm_if="use_qk_norm",
        experts=True,
        corrected=True,
        names=_DEEPSEEK,
    ),
    "granite": replace(_LLAMA, tied=False),
    "granitemoe": replace(_LLAMA, mlp_bias=False, experts=True, names=_LOCAL),
    "cohere": replace(_COHERE, qk_norm="width", qk_norm_if="use_qk_norm"),
    "cohere2": replace(_COHERE, slides=True, full_every=4),
    "olmo2": replace(_OLMO2, slides=False),
    "olmo3": replace(_OLMO2, full_every=4),
    "olmoe": replace(
        _OLMO2,
        slides=False,
        experts=True,
        names={**_QWEN, "expert_width": "intermediate_size"},
    ),
    "falcon": _FALCON,
    "starcoder2": Family(
        qkv_bias="use_bias",
        output_bias="use_bias",
        mlp_bias="use_bias",
        norm_bias=True,
        gated=False,
        tied=True,
        defaults={"use_bias": True},
    ),
    "nemotron": Family(
        qkv_bias="attention_bias",
        output_bias="attention_bias",
        mlp_bias="mlp_bias",
        norm_bias=True,
        gated=False,
        slides=False,
    ),
    "internlm2": Family(qkv_bias="bias", output_bias="bias", slides=False),
    "baichuan": Family(slides=False),
    "smollm3": replace(_LLAMA, tied=True),
    "seed_oss": Family(
        qkv_bias="attention_bias",
        output_bias="attention_out_bias",
        mlp_bias="mlp_bias",
        slides=False,
        defaults={"attention_bias": True},
    ),
}
"""Decoders by ``model_type``."""


def family_of(kind: str, fields: Fields) -> Family:
    """The family of a ``model_type``; of Falcon there are three, told by their switches."""
    family = FAMILIES[kind]
    if kind != "falcon":
        return family
    names = dict(family.names)
    defaults = dict(family.defaults)
    if fields.flag("new_decoder_architecture", False):
        return replace(family, names={**names, "num_key_value_heads": "num_kv_heads"})
    if fields.flag("multi_query", True):
        defaults["num_key_value_heads"] = 1
    norms = 1 if fields.flag("parallel_attn", True) else 2
    return replace(family, norms=norms, defaults=defaults)

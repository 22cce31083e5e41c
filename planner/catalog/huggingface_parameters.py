"""Parameters of the layers of transformers' model families, tensor by tensor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.catalog.huggingface_fields import Fields


@dataclass(frozen=True, slots=True)
class Family:
    """What tells a family of decoders from plain Llama.

    Attributes:
        qkv_bias: whether queries, keys and values have biases; None: as ``attention_bias`` says,
            and then the output projection likewise.
        output_bias: whether the output projection has a bias.
        qk_norm: whether queries and keys are normalised, with one weight for each entry of a head.
        norms: normalisations of the hidden state in a layer.
        sinks: whether a layer learns one attention sink for each head.
        tied: whether the output layer is the embedding unless the file says otherwise.
        latent: whether attention is latent (MLA).
        experts: name of the field with the number of routed experts, if any.
        expert_width: name of the field with the width of an expert.
        expert_bias: whether experts and their router have biases.
        slides: whether a stated window is in use unless the file says otherwise.
        full_every: every so many layers one attends to all; 0: all layers with a window slide.
        defaults: sizes that transformers takes where a field is missing.
    """

    qkv_bias: bool | None = False
    output_bias: bool = False
    qk_norm: bool = False
    norms: int = 2
    sinks: bool = False
    tied: bool = False
    latent: bool = False
    experts: str | None = None
    expert_width: str = "moe_intermediate_size"
    expert_bias: bool = False
    slides: bool = True
    full_every: int = 0
    defaults: Mapping[str, int] = field(default_factory=dict)


GEMMA3_DEFAULTS = {
    "num_attention_heads": 8,
    "num_key_value_heads": 4,
    "head_dim": 256,
    "vocab_size": 262208,
    "max_position_embeddings": 131072,
    "sliding_window": 4096,
}
FAMILIES: Mapping[str, Family] = {
    "llama": Family(qkv_bias=None, slides=False),
    "mistral": Family(),
    "qwen2": Family(qkv_bias=True, slides=False),
    "qwen3": Family(qkv_bias=None, qk_norm=True, slides=False),
    "mixtral": Family(experts="num_local_experts", expert_width="intermediate_size"),
    "qwen3_moe": Family(qkv_bias=None, qk_norm=True, slides=False, experts="num_experts"),
    "gemma2": Family(qkv_bias=None, norms=4, tied=True, full_every=2),
    "gemma3_text": Family(
        qkv_bias=None, qk_norm=True, norms=4, tied=True, full_every=6, defaults=GEMMA3_DEFAULTS
    ),
    "phi3": Family(),
    "deepseek_v2": Family(latent=True, slides=False, experts="n_routed_experts"),
    "deepseek_v3": Family(latent=True, slides=False, experts="n_routed_experts"),
    "gpt_oss": Family(
        qkv_bias=True,
        output_bias=True,
        sinks=True,
        experts="num_local_experts",
        expert_width="intermediate_size",
        expert_bias=True,
        full_every=2,
    ),
}
"""Decoders by ``model_type``."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """The experts of a model.

    Attributes:
        layers: layers with experts.
        first_dense: leading layers without.
        routed: routed experts in a layer.
        per_token: experts that one token visits.
        shared: experts that every token visits.
        width: width of an expert.
        matrices: parameters of an expert's matrices.
        each: parameters of an expert, biases included.
        router: parameters of a router.
    """

    layers: int
    first_dense: int
    routed: int
    per_token: int
    shared: int
    width: int
    matrices: int
    each: int
    router: int


def mixture_of(fields: Fields, family: Family) -> Mixture | None:
    """The experts of a model, or None for a dense one.

    DeepSeek-V3 routers also hold one correction for each expert (``noaux_tc``).
    """
    if family.experts is None or not fields.count(family.experts):
        return None
    hidden, width = fields.size("hidden_size"), fields.size(family.expert_width)
    routed = fields.size(family.experts)
    per_token = fields.count("num_experts_per_tok") or fields.size("experts_per_token")
    first_dense = fields.count("first_k_dense_replace")
    corrected = family.expert_bias or fields.text("topk_method", "none") == "noaux_tc"
    matrices = 3 * hidden * width
    biases = 2 * width + hidden if family.expert_bias else 0
    return Mixture(
        layers=fields.size("num_hidden_layers") - first_dense,
        first_dense=first_dense,
        routed=routed,
        per_token=per_token,
        shared=fields.count("n_shared_experts"),
        width=width,
        matrices=matrices,
        each=matrices + biases,
        router=hidden * routed + (routed if corrected else 0),
    )


def decoder_layers(fields: Fields, family: Family, mixture: Mixture | None) -> int:
    """Parameters of all layers of a decoder."""
    hidden, layers = fields.size("hidden_size"), fields.size("num_hidden_layers")
    attention = _latent_attention(fields) if family.latent else _attention(fields, family)
    every = layers * (attention + family.norms * hidden)
    dense = 3 * hidden * fields.size("intermediate_size")
    if fields.flag("mlp_bias", False):
        dense += 2 * fields.size("intermediate_size") + hidden
    if mixture is None:
        return every + layers * dense
    experts = mixture.routed * mixture.each + mixture.shared * mixture.matrices + mixture.router
    return every + mixture.first_dense * dense + mixture.layers * experts


def _attention(fields: Fields, family: Family) -> int:
    hidden, heads, width = (
        fields.size("hidden_size"),
        fields.size("num_attention_heads"),
        fields.head_dim(),
    )
    queries = heads * width
    keys = fields.size("num_key_value_heads", heads) * width
    stated = fields.flag("attention_bias", False) if family.qkv_bias is None else False
    total = hidden * (queries + 2 * keys) + queries * hidden
    if family.qkv_bias or stated:
        total += queries + 2 * keys
    if family.output_bias or stated:
        total += hidden
    return total + (2 * width if family.qk_norm else 0) + (heads if family.sinks else 0)


def _latent_attention(fields: Fields) -> int:
    hidden, heads = fields.size("hidden_size"), fields.size("num_attention_heads")
    latent, rope = fields.size("kv_lora_rank"), fields.size("qk_rope_head_dim")
    nope, value = fields.size("qk_nope_head_dim"), fields.size("v_head_dim")
    rank = fields.count("q_lora_rank")
    queries = heads * (nope + rope)
    query = hidden * rank + rank + rank * queries if rank else hidden * queries
    down = hidden * (latent + rope) + latent
    up = latent * heads * (nope + value)
    return query + down + up + heads * value * hidden


def siglip_parameters(vision: Fields, hidden: int) -> int:
    """A SigLIP tower and Gemma-3's projector; where a field is missing, those of so400m.

    Args:
        vision: the configuration of the tower, empty for a text-only model.
        hidden: width of the language model.
    """
    if not vision.data:
        return 0
    width, inner = vision.size("hidden_size", 1152), vision.size("intermediate_size", 4304)
    layers, patch = vision.size("num_hidden_layers", 27), vision.size("patch_size", 14)
    side = vision.size("image_size", 896) // patch
    embeddings = 3 * patch * patch * width + width + side * side * width
    attention = 4 * (width * width + width)
    layer = attention + 2 * width * inner + inner + width + 4 * width
    projector = width * hidden + width
    return embeddings + layers * layer + 2 * width + projector


def encoder_layers(fields: Fields) -> int:
    """Parameters of all layers of a BERT-like encoder."""
    hidden, inner = fields.size("hidden_size"), fields.size("intermediate_size")
    attention = 4 * (hidden * hidden + hidden)
    feed_forward = 2 * hidden * inner + inner + hidden
    return fields.size("num_hidden_layers") * (attention + feed_forward + 4 * hidden)


def encoder_ends(fields: Fields, *, classifies: bool) -> tuple[int, int]:
    """Parameters of the embeddings, and of their normalisation with the pooler or scoring head."""
    hidden = fields.size("hidden_size")
    rows = fields.size("vocab_size") + fields.size("max_position_embeddings")
    embeddings = (rows + fields.size("type_vocab_size", 2)) * hidden
    pooler = hidden * hidden + hidden
    scores = hidden + 1 if classifies else 0
    return embeddings, 2 * hidden + pooler + scores

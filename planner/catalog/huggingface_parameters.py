"""Parameters of the layers of transformers' decoders, tensor by tensor."""

from __future__ import annotations

from planner.catalog.huggingface_experts import Mixture
from planner.catalog.huggingface_families import Family, Switch
from planner.catalog.huggingface_fields import Fields


def decoder_layers(fields: Fields, family: Family, mixture: Mixture | None) -> int:
    """Parameters of all layers of a decoder."""
    layers = fields.size("num_hidden_layers")
    attention = latent_attention(fields) if family.latent else grouped_attention(fields, family)
    every = layers * (attention + family.norms * norm(fields, family))
    if mixture is None:
        return every + layers * feed_forward(fields, family)
    experts = mixture.routed * mixture.each + mixture.shared * mixture.matrices + mixture.router
    dense = mixture.dense * feed_forward(fields, family) if mixture.dense else 0
    return every + dense + mixture.layers * experts


def norm(fields: Fields, family: Family) -> int:
    """Parameters of a normalisation of the hidden state."""
    return fields.size("hidden_size") * (2 if family.norm_bias else 1)


def output_layer(fields: Fields, family: Family) -> int:
    """Parameters of the output layer, 0 where it is the embedding."""
    vocabulary = fields.size("vocab_size")
    if fields.flag("tie_word_embeddings", family.tied):
        return 0
    bias = vocabulary if switched(family.lm_head_bias, fields) else 0
    return vocabulary * fields.size("hidden_size") + bias


def width_of_feed_forward(fields: Fields) -> int:
    """Width of a dense feed-forward layer; Falcon's is four times the hidden size if not said."""
    if fields.own("intermediate_size") == "ffn_hidden_size":
        return fields.size("intermediate_size", 4 * fields.size("hidden_size"))
    return fields.size("intermediate_size")


def feed_forward(fields: Fields, family: Family) -> int:
    """Parameters of a dense feed-forward layer."""
    hidden, inner = fields.size("hidden_size"), width_of_feed_forward(fields)
    into = 2 if family.gated else 1
    biases = into * inner + hidden if switched(family.mlp_bias, fields) else 0
    return (into + 1) * hidden * inner + biases


def grouped_attention(fields: Fields, family: Family) -> int:
    """Parameters of the attention of a layer, with as many key-value heads as it has."""
    hidden, heads, width = (
        fields.size("hidden_size"),
        fields.size("num_attention_heads"),
        fields.head_dim(),
    )
    queries = heads * width
    keys = fields.size("num_key_value_heads", heads) * width
    total = hidden * (queries + 2 * keys) + queries * hidden
    if switched(family.qkv_bias, fields):
        total += queries + 2 * keys
    if switched(family.output_bias, fields):
        total += hidden
    normed = _normed(fields, family, queries + keys, 2 * width)
    return total + normed + (heads if family.sinks else 0)


def _normed(fields: Fields, family: Family, wide: int, narrow: int) -> int:
    """Parameters that normalise queries and keys."""
    if family.qk_norm_if is not None and not fields.flag(family.qk_norm_if, False):
        return 0
    match family.qk_norm:
        case "none":
            return 0
        case "head":
            return narrow
        case "width":
            return wide


def latent_attention(fields: Fields) -> int:
    """Parameters of the latent attention (MLA) of a layer."""
    hidden, heads = fields.size("hidden_size"), fields.size("num_attention_heads")
    latent, rope = fields.size("kv_lora_rank"), fields.size("qk_rope_head_dim")
    nope, value = fields.size("qk_nope_head_dim"), fields.size("v_head_dim")
    rank = fields.count("q_lora_rank")
    queries = heads * (nope + rope)
    query = hidden * rank + rank + rank * queries if rank else hidden * queries
    down = hidden * (latent + rope) + latent
    up = latent * heads * (nope + value)
    return query + down + up + heads * value * hidden


def switched(switch: Switch, fields: Fields) -> bool:
    """Whether something is there: always, never, or as a field says."""
    return fields.flag(switch, False) if isinstance(switch, str) else switch

"""Models that read texts both ways, and Whisper: their parameters, tensor by tensor."""

from __future__ import annotations

from planner.catalog.architecture import GroupedAttention, Transformer
from planner.catalog.huggingface_fields import Fields
from planner.catalog.huggingface_keys import check_keys

ENCODERS = ("bert", "xlm-roberta", "roberta", "modernbert")
PADDED_POSITIONS = 2
"""RoBERTa counts positions from the padding token on, so two of them hold no text."""
BERT_KEYS = frozenset(
    {"hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "vocab_size",
     "max_position_embeddings", "type_vocab_size", "tie_word_embeddings"}
)  # fmt: skip
MODERNBERT_KEYS = BERT_KEYS | {
    "attention_bias", "classifier_bias", "decoder_bias", "global_attn_every_n_layers",
    "local_attention", "mlp_bias", "norm_bias",
}  # fmt: skip
WHISPER_KEYS = frozenset(
    {"d_model", "decoder_attention_heads", "decoder_ffn_dim", "decoder_layers",
     "encoder_attention_heads", "encoder_ffn_dim", "encoder_layers", "max_source_positions",
     "max_target_positions", "num_hidden_layers", "num_mel_bins", "vocab_size",
     "begin_suppress_tokens", "suppress_tokens", "decoder_layerdrop", "encoder_layerdrop",
     "is_encoder_decoder",
     "max_length", "median_filter_width", "scale_embedding", "use_weighted_layer_sum",
     "apply_spec_augment", "mask_time_prob", "mask_time_length", "mask_time_min_masks",
     "mask_feature_prob", "mask_feature_length", "mask_feature_min_masks", "classifier_proj_size",
     "forced_decoder_ids", "decoder_start_token_id", "alignment_heads", "tie_word_embeddings"}
)  # fmt: skip


def scores(fields: Fields) -> bool:
    """Whether a model has a scoring head."""
    return any("SequenceClassification" in name for name in fields.texts("architectures"))


def encoder(fields: Fields, kind: str) -> tuple[int, Transformer]:
    """Parameters and dimensions of an encoder."""
    return _modernbert(fields) if kind == "modernbert" else _bert(fields, kind)


def _bert(fields: Fields, kind: str) -> tuple[int, Transformer]:
    check_keys(fields, BERT_KEYS)
    hidden, inner = fields.size("hidden_size"), fields.size("intermediate_size")
    rows = fields.size("vocab_size") + fields.size("max_position_embeddings")
    embedding = (rows + fields.size("type_vocab_size", 2)) * hidden
    layer = 4 * (hidden * hidden + hidden) + 2 * hidden * inner + inner + hidden + 4 * hidden
    pooler = hidden * hidden + hidden
    head = _labels(fields) * (hidden + 1) if scores(fields) else 0
    total = embedding + 2 * hidden + fields.size("num_hidden_layers") * layer + pooler + head
    padded = 0 if kind == "bert" else PADDED_POSITIONS
    return total, _dimensions(fields, total, embedding, 0, None, padded)


def _modernbert(fields: Fields) -> tuple[int, Transformer]:
    """ModernBERT: gated, and most layers see a window only."""
    check_keys(fields, MODERNBERT_KEYS)
    for name in ("attention_bias", "mlp_bias", "norm_bias", "classifier_bias"):
        if fields.flag(name, False):
            raise ValueError(f"`{fields.id}`: `{name}` is true; biases are not counted here")
    hidden, inner = fields.size("hidden_size"), fields.size("intermediate_size")
    layers, embedding = fields.size("num_hidden_layers"), fields.size("vocab_size") * hidden
    layer = 4 * hidden * hidden + 3 * hidden * inner + 2 * hidden
    head = hidden * hidden + hidden + _labels(fields) * (hidden + 1) if scores(fields) else 0
    total = embedding + layers * layer + hidden + head
    every = fields.size("global_attn_every_n_layers", 3)
    local = layers - len(range(0, layers, every))
    each_side = fields.size("local_attention", 128) // 2
    return total, _dimensions(fields, total, embedding, local, each_side, 0)


def _labels(fields: Fields) -> int:
    """Scores that a head gives."""
    return len(fields.inner("id2label").data) or 1


def _dimensions(
    fields: Fields, total: int, embedding: int, local: int, window: int | None, padded: int
) -> Transformer:
    hidden, heads = fields.size("hidden_size"), fields.size("num_attention_heads")
    return Transformer(
        active_parameters=total,
        embedding_parameters=embedding,
        lm_head_parameters=0,
        layers=fields.size("num_hidden_layers"),
        hidden_size=hidden,
        intermediate_size=fields.size("intermediate_size"),
        vocabulary=fields.size("vocab_size"),
        attention=GroupedAttention(
            heads=heads,
            kv_heads=heads,
            head_dim=hidden // heads,
            sliding_layers=local,
            window=window if local else None,
        ),
        max_context_tokens=fields.size("max_position_embeddings") - padded,
    )


def whisper(fields: Fields) -> tuple[int, Transformer]:
    """Whisper: two convolutions, an encoder of sound, a decoder with attention to both.

    The positions of the sound are fixed and held like weights; keys have no bias.
    """
    check_keys(fields, WHISPER_KEYS)
    h, heads = fields.size("d_model"), fields.size("decoder_attention_heads")
    layers = (fields.size("encoder_layers"), fields.size("decoder_layers"))
    attention = 4 * h * h + 3 * h
    listens = attention + _ends(h, fields.size("encoder_ffn_dim")) + 4 * h
    writes = 2 * attention + _ends(h, fields.size("decoder_ffn_dim")) + 6 * h
    convolutions = fields.size("num_mel_bins") * h * 3 + h + h * h * 3 + h
    positions = fields.size("max_source_positions") * h
    heard = convolutions + positions + layers[0] * listens + 2 * h
    rows = fields.size("vocab_size") + fields.size("max_target_positions")
    total = heard + rows * h + layers[1] * writes + 2 * h
    return total, Transformer(
        active_parameters=total,
        embedding_parameters=rows * h,
        lm_head_parameters=0,
        layers=sum(layers),
        hidden_size=h,
        intermediate_size=fields.size("decoder_ffn_dim"),
        vocabulary=fields.size("vocab_size"),
        attention=GroupedAttention(heads=heads, kv_heads=heads, head_dim=h // heads),
        max_context_tokens=fields.size("max_target_positions"),
    )


def _ends(hidden: int, inner: int) -> int:
    return (hidden * inner + inner) + (inner * hidden + hidden)

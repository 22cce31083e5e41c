"""Reads a Hugging Face ``config.json`` into a catalogue entry, its parameters counted one by one.

The counts follow the modules of the transformers library (version 4.57) tensor by tensor; they
agree to the last parameter with what the library instantiates for the models of the catalogue.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Literal

from planner.catalog.architecture import (
    Experts,
    GroupedAttention,
    LatentAttention,
    ModelEntry,
    Transformer,
)
from planner.catalog.huggingface_fields import Fields
from planner.catalog.huggingface_parameters import (
    FAMILIES,
    Family,
    Mixture,
    decoder_layers,
    encoder_ends,
    encoder_layers,
    mixture_of,
    siglip_parameters,
)

DECODERS = tuple(FAMILIES)
ENCODERS = ("bert", "xlm-roberta")
SUPPORTED = (*DECODERS, "gemma3", *ENCODERS)
"""Values of ``model_type`` that can be read."""
PADDED_POSITIONS = 2
"""XLM-RoBERTa counts positions from the padding token on, so two of them hold no text."""


def read_config(text: str | bytes, *, name: str, source: str, as_of: str) -> ModelEntry:
    """The entry of a model from the text of its ``config.json``.

    Args:
        text: JSON.
        name: id of the model in scenarios.
        source: id of the source of the dimensions.
        as_of: date of the source.

    Raises:
        ValueError: if it is not a JSON object, if its ``model_type`` is not supported (the message
            names those that are), or if a field is missing or of another type.
    """
    try:
        config = json.loads(text)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"`{name}`: not a JSON file: {error}") from None
    if not isinstance(config, dict):
        raise ValueError(f"`{name}`: a config.json must be an object")
    return entry_of(config, name=name, source=source, as_of=as_of)


def entry_of(config: Mapping[str, object], *, name: str, source: str, as_of: str) -> ModelEntry:
    """The entry of a model from its configuration; see ``read_config``.

    Raises:
        ValueError: if the model type is not supported, or a field is missing or of another type.
    """
    fields = Fields(config, name)
    kind = fields.text("model_type")
    if kind in ENCODERS:
        return _entry(fields, _kind_of_encoder(fields), source, as_of, _encoder(fields, kind))
    if kind == "gemma3":
        text = fields.inner("text_config", FAMILIES["gemma3_text"].defaults)
        vision = siglip_parameters(fields.inner("vision_config", {}), text.size("hidden_size"))
        return _entry(fields, "decoder", source, as_of, _decoder(text, "gemma3_text", vision))
    if kind not in FAMILIES:
        known = ", ".join(SUPPORTED)
        raise ValueError(f"`{name}`: model_type `{kind}` is not supported; supported are {known}")
    fields = Fields(config, name, FAMILIES[kind].defaults)
    return _entry(fields, "decoder", source, as_of, _decoder(fields, kind, 0))


def _entry(
    fields: Fields,
    kind: Literal["decoder", "encoder", "reranker"],
    source: str,
    as_of: str,
    counted: tuple[int, Transformer],
) -> ModelEntry:
    parameters, transformer = counted
    return ModelEntry(
        id=fields.id,
        name=fields.id,
        kind=kind,
        licence="not stated in config.json",
        source=source,
        as_of=as_of,
        verified_by="counted from the dimensions",
        parameters=parameters,
        transformer=transformer,
    )


def _decoder(fields: Fields, kind: str, vision: int) -> tuple[int, Transformer]:
    family = FAMILIES[kind]
    hidden, vocabulary = fields.size("hidden_size"), fields.size("vocab_size")
    embedding = vocabulary * hidden
    lm_head = 0 if fields.flag("tie_word_embeddings", family.tied) else embedding
    mixture = mixture_of(fields, family)
    body = decoder_layers(fields, family, mixture) + hidden
    total = embedding + lm_head + body + vision
    idle = mixture.layers * (mixture.routed - mixture.per_token) * mixture.each if mixture else 0
    transformer = Transformer(
        active_parameters=total - idle,
        embedding_parameters=embedding,
        lm_head_parameters=lm_head,
        vision_parameters=vision,
        layers=fields.size("num_hidden_layers"),
        hidden_size=hidden,
        intermediate_size=fields.size("intermediate_size"),
        vocabulary=vocabulary,
        attention=_latent(fields) if family.latent else _grouped(fields, family),
        experts=_experts(mixture) if mixture else None,
        max_context_tokens=fields.size("max_position_embeddings"),
        native_precision=_native_precision(fields),
    )
    return total, transformer


def _encoder(fields: Fields, kind: str) -> tuple[int, Transformer]:
    hidden, positions = fields.size("hidden_size"), fields.size("max_position_embeddings")
    embedding, ends = encoder_ends(fields, classifies=_kind_of_encoder(fields) == "reranker")
    total = embedding + ends + encoder_layers(fields)
    heads = fields.size("num_attention_heads")
    transformer = Transformer(
        active_parameters=total,
        embedding_parameters=embedding,
        lm_head_parameters=0,
        layers=fields.size("num_hidden_layers"),
        hidden_size=hidden,
        intermediate_size=fields.size("intermediate_size"),
        vocabulary=fields.size("vocab_size"),
        attention=GroupedAttention(heads=heads, kv_heads=heads, head_dim=hidden // heads),
        max_context_tokens=positions - (PADDED_POSITIONS if kind == "xlm-roberta" else 0),
    )
    return total, transformer


def _kind_of_encoder(fields: Fields) -> Literal["encoder", "reranker"]:
    """An encoder with a scoring head is a reranker."""
    scores = any("SequenceClassification" in name for name in fields.texts("architectures"))
    return "reranker" if scores else "encoder"


def _grouped(fields: Fields, family: Family) -> GroupedAttention:
    sliding = _sliding_layers(fields, family)
    return GroupedAttention(
        heads=fields.size("num_attention_heads"),
        kv_heads=fields.size("num_key_value_heads", fields.size("num_attention_heads")),
        head_dim=fields.head_dim(),
        sliding_layers=sliding,
        window=fields.size("sliding_window") if sliding else None,
    )


def _latent(fields: Fields) -> LatentAttention:
    return LatentAttention(
        kind="mla",
        heads=fields.size("num_attention_heads"),
        kv_lora_rank=fields.size("kv_lora_rank"),
        qk_rope_head_dim=fields.size("qk_rope_head_dim"),
        q_lora_rank=fields.count("q_lora_rank"),
        qk_nope_head_dim=fields.size("qk_nope_head_dim"),
        v_head_dim=fields.size("v_head_dim"),
    )


def _experts(mixture: Mixture) -> Experts:
    return Experts(
        routed=mixture.routed,
        per_token=mixture.per_token,
        shared=mixture.shared,
        intermediate_size=mixture.width,
        first_dense_layers=mixture.first_dense,
        parameters=mixture.layers * mixture.routed * mixture.matrices,
    )


def _sliding_layers(fields: Fields, family: Family) -> int:
    """Layers with a window: as listed, else by the family's pattern; none if it never closes."""
    layers, window = fields.size("num_hidden_layers"), fields.count("sliding_window")
    switched_off = not fields.flag("use_sliding_window", family.slides)
    if switched_off or window == 0 or window >= fields.size("max_position_embeddings"):
        return 0
    listed = fields.texts("layer_types")
    if listed:
        return sum(name != "full_attention" for name in listed)
    every = fields.count("sliding_window_pattern") or family.full_every
    return layers - layers // every if every else layers


def _native_precision(fields: Fields) -> Literal["bf16", "fp8", "mxfp4"]:
    method = fields.inner("quantization_config", {}).text("quant_method", "none")
    if method == "fp8":
        return "fp8"
    return "mxfp4" if method == "mxfp4" else "bf16"

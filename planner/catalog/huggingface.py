"""Reads a Hugging Face ``config.json`` into a catalogue entry, its parameters counted one by one.

The counts follow the modules of the transformers library (version 4.57) tensor by tensor; they
agree to the last parameter with what the library instantiates. What the library does not have
(InternLM 2, Baichuan, Kimi K2) follows the files of its makers. A key that may change the memory
and is not known is an error (``huggingface_keys``), never a guess.
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
from planner.catalog.huggingface_encoders import ENCODERS, encoder, scores, whisper
from planner.catalog.huggingface_experts import Mixture, mixture_of
from planner.catalog.huggingface_families import FAMILIES, Family, family_of
from planner.catalog.huggingface_fields import Fields
from planner.catalog.huggingface_keys import REFUSED, check_decoder, check_keys
from planner.catalog.huggingface_parameters import (
    decoder_layers,
    norm,
    output_layer,
    width_of_feed_forward,
)
from planner.catalog.huggingface_quantisation import published_precision
from planner.catalog.huggingface_vision import WRAPPER_KEYS, WRAPPERS
from planner.catalog.huggingface_windows import windowed_layers

Kind = Literal["decoder", "encoder", "reranker", "asr"]
Counted = tuple[int, Transformer]
"""All parameters, and the dimensions."""
DECODERS = tuple(FAMILIES)
SUPPORTED = (*DECODERS, *WRAPPERS, *ENCODERS, "whisper")
"""Values of ``model_type`` that can be read."""


def read_config(text: str | bytes, *, name: str, source: str, as_of: str) -> ModelEntry:
    """The entry of a model from the text of its ``config.json``.

    Args:
        text: JSON.
        name: id of the model in scenarios.
        source: id of the source of the dimensions.
        as_of: date of the source.

    Raises:
        ValueError: if it is not a JSON object, if its ``model_type`` is not supported (the message
            names those that are), if a key may matter and is not known, or if a field is missing
            or of another type.
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
        ValueError: as ``read_config``.
    """
    fields = Fields(config, name)
    kind, (parameters, transformer) = _counted(fields, fields.text("model_type"))
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


def _counted(fields: Fields, kind: str) -> tuple[Kind, Counted]:
    if kind in ENCODERS:
        return "reranker" if scores(fields) else "encoder", encoder(fields, kind)
    if kind == "whisper":
        return "asr", whisper(fields)
    if kind in WRAPPERS:
        return "decoder", _seeing(fields, kind)
    if kind in FAMILIES:
        return "decoder", _decoder(fields, kind, fields, 0)
    if why := REFUSED.get(kind):
        raise ValueError(f"`{fields.id}`: model_type `{kind}` cannot be sized: {why}")
    known = ", ".join(SUPPORTED)
    raise ValueError(f"`{fields.id}`: model_type `{kind}` is not supported; supported are {known}")


def _seeing(fields: Fields, kind: str) -> Counted:
    """A language model with a tower; older files of Qwen have no ``text_config``."""
    text_kind, tower = WRAPPERS[kind]
    nested = fields.inner("text_config")
    flat = not nested.data
    if not flat:
        check_keys(fields, WRAPPER_KEYS)
        tied = fields.data.get("tie_word_embeddings")
        nested = Fields({"tie_word_embeddings": tied, **nested.data}, fields.id)
    text = fields if flat else nested
    hidden = text.called({}, FAMILIES[text_kind].defaults).size("hidden_size")
    return _decoder(text, text_kind, fields, tower(fields, hidden))


def _decoder(raw: Fields, kind: str, whole: Fields, vision: int) -> Counted:
    """A decoder.

    Args:
        raw: the configuration of the language model.
        kind: its family.
        whole: the whole configuration, which says how it is quantised.
        vision: parameters of the tower.
    """
    family = family_of(kind, raw)
    fields = raw.called(family.names, family.defaults)
    check_decoder(fields, family, WRAPPER_KEYS if raw is whole and vision else ())
    hidden, vocabulary = fields.size("hidden_size"), fields.size("vocab_size")
    embedding, lm_head = vocabulary * hidden, output_layer(fields, family)
    mixture = mixture_of(fields, family)
    body = decoder_layers(fields, family, mixture) + norm(fields, family)
    total = embedding + lm_head + body + vision
    idle = mixture.layers * (mixture.routed - mixture.per_token) * mixture.each if mixture else 0
    return total, Transformer(
        active_parameters=total - idle,
        embedding_parameters=embedding,
        lm_head_parameters=lm_head,
        vision_parameters=vision,
        layers=fields.size("num_hidden_layers"),
        hidden_size=hidden,
        intermediate_size=width_of_feed_forward(fields),
        vocabulary=vocabulary,
        attention=_latent(fields) if family.latent else _grouped(fields, family),
        experts=_experts(mixture) if mixture else None,
        max_context_tokens=_longest(fields),
        native_precision=published_precision(whole),
    )


def _longest(fields: Fields) -> int:
    """Longest context: YaRN stretches the positions that a model was trained with first."""
    stated, rope = fields.size("max_position_embeddings"), fields.inner("rope_scaling")
    if rope.text("rope_type", rope.text("type", "default")) != "yarn":
        return stated
    factor = rope.data.get("factor", 1)
    first = rope.size("original_max_position_embeddings", stated)
    stretched = first * factor if isinstance(factor, int | float) else 0
    return max(stated, int(stretched))


def _grouped(fields: Fields, family: Family) -> GroupedAttention:
    sliding, window = windowed_layers(fields, family)
    return GroupedAttention(
        heads=fields.size("num_attention_heads"),
        kv_heads=fields.size("num_key_value_heads", fields.size("num_attention_heads")),
        head_dim=fields.head_dim(),
        sliding_layers=sliding,
        window=window,
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
        first_dense_layers=mixture.dense,
        parameters=mixture.layers * mixture.routed * mixture.matrices,
    )

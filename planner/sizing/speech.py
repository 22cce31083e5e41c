"""Memory of a model that turns speech into text (formulas in docs/reference/sizing.md).

No workload is planned on it.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from planner.catalog.architecture import GroupedAttention, ModelEntry, Transformer
from planner.sizing.embedding import activation_bytes
from planner.sizing.memory_engines import Transcriber
from planner.units import GIB

SpeechFormat: TypeAlias = Literal["bf16", "int8_float16"]
"""16 bits, or weights in 8 bits with all else in 16 (CTranslate2)."""
WEIGHT_BYTES: dict[SpeechFormat, int] = {"bf16": 2, "int8_float16": 1}
ELEMENT = 2
"""Bytes of an activation and of an element of the cache."""
SCORES = 3
"""Bytes of a score of attention that is not fused: 16 bits, and half of them in 32 besides."""


def speech_bytes(
    model: ModelEntry, precision: SpeechFormat, engine: Transcriber, *, beam: int | None = None
) -> float:
    """Memory on the card: weights, caches of the decoder, one layer of the encoder, the engine.

    Args:
        model: an encoder with a decoder behind it.
        precision: of the weights.
        engine: constants.
        beam: hypotheses that the decoder follows; that of the engine where nothing is said.

    Raises:
        AssertionError: if the model has no encoder before its decoder.
    """
    t = model.transformer
    assert t is not None, f"{model.id} has no transformer"
    weights = WEIGHT_BYTES[precision] * model.parameters
    cache = cache_bytes(t, beam or int(engine.beam))
    around = (engine.context_gib + engine.buffer_gib) * GIB
    return weights + cache + encoder_bytes(t) + around


def cache_bytes(t: Transformer, beam: int) -> int:
    """Keys and values: of the text for each hypothesis, of the sound once (Whisper: 1,500)."""
    a = t.attention
    assert isinstance(a, GroupedAttention)
    assert t.encoder_positions is not None
    decoder = t.layers - (t.encoder_layers or 0)
    positions = beam * t.max_context_tokens + t.encoder_positions
    return decoder * 2 * a.kv_heads * a.head_dim * ELEMENT * positions


def encoder_bytes(t: Transformer) -> int:
    """Peak of one layer of the encoder, whose attention is not fused."""
    assert t.encoder_positions is not None
    scores = SCORES * t.attention.heads * t.encoder_positions**2
    return activation_bytes(t, t.encoder_positions) + scores

"""Bytes of keys and values (formulas in docs/reference/sizing.md).

Source: vLLM ``v1/kv_cache_interface.py`` (page sizes) and ``config.get_num_kv_heads`` (heads for
each card), llama.cpp ``llama-kv-cache`` (cells and quantised types).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from planner.catalog.architecture import GroupedAttention, LatentAttention, Transformer
from planner.scenario.values import KvPrecision
from planner.sizing.engines import LlamaCpp, Vllm
from planner.units import ceil_div

VLLM_BYTES: dict[KvPrecision, Fraction] = {
    "bf16": Fraction(2),
    "fp8": Fraction(1),
    "nvfp4": Fraction(1, 2) + Fraction(1, 16),
}
"""Bytes of an element: per-tensor scales for fp8, an 8-bit scale for each block of 16 for nvfp4."""
LLAMA_CPP_BYTES: dict[KvPrecision, Fraction] = {
    "bf16": Fraction(2),
    "fp8": Fraction(34, 32),
    "nvfp4": Fraction(18, 32),
}
"""Bytes of an element of the nearest type of llama.cpp: f16, q8_0, q4_0."""


@dataclass(frozen=True, slots=True)
class CacheShape:
    """How a cache is cut, for one card of a group.

    Attributes:
        layer_bytes: bytes of one token in one layer.
        groups: (padded layers, reach) for each set of layers that holds as many tokens; a reach
            of None means the whole context.
        block_tokens: tokens are allocated in blocks of this size.
        state_bytes: what layers of linear attention keep of a session, however long it is.
    """

    layer_bytes: Fraction
    groups: tuple[tuple[int, int | None], ...]
    block_tokens: int
    state_bytes: Fraction = Fraction(0)

    def bytes_per_token(self) -> Fraction:
        """Bytes of one token in all layers, windows not yet exceeded."""
        return self.layer_bytes * sum(layers for layers, _ in self.groups)

    def session_bytes(self, tokens: int) -> int:
        """Bytes of a session that holds ``tokens`` tokens, rounded up to blocks."""
        held = sum(layers * self._held(tokens, reach) for layers, reach in self.groups)
        return ceil(self.layer_bytes * held + self.state_bytes)

    def _held(self, tokens: int, reach: int | None) -> int:
        """Tokens that a layer holds; a window needs one block more than it reaches."""
        blocks = ceil_div(tokens, self.block_tokens)
        if reach is not None and reach < tokens:
            blocks = min(blocks, ceil_div(reach, self.block_tokens) + 1)
        return blocks * self.block_tokens


def vllm_cache(t: Transformer, kv_cache: KvPrecision, cards: int, vllm: Vllm) -> CacheShape:
    """The cache of vLLM on each of ``cards`` cards.

    Grouped attention: 2 x max(1, kv_heads / TP) x head_dim x b for each layer and token, so that
    more cards than heads hold copies. Latent attention: (kv_lora_rank + rope) x b on every card.
    A layer with a window holds window - 1 + max_num_batched_tokens tokens at most; one of linear
    attention keeps a state of fixed size, its heads divided by the cards.
    """
    layer_bytes = _layer_width(t, cards) * VLLM_BYTES[kv_cache]
    state = Fraction(_state_bytes(t), cards)
    return CacheShape(layer_bytes, _vllm_groups(t, vllm), int(vllm.block_tokens), state)


def llama_cpp_cache(
    t: Transformer, kv_cache: KvPrecision, cards: int, llama_cpp: LlamaCpp
) -> CacheShape:
    """The cache of llama.cpp on each of ``cards`` cards (layers split evenly).

    A layer with a window holds window + ubatch cells at most, padded.
    """
    layer_bytes = _layer_width(t, 1) * LLAMA_CPP_BYTES[kv_cache]
    padding = int(llama_cpp.cell_padding)
    full, sliding, window = _layers(t)
    groups: tuple[tuple[int, int | None], ...] = ((ceil_div(full, cards), None),)
    if sliding:
        cells = ceil_div(window + int(llama_cpp.ubatch_tokens), padding) * padding
        groups += ((ceil_div(sliding, cards), cells - padding),)
    return CacheShape(layer_bytes, groups, padding, Fraction(_state_bytes(t), cards))


def token_bytes(t: Transformer) -> int:
    """Bytes of one token in all layers in 16 bits, on one card and without padding."""
    full, sliding, _ = _layers(t)
    return 2 * (full + sliding) * _layer_width(t, 1)


def padded_layers(t: Transformer) -> int:
    """Layers as vLLM allocates them: groups of equal size (Gemma-3-27b: 62 become 70)."""
    full, sliding, _ = _layers(t)
    return sum(_grouped(full, sliding))


def read_bytes(t: Transformer, shape: CacheShape, tokens: float) -> float:
    """Bytes that one decode step of one session reads, windows respected."""
    full, sliding, window = _layers(t)
    held = full * tokens + sliding * min(tokens, float(window))
    return float(shape.layer_bytes) * held + float(shape.state_bytes)


def split_refusal(t: Transformer, cards: int) -> str | None:
    """Why vLLM cannot split the attention over cards, or None.

    Query heads must divide evenly, and key-value heads either divide or are copied evenly
    (``ModelConfig.verify_with_parallel_config`` of vLLM).
    """
    heads = t.attention.heads
    if heads % cards:
        return f"{heads} query heads cannot be split over {cards} cards"
    a = t.attention
    if isinstance(a, GroupedAttention) and a.kv_heads % cards and cards % a.kv_heads:
        return f"{a.kv_heads} key-value heads cannot be split over {cards} cards"
    return None


def _layer_width(t: Transformer, cards: int) -> int:
    """Elements of one token in one layer on each card."""
    a = t.attention
    if isinstance(a, LatentAttention):
        return a.kv_lora_rank + a.qk_rope_head_dim
    return 2 * max(1, a.kv_heads // cards) * a.head_dim


def _layers(t: Transformer) -> tuple[int, int, int]:
    """Layers of full attention, layers with a window, and the window."""
    a = t.attention
    if isinstance(a, LatentAttention):
        return t.layers, 0, 0
    cached = t.layers - (a.linear_layers or 0)
    if a.window is None:
        return cached, 0, 0
    return cached - a.sliding_layers, a.sliding_layers, a.window


def _state_bytes(t: Transformer) -> int:
    """Bytes that all layers of linear attention keep of a sequence."""
    a = t.attention
    if isinstance(a, LatentAttention):
        return 0
    return (a.linear_layers or 0) * (a.linear_state_bytes or 0)


def _vllm_groups(t: Transformer, vllm: Vllm) -> tuple[tuple[int, int | None], ...]:
    full, sliding, window = _layers(t)
    padded_full, padded_sliding = _grouped(full, sliding)
    reach = window - 1 + int(vllm.max_num_batched_tokens)
    groups = ((padded_full, None), (padded_sliding, reach))
    return tuple((layers, r) for layers, r in groups if layers)


def _grouped(full: int, sliding: int) -> tuple[int, int]:
    """Layers of both kinds, padded to multiples of the rarer kind (inferred from vLLM logs)."""
    size = min(full, sliding)
    if size == 0:
        return full, sliding
    return ceil_div(full, size) * size, ceil_div(sliding, size) * size

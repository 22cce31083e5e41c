"""Bytes of GGUF files: the type that llama.cpp gives each tensor (docs/reference/sizing.md).

Source: llama.cpp, ``ggml-common.h`` (bytes of a block) and ``llama_tensor_get_type`` of
``llama-quant.cpp`` (which tensor gets a higher type), as of 2026; types
below 4 bits that need an importance matrix are made with one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from planner.catalog.architecture import GroupedAttention, Transformer

BLOCKS: Mapping[str, Fraction] = {
    "q2_k": Fraction(84, 256),
    "q3_k": Fraction(110, 256),
    "q4_k": Fraction(144, 256),
    "q5_k": Fraction(176, 256),
    "q6_k": Fraction(210, 256),
    "q8_0": Fraction(34, 32),
    "iq4_nl": Fraction(18, 32),
    "iq4_xs": Fraction(136, 256),
    "iq3_s": Fraction(110, 256),
    "iq3_xxs": Fraction(98, 256),
    "iq2_s": Fraction(82, 256),
    "iq2_xxs": Fraction(66, 256),
    "f16": Fraction(2),
}
"""Bytes of a weight: block bytes over weights of a block, scales included."""
GROUPED = 4
"""Query heads for each key-value head from which values get a higher type."""
EIGHT_SHARED, EIGHT_SHARED_LAYERS = 8, 80
"""Query heads for each key-value head, and layers, of models whose values get Q5_K for Q4_K."""
NORM = Fraction(4)
"""Bytes of a weight of a norm, which no type touches."""

Chosen = Callable[[int, int], str]
"""Type of a matrix by layer and number of layers."""


@dataclass(frozen=True, slots=True)
class Mix:
    """Types of the tensors of a file.

    Attributes:
        base: type of all tensors that are not named here.
        output: type of the output layer, or of the embedding that is tied to it.
        values: type of the value projections.
        attention_output: type of the output projections of attention.
        down: type of the second matrices of the feed-forward parts.
        embedding: type of an untied input embedding, where it is not the base.
        queries_keys: type of the query and key projections, where it is not the base.
        grouped_values: the same as ``values`` where attention is grouped by 4 or more.
    """

    base: str
    output: str
    values: Chosen
    attention_output: str
    down: Chosen
    grouped_values: str | None = None
    embedding: str | None = None
    queries_keys: str | None = None


def _more(i: int, n: int) -> bool:
    """Whether a layer gets more bits: the first and last eighth, and each third between."""
    return i < n // 8 or i >= 7 * n // 8 or (i - n // 8) % 3 == 2


def _always(name: str) -> Chosen:
    return lambda i, n: name


def _where_more(high: str, low: str) -> Chosen:
    return lambda i, n: high if _more(i, n) else low


def _first(high: str, low: str, layers: int | None = None) -> Chosen:
    """High in the first eighth of the layers, or in so many."""
    return lambda i, n: high if i < (layers or n // 8) else low


def _plain(name: str, output: str = "q6_k") -> Mix:
    return Mix(name, output, _always(name), name, _always(name))


MIXES: Mapping[str, Mix] = {
    "q8_0": _plain("q8_0", "q8_0"),
    "q6_k": _plain("q6_k"),
    "q5_k_m": Mix("q5_k", "q6_k", _where_more("q6_k", "q5_k"), "q5_k", _where_more("q6_k", "q5_k")),
    "q5_k_s": _plain("q5_k"),
    "q4_k_m": Mix("q4_k", "q6_k", _where_more("q6_k", "q4_k"), "q4_k", _where_more("q6_k", "q4_k")),
    "q4_k_s": Mix("q4_k", "q6_k", _first("q5_k", "q4_k", 4), "q4_k", _first("q5_k", "q4_k")),
    "q3_k_l": Mix("q3_k", "q6_k", _always("q5_k"), "q5_k", _always("q5_k")),
    "q3_k_s": _plain("q3_k"),
    "q2_k": Mix("q2_k", "q6_k", _always("q3_k"), "q3_k", _always("q3_k"), "q4_k"),
    "f16": _plain("f16", "f16"),
    "iq2_xxs": Mix(
        "iq2_xxs", "q5_k", _always("q2_k"), "iq2_xxs", _first("q2_k", "iq2_xxs"), "q4_k", "q2_k"
    ),
    "iq3_xxs": Mix(
        "iq3_xxs", "q5_k", _always("iq3_s"), "iq3_s", _always("iq3_xxs"), "q4_k", "iq3_s", "iq2_s"
    ),
    "iq4_nl": Mix("iq4_nl", "q6_k", _always("iq4_nl"), "iq4_nl", _first("q5_k", "iq4_nl"), "q5_k"),
    "iq4_xs": Mix("iq4_xs", "q6_k", _always("iq4_xs"), "iq4_xs", _first("q5_k", "iq4_xs"), "q5_k"),
}
"""Files by name: what ``llama-quantize`` writes."""


@dataclass(frozen=True, slots=True)
class GgufWeights:
    """Bytes of a file's tensors.

    Attributes:
        embedding: input embedding.
        output: output layer; 0 where the embedding serves as one.
        body: everything else but routed experts.
        experts: routed experts.
    """

    embedding: Fraction
    output: Fraction
    body: Fraction
    experts: Fraction

    @property
    def total(self) -> Fraction:
        """Bytes of all tensors."""
        return self.embedding + self.output + self.body + self.experts


def gguf_weights(name: str, t: Transformer, body: int) -> GgufWeights:
    """Bytes of the tensors of a file.

    Args:
        name: of the mix, for example ``q4_k_m``.
        t: dimensions.
        body: parameters beside embedding, output layer and routed experts.

    Raises:
        KeyError: if the mix is not known.
    """
    mix = MIXES[name]
    tied = t.lm_head_parameters == 0
    extra = sum(_raised(mix, t, layer) for layer in range(t.layers))
    norms = (2 * t.layers + 1) * t.hidden_size
    routed = t.experts.parameters if t.experts else 0
    down = sum((BLOCKS[mix.down(i, t.layers)] for i in range(t.layers)), Fraction(0)) / t.layers
    return GgufWeights(
        embedding=BLOCKS[mix.output if tied else mix.embedding or mix.base]
        * t.embedding_parameters,
        output=BLOCKS[mix.output] * t.lm_head_parameters,
        body=BLOCKS[mix.base] * (body - norms) + NORM * norms + extra,
        experts=(2 * BLOCKS[mix.base] + down) / 3 * routed,
    )


def _raised(mix: Mix, t: Transformer, layer: int) -> Fraction:
    """Bytes that the higher types of one layer add."""
    a, base, n = t.attention, BLOCKS[mix.base], t.layers
    down = 0 if t.experts else t.hidden_size * t.intermediate_size
    found = (BLOCKS[mix.down(layer, n)] - base) * down
    if not isinstance(a, GroupedAttention):
        return found
    found += (BLOCKS[_values(mix, a, layer, n)] - base) * t.hidden_size * a.kv_heads * a.head_dim
    queries, keys = a.heads * a.head_dim, a.kv_heads * a.head_dim
    found += (BLOCKS[mix.attention_output] - base) * t.hidden_size * queries
    higher = BLOCKS[mix.queries_keys or mix.base] - base
    return found + higher * t.hidden_size * (queries + keys)


def _values(mix: Mix, a: GroupedAttention, layer: int, layers: int) -> str:
    """Type of the value projection of a layer."""
    shared = a.heads // a.kv_heads
    if mix.grouped_values and shared >= GROUPED:
        return mix.grouped_values
    chosen = mix.values(layer, layers)
    low = chosen in ("q3_k", "q4_k")
    return "q5_k" if low and shared == EIGHT_SHARED and layers == EIGHT_SHARED_LAYERS else chosen

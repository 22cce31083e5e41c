"""Bytes of a model's weights by precision (formulas in docs/reference/sizing.md).

Quantisers leave the embedding, the output layer and a vision tower in 16 bits. All experts of a
mixture are resident; active parameters only set the speed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import assert_never

from planner.catalog.architecture import GroupedAttention, LatentAttention, ModelEntry, Transformer
from planner.catalog.items import exact
from planner.scenario.values import Precision
from planner.sizing.engines import Engines, LlamaCpp, Vllm
from planner.units import ceil_div

GROUP = 128
"""Weights that share a scale in AWQ and GPTQ checkpoints."""
FP8_BLOCK = Fraction(4, 128 * 128)
"""Bytes of scale for each weight of a checkpoint published in FP8 with 128 x 128 blocks."""
AWQ = Fraction(1, 2) + Fraction(2 + Fraction(1, 2)) / GROUP
"""Bytes: 4 bits, a 16-bit scale and a 4-bit zero for each group."""
GPTQ = Fraction(1, 2) + Fraction(2, GROUP)
"""Bytes: as AWQ without the zero (symmetric)."""
NF4 = Fraction(1, 2) + Fraction(4, 64)
"""Bytes: 4 bits and a 32-bit scale for each block of 64 (bitsandbytes, scales not quantised)."""
NVFP4 = Fraction(1, 2) + Fraction(1, 16)
"""Bytes: 4 bits and an 8-bit scale for each block of 16."""
MXFP4 = Fraction(1, 2) + Fraction(1, 32)
"""Bytes: 4 bits and an 8-bit scale for each block of 32."""
HALF = Fraction(2)
"""Bytes of a 16-bit weight."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Bytes of a model's weights, all cards together.

    Attributes:
        lookup: input embedding, of which a step reads only the rows of its tokens; where it is
            tied to the output layer it is read as a whole and counts as ``dense``.
        vision: vision tower, not used while text is written.
        dense: what every token reads.
        experts: routed experts, read as far as tokens hit them.
    """

    lookup: Fraction
    vision: Fraction
    dense: Fraction
    experts: Fraction

    @property
    def total(self) -> Fraction:
        """Bytes of all weights."""
        return self.lookup + self.vision + self.dense + self.experts


def weights_of(model: ModelEntry, precision: Precision, engines: Engines) -> Weights:
    """Bytes of a language model's weights: ``2 E + c L``, with c from ``body_bytes``.

    Raises:
        AssertionError: if the model has no transformer.
    """
    t = model.transformer
    assert t is not None, f"{model.id} has no transformer"
    kept = HALF if precision != "fp32" else Fraction(4)
    body, expert = body_bytes(precision, t, engines)
    if precision.startswith("gguf-"):
        kept = body
    routed = t.experts.parameters if t.experts else 0
    ends = t.embedding_parameters + t.lm_head_parameters
    rest = model.parameters - ends - t.vision_parameters - routed
    tied = t.lm_head_parameters == 0 and model.kind == "decoder"
    output = t.embedding_parameters if tied else t.lm_head_parameters
    return Weights(
        lookup=kept * (ends - output),
        vision=kept * t.vision_parameters,
        dense=kept * output + body * rest,
        experts=expert * routed,
    )


def body_bytes(precision: Precision, t: Transformer, engines: Engines) -> tuple[Fraction, Fraction]:
    """Bytes of a weight of the layers, and of a weight of the routed experts."""
    match precision:
        case "fp32":
            return Fraction(4), Fraction(4)
        case "bf16":
            return HALF, HALF
        case "mxfp4":
            return HALF, MXFP4 * _padding(t, engines.vllm)
        case _:
            one = _quantised(precision, t.native_precision == "fp8", engines)
            return one, one


def _quantised(precision: Precision, native_fp8: bool, engines: Engines) -> Fraction:
    match precision:
        case "fp8":
            return 1 + (FP8_BLOCK if native_fp8 else exact(engines.vllm.channel_scale_share))
        case "int8":
            return 1 + exact(engines.vllm.channel_scale_share)
        case "awq-int4":
            return AWQ
        case "gptq-int4":
            return GPTQ
        case "nf4":
            return NF4
        case "nvfp4":
            return NVFP4
        case "fp32" | "bf16" | "mxfp4":
            raise ValueError(f"{precision} is not one format for all weights")
        case _:
            return gguf_bytes(precision, engines.llama_cpp)


def gguf_bytes(precision: Precision, llama_cpp: LlamaCpp) -> Fraction:
    """Bytes of a weight of a GGUF file, mixed types included (llama.cpp, README of quantize)."""
    match precision:
        case "gguf-q8_0":
            bits = llama_cpp.bits_q8_0
        case "gguf-q6_k":
            bits = llama_cpp.bits_q6_k
        case "gguf-q5_k_m":
            bits = llama_cpp.bits_q5_k_m
        case "gguf-q4_k_m":
            bits = llama_cpp.bits_q4_k_m
        case "gguf-q3_k_s":
            bits = llama_cpp.bits_q3_k_s
        case "gguf-q2_k":
            bits = llama_cpp.bits_q2_k
        case (
            "fp32" | "bf16" | "fp8" | "int8" | "awq-int4" | "gptq-int4" | "nf4" | "nvfp4" | "mxfp4"
        ):
            raise ValueError(f"{precision} is not a GGUF format")
        case _:
            assert_never(precision)
    return exact(bits) / 8


def _padding(t: Transformer, vllm: Vllm) -> Fraction:
    """How much the MXFP4 kernels widen an expert: 2,880 to 3,072 for gpt-oss."""
    if t.experts is None:
        return Fraction(1)
    width, multiple = t.experts.intermediate_size, int(vllm.mxfp4_padding)
    return Fraction(ceil_div(width, multiple) * multiple, width)


def on_each_card(model: ModelEntry, weights: Weights, cards: int, vllm: Vllm) -> int:
    """Bytes of vLLM's weights on each of ``cards`` cards (tensor parallel), rounded up.

    W / k, plus what every card holds: norms, routers, the down-projections of latent attention,
    keys and values of replicated heads, and the table of rotary angles; the vocabulary is padded.
    """
    t = model.transformer
    assert t is not None
    replicated = HALF * _replicated_parameters(t, cards)
    padding = HALF * _vocabulary_padding(t, cards, vllm)
    spread = weights.total + padding - replicated
    return ceil(spread / cards + replicated) + rotary_table_bytes(t)


def rotary_table_bytes(t: Transformer) -> int:
    """Angles of all positions: max_pos x rotary width x 2 B (vLLM, on every card)."""
    a = t.attention
    width = a.qk_rope_head_dim if isinstance(a, LatentAttention) else a.head_dim
    return t.max_context_tokens * width * 2


def _replicated_parameters(t: Transformer, cards: int) -> Fraction:
    if cards == 1:
        return Fraction(0)
    a = t.attention
    norms = (2 * t.layers + 1) * t.hidden_size
    routers = (t.layers - t.experts.first_dense_layers) * t.experts.routed if t.experts else 0
    if isinstance(a, LatentAttention):
        down = t.layers * (a.q_lora_rank + a.kv_lora_rank + a.qk_rope_head_dim)
    else:
        down = 0
    return norms + (routers + down) * t.hidden_size + _replicated_heads(t, cards)


def _replicated_heads(t: Transformer, cards: int) -> Fraction:
    """Weights of key and value heads that more cards hold than there are heads.

    In units of parameters that stand on every card: a head held by r cards counts r times in
    sum, which is what (r - 1) / (k - 1) of it on every card comes to.
    """
    a = t.attention
    if not isinstance(a, GroupedAttention) or cards <= a.kv_heads:
        return Fraction(0)
    copies = Fraction(cards, a.kv_heads)
    keys_and_values = 2 * t.layers * t.hidden_size * a.kv_heads * a.head_dim
    return keys_and_values * (copies - 1) / (cards - 1)


def _vocabulary_padding(t: Transformer, cards: int, vllm: Vllm) -> int:
    """Parameters that pad the vocabulary to a multiple on every card."""
    multiple = int(vllm.vocabulary_padding) * cards
    rows = ceil_div(t.vocabulary, multiple) * multiple - t.vocabulary
    tables = 2 if t.lm_head_parameters else 1
    return rows * t.hidden_size * tables

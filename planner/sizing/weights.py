"""Bytes of a model's weights by precision (formulas in docs/reference/sizing.md).

Quantisers leave the embedding, the output layer and a vision tower in 16 bits. All experts of a
mixture are resident; active parameters only set the speed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Literal, TypeAlias

from planner.catalog.architecture import GroupedAttention, LatentAttention, ModelEntry, Transformer
from planner.catalog.items import exact
from planner.scenario.values import Precision
from planner.sizing.engines import Engines, Vllm
from planner.sizing.gguf import gguf_weights
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
NF4_DOUBLE = Fraction(1, 2) + Fraction(1, 64) + Fraction(4, 64 * 256)
"""Bytes: as NF4 with 8-bit scales, and a 32-bit one for each 256 of them (double quantisation)."""
GPTQ_INT8 = 1 + Fraction(2 + 1, GROUP)
"""Bytes: 8 bits, a 16-bit scale and an 8-bit zero for each group."""
NVFP4 = Fraction(1, 2) + Fraction(1, 16)
"""Bytes: 4 bits and an 8-bit scale for each block of 16."""
MXFP4 = Fraction(1, 2) + Fraction(1, 32)
"""Bytes: 4 bits and an 8-bit scale for each block of 32."""
HALF = Fraction(2)
"""Bytes of a 16-bit weight."""
GROUPED_FORMATS = {
    "awq-int4": AWQ,
    "gptq-int4": GPTQ,
    "gptq-int8": GPTQ_INT8,
    "nf4": NF4,
    "nf4-dq": NF4_DOUBLE,
    "nvfp4": NVFP4,
}
"""Bytes of a weight of the layers in formats whose weights share scales in groups."""
Format: TypeAlias = Precision | Literal["nf4-dq", "gptq-int8"]
"""Precisions of scenarios, and further formats in which memory was measured."""


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


def weights_of(model: ModelEntry, precision: Format, engines: Engines) -> Weights:
    """Bytes of a language model's weights: ``2 E + c L``, with c from ``body_bytes``.

    Raises:
        AssertionError: if the model has no transformer.
    """
    t = model.transformer
    assert t is not None, f"{model.id} has no transformer"
    if precision.startswith("gguf-"):
        return _of_file(model, t, precision.removeprefix("gguf-"))
    kept = HALF if precision != "fp32" else Fraction(4)
    body, expert = body_bytes(precision, t, engines)
    routed = t.experts.parameters if t.experts else 0
    ends = t.embedding_parameters + t.lm_head_parameters
    rest = model.parameters - ends - t.vision_parameters - routed
    tied = t.lm_head_parameters == 0 and model.kind == "decoder"
    output = t.embedding_parameters if tied else t.lm_head_parameters
    found = Weights(
        lookup=kept * (ends - output),
        vision=kept * t.vision_parameters,
        dense=kept * output + body * rest,
        experts=expert * routed,
    )
    counted = precision == t.native_precision != "mxfp4"
    return _as_counted(found, t.published_bytes) if t.published_bytes and counted else found


def _as_counted(found: Weights, total: int) -> Weights:
    """Weights that come to the bytes of their files; what quantisers leave alone is exact."""
    kept = found.lookup + found.vision
    if total <= kept:
        return found
    factor = (total - kept) / (found.dense + found.experts)
    return replace(found, dense=found.dense * factor, experts=found.experts * factor)


def _of_file(model: ModelEntry, t: Transformer, mix: str) -> Weights:
    """Bytes of a GGUF file; a vision tower comes in a second one, in 16 bits."""
    routed = t.experts.parameters if t.experts else 0
    ends = t.embedding_parameters + t.lm_head_parameters
    held = gguf_weights(mix, t, model.parameters - ends - t.vision_parameters - routed)
    tied = t.lm_head_parameters == 0 and model.kind == "decoder"
    return Weights(
        lookup=Fraction(0) if tied else held.embedding,
        vision=HALF * t.vision_parameters,
        dense=held.body + held.output + (held.embedding if tied else 0),
        experts=held.experts,
    )


def body_bytes(precision: Format, t: Transformer, engines: Engines) -> tuple[Fraction, Fraction]:
    """Bytes of a weight of the layers, and of a weight of the routed experts.

    Raises:
        KeyError: for a GGUF file, whose tensors differ.
    """
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


def _quantised(precision: Format, native_fp8: bool, engines: Engines) -> Fraction:
    match precision:
        case "fp8":
            return 1 + (FP8_BLOCK if native_fp8 else exact(engines.vllm.channel_scale_share))
        case "int8":
            return 1 + exact(engines.vllm.channel_scale_share)
        case _:
            return GROUPED_FORMATS[precision]


def _padding(t: Transformer, vllm: Vllm) -> Fraction:
    """How much the MXFP4 kernels widen an expert: 2,880 to 3,072 for gpt-oss."""
    if t.experts is None:
        return Fraction(1)
    width, multiple = t.experts.intermediate_size, int(vllm.mxfp4_padding)
    return Fraction(ceil_div(width, multiple) * multiple, width)


def on_each_card(
    model: ModelEntry, weights: Weights, cards: int, vllm: Vllm, element: int = 2
) -> int:
    """Bytes of vLLM's weights on each of ``cards`` cards (tensor parallel), rounded up.

    ``element`` is the size of an unquantised weight, bytes.

    W / k, plus what every card holds: norms, routers, the down-projections of latent attention,
    keys and values of replicated heads, and the table of rotary angles; the vocabulary is padded.
    """
    t = model.transformer
    assert t is not None
    replicated = HALF * _replicated_parameters(t, cards)
    padding = HALF * _vocabulary_padding(t, cards, vllm)
    spread = weights.total + padding - replicated
    return ceil(spread / cards + replicated) + rotary_table_bytes(t) * element // 2


def on_each_stage(
    model: ModelEntry, weights: Weights, stages: int, *, middle: bool, element: int = 2
) -> int:
    """Bytes on a card of a pipeline: its part of the layers, and at an end a vocabulary table.

    The first stage holds the input embedding and a vision tower, the last the output layer
    (vLLM); the larger of both counts. A middle stage holds layers only.
    """
    t = model.transformer
    assert t is not None
    tied = t.lm_head_parameters == 0
    output = element * (t.embedding_parameters if tied else t.lm_head_parameters)
    layers = (weights.dense - output + weights.experts) / stages
    first = weights.vision + (output if tied else weights.lookup)
    ends = Fraction(0) if middle else max(first, Fraction(output))
    return ceil(layers + ends) + rotary_table_bytes(t) * element // 2


def rotary_table_bytes(t: Transformer) -> int:
    """Angles of all positions: max_pos x rotary width x 2 B (vLLM, on every card)."""
    a = t.attention
    width = a.qk_rope_head_dim if isinstance(a, LatentAttention) else a.head_dim
    return (t.rotary_positions or t.max_context_tokens) * width * 2


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

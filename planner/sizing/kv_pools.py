"""What each engine leaves for keys and values on a card (formulas in docs/reference/sizing.md)."""

from __future__ import annotations

from dataclasses import dataclass

from planner.catalog.architecture import Transformer
from planner.sizing.memory_engines import Sglang, TensorRtLlm
from planner.units import GIB

WIDE_GROUP = 4
"""Cards of a group from which SGLang captures graphs of more sequences."""
ELEMENT = 2
"""Bytes of an activation."""


@dataclass(frozen=True, slots=True)
class CardSize:
    """A class of cards, as SGLang sees them.

    Attributes:
        chunk_tokens: tokens of a chunk of a prompt.
        graph_sequences: sequences of the largest CUDA graph of one card.
        wide_graph_sequences: the same in a wide group.
    """

    chunk_tokens: float
    graph_sequences: float
    wide_graph_sequences: float


def vllm_pool(cuda_bytes: float, utilisation: float, beside: float) -> float:
    """A share of the card less weights, activation peak and memory outside PyTorch, bytes.

    Args:
        cuda_bytes: what CUDA offers of the card.
        utilisation: share of it that the engine may use.
        beside: what else it holds within that share.
    """
    return utilisation * cuda_bytes - beside


def sglang_pool(
    free_bytes: float, weights: float, memory_mib: float, cards: int, sglang: Sglang
) -> float:
    """What is free once weights are there, less the share that is set aside, bytes.

    Args:
        free_bytes: free memory before weights are loaded.
        weights: of the card's part of the model.
        memory_mib: memory of the card as the driver reports it.
        cards: of the group.
        sglang: constants.
    """
    return sglang_static_share(memory_mib, cards, sglang) * free_bytes - weights


def sglang_static_share(memory_mib: float, cards: int, sglang: Sglang) -> float:
    """Share of the card for weights and cache (``mem_fraction_static``), to three decimals.

    ``512 + 1.5 chunk + 2 sequences + 128 cards`` MiB are set aside, at least 10 GiB of a card of
    more than 60 GiB.
    """
    size = _size_of(memory_mib, sglang)
    sequences = size.wide_graph_sequences if cards >= WIDE_GROUP else size.graph_sequences
    aside = (
        sglang.metadata_mib
        + sglang.chunk_token_mib * max(size.chunk_tokens, sglang.least_chunk_tokens)
        + sglang.graph_sequence_mib * sequences
        + sglang.group_card_mib * cards
    )
    if memory_mib > sglang.large_card_mib:
        aside = max(aside, sglang.large_card_least_mib)
    return round((memory_mib - aside) / memory_mib, 3)


def tensorrt_llm_pool(
    t: Transformer,
    free_bytes: float,
    weights: float,
    batched_tokens: int,
    cards: int,
    engine: TensorRtLlm,
) -> float:
    """A share of what is free once weights, activations and the rest are there, bytes."""
    copies = engine.hidden_factor_1 if cards == 1 else engine.hidden_factor_2
    if cards >= WIDE_GROUP:
        copies = engine.hidden_factor_4
    activations = copies * ELEMENT * batched_tokens * t.hidden_size
    rest = (engine.other_gib + (engine.nccl_gib if cards > 1 else 0.0)) * GIB
    return engine.free_share * (free_bytes - weights - activations - rest)


def _size_of(memory_mib: float, sglang: Sglang) -> CardSize:
    if memory_mib < sglang.small_below_mib:
        return CardSize(
            sglang.small_chunk_tokens,
            sglang.small_graph_sequences,
            sglang.small_wide_graph_sequences,
        )
    if memory_mib < sglang.medium_below_mib:
        return CardSize(
            sglang.medium_chunk_tokens,
            sglang.medium_graph_sequences,
            sglang.medium_wide_graph_sequences,
        )
    if memory_mib < sglang.large_below_mib:
        return CardSize(
            sglang.large_chunk_tokens,
            sglang.large_graph_sequences,
            sglang.large_wide_graph_sequences,
        )
    huge = sglang.huge_graph_sequences
    return CardSize(sglang.huge_chunk_tokens, huge, huge)

"""Constants of programs of which only the memory is known; no workload is planned on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from planner.sizing.engines import EngineConstants


@dataclass(frozen=True, slots=True)
class Sglang(EngineConstants):
    """Memory that SGLang sets aside, by the size of a card: small, medium, large, or huge.

    Attributes:
        version: version that the constants were read from.
        metadata_mib: set aside whatever the card, MiB.
        chunk_token_mib: for each token of a chunk of a prompt, MiB.
        least_chunk_tokens: tokens that count at least.
        graph_sequence_mib: for each sequence of the largest CUDA graph, MiB.
        group_card_mib: for each card of a group, MiB.
        large_card_mib: size of a card from which a least amount is set aside, MiB.
        large_card_least_mib: that amount, MiB.
        small_below_mib: small cards have less than this, MiB.
        medium_below_mib: medium cards have less than this, MiB.
        large_below_mib: large cards have less than this, MiB.
        small_chunk_tokens: tokens of a chunk.
        medium_chunk_tokens: the same.
        large_chunk_tokens: the same.
        huge_chunk_tokens: the same.
        small_graph_sequences: sequences of the largest CUDA graph.
        small_wide_graph_sequences: the same in groups of four cards and more.
        medium_graph_sequences: sequences of the largest CUDA graph.
        medium_wide_graph_sequences: the same in groups of four cards and more.
        large_graph_sequences: sequences of the largest CUDA graph.
        large_wide_graph_sequences: the same in groups of four cards and more.
        huge_graph_sequences: sequences of the largest CUDA graph.
    """

    ENGINE: ClassVar[str] = "sglang"
    version: str
    metadata_mib: float
    chunk_token_mib: float
    least_chunk_tokens: float
    graph_sequence_mib: float
    group_card_mib: float
    large_card_mib: float
    large_card_least_mib: float
    small_below_mib: float
    medium_below_mib: float
    large_below_mib: float
    small_chunk_tokens: float
    medium_chunk_tokens: float
    large_chunk_tokens: float
    huge_chunk_tokens: float
    small_graph_sequences: float
    small_wide_graph_sequences: float
    medium_graph_sequences: float
    medium_wide_graph_sequences: float
    large_graph_sequences: float
    large_wide_graph_sequences: float
    huge_graph_sequences: float


@dataclass(frozen=True, slots=True)
class TensorRtLlm(EngineConstants):
    """Memory that TensorRT-LLM takes.

    Attributes:
        version: version that the constants were read from.
        free_share: share of the free memory that the cache takes.
        hidden_factor_1: copies of the hidden state for each batched token on one card.
        hidden_factor_2: the same on each of two cards.
        hidden_factor_4: the same on each of four and more.
        other_gib: everything else, GiB.
        nccl_gib: exchange between cards, GiB.
    """

    ENGINE: ClassVar[str] = "tensorrt-llm"
    version: str
    free_share: float
    hidden_factor_1: float
    hidden_factor_2: float
    hidden_factor_4: float
    other_gib: float
    nccl_gib: float


@dataclass(frozen=True, slots=True)
class Generator(EngineConstants):
    """Constants of a program that generates with Transformers models, one request at a time.

    Attributes:
        version: version that the constants were read from.
        base_gib: workspaces, allocated all the time, GiB.
        prefill_width: 16-bit copies of the widest layer that a prompt keeps, for each token.
        prefill_hidden: 16-bit copies of the hidden state that a prompt keeps, for each token.
        awq_width: the same as ``prefill_width`` with the kernels of AWQ, in addition.
        gptq_matrices: matrices that the kernels of GPTQ expand to 16 bits.
        nf4_matrices: the same for NF4.
        untied_fp8: 1 where FP8 checkpoints of tied models get an output layer of their own.
    """

    ENGINE: ClassVar[str] = "transformers"
    version: str
    base_gib: float
    prefill_width: float
    prefill_hidden: float
    awq_width: float
    gptq_matrices: float
    nf4_matrices: float
    untied_fp8: float


@dataclass(frozen=True, slots=True)
class Transcriber(EngineConstants):
    """Constants of a program that turns speech into text.

    Attributes:
        version: version that the constants were read from.
        context_gib: CUDA context, GiB.
        buffer_gib: workspaces, GiB.
        beam: hypotheses that it follows unless told otherwise.
    """

    ENGINE: ClassVar[str] = "faster-whisper"
    version: str
    context_gib: float
    buffer_gib: float
    beam: float

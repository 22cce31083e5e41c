"""Memory of an engine beside weights and cache (formulas in docs/reference/sizing.md).

Every replica on a card carries its own.
"""

from __future__ import annotations

from planner.catalog.architecture import Transformer
from planner.sizing.engines import LlamaCpp, Vllm
from planner.units import GIB


def activation_bytes(
    t: Transformer, sessions: int, batched_tokens: int, cards: int, vllm: Vllm, *, mxfp4: bool
) -> float:
    """Activation peak of vLLM on each card (section 4.2).

    ``max(14.96 B S V + 1.17 T H 2 B + base, T 2 B (3 I / TP + 4 H))``, and for experts that are
    not in MXFP4 ``T top_k 3 I_moe / TP 2 B`` and a fixed part.

    Args:
        t: dimensions.
        sessions: S, sequences at a time.
        batched_tokens: T, tokens of a step.
        cards: TP.
        vllm: constants.
        mxfp4: whether the experts are in MXFP4.
    """
    logits = vllm.logit_bytes * sessions * t.vocabulary
    hidden = vllm.hidden_factor * batched_tokens * t.hidden_size * 2
    sampler = logits + hidden + vllm.activation_base_gib * GIB
    width = 3 * t.intermediate_size / cards + 4 * t.hidden_size
    peak = max(sampler, batched_tokens * 2 * width)
    if t.experts is None or mxfp4:
        return peak
    routed = t.experts.per_token * 3 * t.experts.intermediate_size / cards
    return peak + batched_tokens * routed * 2 + vllm.activation_moe_gib * GIB


def graph_bytes(t: Transformer, vllm: Vllm) -> float:
    """CUDA graphs of vLLM: ``0.25 + 0.02 x layers (+ 0.3 with experts)`` GiB (section 4.3)."""
    experts = vllm.graph_moe_gib if t.experts else 0.0
    return (vllm.graph_base_gib + vllm.graph_layer_gib * t.layers + experts) * GIB


def fixed_bytes(t: Transformer, cards: int, vllm: Vllm) -> float:
    """CUDA context, memory outside PyTorch, and CUDA graphs of vLLM on each card."""
    if cards == 1:
        process = vllm.context_single_gib + vllm.non_torch_single_gib
    else:
        process = vllm.context_group_gib + vllm.non_torch_group_gib
    return process * GIB + graph_bytes(t, vllm)


def llama_cpp_bytes(t: Transformer, llama_cpp: LlamaCpp) -> float:
    """CUDA context and compute buffer of llama.cpp: 4 B of logits for each token of a ubatch."""
    logits = llama_cpp.ubatch_tokens * t.vocabulary * 4
    return logits + (llama_cpp.context_gib + llama_cpp.buffer_gib) * GIB

"""Memory of an engine beside weights and cache (formulas in docs/reference/sizing.md).

Every replica on a card carries its own.
"""

from __future__ import annotations

from planner.catalog.architecture import Transformer
from planner.scenario.values import Precision
from planner.sizing.engines import LlamaCpp, Vllm
from planner.units import GIB


def activation_bytes(
    t: Transformer,
    sessions: int,
    batched_tokens: int,
    cards: int,
    vllm: Vllm,
    *,
    precision: Precision,
) -> float:
    """Activation peak of vLLM on each card (docs/reference/sizing.md).

    The larger of the sampler, ``(14.96 + e - 2) S V + 1.17 T H e + base``, and the widest layer,
    ``T (e (3 I / TP + 4 H) + q I / TP)``, with e bytes of an activation and q = 1 where it is
    quantised to 8 bits for its product. Work space of experts comes on top.

    Args:
        t: dimensions.
        sessions: S, sequences at a time.
        batched_tokens: T, tokens of a step.
        cards: TP.
        vllm: constants.
        precision: of the weights.
    """
    element = element_bytes(precision)
    logits = (vllm.logit_bytes + element - 2) * sessions * t.vocabulary
    hidden = vllm.hidden_factor * batched_tokens * t.hidden_size * element
    sampler = logits + hidden + vllm.activation_base_gib * GIB
    widest = layer_bytes(t, batched_tokens, cards, precision)
    return max(sampler, widest) + expert_bytes(t, batched_tokens, cards, precision)


def stage_bytes(t: Transformer, batched_tokens: int, vllm: Vllm, precision: Precision) -> float:
    """Activation peak of a stage of a pipeline that is not the last: no logits.

    The widest layer, and the hidden states that come from the stage before and go to the next.
    """
    handed = vllm.pipeline_hidden * batched_tokens * t.hidden_size * element_bytes(precision)
    return layer_bytes(t, batched_tokens, 1, precision) + handed


def layer_bytes(t: Transformer, batched_tokens: int, cards: int, precision: Precision) -> float:
    """Activations of the widest layer: ``T (e (3 I / TP + 4 H) + q I / TP)``."""
    element = element_bytes(precision)
    width = dense_width(t) / cards
    copy = width if precision in ("fp8", "int8") else 0.0
    return batched_tokens * (element * (3 * width + 4 * t.hidden_size) + copy)


def expert_bytes(t: Transformer, batched_tokens: int, cards: int, precision: Precision) -> float:
    """Work space of the fused kernels of experts, which stays while the sampler runs.

    ``T top_k (max(I / TP, H) + max(2 I / TP, H)) 2 B``, the two buffers of vLLM's
    ``TritonExperts.workspace_shapes``; the MXFP4 kernels take none.
    """
    if t.experts is None or precision == "mxfp4":
        return 0.0
    width, h = t.experts.intermediate_size / cards, t.hidden_size
    rows = batched_tokens * t.experts.per_token
    return rows * (max(width, h) + max(2 * width, h)) * 2


def dense_width(t: Transformer) -> int:
    """Width of the widest feed-forward part that every token passes through."""
    if t.experts is None or t.experts.first_dense_layers:
        return t.intermediate_size
    return t.experts.shared * t.experts.intermediate_size


def element_bytes(precision: Precision) -> int:
    """Bytes of an activation."""
    return 4 if precision == "fp32" else 2


def graph_bytes(t: Transformer, cards: int, vllm: Vllm, stages: int = 1) -> float:
    """CUDA graphs of vLLM on each card: a base, a part for each layer and each of its heads.

    ``0.327 + L (0.0097 + 0.00025 heads / TP) (+ 0.156 with experts)`` GiB, with L the layers of
    a stage of a pipeline.
    """
    heads = t.attention.heads / cards
    layer = vllm.graph_layer_gib + vllm.graph_head_gib * heads
    experts = vllm.graph_moe_gib if t.experts else 0.0
    return (vllm.graph_base_gib + layer * t.layers / stages + experts) * GIB


def fixed_bytes(t: Transformer, cards: int, vllm: Vllm) -> float:
    """CUDA context, memory outside PyTorch, and CUDA graphs of vLLM on each card."""
    context = vllm.context_single_gib if cards == 1 else vllm.context_group_gib
    return context * GIB + non_torch_bytes(cards, 1, vllm) + graph_bytes(t, cards, vllm)


def non_torch_bytes(cards: int, stages: int, vllm: Vllm) -> float:
    """Memory outside PyTorch's allocator on each card; with TP, buffers of NCCL above all."""
    if stages > 1:
        return vllm.non_torch_stage_gib * GIB
    return (vllm.non_torch_single_gib if cards == 1 else vllm.non_torch_group_gib) * GIB


def llama_cpp_bytes(t: Transformer, llama_cpp: LlamaCpp) -> float:
    """CUDA context and compute buffer of llama.cpp: 4 B of logits for each token of a ubatch."""
    logits = llama_cpp.ubatch_tokens * t.vocabulary * 4
    return logits + (llama_cpp.context_gib + llama_cpp.buffer_gib) * GIB

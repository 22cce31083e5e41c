"""Memory of fine-tuning on each of k cards (formulas in docs/reference/sizing.md)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from planner.catalog.architecture import ModelEntry, Transformer
from planner.scenario.workloads import FinetuneWorkload
from planner.sizing.engines import Trainer
from planner.sizing.lora import lora_parameters
from planner.sizing.weights import HALF, NF4
from planner.units import GIB

FULL_STATE = {"adamw": 2 + 2 + 12, "adamw-8bit": 2 + 2 + 2}
"""Bytes for a parameter trained in full: weight, gradient, optimiser (ZeRO paper: K = 12)."""
ADAPTER_STATE = {"adamw": 4 + 4 + 8, "adamw-8bit": 4 + 4 + 2}
"""Bytes for a parameter of a 32-bit adapter: weight, gradient, optimiser."""
UPCAST = Fraction(4)
"""Bytes of embeddings and output layer of QLoRA (``prepare_model_for_kbit_training``)."""
LOGIT_BYTES = 10
"""Logits for each token and entry of the vocabulary: 16-bit, 32-bit copy, and gradient."""
WHOLE_BLOCKS = 2
"""Layers that stand unsharded on every card: the current one and the one fetched ahead."""


@dataclass(frozen=True, slots=True)
class TrainingMemory:
    """Bytes on each card, before the margin for fragmentation.

    Attributes:
        weights: frozen weights, or weights with gradients and optimiser where all are trained.
        adapters: adapters with gradients and optimiser.
        activations: activations and logits.
        sharding: unsharded layers and buffers of a sharded run.
        context: CUDA context.
        fragmentation: margin on everything but the context, as a share.
    """

    weights: float
    adapters: float
    activations: float
    sharding: float
    context: float
    fragmentation: float

    @property
    def total(self) -> float:
        """Bytes on each card, margin included."""
        held = self.weights + self.adapters + self.activations + self.sharding
        return held * (1 + self.fragmentation) + self.context


def training_memory(
    workload: FinetuneWorkload, model: ModelEntry, cards: int, engine: Trainer
) -> TrainingMemory:
    """Memory of a run, sharded as in ZeRO-3 and FSDP over k > 1 cards; activations never shard.

    Raises:
        AssertionError: if the model has no transformer.
    """
    t = model.transformer
    assert t is not None, f"{model.id} has no transformer"
    weights = float(frozen_or_full_bytes(workload, model))
    adapters = 0.0
    if workload.method != "full":
        adapters = float(lora_parameters(t, workload.lora_rank) * ADAPTER_STATE[workload.optimizer])
    blocks = WHOLE_BLOCKS * block_bytes(workload, model) + engine.shard_buffer_gib * GIB
    return TrainingMemory(
        weights=weights / cards,
        adapters=adapters / cards,
        activations=activation_bytes(workload, t),
        sharding=blocks if cards > 1 else 0.0,
        context=engine.context_gib * GIB,
        fragmentation=engine.fragmentation,
    )


def frozen_or_full_bytes(workload: FinetuneWorkload, model: ModelEntry) -> Fraction:
    """Weights of the base model: trained in full, frozen in 16 bits, or frozen in NF4."""
    t = model.transformer
    assert t is not None
    match workload.method:
        case "full":
            return Fraction(FULL_STATE[workload.optimizer] * model.parameters)
        case "lora":
            return HALF * model.parameters
        case "qlora":
            ends = t.embedding_parameters + t.lm_head_parameters
            kept = UPCAST * ends + HALF * t.vision_parameters
            return kept + NF4 * (model.parameters - ends - t.vision_parameters)


def block_bytes(workload: FinetuneWorkload, model: ModelEntry) -> float:
    """One layer in the precision in which it is gathered."""
    t = model.transformer
    assert t is not None
    ends = t.embedding_parameters + t.lm_head_parameters + t.vision_parameters
    return float(gathered_bytes(workload) * (model.parameters - ends)) / t.layers


def gathered_bytes(workload: FinetuneWorkload) -> Fraction:
    """Bytes of a weight as it travels between cards."""
    return NF4 if workload.method == "qlora" else HALF


def activation_bytes(workload: FinetuneWorkload, t: Transformer) -> float:
    """Activations with fused attention, and logits.

    A layer takes ``T (20.5 H + 8 I)`` B (Korthikanti et al. without the quadratic part); all
    layers without recomputation, else ``2 H T`` B for each layer and one layer in full. Logits
    take ``T V 10`` B.
    """
    tokens = workload.batch_sequences * workload.sequence_tokens
    layer = tokens * (20.5 * t.hidden_size + 8 * active_width(t))
    inputs = t.layers * 2 * t.hidden_size * tokens
    held = inputs + layer if workload.recompute else t.layers * layer
    return held + tokens * t.vocabulary * LOGIT_BYTES


def active_width(t: Transformer) -> int:
    """Width of the feed-forward part that one token passes through."""
    if t.experts is None:
        return t.intermediate_size
    return (t.experts.per_token + t.experts.shared) * t.experts.intermediate_size

"""Memory of fine-tuning on each of k cards (formulas in docs/reference/sizing.md)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from planner.catalog.architecture import ModelEntry, Transformer
from planner.scenario.workloads import FinetuneWorkload
from planner.sizing.engines import Trainer
from planner.sizing.lora import ALL_LINEAR, lora_parameters
from planner.sizing.weights import HALF, NF4, NF4_DOUBLE
from planner.units import GIB

Method: TypeAlias = Literal["full", "lora", "qlora"]
Optimizer: TypeAlias = Literal["adamw", "adamw-8bit", "adamw-bf16", "adamw-fp32"]
Sharding: TypeAlias = Literal["none", "zero-1", "zero-2", "zero-3"]


@dataclass(frozen=True, slots=True)
class State:
    """Bytes of a trained parameter: weight, gradient, and what the optimiser keeps."""

    weight: int
    gradient: int
    optimizer: int


FULL_STATE: dict[Optimizer, State] = {
    "adamw": State(2, 2, 12),
    "adamw-8bit": State(2, 2, 2),
    "adamw-bf16": State(2, 2, 4),
    "adamw-fp32": State(4, 4, 8),
}
"""All weights trained: mixed precision (ZeRO paper, K = 12), 8-bit moments, 16 bits, 32 bits."""
ADAPTER_STATE: dict[Optimizer, State] = {
    "adamw": State(4, 4, 8),
    "adamw-8bit": State(4, 4, 2),
    "adamw-bf16": State(2, 2, 4),
    "adamw-fp32": State(4, 4, 8),
}
"""Adapters in 32 bits, or in 16 with ``adamw-bf16``."""
UPCAST = Fraction(4)
"""Bytes of embeddings and output layer of QLoRA (``prepare_model_for_kbit_training``)."""
LOGIT_BYTES = 10
"""Logits for each token and entry of the vocabulary: 16-bit, 32-bit copy, and gradient."""
WHOLE_BLOCKS = 2
"""Layers that stand unsharded on every card: the current one and the one fetched ahead."""


@dataclass(frozen=True, slots=True)
class TrainingSetup:
    """How a run is set up.

    Attributes:
        method: what is trained.
        optimizer: optimiser, with the precision of its state.
        tokens: tokens of a step on each card.
        rank: rank of adapters.
        targets: matrices with adapters.
        recompute: whether activations are computed again in the backward pass.
        sharding: what is split between cards: the optimiser, gradients too, weights too (FSDP).
        fused_loss: whether logits are never held whole (chunked or fused cross-entropy).
        fused_layers: whether kernels of a layer work in place.
        frozen_bytes: bytes of a frozen 16-bit or 32-bit weight.
        double_quant: whether the scales of NF4 are quantised too.
        upcast: whether embeddings and output layer of QLoRA are held in 32 bits.
    """

    method: Method
    tokens: int
    optimizer: Optimizer = "adamw"
    rank: int = 16
    targets: tuple[str, ...] = ALL_LINEAR
    recompute: bool = True
    sharding: Sharding = "zero-3"
    fused_loss: bool = False
    fused_layers: bool = False
    frozen_bytes: Fraction = HALF
    double_quant: bool = False
    upcast: bool = True

    @classmethod
    def of(cls, workload: FinetuneWorkload) -> TrainingSetup:
        """The setup of a workload; groups are sharded as in ZeRO-3 and FSDP."""
        return cls(
            method=workload.method,
            tokens=workload.batch_sequences * workload.sequence_tokens,
            optimizer=workload.optimizer,
            rank=workload.lora_rank,
            recompute=workload.recompute,
        )


@dataclass(frozen=True, slots=True)
class TrainingMemory:
    """Bytes on each card, before the margin for fragmentation.

    Attributes:
        weights: frozen weights, or weights with gradients and optimiser where all are trained.
        adapters: adapters with gradients and optimiser.
        activations: activations and logits.
        sharding: unsharded layers and buffers of a sharded run.
        base: workspaces of the matrix library and the batch.
        context: CUDA context.
        fragmentation: margin on activations, as a share.
        late: gradients of trained weights, which are not there yet while activations are most.
    """

    weights: float
    adapters: float
    activations: float
    sharding: float
    base: float
    context: float
    fragmentation: float
    late: float

    @property
    def allocated(self) -> float:
        """Bytes that tensors take at their most (``max_memory_allocated``)."""
        return self.weights + self.adapters + self.activations + self.sharding + self.base

    @property
    def reserved(self) -> float:
        """The same with what the allocator holds beside them (``max_memory_reserved``)."""
        return self.allocated + self.fragmentation * self.activations

    @property
    def total(self) -> float:
        """Bytes on each card as the driver sees them: margin and context included."""
        return self.reserved + self.context

    @property
    def steady(self) -> float:
        """Bytes between two steps: no activations."""
        return self.weights + self.adapters + self.base

    @property
    def lowest(self) -> float:
        """The total if gradients grow only as activations are freed, and nothing is wasted."""
        return self.allocated - min(self.late, self.activations) + self.context


def training_memory(
    workload: FinetuneWorkload, model: ModelEntry, cards: int, engine: Trainer
) -> TrainingMemory:
    """Memory of a workload, sharded as in ZeRO-3 and FSDP over k > 1 cards.

    Raises:
        AssertionError: if the model has no transformer.
    """
    return memory_of_setup(TrainingSetup.of(workload), model, cards, engine)


def memory_of_setup(
    setup: TrainingSetup, model: ModelEntry, cards: int, engine: Trainer
) -> TrainingMemory:
    """Memory of a run on each of k cards; activations never shard.

    Raises:
        AssertionError: if the model has no transformer.
    """
    t = model.transformer
    assert t is not None, f"{model.id} has no transformer"
    buffers = engine.shard_buffer_gib * GIB
    whole = WHOLE_BLOCKS * block_bytes(setup, model) if setup.sharding == "zero-3" else 0.0
    adapters = 0.0
    if setup.method != "full":
        trained = lora_parameters(t, setup.rank, setup.targets)
        adapters = _sharded(ADAPTER_STATE[setup.optimizer], setup.sharding, cards) * trained
    gradient = FULL_STATE[setup.optimizer].gradient if setup.method == "full" else 0
    held = 1 if setup.sharding in ("none", "zero-1") else cards
    return TrainingMemory(
        weights=weight_bytes(setup, model, cards),
        adapters=adapters,
        activations=activation_bytes(setup, t, engine),
        sharding=whole + buffers if cards > 1 and setup.sharding != "none" else 0.0,
        base=engine.base_gib * GIB,
        context=engine.context_gib * GIB,
        fragmentation=engine.fragmentation,
        late=gradient * model.parameters / held,
    )


def weight_bytes(setup: TrainingSetup, model: ModelEntry, cards: int) -> float:
    """Weights of the base model on each card: with their state if trained, or frozen."""
    if setup.method == "full":
        return _sharded(FULL_STATE[setup.optimizer], setup.sharding, cards) * model.parameters
    return float(frozen_bytes(setup, model)) / (cards if setup.sharding == "zero-3" else 1)


def frozen_bytes(setup: TrainingSetup, model: ModelEntry) -> Fraction:
    """Frozen weights of the base model, in 16 bits or in NF4 with ends of their own."""
    t = model.transformer
    assert t is not None
    if setup.method != "qlora":
        return setup.frozen_bytes * model.parameters
    ends = t.embedding_parameters + t.lm_head_parameters
    kept = (UPCAST if setup.upcast else HALF) * ends + HALF * t.vision_parameters
    return kept + gathered_bytes(setup) * (model.parameters - ends - t.vision_parameters)


def block_bytes(setup: TrainingSetup, model: ModelEntry) -> float:
    """One layer in the precision in which it is gathered."""
    t = model.transformer
    assert t is not None
    ends = t.embedding_parameters + t.lm_head_parameters + t.vision_parameters
    return float(gathered_bytes(setup) * (model.parameters - ends)) / t.layers


def gathered_bytes(setup: TrainingSetup) -> Fraction:
    """Bytes of a weight as it travels between cards."""
    if setup.method != "qlora":
        return HALF
    return NF4_DOUBLE if setup.double_quant else NF4


def activation_bytes(setup: TrainingSetup, t: Transformer, engine: Trainer) -> float:
    """Activations with fused attention, and logits.

    A layer takes ``T (20.5 H + 8 I)`` B (Korthikanti et al. without the quadratic part); all
    layers without recomputation, else ``2 H T`` B for each layer and one layer in full. 4-bit
    layers keep further copies of the hidden state. Logits take ``T V 10`` B unless the loss is
    fused.
    """
    tokens = setup.tokens
    layer = tokens * (20.5 * t.hidden_size + 8 * active_width(t))
    if setup.method == "qlora":
        layer += tokens * engine.qlora_hidden_bytes * t.hidden_size
    if setup.fused_layers:
        layer *= engine.fused_layer_share
    inputs = t.layers * 2 * t.hidden_size * tokens
    held = inputs + layer if setup.recompute else t.layers * layer
    return held + (0 if setup.fused_loss else tokens * t.vocabulary * LOGIT_BYTES)


def active_width(t: Transformer) -> int:
    """Width of the feed-forward part that one token passes through."""
    if t.experts is None:
        return t.intermediate_size
    return (t.experts.per_token + t.experts.shared) * t.experts.intermediate_size


def _sharded(state: State, sharding: Sharding, cards: int) -> float:
    """Bytes of a trained parameter on each card (ZeRO paper, figure 1)."""
    return (
        state.weight / (cards if sharding == "zero-3" else 1)
        + state.gradient / (cards if sharding in ("zero-2", "zero-3") else 1)
        + state.optimizer / (cards if sharding != "none" else 1)
    )

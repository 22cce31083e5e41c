"""Constants of the engines, read from the catalogue into typed records.

The values live in ``catalog/engines/*.yaml`` with their sources and ranges; the records here say
what each one means. They belong to one version of a program and are never written into a formula.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import ClassVar, TypeVar, cast, get_type_hints

from planner.catalog.catalog import Catalog
from planner.catalog.facts import Fact
from planner.errors import Diagnostic, InputError


@dataclass(frozen=True, slots=True)
class Range:
    """Relative range of a speed around the middle: an 80 % interval of its class."""

    low: float
    high: float


class EngineConstants:
    """Base of the records; ``ENGINE`` is the id in the catalogue."""

    __slots__ = ()
    ENGINE: ClassVar[str]


C = TypeVar("C", bound=EngineConstants)


def read_constants(kind: type[C], catalog: Catalog, engine: str | None = None) -> C:
    """The constants of an engine: that of the record, or another of its kind.

    A field of type ``Range`` is read from the range of its fact, any other from its value.

    Raises:
        InputError: if the engine or one of its constants is missing from the catalogue.
    """
    name = engine or kind.ENGINE
    entry = catalog.engines.get(name)
    if entry is None:
        raise _missing(f"the catalogue has no engine `{name}`")
    hints = get_type_hints(kind)
    values: dict[str, float | Range | str] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        if field.name == "version":
            values["version"] = entry.version
            continue
        fact = entry.constants.get(field.name)
        if fact is None:
            raise _missing(f"engine `{name}` has no constant `{field.name}`")
        is_range = hints[field.name] is Range
        values[field.name] = _range(name, field.name, fact) if is_range else fact.value
    return cast("Callable[..., C]", kind)(**values)


def _range(engine: str, name: str, fact: Fact[float]) -> Range:
    if fact.low is None or fact.high is None:
        raise _missing(f"constant `{name}` of engine `{engine}` has no range (`low` and `high`)")
    return Range(fact.low, fact.high)


def _missing(message: str) -> InputError:
    help_text = "see catalog/engines/ for what every engine must state"
    return InputError([Diagnostic("missing-constant", message, help=help_text)])


@dataclass(frozen=True, slots=True)
class Sharing(EngineConstants):
    """How far a card is filled.

    Attributes:
        version: version of the rules.
        memory_utilisation: share of the memory that CUDA offers which replicas may use.
        max_time_share: share of a card's time that may be promised.
        step_share_of_period: share of its period that the longest step of a chat takes at most,
            where a smaller part of a prompt in each step can keep it so.
        fixed_step_ms: longest turn of work that is stated directly, milliseconds.
        fixed_activity: its mean power above idle, as a share of (board power - idle).
    """

    ENGINE: ClassVar[str] = "card-sharing"
    version: str
    memory_utilisation: float
    max_time_share: float
    step_share_of_period: float
    fixed_step_ms: float
    fixed_activity: float


@dataclass(frozen=True, slots=True)
class Collectives(EngineConstants):
    """How fast cards exchange data.

    Attributes:
        version: version of the library.
        pcie4_x16_gb_s: PCI Express 4.0 x16 in one direction, 10^9 bytes per second.
        pcie_efficiency: share of it that an all-reduce reaches.
        nvlink_efficiency: the same for NVLink, of one direction.
        pcie_latency_us: fixed time of one all-reduce over PCI Express, microseconds.
        nvlink_latency_us: the same over NVLink.
    """

    ENGINE: ClassVar[str] = "nccl"
    version: str
    pcie4_x16_gb_s: float
    pcie_efficiency: float
    nvlink_efficiency: float
    pcie_latency_us: float
    nvlink_latency_us: float


@dataclass(frozen=True, slots=True)
class Serving(EngineConstants):
    """What engines that serve language models have in common.

    Attributes:
        version: version that the constants were read from.
        weight_only_capability: lowest CUDA compute capability of the kernels that hold weights
            in few bits and compute in 16.
        memory_efficiency: share of the memory bandwidth that a decode step reaches.
        compute_efficiency: share of the tensor rate that matrix products reach.
        step_us: fixed time of a step (scheduler, sampler), microseconds.
        layer_us: fixed time of a layer, microseconds.
        moe_layer_us: further fixed time of a layer with experts, microseconds.
        dense_speed: range of decode of dense models.
        moe_speed: range of decode of models with experts.
        prefill_speed: range of the time to the first token.
        ttft_queue_share: wait for other prompts, as a share of the time of one.
        activity: mean power above idle while it runs, as a share of (board power - idle).
    """

    version: str
    weight_only_capability: float
    memory_efficiency: float
    compute_efficiency: float
    step_us: float
    layer_us: float
    moe_layer_us: float
    dense_speed: Range
    moe_speed: Range
    prefill_speed: Range
    ttft_queue_share: float
    activity: float


@dataclass(frozen=True, slots=True)
class Vllm(Serving):
    """Constants of vLLM (and SGLang, until it has its own).

    Attributes:
        block_tokens: tokens of a cache block.
        max_num_batched_tokens: tokens of a step at most: the chunk of a prefill.
        vocabulary_padding: the vocabulary is padded to a multiple of this on every card.
        channel_scale_share: bytes of scales for each byte of an 8-bit weight.
        mxfp4_padding: the width of an expert is padded to a multiple of this.
        logit_bytes: activation peak for each sequence and entry of the vocabulary, bytes.
        hidden_factor: 16-bit copies of the hidden state for each batched token.
        activation_base_gib: fixed part of the activation peak, GiB.
        pipeline_hidden: 16-bit copies of the hidden state that stages hand to each other.
        context_single_gib: CUDA context on one card, GiB.
        context_group_gib: CUDA context and NCCL on each of several cards, GiB.
        non_torch_single_gib: memory outside PyTorch's allocator on one card, GiB.
        non_torch_group_gib: the same on each of several cards, GiB.
        non_torch_stage_gib: the same on each card of a pipeline, GiB.
        graph_base_gib: CUDA graphs, fixed part, GiB.
        graph_layer_gib: CUDA graphs for each layer, GiB.
        graph_head_gib: CUDA graphs for each query head of a layer on the card, GiB.
        graph_moe_gib: further CUDA graphs of models with experts, GiB.
        int8_below_capability: compute capability from which INT8 W8A8 is not offered.
    """

    ENGINE: ClassVar[str] = "vllm"
    block_tokens: float
    max_num_batched_tokens: float
    vocabulary_padding: float
    channel_scale_share: float
    mxfp4_padding: float
    logit_bytes: float
    hidden_factor: float
    activation_base_gib: float
    pipeline_hidden: float
    context_single_gib: float
    context_group_gib: float
    non_torch_single_gib: float
    non_torch_group_gib: float
    non_torch_stage_gib: float
    graph_base_gib: float
    graph_layer_gib: float
    graph_head_gib: float
    graph_moe_gib: float
    int8_below_capability: float


@dataclass(frozen=True, slots=True)
class LlamaCpp(Serving):
    """Constants of llama.cpp.

    Attributes:
        ubatch_tokens: tokens of a step at most.
        cell_padding: cells of a sliding-window cache come in multiples of this.
        context_gib: CUDA context, GiB.
        buffer_gib: compute buffer beside the logits, GiB.
    """

    ENGINE: ClassVar[str] = "llama.cpp"
    ubatch_tokens: float
    cell_padding: float
    context_gib: float
    buffer_gib: float


@dataclass(frozen=True, slots=True)
class Encoder(EngineConstants):
    """Constants of programs that run embedding models and rerankers.

    Attributes:
        version: version of the constants.
        context_gib: CUDA context, GiB.
        buffer_gib: workspaces, GiB.
        step_ms: longest batch, milliseconds.
        memory_efficiency: share of the memory bandwidth that reading the weights reaches.
        compute_efficiency: share of the tensor rate that matrix products reach.
        step_us: fixed time of a batch, microseconds.
        layer_us: fixed time of a layer, microseconds.
        speed: range of the speed.
        activity: mean power above idle while it runs, as a share of (board power - idle).
    """

    ENGINE: ClassVar[str] = "sentence-encoder"
    version: str
    context_gib: float
    buffer_gib: float
    step_ms: float
    memory_efficiency: float
    compute_efficiency: float
    step_us: float
    layer_us: float
    speed: Range
    activity: float


@dataclass(frozen=True, slots=True)
class Diffusers(EngineConstants):
    """Constants of diffusers.

    Attributes:
        version: version of the constants.
        context_gib: CUDA context, GiB.
        bitsandbytes_load_gib: what loading with bitsandbytes leaves reserved, GiB.
        quantised_load_gib: the same for other quantised formats, GiB.
        offload_activation_factor: activations where weights come from the host, as a multiple of
            those where they stay.
        compute_efficiency: share of the tensor rate that is reached.
        text_tokens: length of a prompt for the text encoders, tokens.
        speed: range of the speed.
        activity: mean power above idle while it runs, as a share of (board power - idle).
    """

    ENGINE: ClassVar[str] = "diffusers"
    version: str
    context_gib: float
    bitsandbytes_load_gib: float
    quantised_load_gib: float
    offload_activation_factor: float
    compute_efficiency: float
    text_tokens: float
    speed: Range
    activity: float


@dataclass(frozen=True, slots=True)
class Trainer(EngineConstants):
    """Constants of Transformers with PEFT and FSDP.

    Attributes:
        version: version of the constants.
        fragmentation: memory that the allocator reserves beside activations, as a share of them.
        base_gib: workspaces and batch, allocated all the time, GiB.
        qlora_hidden_bytes: what a layer of 4-bit matrices keeps beyond one of 16-bit ones, bytes
            for each token and entry of the hidden state.
        fused_layer_share: activations of a layer whose kernels work in place, as a share.
        context_gib: CUDA context, GiB.
        shard_buffer_gib: buffers of a sharded run on each card, GiB.
        mfu_dense: share of the 16-bit tensor rate that training of a dense model reaches.
        mfu_moe: the same for a model with experts.
        qlora_speed: speed of QLoRA as a share of LoRA.
        speed: range of the speed.
        activity: mean power above idle while it runs, as a share of (board power - idle).
    """

    ENGINE: ClassVar[str] = "transformers-peft"
    version: str
    fragmentation: float
    base_gib: float
    qlora_hidden_bytes: float
    fused_layer_share: float
    context_gib: float
    shard_buffer_gib: float
    mfu_dense: float
    mfu_moe: float
    qlora_speed: float
    speed: Range
    activity: float


@dataclass(frozen=True, slots=True)
class Engines:
    """The constants of all engines."""

    sharing: Sharing
    collectives: Collectives
    vllm: Vllm
    llama_cpp: LlamaCpp
    encoder: Encoder
    diffusers: Diffusers
    trainer: Trainer

    @classmethod
    def of(cls, catalog: Catalog) -> Engines:
        """The constants that a catalogue states.

        Raises:
            InputError: if one is missing.
        """
        return cls(
            read_constants(Sharing, catalog),
            read_constants(Collectives, catalog),
            read_constants(Vllm, catalog),
            read_constants(LlamaCpp, catalog),
            read_constants(Encoder, catalog),
            read_constants(Diffusers, catalog),
            read_constants(Trainer, catalog),
        )

"""What must run: workloads of five kinds, their needs, and their demand over time."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from planner.catalog.architecture import Diffusion, Transformer
from planner.catalog.facts import Entry
from planner.scenario.values import (
    MOST_ENTRIES,
    FileName,
    GroupSize,
    KvPrecision,
    MonthText,
    Name,
    NotNegative,
    Positive,
    Precision,
    Quantity,
    Requires,
    Share,
    Survive,
)

Size = Annotated[int, Field(gt=0, le=10_000_000)]
Precisions = Annotated[tuple[Precision, ...], Field(min_length=1, max_length=20)]
Names = Annotated[tuple[Name, ...], Field(min_length=1, max_length=MOST_ENTRIES)]


class InlineModel(Entry):
    """A model that the catalogue does not have, described in place."""

    parameters: Annotated[int, Field(gt=0)]
    """All parameters that are held in memory."""
    transformer: Transformer | None = None
    """Dimensions of a model that reads or writes text."""
    diffusion: Diffusion | None = None
    """Parts of an image model."""


ModelRef: TypeAlias = FileName | InlineModel


class RequestClass(Entry):
    """Requests of one shape."""

    input_tokens: Size
    """Tokens of the prompt."""
    output_tokens: Size
    """Tokens of the answer."""
    requests_per_s: Positive
    """Requests per second."""


class _From(Entry):
    from_month: MonthText = Field(alias="from")
    """First month of this level; it holds until the next entry."""


class InferenceDemand(_From):
    """Load of a language model; give one of the measures."""

    concurrency: NotNegative | None = None
    """Sessions that generate at the same time."""
    users: NotNegative | None = None
    """People with access; needs `active_share`, or the default share is used and printed."""
    seats: NotNegative | None = None
    """The same as `users`."""
    active_share: Share | None = None
    """Share of the users whose session generates at the same time at the busiest hour."""
    requests_per_s: NotNegative | None = None
    """Requests per second, of the workload's mean `input_tokens` and `output_tokens`."""
    classes: tuple[RequestClass, ...] | None = Field(default=None, max_length=MOST_ENTRIES)
    """Requests of several shapes."""


class EmbeddingDemand(_From):
    """Load of an embedding model or a reranker; give one of the measures."""

    tokens_per_s: NotNegative | None = None
    """Tokens per second."""
    requests_per_s: NotNegative | None = None
    """Texts per second, of the workload's mean `input_tokens`."""


class ImageDemand(_From):
    """Load of an image model."""

    images_per_hour: NotNegative
    """Images per hour at the busiest hour."""


class TuningDemand(_From):
    """Load of fine-tuning."""

    tokens_per_month: NotNegative
    """Training tokens in a month, all epochs counted."""


class FixedDemand(_From):
    """Number of equal needs."""

    count: Annotated[int, Field(ge=0, le=100_000)]
    """How many of them there are."""


DemandEntry: TypeAlias = (
    InferenceDemand | EmbeddingDemand | ImageDemand | TuningDemand | FixedDemand
)


class ServiceLevel(Entry):
    """What a session must get."""

    tokens_per_s_per_session: Positive | None = None
    """Tokens per second that every session receives."""
    ttft_ms: Positive | None = None
    """Milliseconds from the request to the first token."""
    latency_ms: Positive | None = None
    """Milliseconds for one embedding or reranking call."""


class Measured(Entry):
    """The user's own measurement of a configuration; it overrides the formulas."""

    gpu: Name
    """Card."""
    precision: Precision
    """Precision of the weights."""
    gpus_per_replica: GroupSize = 1
    """Cards that serve one replica."""
    capacity: Positive | None = None
    """Demand that one replica carries, in the unit of the workload's demand."""
    classes: tuple[RequestClass, ...] | None = Field(default=None, max_length=MOST_ENTRIES)
    """For demand by request classes: requests per second of one replica if it gets that class
    only; a class that is not listed cannot run there."""
    memory_gib: Positive
    """Memory that one card of the replica uses, GiB."""
    source: str
    """Where the measurement can be found."""


class _Workload(Entry):
    name: Name
    """Name of the workload; it must be unique."""
    requires: Requires = Requires()
    """What a card must have."""
    survive: Survive | None = None
    """What may be lost while the demand is still met."""
    isolation: Literal["exclusive", "mig", "shared"] = "shared"
    """The least isolation that is accepted: a card of its own, a MIG instance, or a shared card."""
    link: Literal["same_host", "nvlink"] = "same_host"
    """How cards that serve one replica together must be joined."""
    sites: Names | None = None
    """Sites that may host it; all if absent."""
    gpus: Names | None = None
    """Cards that may run it; all of the scenario if absent."""
    headroom: Share = 0.0
    """Share of the demand that is added as a reserve, for example 0.2."""
    load_share: Share | None = None
    """Mean load as a share of the demand, for the energy bill; if absent, a default by task."""
    measured: tuple[Measured, ...] = Field(default=(), max_length=MOST_ENTRIES)
    """Measurements of the user's own."""


class InferenceWorkload(_Workload):
    """A language model that answers."""

    task: Literal["inference"]
    """Kind of workload."""
    model: ModelRef
    """A catalogue id, the path of a Hugging Face config.json, or a description in place."""
    precision: Precisions = ("bf16",)
    """Precisions that are accepted; the solver picks."""
    kv_cache: KvPrecision = "bf16"
    """Precision of the cache of keys and values."""
    context_tokens: Size
    """Longest context of a session; the cache is reserved for it."""
    input_tokens: Size | None = None
    """Mean length of a prompt; half of the context if absent."""
    output_tokens: Size | None = None
    """Mean length of an answer; a tenth of the context if absent."""
    slo: ServiceLevel = ServiceLevel()
    """What every session must get."""
    demand: tuple[InferenceDemand, ...] = Field(min_length=1, max_length=MOST_ENTRIES)
    """Load over time."""


class EmbeddingWorkload(_Workload):
    """An embedding model or a reranker."""

    task: Literal["embedding"]
    """Kind of workload."""
    model: ModelRef
    """A catalogue id, the path of a Hugging Face config.json, or a description in place."""
    precision: Precisions = ("bf16",)
    """Precisions that are accepted."""
    input_tokens: Size = 512
    """Mean length of a text."""
    slo: ServiceLevel = ServiceLevel()
    """What every call must get."""
    demand: tuple[EmbeddingDemand, ...] = Field(min_length=1, max_length=MOST_ENTRIES)
    """Load over time."""


class ImageWorkload(_Workload):
    """A model that makes images."""

    task: Literal["image"]
    """Kind of workload."""
    model: ModelRef
    """A catalogue id, the path of a Hugging Face config.json, or a description in place."""
    precision: Precisions = ("bf16",)
    """Precisions that are accepted."""
    width: Size = 1024
    """Width of an image, pixels."""
    height: Size = 1024
    """Height of an image, pixels."""
    steps: Size | None = None
    """Steps for an image; the makers' advice if absent."""
    demand: tuple[ImageDemand, ...] = Field(min_length=1, max_length=MOST_ENTRIES)
    """Load over time."""


class FinetuneWorkload(_Workload):
    """Fine-tuning of a language model."""

    task: Literal["finetune"]
    """Kind of workload."""
    model: ModelRef
    """A catalogue id, the path of a Hugging Face config.json, or a description in place."""
    method: Literal["full", "lora", "qlora"]
    """What is trained: all weights, or adapters on 16-bit or 4-bit weights."""
    optimizer: Literal["adamw", "adamw-8bit"] = "adamw"
    """Optimizer; it decides the bytes of state for a trained parameter."""
    sequence_tokens: Size = 2048
    """Length of a training sequence."""
    batch_sequences: Size = 1
    """Sequences in one step on one card."""
    lora_rank: Annotated[int, Field(gt=0, le=1024)] = 16
    """Rank of the adapters."""
    recompute: bool = True
    """Whether activations are computed again in the backward pass to save memory."""
    time_shared: bool = False
    """Whether it runs in a pool: whole cards that jobs like it use in turn, by hours."""
    groups_at_a_time: Quantity = 1
    """In a pool: most groups that the work of this job may run on at the same time."""
    tokens_per_month: NotNegative | None = None
    """Training tokens in every month; short for a `demand` of one entry."""
    demand: tuple[TuningDemand, ...] = Field(default=(), max_length=MOST_ENTRIES)
    """Load over time."""


class FixedNeed(Entry):
    """A need stated directly."""

    cards: GroupSize | None = None
    """Whole cards in one host."""
    memory_gib: Positive | None = None
    """Memory of a part of a card, GiB."""
    time_share: Annotated[float, Field(gt=0, le=1)] | None = None
    """Share of the card's time."""
    cpu_cores: NotNegative | None = None
    """Processor cores of the host."""
    host_memory_gib: NotNegative | None = None
    """Memory of the host, GiB."""


class FixedWorkload(_Workload):
    """Whatever is not modelled: notebooks, rendering, a pod."""

    task: Literal["fixed"]
    """Kind of workload."""
    need: FixedNeed
    """What one of them takes."""
    min_memory_gib: NotNegative = 0.0
    """Smallest usable memory of a card, GiB."""
    demand: tuple[FixedDemand, ...] = Field(min_length=1, max_length=MOST_ENTRIES)
    """Load over time."""


Workload: TypeAlias = Annotated[
    InferenceWorkload | EmbeddingWorkload | ImageWorkload | FinetuneWorkload | FixedWorkload,
    Field(discriminator="task"),
]
ModelWorkload: TypeAlias = InferenceWorkload | EmbeddingWorkload | ImageWorkload | FinetuneWorkload
AnyWorkload: TypeAlias = ModelWorkload | FixedWorkload

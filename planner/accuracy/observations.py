"""Published measurements of memory, read from ``catalog/benchmarks``."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from planner.catalog.architecture import GroupedAttention, ModelEntry, Transformer
from planner.catalog.catalog import Catalog
from planner.catalog.loading import data_folder
from planner.errors import Diagnostic, InputError
from planner.sizing.training_memory import Method, Optimizer, Sharding

Kind: TypeAlias = Literal[
    "vllm_weights",
    "kv_per_million_tokens",
    "vllm_kv_pool",
    "vllm_activation",
    "vllm_beside_cache",
    "vllm_graphs",
    "generate_total",
    "litgpt_total",
    "gguf_file",
    "lora_peak",
    "qlora_peak",
    "qlora_fused_peak",
    "full_ft_peak",
    "train_steady_allocated",
    "lora_sharded_peak",
    "qlora_sharded_peak",
    "diffusion_loaded",
    "diffusion_peak",
    "diffusion_component_weights",
    "diffusion_train",
    "embedding_loaded",
    "embedding_total",
    "asr_peak",
]
"""What was measured."""


class Observation(BaseModel):
    """A row: a setting, and the memory that was measured there, GiB on each card."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    """Name of the row."""
    kind: Kind
    """What was measured; `generate_total` is of all cards together."""
    model: str
    """Id in the catalogue, or in memory_models.csv."""
    precision: str
    """Precision of the weights; beside those of scenarios nf4-dq, gptq-int8, int4."""
    kv_cache: str | None = None
    """Precision of the cache."""
    card: str | None = None
    """The card: an id of the catalogue, where it has it."""
    cards: int = 1
    """Cards: tensor parallel, sharded, or split by layers."""
    pipeline: int = 1
    """Stages of a pipeline."""
    tokens: int | None = None
    """Length of a context or sequence, prompt and answer together."""
    batch: int | None = None
    """Sequences or images at a time."""
    new_tokens: int | None = None
    """Tokens of the answer."""
    engine: str | None = None
    """Program that ran."""
    version: str | None = None
    """Its version."""
    max_num_seqs: int | None = None
    """Sequences at a time that the engine prepares for."""
    max_num_batched_tokens: int | None = None
    """Tokens of a step that it prepares for."""
    utilisation: float | None = None
    """Share of the card that it may use."""
    activation_gib: float | None = None
    """Activation peak that the same log states, for versions whose constants are not known."""
    non_torch_gib: float | None = None
    """Memory outside PyTorch that the same log states."""
    method: Method | None = None
    """What was trained."""
    rank: int | None = None
    """Rank of adapters."""
    targets: str | None = None
    """Matrices with adapters."""
    recompute: bool | None = None
    """Whether activations were computed again (gradient checkpointing)."""
    optimizer: Optimizer | None = None
    """Optimiser."""
    sharding: Sharding | None = None
    """What was split between cards."""
    kernels: str | None = None
    """Kernels of the loss and of the layers, or of a quantised format."""
    counter: Literal["allocated", "reserved", "device"] | None = None
    """What was counted: tensors, what the allocator held, or what the driver saw."""
    measured_gib: float = Field(gt=0)
    """Measured memory, GiB."""
    source: str
    """Id of the source."""
    as_of: str
    """Date of the source."""
    excluded: str | None = None
    """Why the row is not tried, where it is not."""
    note: str | None = None
    """Anything a reader must know."""

    @property
    def family(self) -> str:
        """The model line that it belongs to, without its size: `llama-3`, `qwen2.5`, `flux`."""
        line, _, rest = self.model.partition("-")
        if line in ("llama", "gemma"):
            return f"{line}-{rest[0]}"
        return line.partition(".")[0] if line == "flux" else line


def load_observations(folder: Path | None = None) -> tuple[Observation, ...]:
    """All rows, in the order of the file.

    Raises:
        InputError: if a row is wrong.
    """
    path = (folder or data_folder() / "benchmarks") / "memory.csv"
    return tuple(_checked(path, row) for row in _rows(path))


def load_models(catalog: Catalog, folder: Path | None = None) -> Mapping[str, ModelEntry]:
    """Models of the catalogue, and those that only rows name."""
    path = (folder or data_folder() / "benchmarks") / "memory_models.csv"
    return {**catalog.models, **{row["id"]: _model(row) for row in _rows(path)}}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _checked(path: Path, row: Mapping[str, str]) -> Observation:
    try:
        return Observation.model_validate({name: text for name, text in row.items() if text})
    except ValidationError as error:
        message = f"{path.name}: row `{row.get('id')}`: {error.errors()[0]['msg']}"
        raise InputError([Diagnostic("wrong-row", message)]) from error


def _model(row: Mapping[str, str]) -> ModelEntry:
    size = {name: int(text) for name, text in row.items() if text.isdigit()}
    transformer = Transformer(
        active_parameters=size["parameters"],
        embedding_parameters=size["embedding_parameters"],
        lm_head_parameters=size["lm_head_parameters"],
        layers=size["layers"],
        hidden_size=size["hidden_size"],
        intermediate_size=size["intermediate_size"],
        vocabulary=size["vocabulary"],
        attention=GroupedAttention(
            heads=size["heads"], kv_heads=size["kv_heads"], head_dim=size["head_dim"]
        ),
        max_context_tokens=131072,
    )
    return ModelEntry(
        id=row["id"],
        name=row["id"],
        kind="decoder",
        licence="unknown",
        source="transformers-classes",
        as_of="2026",
        parameters=size["parameters"],
        note=row["note"],
        transformer=transformer,
    )

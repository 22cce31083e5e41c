"""The estimate of every measured quantity, by the functions that plans are sized with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import TypeVar, cast

from planner.accuracy.observations import Observation, load_models
from planner.accuracy.setups import format_of, image_setup, training_setup
from planner.catalog.architecture import ModelEntry, Transformer
from planner.catalog.catalog import Catalog
from planner.scenario.values import KvPrecision, Precision
from planner.sizing.embedding import activation_bytes as encoder_activation_bytes
from planner.sizing.engines import EngineConstants, Engines, read_constants
from planner.sizing.generate import generate_bytes
from planner.sizing.image_memory import loaded_bytes, peak_bytes
from planner.sizing.kv_cache import vllm_cache
from planner.sizing.kv_pools import vllm_pool
from planner.sizing.memory_engines import Generator, Transcriber
from planner.sizing.overhead import activation_bytes, graph_bytes, non_torch_bytes, stage_bytes
from planner.sizing.speech import SpeechFormat, speech_bytes
from planner.sizing.training_memory import TrainingMemory, memory_of_setup
from planner.sizing.weights import HALF, on_each_card, on_each_stage, weights_of
from planner.units import GIB, MIB

MILLION_TOKENS = 1_000_000
GENERATORS = {"4.46": "transformers-4.46", "4.51": "transformers", None: "litgpt"}
"""Engines of the catalogue by the version that rows of generation name."""


@dataclass(frozen=True, slots=True)
class Estimator:
    """The estimates under one set of constants.

    Attributes:
        catalog: where cards stand.
        models: models by name.
        engines: constants.
        generators: constants of programs that only generate.
        transcriber: constants of the program that turns speech into text.
    """

    catalog: Catalog
    models: Mapping[str, ModelEntry]
    engines: Engines
    generators: Mapping[str, Generator]
    transcriber: Transcriber

    @classmethod
    def of(cls, catalog: Catalog) -> Estimator:
        """The estimates under the constants of a catalogue.

        Raises:
            InputError: if one is missing.
        """
        generators = {
            name: read_constants(Generator, catalog, name) for name in GENERATORS.values()
        }
        transcriber = read_constants(Transcriber, catalog)
        return cls(catalog, load_models(catalog), Engines.of(catalog), generators, transcriber)

    def estimate_gib(self, row: Observation) -> float:
        """What the functions say for a row, GiB; its log's own figures where it states them.

        Raises:
            ValueError: if nothing estimates rows of this kind, or a row says too little.
        """
        return float(self._bytes(row)) / GIB

    def range_gib(self, row: Observation) -> tuple[float, float]:
        """Lowest and highest memory of a run that is trained, GiB."""
        memory = self._training(row)
        return memory.lowest / GIB, memory.total / GIB

    def _bytes(self, row: Observation) -> float | Fraction:
        match row.kind:
            case "vllm_weights":
                return self._weights(row)
            case "kv_per_million_tokens":
                return self._token(row) * MILLION_TOKENS
            case "vllm_kv_pool":
                return self._pool(row)
            case "vllm_activation":
                return self._activation(row)
            case "vllm_beside_cache":
                return self._beside(row)
            case "vllm_graphs":
                return graph_bytes(
                    self._dimensions(row), row.cards, self.engines.vllm, row.pipeline
                )
            case "generate_total" | "litgpt_total":
                return self._generating(row)
            case "gguf_file":
                return weights_of(self.models[row.model], format_of(row), self.engines).total
            case "diffusion_loaded" | "diffusion_peak" | "diffusion_component_weights":
                return self._images(row)
            case "embedding_loaded" | "embedding_total":
                return self._embedding(row)
            case "asr_peak":
                return self._speech(row)
            case "diffusion_train":
                raise ValueError(f"nothing estimates {row.kind}")
            case _:
                return self._counted(row)

    def _weights(self, row: Observation, *, smallest: bool = False) -> float:
        """Weights on a card; of more than two stages a log shows one in the middle.

        With ``smallest``, those of the stage that leaves the smallest pool: all have one size.
        """
        model, precision = self.models[row.model], format_of(row)
        weights = weights_of(model, precision, self.engines)
        element = 4 if precision == "fp32" else 2
        if row.pipeline > 1:
            middle = row.pipeline > 2 and not smallest
            return on_each_stage(model, weights, row.pipeline, middle=middle, element=element)
        return on_each_card(model, weights, row.cards, self.engines.vllm, element)

    def _activation(self, row: Observation) -> float:
        if row.activation_gib is not None:
            return row.activation_gib * GIB
        t, vllm, precision = (
            self._dimensions(row),
            self.engines.vllm,
            cast("Precision", row.precision),
        )
        if row.max_num_seqs is None or row.max_num_batched_tokens is None:
            raise ValueError(f"{row.id} does not say how large a step can be")
        tokens = row.max_num_batched_tokens
        if row.pipeline > 1:
            return stage_bytes(t, tokens, vllm, precision)
        return activation_bytes(t, row.max_num_seqs, tokens, row.cards, vllm, precision=precision)

    def _beside(self, row: Observation, *, smallest: bool = False) -> float:
        """Weights, activation peak and memory outside PyTorch: what the budget loses."""
        stated = row.activation_gib is not None and row.non_torch_gib is not None
        around = (row.non_torch_gib or 0.0) * GIB if stated else self._non_torch(row)
        weights = self._weights(row, smallest=smallest)
        return weights + self._activation(row) + around

    def _non_torch(self, row: Observation) -> float:
        return non_torch_bytes(row.cards, row.pipeline, self.engines.vllm)

    def _pool(self, row: Observation) -> float:
        """What is left for the cache; a card that is only called one of 80 GB stands as an A100."""
        assert row.utilisation is not None
        assert row.card is not None
        gpu = self.catalog.gpu("a100-80-sxm" if row.card == "80 GB" else row.card)
        offered = float(gpu.memory_mib * MIB * gpu.cuda_memory_fraction)
        return vllm_pool(offered, row.utilisation, self._beside(row, smallest=True))

    def _token(self, row: Observation) -> float:
        wide = row.kv_cache == "fp32"
        kept = "bf16" if wide else row.kv_cache
        shape = vllm_cache(
            self._dimensions(row), cast("KvPrecision", kept), row.cards, self.engines.vllm
        )
        return float(shape.bytes_per_token()) * (2 if wide else 1)

    def _generating(self, row: Observation) -> float:
        assert row.tokens is not None
        assert row.new_tokens is not None
        generator = self.generators[GENERATORS[row.version]]
        model, prompt = self.models[row.model], row.tokens - row.new_tokens
        return generate_bytes(
            model, format_of(row), prompt, row.new_tokens, row.cards, self.engines, generator
        )

    def _counted(self, row: Observation) -> float:
        memory = self._training(row)
        if row.kind == "train_steady_allocated":
            return memory.steady
        match row.counter:
            case "allocated":
                return memory.allocated
            case "reserved":
                return memory.reserved
            case _:
                return memory.total

    def _training(self, row: Observation) -> TrainingMemory:
        model = self.models[row.model]
        return memory_of_setup(training_setup(row), model, row.cards, self.engines.trainer)

    def _images(self, row: Observation) -> float | Fraction:
        d = self.models[row.model].diffusion
        assert d is not None
        setup, engine = image_setup(row), self.engines.diffusers
        if row.kind == "diffusion_peak":
            return peak_bytes(d, setup, engine)
        if row.kind == "diffusion_loaded":
            return loaded_bytes(d, setup.precision, engine, bitsandbytes=setup.bitsandbytes)
        largest = d.largest_text_encoder_parameters or d.text_encoder_parameters
        match row.kernels:
            case "largest-text-encoder":
                return HALF * largest
            case "other-text-encoders":
                return HALF * (d.text_encoder_parameters - largest)
            case _:
                return HALF * d.denoiser_parameters

    def _speech(self, row: Observation) -> float:
        precision = cast("SpeechFormat", row.precision)
        return speech_bytes(self.models[row.model], precision, self.transcriber)

    def _embedding(self, row: Observation) -> float:
        model = self.models[row.model]
        weights = float(weights_of(model, "bf16", self.engines).total)
        if row.kind == "embedding_loaded":
            return weights
        buffer = self.engines.encoder.buffer_gib * GIB
        return weights + encoder_activation_bytes(self._dimensions(row), 512) + buffer

    def _dimensions(self, row: Observation) -> Transformer:
        t = self.models[row.model].transformer
        assert t is not None, f"{row.model} has no transformer"
        return t

    def with_constant(self, engine: str, name: str, value: float) -> Estimator:
        """The same with another constant of `vllm`, `trainer` or a program that only generates."""
        if engine in self.generators:
            changed = replace_constant(self.generators[engine], name, value)
            return replace(self, generators={**self.generators, engine: changed})
        engines = self.engines
        if engine == "trainer":
            trainer = replace_constant(engines.trainer, name, value)
            return replace(self, engines=replace(engines, trainer=trainer))
        vllm = replace_constant(engines.vllm, name, value)
        return replace(self, engines=replace(engines, vllm=vllm))

    def constant(self, engine: str, name: str) -> float:
        """A constant in force."""
        if engine in self.generators:
            return float(getattr(self.generators[engine], name))
        held = self.engines.trainer if engine == "trainer" else self.engines.vllm
        return float(getattr(held, name))


C = TypeVar("C", bound=EngineConstants)


def replace_constant(held: C, name: str, value: float) -> C:
    """A record with one constant changed."""
    values = {f.name: getattr(held, f.name) for f in fields(held)}  # type: ignore[arg-type]
    return cast("Callable[..., C]", type(held))(**{**values, name: value})

"""A replica of a language model in an engine: its bytes and its work, whatever the card."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from planner.catalog.architecture import ModelEntry, Transformer
from planner.scenario.demand import mean_input_tokens, mean_output_tokens
from planner.scenario.values import Precision
from planner.scenario.workloads import InferenceWorkload
from planner.sizing.engines import Engines, LlamaCpp, Vllm
from planner.sizing.kv_cache import (
    CacheShape,
    llama_cpp_cache,
    read_bytes,
    split_refusal,
    vllm_cache,
)
from planner.sizing.overhead import activation_bytes, fixed_bytes, llama_cpp_bytes
from planner.sizing.steps import Work, attention_flop
from planner.sizing.weights import Weights, on_each_card, weights_of

HALF_BYTES = 2


@dataclass(frozen=True, slots=True)
class Replica:
    """One way to run a language model, before a card is chosen.

    Attributes:
        precision: precision of the weights.
        cards: cards of the group.
        engine: program that runs it, with its constants.
        work: what it moves and computes.
        weight_bytes: weights on each card.
        session_bytes: cache of one session of full context on each card.
        transformer: dimensions of the model.
        impossible: why the group cannot be formed, or None.
    """

    precision: Precision
    cards: int
    engine: Vllm | LlamaCpp
    work: Work
    weight_bytes: int
    session_bytes: int
    transformer: Transformer
    impossible: str | None

    def engine_bytes(self, sessions: int) -> int:
        """Memory of the engine on each card beside weights and cache."""
        t = self.transformer
        match self.engine:
            case LlamaCpp() as llama_cpp:
                return ceil(llama_cpp_bytes(t, llama_cpp))
            case Vllm() as vllm:
                chunk, held = int(vllm.max_num_batched_tokens), self.precision
                peak = activation_bytes(t, sessions, chunk, self.cards, vllm, precision=held)
                return ceil(peak + fixed_bytes(t, self.cards, vllm))

    def memory_bytes(self, sessions: int) -> int:
        """Memory on each card with some sessions of full context."""
        cache = sessions * self.session_bytes
        return self.weight_bytes + cache + self.engine_bytes(sessions)

    @property
    def chunk_tokens(self) -> int:
        """Tokens of a prompt that the engine puts into one step at most."""
        match self.engine:
            case LlamaCpp() as llama_cpp:
                return int(llama_cpp.ubatch_tokens)
            case Vllm() as vllm:
                return int(vllm.max_num_batched_tokens)


def replica_of(
    workload: InferenceWorkload,
    model: ModelEntry,
    precision: Precision,
    cards: int,
    engines: Engines,
) -> Replica:
    """A replica of an inference workload: vLLM with tensor parallelism, or llama.cpp for GGUF.

    llama.cpp splits a model by layers: more cards hold more and are no faster.

    Raises:
        AssertionError: if the model has no transformer.
    """
    t = model.transformer
    assert t is not None, f"{model.id} has no transformer"
    weights = weights_of(model, precision, engines)
    if precision.startswith("gguf-"):
        shape = llama_cpp_cache(t, workload.kv_cache, cards, engines.llama_cpp)
        held = ceil(weights.total / cards)
        return _replica(workload, t, precision, cards, engines.llama_cpp, shape, weights, held)
    shape = vllm_cache(t, workload.kv_cache, cards, engines.vllm)
    held = on_each_card(model, weights, cards, engines.vllm)
    return _replica(workload, t, precision, cards, engines.vllm, shape, weights, held)


def _replica(
    workload: InferenceWorkload,
    t: Transformer,
    precision: Precision,
    cards: int,
    engine: Vllm | LlamaCpp,
    shape: CacheShape,
    weights: Weights,
    held: int,
) -> Replica:
    tensor = isinstance(engine, Vllm)
    return Replica(
        precision=precision,
        cards=cards,
        engine=engine,
        work=_work(workload, t, cards, shape, weights, tensor=tensor),
        weight_bytes=held,
        session_bytes=shape.session_bytes(workload.context_tokens),
        transformer=t,
        impossible=split_refusal(t, cards) if tensor else None,
    )


def _work(
    workload: InferenceWorkload,
    t: Transformer,
    cards: int,
    shape: CacheShape,
    weights: Weights,
    *,
    tensor: bool,
) -> Work:
    prompt, answer = mean_input_tokens(workload), mean_output_tokens(workload)
    flop = 2.0 * computing_parameters(t)
    experts = t.experts
    length = min(prompt + answer / 2, float(workload.context_tokens))
    return Work(
        cards=cards,
        parallel=cards if tensor else 1,
        dense_bytes=float(weights.dense),
        expert_bytes=float(weights.experts),
        idle_expert=1.0 - experts.per_token / experts.routed if experts else 1.0,
        kv_bytes=read_bytes(t, shape, length),
        token_flop=flop,
        prompt_tokens=prompt,
        prompt_flop=flop * prompt + attention_flop(t, prompt, causal=True),
        prompts_per_token=1.0 / answer,
        layers=t.layers,
        moe_layers=t.layers - experts.first_dense_layers if experts else 0,
        reduced_bytes=2 * (cards - 1) / cards * HALF_BYTES * t.hidden_size,
    )


def computing_parameters(t: Transformer) -> int:
    """A, parameters that multiply a token: the active ones without look-ups and vision tower.

    An input embedding is looked up, not multiplied, unless it is also the output layer.
    """
    lookup = t.embedding_parameters if t.lm_head_parameters else 0
    return t.active_parameters - lookup - t.vision_parameters

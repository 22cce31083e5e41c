"""The command that serves a model as it was sized: vLLM, or llama.cpp for GGUF files."""

from __future__ import annotations

from planner.catalog.architecture import ModelEntry
from planner.scenario.values import KvPrecision, Precision
from planner.scenario.workloads import InferenceWorkload
from planner.sizing.candidate import Candidate
from planner.sizing.engines import LlamaCpp, Vllm
from planner.sizing.vllm_server import Server, server_of

MODEL_PATH = "MODEL_PATH"
"""Stands for the path or the name of a checkpoint that the catalogue does not know."""
ALL_LAYERS = "999"
"""llama.cpp puts no more layers on the cards than there are."""
QUANTIZATION: dict[Precision, str | None] = {
    "fp32": None,
    "bf16": None,
    "fp8": "fp8",
    "int8": "compressed-tensors",
    "awq-int4": "awq_marlin",
    "gptq-int4": "gptq_marlin",
    "nf4": "bitsandbytes",
    "nvfp4": "modelopt_fp4",
    "mxfp4": None,
}
"""`--quantization` of vLLM; None where the checkpoint or its type says it."""
WHILE_LOADING = ("fp32", "bf16", "fp8", "nf4")
"""Precisions that vLLM makes of the published weights; the others are checkpoints of their own."""
LLAMA_CPP_CACHE: dict[KvPrecision, str] = {"bf16": "f16", "fp8": "q8_0", "nvfp4": "q4_0"}
"""`--cache-type-k` and `--cache-type-v` of llama.cpp."""


def serving_command(
    found: Candidate, workload: InferenceWorkload, model: ModelEntry, sessions: int
) -> tuple[str, ...]:
    """The words of a command that serves some sessions within the limits of the sizing.

    The first words stand together; each of the others is a flag with its value.
    """
    checkpoint = checkpoint_of(model, found.replica.precision)
    match found.replica.engine:
        case Vllm():
            return vllm_words(server_of(found, workload, sessions), model, checkpoint)
        case LlamaCpp() as llama_cpp:
            return _llama_cpp(found, workload, sessions, llama_cpp)


def checkpoint_of(model: ModelEntry, precision: Precision) -> str:
    """Name of the weights on the hub, or a placeholder where another checkpoint is needed."""
    published = model.transformer is not None and model.transformer.native_precision == precision
    if model.huggingface is None or not (published or precision in WHILE_LOADING):
        return MODEL_PATH
    return model.huggingface.value[0]


def vllm_words(server: Server, model: ModelEntry, checkpoint: str) -> tuple[str, ...]:
    """The words of a command of vLLM."""
    published = model.transformer.native_precision if model.transformer else "bf16"
    words = [
        f"vllm serve {checkpoint}",
        f"--tensor-parallel-size {server.cards}",
        f"--max-model-len {server.max_model_len}",
        f"--max-num-seqs {server.max_num_seqs}",
        f"--max-num-batched-tokens {server.max_num_batched_tokens}",
        f"--gpu-memory-utilization {server.utilisation:g}",
        f"--kv-cache-dtype {'auto' if server.kv_cache == 'bf16' else server.kv_cache}",
    ]
    method = QUANTIZATION.get(server.precision)
    if method is not None and server.precision != published:
        words.append(f"--quantization {method}")
    if server.precision == "fp32":
        words.append("--dtype float32")
    return tuple(words)


def checkpoint_note(model: ModelEntry, precision: Precision) -> str | None:
    """What MODEL_PATH stands for, or None where no placeholder is needed."""
    if checkpoint_of(model, precision) != MODEL_PATH:
        return None
    name = model.name if model.huggingface is None else model.huggingface.value[0]
    kind = "file" if precision.startswith("gguf-") else "checkpoint"
    return f"{MODEL_PATH} is a {kind} of {name} in {precision}"


def _llama_cpp(
    found: Candidate, workload: InferenceWorkload, sessions: int, engine: LlamaCpp
) -> tuple[str, ...]:
    """llama-server divides its context among the slots; layers are split over the cards."""
    cache = LLAMA_CPP_CACHE[workload.kv_cache]
    return (
        f"llama-server --model {MODEL_PATH}",
        f"--ctx-size {sessions * workload.context_tokens}",
        f"--parallel {sessions}",
        f"--n-gpu-layers {ALL_LAYERS}",
        f"--split-mode {'layer' if found.replica.cards > 1 else 'none'}",
        f"--ubatch-size {int(engine.ubatch_tokens)}",
        "--flash-attn on",
        f"--cache-type-k {cache}",
        f"--cache-type-v {cache}",
    )

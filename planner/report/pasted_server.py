"""What a pasted command of vLLM asks for: its model, and its flags with the defaults filled in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from planner.catalog.architecture import ModelEntry
from planner.catalog.catalog import Catalog
from planner.catalog.huggingface_names import named, names, precision_of_name
from planner.catalog.items import Gpu
from planner.errors import did_you_mean
from planner.scenario.inputs import Inputs
from planner.scenario.models import is_file
from planner.scenario.precisions import offered_precisions
from planner.scenario.values import KvPrecision, Precision
from planner.sizing.pasted import Pasted, wrong
from planner.sizing.vllm_server import Server, server_defaults

T = TypeVar("T")
METHODS: Mapping[str, Precision] = {
    "fp8": "fp8",
    "fbgemm_fp8": "fp8",
    "modelopt": "fp8",
    "awq": "awq-int4",
    "awq_marlin": "awq-int4",
    "gptq": "gptq-int4",
    "gptq_marlin": "gptq-int4",
    "bitsandbytes": "nf4",
    "modelopt_fp4": "nvfp4",
    "nvfp4": "nvfp4",
    "petit_nvfp4": "nvfp4",
    "mxfp4": "mxfp4",
    "experts_int8": "int8",
}
"""What `--quantization` of vLLM makes of the weights."""
CACHES: Mapping[str, KvPrecision] = {
    "auto": "bf16",
    "bfloat16": "bf16",
    "float16": "bf16",
    "half": "bf16",
    "fp8": "fp8",
    "fp8_e4m3": "fp8",
    "fp8_e5m2": "fp8",
    "nvfp4": "nvfp4",
}
"""What `--kv-cache-dtype` of vLLM makes of the cache."""
AUTO = ("auto", "-1")
"""`--max-model-len` of these means the longest that fits."""
PROFILER = "VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS"


def model_of(reference: str, pasted: Pasted, catalog: Catalog) -> tuple[str, str | None]:
    """The model as a scenario names it, and the precision that its name tells.

    Raises:
        InputError: if neither the catalogue nor a file tells what it is.
    """
    found = named(reference, catalog.models)
    precision = precision_of_name(pasted.model)
    if found is not None:
        return found.model.id, precision or found.precision
    path = Path(reference)
    if path.exists():
        return reference if is_file(reference) else f"./{reference}", precision
    known = [*names(catalog.models), *catalog.models]
    nearest = did_you_mean(reference, known) or did_you_mean(reference.rpartition("/")[2], known)
    hint = "give the model before --check-command: an id of the catalogue or a config.json"
    message = f"`{reference}` is not a model of the catalogue, nor the path of a config.json"
    raise wrong(message, f"{nearest} {hint}" if nearest else hint)


def is_automatic(pasted: Pasted) -> bool:
    """Whether vLLM is to find the longest context that fits."""
    return pasted.flags.get("--max-model-len") in AUTO


def server_of_pasted(
    pasted: Pasted, inputs: Inputs, gpu: Gpu, model: ModelEntry, told: str | None
) -> tuple[Server, tuple[str, ...]]:
    """What the command asks for, and the flags that it leaves to the defaults of vLLM.

    Raises:
        InputError: if a flag has a value that is not sized.
    """
    if (pasted.whole("--pipeline-parallel-size") or 1) > 1:
        raise wrong("--pipeline-parallel-size is not sized", "size it with tensor parallelism")
    share, sequences, tokens = server_defaults(inputs, gpu)
    reads = model.transformer.max_context_tokens if model.transformer else 0
    batched = pasted.whole("--max-num-batched-tokens") or tokens
    server = Server(
        precision=_precision(pasted, model, told),
        kv_cache=_one_of(CACHES, "--kv-cache-dtype", pasted.flags.get("--kv-cache-dtype", "auto")),
        cards=pasted.whole("--tensor-parallel-size") or 1,
        max_model_len=reads if is_automatic(pasted) else pasted.whole("--max-model-len") or reads,
        max_num_seqs=pasted.whole("--max-num-seqs") or min(sequences, batched),
        max_num_batched_tokens=batched,
        utilisation=pasted.share("--gpu-memory-utilization") or share,
        graphs="--enforce-eager" not in pasted.flags,
        graphs_inside=pasted.environment.get(PROFILER, "1") != "0",
        cache_bytes=pasted.whole("--kv-cache-memory-bytes"),
    )
    named_not = (
        f"--max-model-len {server.max_model_len}",
        f"--max-num-seqs {server.max_num_seqs}",
        f"--max-num-batched-tokens {server.max_num_batched_tokens}",
        f"--gpu-memory-utilization {server.utilisation:g}",
    )
    return server, tuple(d for d in named_not if d.partition(" ")[0] not in pasted.flags)


def _precision(pasted: Pasted, model: ModelEntry, told: str | None) -> Precision:
    """As `--quantization` says, else the name, else the type of the weights."""
    method = pasted.flags.get("--quantization")
    published = model.transformer.native_precision if model.transformer else "bf16"
    offered = offered_precisions(model)
    if method is not None and method != "compressed-tensors":
        return _one_of(METHODS, "--quantization", method)
    if told is not None:
        return next(p for p in offered if p == told)
    if method is not None:
        raise wrong(
            "--quantization compressed-tensors does not say in how many bits",
            "name the checkpoint with its format at the end, as in Llama-3.1-8B-FP8",
        )
    if pasted.flags.get("--dtype") in ("float32", "float"):
        return "fp32"
    return published


def _one_of(known: Mapping[str, T], flag: str, text: str) -> T:
    if text not in known:
        hint = did_you_mean(text, known, f"known are: {', '.join(known)}")
        raise wrong(f"{flag} `{text}` is not sized", hint)
    return known[text]

"""What is tried: measured quantities of memory, their goals, and what is weak about each."""

from __future__ import annotations

from dataclasses import dataclass

from planner.accuracy.fitting import (
    ACTIVATION,
    GRAPHS,
    PROMPT_446,
    PROMPT_451,
    TRAINING,
    Fit,
)
from planner.accuracy.observations import Kind, Observation


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is tried, and how well it shall be known.

    Attributes:
        name: name in files.
        title: name on the page.
        kinds: rows.
        goal: mean error to reach, per cent; None where none is set.
        fits: the constants behind it, by version; none where nothing was fitted.
        source: only rows of this source; with a leading ``!`` only rows of others.
        ranged: whether estimates are shown as a range.
        weak: what is weak about it, and why; None where nothing is known to be.
    """

    name: str
    title: str
    kinds: tuple[Kind, ...]
    goal: float | None = None
    fits: tuple[Fit, ...] = ()
    source: str | None = None
    ranged: bool = False
    weak: str | None = None

    def fit(self, row: Observation) -> Fit | None:
        """The constants behind the estimate of a row."""
        return next((f for f in self.fits if f.version in (None, row.version)), None)

    def holds(self, row: Observation) -> bool:
        """Whether a row belongs to it."""
        if row.kind not in self.kinds:
            return False
        if self.source is None:
            return True
        if self.source.startswith("!"):
            return row.source != self.source[1:]
        return row.source == self.source


QUANTITIES = (
    Quantity("vllm-weights", "vLLM, weights on a card", ("vllm_weights",), 1.5),
    Quantity("kv-token", "bytes of cache of a token", ("kv_per_million_tokens",), 0.1),
    Quantity(
        "kv-pool-sweep",
        "vLLM, pool of cache, H100 logs",
        ("vllm_kv_pool",),
        1.0,
        (ACTIVATION,),
        "vllm-sweep",
    ),
    Quantity(
        "kv-pool-else",
        "vLLM, pool of cache, elsewhere",
        ("vllm_kv_pool",),
        5.0,
        (),
        "!vllm-sweep",
        weak="Two rows of older versions, whose activation peak and memory outside PyTorch are "
        "taken from the same logs: what is tried is the budget and the weights, not the peak.",
    ),
    Quantity(
        "vllm-activation",
        "vLLM, activation peak",
        ("vllm_activation",),
        5.0,
        (ACTIVATION,),
        weak="Constants belong to one version (0.19.0) and to cards of 80 GB; older versions "
        "peaked elsewhere, and vision towers at many sequences are not in the form.",
    ),
    Quantity(
        "vllm-beside-cache",
        "vLLM, all beside the cache",
        ("vllm_beside_cache",),
        None,
        (ACTIVATION,),
    ),
    Quantity(
        "vllm-graphs",
        "vLLM, CUDA graphs",
        ("vllm_graphs",),
        None,
        (GRAPHS,),
        weak="A straight line through what a driver and a library allocate; the same model "
        "differs by a tenth between starts.",
    ),
    Quantity(
        "generate",
        "Transformers, generation in all",
        ("generate_total",),
        3.0,
        (PROMPT_446, PROMPT_451),
    ),
    Quantity(
        "litgpt",
        "LitGPT, generation in all",
        ("litgpt_total",),
        weak="The length of the prompt is not stated and is assumed.",
    ),
    Quantity("gguf", "GGUF files", ("gguf_file",)),
    Quantity("lora", "LoRA peak", ("lora_peak",), 12.0, (TRAINING,)),
    Quantity(
        "qlora",
        "QLoRA peak",
        ("qlora_peak",),
        12.0,
        (TRAINING,),
        weak="All rows are of Llama 2: without them the constant of 4-bit layers keeps its value, "
        "the others are fitted to LoRA alone. Six of eight are printed to whole gigabytes.",
    ),
    Quantity(
        "qlora-fused",
        "QLoRA peak with fused kernels",
        ("qlora_fused_peak",),
        None,
        (TRAINING,),
        weak="One model, printed to whole gigabytes; the share of fused layers was read off these "
        "very rows.",
    ),
    Quantity(
        "full",
        "full fine-tuning peak",
        ("full_ft_peak",),
        25.0,
        (TRAINING,),
        ranged=True,
        weak="Three rows, one with an assumed length of texts. Whether gradients stand beside the "
        "largest activations depends on the run, so it is shown as a range.",
    ),
    Quantity(
        "steady", "training between two steps", ("train_steady_allocated",), None, (TRAINING,)
    ),
    Quantity(
        "lora-sharded",
        "LoRA over several cards",
        ("lora_sharded_peak",),
        None,
        (TRAINING,),
        weak="Buffers and fragments of a sharded run depend on its wrapping; one row is read off "
        "a picture, one is of an attention of its own.",
    ),
    Quantity(
        "qlora-sharded",
        "QLoRA over several cards",
        ("qlora_sharded_peak",),
        None,
        (TRAINING,),
        weak="Estimates are high: what is kept for the backward pass of 4-bit layers is known from "
        "one card only, and two sources do not state how layers are wrapped.",
    ),
    Quantity(
        "images-loaded",
        "image models, loaded",
        ("diffusion_loaded", "diffusion_component_weights"),
        weak="What loading leaves reserved differs by library (0.4 to 3.4 GiB), and one figure "
        "stands for all but bitsandbytes.",
    ),
    Quantity(
        "images-peak",
        "image models, peak",
        ("diffusion_peak",),
        weak="Two models, each with activations of its own read off these rows: another model "
        "needs a measurement.",
    ),
    Quantity(
        "embeddings",
        "embedding models",
        ("embedding_loaded", "embedding_total"),
        weak="One model, printed to a tenth of a GiB; attention that is not fused takes more, and "
        "no row shows how much.",
    ),
    Quantity(
        "speech",
        "speech recognition",
        ("asr_peak",),
        weak="One row; workspaces were read off another precision of the same model.",
    ),
    Quantity(
        "image-training",
        "training of image models",
        ("diffusion_train",),
        weak="No form: no workload is planned with it.",
    ),
)
"""Everything that is tried, in the order of the page."""

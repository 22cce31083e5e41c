"""Memory of a model that Transformers generates with, one request at a time.

Formulas in docs/reference/sizing.md; no workload is planned on it.
"""

from __future__ import annotations

from fractions import Fraction

from planner.catalog.architecture import ModelEntry, Transformer
from planner.sizing.engines import Engines
from planner.sizing.kv_cache import token_bytes
from planner.sizing.memory_engines import Generator
from planner.sizing.weights import HALF, Format, weights_of
from planner.units import GIB


def generate_bytes(
    model: ModelEntry,
    precision: Format,
    input_tokens: int,
    new_tokens: int,
    cards: int,
    engines: Engines,
    generator: Generator,
) -> float:
    """Allocated on all cards together: weights, cache of all tokens, prompt and workspaces.

    The layers are split between cards, and each card keeps its own activations of the prompt.

    Raises:
        AssertionError: if the model has no transformer.
    """
    t = model.transformer
    assert t is not None, f"{model.id} has no transformer"
    weights = float(held_weights(model, t, precision, engines, generator))
    cache = float(token_bytes(t)) * (input_tokens + new_tokens)
    prompt = prompt_bytes(t, precision, input_tokens, generator)
    matrix = 2.0 * t.hidden_size * t.intermediate_size * expanded(precision, generator)
    return weights + cache + cards * (prompt + matrix + generator.base_gib * GIB)


def held_weights(
    model: ModelEntry, t: Transformer, precision: Format, engines: Engines, generator: Generator
) -> Fraction:
    """Weights as the checkpoints of this program hold them: zeros in GPTQ, outputs in FP8."""
    stored: Format = "awq-int4" if precision == "gptq-int4" else precision
    weights = weights_of(model, stored, engines).total
    tied = t.lm_head_parameters == 0
    if precision == "fp8" and tied and generator.untied_fp8:
        weights += HALF * t.embedding_parameters
    return weights


def prompt_bytes(
    t: Transformer, precision: Format, input_tokens: int, generator: Generator
) -> float:
    """What a prompt keeps at its most: ``2 B x tokens x (a I + b H)``."""
    width = generator.prefill_width + (generator.awq_width if precision == "awq-int4" else 0.0)
    return (
        2.0
        * input_tokens
        * (width * t.intermediate_size + generator.prefill_hidden * t.hidden_size)
    )


def expanded(precision: Format, generator: Generator) -> float:
    """Matrices that the kernels of a format expand to 16 bits at a time."""
    match precision:
        case "gptq-int4":
            return generator.gptq_matrices
        case "nf4" | "nf4-dq":
            return generator.nf4_matrices
        case _:
            return 0.0

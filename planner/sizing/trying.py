"""Tries ways to serve a language model: does it fit so, how far does it reach, how few cards do."""

from __future__ import annotations

from planner.catalog.items import Gpu
from planner.scenario.demand import mean_input_tokens, mean_output_tokens
from planner.scenario.inputs import Inputs
from planner.scenario.values import Precision
from planner.scenario.workloads import InferenceWorkload
from planner.sizing.candidate import Candidate
from planner.sizing.engines import LlamaCpp, Vllm
from planner.sizing.inference import candidate, runnable
from planner.sizing.levels import largest
from planner.sizing.option import Refusal
from planner.sizing.requirements import card_refusal
from planner.sizing.serving import Replica, replica_of
from planner.sizing.setting import Setting
from planner.units import ceil_div


def candidate_of(
    setting: Setting,
    inputs: Inputs,
    workload: InferenceWorkload,
    gpu: Gpu,
    precision: Precision,
    cards: int,
) -> Candidate | Refusal:
    """A replica of a workload on a card or a group, or why there is none, whatever its load."""
    if refused := card_refusal(workload, gpu, inputs.scenario):
        return refused
    model = inputs.model(workload)
    kernels = runnable(workload, model, gpu, precision, setting)
    if isinstance(kernels, Refusal):
        return kernels
    replica = replica_of(workload, model, precision, cards, setting.engines)
    return candidate(workload, gpu, replica, kernels, setting)


def most_sessions(found: Candidate) -> int:
    """Sessions that memory and the service level allow; 0 where not even one fits."""
    return largest(found.fits, found.usable // max(1, found.replica.session_bytes))


def longest_context(
    setting: Setting,
    inputs: Inputs,
    workload: InferenceWorkload,
    gpu: Gpu,
    precision: Precision,
    cards: int,
    sessions: int = 1,
) -> int:
    """Longest context with which some sessions fit, in whole blocks of the engine; 0 if none does.

    The mean request stays as it is asked for, as far as it goes into the context; no more than
    the model reads.
    """
    found = candidate_of(setting, inputs, at_context(workload, 1), gpu, precision, cards)
    transformer = inputs.model(workload).transformer
    if isinstance(found, Refusal) or transformer is None:
        return 0
    block, most = block_tokens(found.replica), transformer.max_context_tokens

    def fits(blocks: int) -> bool:
        longer = at_context(workload, min(blocks * block, most))
        tried = candidate_of(setting, inputs, longer, gpu, precision, cards)
        return isinstance(tried, Candidate) and tried.fits(sessions)

    return min(largest(fits, ceil_div(most, block)) * block, most)


def block_tokens(replica: Replica) -> int:
    """Tokens that an engine gives out at a time."""
    match replica.engine:
        case Vllm() as vllm:
            return int(vllm.block_tokens)
        case LlamaCpp() as llama_cpp:
            return int(llama_cpp.cell_padding)


def at_context(workload: InferenceWorkload, tokens: int) -> InferenceWorkload:
    """The same with another context; a mean request that is longer shrinks in proportion."""
    prompt, answer = mean_input_tokens(workload), mean_output_tokens(workload)
    if prompt + answer > tokens:
        whole = prompt + answer
        prompt, answer = max(1, prompt * tokens // whole), max(1, answer * tokens // whole)
    lengths = {"context_tokens": tokens, "input_tokens": prompt, "output_tokens": answer}
    return workload.model_copy(update=lengths)

"""Every default that sizing used, in words, so that a plan can print it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from planner.scenario.assumptions import Assumption
from planner.scenario.inputs import Inputs
from planner.scenario.workloads import (
    AnyWorkload,
    EmbeddingWorkload,
    FinetuneWorkload,
    FixedWorkload,
    ImageWorkload,
    InferenceWorkload,
)
from planner.sizing.instances import cuts_cards
from planner.sizing.option import Option
from planner.sizing.setting import Setting

DEFAULT = "default"
DEFAULTS: dict[type[AnyWorkload], dict[str, str]] = {
    InferenceWorkload: {
        "precision": "precision of the weights",
        "kv_cache": "precision of the cache of keys and values",
    },
    EmbeddingWorkload: {
        "precision": "precision of the weights",
        "input_tokens": "mean length of a text, tokens",
    },
    ImageWorkload: {"precision": "precision of the weights"},
    FinetuneWorkload: {
        "optimizer": "optimizer",
        "sequence_tokens": "length of a training sequence, tokens",
        "batch_sequences": "sequences in one step on one card",
        "lora_rank": "rank of the adapters",
        "recompute": "whether activations are computed again in the backward pass",
    },
    FixedWorkload: {},
}
"""Fields with a default that changes the size, by kind of workload."""


def exchange_assumptions(inputs: Inputs) -> Iterator[Assumption]:
    """Rates that prices in other currencies are turned with; none without a price book."""
    if inputs.scenario.catalog.prices not in inputs.catalog.price_books:
        return
    items = {*inputs.gpus(), *inputs.hosts()}
    for rate in inputs.prices().listed.rates_used(items):
        yield Assumption(
            f"exchange.{rate.currency}.{rate.month}",
            f"exchange rate of prices of {rate.month} and after, mean of the month",
            f"1 {rate.currency} = {rate.usd_per_unit:g} USD",
            rate.source,
        )


def sizing_assumptions(setting: Setting) -> Iterator[Assumption]:
    """What holds for every workload."""
    rules = setting.engines.sharing
    source = f"{rules.ENGINE} {rules.version}"
    yield Assumption(
        "sizing.memory_utilisation",
        "share of a card's memory that replicas may use",
        f"{rules.memory_utilisation:g}",
        source,
    )
    yield Assumption(
        "sizing.max_time_share",
        "share of a card's time that may be promised",
        f"{rules.max_time_share:g}",
        source,
    )
    yield Assumption(
        "sizing.speed",
        "speeds are modelled with first constants that are not calibrated; where in their range",
        setting.scenario.robust,
        "label `modelled`, see catalog/engines/",
    )
    if cuts_cards(setting.scenario):
        yield Assumption(
            "sizing.mig",
            "what a MIG instance has of the bandwidth, the speed and the power of its card",
            "the share of its slices",
            DEFAULT,
        )


def slot_assumptions(setting: Setting, options: Sequence[Option]) -> Iterator[Assumption]:
    """How fast groups exchange data where nothing but their slots joins their cards."""
    if setting.slot is not None and any(o.link == "pcie" for o in options):
        yield Assumption(
            "sizing.pcie",
            "generation at which cards of a group without NVLink exchange data through their "
            "slots; every host in use has it, and a slower card its own",
            f"PCI Express {setting.slot}",
            "`pcie_generation` of the hosts",
        )


def workload_assumptions(workload: AnyWorkload, setting: Setting) -> Iterator[Assumption]:
    """What the size of one workload rests on beyond what the scenario says."""
    for field, text in DEFAULTS[type(workload)].items():
        value = getattr(workload, field)
        if value == type(workload).model_fields[field].default:
            yield _assumption(workload, field, text, _shown(value))
    yield from _by_task(workload, setting)


def _by_task(workload: AnyWorkload, setting: Setting) -> Iterator[Assumption]:
    engines = setting.engines
    match workload:
        case InferenceWorkload():
            yield from _inference(workload, setting)
        case EmbeddingWorkload():
            text = "longest batch, so that a chat on the same card is not stalled"
            yield _assumption(workload, "batch", text, f"{engines.encoder.step_ms:g} ms")
        case ImageWorkload():
            yield _assumption(workload, "batch", "images at a time", "1")
            if workload.steps is None:
                text = "steps of an image, as the makers advise"
                yield _assumption(workload, "steps", text, "default_steps of the model")
        case FinetuneWorkload():
            yield from _finetune(workload, setting)
        case FixedWorkload():
            text = "needs of this workload on one card at most"
            yield _assumption(workload, "replicas", text, "1")
            if workload.need.cards is None and workload.need.time_share is None:
                text = "share of the card's time that each need takes"
                share = f"{engines.sharing.max_time_share:g}"
                yield _assumption(workload, "time_share", text, share)
        case _:
            assert_never(workload)


def _inference(workload: InferenceWorkload, setting: Setting) -> Iterator[Assumption]:
    vllm, rules = setting.engines.vllm, setting.engines.sharing
    yield _assumption(
        workload,
        "prefill_chunk",
        "part of a prompt in one step: less where the step would take more than "
        f"{rules.step_share_of_period:g} of its period",
        f"up to {vllm.max_num_batched_tokens:,g} tokens",
    )
    if workload.slo.ttft_ms is not None:
        text = "time to the first token includes a wait for other prompts, as a share of one"
        yield _assumption(workload, "ttft_queue", text, f"{vllm.ttft_queue_share:g}")


def _finetune(workload: FinetuneWorkload, setting: Setting) -> Iterator[Assumption]:
    margin = setting.engines.trainer.fragmentation
    text = "memory for fragmentation, as a share of what is held"
    yield _assumption(workload, "fragmentation", text, f"{margin:g}")
    if workload.method != "full":
        text = "matrices with adapters"
        yield _assumption(workload, "lora_targets", text, "all but routed experts")


def _assumption(workload: AnyWorkload, field: str, text: str, value: str) -> Assumption:
    name = workload.name
    return Assumption(f"{name}.{field}", f"{name}: {text}", value, DEFAULT)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(v) for v in value)
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)

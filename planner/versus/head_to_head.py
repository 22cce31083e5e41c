"""The whole comparison of two cards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from planner.catalog.schema import GpuEntry
from planner.scenario.demand import need_of
from planner.scenario.inputs import Inputs
from planner.scenario.workloads import InferenceWorkload
from planner.sizing.roofline import ceiling
from planner.sizing.serving import replica_of
from planner.sizing.setting import Setting
from planner.studies.choices import not_sized
from planner.units import GIB
from planner.versus.asked import inputs_of
from planner.versus.economics import Economics, economics
from planner.versus.fits import Fit, fits, tunings
from planner.versus.needs import Requirement, requirements
from planner.versus.sheet import Line, sheet
from planner.versus.speeds import Speed, speeds
from planner.versus.trades import Trades, trades
from planner.versus.winners import TOGETHER, Winner, together, winners

CHAT_TASK = "inference"
_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class HeadToHead:
    """Two cards beside each other.

    Attributes:
        gpus: their ids.
        names: what their makers call them.
        inputs: the scenario whose workloads are looked at.
        book: id of the price book.
        currency: currency of all amounts.
        sheet: figures with their sources.
        fits: the standard models on each card.
        tunings: fine-tuning on each card.
        speeds: the workloads on each card.
        economics: what each card costs.
        trades: one card against the other; None where one has no price.
        winners: the cheaper card for each workload.
        together: the cheaper card for all that both can carry, as one fleet; None where they
            carry fewer than two.
        requirements: hard requirements, and which card meets them.
    """

    gpus: tuple[str, str]
    names: tuple[str, str]
    inputs: Inputs
    book: str
    currency: str
    sheet: tuple[Line, ...]
    fits: tuple[tuple[Fit, ...], tuple[Fit, ...]]
    tunings: tuple[tuple[Fit, ...], tuple[Fit, ...]]
    speeds: tuple[tuple[Speed, ...], tuple[Speed, ...]]
    economics: tuple[Economics, Economics]
    trades: Trades | None
    winners: tuple[Winner, ...]
    together: Winner | None
    requirements: tuple[Requirement, ...]


def head_to_head(
    first: str,
    second: str,
    workloads: Path | None = None,
    book: str | None = None,
    told: Callable[[str], None] = lambda doing: None,
    overlays: Sequence[Path] = (),
) -> HeadToHead:
    """Compare two cards.

    Args:
        first: id of a card.
        second: id of another.
        workloads: a scenario whose workloads are looked at, each alone; that of the program if
            absent.
        book: id of a price book; that of the scenario if absent.
        told: is told what is being done.
        overlays: catalogue files with cards or prices of one's own.

    Raises:
        InputError: if a name is not known, the cards are the same, or the scenario is wrong or
            does not let them be used.
    """
    gpus = (first, second)
    inputs = inputs_of(gpus, workloads, book, overlays)
    catalog, scenario = inputs.catalog, inputs.scenario
    told("what fits")
    fitting = tuple(tuple(fits(catalog, gpu)) for gpu in gpus)
    tuning = tuple(tuple(tunings(catalog, gpu)) for gpu in gpus)
    told("how fast it is")
    need = {w.name: float(need_of(w, scenario).peak) for w in scenario.workloads}
    speed = tuple(tuple(speeds(inputs, gpu, need)) for gpu in gpus)
    chat = _chat(inputs, (speed[0], speed[1]))
    costs = tuple(
        economics(inputs, gpu, _usable_gib(inputs, gpu), own, _alone_ceiling(inputs, gpu, own))
        for gpu, own in zip(gpus, chat, strict=True)
    )
    found = []
    told("which is cheaper")
    for winner in winners(inputs, gpus):
        found.append(winner)
        told(f"which is cheaper: {winner.workload} done")
    return HeadToHead(
        gpus=gpus,
        names=(_named(catalog.gpus[first]), _named(catalog.gpus[second])),
        inputs=inputs,
        book=scenario.catalog.prices,
        currency=scenario.currency,
        sheet=sheet(catalog, first, second),
        fits=(fitting[0], fitting[1]),
        tunings=(tuning[0], tuning[1]),
        speeds=(speed[0], speed[1]),
        economics=(costs[0], costs[1]),
        trades=trades(inputs, gpus),
        winners=tuple(found),
        together=_together(inputs, found, gpus),
        requirements=requirements(catalog, gpus),
    )


def _usable_gib(inputs: Inputs, gpu: str) -> float | None:
    card = inputs.catalog.gpu(gpu)
    if not_sized(card):
        return None
    return Setting.of(inputs).usable_bytes(card, ecc=False) / GIB


def _together(inputs: Inputs, found: list[Winner], gpus: tuple[str, str]) -> Winner | None:
    """All workloads that both cards carry, planned as one fleet."""
    carried = {w.workload for w in found if w.is_contested}
    chosen = tuple(w for w in inputs.scenario.workloads if w.name in carried)
    if len(chosen) < _SEVERAL:
        return None
    scenario = inputs.scenario.model_copy(update={"workloads": chosen})
    name = TOGETHER if len(chosen) == len(found) else f"the {len(chosen)} that both carry"
    return together(Inputs(scenario, inputs.catalog), gpus, name)


def _chat(
    inputs: Inputs, own: tuple[tuple[Speed, ...], tuple[Speed, ...]]
) -> tuple[Speed | None, Speed | None]:
    """The first workload that answers in tokens and runs on both cards, else on either."""
    answering = {w.name for w in inputs.scenario.workloads if w.task == CHAT_TASK}
    pairs = [pair for pair in zip(*own, strict=True) if pair[0].workload in answering]
    running = [tuple(s if s.cards is not None else None for s in pair) for pair in pairs]
    best = max(running, key=lambda pair: sum(s is not None for s in pair), default=(None, None))
    return best[0], best[1]


def _alone_ceiling(inputs: Inputs, gpu: str, chat: Speed | None) -> float | None:
    """What the bandwidth allows one session of the chat, tokens per second."""
    if chat is None:
        return None
    workload = next(w for w in inputs.scenario.workloads if w.name == chat.workload)
    assert isinstance(workload, InferenceWorkload)
    model, card = inputs.model(workload), inputs.catalog.gpu(gpu)
    engines = Setting.of(inputs).engines
    precision = next(p for p in workload.precision if p == chat.precision)
    replica = replica_of(workload, model, precision, chat.group, engines)
    return ceiling(replica.work, card.memory_bandwidth_gb_s, 1)


def _named(entry: GpuEntry) -> str:
    return entry.name if entry.name.startswith(entry.vendor) else f"{entry.vendor} {entry.name}"

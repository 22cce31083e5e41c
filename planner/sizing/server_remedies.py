"""What would make a command of vLLM fit: each change of a flag is tried, the nearest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from math import floor, log2
from typing import TypeAlias

from planner.catalog.items import Gpu
from planner.scenario.inputs import Inputs
from planner.scenario.precisions import offered_precisions
from planner.scenario.values import Precision
from planner.scenario.workloads import InferenceWorkload
from planner.sizing.budget import Fit
from planner.sizing.levels import GROUPS, largest
from planner.sizing.remedies import nearest
from planner.sizing.setting import Setting
from planner.sizing.vllm_server import DIGITS, Account, Server, account

BLOCK = 16
"""Contexts are shortened to a multiple of this."""
LEAST_CONTEXT = 1 / 8
"""A context that is cut to less than this share is no help."""
USUAL_TOKENS = 2048
"""Tokens of a step that servers on small cards take."""
LIGHTER: tuple[Precision, ...] = ("fp8", "awq-int4")
"""Precisions that are tried, the most exact first."""


@dataclass(frozen=True, slots=True)
class FlagChange:
    """Changes of flags with which a command fits.

    Attributes:
        changed: flags that are changed.
        server: the command then.
        distance: how many halvings or doublings that is.
        account: what becomes of the memory then.
    """

    changed: tuple[str, ...]
    server: Server
    distance: float
    account: Account


@dataclass(frozen=True, slots=True)
class _Step:
    flag: str
    distance: float
    apply: Callable[[Server], Server]


def flag_changes(
    setting: Setting, inputs: Inputs, workload: InferenceWorkload, gpu: Gpu, asked: Server
) -> tuple[FlagChange, ...]:
    """Changes that make a command fit which does not, the nearest first."""
    tried = trial(setting, inputs, workload, gpu)
    steps = list(_steps(setting, inputs, workload, gpu, asked))
    found: list[FlagChange] = []
    for count in (0, 1, 2):
        for chosen in combinations(steps, count):
            if len({step.flag for step in chosen}) == count:
                found += _with(tried, asked, chosen)
        if len(found) >= count + 1 and count:
            break
    return tuple(nearest(found))


Trial: TypeAlias = Callable[[Server], Account | None]


def trial(setting: Setting, inputs: Inputs, workload: InferenceWorkload, gpu: Gpu) -> Trial:
    """Tells what becomes of the memory with a command, or None where it does not fit."""

    def tried(server: Server) -> Account | None:
        found = account(setting, inputs, workload, gpu, server)
        return found if isinstance(found, Account) and found.fit is not Fit.NO else None

    return tried


def _with(tried: Trial, asked: Server, chosen: tuple[_Step, ...]) -> Iterator[FlagChange]:
    """Some steps as they are where they suffice, else with fewer sequences or a shorter context."""
    server = asked
    for step in chosen:
        server = step.apply(server)
    flags, away = tuple(s.flag for s in chosen), sum(s.distance for s in chosen)
    done = tried(server)
    if done is not None:
        if chosen:
            yield FlagChange(flags, server, away, done)
        return
    yield from _fewer(tried, server, flags, away)
    yield from _shorter(tried, server, flags, away)


def _fewer(
    tried: Trial, server: Server, flags: tuple[str, ...], away: float
) -> Iterator[FlagChange]:
    """The most sequences with which it fits."""

    def cut(count: int) -> Server:
        return replace(server, max_num_seqs=count)

    most = largest(lambda n: tried(cut(n)) is not None, server.max_num_seqs)
    done = tried(cut(most)) if most else None
    if done is not None:
        away += log2(server.max_num_seqs / most)
        yield FlagChange((*flags, "--max-num-seqs"), cut(most), away, done)


def _shorter(
    tried: Trial, server: Server, flags: tuple[str, ...], away: float
) -> Iterator[FlagChange]:
    """The longest context with which it fits."""
    shorter = longest(tried, server)
    done = tried(shorter)
    if done is not None and shorter.max_model_len >= server.max_model_len * LEAST_CONTEXT:
        away += log2(server.max_model_len / shorter.max_model_len)
        yield FlagChange((*flags, "--max-model-len"), shorter, away, done)


def longest(tried: Trial, server: Server) -> Server:
    """The command with the longest context that fits, in whole blocks; as it is where none does."""

    def cut(blocks: int) -> Server:
        return replace(server, max_model_len=blocks * BLOCK)

    blocks = largest(lambda n: tried(cut(n)) is not None, server.max_model_len // BLOCK)
    return cut(blocks) if blocks else server


def _steps(
    setting: Setting, inputs: Inputs, workload: InferenceWorkload, gpu: Gpu, asked: Server
) -> Iterator[_Step]:
    found = account(setting, inputs, workload, gpu, asked)
    if isinstance(found, Account) and asked.cache_bytes is None:
        most = floor((found.total_bytes - found.outside_bytes) / found.total_bytes * DIGITS)
        if abs(most / DIGITS - asked.utilisation) >= 1 / DIGITS:
            away = abs(log2(most / DIGITS / asked.utilisation))
            flag = "--gpu-memory-utilization"
            yield _Step(flag, away, lambda s: replace(s, utilisation=most / DIGITS))
    if asked.cache_bytes is not None:
        yield _Step("--kv-cache-memory-bytes", 0.5, lambda s: replace(s, cache_bytes=None))
    if asked.max_num_batched_tokens > USUAL_TOKENS:
        away = log2(asked.max_num_batched_tokens / USUAL_TOKENS)
        yield _Step(
            "--max-num-batched-tokens",
            away,
            lambda s: replace(s, max_num_batched_tokens=USUAL_TOKENS),
        )
    if asked.graphs:
        yield _Step("--enforce-eager", 1.0, lambda s: replace(s, graphs=False))
    if asked.kv_cache == "bf16":
        yield _Step("--kv-cache-dtype", 1.0, lambda s: replace(s, kv_cache="fp8"))
    yield from _lighter(inputs, workload, asked)
    for cards in GROUPS:
        if cards > asked.cards:
            away = log2(cards / asked.cards)
            yield _Step("--tensor-parallel-size", away, _cards(cards))


def _lighter(inputs: Inputs, workload: InferenceWorkload, asked: Server) -> Iterator[_Step]:
    order = ("bf16", *LIGHTER)
    place = order.index(asked.precision) if asked.precision in order else len(order)
    offered = offered_precisions(inputs.model(workload))
    for away, precision in enumerate(LIGHTER, start=1):
        if away > place and precision in offered:
            yield _Step("--quantization", 1.0 + away - place, _precision(precision))


def _cards(cards: int) -> Callable[[Server], Server]:
    return lambda server: replace(server, cards=cards)


def _precision(precision: Precision) -> Callable[[Server], Server]:
    return lambda server: replace(server, precision=precision)

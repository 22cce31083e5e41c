"""Demand: said once, in one measure, for something that is wanted at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from planner.scenario.checks.check import Check, Context, Finding
from planner.scenario.workloads import (
    DemandEntry,
    EmbeddingDemand,
    EmbeddingWorkload,
    FinetuneWorkload,
    InferenceDemand,
    InferenceWorkload,
)
from planner.yaml_source import Path

_MEASURES = {
    InferenceDemand: ("concurrency", "users", "seats", "requests_per_s", "classes"),
    EmbeddingDemand: ("tokens_per_s", "requests_per_s"),
}
_AMOUNTS = (
    "concurrency", "users", "seats", "requests_per_s", "classes", "tokens_per_s",
    "images_per_hour", "tokens_per_month", "count",
)  # fmt: skip
_Placed: TypeAlias = tuple[Path, DemandEntry]


def _entries(context: Context) -> Iterator[_Placed]:
    for i, workload in enumerate(context.scenario.workloads):
        entries: Sequence[DemandEntry] = workload.demand
        yield from ((("workloads", i, "demand", j), e) for j, e in enumerate(entries))


def _given(entry: DemandEntry, fields: Sequence[str]) -> list[str]:
    return [f for f in fields if getattr(entry, f, None) is not None]


def _one_measure(context: Context) -> Iterator[Finding]:
    for path, entry in _entries(context):
        measures = _MEASURES.get(type(entry), ())
        given = _given(entry, measures)
        if measures and not given:
            listed = ", ".join(f"`{m}`" for m in measures)
            yield Finding(path, "this entry does not say how much", f"give one of {listed}")
        for extra in given[1:]:
            message = f"`{extra}` is a second measure beside `{given[0]}`"
            yield Finding((*path, extra), message, "keep one of them", at_key=True)


def _share_of_nobody(context: Context) -> Iterator[Finding]:
    for path, entry in _entries(context):
        if not isinstance(entry, InferenceDemand) or entry.active_share is None:
            continue
        given = _given(entry, _MEASURES[InferenceDemand])
        if given and not {"users", "seats"} & set(given):
            message = "`active_share` is a share of `users` or `seats`, and neither is given"
            yield Finding((*path, "active_share"), message, "remove it", at_key=True)


def _nothing_wanted(context: Context) -> Iterator[Finding]:
    workloads = context.scenario.workloads
    if any(getattr(w, "tokens_per_month", None) for w in workloads):
        return
    if workloads and not any(
        getattr(e, f) for _, e in _entries(context) for f in _given(e, _AMOUNTS)
    ):
        yield Finding(("workloads",), "no workload has any demand", "give one a demand above 0")


def _tokens_or_demand(context: Context) -> Iterator[Finding]:
    for i, workload in enumerate(context.scenario.workloads):
        if not isinstance(workload, FinetuneWorkload):
            continue
        short, long = workload.tokens_per_month is not None, bool(workload.demand)
        if not short and not long:
            message = f"`{workload.name}` does not say how much is trained"
            hint = "give `tokens_per_month`, or `demand` if it changes over time"
            yield Finding(("workloads", i), message, hint)
        elif short and long:
            message = "`tokens_per_month` is short for a `demand` of one entry, and both are given"
            path = ("workloads", i, "tokens_per_month")
            yield Finding(path, message, "keep one of them", at_key=True)


def _foreign_promise(context: Context) -> Iterator[Finding]:
    for i, workload in enumerate(context.scenario.workloads):
        if isinstance(workload, InferenceWorkload):
            foreign, own = ["latency_ms"], "`tokens_per_s_per_session` and `ttft_ms`"
        elif isinstance(workload, EmbeddingWorkload):
            foreign, own = ["tokens_per_s_per_session", "ttft_ms"], "`latency_ms`"
        else:
            continue
        for field in foreign:
            if getattr(workload.slo, field) is not None:
                message = f"`{field}` has no meaning for the task `{workload.task}`"
                path = ("workloads", i, "slo", field)
                yield Finding(path, message, f"its service levels are {own}", at_key=True)


CHECKS = (
    Check(
        id="demand-measure",
        sentence="An entry of demand is given in exactly one measure.",
        find=_one_measure,
        passes="workloads: [{name: chat, demand: [{from: 2026-10, users: 300}]}]",
        fails="workloads: [{name: chat, demand: [{from: 2026-10, users: 300, concurrency: 20}]}]",
    ),
    Check(
        id="share-without-users",
        sentence="An active share is a share of users or seats.",
        find=_share_of_nobody,
        passes="""
            workloads: [{name: chat, demand: [{from: 2026-10, users: 300, active_share: 0.2}]}]
            """,
        fails="""
            workloads: [{name: chat, demand: [{from: 2026-10, concurrency: 30, active_share: 0.2}]}]
            """,
    ),
    Check(
        id="no-demand",
        sentence="Something is wanted at some time.",
        find=_nothing_wanted,
        passes="workloads: [{name: chat, demand: [{from: 2026-10, concurrency: 0}]}]",
        fails="""
            workloads:
              - {name: chat, demand: [{from: 2026-10, concurrency: 0}]}
              - {name: search, demand: [{from: 2026-10, tokens_per_s: 0}]}
              - {name: paint, demand: [{from: 2026-10, images_per_hour: 0}]}
              - {name: tune, tokens_per_month: 0}
              - {name: notebooks, demand: [{from: 2026-10, count: 0}]}
            """,
    ),
    Check(
        id="missing-tokens",
        sentence="Fine-tuning is given by `tokens_per_month` or by `demand`, not by both.",
        find=_tokens_or_demand,
        passes="""
            workloads:
              - {name: tune, tokens_per_month: null,
                 demand: [{from: 2026-10, tokens_per_month: 2.0e8}]}
            """,
        fails="workloads: [{name: tune, tokens_per_month: null}]",
    ),
    Check(
        id="slo-of-another-task",
        sentence="A service level belongs to the task that it is given for.",
        find=_foreign_promise,
        passes="workloads: [{name: search, slo: {latency_ms: 200}}]",
        fails="workloads: [{name: search, slo: {ttft_ms: 200}}]",
    ),
)

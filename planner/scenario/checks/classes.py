"""Request classes: demand, measurements and spares that go with them, or do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.scenario.checks.check import Check, Context, Finding
from planner.scenario.demand import by_classes
from planner.scenario.workloads import (
    AnyWorkload,
    FinetuneWorkload,
    FixedWorkload,
    InferenceWorkload,
    Measured,
    RequestClass,
)
from planner.yaml_source import Path


def class_lists(context: Context) -> Iterator[tuple[Path, Sequence[RequestClass]]]:
    """Every list of request classes of a workload that can have any."""
    for i, workload in enumerate(context.scenario.workloads):
        if isinstance(workload, InferenceWorkload):
            for j, entry in enumerate(workload.demand):
                yield ("workloads", i, "demand", j, "classes"), entry.classes or ()
            for j, row in enumerate(workload.measured):
                yield ("workloads", i, "measured", j, "classes"), row.classes or ()


def _has_classes(workload: AnyWorkload) -> bool:
    return isinstance(workload, InferenceWorkload) and by_classes(workload)


def _mixed(context: Context) -> Iterator[Finding]:
    for i, workload in enumerate(context.scenario.workloads):
        if isinstance(workload, InferenceWorkload) and by_classes(workload):
            for j, entry in enumerate(workload.demand):
                if entry.classes is None:
                    message = "this entry has no classes, and others of the workload have"
                    hint = "give `classes` in all entries; an empty list stands for no requests"
                    yield Finding(("workloads", i, "demand", j), message, hint)


def _measured(context: Context) -> Iterator[Finding]:
    for i, workload in enumerate(context.scenario.workloads):
        if not isinstance(workload, FixedWorkload):
            for j, row in enumerate(workload.measured):
                path = ("workloads", i, "measured", j)
                yield from _capacity(path, row, classes=_has_classes(workload))


def _capacity(path: Path, row: Measured, *, classes: bool) -> Iterator[Finding]:
    wanted, other = ("classes", "capacity") if classes else ("capacity", "classes")
    if getattr(row, other) is not None:
        why = "is by request classes" if classes else "is not by request classes"
        message = f"`{other}` says nothing here, as the demand {why}"
        yield Finding((*path, other), message, f"give `{wanted}` instead", at_key=True)
    elif getattr(row, wanted) is None:
        message = f"this measurement does not say what a replica carries: `{wanted}` is missing"
        yield Finding(path, message)


def _unsuited_spare(context: Context) -> Iterator[Finding]:
    for i, workload in enumerate(context.scenario.workloads):
        path, spare = ("workloads", i, "survive"), workload.survive
        if spare is None:
            continue
        if _has_classes(workload):
            message = "no spare is kept for demand by request classes"
            yield Finding(path, message, "give the demand in another measure", at_key=True)
        elif isinstance(workload, FinetuneWorkload) and workload.time_shared:
            message = "no spare is kept for a job that takes turns with others in a pool"
            yield Finding(path, message, "remove it, or remove `time_shared`", at_key=True)
        elif spare.cards is not None and workload.isolation == "mig":
            message = "no spare is kept for the loss of a card that is cut into instances"
            hint = "ask for spare `replicas` or `hosts`, or for another isolation"
            yield Finding((*path, "cards"), message, hint, at_key=True)


def _unsuited_pool(context: Context) -> Iterator[Finding]:
    for i, workload in enumerate(context.scenario.workloads):
        if not isinstance(workload, FinetuneWorkload):
            continue
        if workload.time_shared and workload.isolation == "mig":
            message = "a pool is of whole cards, and no job runs in an instance of one"
            hint = "ask for `exclusive` or `shared`"
            yield Finding(("workloads", i, "isolation"), message, hint)
        elif workload.groups_at_a_time > 1 and not workload.time_shared:
            message = "only a job in a pool runs on several groups at a time"
            path = ("workloads", i, "groups_at_a_time")
            yield Finding(path, message, "set `time_shared: true`, or remove it", at_key=True)


CHECKS = (
    Check(
        id="mixed-classes",
        sentence="All demand of a workload is by request classes, or none.",
        find=_mixed,
        passes="""
            workloads:
              - name: chat
                demand:
                  - from: 2026-10
                    classes: [{input_tokens: 900, output_tokens: 200, requests_per_s: 3}]
                  - {from: 2027-01, classes: []}
            """,
        fails="""
            workloads:
              - name: chat
                demand:
                  - from: 2026-10
                    classes: [{input_tokens: 900, output_tokens: 200, requests_per_s: 3}]
                  - {from: 2027-01, concurrency: 5}
            """,
    ),
    Check(
        id="measured-capacity",
        sentence="A measurement gives the capacity in the measure of the demand.",
        find=_measured,
        passes="""
            workloads:
              - name: chat
                measured:
                  - {gpu: rtx-a6000, precision: bf16, capacity: 9, memory_gib: 40, source: bench}
            """,
        fails="""
            workloads:
              - name: chat
                measured:
                  - gpu: rtx-a6000
                    precision: bf16
                    classes: [{input_tokens: 900, output_tokens: 200, requests_per_s: 3}]
                    memory_gib: 40
                    source: bench
            """,
    ),
    Check(
        id="unsuited-spare",
        sentence="A spare is kept for replicas that are counted, and for cards that are not cut.",
        find=_unsuited_spare,
        passes="workloads: [{name: chat, isolation: mig, survive: {replicas: 1}}]",
        fails="workloads: [{name: chat, isolation: mig, survive: {cards: 1}}]",
    ),
    Check(
        id="unsuited-pool",
        sentence="A pool is of whole cards, and only a job in a pool runs on several groups.",
        find=_unsuited_pool,
        passes="workloads: [{name: tune, time_shared: true, groups_at_a_time: 2}]",
        fails="workloads: [{name: tune, groups_at_a_time: 2}]",
    ),
)

"""Things that are said twice: one of them would be ignored."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from planner.scenario.checks.check import Check, Context, Finding
from planner.scenario.checks.classes import class_lists
from planner.scenario.workloads import FinetuneWorkload, FixedWorkload
from planner.yaml_source import Path


def _again(
    context: Context, entries: Iterable[tuple[Path, Hashable]]
) -> Iterator[tuple[Path, int]]:
    """Paths of entries that stood before, with the line of the first."""
    first: dict[Hashable, Path] = {}
    for path, value in entries:
        if value in first:
            yield path, context.document.span(first[value]).line
        first.setdefault(value, path)


def _names(context: Context) -> Iterator[Finding]:
    for section in ("workloads", "sites"):
        named = enumerate(getattr(context.scenario, section))
        for path, line in _again(context, (((section, i, "name"), x.name) for i, x in named)):
            name, noun = context.document.get(path), section.removesuffix("s")
            yield Finding(
                path,
                f"two {section} are called `{name}`",
                f"the first {noun} of that name is in line {line}; rename one",
            )


def _lists(context: Context) -> Iterator[tuple[Path, Iterable[str] | None]]:
    scenario = context.scenario
    for i, workload in enumerate(scenario.workloads):
        yield ("workloads", i, "gpus"), workload.gpus
        yield ("workloads", i, "sites"), workload.sites
        yield ("workloads", i, "requires", "jurisdictions"), workload.requires.jurisdictions
        if not isinstance(workload, FixedWorkload | FinetuneWorkload):
            yield ("workloads", i, "precision"), workload.precision
    yield ("fleet", "gpus"), scenario.fleet.gpus
    yield ("fleet", "hosts"), scenario.fleet.hosts
    yield ("catalog", "exclude"), scenario.catalog.exclude
    yield ("catalog", "overlays"), scenario.catalog.overlays


def _entries(context: Context) -> Iterator[Finding]:
    for path, values in _lists(context):
        for place, _ in _again(context, (((*path, i), v) for i, v in enumerate(values or ()))):
            message = f"`{context.document.get(place)}` stands twice in `{path[-1]}`"
            yield Finding(place, message, "remove one of them")


def _quotes(context: Context) -> Iterator[Finding]:
    quotes = context.scenario.quotes
    start = context.scenario.start
    keyed = ((("quotes", i), (q.item, q.from_month or start)) for i, q in enumerate(quotes))
    for path, line in _again(context, keyed):
        item = context.document.get((*path, "item"))
        message = f"`{item}` is quoted twice from the same month on"
        yield Finding(path, message, f"the first quote is in line {line}; keep one")


def _limits(context: Context) -> Iterator[Finding]:
    for section, noun in (("supply", "limits of its supply"), ("lead_times", "lead times")):
        entries = enumerate(getattr(context.scenario, section))
        for path, line in _again(context, (((section, i, "item"), e.item) for i, e in entries)):
            message = f"`{context.document.get(path)}` has two {noun}"
            yield Finding(path, message, f"the first is in line {line}; keep one")


def _shapes(context: Context) -> Iterator[Finding]:
    for path, classes in class_lists(context):
        keyed = (((*path, i), (c.input_tokens, c.output_tokens)) for i, c in enumerate(classes))
        for place, line in _again(context, keyed):
            shape = context.document.get(place)
            tokens = shape if isinstance(shape, dict) else {}
            message = (
                f"requests of {tokens.get('input_tokens')} + {tokens.get('output_tokens')} tokens "
                "stand twice in one list"
            )
            yield Finding(place, message, f"the first is in line {line}; add their rates up")


def _measurements(context: Context) -> Iterator[Finding]:
    for i, workload in enumerate(context.scenario.workloads):
        keyed = (
            (("workloads", i, "measured", j), (m.gpu, m.precision, m.gpus_per_replica))
            for j, m in enumerate(workload.measured)
        )
        for path, line in _again(context, keyed):
            message = f"`{workload.name}` has two measurements of one configuration"
            yield Finding(path, message, f"the first is in line {line}; keep one")


CHECKS = (
    Check(
        id="duplicate-name",
        sentence="Workloads have names of their own, and so have sites.",
        find=_names,
        passes="""
            workloads:
              - {name: a, task: fixed, need: {cards: 1}, demand: [{from: 2026-10, count: 1}]}
              - {name: b, task: fixed, need: {cards: 1}, demand: [{from: 2026-10, count: 1}]}
            """,
        fails="""
            workloads:
              - {name: a, task: fixed, need: {cards: 1}, demand: [{from: 2026-10, count: 1}]}
              - {name: a, task: fixed, need: {cards: 1}, demand: [{from: 2026-10, count: 1}]}
            """,
    ),
    Check(
        id="repeated-entry",
        sentence="A list of names holds each of them once.",
        find=_entries,
        passes="workloads: [{name: chat, precision: [fp8, bf16]}]",
        fails="workloads: [{name: chat, precision: [fp8, fp8]}]",
    ),
    Check(
        id="quoted-twice",
        sentence="An item has one quote from a month on.",
        find=_quotes,
        needs=("start",),
        passes="quotes: [{item: tower-2, price: 3100}, {item: tower-2, price: 29, from: 2027-01}]",
        fails="quotes: [{item: tower-2, price: 3100}, {item: tower-2, price: 29, from: 2026-10}]",
    ),
    Check(
        id="limited-twice",
        sentence="An item has one limit of its supply and one lead time.",
        find=_limits,
        passes="lead_times: [{item: rtx-a6000, months: 1}, {item: tower-2, months: 2}]",
        fails="lead_times: [{item: rtx-a6000, months: 1}, {item: rtx-a6000, months: 2}]",
    ),
    Check(
        id="class-twice",
        sentence="Requests of one shape stand once in a list.",
        find=_shapes,
        passes="""
            workloads:
              - name: chat
                demand:
                  - from: 2026-10
                    classes:
                      - {input_tokens: 900, output_tokens: 200, requests_per_s: 3}
                      - {input_tokens: 900, output_tokens: 400, requests_per_s: 1}
            """,
        fails="""
            workloads:
              - name: chat
                demand:
                  - from: 2026-10
                    classes:
                      - {input_tokens: 900, output_tokens: 200, requests_per_s: 3}
                      - {input_tokens: 900, output_tokens: 200, requests_per_s: 1}
            """,
    ),
    Check(
        id="measured-twice",
        sentence="A configuration is measured once.",
        find=_measurements,
        passes="""
            workloads:
              - name: chat
                measured:
                  - {gpu: rtx-a6000, precision: bf16, capacity: 9, memory_gib: 40, source: bench 1}
                  - {gpu: rtx-a6000, precision: fp8, capacity: 9, memory_gib: 40, source: bench 2}
            """,
        fails="""
            workloads:
              - name: chat
                measured:
                  - {gpu: rtx-a6000, precision: bf16, capacity: 9, memory_gib: 40, source: bench 1}
                  - {gpu: rtx-a6000, precision: bf16, capacity: 8, memory_gib: 40, source: bench 2}
            """,
    ),
)

"""Choices: where one of several fields is to be given, exactly one is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.catalog.facts import Entry
from planner.scenario.checks.check import Check, Context, Finding
from planner.scenario.workloads import FixedNeed, FixedWorkload, InlineModel
from planner.yaml_source import Path


def _choices(context: Context) -> Iterator[tuple[Path, Entry, Sequence[str]]]:
    """Every group of which exactly one of some fields is wanted."""
    for i, lot in enumerate(context.scenario.existing):
        yield ("existing", i), lot, ("gpu", "host", "bridge")
    for i, workload in enumerate(context.scenario.workloads):
        path = ("workloads", i)
        if workload.survive is not None:
            yield (*path, "survive"), workload.survive, ("replicas", "cards", "hosts")
        if isinstance(workload, FixedWorkload):
            yield (*path, "need"), workload.need, ("cards", "memory_gib")
        elif isinstance(workload.model, InlineModel):
            yield (*path, "model"), workload.model, ("transformer", "diffusion")


def _not_one(context: Context) -> Iterator[Finding]:
    for path, group, fields in _choices(context):
        given = [f for f in fields if getattr(group, f) is not None]
        if not given:
            listed = ", ".join(f"`{f}`" for f in fields)
            yield Finding(path, f"none of {listed} is given", "give one of them")
        for extra in given[1:]:
            message = f"`{extra}` is given beside `{given[0]}`"
            yield Finding((*path, extra), message, "keep one of them", at_key=True)


def _half_a_need(context: Context) -> Iterator[Finding]:
    for i, workload in enumerate(context.scenario.workloads):
        if isinstance(workload, FixedWorkload):
            yield from _unpaired(("workloads", i, "need"), workload.need)


def _unpaired(path: Path, need: FixedNeed) -> Iterator[Finding]:
    if need.memory_gib is not None and need.time_share is None and need.cards is None:
        message = "a part of a card is given by `memory_gib` and `time_share`; the share is missing"
        yield Finding(path, message, "write `time_share: 0.5` for half its time")
    if need.memory_gib is None and need.time_share is not None:
        message = "`time_share` is for a part of a card, and needs `memory_gib`"
        hint = "whole cards have all their time" if need.cards else "give `memory_gib` too"
        yield Finding((*path, "time_share"), message, hint, at_key=True)


def _boundless(context: Context) -> Iterator[Finding]:
    for i, workload in enumerate(context.scenario.workloads):
        for j, need in enumerate(workload.requires.attributes):
            path = ("workloads", i, "requires", "attributes", j)
            least, most = need.at_least, need.at_most
            if least is None and most is None and need.equals is None:
                message = f"this does not say what `{need.attribute}` must be"
                yield Finding(path, message, "give `at_least`, `at_most` or `equals`")
            elif least is not None and most is not None and least > most:
                message = f"`{need.attribute}` cannot be at least {least:g} and at most {most:g}"
                yield Finding((*path, "at_least"), message, "swap the bounds")
            elif need.equals is not None and (least is not None or most is not None):
                message = "`equals` leaves nothing for another bound"
                yield Finding((*path, "equals"), message, "keep one of them", at_key=True)


CHECKS = (
    Check(
        id="exactly-one",
        sentence="Where one of several fields is to be given, exactly one is.",
        find=_not_one,
        passes="existing: [{gpu: rtx-a6000, count: 1, bought: 2024-01}]",
        fails="existing: [{gpu: rtx-a6000, host: tower-2, count: 1, bought: 2024-01}]",
    ),
    Check(
        id="half-a-need",
        sentence="A part of a card is given in memory and in time.",
        find=_half_a_need,
        passes="workloads: [{name: notebooks, need: {memory_gib: 8, time_share: 0.2}}]",
        fails="workloads: [{name: notebooks, need: {memory_gib: 8, time_share: null}}]",
    ),
    Check(
        id="predicate-without-bound",
        sentence="A need for an attribute says what the attribute must be.",
        find=_boundless,
        passes="""
            workloads:
              - {name: chat, requires: {attributes: [{attribute: rt_cores, at_least: 84}]}}
            """,
        fails="workloads: [{name: chat, requires: {attributes: [{attribute: rt_cores}]}}]",
    ),
)

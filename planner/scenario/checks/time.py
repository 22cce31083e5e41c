"""Time: months ascend, lie in the roadmap, and fall on its steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from planner.scenario.checks.check import Check, Context, Finding
from planner.units import Month
from planner.yaml_source import Path


def _demand_months(context: Context) -> Iterator[tuple[Path, Sequence[str]]]:
    """The list of each workload's demand and the months in which its entries begin."""
    for i, workload in enumerate(context.scenario.workloads):
        yield ("workloads", i, "demand"), [e.from_month for e in workload.demand]


def _windows(context: Context) -> Iterator[tuple[Path, Sequence[str]]]:
    if context.scenario.budget is not None:
        yield ("budget", "windows"), [w.until for w in context.scenario.budget.windows]


_ORDERED = (
    (_demand_months, "from", "sort the entries by month; each holds until the next begins"),
    (_windows, "until", "sort the windows by month; each begins where the one before ends"),
)


def _out_of_order(context: Context) -> Iterator[Finding]:
    for lists, field, hint in _ORDERED:
        for path, months in lists(context):
            for i, (before, month) in enumerate(pairwise(months), start=1):
                if Month.parse(month) <= Month.parse(before):
                    said = "stands twice" if month == before else f"is listed after {before}"
                    yield Finding((*path, i, field), f"{month} {said}", hint)


def _outside(context: Context) -> Iterator[Finding]:
    span = f"the roadmap runs from {context.start} to {context.end + -1}"
    for path, months in _demand_months(context):
        for i, month in enumerate(months):
            if Month.parse(month) >= context.end:
                yield Finding((*path, i, "from"), f"{month} is after the end; {span}", _EXTEND)
            elif i > 0 and Month.parse(month) < context.start:
                hint = "keep only the last entry that begins before the start"
                yield Finding((*path, i, "from"), f"{month} is before the start; {span}", hint)
    for i, quote in enumerate(context.scenario.quotes):
        since = quote.from_month
        if since is not None and Month.parse(since) >= context.end:
            yield Finding(("quotes", i, "from"), f"{since} is after the end; {span}", _EXTEND)
    for path, months in _windows(context):
        for i, month in enumerate(months):
            where = (*path, i, "until")
            if Month.parse(month) >= context.end:
                yield Finding(where, f"{month} is after the end; {span}", _EXTEND)
            elif Month.parse(month) < context.start:
                yield Finding(where, f"{month} is before the start; {span}", "remove the window")


_EXTEND = "raise `months`, or remove the entry"


def _off_step(context: Context) -> Iterator[Finding]:
    step = context.scenario.step_months
    if context.scenario.months % step:
        message = f"{context.scenario.months} months are no whole number of steps of {step} months"
        more = -(-context.scenario.months // step) * step
        yield Finding(("months",), message, f"write {more}, or set `step_months: 1`")
    for path, month in _changes(context):
        after = Month.parse(month) - context.start
        if after > 0 and after % step:
            message = f"{month} lies inside a step of {step} months"
            early, late = (context.start + (after // step + k) * step for k in (0, 1))
            yield Finding(path, message, f"steps begin in {early} and in {late}")
    for path, month in _ends(context):
        after = Month.parse(month) + 1 - context.start
        if after > 0 and after % step:
            message = f"{month} is not the last month of a step of {step} months"
            early, late = (context.start + (after // step + k) * step + -1 for k in (0, 1))
            last = f"in {early} and in {late}" if after > step else f"in {late}"
            yield Finding(path, message, f"steps end {last}")


def _ends(context: Context) -> Iterator[tuple[Path, str]]:
    """Every month with which a window of the budget ends."""
    for path, months in _windows(context):
        yield from (((*path, i, "until"), month) for i, month in enumerate(months))


def _changes(context: Context) -> Iterator[tuple[Path, str]]:
    """Every month in which a demand or a price changes."""
    for path, months in _demand_months(context):
        yield from (((*path, i, "from"), month) for i, month in enumerate(months))
    for i, quote in enumerate(context.scenario.quotes):
        if quote.from_month is not None:
            yield ("quotes", i, "from"), quote.from_month


def _bought_later(context: Context) -> Iterator[Finding]:
    for i, lot in enumerate(context.scenario.existing):
        if Month.parse(lot.bought) > context.start:
            message = f"what is bought in {lot.bought} is not owned at the start, {context.start}"
            hint = "`existing` lists what is owned at the start; leave the rest to the plan"
            yield Finding(("existing", i, "bought"), message, hint)


CHECKS = (
    Check(
        id="months-out-of-order",
        sentence="Entries over time ascend from month to month.",
        find=_out_of_order,
        passes="""
            workloads:
              - name: chat
                demand: [{from: 2026-10, concurrency: 5}, {from: 2027-01, concurrency: 9}]
            """,
        fails="""
            workloads:
              - name: chat
                demand: [{from: 2027-01, concurrency: 9}, {from: 2026-11, concurrency: 5}]
            """,
    ),
    Check(
        id="outside-roadmap",
        sentence="What changes or ends does so within the roadmap; a first demand may be older.",
        find=_outside,
        needs=("start", "months"),
        passes="workloads: [{name: chat, demand: [{from: 2025-01, concurrency: 5}]}]",
        fails="quotes: [{item: tower-2, price: 3100, from: 2031-01}]",
    ),
    Check(
        id="step-alignment",
        sentence="With longer steps, what changes does so where a step begins or a window ends.",
        find=_off_step,
        needs=("start", "months", "step_months"),
        passes="""
            step_months: 3
            quotes: [{item: tower-2, price: 3100, from: 2027-01}]
            """,
        fails="""
            step_months: 3
            quotes: [{item: tower-2, price: 3100, from: 2026-12}]
            """,
    ),
    Check(
        id="existing-in-future",
        sentence="What exists was bought before the roadmap starts, or in its first month.",
        find=_bought_later,
        needs=("start",),
        passes="existing: [{gpu: rtx-a6000, count: 1, bought: 2026-10}]",
        fails="existing: [{gpu: rtx-a6000, count: 1, bought: 2026-11}]",
    ),
)

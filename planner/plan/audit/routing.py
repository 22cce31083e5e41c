"""Demand by request classes: is every request sent somewhere, and is there time for it?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction

from planner.catalog.items import exact
from planner.plan.audit.capacity import option_of
from planner.plan.audit.case import TOLERANCE, Case
from planner.plan.audit.finding import Finding
from planner.plan.schema import Deployment
from planner.sizing.option import Option
from planner.units import Month

Shape = tuple[int, int]
"""Tokens in and tokens out."""


def classes(case: Case) -> Iterator[Finding]:
    """Requests are of classes that are asked for, and a replica has time for what it gets."""
    for entry in dict.fromkeys(case.plan.deployments):
        option = option_of(case, entry)
        if option is None:
            continue
        what = f"{entry.workload} on {entry.gpu} at {entry.node}"
        shapes = Counter((r.input_tokens, r.output_tokens) for r in entry.routed)
        rates = rates_of(case, option)
        for shape, count in shapes.items():
            if not rates.get(shape):
                yield Finding("wrong-class", f"{what} gets {_named(shape)}, which it cannot serve")
            if count > 1:
                yield Finding("wrong-class", f"{what} gets {_named(shape)} {count} times")
        if any(r.requests_per_s <= 0 for r in entry.routed):
            yield Finding("wrong-class", f"{what} gets less than no requests, or none")
        if not entry.routed and rates:
            yield Finding("wrong-class", f"{what} runs, and no requests are sent to it")
        busy = utilisation(case, entry, option)
        if busy > entry.replicas * (1 + TOLERANCE):
            yield Finding(
                "overload", f"{what}: the requests keep {float(busy):g} of {entry.replicas} busy"
            )


def routing(case: Case) -> Iterator[Finding]:
    """All requests of every class are sent somewhere, and no others."""
    for node, after in case.spans:
        first, end = (Month.parse(month) - case.start for month in (node, after))
        sent: dict[tuple[str, Shape], Fraction] = defaultdict(Fraction)
        for entry in case.deployments[node]:
            for r in entry.routed:
                key = entry.workload, (r.input_tokens, r.output_tokens)
                sent[key] += exact(r.requests_per_s)
        for workload, quantum in case.sizing.quanta.items():
            for shape in quantum.classes:
                need = max(shape.demand[first:end], default=Fraction(0))
                have = sent[workload, (shape.input_tokens, shape.output_tokens)]
                if abs(have - need) > need * TOLERANCE:
                    what = f"{workload} at {node}, {shape.name}"
                    amounts = f"{float(have):g} of {float(need):g} requests/s are sent somewhere"
                    yield Finding("unrouted", f"{what}: {amounts}")


def rates_of(case: Case, option: Option) -> dict[Shape, Fraction]:
    """Requests per second of each class if a replica gets that class only."""
    shapes = case.sizing.quanta[option.workload].classes
    return {
        (s.input_tokens, s.output_tokens): rate
        for s, rate in zip(shapes, option.rates, strict=bool(option.rates))
    }


def utilisation(case: Case, entry: Deployment, option: Option) -> Fraction:
    """Replicas that the requests of a deployment keep busy."""
    rates = rates_of(case, option)
    busy = Fraction(0)
    for r in entry.routed:
        rate = rates.get((r.input_tokens, r.output_tokens))
        if rate:
            busy += exact(r.requests_per_s) / rate
    return busy


def _named(shape: Shape) -> str:
    return f"requests of {shape[0]:,} tokens in and {shape[1]:,} out"

"""Features of the file format that no plan keeps yet: refused at their place, never ignored.

When a feature becomes effective, its line goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from planner.scenario.checks.check import Check, Context, Finding
from planner.yaml_source import Document, Path, Value


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that the file format has and the formulation does not.

    Attributes:
        path: where it stands; ``*`` is any entry of a list.
        name: what it is called in messages.
        example: a value that is refused.
        harmless: whether a value asks for nothing, and may pass.
    """

    path: str
    name: str
    example: str
    harmless: Callable[[Value], bool] = lambda value: value in (None, [], {})


def _zero(value: Value) -> bool:
    return value in (None, 0)


def _other_than(*values: str) -> Callable[[Value], bool]:
    return lambda value: value not in values


FEATURES = (
    Feature("workloads.*.isolation", "isolation by MIG", "mig", _other_than("mig")),
    Feature("workloads.*.link", "an NVLink between the cards", "nvlink", _other_than("nvlink")),
    Feature("workloads.*.survive", "a spare for what may fail", "{cards: 1}"),
    Feature(
        "workloads.*.requires.attributes",
        "a need for any attribute",
        "[{attribute: rt_cores, at_least: 84}]",
    ),
    Feature(
        "workloads.*.demand.*.classes",
        "demand by request classes",
        "[{input_tokens: 900, output_tokens: 200, requests_per_s: 3}]",
    ),
    Feature("workloads.*.need.cpu_cores", "a need for processor cores", "8", _zero),
    Feature("workloads.*.need.host_memory_gib", "a need for memory of the host", "64", _zero),
    Feature("sites.*.racks", "racks", "{model: rack-42u, count: 1}"),
    Feature("sites.*.jurisdiction", "a jurisdiction", "EU"),
    Feature("budget.windows", "a budget", "[{until: 2027-03, capital: 45000}]"),
    Feature("fleet.max_gpu_models", "a limit on the kinds of cards", "2"),
    Feature("supply", "a limit on the supply", "[{item: rtx-a6000, per_month: 2}]"),
    Feature("lead_times.*.months", "a lead time", "2", _zero),
    Feature("leases", "a lease", "[{item: rtx-a6000, term_months: 24, per_month: 190}]"),
    Feature("rentals", "a rental", "[{gpu: h100-sxm, per_hour: 2.5}]"),
    Feature("operating_points", "a power cap", "[{gpu: rtx-a6000, power_cap_w: 200}]"),
    Feature(
        "branches",
        "an uncertain roadmap",
        "[{name: boom, probability: 0.3, from: 2027-01, demand: {chat: 2}}]",
    ),
)

_HINT = "remove it to plan without it"


def _places(document: Document, steps: list[str], path: Path = ()) -> Iterator[Path]:
    """Paths of the document that a dotted path stands for."""
    if not steps:
        yield path
        return
    value, (step, *rest) = document.get(path), steps
    if step == "*":
        for i in range(len(value) if isinstance(value, list) else 0):
            yield from _places(document, rest, (*path, i))
    elif isinstance(value, dict) and step in value:
        yield from _places(document, rest, (*path, step))


def _not_effective(context: Context) -> Iterator[Finding]:
    for feature in FEATURES:
        for path in _places(context.document, feature.path.split(".")):
            if not feature.harmless(context.document.get(path)):
                message = f"no plan keeps {feature.name} (`{path[-1]}`) yet"
                yield Finding(path, message, _HINT, at_key=True)
    yield from _more_sites(context)


def _more_sites(context: Context) -> Iterator[Finding]:
    """Every site but the first; that a workload names no other is the rule `unknown-site`."""
    sites = [site.name for site in context.scenario.sites]
    for i, name in enumerate(sites[1:], start=1):
        message = f"no plan has a second site (`{name}`) yet"
        yield Finding(("sites", i, "name"), message, "plan each site by a scenario of its own")


CHECKS = (
    Check(
        id="not-yet-effective",
        sentence="What the file format has and no plan keeps yet is refused, not ignored.",
        find=_not_effective,
        passes="lead_times: [{item: rtx-a6000, months: 0}]",
        fails="fleet: {max_gpu_models: 2}",
    ),
)

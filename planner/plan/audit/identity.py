"""Is the plan about the scenario and the facts that it carries, and does it say so?"""

from __future__ import annotations

from collections.abc import Iterator

from planner.plan.audit.case import Case
from planner.plan.audit.finding import Finding
from planner.plan.digest import digest
from planner.plan.schema import Plan


def digests(plan: Plan) -> Iterator[Finding]:
    """The scenario and the facts inside the plan are those that it names."""
    for name, said, data in (
        ("scenario", plan.scenario.sha256, plan.inputs.scenario),
        ("catalogue", plan.catalog.sha256, plan.inputs.catalog),
    ):
        if said != digest(data):
            yield Finding("wrong-digest", f"the {name} inside the plan is not the one it names")


def header(case: Case) -> Iterator[Finding]:
    """What the head of the plan says of its scenario and its prices is so."""
    plan, scenario = case.plan, case.inputs.scenario
    for name, said, right in (
        ("scenario.name", plan.scenario.name, scenario.name),
        ("catalog.prices", plan.catalog.prices, scenario.catalog.prices),
        ("catalog.overlays", plan.catalog.overlays, scenario.catalog.overlays),
    ):
        if said != right:
            yield Finding("wrong-header", f"`{name}` is {said}, it must be {right}")


def nodes(case: Case) -> Iterator[Finding]:
    """Nodes are months of the roadmap in their order, and everything stands at one of them."""
    plan = case.plan
    known = set(plan.nodes)
    if not known <= set(case.months) or list(plan.nodes) != sorted(known):
        yield Finding("wrong-month", f"the nodes {', '.join(plan.nodes)} are no roadmap")
    step = case.inputs.scenario.step_months
    for month in sorted(known & set(case.months) - set(case.months[::step])):
        yield Finding("wrong-month", f"the node {month} is within a step of the roadmap")
    if plan.nodes[:1] != case.months[:1]:
        yield Finding("wrong-month", f"the first node is not {case.months[0]}")
    for kind, entries in (
        ("deployment", plan.deployments),
        ("pool", plan.pools),
        ("placement", plan.placement),
        ("fleet", plan.fleet),
    ):
        for month in sorted({e.node for e in entries} - known):
            yield Finding("wrong-month", f"a {kind} stands at {month}, which is no node")


def assumptions(case: Case) -> Iterator[Finding]:
    """Every default that sizing used is told, in its words."""
    told = {a.id: (a.text, a.value, a.source) for a in case.plan.assumptions}
    if len(told) < len(case.plan.assumptions):
        yield Finding("wrong-assumption", "an assumption stands twice")
    used = {a.id: (a.text, a.value, a.source) for a in case.sizing.assumptions}
    for name in sorted(used.keys() | told.keys()):
        if told.get(name) != used.get(name):
            yield Finding("wrong-assumption", f"`{name}` is told otherwise than it was used")


def status(case: Case) -> Iterator[Finding]:
    """A plan that was stopped before its gap was closed does not claim to be proven."""
    plan = case.plan
    if plan.status not in ("proven", "feasible"):
        yield Finding("wrong-status", f"a plan cannot be {plan.status}")
    if plan.status == "proven" and plan.engine.stopped_by != "gap":
        stopped = plan.engine.stopped_by
        yield Finding("wrong-status", f"it claims to be proven, but {stopped} ended the search")


def beyond(case: Case) -> Iterator[Finding]:
    """Nothing is asked for that no rule of this version covers."""
    scenario = case.inputs.scenario
    for name, asked in (
        ("branches", scenario.branches),
        ("operating_points", scenario.operating_points),
    ):
        if asked:
            yield Finding("not-covered", f"the scenario has `{name}`, and no rule covers them")

"""The audit: every promise of a plan derived again from the plan file alone.

It uses integers and fractions, and never the formulation or the solver. What it shares with
them is sizing, which both read from the plan's own inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pydantic import ValidationError

from planner.catalog.catalog import Catalog
from planner.catalog.schema import CatalogFile
from planner.errors import PlannerError
from planner.plan.audit import (
    bridges,
    capacity,
    housing,
    identity,
    limits,
    money,
    needs,
    ownership,
    packing,
    policies,
    pools,
    racks,
    routing,
    sites,
    slices,
    survival,
)
from planner.plan.audit.case import Case
from planner.plan.audit.finding import Finding
from planner.plan.schema import Plan
from planner.scenario.inputs import Inputs
from planner.scenario.schema import Scenario

Check = Callable[[Case], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    identity.header,
    identity.nodes,
    identity.assumptions,
    identity.status,
    identity.beyond,
    ownership.acquisitions,
    ownership.lots,
    ownership.fleet,
    limits.supply,
    limits.budget,
    limits.kinds,
    limits.rented,
    capacity.figures,
    capacity.demand,
    routing.classes,
    routing.routing,
    pools.figures,
    pools.hours,
    pools.places,
    survival.losses,
    packing.replicas,
    packing.cards,
    slices.cut,
    slices.isolated,
    bridges.pairs,
    bridges.owned,
    needs.hosts,
    housing.hosts,
    racks.standing,
    racks.filled,
    racks.bought,
    sites.workloads,
    sites.sites,
    money.factors,
    money.cash_flow,
    money.objective,
    policies.entries,
)


def audit(plan: Plan) -> list[Finding]:
    """Every promise that a plan does not keep; empty for a sound plan."""
    findings = list(identity.digests(plan))
    try:
        case = Case(plan, inputs_of(plan))
        case.prepare()
    except (ValidationError, PlannerError, LookupError, ValueError, AssertionError) as error:
        return [*findings, Finding("broken-inputs", (str(error) or repr(error)).splitlines()[0])]
    for check in CHECKS:
        findings.extend(check(case))
    findings.extend(policies.nested(plan, audit))
    return findings


def inputs_of(plan: Plan) -> Inputs:
    """The scenario and the facts that a plan carries.

    Raises:
        pydantic.ValidationError: if they are not a scenario and a catalogue.
    """
    scenario = Scenario.model_validate(plan.inputs.scenario, strict=False)
    catalog = CatalogFile.model_validate(plan.inputs.catalog, strict=False)
    return Inputs(scenario, Catalog.of_file(catalog), plan.inputs.least_pcie_generation)


__all__ = ["CHECKS", "Finding", "audit", "inputs_of"]

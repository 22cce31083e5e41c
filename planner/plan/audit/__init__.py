"""The audit: every promise of a plan derived again from the plan file alone.

It uses integers and fractions, and never the formulation or the solver. What it shares with
them is sizing, which both read from the plan's own inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pydantic import ValidationError

from planner.catalog.catalog import Catalog
from planner.catalog.schema import CatalogFile
from planner.plan.audit import capacity, money, ownership, packing
from planner.plan.audit.case import Case
from planner.plan.audit.finding import Finding
from planner.plan.digest import digest
from planner.plan.schema import Plan
from planner.scenario.inputs import Inputs
from planner.scenario.schema import Scenario

Check = Callable[[Case], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    ownership.acquisitions,
    ownership.lots,
    ownership.fleet,
    capacity.figures,
    capacity.demand,
    packing.replicas,
    packing.cards,
    packing.hosts,
    packing.sites,
    money.factors,
    money.cash_flow,
    money.objective,
)


def audit(plan: Plan) -> list[Finding]:
    """Every promise that a plan does not keep; empty for a sound plan."""
    findings = list(_identity(plan))
    try:
        inputs = inputs_of(plan)
    except (ValidationError, KeyError) as error:
        return [*findings, Finding("broken-inputs", str(error).splitlines()[0])]
    case = Case(plan, inputs)
    for check in CHECKS:
        findings.extend(check(case))
    return findings


def inputs_of(plan: Plan) -> Inputs:
    """The scenario and the facts that a plan carries.

    Raises:
        pydantic.ValidationError: if they are not a scenario and a catalogue.
    """
    scenario = Scenario.model_validate(plan.inputs.scenario, strict=False)
    catalog = CatalogFile.model_validate(plan.inputs.catalog, strict=False)
    return Inputs(scenario, Catalog.of_file(catalog))


def _identity(plan: Plan) -> Iterator[Finding]:
    for name, said, data in (
        ("scenario", plan.scenario.sha256, plan.inputs.scenario),
        ("catalogue", plan.catalog.sha256, plan.inputs.catalog),
    ):
        if said != digest(data):
            yield Finding("wrong-digest", f"the {name} inside the plan is not the one it names")


__all__ = ["CHECKS", "Finding", "audit", "inputs_of"]

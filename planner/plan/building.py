"""A solution to a plan: acquisitions, fleet, deployments, placement, cash flow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from planner.plan.acquired import acquisitions, fleet
from planner.plan.cash_flow import cash_flow, present_value
from planner.plan.digest import digest
from planner.plan.facts_used import facts_used
from planner.plan.placement import place
from planner.plan.running import deployments, pools
from planner.plan.schema import (
    CatalogId,
    Engine,
    Objective,
    Plan,
    PlanAssumption,
    ScenarioId,
)
from planner.plan.schema import (
    Inputs as PlanInputs,
)
from planner.plan.tidying import tidy
from planner.scenario.inputs import Inputs
from planner.sizing.option import Sizing
from planner.solve.solution import Solution
from planner.units import Month


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known about a solution.

    Attributes:
        lower_bound: no plan costs less, discounted cents as the model counts them.
        asked_gap: gap that the user asked for.
        engine: how it was found.
    """

    lower_bound: float
    asked_gap: float
    engine: Engine


def build_plan(
    inputs: Inputs, sizing: Sizing, solution: Solution, proof: Proof, version: str
) -> Plan:
    """The plan that a solution stands for."""
    solution = tidy(solution)
    tree = solution.problem.tree
    start = Month.parse(inputs.scenario.start)
    units = acquisitions(solution, start)
    lines = cash_flow(solution, units)
    npv = present_value(lines, tree.discounts, start)
    gross = present_value(lines, tree.discounts, start, gross=True)
    scenario = inputs.scenario.model_dump(mode="json", by_alias=True)
    catalog = facts_used(inputs)
    proof = replace(proof, lower_bound=max(proof.lower_bound, _worst_case(solution)))
    objective = _objective(inputs, proof, npv, gross, sum(line.amount for line in lines))
    proven = _is_proven(objective, proof, inputs.scenario.months)
    return Plan(
        schema=1,
        planner_version=version,
        scenario=ScenarioId(name=inputs.scenario.name, sha256=digest(scenario)),
        catalog=CatalogId(
            sha256=digest(catalog),
            overlays=inputs.scenario.catalog.overlays,
            prices=inputs.scenario.catalog.prices,
        ),
        status="proven" if proven else "feasible",
        objective=objective,
        engine=proof.engine.model_copy(update={"stopped_by": "gap"}) if proven else proof.engine,
        discount_factors=tuple(_decimal(f) for f in tree.discounts),
        nodes=tuple(node.label for node in tree.nodes),
        acquisitions=tuple(units),
        fleet=tuple(fleet(solution)),
        deployments=tuple(deployments(solution, sizing)),
        pools=tuple(pools(solution, sizing)),
        placement=tuple(place(solution)),
        cash_flow=tuple(lines),
        assumptions=tuple(
            PlanAssumption(id=a.id, text=a.text, value=a.value, source=a.source)
            for a in sizing.assumptions
        ),
        inputs=PlanInputs(
            scenario=scenario,
            catalog=catalog,
            least_pcie_generation=inputs.least_pcie_generation,
        ),
    )


def _objective(inputs: Inputs, proof: Proof, npv: int, gross: int, plain: int) -> Objective:
    """The bound is rounded down, and by a cent a month for the rounding of the cash flow."""
    rounding = inputs.scenario.months + abs(proof.lower_bound) * 1e-9
    bound = min(npv, floor(proof.lower_bound - rounding))
    return Objective(
        currency=inputs.scenario.currency,
        npv=npv,
        lower_bound=bound,
        gap=float(Fraction(npv - bound, max(1, gross))),
        gross=gross,
        total_undiscounted=plain,
    )


def _is_proven(objective: Objective, proof: Proof, months: int) -> bool:
    """Whether the gap is the one asked for, but for the rounding of the cash flow to cents."""
    rounding = 2 * (months + 1) + abs(proof.lower_bound) * 1e-9
    return objective.npv - objective.lower_bound <= proof.asked_gap * objective.gross + rounding


def _worst_case(solution: Solution) -> float:
    """A bound that needs no search: at best, everything that is owned is sold at its best price.

    What is bought never brings more than it cost, because such a market is refused at the door.
    """
    lots = [v for v in solution.problem.vintages if v.count is not None]
    best = [max([0, *v.sell.values(), *v.closing.values()]) * (v.count or 0) for v in lots]
    return -float(sum(best))


def _decimal(factor: Fraction) -> str:
    whole, rest = divmod(factor.numerator * 10**12 // factor.denominator, 10**12)
    return f"{whole}.{rest:012d}"

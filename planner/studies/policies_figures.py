"""What a committee compares: cost, capital by fiscal year, cards bought and sold, premium."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from planner.plan.schema import Acquisition, FiscalYear, Plan, Policy, Status
from planner.plan.upgrade_paths import OPTIMAL, RE_BUY, TEXTS, fiscal_years
from planner.scenario.inputs import Inputs

_HORIZON = "horizon"


def figures_of(name: str, plan: Plan, optimal: Plan, inputs: Inputs) -> Policy:
    """The entry of a policy with its figures.

    Args:
        name: name of the policy.
        plan: its plan.
        optimal: the plan without any restriction.
        inputs: the scenario of both.
    """
    counts = _Cards(inputs)
    bought = [u for u in plan.acquisitions if u.mode == "purchase"]
    sold = [u for u in plan.acquisitions if u.leaves is not None and u.resale_each is not None]
    lost = [u for u in sold if u.mode == "purchase" and counts.each(u)]
    return Policy(
        name=name,
        text=TEXTS[name],
        status=plan.status,
        npv=plan.objective.npv,
        lower_bound=None if name == RE_BUY else plan.objective.lower_bound,
        capital_by_fiscal_year=tuple(_capital(plan, inputs)),
        bought=sum(counts.each(u) * u.count for u in bought),
        sold=sum(counts.each(u) * u.count for u in sold),
        loss_on_sale=sum((u.unit_cost - (u.resale_each or 0)) * u.count for u in lost),
        premium=(0, 0) if name == OPTIMAL else _premium(name, plan, optimal),
        plan=None if name == OPTIMAL else plan,
    )


def without_plan(name: str, status: Status, reason: str) -> Policy:
    """The entry of a policy that leads to no plan."""
    return Policy(
        name=name,
        text=TEXTS[name],
        status=status,
        reason=reason,
        npv=None,
        lower_bound=None,
        capital_by_fiscal_year=(),
        bought=0,
        sold=0,
        loss_on_sale=0,
        premium=None,
        plan=None,
    )


def _premium(name: str, plan: Plan, optimal: Plan) -> tuple[int, int]:
    """What a policy costs more than the cheapest plan: from at least to at most.

    Both costs are known as intervals from a bound to a plan. A policy that is taken step by step
    has one outcome, so its cost is that of its plan. Every plan of a policy is a plan of the
    scenario, too, so none costs less than the cheapest: that is why the low end is at least 0.
    """
    objective = plan.objective
    least = objective.npv if name == RE_BUY else objective.lower_bound
    low = max(0, least - optimal.objective.npv)
    return low, max(low, objective.npv - optimal.objective.lower_bound)


def _capital(plan: Plan, inputs: Inputs) -> Iterator[FiscalYear]:
    """Purchases minus sales of each fiscal year, by the cash flow."""
    net: Counter[str] = Counter()
    for line in plan.cash_flow:
        if line.category in ("capital", "resale") and line.node != _HORIZON:
            net[line.node] += line.amount
    for first, last in fiscal_years(inputs.scenario):
        capital = sum(amount for month, amount in net.items() if first <= month <= last)
        yield FiscalYear(year=first, capital=capital)


class _Cards:
    """How many cards one unit of an item is or brings."""

    def __init__(self, inputs: Inputs) -> None:
        built_in = {name: host.built_in for name, host in inputs.hosts().items()}
        self._inside = {name: found[1] for name, found in built_in.items() if found is not None}

    def each(self, unit: Acquisition) -> int:
        """Cards of one unit."""
        return 1 if unit.kind == "gpu" else self._inside.get(unit.item, 0)

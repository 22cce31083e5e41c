"""Are the upgrade paths plans that keep their promises, and do their figures follow from them?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from planner.plan.audit.case import Case
from planner.plan.audit.finding import Finding
from planner.plan.schema import Acquisition, Plan, Policy
from planner.plan.upgrade_paths import BUY_ONCE, OPTIMAL, RE_BUY, TEXTS
from planner.units import Month

_WITHOUT_PLAN = ("infeasible", "no-answer")


def nested(plan: Plan, audit: Callable[[Plan], list[Finding]]) -> Iterator[Finding]:
    """Every finding of the audit about the plan of a policy, with the name of the policy.

    Args:
        plan: the plan that holds the others.
        audit: the whole audit of a plan.
    """
    for entry in plan.policies:
        if entry.plan is None:
            continue
        if entry.plan.policies or entry.plan.sensitivity:
            yield _wrong(entry, "its plan answers more than the policy asks")
            continue
        if _subject(entry.plan) != _subject(plan):
            yield _wrong(entry, "its plan is about another scenario or from another program")
        for finding in audit(entry.plan):
            yield Finding(finding.rule, f"{entry.name}: {finding.text}")


def _subject(plan: Plan) -> tuple[object, ...]:
    return plan.inputs.scenario, plan.inputs.catalog, plan.planner_version


def entries(case: Case) -> Iterator[Finding]:
    """Every policy stands there once, in its words, and with the figures of its plan."""
    names = tuple(entry.name for entry in case.plan.policies)
    if names not in ((), tuple(TEXTS)):
        right = ", ".join(TEXTS)
        yield Finding("wrong-policy", f"the policies are {', '.join(names)}, not {right}")
        return
    for entry in case.plan.policies:
        if entry.text != TEXTS[entry.name]:
            yield _wrong(entry, "its text is not what it does")
        plan = case.plan if entry.name == OPTIMAL else entry.plan
        figures = _nothing(entry) if plan is None else _figures(case, entry.name, plan)
        for name, value in figures.items():
            said = getattr(entry, name)
            if said != value:
                yield _wrong(entry, f"`{name}` is {said}, it must be {value}")
        if (plan is None) != bool(entry.reason):
            yield _wrong(entry, "it must have a plan or a reason why there is none")
        if entry.name == OPTIMAL and entry.plan is not None:
            yield _wrong(entry, "its plan is the one that holds it, and none of its own")
        if plan is not None:
            yield from _kept(case, entry, plan)


def _wrong(entry: Policy, what: str) -> Finding:
    return Finding("wrong-policy", f"{entry.name}: {what}")


def _nothing(entry: Policy) -> dict[str, object]:
    """Figures of a policy without a plan."""
    status = entry.status if entry.status in _WITHOUT_PLAN else "infeasible"
    return {
        "status": status, "npv": None, "lower_bound": None, "capital_by_fiscal_year": (),
        "bought": 0, "sold": 0, "loss_on_sale": 0, "premium": None,
    }  # fmt: skip


def _figures(case: Case, name: str, plan: Plan) -> dict[str, object]:
    """Figures of a policy as they follow from its plan and from the plan that holds it."""
    cost, bound = plan.objective.npv, plan.objective.lower_bound
    cheapest, least = case.plan.objective.npv, case.plan.objective.lower_bound
    low = max(0, (cost if name == RE_BUY else bound) - cheapest)
    premium = (0, 0) if name == OPTIMAL else (low, max(low, cost - least))
    bought = sold = loss = 0
    for unit in plan.acquisitions:
        cards = unit.count * _cards(case, unit)
        paid = unit.mode == "purchase"
        bought += cards if paid else 0
        if unit.leaves is not None and unit.resale_each is not None:
            sold += cards
            if paid and cards:
                loss += unit.count * (unit.unit_cost - unit.resale_each)
    return {
        "status": plan.status,
        "npv": cost,
        "lower_bound": None if name == RE_BUY else bound,
        "bought": bought,
        "sold": sold,
        "loss_on_sale": loss,
        "premium": premium,
    }


def _cards(case: Case, unit: Acquisition) -> int:
    """Cards that one unit is or brings."""
    if unit.kind == "gpu":
        return 1
    host = case.hosts.get(unit.item)
    return host.built_in[1] if host is not None and host.built_in is not None else 0


def _kept(case: Case, entry: Policy, plan: Plan) -> Iterator[Finding]:
    """A policy keeps its own law, its capital is that of its units, and it beats no bound."""
    said = [(year.year, year.capital) for year in entry.capital_by_fiscal_year]
    right = list(_capital(case, plan).items())
    if said != right:
        yield _wrong(entry, f"its capital is {said}, it must be {right}")
    if plan.objective.npv < case.plan.objective.npv:
        yield _wrong(entry, "it costs less than the plan that is called the cheapest")
    if plan.objective.npv < case.plan.objective.lower_bound:
        yield Finding("wrong-bound", f"{entry.name} costs less than the bound of all plans")
    if entry.name == BUY_ONCE:
        for unit in plan.acquisitions:
            late = unit.node != case.months[0]
            sold = unit.leaves is not None and unit.term_months is None
            if late or sold or unit.mode == "rent":
                what = f"{unit.count} x {unit.item} of {unit.node}"
                yield _wrong(entry, f"{what} are rented, ordered later or sold before the end")


def _capital(case: Case, plan: Plan) -> dict[str, int]:
    """Purchases minus sales by first month of the fiscal year."""
    budget = case.inputs.scenario.budget
    year = (case.start.index if budget is None else budget.fiscal_year_starts - 1) % 12
    capital: dict[str, int] = {}
    net: dict[str, int] = {}
    for unit in plan.acquisitions:
        if unit.mode == "purchase":
            net[unit.node] = net.get(unit.node, 0) + unit.count * unit.unit_cost
        if unit.leaves is not None and unit.resale_each is not None:
            net[unit.leaves] = net.get(unit.leaves, 0) - unit.count * unit.resale_each
    first = case.months[0]
    for month in case.months:
        if Month.parse(month).index % 12 == year:
            first = month
        capital[first] = capital.get(first, 0) + net.get(month, 0)
    return capital

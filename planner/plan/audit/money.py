"""Is every cent of the cash flow right, and does the objective follow from it?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from planner.plan.audit.case import HORIZON, Case
from planner.plan.audit.energy import energy
from planner.plan.audit.finding import Finding
from planner.plan.schema import Acquisition
from planner.units import discount_factors, round_half_away


def factors(case: Case) -> Iterator[Finding]:
    """The discount factors are those of the scenario's rate."""
    right = discount_factors(case.inputs.scenario.discount_rate, len(case.months))
    said = case.factors
    if len(said) != len(right) or any(
        abs(a - b) > Fraction(1, 10**11) for a, b in zip(said, right, strict=True)
    ):
        yield Finding("wrong-discount", "the discount factors do not follow from the rate")


def cash_flow(case: Case) -> Iterator[Finding]:
    """Every line follows from what is bought, sold, held and run."""
    right = {key: amount for key, amount in lines(case).items() if amount}
    said: dict[tuple[str, str], int] = {}
    for line in case.plan.cash_flow:
        if (line.node, line.category) in said:
            yield Finding("cash-flow", f"{line.category} of {line.node} stands twice")
        said[line.node, line.category] = line.amount
    for month, category in sorted(right.keys() | said.keys()):
        have, must = said.get((month, category), 0), right.get((month, category), 0)
        if have != must:
            yield Finding("cash-flow", f"{category} of {month}: {have} cents, it must be {must}")


def lines(case: Case) -> dict[tuple[str, str], int]:
    """Cents by (month, category) that follow from the rest of the plan."""
    exact_lines: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for unit in case.plan.acquisitions:
        if unit.mode == "purchase":
            exact_lines[unit.node, "capital"] += unit.count * unit.unit_cost
        left = unit.leaves or HORIZON
        exact_lines[left, "resale"] -= unit.count * (unit.resale_each or 0)
        for month, payments in _payments(case, unit):
            category = "rental" if unit.mode == "rent" else "lease"
            exact_lines[month, category] += payments * unit.count * (unit.per_month or 0)
    for i, month in enumerate(case.months):
        exact_lines[month, "support"] += _support(case, month)
        exact_lines[month, "energy"] += energy(case, i, month)
    return {key: round_half_away(amount) for key, amount in exact_lines.items()}


def _payments(case: Case, unit: Acquisition) -> Iterator[tuple[str, int]]:
    """Months in which a lease or a rental is paid; what is due after the roadmap, at its end."""
    left = unit.term_months or 0
    for month in case.months:
        if unit.in_service <= month and left > 0:
            left -= 1
            yield month, 1
    if left > 0:
        yield HORIZON, left


def _support(case: Case, month: str) -> Fraction:
    cents = Fraction(0)
    for unit in case.arrived(month):
        host = case.hosts.get(unit.item)
        if host is None or not host.support_per_year:
            continue
        price = unit.unit_cost
        if unit.mode == "existing":
            today = case.prices.price(unit.item, case.start)
            price = today.cents if today else 0
        cents += unit.count * host.support_per_year * price / 12
    return cents


def objective(case: Case) -> Iterator[Finding]:
    """The objective is the discounted cash flow, and its bound and verdict are consistent."""
    said = case.plan.objective
    net = gross = Fraction(0)
    for line in case.plan.cash_flow:
        month = case.index(line.node)
        if month is None or month >= len(case.factors):
            yield Finding("cash-flow", f"{line.category} of {line.node} lies outside the roadmap")
            return
        net += line.amount * case.factors[month]
        gross += max(0, line.amount) * case.factors[month]
    plain = sum(line.amount for line in case.plan.cash_flow)
    for name, have, must in (
        ("npv", said.npv, round_half_away(net)),
        ("gross", said.gross, round_half_away(gross)),
        ("total_undiscounted", said.total_undiscounted, plain),
        ("currency", said.currency, case.inputs.scenario.currency),
    ):
        if have != must:
            yield Finding("wrong-objective", f"`{name}` is {have}, it must be {must}")
    if said.lower_bound > said.npv:
        yield Finding("wrong-bound", f"the bound {said.lower_bound} is above the cost {said.npv}")
    gap = float(Fraction(said.npv - said.lower_bound, max(1, said.gross)))
    if said.gap != gap:
        yield Finding("wrong-bound", f"the gap is {said.gap}, it must be {gap}")

"""Is every cent of the cash flow right, and does the objective follow from it?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from planner.catalog.items import exact
from planner.plan.audit.capacity import option_of
from planner.plan.audit.case import HORIZON, Case
from planner.plan.audit.finding import Finding
from planner.units import HOURS_PER_MONTH, discount_factors, round_half_away


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
    for i, month in enumerate(case.months):
        exact_lines[month, "support"] += _support(case, month)
        exact_lines[month, "energy"] += _energy(case, i, month)
    return {key: round_half_away(amount) for key, amount in exact_lines.items()}


def _support(case: Case, month: str) -> Fraction:
    cents = Fraction(0)
    for unit in case.owned(month):
        host = case.hosts.get(unit.item)
        if host is None or not host.support_per_year:
            continue
        price = unit.unit_cost
        if unit.mode == "existing":
            today = case.prices.price(unit.item, case.start)
            price = today.cents if today else 0
        cents += unit.count * host.support_per_year * price / 12
    return cents


def _energy(case: Case, index: int, month: str) -> Fraction:
    """Hosts at rest, and the load on the replicas that serve a unit with the least money."""
    cents = Fraction(0)
    per_w = {
        name: exact(s.pue) * exact(s.electricity_per_kwh) * 100 * HOURS_PER_MONTH / 1000
        for name, s in case.sites.items()
    }
    for entry in case.placement[month]:
        site = entry.host.split("/")[0]
        watts = case.hosts[entry.build].base_idle_w if entry.build in case.hosts else Fraction(0)
        watts += sum(
            (case.gpus[c.gpu].idle_w for c in entry.cards if c.gpu in case.gpus), Fraction(0)
        )
        cents += watts * per_w.get(site, Fraction(0))
    for workload, quantum in case.sizing.quanta.items():
        offers = []
        for running in case.deployments[month]:
            option = option_of(case, running)
            if running.workload == workload and option is not None and running.site in per_w:
                each = Fraction(option.power_mw, 1000 * option.capacity) * per_w[running.site]
                offers.append((each, option.capacity * running.replicas))
        left = quantum.load[index]
        for each, most in sorted(offers):
            served = min(left, Fraction(most))
            cents += each * served
            left -= served
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

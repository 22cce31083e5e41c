"""What a plan costs in each month and category, in whole cents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from planner.formulation.tree import Node
from planner.plan.schema import Acquisition, CashFlow, Category
from planner.solve.solution import Solution
from planner.units import HOURS_PER_MONTH, Month, round_half_away

HORIZON = "horizon"
Lines = dict[tuple[str, Category], Fraction]


def cash_flow(solution: Solution, acquisitions: Sequence[Acquisition]) -> list[CashFlow]:
    """One line for each month and category in which money moves, in order of time."""
    lines: Lines = defaultdict(Fraction)
    for bought in acquisitions:
        _trade(lines, bought)
    tree = solution.problem.tree
    for node in tree.nodes:
        support, energy = _support(solution, node), _energy(solution, node)
        first = Month.parse(node.label)
        for offset in range(node.length):
            lines[str(first + offset), "support"] += support
            lines[str(first + offset), "energy"] += energy
    exact = {key: round_half_away(amount) for key, amount in lines.items()}
    ordered = sorted(exact, key=lambda key: (key[0] == HORIZON, *key))
    return [CashFlow(node=m, category=c, amount=exact[m, c]) for m, c in ordered if exact[m, c]]


def present_value(
    lines: Sequence[CashFlow], factors: Sequence[Fraction], start: Month, *, gross: bool = False
) -> int:
    """Discounted sum of a cash flow, cents; ``gross`` leaves receipts out."""
    horizon = len(factors) - 1
    worth = Fraction(0)
    for line in lines:
        month = horizon if line.node == HORIZON else Month.parse(line.node) - start
        if line.amount > 0 or not gross:
            worth += line.amount * factors[month]
    return round_half_away(worth)


def _trade(lines: Lines, unit: Acquisition) -> None:
    if unit.mode == "purchase":
        lines[unit.node, "capital"] += unit.count * unit.unit_cost
    if unit.resale_each is not None:
        when = HORIZON if unit.leaves is None else unit.leaves
        lines[when, "resale"] -= unit.count * unit.resale_each


def _support(solution: Solution, node: Node) -> Fraction:
    return sum(
        (
            vintage.keep_per_month * count
            for (vintage, n), count in solution.owned.items()
            if n == node.index
        ),
        Fraction(0),
    )


def _energy(solution: Solution, node: Node) -> Fraction:
    """Cents of one month: hosts at rest, and the cheapest way to serve the mean load."""
    cents = Fraction(0)
    for site in solution.problem.sites:
        watts = sum(
            (
                build.idle_w * count
                for (s, build, n), count in solution.hosts.items()
                if s == site.name and n == node.index
            ),
            Fraction(0),
        )
        per_w = site.pue * HOURS_PER_MONTH * site.cents_per_kwh / 1000
        cents += watts * per_w
    tariff = {s.name: s.pue * s.cents_per_kwh for s in solution.problem.sites}
    for workload in solution.problem.workloads:
        load = solution.problem.load[workload, node.index]
        for milliwatts_each, capacity, count, price in _merit_order(
            solution, node, workload, tariff
        ):
            served = min(load, Fraction(capacity * count))
            load -= served
            kw = Fraction(milliwatts_each, capacity) * served / 10**6
            cents += kw * HOURS_PER_MONTH * price
    return cents


def _merit_order(
    solution: Solution, node: Node, workload: str, tariff: Mapping[str, Fraction]
) -> Iterator[tuple[int, int, int, Fraction]]:
    found = [
        (Fraction(o.power_mw, o.capacity) * tariff[site], o.name, site, o, count)
        for (site, o, n), count in solution.replicas.items()
        if n == node.index and o.workload == workload
    ]
    for _, _, site, option, count in sorted(found, key=lambda entry: entry[:3]):
        yield option.power_mw, option.capacity, count, tariff[site]

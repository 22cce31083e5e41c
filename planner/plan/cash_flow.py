"""What a plan costs in each month and category, in whole cents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from planner.formulation.tree import Node
from planner.plan.routing import utilisation
from planner.plan.schema import Acquisition, CashFlow, Category
from planner.plan.tidying import cents_per_kwh
from planner.solve.solution import Solution
from planner.units import HOURS_PER_MONTH, Month, round_half_away

HORIZON = "horizon"
Lines = dict[tuple[str, Category], Fraction]


def cash_flow(solution: Solution, acquisitions: Sequence[Acquisition]) -> list[CashFlow]:
    """One line for each month and category in which money moves, in order of time."""
    lines: Lines = defaultdict(Fraction)
    tree = solution.problem.tree
    start = Month.parse(tree.nodes[0].label)
    for unit in acquisitions:
        _trade(lines, unit)
        _pay(lines, unit, start + tree.horizon)
    for node in tree.nodes:
        energy = _energy(solution, node)
        for month in range(node.month, node.month + node.length):
            lines[str(start + month), "support"] += _support(solution, node, month)
            lines[str(start + month), "energy"] += energy
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


def _pay(lines: Lines, unit: Acquisition, end: Month) -> None:
    """Payments of a lease or a rental; those that are due after the roadmap fall on its horizon."""
    if unit.term_months is None or unit.per_month is None:
        return
    category: Category = "rental" if unit.mode == "rent" else "lease"
    first = Month.parse(unit.in_service)
    for month in range(unit.term_months):
        due = first + month
        when = str(due) if due < end else HORIZON
        lines[when, category] += unit.count * unit.per_month


def _support(solution: Solution, node: Node, month: int) -> Fraction:
    """Cents of one month for what is held at a node and has arrived by that month."""
    arrival = solution.problem.arrival
    return sum(
        (
            vintage.keep_per_month * count
            for (vintage, at), count in solution.owned.items()
            if at == node.index and month >= arrival(vintage)
        ),
        Fraction(0),
    )


def _energy(solution: Solution, node: Node) -> Fraction:
    """Cents of one month: hosts at rest, and the cheapest way to serve the mean load."""
    tariff = cents_per_kwh(solution.problem)
    cents = Fraction(0)
    for (site, build, n), count in solution.hosts.items():
        if n == node.index:
            cents += build.idle_w / 1000 * count * HOURS_PER_MONTH * tariff[site]
    for workload in solution.problem.workloads:
        if solution.problem.classes_of(workload):
            kw_cents = _routed(solution, node, workload, tariff)
        else:
            kw_cents = _cheapest(solution, node, workload, tariff)
        cents += kw_cents * HOURS_PER_MONTH
    return cents


def _cheapest(
    solution: Solution, node: Node, workload: str, tariff: Mapping[str, Fraction]
) -> Fraction:
    """Kilowatts times tariff where the load goes to the cheapest first."""
    load = solution.problem.load[workload, node.index]
    cents = Fraction(0)
    for milliwatts_each, capacity, count, price in _merit_order(solution, node, workload, tariff):
        served = min(load, count * capacity)
        load -= served
        cents += Fraction(milliwatts_each, capacity) * served / 10**6 * price
    return cents


def _merit_order(
    solution: Solution, node: Node, workload: str, tariff: Mapping[str, Fraction]
) -> Iterator[tuple[int, int, Fraction, Fraction]]:
    working = {key: Fraction(count) for key, count in solution.replicas.items()}
    found = [
        (Fraction(o.power_mw, o.capacity) * tariff[site], o.name, site, o, count)
        for (site, o, n), count in (working | dict(solution.turns)).items()
        if n == node.index and o.workload == workload
    ]
    for _, _, site, option, count in sorted(found, key=lambda entry: entry[:3]):
        yield option.power_mw, option.capacity, count, tariff[site]


def _routed(
    solution: Solution, node: Node, workload: str, tariff: Mapping[str, Fraction]
) -> Fraction:
    """Kilowatts times tariff where the mean load is routed as the demand is."""
    share = solution.problem.load[workload, node.index]
    return sum(
        (
            Fraction(option.power_mw, 10**6)
            * share
            * utilisation(solution, site, option, node.index)
            * tariff[site]
            for site, option, n in solution.replicas
            if n == node.index and option.workload == workload
        ),
        Fraction(0),
    )

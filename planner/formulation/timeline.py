"""Months to nodes: months in which nothing that matters changes are one node, exactly.

Why that is exact, and when not: between two months of equal demand, prices and tariffs the cost
of moving a purchase or a sale is quasi-concave in the month if resale values are geometric in
age with a yearly retention of at most 1, so some best plan acts only where a run of equal months
begins. A price change also needs a node at the month before it, because the last month of the
old price may be the best one to buy in; and where nothing counts at the horizon, the last month
is a node, because it is the last one to sell in. Where a resale curve is not of that kind
nothing is merged. Prices are whole cents, so "exactly" means to a cent for each unit. See
``docs/decisions/003-merging-months.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from planner.formulation.tree import TimeTree, path_tree
from planner.scenario.inputs import Inputs
from planner.scenario.pricing import Prices
from planner.scenario.schema import Scenario
from planner.sizing.option import Sizing
from planner.units import Month, discount_factors


def timeline(
    inputs: Inputs, sizing: Sizing, items: Sequence[str], *, merge: bool = True
) -> TimeTree:
    """The nodes of a scenario.

    Args:
        inputs: the scenario.
        sizing: its loads.
        items: what can be bought; a change of one of their prices starts a node.
        merge: whether equal months become one node.
    """
    scenario = inputs.scenario
    start = Month.parse(scenario.start)
    prices = inputs.prices()
    labels = [str(start + m) for m in range(scenario.months)]
    steps = range(0, scenario.months, scenario.step_months)
    if merge and not _one_by_one(scenario) and _geometric(prices, items):
        starts = _changes(sizing, prices, items, start, steps)
        if scenario.resale and not scenario.horizon_value:
            starts |= {steps[-1]}
        starts |= set(_ends_of_windows(scenario, start))
        starts = {m for s in starts for m in _with_leads(s, scenario)} & set(steps)
    else:
        starts = set(steps)
    return path_tree(
        labels, sorted(starts), discount_factors(scenario.discount_rate, scenario.months)
    )


def _one_by_one(scenario: Scenario) -> bool:
    """Whether every step counts: where units are short or held for terms of several months.

    Also where orders arrive late and it matters in which month of several they are made, or where
    they arrive differently late: then one order follows from another, month after month.
    """
    terms = [lease.term_months for lease in scenario.leases]
    terms += [rental.term_months for rental in scenario.rentals if rental.term_months > 1]
    leads = {lead.months for lead in scenario.lead_times if lead.months}
    late = bool(leads)
    moving = any(quote.from_month for quote in scenario.quotes)
    limited = scenario.budget is not None and scenario.budget.windows
    return bool(terms or scenario.supply or len(leads) > 1 or (late and (moving or limited)))


def _ends_of_windows(scenario: Scenario, start: Month) -> Iterator[int]:
    """Of every limit on capital, the last step and the first one after it."""
    for window in scenario.budget.windows if scenario.budget is not None else ():
        after = Month.parse(window.until) - start + 1
        yield after
        yield after - scenario.step_months


def _with_leads(month: int, scenario: Scenario) -> Iterator[int]:
    """A month, those at which an order arrives then, and those at which one of then arrives."""
    yield month
    step = scenario.step_months
    for lead in scenario.lead_times:
        steps = -(-lead.months // step) * step
        yield from (month - steps, month + steps)


def _geometric(prices: Prices, items: Sequence[str]) -> bool:
    return all(prices.resale_curve(item).yearly_retention <= 1 for item in items)


def _changes(
    sizing: Sizing, prices: Prices, items: Sequence[str], start: Month, steps: Sequence[int]
) -> set[int]:
    def loads(month: int) -> object:
        return [
            (q.demand[month], q.load[month], [c.demand[month] for c in q.classes])
            for q in sizing.quanta.values()
        ]

    def costs(month: int) -> object:
        found = [prices.price(item, start + month) for item in items]
        return [p.cents if p else None for p in found]

    starts = {0}
    for before, month in pairwise(steps):
        if loads(before) != loads(month):
            starts.add(month)
        if costs(before) != costs(month):
            starts |= {before, month}
    return starts

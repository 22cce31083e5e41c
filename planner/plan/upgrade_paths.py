"""Upgrade paths: names and words of the policies, and the years in which their capital is told."""

from __future__ import annotations

from collections.abc import Iterator

from planner.scenario.schema import Scenario
from planner.units import Month

OPTIMAL, BUY_ONCE, RE_BUY = "optimal", "buy-once", "re-buy"

TEXTS = {
    OPTIMAL: "The whole roadmap is known: buy, lease, rent and sell whenever that is cheapest.",
    BUY_ONCE: "Everything is ordered in the first month for the whole roadmap, bought or leased; "
    "nothing is rented, and nothing is sold before the end.",
    RE_BUY: "The future is not known: at each change of demand the step that is cheapest until "
    "the next change, from what is held then; what it leaves counts at its resale value there, and "
    "what a lease or a rental still costs after it counts, too.",
}
"""The policies in their order, each as a sentence."""


def fiscal_years(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """First and last month of each fiscal year; years of the roadmap where none is given."""
    start, months = Month.parse(scenario.start), scenario.months
    budget = scenario.budget
    begins = (start.index if budget is None else budget.fiscal_year_starts - 1) % 12
    first = 0
    while first < months:
        length = (begins - start.index - first - 1) % 12 + 1
        last = min(first + length, months) - 1
        yield str(start + first), str(start + last)
        first = last + 1

"""What it costs to own a card and to run it: loss of value and electricity, of any workload."""

from __future__ import annotations

from planner.scenario.inputs import Inputs

YEARS = 3
HOURS = 8760
MILLION = 1e6


def loss_per_year(inputs: Inputs, item: str, cents: int) -> float:
    """Straight-line loss of value over three years, in the currency of the scenario.

    ``(p - b s r^3) / 3``: the price less what a sale then brings, where b is the price, and no
    more than that of the book.
    """
    return (cents - inputs.prices().value(item, cents, 12 * YEARS)) / 100 / YEARS


def energy_per_year(inputs: Inputs, watts: float) -> float:
    """Electricity of a year without a pause at the first site: W / 1000 x 8760 x PUE x tariff."""
    site = inputs.scenario.sites[0]
    return watts / 1000 * HOURS * site.pue * site.electricity_per_kwh


def per_million(per_year: float, rate_per_s: float) -> float:
    """Cost of a million units of work that run at a rate all year."""
    return per_year / (rate_per_s * HOURS * 3600 / MILLION)

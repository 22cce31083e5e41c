from __future__ import annotations

import pytest

from planner.units import discount_factors
from tests.formulation.law import cents
from tests.formulation.scenes import FIRST, RENTED, SECOND, THIRD, lab, offers, offers_with

NAME = "rentals"
MONTHLY = 730 * 100
"""A module for all hours of a month at 1.00 an hour, cents."""


def taken(node: str, count: int = 1, machine: str = RENTED) -> dict[str, int]:
    return {f"owned[cloud,{machine},{node},{node}]": count}


@pytest.mark.parametrize("node", [FIRST, SECOND])
def test_a_machine_is_paid_for_all_hours_of_its_term(node: str) -> None:
    assert cents(NAME, offers(), taken(node, 2)) == 2 * 2 * MONTHLY


def test_what_falls_due_after_the_horizon_is_charged_there() -> None:
    dear = offers_with(discount_rate=0.5)
    now = discount_factors(0.5, 3)
    assert cents(NAME, dear, taken(SECOND)) == MONTHLY * (now[1] + now[2])
    assert cents(NAME, dear, taken(THIRD)) == MONTHLY * (now[2] + now[3])


def test_a_machine_with_several_accelerators_pays_for_each() -> None:
    offer = {"gpu": "module", "gpus": 4, "per_hour": 1.25}
    four = offers_with(rentals=[offer])
    assert cents(NAME, four, taken(FIRST, machine="rental-module-x4")) == 4 * 1.25 * MONTHLY


def test_an_odd_price_is_rounded_once_for_the_month() -> None:
    """97,349.88 cents for four; one alone would be 24,337.47, and four times 24,337 is less."""
    offer = {"gpu": "module", "gpus": 4, "per_hour": 0.33339}
    odd = offers_with(rentals=[offer])
    assert cents(NAME, odd, taken(FIRST, machine="rental-module-x4")) == 97_350


@pytest.mark.parametrize("step_months", [1, 3])
def test_a_machine_by_the_month_is_paid_for_all_months_of_a_merged_node(step_months: int) -> None:
    monthly = [{"gpu": "module", "per_hour": 1.0}]
    merged = offers_with(
        {"task": (3,) * 6}, rentals=monthly, leases=[], supply=[], budget=None, lead_times=[],
        step_months=step_months,
    )  # fmt: skip
    assert [n.length for n in merged.tree.nodes] == [6]
    assert cents(NAME, merged, taken(FIRST, machine="rental-module-x1")) == 6 * MONTHLY


def test_a_rented_machine_costs_nothing_else() -> None:
    running = {f"running[cloud,{RENTED},{FIRST}]": 1, f"installed[cloud,module,{FIRST}]": 1}
    for other in ("purchases", "resale", "support", "leases", "energy_at_rest"):
        assert cents(other, offers(), taken(FIRST) | running) == 0


def test_where_nothing_is_rented_nothing_is_paid() -> None:
    assert cents(NAME, lab(), {f"owned[lab,card,{FIRST},{FIRST}]": 1}) == 0

from __future__ import annotations

from fractions import Fraction

import pytest

from planner.units import discount_factors
from tests.formulation.law import cents
from tests.formulation.scenes import FIRST, SECOND, THIRD, lab, offers, offers_with

NAME = "leases"
MONTHLY = 4000
"""What a card costs in each of two months, cents."""


def ordered(node: str, count: int = 1) -> dict[str, int]:
    return {f"owned[lab,card,{node}-lease,{node}]": count}


@pytest.mark.parametrize("node", [FIRST, SECOND])
def test_a_unit_is_paid_in_every_month_of_its_term(node: str) -> None:
    assert cents(NAME, offers(), ordered(node, 3)) == 3 * 2 * MONTHLY


def test_the_whole_term_is_paid_however_long_the_unit_is_listed() -> None:
    kept = {f"owned[lab,card,{FIRST}-lease,{SECOND}]": 1}
    assert cents(NAME, offers(), ordered(FIRST) | kept) == cents(NAME, offers(), ordered(FIRST))


def test_what_falls_due_after_the_horizon_is_charged_there() -> None:
    dear = offers_with(discount_rate=0.5)
    now = discount_factors(0.5, 3)
    assert cents(NAME, dear, ordered(FIRST)) == MONTHLY * (now[0] + now[1])
    assert cents(NAME, dear, ordered(THIRD)) == MONTHLY * (now[2] + now[3])
    year = offers_with(
        discount_rate=0.5, leases=[{"item": "card", "term_months": 12, "per_month": 40.0}]
    )
    assert cents(NAME, year, ordered(SECOND)) == MONTHLY * (now[1] + now[2] + 10 * now[3])


def test_payments_begin_when_the_unit_arrives() -> None:
    late = offers_with(discount_rate=0.5, lead_times=[{"item": "card", "months": 1}])
    now = discount_factors(0.5, 3)
    assert cents(NAME, late, ordered(FIRST)) == MONTHLY * (now[1] + now[2])
    assert cents(NAME, late, ordered(THIRD)) == MONTHLY * 2 * now[3]


def test_a_term_shorter_than_a_step_is_taken_again_until_the_step_is_over() -> None:
    quarter = offers_with(step_months=3, budget=None)
    assert cents(NAME, quarter, ordered(FIRST)) == 4 * MONTHLY


def test_the_price_of_a_lease_is_no_purchase_and_brings_nothing_back() -> None:
    for other in ("purchases", "resale", "support", "rentals"):
        assert cents(other, offers(), ordered(FIRST)) == Fraction(0)


def test_where_nothing_is_leased_nothing_is_paid() -> None:
    assert cents(NAME, lab(), {f"owned[lab,card,{FIRST},{FIRST}]": 1}) == 0

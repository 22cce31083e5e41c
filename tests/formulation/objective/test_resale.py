from __future__ import annotations

from tests.formulation.law import cents
from tests.formulation.scenes import FIRST, SECOND, lab, lab_with

NAME = "resale"
BOUGHT, KEPT = f"owned[lab,card,{FIRST},{FIRST}]", f"owned[lab,card,{FIRST},{SECOND}]"
LOT = {"owned[lab,card,lot1,start]": 1}
LOT_KEPT = {f"owned[lab,card,lot1,{node}]": 1 for node in (FIRST, SECOND)}


def aged(months: int) -> int:
    """What a card of 1,000 brings at an age: 80 % at once, half of that after a year."""
    return round(100_000 * 0.8 * 0.5 ** (months / 12))


def test_a_unit_that_leaves_brings_its_value_at_its_age() -> None:
    assert cents(NAME, lab(), {BOUGHT: 1, KEPT: 0}) == -aged(1)


def test_a_unit_that_stays_brings_its_value_at_the_horizon() -> None:
    assert cents(NAME, lab(), {BOUGHT: 1, KEPT: 1}) == -aged(2)


def test_a_lot_brings_what_its_own_age_leaves() -> None:
    assert cents(NAME, lab(), LOT) == -aged(12)
    assert cents(NAME, lab(), LOT | LOT_KEPT) == -aged(14)


def test_every_unit_is_sold_once() -> None:
    two_of_three = {BOUGHT: 3, KEPT: 1}
    assert cents(NAME, lab(), two_of_three) == -2 * aged(1) - aged(2)


def test_without_a_value_at_the_horizon_only_sales_before_it_count() -> None:
    mortal = lab_with(horizon_value=False)
    assert cents(NAME, mortal, {BOUGHT: 1, KEPT: 1}) == 0
    assert cents(NAME, mortal, {BOUGHT: 1, KEPT: 0}) == -aged(1)


def test_without_resale_a_unit_that_leaves_brings_nothing() -> None:
    assert cents(NAME, lab_with(resale=False), {BOUGHT: 1, KEPT: 0}) == 0


def test_a_later_sale_is_discounted_to_today() -> None:
    dear = lab_with(discount_rate=0.5)
    assert -aged(1) < cents(NAME, dear, {BOUGHT: 1, KEPT: 0}) < -0.9 * aged(1)

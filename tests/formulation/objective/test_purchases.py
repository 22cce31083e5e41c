from __future__ import annotations

from fractions import Fraction

from planner.units import discount_factors
from tests.formulation.law import cents
from tests.formulation.scenes import FIRST, SECOND, lab, lab_with

NAME = "purchases"


def test_a_unit_is_paid_once_at_the_month_of_its_order() -> None:
    held = {f"owned[lab,card,{FIRST},{node}]": 2 for node in (FIRST, SECOND)}
    assert cents(NAME, lab(), held) == 2 * 100_000


def test_what_exists_already_is_not_paid_again() -> None:
    assert cents(NAME, lab(), {f"owned[lab,card,lot1,{FIRST}]": 1}) == 0


def test_a_later_order_is_discounted_to_today() -> None:
    later = lab_with(discount_rate=0.5)
    paid = cents(NAME, later, {f"owned[lab,card,{SECOND},{SECOND}]": 1})
    assert paid == 100_000 * discount_factors(0.5, 2)[1] < 100_000
    assert paid == Fraction(paid)


def test_a_quote_from_a_later_month_holds_from_that_month_on() -> None:
    quoted = lab_with(quotes=[{"item": "card", "price": 800.0, "from": SECOND}])
    prices = [cents(NAME, quoted, {f"owned[lab,card,{n},{n}]": 1}) for n in (FIRST, SECOND)]
    assert prices == [100_000, 80_000]

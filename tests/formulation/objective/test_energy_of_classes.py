from __future__ import annotations

from fractions import Fraction

from tests.formulation.law import cents
from tests.formulation.scenes import FIRST, SECOND, lab, shapes

NAME = "energy_of_classes"
CENTS_PER_WATT = Fraction(730 * 20, 1000)
SHORT = {gpu: f"routed[lab,chat@{gpu}/bf16/x1/w1,class1,{FIRST}]" for gpu in ("large", "small")}
LONG = f"routed[lab,chat@large/bf16/x1/w1,class2,{FIRST}]"


def test_a_class_adds_power_for_the_time_for_which_it_keeps_replicas_busy() -> None:
    """3 short requests a second at 6 a second are half of 120 W, and half of that on the mean."""
    assert cents(NAME, shapes(), {SHORT["large"]: 1}) == 30 * CENTS_PER_WATT
    assert cents(NAME, shapes(), {LONG: 1}) == 30 * CENTS_PER_WATT


def test_requests_that_are_split_pay_where_they_are_sent() -> None:
    split = {SHORT["large"]: Fraction(1, 3), SHORT["small"]: Fraction(2, 3)}
    on_small = Fraction(60 * 3, 4) / 2
    assert cents(NAME, shapes(), split) == (10 + Fraction(2, 3) * on_small) * CENTS_PER_WATT


def test_more_requests_pay_more() -> None:
    later = f"routed[lab,chat@large/bf16/x1/w1,class1,{SECOND}]"
    assert cents(NAME, shapes(), {later: 1}) == 2 * cents(NAME, shapes(), {SHORT["large"]: 1})


def test_replicas_that_serve_nothing_cost_nothing_here() -> None:
    assert cents(NAME, shapes(), {f"replicas[lab,chat@large/bf16/x1/w1,{FIRST}]": 2}) == 0


def test_other_loads_pay_elsewhere() -> None:
    assert cents("energy_of_serving", shapes(), {LONG: 1}) == 0
    assert cents(NAME, lab(), {f"served[lab,task@card/bf16/x1/s1,{FIRST}]": 1}) == 0

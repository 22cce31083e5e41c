from __future__ import annotations

from fractions import Fraction

from tests.formulation.law import cents
from tests.formulation.scenes import FIRST, lab, sessions

NAME = "energy_of_serving"
LARGE, SMALL = (f"served[lab,chat@{g}/bf16/x1/w1,{FIRST}]" for g in ("large", "small"))
CENTS_PER_WATT = Fraction(730 * 20, 1000)


def test_serving_pays_in_proportion_to_the_load() -> None:
    watts_of_a_session = Fraction(60, 30)
    for served in (Fraction(1, 3), Fraction(15, 2), Fraction(30)):
        expected = served * watts_of_a_session * CENTS_PER_WATT
        assert cents(NAME, sessions(), {LARGE: served}) == expected


def test_an_option_that_draws_more_for_a_session_pays_more() -> None:
    assert cents(NAME, sessions(), {SMALL: 1}) == Fraction(60, 12) * CENTS_PER_WATT


def test_replicas_that_serve_nothing_cost_nothing_here() -> None:
    assert cents(NAME, lab(), {f"replicas[lab,task@card/bf16/x1/s1,{FIRST}]": 1}) == 0

from __future__ import annotations

from fractions import Fraction

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, lab, lab_with, sessions

RULE = Law("serve_load", sessions())
LARGE, SMALL = (f"served[lab,chat@{g}/bf16/x1/w1,{FIRST}]" for g in ("large", "small"))
MEAN = Fraction(15, 2)


def test_a_mean_load_that_is_served_in_part_is_not_served() -> None:
    missing = {LARGE: MEAN - Fraction(1, 1000)}
    assert RULE.broken_by(missing) == [f"serve_load[chat,{FIRST}]"]


def test_options_share_the_mean_load_in_any_parts() -> None:
    assert RULE.broken_by({LARGE: Fraction(1, 3), SMALL: MEAN - Fraction(1, 3)}) == []


def test_rows_hold_whole_numbers_only() -> None:
    for row in (*RULE.rows, *Law("serve_load", lab()).rows):
        factors = [*row.expression.terms.values(), row.at_least]
        assert all(isinstance(f, int) for f in factors), row.name


LONG = Fraction("0.3333333333333333") * Fraction("0.1428571428571429")
"""Ordinary decimals of two fields, multiplied: thirty-two of them."""


def test_a_load_with_many_decimals_is_asked_for_exactly_and_in_small_numbers() -> None:
    law = Law("serve_load", lab_with({"task": (3, 3)}, load_share=LONG))
    assert law.rows
    for row in law.rows:
        numbers = [*row.expression.terms.values(), row.at_least]
        assert max(abs(float(n or 0)) for n in numbers) < 1e7, row.name
        (served,) = (v.name for v in row.expression.terms)
        assert row.name in law.broken_by({served: 3 * LONG - Fraction(1, 10**40)})
        assert row.name not in law.broken_by({served: 3 * LONG})


def test_a_load_share_of_nothing_asks_for_nothing() -> None:
    idle = lab_with({"task": (1, 1)}, load_share=Fraction(0))
    assert Law("meet_demand", idle).rows
    assert Law("serve_load", idle).rows == ()

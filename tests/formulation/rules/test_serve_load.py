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


def test_a_load_share_of_nothing_asks_for_nothing() -> None:
    idle = lab_with({"task": (1, 1)}, load_share=Fraction(0))
    assert Law("meet_demand", idle).rows
    assert Law("serve_load", idle).rows == ()

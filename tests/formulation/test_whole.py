"""Rows are whole as long as their numbers stay small."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.formulation.expression import Variable
from planner.formulation.whole import COARSE, LARGEST, carries, steps_of

AMOUNTS = st.fractions(min_value=0, max_value=10**4, max_denominator=10**9)
SERVED = 1 * Variable("served", (), 10**6, integer=False)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(AMOUNTS, max_size=5))
def test_amounts_are_whole_numbers_of_steps_unless_these_would_be_large(
    amounts: list[Fraction],
) -> None:
    steps = steps_of(amounts)
    whole = all((a * steps).denominator == 1 for a in amounts)
    assert whole or steps == COARSE
    assert max(amounts, default=Fraction(0)) * steps <= LARGEST


def test_watts_with_a_few_decimals_stay_whole() -> None:
    assert steps_of([Fraction("300.0001"), Fraction(250)]) == 10_000
    assert steps_of([Fraction("333.3333333333333"), Fraction(250)]) == COARSE
    assert steps_of([]) == 1


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.fractions(min_value=0, max_value=10**6, max_denominator=10**18))
def test_the_same_load_is_asked_for_in_any_scale(load: Fraction) -> None:
    served, at_least = carries(SERVED, load)
    (factor,) = served.terms.values()
    assert Fraction(at_least) / Fraction(factor) == load
    assert factor <= 10**6

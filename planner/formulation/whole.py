"""Rows in whole numbers, as long as the numbers stay small enough for solvers.

Whole numbers keep rows exact. But the denominators of ordinary decimals multiply (a load share of
0.3333333333333333 has sixteen digits, two of them thirty-two), and no solver tells 10**17 from
10**17 + 1: some refuse such rows, others answer wrongly.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import lcm

from planner.formulation.expression import Expression, Number

LARGEST = 10**7
"""Amounts above this are not made for the sake of whole numbers."""
COARSE = 1000
"""Steps of a unit where whole numbers would be larger: watts become milliwatts."""
_MOST_LOAD = 10**6


def steps_of(amounts: Iterable[Fraction]) -> int:
    """How many steps a unit has, so that amounts are whole numbers of steps.

    All of them are whole if none is above ten million then. Else a unit has a thousand steps, and
    the caller rounds towards its safe side.
    """
    every = tuple(amounts)
    steps = lcm(*(a.denominator for a in every))
    return steps if max(every, default=Fraction(0)) * steps <= LARGEST else COARSE


def carries(served: Expression, load: Fraction) -> tuple[Expression, Number]:
    """Both sides of "so much is served at least".

    In whole numbers, or as it is where the load has more than six decimals: what is served is no
    whole number anyway, so the row is as exact, and a solver rounds the load at its 17th digit.
    """
    if load.denominator > _MOST_LOAD:
        return served, load
    return load.denominator * served, load.numerator

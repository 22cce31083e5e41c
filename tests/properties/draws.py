"""Random scenarios with the cost of their cheapest plan, each of them small enough to know it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import count
from typing import Literal

from planner.scenario.inputs import Inputs
from planner.sizing.option import Sizing
from planner.sizing.sizing import size
from tests.fixtures.options import random_case
from tests.fixtures.strategies import random_inputs
from tests.properties.brute_force import cheapest_plan
from tests.properties.brute_uses import TooLargeError

Kind = Literal["sized", "invented"]
"""Whether options come from sizing, or are invented without regard to what sizing can yield."""
KINDS: tuple[Kind, ...] = ("sized", "invented")


@dataclass(frozen=True)
class Draw:
    """A scenario that was tried in full.

    Attributes:
        inputs: the scenario.
        sizing: its options.
        best: discounted cents of its cheapest plan, None where there is no plan.
        discarded: scenarios that were drawn before it and were too large to try in full.
    """

    inputs: Inputs
    sizing: Sizing
    best: Fraction | None
    discarded: int


@cache
def draw(kind: Kind, seed: int) -> Draw:
    """The first scenario of a seed that is small enough; none is left out without being counted."""
    for discarded in count():
        name = f"{seed}.{discarded}" if discarded else seed
        inputs, sizing = _scenario(kind, name)
        try:
            return Draw(inputs, sizing, cheapest_plan(inputs, sizing), discarded)
        except TooLargeError:
            continue
    raise AssertionError("unreachable")


def _scenario(kind: Kind, seed: int | str) -> tuple[Inputs, Sizing]:
    if kind == "invented":
        return random_case(seed, "tiny")
    inputs = random_inputs(seed, "tiny")
    return inputs, size(inputs)

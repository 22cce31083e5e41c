"""Random scenarios with the cost of their cheapest plan, each of them small enough to know it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import count
from typing import Literal

from planner.scenario.inputs import Inputs
from planner.sizing.option import Sizing
from planner.sizing.sizing import size
from tests.fixtures.families import random_family_inputs
from tests.fixtures.families_options import random_family_case
from tests.fixtures.options import random_case
from tests.fixtures.strategies import random_inputs
from tests.properties.brute_force import cheapest_plan
from tests.properties.brute_uses import TooLargeError
from tests.properties.families_force import cheapest

Kind = Literal["sized", "invented"]
"""Whether options come from sizing, or are invented without regard to what sizing can yield."""
KINDS: tuple[Kind, ...] = ("sized", "invented")
Case = tuple[Inputs, Sizing]


@dataclass(frozen=True)
class Draw:
    """A scenario that was tried in full.

    Attributes:
        name: the seed that it was drawn from in the end.
        inputs: the scenario.
        sizing: its options.
        best: discounted cents of its cheapest plan, None where there is no plan.
        discarded: scenarios that were drawn before it and were too large to try in full.
    """

    name: int | str
    inputs: Inputs
    sizing: Sizing
    best: Fraction | None
    discarded: int


@cache
def draw(kind: Kind, seed: int) -> Draw:
    """The first scenario of a seed that is small enough; none is left out without being counted."""
    return _first(seed, lambda name: scenario_of(kind, name), cheapest_plan)


@cache
def family_draw(kind: Kind, seed: int) -> Draw:
    """The same with two to four families of rules in play."""
    return _first(seed, lambda name: family_scenario_of(kind, name), cheapest)


def _first(
    seed: int,
    case: Callable[[int | str], Case],
    least: Callable[[Inputs, Sizing], Fraction | None],
) -> Draw:
    for discarded in count():
        name = f"{seed}.{discarded}" if discarded else seed
        inputs, sizing = case(name)
        try:
            return Draw(name, inputs, sizing, least(inputs, sizing), discarded)
        except TooLargeError:
            continue
    raise AssertionError("unreachable")


def scenario_of(kind: Kind, seed: int | str) -> Case:
    """A tiny scenario of a seed."""
    if kind == "invented":
        return random_case(seed, "tiny")
    inputs = random_inputs(seed, "tiny")
    return inputs, size(inputs)


def family_scenario_of(kind: Kind, seed: int | str) -> Case:
    """A tiny scenario of some families of a seed."""
    if kind == "invented":
        return random_family_case(seed)
    inputs = random_family_inputs(seed)
    return inputs, size(inputs)

"""Tiny scenarios on which mutants are tried: what each costs, by every plan there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property

from planner.formulation.model import Model, build_model
from planner.formulation.rule import Row
from planner.formulation.setup import set_up
from planner.scenario.inputs import Inputs
from planner.sizing.option import Sizing
from planner.sizing.sizing import size
from planner.solve.direct import listed
from planner.solve.settings import Settings
from tests.fixtures.families import random_family_inputs
from tests.fixtures.options import random_case
from tests.fixtures.strategies import random_inputs
from tests.mutants.scenes import TEMPLATES, scene
from tests.properties.brute_force import cheapest_plan
from tests.properties.brute_uses import TooLargeError
from tests.properties.families_force import cheapest

SEEDS = dict.fromkeys(TEMPLATES, 40) | {"stores": 10, "families": 150, "sized": 15, "invented": 15}
"""Random scenarios of each kind that are looked at."""
FURTHER = dict.fromkeys(TEMPLATES, 150) | {"families": 400}
"""Up to which seed a mutant is tried that nothing has found out so far."""
MOST_VARIABLES = 300
"""Larger programs are left out: the clock would count more than the mutants."""


@dataclass(frozen=True, eq=False)
class Case:
    """A scenario, its program, and what its cheapest plan costs by the brute force.

    Months are not merged, so that the program is exact whatever the limits are.
    """

    kind: str
    seed: int
    inputs: Inputs
    sizing: Sizing

    @property
    def name(self) -> str:
        """For example ``families 17``."""
        return f"{self.kind} {self.seed}"

    @cached_property
    def model(self) -> Model:
        """The program as it should be."""
        small = listed(set_up(self.inputs, self.sizing, merge=False), Settings())
        assert small is not None, "tiny scenarios can be listed"
        return build_model(small.problem)

    @cached_property
    def rows(self) -> dict[str, tuple[Row, ...]]:
        """The rows of each rule that has any."""
        found: dict[str, list[Row]] = {}
        for row in self.model.rows:
            found.setdefault(row.rule.name, []).append(row)
        return {name: tuple(rows) for name, rows in found.items()}

    @cached_property
    def best(self) -> Fraction | None:
        """Discounted cents of the cheapest plan, None where there is none.

        Raises:
            TooLargeError: if there are too many plans to try.
        """
        plain = self.kind in ("sized", "invented")
        return (cheapest_plan if plain else cheapest)(self.inputs, self.sizing)

    @cached_property
    def known(self) -> bool:
        """Whether the brute force can try every plan."""
        try:
            _ = self.best
        except TooLargeError:
            return False
        return True


def _random(kind: str, seed: int) -> Case:
    if kind == "invented":
        return Case(kind, seed, *random_case(seed, "tiny"))
    if kind in TEMPLATES:
        drawn = scene(kind, seed)
    else:
        drawn = random_family_inputs(seed) if kind == "families" else random_inputs(seed, "tiny")
    return Case(kind, seed, drawn, size(drawn))


@cache
def every_case() -> tuple[Case, ...]:
    """All scenarios that are small enough, kind by kind."""
    return _small({kind: range(seeds) for kind, seeds in SEEDS.items()})


@cache
def further_cases() -> tuple[Case, ...]:
    """More of them, for what nothing else finds out."""
    return _small({kind: range(SEEDS[kind], seeds) for kind, seeds in FURTHER.items()})


def _small(seeds: Mapping[str, range]) -> tuple[Case, ...]:
    every = (_random(kind, seed) for kind, some in seeds.items() for seed in some)
    return tuple(case for case in every if len(case.model.variables) <= MOST_VARIABLES)

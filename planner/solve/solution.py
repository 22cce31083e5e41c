"""Whole numbers of a solution, by what they count: the hand-over from the solver to the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.formulation.builds import Build
from planner.formulation.expression import Variable
from planner.formulation.patterns import CardPattern
from planner.formulation.problem import Problem, Vintage
from planner.formulation.variables import Variables
from planner.sizing.option import Option


@dataclass(frozen=True)
class Solution:
    """Counts that are not zero, by (site, what, node); nodes by index.

    Attributes:
        problem: what was solved.
        replicas: replicas of each option.
        patterns: cards that carry each pattern.
        hosts: hosts in use as each build.
        owned: units of each vintage that are held.
    """

    problem: Problem
    replicas: Mapping[tuple[str, Option, int], int]
    patterns: Mapping[tuple[str, CardPattern, int], int]
    hosts: Mapping[tuple[str, Build, int], int]
    owned: Mapping[tuple[Vintage, int], int]


def solution_of(decisions: Variables, values: Mapping[Variable, float]) -> Solution:
    """Round a solver's values to the counts that they stand for."""

    def whole(variable: Variable) -> int:
        return round(values.get(variable, 0.0))

    return Solution(
        problem=decisions.problem,
        replicas={k: n for k, v in decisions.replicas.items() if (n := whole(v))},
        patterns={k: n for k, v in decisions.patterns.items() if (n := whole(v))},
        hosts={k: n for k, v in decisions.builds.items() if (n := whole(v))},
        owned={k: n for k, v in decisions.owned.items() if k[1] >= 0 and (n := whole(v))},
    )

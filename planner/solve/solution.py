"""Whole numbers of a solution, by what they count: the hand-over from the solver to the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from planner.formulation.builds import Build
from planner.formulation.expression import Variable
from planner.formulation.machines import Standing
from planner.formulation.patterns import CardPattern
from planner.formulation.problem import PoolKind, Problem, Vintage
from planner.formulation.variables import Variables
from planner.sizing.option import Layout, Option
from planner.solve.standings import hosts_of, racked_of, standings

_STEPS = 10**9
"""Fractions of groups and of requests are told in billionths."""


@dataclass(frozen=True)
class Solution:
    """Counts that are not zero, by (site, what, node); nodes by index.

    Attributes:
        problem: what was solved.
        replicas: replicas of each option.
        patterns: cards that carry each pattern.
        hosts: hosts in use as each build.
        owned: units of each vintage that are held.
        cuts: cards cut by each MIG layout, by (site, card, layout, node).
        pools: groups of each pool, by (site, pool, node).
        turns: group-months that pooled options take, by (site, option, node).
        routed: share of a class's demand that an option's replicas get, by (site, option,
            number of the class, node).
        racked: hosts of a build in each rack, by (site, build, rack from 1, node).
        machines: every machine in use, where machines are counted one by one.
    """

    problem: Problem
    replicas: Mapping[tuple[str, Option, int], int]
    patterns: Mapping[tuple[str, CardPattern, int], int]
    hosts: Mapping[tuple[str, Build, int], int]
    owned: Mapping[tuple[Vintage, int], int]
    cuts: Mapping[tuple[str, str, Layout, int], int] = field(default_factory=dict)
    pools: Mapping[tuple[str, PoolKind, int], int] = field(default_factory=dict)
    turns: Mapping[tuple[str, Option, int], Fraction] = field(default_factory=dict)
    routed: Mapping[tuple[str, Option, int, int], Fraction] = field(default_factory=dict)
    racked: Mapping[tuple[str, Build, int, int], int] = field(default_factory=dict)
    machines: tuple[Standing, ...] = ()


def solution_of(decisions: Variables, values: Mapping[Variable, float]) -> Solution:
    """Round a solver's values to the counts that they stand for."""

    def whole(variable: Variable) -> int:
        return round(values.get(variable, 0.0))

    def near(variable: Variable) -> Fraction:
        return Fraction(round(values.get(variable, 0.0) * _STEPS), _STEPS)

    machines = standings(decisions, whole)
    return Solution(
        problem=decisions.problem,
        replicas={k: n for k, v in decisions.replicas.items() if (n := whole(v))},
        patterns={k: n for k, v in decisions.patterns.items() if (n := whole(v))},
        hosts=hosts_of(decisions, whole, machines),
        owned={k: n for k, v in decisions.owned.items() if k[1] >= 0 and (n := whole(v))},
        cuts={k: n for k, v in decisions.cuts.items() if (n := whole(v))},
        pools={k: n for k, v in decisions.pools.items() if (n := whole(v))},
        turns={k: part for k, v in decisions.turns.items() if (part := near(v))},
        routed={k: part for k, v in decisions.routed.items() if (part := near(v))},
        racked=racked_of(decisions, whole, machines),
        machines=machines,
    )

"""What is held and has arrived, by kind of unit: the right-hand side of every rule on ownership."""

from __future__ import annotations

from collections import defaultdict

from planner.formulation.expression import Variable
from planner.formulation.problem import Problem
from planner.formulation.variables import Variables


def in_service(
    problem: Problem, variables: Variables
) -> dict[tuple[str, str, int], list[Variable]]:
    """Variables of the units that can be used, by (site, item, node)."""
    held: dict[tuple[str, str, int], list[Variable]] = defaultdict(list)
    for (vintage, node), owned in variables.owned.items():
        if node >= 0 and problem.in_service(vintage, problem.tree.nodes[node]):
            held[vintage.site, vintage.item, node].append(owned)
    return held

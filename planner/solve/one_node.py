"""Can a node be served at all, as if there were no other?

A tight limit on power or places can rule out every fleet at one node, and the search over the
whole roadmap is slow to notice. Alone, a node is quick: it has a fleet, which is a start for the
search, or it has none, and then the whole problem has none.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from planner.formulation.expression import total
from planner.formulation.model import build_model
from planner.formulation.setup import Setup
from planner.formulation.tree import Node
from planner.solve.backend import Backend, Program, Request, Status
from planner.solve.solution import Solution, solution_of


def serve_alone(
    small: Setup, node: Node, backend: Backend, request: Request
) -> tuple[Status, Solution | None]:
    """Some fleet that serves one node, whatever it costs.

    Args:
        small: the problem with all its patterns and builds.
        node: the only node with loads.
        backend: solver.
        request: limits.

    Returns:
        How the solve ended, and the fleet with what runs on it, or None.
    """
    whole = small.problem
    alone = replace(
        whole,
        demand={key: n if key[1] == node.index else 0 for key, n in whole.demand.items()},
        load={key: n if key[1] == node.index else Fraction(0) for key, n in whole.load.items()},
    )
    model = build_model(alone)
    answer = backend.solve(Program(model.variables, model.rows, total([])), request)
    if answer.values is None:
        return answer.status, None
    return answer.status, solution_of(model.decisions, answer.values)

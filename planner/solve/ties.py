"""Among plans of equal cost, always the same one.

Solvers that agree on the cost still return different plans. Once the cost is proven, a second
solve keeps it and minimises weights in this order: units owned, hosts in use, cards installed,
then a fixed number drawn from the name of each decision, so that one plan wins, whatever the
solver, the machine or the order of the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from planner.formulation.expression import Expression, Variable
from planner.formulation.model import Model
from planner.formulation.rule import Row, Rule
from planner.solve.backend import Backend, Program, Request, Status

HALF_A_CENT = 0.5

_RULE = Rule("same_cost", "The plan costs no more than the cheapest.", "", "cents", "fleet")
_RANKS = {"owned": 64, "running": 16, "installed": 8, "builds": 4, "patterns": 2, "cuts": 2}
_FINE = 1000


def break_ties(
    model: Model, values: Mapping[Variable, float], backend: Backend, request: Request
) -> Mapping[Variable, float]:
    """The preferred one of all solutions that cost the same, to half a cent.

    Args:
        model: the model, solved to optimality.
        values: an optimal solution.
        backend: solver.
        request: limits; its gap is not used.

    Returns:
        The preferred solution, or ``values`` if that stayed open within the limits.
    """
    cost = sum(float(f) * values.get(v, 0.0) for v, f in model.cost.terms.items())
    kept = Row(_RULE, (), model.cost, at_most=cost + HALF_A_CENT)
    weights = Expression({v: _weight(v) for v in model.variables if v.integer})
    program = Program(model.variables, [*model.rows, kept], weights)
    answer = backend.solve(
        program,
        Request(
            seconds=request.seconds,
            work=request.work,
            threads=request.threads,
            hint=values,
            stop=request.stop,
        ),
    )
    return answer.values if answer.values and answer.status is Status.OPTIMAL else values


def _weight(variable: Variable) -> int:
    drawn = int.from_bytes(hashlib.sha256(variable.name.encode()).digest()[:4], "big")
    return _RANKS.get(variable.family, 1) * _FINE + drawn % _FINE

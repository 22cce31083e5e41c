"""Survival: after the loss of any machines the others still carry the demand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Expression, Variable, total
from planner.formulation.machines import Machine
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="survive_hosts",
    sentence="After the loss of any so many machines, the others still carry the demand.",
    formula=r"\sum_{s,e,j} k_{w,s,e,j,n} \ge d_{w,n} + q\, t_{w,n}, \quad "
    r"k_{w,s,e,j,n} \le t_{w,n}, \quad k_{w,s,e,j,n} "
    r"\le \sum_{i \text{ of } w} c_i\, y_{s,e,j,i,n}",
    unit="quanta of the workload",
    about="serving",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """For each such workload and node one row, and two for each machine on which it may run.

    The q machines that carry most carry together the minimum over t of q t plus the sum of what
    each carries beyond t. So the others carry the demand just if for some t the loads, each counted
    up to t, sum up to the demand and q t more; and no t above the demand is of use.
    """
    single = variables.machines
    carried: dict[tuple[str, Machine, int], list[Expression]] = defaultdict(list)
    for (machine, piece, node), count in single.pieces.items():
        survival = problem.survival.get(piece.workload)
        if survival is not None and survival.unit == "hosts":
            capacity = min(piece.capacity, problem.demand[piece.workload, node])
            carried[piece.workload, machine, node].append(capacity * count)
    counted: dict[tuple[str, int], list[Variable]] = defaultdict(list)
    for (workload, machine, node), load in single.counted.items():
        ceiling = single.ceilings[workload, node]
        counted[workload, node].append(load)
        there = total(carried[workload, machine, node])
        *where, when = load.key
        yield Row(RULE, (*where, "there", when), load - there, at_most=0)
        yield Row(RULE, (*where, "ceiling", when), load - ceiling, at_most=0)
    for (workload, node), ceiling in single.ceilings.items():
        lost = problem.survival[workload].count * ceiling
        enough = total(counted[workload, node]) - lost
        yield Row(RULE, ceiling.key, enough, at_least=problem.demand[workload, node])


def applies(problem: Problem) -> bool:
    """Whether some workload survives the loss of machines."""
    return any(s.unit == "hosts" for s in problem.survival.values())

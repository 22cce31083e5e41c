"""Demand: what runs carries the load."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Expression, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="meet_demand",
    sentence="At every node the replicas of a workload, or its turns in a pool, carry its demand.",
    formula=r"\sum_{s} \sum_{o \in O_w} c_o\, (x_{s,o,n} + \tau_{s,o,n}) \ge d_{w,n}",
    unit="quanta of the workload",
    about="serving",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each workload and node with load that is counted in one number."""
    carriers: dict[tuple[str, int], list[Expression]] = defaultdict(list)
    for (_, option, at), units in variables.carrying.items():
        carriers[option.workload, at].append(option.capacity * units)
    for node in problem.tree.nodes:
        for workload in problem.workloads:
            demand = problem.demand[workload, node.index]
            if demand and not problem.classes_of(workload):
                carried = total(carriers[workload, node.index])
                yield Row(RULE, (workload, node.label), carried, at_least=demand)

"""Demand: what runs carries the load."""

from collections.abc import Iterator

from planner.formulation.expression import total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="meet_demand",
    sentence="At every node the replicas of a workload carry its demand.",
    formula=r"\sum_{s} \sum_{o \in O_w} c_o\, x_{s,o,n} \ge d_{w,n}",
    unit="quanta of the workload",
    about="serving",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each workload and node with load."""
    for node in problem.tree.nodes:
        for workload in problem.workloads:
            demand = problem.demand[workload, node.index]
            if not demand:
                continue
            carried = total(
                option.capacity * variables.replicas[site.name, option, node.index]
                for site in problem.sites
                for option in problem.needed(node)
                if option.workload == workload
            )
            yield Row(RULE, (workload, node.label), carried, at_least=demand)

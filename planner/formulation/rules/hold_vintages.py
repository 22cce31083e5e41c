"""Ownership over time: a vintage only shrinks, and what left does not come back."""

from collections.abc import Iterator

from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="hold_vintages",
    sentence="Of a vintage no more is held at a node than at the node before it; an existing lot "
    "starts with what exists.",
    formula=r"\mathrm{own}_{i,s,v,n} \le \mathrm{own}_{i,s,v,a(n)} \quad n \ne v",
    unit="units",
    about="fleet",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each vintage and each node after its own."""
    for vintage in problem.vintages:
        for node in variables.held_at(vintage):
            before = -1 if node.parent is None else node.parent
            if node.index == vintage.node:
                continue
            now, then = variables.owned[vintage, node.index], variables.owned[vintage, before]
            yield Row(RULE, now.key, now - then, at_most=0)

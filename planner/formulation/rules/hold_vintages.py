"""Ownership over time: a vintage only shrinks, and what left does not come back."""

from collections.abc import Iterator

from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="hold_vintages",
    sentence="Of a vintage no more is held at a node than at the node before it; an existing lot "
    "starts with what exists, and nothing leaves before it has arrived, before its term ends, or "
    "at all where it is to stay.",
    formula=r"\mathrm{own}_{i,s,v,n} \le \mathrm{own}_{i,s,v,a(n)} \quad n \ne v; \qquad "
    r"\text{equal where } m(n) < m(v) + L_i \text{ or } i \text{ is leased or stays}",
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
            bound = vintage.stays or vintage.term is not None
            bound = bound or not problem.in_service(vintage, node)
            yield Row(RULE, now.key, now - then, at_least=0 if bound else None, at_most=0)

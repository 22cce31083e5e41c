"""Purchases: what is bought is paid when it is ordered."""

from planner.formulation.expression import Expression, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Term
from planner.formulation.variables import Variables

TERM = Term(
    name="purchases",
    sentence="Every unit is paid in full at the node of its order.",
    formula=r"\sum_v \pi_v\, \delta_v\, \mathrm{buy}_{i,v}\, \mathrm{own}_{i,s,v,v}",
    category="capital",
    about="fleet",
)


def cost(problem: Problem, variables: Variables) -> Expression:
    """Discounted price of all units."""
    nodes = problem.tree.nodes
    return total(
        vintage.buy
        * problem.tree.weight(nodes[vintage.node])
        * variables.owned[vintage, vintage.node]
        for vintage in problem.vintages
        if vintage.node is not None
    )

"""Resale: what leaves brings its value at that node, and what is left at the end counts too."""

from collections.abc import Iterator

from planner.formulation.expression import Expression, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Term
from planner.formulation.variables import Variables

TERM = Term(
    name="resale",
    sentence="A unit that leaves brings its value at its age; what is held at the end of the last "
    "month counts at its value there.",
    formula=r"- \sum_{v} \sum_{n \ne v} \pi_n\, \delta_n\, \mathrm{sell}_{i,v,n} "
    r"(\mathrm{own}_{i,s,v,a(n)} - \mathrm{own}_{i,s,v,n}) "
    r"- \sum_{v} \sum_{\ell \text{ leaf}} \pi_\ell\, \delta_T\, \mathrm{sell}_{i,v,T}\, "
    r"\mathrm{own}_{i,s,v,\ell}",
    category="resale",
    about="fleet",
)


def cost(problem: Problem, variables: Variables) -> Expression:
    """Minus the discounted value of all units that leave or are left."""
    return total(_parts(problem, variables))


def _parts(problem: Problem, variables: Variables) -> Iterator[Expression]:
    tree = problem.tree
    for vintage in problem.vintages:
        for node in variables.held_at(vintage):
            value = vintage.sell.get(node.index, 0)
            if node.index != vintage.node and value:
                before = -1 if node.parent is None else node.parent
                left = variables.owned[vintage, before] - variables.owned[vintage, node.index]
                yield -value * tree.weight(node) * left
        for leaf in tree.leaves():
            value = vintage.closing.get(leaf.index, 0)
            if value and (vintage, leaf.index) in variables.owned:
                yield -value * tree.closing_weight(leaf) * variables.owned[vintage, leaf.index]

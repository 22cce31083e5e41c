"""Support: what is held costs its upkeep every month."""

from planner.formulation.expression import Expression, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Term
from planner.formulation.variables import Variables

TERM = Term(
    name="support",
    sentence="Every unit that is held and has arrived costs its support in every month.",
    formula=r"\sum_v \sum_n \pi_n\, \mathrm{keep}_{i,v} \sum_{m \in n} \delta_m\, "
    r"\mathrm{own}_{i,s,v,n}",
    category="support",
    about="fleet",
)


def cost(problem: Problem, variables: Variables) -> Expression:
    """Discounted support of all units."""
    return total(
        vintage.keep_per_month
        * problem.tree.running_weight(problem.tree.nodes[node], problem.arrival(vintage))
        * held
        for (vintage, node), held in variables.owned.items()
        if node >= 0 and vintage.keep_per_month
    )

"""Energy of serving requests by classes."""

from planner.formulation.expression import Expression, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Term
from planner.formulation.variables import Variables

TERM = Term(
    name="energy_of_classes",
    sentence="The mean load of request classes is routed as their demand is, and adds power in "
    "proportion to the time for which it keeps replicas busy.",
    formula=r"\sum_n \pi_n \sum_{m \in n} \delta_m \sum_{o,k} (p_o - \mathrm{idle}_o)\, "
    r"\mathrm{load}_{w,n}\, \frac{d_{w,k,n}}{\rho_{o,k}}\, f_{s,o,k,n}\, \mathrm{PUE}_s\, H\, "
    r"\mathrm{tariff}_s",
    category="energy",
    about="serving",
)


def cost(problem: Problem, variables: Variables) -> Expression:
    """Discounted electricity of the load."""
    return total(
        option.watts_per_quantum
        * problem.load[option.workload, node]
        * (problem.utilisation(option, number, node) or 0)
        * problem.cents_per_watt(site, node)
        * share
        for (site, option, number, node), share in variables.routed.items()
    )


def applies(problem: Problem) -> bool:
    """Whether some load is given by request classes."""
    return bool(problem.class_demand)

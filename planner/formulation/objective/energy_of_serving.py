"""Energy of serving: what the load adds."""

from planner.formulation.expression import Expression, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Term
from planner.formulation.variables import Variables

TERM = Term(
    name="energy_of_serving",
    sentence="Serving adds power in proportion to the load, and cooling multiplies it.",
    formula=r"\sum_n \pi_n \sum_{m \in n} \delta_m \sum_o \frac{p_o - \mathrm{idle}_o}{c_o}\, "
    r"\mathrm{srv}_{s,o,n}\, \mathrm{PUE}_s\, H\, \mathrm{tariff}_s",
    category="energy",
    about="serving",
)


def cost(problem: Problem, variables: Variables) -> Expression:
    """Discounted electricity of the load."""
    return total(
        option.watts_per_quantum * problem.cents_per_watt(site, node) * served
        for (site, option, node), served in variables.served.items()
    )

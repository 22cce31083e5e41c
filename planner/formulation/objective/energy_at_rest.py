"""Energy at rest: what hosts and cards draw without any work."""

from planner.formulation.expression import Expression, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Term
from planner.formulation.variables import Variables

TERM = Term(
    name="energy_at_rest",
    sentence="Hosts in use and their cards draw their power at rest, and cooling multiplies it.",
    formula=r"\sum_n \pi_n \sum_{m \in n} \delta_m \Big[\sum_e \mathrm{idle}_e\, r_{e,s,n} + "
    r"\sum_g \mathrm{idle}_g\, u_{g,s,n}\Big] \mathrm{PUE}_s\, H\, \mathrm{tariff}_s",
    category="energy",
    about="fleet",
)


def cost(problem: Problem, variables: Variables) -> Expression:
    """Discounted electricity of hosts and cards at rest."""
    return total(
        problem.watts[item].idle * problem.cents_per_watt(site, node) * unit
        for units in (variables.running, variables.installed)
        for (site, item, node), unit in units.items()
    )

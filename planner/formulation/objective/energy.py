"""Energy: hosts at rest, and what serving adds."""

from planner.formulation.expression import Expression, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Term
from planner.formulation.variables import Variables
from planner.units import HOURS_PER_MONTH

TERM = Term(
    name="energy",
    sentence="Hosts in use draw their power at rest, serving adds to it in proportion to the load, "
    "and cooling multiplies both.",
    formula=r"\sum_n \pi_n \sum_{m \in n} \delta_m \Big[\sum_b \mathrm{idle}_b\, h_{s,b,n} + "
    r"\sum_o \frac{p_o - \mathrm{idle}_o}{c_o}\, \mathrm{srv}_{s,o,n}\Big] \mathrm{PUE}_s\, "
    r"H\, \mathrm{tariff}_s",
    category="energy",
)


def cost(problem: Problem, variables: Variables) -> Expression:
    """Discounted electricity bill."""
    weights = [problem.tree.running_weight(node) for node in problem.tree.nodes]
    cents_per_w = {
        s.name: s.pue * HOURS_PER_MONTH * s.cents_per_kwh / 1000 for s in problem.sites
    }
    at_rest = total(
        build.idle_w * cents_per_w[site] * weights[node] * hosts
        for (site, build, node), hosts in variables.hosts.items()
    )
    serving = total(
        option.power_mw * cents_per_w[site] * weights[node] / (1000 * option.capacity) * served
        for (site, option, node), served in variables.served.items()
    )
    return at_rest + serving

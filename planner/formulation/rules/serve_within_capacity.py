"""Load: no option serves more than its replicas carry."""

from collections.abc import Iterator

from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="serve_within_capacity",
    sentence="An option serves no more than its replicas or its turns in a pool carry.",
    formula=r"\mathrm{srv}_{s,o,n} \le c_o\, (x_{s,o,n} + \tau_{s,o,n})",
    unit="quanta of the workload",
    about="serving",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site, option and node with load."""
    for (site, option, node), served in variables.served.items():
        units = variables.carrying[site, option, node]
        yield Row(RULE, served.key, served - option.capacity * units, at_most=0)

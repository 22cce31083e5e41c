"""Request classes: replicas are busy no more than all of their time."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Expression, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="serve_classes",
    sentence="The requests that are sent to an option keep its replicas busy no more than all of "
    "their time.",
    formula=r"\sum_{k} \frac{d_{w,k,n}}{\rho_{o,k}}\, f_{s,o,k,n} \le x_{s,o,n}",
    unit="replicas",
    about="serving",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site, option with rates, and node with load."""
    busy: dict[tuple[str, str, int], list[Expression]] = defaultdict(list)
    for (site, option, number, node), share in variables.routed.items():
        replicas = problem.utilisation(option, number, node)
        assert replicas is not None, "what cannot be served is not routed"
        busy[site, option.name, node].append(replicas * share)
    for (site, option, node), there in variables.replicas.items():
        if option.rates:
            yield Row(RULE, there.key, total(busy[site, option.name, node]) - there, at_most=0)


def applies(problem: Problem) -> bool:
    """Whether some load is given by request classes."""
    return bool(problem.class_demand)

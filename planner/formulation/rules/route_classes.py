"""Request classes: every request is sent somewhere."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Variable, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="route_classes",
    sentence="All requests of a class are sent to some option, in any proportion.",
    formula=r"\sum_{s} \sum_{o \in O_w} f_{s,o,k,n} = 1",
    unit="shares of the requests",
    about="serving",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each class with requests at a node."""
    shares: dict[tuple[str, int, int], list[Variable]] = defaultdict(list)
    for (_, option, number, node), share in variables.routed.items():
        shares[option.workload, number, node].append(share)
    for (workload, number, node), demand in problem.class_demand.items():
        if demand:
            key = (workload, f"class{number + 1}", problem.tree.nodes[node].label)
            yield Row(RULE, key, total(shares[workload, number, node]), at_least=1, at_most=1)


def applies(problem: Problem) -> bool:
    """Whether some load is given by request classes."""
    return bool(problem.class_demand)

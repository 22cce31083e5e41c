"""Load: the mean load of a workload is served by somebody."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Variable, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables
from planner.formulation.whole import carries

RULE = Rule(
    name="serve_load",
    sentence="The mean load of a workload is served by its replicas.",
    formula=r"\sum_{s} \sum_{o \in O_w} \mathrm{srv}_{s,o,n} \ge \mathrm{load}_{w,n}",
    unit="quanta of the workload",
    about="serving",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each workload and node with load, in whole numbers where these are small."""
    shares: dict[tuple[str, int], list[Variable]] = defaultdict(list)
    for (_, option, at), share in variables.served.items():
        shares[option.workload, at].append(share)
    for node in problem.tree.nodes:
        for workload in problem.workloads:
            load = problem.load[workload, node.index]
            if load and not problem.classes_of(workload):
                enough, at_least = carries(total(shares[workload, node.index]), load)
                yield Row(RULE, (workload, node.label), enough, at_least)

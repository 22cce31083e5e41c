"""Pools: a job runs on so many groups at a time."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Variable, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="take_turns",
    sentence="A job works through the hours of a month on no more groups at a time than it can.",
    formula=r"\sum_{s} \sum_{o \in O_w} \tau_{s,o,n} \le q_w",
    unit="groups",
    about="serving",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each pooled workload and node with load."""
    taken: dict[tuple[str, int], list[Variable]] = defaultdict(list)
    for (_, option, node), turns in variables.turns.items():
        taken[option.workload, node].append(turns)
    for (workload, node), turns_of_all in taken.items():
        key = (workload, problem.tree.nodes[node].label)
        yield Row(RULE, key, total(turns_of_all), at_most=problem.turns_most[workload])


def applies(problem: Problem) -> bool:
    """Whether some job takes turns."""
    return bool(problem.pooled_options)

"""Kinds: so many kinds of cards are held at a time."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Variable, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="limit_kinds",
    sentence="No more kinds of cards are held at a time than the team wants to look after.",
    formula=r"\sum_g \mathrm{kind}_{g,n} \le K",
    unit="kinds of cards",
    about="fleet",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each node."""
    if problem.kinds_most is None:
        return
    counted: dict[int, list[Variable]] = defaultdict(list)
    for (_, node), kind in variables.kinds.items():
        counted[node].append(kind)
    for node, kinds in counted.items():
        label = problem.tree.nodes[node].label
        yield Row(RULE, (label,), total(kinds), at_most=problem.kinds_most)


def applies(problem: Problem) -> bool:
    """Whether the kinds of cards are limited."""
    return problem.kinds_most is not None

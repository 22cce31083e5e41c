"""Supply: so many units can be had in a month."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Variable, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="limit_supply",
    sentence="Of an item no more units are ordered at a node, for all sites together, than can be "
    "had.",
    formula=r"\sum_s \mathrm{own}_{i,s,n,n} \le \mathrm{supply}_i",
    unit="units",
    about="fleet",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each item that is short, and node at which it can be ordered."""
    ordered: dict[tuple[str, int], list[Variable]] = defaultdict(list)
    for vintage in problem.vintages:
        if vintage.item in problem.supply and vintage.node is not None:
            ordered[vintage.item, vintage.node].append(variables.owned[vintage, vintage.node])
    for (item, node), units in sorted(ordered.items(), key=lambda entry: entry[0]):
        key = (item, problem.tree.nodes[node].label)
        yield Row(RULE, key, total(units), at_most=problem.supply[item])


def applies(problem: Problem) -> bool:
    """Whether something is short."""
    return bool(problem.supply)

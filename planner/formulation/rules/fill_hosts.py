"""Builds: the cards installed are those of the hosts' fillings."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Expression, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="fill_hosts",
    sentence="The cards installed are exactly those in the fillings of the hosts in use.",
    formula=r"u_{g,s,n} = \sum_b m_{g,b}\, h_{s,b,n}",
    unit="cards",
    about="housing",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site, kind of card and node."""
    held: dict[tuple[str, str, int], list[Expression]] = defaultdict(list)
    for (site, build, node), hosts in variables.builds.items():
        for gpu, count in build.cards:
            held[site, gpu, node].append(count * hosts)
    for key, installed in variables.installed.items():
        yield Row(RULE, installed.key, installed - total(held[key]), at_least=0, at_most=0)

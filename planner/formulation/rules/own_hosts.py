"""Ownership of hosts: what is in use is held."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Variable, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="own_hosts",
    sentence="Hosts in use, whatever their filling, are owned.",
    formula=r"r_{e,s,n} \le \sum_v \mathrm{own}_{e,s,v,n}",
    unit="hosts",
    about="fleet",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site, kind of host and node."""
    held: dict[tuple[str, str, int], list[Variable]] = defaultdict(list)
    for (vintage, node), owned in variables.owned.items():
        held[vintage.site, vintage.item, node].append(owned)
    for key, running in variables.running.items():
        yield Row(RULE, running.key, running - total(held[key]), at_most=0)

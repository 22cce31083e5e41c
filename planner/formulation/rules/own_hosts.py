"""Ownership of hosts: what is in use is held."""

from collections.abc import Iterator

from planner.formulation.expression import total
from planner.formulation.holdings import in_service
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="own_hosts",
    sentence="Hosts in use, whatever their filling, are held and have arrived.",
    formula=r"r_{e,s,n} \le \sum_{v:\, m(n) \ge m(v) + L_e} \mathrm{own}_{e,s,v,n}",
    unit="hosts",
    about="fleet",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site, kind of host and node."""
    held = in_service(problem, variables)
    for key, running in variables.running.items():
        yield Row(RULE, running.key, running - total(held[key]), at_most=0)

"""Racks: every host of rack form stands in one."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.builds import Build
from planner.formulation.expression import Variable, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="stand_in_racks",
    sentence="At a site with racks, every host in use that is built for a rack stands in one.",
    formula=r"\sum_r y_{s,b,r,n} = h_{s,b,n}",
    unit="hosts",
    about="housing",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site with racks, build for racks, and node."""
    racked: dict[tuple[str, Build, int], list[Variable]] = defaultdict(list)
    for (site, build, _, node), hosts in variables.racked.items():
        racked[site, build, node].append(hosts)
    with_racks = {site.name for site in problem.sites if site.racks is not None}
    for key, hosts in variables.builds.items():
        site, build, _ = key
        if site in with_racks and problem.facts[build.host].racked:
            yield Row(RULE, hosts.key, total(racked[key]) - hosts, at_least=0, at_most=0)


def applies(problem: Problem) -> bool:
    """Whether some site has racks."""
    return any(site.racks is not None for site in problem.sites)

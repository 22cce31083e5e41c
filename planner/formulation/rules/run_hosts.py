"""Hosts in use: each stands as one build."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Variable, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="run_hosts",
    sentence="Every host in use stands as exactly one build.",
    formula=r"r_{e,s,n} = \sum_{b \text{ of } e} h_{s,b,n}",
    unit="hosts",
    about="housing",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site, kind of host and node."""
    standing: dict[tuple[str, str, int], list[Variable]] = defaultdict(list)
    for (site, build, node), hosts in variables.builds.items():
        standing[site, build.host, node].append(hosts)
    for key, running in variables.running.items():
        yield Row(RULE, running.key, running - total(standing[key]), at_least=0, at_most=0)

"""Places: a site holds so many hosts."""

from collections.abc import Iterator

from planner.formulation.expression import total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="site_places",
    sentence="No more hosts are in use at a site than find a place there.",
    formula=r"\sum_e r_{e,s,n} \le \mathrm{places}_s",
    unit="hosts",
    about="fleet",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each node of each site that limits its hosts."""
    for site in problem.sites:
        if site.hosts_max is None:
            continue
        for node in problem.tree.nodes:
            placed = total(
                running
                for (s, _, n), running in variables.running.items()
                if (s, n) == (site.name, node.index)
            )
            yield Row(RULE, (site.name, node.label), placed, at_most=site.hosts_max)

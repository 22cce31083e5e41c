"""Ownership of hosts: what is in use is held."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Expression, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="own_hosts",
    sentence="Hosts in use, whatever their filling, are owned.",
    formula=r"\sum_{b \text{ of } e} h_{s,b,n} \le \sum_v \mathrm{own}_{e,s,v,n}",
    unit="hosts",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site, kind of host and node."""
    parts: dict[tuple[str, str, int], list[Expression]] = defaultdict(list)
    for (site, build, node), hosts in variables.hosts.items():
        parts[site, build.host, node].append(1 * hosts)
    for (vintage, node), held in variables.owned.items():
        if not vintage.is_gpu and node >= 0:
            parts[vintage.site, vintage.item, node].append(-1 * held)
    for (site, host, node), terms in sorted(parts.items()):
        label = problem.tree.nodes[node].label
        yield Row(RULE, (site, host, label), total(terms), at_most=0)

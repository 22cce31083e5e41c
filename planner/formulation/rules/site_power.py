"""Power: the hosts at full load stay within what the site gives."""

from collections.abc import Iterator

import math

from planner.formulation.expression import total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="site_power",
    sentence="The hosts in use at full load, cooling included, draw no more than the site gives.",
    formula=r"\mathrm{PUE}_s \sum_b w_b\, h_{s,b,n} \le \mathrm{facility}_s",
    unit="watts",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site and node; watts are scaled to integers, so nothing is rounded."""
    for site in problem.sites:
        loads = [b.load_w * site.pue for b in problem.builds]
        scale = math.lcm(site.facility_w.denominator, *(w.denominator for w in loads))
        for node in problem.tree.nodes:
            drawn = total(
                int(load * scale) * variables.hosts[site.name, build, node.index]
                for build, load in zip(problem.builds, loads, strict=True)
            )
            limit = int(site.facility_w * scale)
            yield Row(RULE, (site.name, node.label), drawn, at_most=limit)

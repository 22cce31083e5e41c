"""Power: the hosts at full load stay within what the site gives."""

import math
from collections.abc import Iterator

from planner.formulation.expression import total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="site_power",
    sentence="The hosts in use and their cards at full load, cooling included, draw no more than "
    "the site gives.",
    formula=r"\mathrm{PUE}_s \Big( \sum_e w_e\, r_{e,s,n} + \sum_g w_g\, u_{g,s,n} \Big) "
    r"\le \mathrm{facility}_s",
    unit="watts",
    about="fleet",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site and node; watts are scaled to integers, so nothing is rounded."""
    for site in problem.sites:
        loads = {item: w.load * site.pue for item, w in problem.watts.items()}
        scale = math.lcm(site.facility_w.denominator, *(w.denominator for w in loads.values()))
        for node in problem.tree.nodes:
            drawn = total(
                int(loads[item] * scale) * units[site.name, item, node.index]
                for units in (variables.running, variables.installed)
                for item in loads
                if (site.name, item, node.index) in units
            )
            limit = int(site.facility_w * scale)
            yield Row(RULE, (site.name, node.label), drawn, at_most=limit)

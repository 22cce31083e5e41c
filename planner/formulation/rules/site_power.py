"""Power: the hosts at full load stay within what the site gives."""

from collections.abc import Iterator
from math import ceil, floor

from planner.formulation.expression import total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables
from planner.formulation.whole import steps_of

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
    """One row for each site and node, in whole watts or whole parts of a watt.

    The sum over whole hosts and cards is a whole number, so it is within the power that cooling
    leaves exactly if it is within that power rounded down: the row is exact, however many digits
    the PUE has. Only if cards or hosts have so many digits themselves that ten million is not
    enough, theirs are rounded up to milliwatts: what the row allows is always allowed, and a fleet
    is refused wrongly only if it comes within a milliwatt for each card and host of the limit.
    """
    steps = steps_of(w.load for w in problem.watts.values())
    loads = {item: ceil(w.load * steps) for item, w in problem.watts.items()}
    for site in problem.sites:
        if site.facility_w is None:
            continue
        limit = floor(site.facility_w / site.pue * steps)
        for node in problem.tree.nodes:
            drawn = total(
                loads[item] * units[site.name, item, node.index]
                for units in (variables.running, variables.installed)
                for item in loads
                if (site.name, item, node.index) in units
            )
            yield Row(RULE, (site.name, node.label), drawn, at_most=limit)

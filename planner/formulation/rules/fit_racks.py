"""Racks: each holds so much height, power and sockets, one by one."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor

from planner.formulation.builds import Build
from planner.formulation.expression import Expression, Variable, total
from planner.formulation.parameters import HostFacts, RackLimits
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables
from planner.formulation.whole import steps_of

RULE = Rule(
    name="fit_racks",
    sentence="The hosts in a rack keep its height, its power at full load and its sockets, rack by "
    "rack.",
    formula=r"\sum_b \mathrm{units}_b\, y_{s,b,r,n} \le U, \quad "
    r"\sum_b \mathrm{load}_b\, y_{s,b,r,n} \le W, \quad "
    r"\sum_b \mathrm{sockets}_b\, y_{s,b,r,n} \le K; \qquad \text{times } q_{s,r,n} "
    r"\text{ for a rack that is bought}",
    unit="height units, watts, sockets",
    about="housing",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """Up to three rows for each rack of a site and node; watts in whole steps, rounded up."""
    racks = {site.name: site.racks for site in problem.sites if site.racks is not None}
    standing: dict[tuple[str, int, int], list[tuple[Build, Variable]]] = defaultdict(list)
    for (site, build, rack, node), hosts in variables.racked.items():
        standing[site, rack, node].append((build, hosts))
    for (site, rack, node), inside in standing.items():
        opened = variables.opened.get((site, rack, node))
        for what, taken, room in rack_limits(problem.facts, racks[site], inside):
            key = (site, f"rack{rack}", what, problem.tree.nodes[node].label)
            if opened is None:
                yield Row(RULE, key, taken, at_most=room)
            else:
                yield Row(RULE, key, taken - room * opened, at_most=0)


def rack_limits(
    facts: Mapping[str, HostFacts], rack: RackLimits, inside: Sequence[tuple[Build, Variable]]
) -> Iterator[tuple[str, Expression, int]]:
    """Name, amount and limit of what a rack has."""
    yield "units", total(facts[b.host].rack_units * v for b, v in inside), rack.rack_units
    steps = steps_of([*(b.load_w for b, _ in inside), Fraction(0)])
    drawn = total(ceil(b.load_w * steps) * v for b, v in inside)
    yield "watts", drawn, floor(rack.watts * steps)
    if rack.sockets is not None:
        yield "sockets", total(facts[b.host].sockets * v for b, v in inside), rack.sockets


def applies(problem: Problem) -> bool:
    """Whether some site has racks."""
    return any(site.racks is not None for site in problem.sites)

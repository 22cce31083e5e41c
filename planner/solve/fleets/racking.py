"""Racks in the masters: summed over the racks of a site, and one by one where that is not enough.

Summed: all hosts of rack form together keep the limits of one rack times the number of racks. That
is a relaxation, and exact for one rack. Where the fillings of hosts enter as builds, the builds of
these hosts stand in racks one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import floor

from planner.formulation.builds import Build
from planner.formulation.expression import Expression, Variable, total
from planner.formulation.holdings import in_service
from planner.formulation.parameters import RackLimits
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.rules.fit_racks import rack_limits
from planner.formulation.variables import Variables
from planner.formulation.whole import steps_of
from planner.solve.fleets.housing import Housing

_RULE = Rule("rack", "Hosts stand in racks.", "", "", "housing")

Standing = tuple[str, Variable, Housing]
"""A kind of host, how many are in use, and its housing."""


class Racking:
    """Racks of all sites and nodes.

    Args:
        problem: sets and parameters.
        decisions: what is held.
    """

    def __init__(self, problem: Problem, decisions: Variables) -> None:
        self._problem = problem
        self._racks = {s.name: s.racks for s in problem.sites if s.racks is not None}
        self._held = in_service(problem, decisions) if self._racks else {}
        self._bought: dict[tuple[str, str, int], list[Variable]] = defaultdict(list)
        for (vintage, node), owned in decisions.owned.items():
            if vintage.kind == "rack":
                self._bought[vintage.site, vintage.item, node].append(owned)
        self._hosts: dict[tuple[str, int], list[Standing]] = defaultdict(list)
        self.variables: list[Variable] = []

    def add(self, site: str, host: str, node: int, running: Variable, housing: Housing) -> None:
        """Take note of the hosts of a kind at a site and node."""
        if site in self._racks and self._problem.facts[host].racked:
            self._hosts[site, node].append((host, running, housing))

    def rows(self) -> Iterator[Row]:
        """Limits on what stands in the racks; call it once."""
        for (site, _, _), units in self._bought.items():
            yield _row(total(units), self._racks[site].buy)
        for (site, node), hosts in self._hosts.items():
            rack = self._racks[site]
            bought = self._held.get((site, rack.item, node), [])
            yield from self._summed(rack, hosts, bought)
            builds = {b: v for _, _, housing in hosts for b, v in housing.builds.items()}
            if builds and rack.count + rack.buy > 1:
                yield from self._one_by_one(rack, builds, bought)

    def _summed(
        self, rack: RackLimits, hosts: list[Standing], bought: list[Variable]
    ) -> Iterator[Row]:
        facts, watts = self._problem.facts, self._problem.watts
        kinds = {*(h for h, _, _ in hosts), *(g for _, _, at in hosts for g in at.seated)}
        steps = steps_of([watts[kind].load for kind in kinds])
        drawn = total(
            [
                *(floor(watts[h].load * steps) * running for h, running, _ in hosts),
                *(
                    floor(watts[g].load * steps) * seated
                    for _, _, housing in hosts
                    for g, seated in housing.seated.items()
                ),
            ]
        )
        taken = [(total(facts[h].rack_units * r for h, r, _ in hosts), rack.rack_units)]
        taken.append((drawn, floor(rack.watts * steps)))
        if rack.sockets is not None:
            taken.append((total(facts[h].sockets * r for h, r, _ in hosts), rack.sockets))
        for amount, room in taken:
            yield _row(amount - room * total(bought), room * rack.count)

    def _one_by_one(
        self, rack: RackLimits, builds: dict[Build, Variable], bought: list[Variable]
    ) -> Iterator[Row]:
        inside: dict[int, list[tuple[Build, Variable]]] = defaultdict(list)
        opened: dict[int, Variable] = {}
        for number in range(1, rack.count + rack.buy + 1):
            if number > rack.count:
                opened[number] = self._new("opened", (str(number),), 1)
            for build, hosts in builds.items():
                stands = self._new("racked", (build.name, str(number)), hosts.upper)
                inside[number].append((build, stands))
        for build, hosts in builds.items():
            there = total(v for racked in inside.values() for b, v in racked if b is build)
            yield Row(_RULE, (), there - hosts, 0, 0)
        for number, racked in inside.items():
            for _, taken, room in rack_limits(self._problem.facts, rack, racked):
                if number in opened:
                    yield _row(taken - room * opened[number], 0)
                else:
                    yield _row(taken, room)
        if opened:
            yield _row(total(opened.values()) - total(bought), 0)

    def _new(self, family: str, key: tuple[str, ...], most: int) -> Variable:
        variable = Variable(family, key, most)
        self.variables.append(variable)
        return variable


def _row(expression: Expression, at_most: int) -> Row:
    return Row(_RULE, (), expression, at_most=at_most)

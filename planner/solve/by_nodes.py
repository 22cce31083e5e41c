"""Plans where machines are counted one by one, found node by node.

Decisions for every machine at every node make a program in which a solver finds no plan for a long
time, while sums over hosts are what the search over fleets is good at. So a fleet comes from the
problem without promises about single machines. Then each node is settled alone, with that fleet
for nothing and more of the same kinds at their prices, the heaviest node first; and last the
ownership that such nodes need is found for all of them at once. That is a plan of the problem as it
is, though no more is known about its cost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from planner.formulation.expression import Variable, total
from planner.formulation.fillings import HostFillings
from planner.formulation.machines import by_machine
from planner.formulation.model import Model, build_model
from planner.formulation.parameters import Survival
from planner.formulation.problem import Problem, Vintage
from planner.formulation.setup import Setup
from planner.formulation.tree import Node
from planner.formulation.variables import Variables
from planner.solve.any_fleet import alone, heaviest_first
from planner.solve.backend import Backend, Program, Request
from planner.solve.capital import keeps_capital
from planner.solve.direct import cost_of, gross_of, listed
from planner.solve.solution import Solution, solution_of
from planner.solve.watch import Watch

MANY = 2_000
"""Decisions about single machines from which on a plan is looked for node by node first."""
_SHARE = 0.8
"""Share of the time that is left which the nodes may take together."""
_OPEN = 0.01
"""Share of the cost of the fleet that may stay open, all nodes together."""
_FLEET = ("owned", "kinds")
Units = Counter[tuple[str, str]]
"""Units by (site, item)."""
Named = Mapping[str, float]
"""Values by name of the variable."""
Values = Mapping[Variable, float]
Runs = Mapping[tuple[str, ...], float]
"""Values of a node that are not zero, by family and key without the node."""


def has_many_machines(small: Setup | None) -> bool:
    """Whether a program would be too much to start from; one that is too large to list is."""
    return small is None or Variables(small.problem).machines.columns > MANY


def sums_alone(problem: Problem) -> Problem:
    """The problem without promises about single machines; no plan of it costs more.

    Who survives the loss of machines survives the loss of as many replicas.
    """
    survival = {
        w: Survival("replicas", s.count) if s.unit == "hosts" else s
        for w, s in problem.survival.items()
    }
    loose = replace(problem, survival=survival, host_needs={})
    if not by_machine(loose):
        return loose
    joined = {
        h: replace(f, bridge_pairs=max(f.bridge_pairs, f.cards // 2))
        for h, f in problem.facts.items()
    }
    return replace(loose, facts=joined)


class ByNodes:
    """Looks for plans of the kind of given fleets.

    Args:
        setup: the problem.
        small: the same with all its patterns and builds, or None where there are too many.
        backend: solver.
        watch: keeps the best solution.
    """

    def __init__(self, setup: Setup, small: Setup | None, backend: Backend, watch: Watch) -> None:
        self._setup, self._small = setup, small
        self._backend, self._watch = backend, watch
        self.values: Named = {}

    def follow(self, fleet: Solution) -> None:
        """Find a plan whose machines and cards are of the kinds of a fleet, or of any kind."""
        near = listed(nearby(self._setup, fleet), self._watch.settings)
        for small in (near, self._small):
            if small is not None and not self._watch.over and self._try(small.problem, fleet):
                return

    def _try(self, problem: Problem, fleet: Solution) -> bool:
        settled = self._nodes(problem, fleet)
        model = build_model(problem)
        values = None if settled is None else self._owning(model, settled)
        if not values or not keeps_capital(problem, model.decisions, values):
            return False
        cost = cost_of(model, values)
        if self._watch.improves(cost):
            self.values = {v.name: x for v, x in values.items()}
            solution = solution_of(model.decisions, values)
            self._watch.keep(solution, cost, gross_of(model, values), "node by node")
        return True

    def _owning(self, model: Model, settled: Named) -> Values | None:
        """The cheapest ownership for what is settled; the model is of no use afterwards."""
        for variable in model.variables:
            if variable.integer and variable.family not in _FLEET:
                variable.lower = variable.upper = round(settled.get(variable.name, 0.0))
        program = Program(model.variables, model.rows, model.cost)
        return self._backend.solve(program, self._watch.limited(Request())).values

    def _nodes(self, problem: Problem, fleet: Solution) -> Named | None:
        """What runs where at every node, or None if some node cannot be served so."""
        settled: dict[str, float] = {}
        known: dict[Hashable, Runs] = {}
        bought: Units = Counter()
        left = {tuple(_loads(problem, node)) for node in problem.tree.nodes}
        for node in heaviest_first(problem):
            loads, there = tuple(_loads(problem, node)), held_at(fleet, node) + bought
            like = (loads, *sorted(there.items()))
            if like not in known:
                share = _SHARE / max(1, len(left))
                found = self._alone(problem, node, there, share)
                if found is None:
                    return None
                known[like], more = found
                bought += more
            left.discard(loads)
            for (family, *key), value in known[like].items():
                settled[f"{family}[{','.join((*key, node.label))}]"] = value
        return settled

    def _alone(
        self, problem: Problem, node: Node, there: Units, share: float
    ) -> tuple[Runs, Units] | None:
        """What runs where at a node, and what is bought for it; in a share of the time left.

        What it costs is asked last: without costs a solver finds something in no time.
        """
        priced = with_lots(alone(problem, node), there)
        model = build_model(priced)
        request = self._watch.limited(Request(priorities=True, absolute_gap=self._open(model)))
        request = replace(request, seconds=share * (request.seconds or 0.0) / 3)
        known = self._any(build_model(without_orders(priced)), request)
        if known is None:
            known = self._any(model, request)
        if known is not None:
            owning = self._owning(build_model(priced), known) or {}
            known = {v.name: x for v, x in owning.items()}
        hint = {v: known.get(v.name, 0.0) for v in model.variables} if known else {}
        program = Program(model.variables, model.rows, model.cost)
        answer = self._backend.solve(program, replace(request, hint=hint))
        values = answer.values or hint
        if not values:
            return None
        bought: Units = Counter()
        for (vintage, at), held in model.decisions.owned.items():
            if at >= 0 and vintage.count is None:
                bought[vintage.site, vintage.item] += round(values.get(held, 0.0))
        return {_place(v): x for v, x in values.items() if v.family not in _FLEET and x}, +bought

    def _any(self, model: Model, request: Request) -> Named | None:
        """Values that keep all rows, whatever they cost."""
        program = Program(model.variables, model.rows, total([]))
        answer = self._backend.solve(program, request)
        return None if answer.values is None else {v.name: x for v, x in answer.values.items()}

    def _open(self, model: Model) -> float:
        """Cents that may stay open at a node: a share of the price of what could be bought."""
        prices = [float(f) for f in model.cost.terms.values() if f > 0]
        return _OPEN * max(prices, default=0.0)


def without_orders(problem: Problem) -> Problem:
    """A problem in which nothing is to be had beside what is there."""
    return replace(problem, vintages=tuple(v for v in problem.vintages if v.count is not None))


def _place(variable: Variable) -> tuple[str, ...]:
    """Family and key of a variable, without its node."""
    return (variable.family, *variable.key[:-1])


def held_at(fleet: Solution, node: Node) -> Units:
    """Units of a fleet that can be used at a node."""
    found: Units = Counter()
    for (vintage, at), count in fleet.owned.items():
        if at == node.index and fleet.problem.in_service(vintage, node):
            found[vintage.site, vintage.item] += count
    return found


def with_lots(problem: Problem, there: Units) -> Problem:
    """A problem of one node in which some units are there for nothing, and all others bought."""
    new = [v for v in problem.vintages if v.count is None]
    kinds = {(v.site, v.item): v.kind for v in problem.vintages}
    lots = [
        Vintage(
            site=site,
            item=item,
            kind=kinds[site, item],
            mode="existing",
            label="there",
            node=None,
            count=count,
            most=count,
            buy=0,
            sell={},
            closing={},
            keep_per_month=Fraction(0),
        )
        for (site, item), count in sorted(there.items())
        if (site, item) in kinds
    ]
    return replace(problem, vintages=(*lots, *new))


def nearby(setup: Setup, fleet: Solution) -> Setup:
    """The problem with the kinds of hosts and cards of a fleet, and few machines more than it has.

    Of what else is owned already nothing is used, but it may be sold.
    """
    problem = setup.problem
    hosts, cards = _used(fleet)
    lost = max((s.count for s in problem.survival.values() if s.unit == "hosts"), default=0)
    most = {
        (site, item): min(units, hosts[site, item] + lost + 1) if (site, item) in hosts else units
        for (site, item), units in problem.most_units.items()
        if (site, item) in hosts or (site, item) in cards
    }
    return Setup(
        problem=replace(
            problem,
            most_units=most,
            rooms={g: room for g, room in problem.rooms.items() if (any(c == g for _, c in cards))},
        ),
        fillings=tuple(_fillings(setup, {h for _, h in hosts}, {g for _, g in cards})),
        left_out=setup.left_out,
    )


def _used(fleet: Solution) -> tuple[Units, set[tuple[str, str]]]:
    """Most hosts of each kind in use at a node, and the cards in them."""
    hosts: Units = Counter()
    at: Counter[tuple[str, str, int]] = Counter()
    cards: set[tuple[str, str]] = set()
    for (site, build, node), count in fleet.hosts.items():
        at[site, build.host, node] += count
        hosts[site, build.host] = max(hosts[site, build.host], at[site, build.host, node])
        cards |= {(site, gpu) for gpu, _ in build.cards}
    return hosts, cards


def _fillings(setup: Setup, hosts: set[str], cards: set[str]) -> Iterator[HostFillings]:
    for found in setup.fillings:
        if found.host.id in hosts:
            yield found.of(cards)


def _loads(problem: Problem, node: Node) -> Iterator[Hashable]:
    """All that nodes must have in common to be served alike."""
    for workload in problem.workloads:
        yield problem.demand[workload, node.index]
        yield problem.load[workload, node.index]
    for (workload, number, at), requests in problem.class_demand.items():
        if at == node.index:
            yield (workload, number, requests)

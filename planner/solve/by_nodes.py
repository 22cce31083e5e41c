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

from planner.formulation.fillings import HostFillings
from planner.formulation.machines import by_machine
from planner.formulation.model import Model, build_model
from planner.formulation.problem import Problem, Survival, Vintage
from planner.formulation.setup import Setup
from planner.formulation.tree import Node
from planner.formulation.variables import Variables
from planner.solve.any_fleet import alone, heaviest_first
from planner.solve.backend import Backend, Program, Request
from planner.solve.direct import cost_of, gross_of, listed
from planner.solve.solution import Solution, solution_of
from planner.solve.watch import Watch

MANY = 2_000
"""Decisions about single machines from which on a plan is looked for node by node first."""
_SHARE = 0.5
"""Share of the time that is left that the nodes may take together."""
_OPEN = 0.01
"""Share of the cost of the fleet that may stay open, all nodes together."""
_FLEET = ("owned", "kinds")
Units = Counter[tuple[str, str]]
"""Units by (site, item)."""
Named = Mapping[str, float]
"""Values by name of the variable."""


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
        if settled is None:
            return False
        model = build_model(problem)
        for variable in model.variables:
            if variable.integer and variable.family not in _FLEET:
                variable.lower = variable.upper = round(settled.get(variable.name, 0.0))
        program = Program(model.variables, model.rows, model.cost)
        answer = self._backend.solve(program, self._watch.limited(Request()))
        if answer.values is None:
            return False
        cost = cost_of(model, answer.values)
        if self._watch.improves(cost):
            self.values = {v.name: x for v, x in answer.values.items()}
            solution = solution_of(model.decisions, answer.values)
            gross = gross_of(model, answer.values)
            self._watch.keep(solution, cost, gross, "node by node")
        return True

    def _nodes(self, problem: Problem, fleet: Solution) -> Named | None:
        """What runs where at every node, or None if some node cannot be served so."""
        settled: dict[str, float] = {}
        known: dict[Hashable, Mapping[tuple[str, ...], float]] = {}
        bought: Units = Counter()
        nodes = heaviest_first(problem)
        for done, node in enumerate(nodes):
            there = held_at(fleet, node) + bought
            like = (*_loads(problem, node), *sorted(there.items()))
            if like not in known:
                found = self._alone(problem, node, there, len(nodes) - done)
                if found is None:
                    return None
                known[like], more = found
                bought += more
            for (family, *key), value in known[like].items():
                settled[f"{family}[{','.join((*key, node.label))}]"] = value
        return settled

    def _alone(
        self, problem: Problem, node: Node, there: Units, left: int
    ) -> tuple[Mapping[tuple[str, ...], float], Units] | None:
        """What runs where at a node, by family and key, and what is bought for it."""
        model = build_model(with_lots(alone(problem, node), there))
        request = self._watch.limited(Request(priorities=True, absolute_gap=self._open(model)))
        seconds = (request.seconds or 0.0) * _SHARE / left
        program = Program(model.variables, model.rows, model.cost)
        answer = self._backend.solve(program, replace(request, seconds=seconds))
        if answer.values is None:
            return None
        bought: Units = Counter()
        for (vintage, at), held in model.decisions.owned.items():
            if at >= 0 and vintage.count is None:
                bought[vintage.site, vintage.item] += round(answer.values.get(held, 0.0))
        runs = {
            (v.family, *v.key[:-1]): x
            for v, x in answer.values.items()
            if v.family not in _FLEET and x
        }
        return runs, +bought

    def _open(self, model: Model) -> float:
        """Cents that may stay open at a node: a share of the price of what could be bought."""
        prices = [float(f) for f in model.cost.terms.values() if f > 0]
        return _OPEN * max(prices, default=0.0)


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
            kept = [i for i, g in enumerate(found.gpus) if g.id in cards]
            others = [i for i, g in enumerate(found.gpus) if g.id not in cards]
            rows = found.counts[found.counts[:, others].sum(axis=1) == 0][:, kept]
            yield HostFillings(found.host, tuple(found.gpus[i] for i in kept), rows)


def _loads(problem: Problem, node: Node) -> Iterator[Hashable]:
    """All that nodes must have in common to be served alike."""
    for workload in problem.workloads:
        yield problem.demand[workload, node.index]
        yield problem.load[workload, node.index]
    for (workload, number, at), requests in problem.class_demand.items():
        if at == node.index:
            yield (workload, number, requests)

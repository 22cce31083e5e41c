"""Serving one node from the patterns at hand: quick, and no proof when it finds nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from planner.formulation.expression import Expression, Number, Variable, total
from planner.formulation.fillings import HostFillings
from planner.formulation.patterns import CardPattern
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.tree import Node
from planner.formulation.whole import carries
from planner.sizing.option import Option
from planner.solve.backend import Backend, Program, Request, Status
from planner.solve.fleets.carrying import Carrying, Pools
from planner.solve.fleets.housing import Housing
from planner.solve.fleets.state import GROUP_SIZES, Slot, State, loads_of, needs_of, slots_of
from planner.solve.packing import Packing, packing_of

_RULE = Rule("pack", "Replicas find room on the cards of a state.", "", "", "serving")


def pack_from_pool(
    problem: Problem,
    node: Node,
    state: State,
    pool: Mapping[str, CardPattern],
    backend: Backend,
    request: Request,
) -> tuple[Status, Packing | None]:
    """Carry the loads of a node in whole replicas with a state and the patterns of a pool.

    Returns:
        How the solve ended, and the packing; INFEASIBLE is a proof if the pool holds all patterns.
    """
    found = _Pooled(problem, node, state, pool)
    if found.hopeless:
        return Status.INFEASIBLE, None
    answer = backend.solve(Program(found.variables, found.rows, Expression()), request)
    return answer.status, None if answer.values is None else found.packing(answer.values)


def thriftiest_from_pool(
    problem: Problem,
    node: Node,
    state: State,
    pool: Mapping[str, CardPattern],
    backend: Backend,
    request: Request,
) -> Packing | None:
    """The same, and of all packings the one that serves the mean load for least."""
    found = _Pooled(problem, node, state, pool)
    if found.hopeless:
        return None
    cost = found.serve()
    answer = backend.solve(Program(found.variables, found.rows, cost), request)
    if answer.values is None:
        return None
    return found.packing(answer.values)


def nearest_from_pool(
    problem: Problem,
    node: Node,
    state: State,
    price: Callable[[str, str], float | None],
    pool: Mapping[str, CardPattern],
    backend: Backend,
    request: Request,
) -> Packing | None:
    """The same, with cards added to the state where it is too small, at the least price.

    Args:
        problem: sets and parameters.
        node: the node.
        state: cards that are there anyway; places for groups are not looked at.
        price: what one more card costs, by (site, card); None where there is none.
        pool: patterns at hand.
        backend: solver.
        request: limits.
    """
    extra = _extra_cards(problem, state, price)
    found = _Pooled(problem, node, _every_card(problem), pool)
    if found.hopeless:
        return None
    cost = found.add_cards(state, extra, price)
    answer = backend.solve(Program(found.variables, found.rows, cost), request)
    return None if answer.values is None else found.packing(answer.values)


def least_worth(
    problem: Problem,
    node: Node,
    factors: State,
    patterns: Mapping[str, CardPattern],
    backend: Backend,
    request: Request,
) -> float:
    """Whatever carries the loads of a node in whole replicas is worth at least so much.

    Args:
        problem: sets and parameters.
        node: the node.
        factors: what a card or a place is worth.
        patterns: all patterns that there are; with fewer the bound would not hold.
        backend: solver.
        request: limits; the bound holds wherever they end the search.

    Returns:
        A bound on the sum of factor x slot; infinite if nothing carries the loads.
    """
    found = _Pooled(problem, node, _every_card(problem), patterns)
    if found.hopeless:
        return inf
    answer = backend.solve(Program(found.variables, found.rows, found.worth(factors)), request)
    return inf if answer.status is Status.INFEASIBLE else answer.bound


@dataclass(frozen=True)
class Machines:
    """Hosts that are there, and what others cost.

    Attributes:
        fillings: hosts and their fillings.
        there: hosts that are there anyway, by (site, host).
        price: what one more costs, by (site, host); None where there is none.
    """

    fillings: Sequence[HostFillings]
    there: Mapping[tuple[str, str], int]
    price: Callable[[str, str], float | None]


def cheapest_from_pool(
    problem: Problem,
    node: Node,
    state: State,
    price: Callable[[str, str], float | None],
    machines: Machines,
    pool: Mapping[str, CardPattern],
    backend: Backend,
    request: Request,
) -> tuple[Packing, dict[tuple[str, str], int]] | None:
    """The same, with whole hosts for all cards, which are paid as well.

    Returns:
        The packing, and the hosts in use by (site, host).
    """
    extra = _extra_cards(problem, state, price)
    found = _Pooled(problem, node, _every_card(problem), pool)
    if found.hopeless:
        return None
    cost = found.add_cards(state, extra, price)
    running, hosts_cost = found.add_hosts(machines)
    program = Program(found.variables, found.rows, total([cost, hosts_cost]))
    answer = backend.solve(program, request)
    if answer.values is None:
        return None
    hosts = {key: n for key, v in running.items() if (n := round(answer.values[v]))}
    return found.packing(answer.values), hosts


def _every_card(problem: Problem) -> dict[Slot, float]:
    """As many cards and places of every kind as can ever be of use."""
    return {
        (site, gpu, size): problem.most_units[site, gpu] // size
        for site, gpu, _ in slots_of(problem)
        for size in (1, *GROUP_SIZES)
    }


def _extra_cards(
    problem: Problem, state: State, price: Callable[[str, str], float | None]
) -> dict[tuple[str, str], Variable]:
    """Cards beyond those of a state, where there are any."""
    extra: dict[tuple[str, str], Variable] = {}
    for site, gpu, size in slots_of(problem):
        have, most = int(state.get((site, gpu, 1), 0)), problem.most_units[site, gpu]
        if size == 1 and price(site, gpu) is not None and most > have:
            extra[site, gpu] = Variable("extra", (site, gpu), most - have)
    return extra


class _Pooled:
    def __init__(
        self, problem: Problem, node: Node, state: State, pool: Mapping[str, CardPattern]
    ) -> None:
        self._problem, self._node = problem, node
        self._loads = loads_of(problem, node)
        self._cards: dict[tuple[str, CardPattern], Variable] = {}
        self._groups: dict[tuple[str, Option], Variable] = {}
        replicas: dict[str, list[tuple[Option, Expression]]] = defaultdict(list)
        taken: dict[Slot, list[Expression]] = defaultdict(list)
        self._pools = Pools(problem, self._loads, state)
        for (site, kind), pool_groups in self._pools.groups.items():
            for slot, each in needs_of(site, kind).items():
                taken[slot].append(each * pool_groups)
        for (site, gpu, size), count in state.items():
            if size != 1 or not count:
                continue
            for pattern in pool.values():
                if pattern.gpu == gpu and problem.stands(site, gpu):
                    cards = Variable("patterns", (site, pattern.name), int(count))
                    self._cards[site, pattern] = cards
                    taken[site, gpu, 1].append(1 * cards)
                    for option in pattern.replicas:
                        if self._runs(site, option):
                            replicas[option.workload].append((option, 1 * cards))
            for option in problem.whole_options:
                if option.gpu == gpu and self._runs(site, option) and option.gpus <= count:
                    groups = Variable("groups", (site, option.name), int(count) // option.gpus)
                    self._groups[site, option] = groups
                    replicas[option.workload].append((option, 1 * groups))
                    for slot, each in needs_of(site, option).items():
                        taken[slot].append(each * groups)
        turns = self._pools.carried()
        self.hopeless = any(w not in replicas and w not in turns for w in self._loads)
        carrying = Carrying(problem, self._loads)
        if not self.hopeless:
            carrying.carry(replicas, turns)
        self._taken = {slot: total(parts) for slot, parts in taken.items()}
        self.variables: list[Variable] = [
            *self._cards.values(),
            *self._groups.values(),
            *self._pools.variables,
            *carrying.variables,
        ]
        self.rows = [
            *self._pools.rows,
            *carrying.rows,
            *(_row(total(parts), at_most=state.get(slot, 0)) for slot, parts in taken.items()),
        ]

    def add_cards(
        self,
        state: State,
        extra: Mapping[tuple[str, str], Variable],
        price: Callable[[str, str], float | None],
    ) -> Expression:
        """Limit the cards to those of a state and extra ones; returns the price of the latter."""
        for (site, gpu, size), taken in self._taken.items():
            if size == 1:
                more = extra.get((site, gpu))
                have = state.get((site, gpu, 1), 0)
                self.rows.append(_row(taken - more if more else taken, at_most=have))
        self.variables += extra.values()
        return total((price(*key) or 0.0) * variable for key, variable in extra.items())

    def worth(self, factors: State) -> Expression:
        """What the cards and places in use are worth."""
        return total(factors.get(slot, 0.0) * taken for slot, taken in self._taken.items())

    def add_hosts(self, machines: Machines) -> tuple[dict[tuple[str, str], Variable], Expression]:
        """Seat the cards in use in hosts; returns the hosts and the price of those not there."""
        problem = self._problem
        running: dict[tuple[str, str], Variable] = {}
        seats: dict[Slot, list[Variable]] = defaultdict(list)
        costs: list[Expression] = []
        sizes: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for site, gpu, size in slots_of(problem):
            sizes[site][gpu] |= {size} - {1}
        for filled in machines.fillings:
            for site in (s.name for s in problem.sites if problem.stands(s.name, filled.host.id)):
                key = (site, filled.host.id)
                there, price = machines.there.get(key, 0), machines.price(*key)
                most = there if price is None else problem.most_units[key]
                hosts = Variable("running", key, max(most, there))
                more = Variable("more", key, max(0, most - there))
                running[key] = hosts
                housing = Housing(filled, self._node, hosts, sizes[site], exact=None)
                self.variables += [hosts, more, *housing.variables()]
                self.rows += [*housing.rows(), _row(hosts - more, at_most=there)]
                costs.append((price or 0.0) * more)
                for slot, variable in housing.offers(site):
                    seats[slot].append(variable)
        for slot, taken in self._taken.items():
            self.rows.append(_row(taken - total(seats[slot]), at_most=0))
        return running, total(costs)

    def serve(self) -> Expression:
        """Add what each option serves; returns the cost of serving."""
        counts: dict[tuple[str, Option], list[Expression]] = defaultdict(list)
        for (site, pattern), cards in self._cards.items():
            for option in pattern.replicas:
                if self._runs(site, option):
                    counts[site, option].append(1 * cards)
        for key, groups in (*self._groups.items(), *self._pools.turns.items()):
            counts[key].append(1 * groups)
        served: dict[str, list[Variable]] = defaultdict(list)
        costs: list[Expression] = []
        for (site, option), parts in counts.items():
            most = self._loads[option.workload]
            variable = Variable("served", (site, option.name), most, integer=False)
            self.variables.append(variable)
            served[option.workload].append(variable)
            self.rows.append(_row(variable - option.capacity * total(parts), at_most=0))
            per_watt = self._problem.cents_per_watt(site, self._node.index)
            costs.append(option.watts_per_quantum * per_watt * variable)
        for workload, variables in served.items():
            mean = self._problem.load[workload, self._node.index]
            self.rows.append(_row(*carries(total(variables), mean)))
        return total(costs)

    def packing(self, values: Mapping[Variable, float]) -> Packing:
        """The packing of a solution."""
        patterns = {key: n for key, v in self._cards.items() if (n := round(values[v]))}
        replicas = {key: n for key, v in self._groups.items() if (n := round(values[v]))}
        for (site, pattern), count in patterns.items():
            for option in pattern.replicas:
                if self._problem.may_run(site, option.workload):
                    replicas[site, option] = replicas.get((site, option), 0) + count
        groups, turns = self._pools.counts(lambda v: values[v])
        return packing_of(self._problem, self._node, replicas, patterns, groups, turns)

    def _runs(self, site: str, option: Option) -> bool:
        return option.workload in self._loads and self._problem.may_run(site, option.workload)


def _row(
    expression: Expression, at_least: Number | None = None, at_most: Number | None = None
) -> Row:
    return Row(_RULE, (), expression, at_least, at_most)

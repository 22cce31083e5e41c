"""Serving one node card by card: complete at any number of patterns, so a "no" is a proof.

Every card of a state stands for itself: one binary for each option on each card, at most one
for each workload.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import inf

from planner.formulation.expression import Expression, Number, Variable, total
from planner.formulation.patterns import CardPattern, CardRoom, pattern_of
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.tree import Node
from planner.formulation.whole import carries
from planner.sizing.option import Option
from planner.solve.backend import Backend, Program, Request, Status
from planner.solve.fleets.carrying import Carrying, Pools
from planner.solve.fleets.state import GROUP_SIZES, State, loads_of
from planner.solve.packing import Packing, packing_of
from planner.units import MIB

_RULE = Rule("pack", "Replicas find room on the cards of a state.", "", "", "serving")


def pack_cards(
    problem: Problem, node: Node, state: State, backend: Backend, request: Request
) -> tuple[Status, Packing | None]:
    """Carry the loads of a node in whole replicas with a state.

    Returns:
        A packing with status OPTIMAL or FEASIBLE; INFEASIBLE with a proof behind it; or
        NO_SOLUTION if the limit of the request came first.
    """
    cards = _Cards(problem, node, state)
    if cards.hopeless:
        return Status.INFEASIBLE, None
    answer = backend.solve(Program(cards.variables, cards.rows, Expression()), request)
    if answer.values is None:
        return answer.status, None
    packing = cards.packing(answer.values)
    return (answer.status, packing) if packing else (Status.NO_SOLUTION, None)


def thriftiest_cards(
    problem: Problem, node: Node, state: State, backend: Backend, request: Request
) -> tuple[float, Packing | None]:
    """The packing of a state that serves the mean load for least.

    Returns:
        A bound: no packing of the state serves for less, infinite if there is none at all; and
        the best packing found.
    """
    cards = _Cards(problem, node, state, every_level=True)
    if cards.hopeless:
        return inf, None
    cost = cards.serve()
    answer = backend.solve(Program(cards.variables, cards.rows, cost), request)
    if answer.status is Status.INFEASIBLE:
        return inf, None
    packing = None if answer.values is None else cards.packing(answer.values)
    return max(0.0, answer.bound), packing


class _Cards:
    """Variables and rows of one state."""

    def __init__(
        self, problem: Problem, node: Node, state: State, *, every_level: bool = False
    ) -> None:
        self._problem, self._node = problem, node
        self._every_level = every_level
        self._loads = loads_of(problem, node)
        self.variables: list[Variable] = []
        self.rows: list[Row] = []
        self._parts: dict[tuple[str, str, int], dict[Option, Variable]] = {}
        self._groups: dict[tuple[str, Option], Variable] = {}
        self._replicas: dict[str, list[tuple[Option, Expression]]] = defaultdict(list)
        self._pools = Pools(problem, self._loads, state)
        self.variables += self._pools.variables
        self.rows += self._pools.rows
        for (site, gpu, size), count in state.items():
            if size == 1 and count:
                self._kind(site, gpu, int(count), state)
        turns = self._pools.carried()
        self.hopeless = any(w not in self._replicas and w not in turns for w in self._loads)
        if not self.hopeless:
            carrying = Carrying(problem, self._loads)
            carrying.carry(self._replicas, turns)
            self.variables += carrying.variables
            self.rows += carrying.rows

    def _kind(self, site: str, gpu: str, count: int, state: State) -> None:
        """All cards of one kind at one site: some taken by groups, the others shared."""
        options = [
            o
            for o in self._problem.options
            if o.gpu == gpu and o.workload in self._loads and self._problem.runs(site, o)
        ]
        used = [*self._taken_whole(site, gpu, options, count, state)]
        used += self._pools.cards(site, gpu)
        before: Variable | None = None
        for number in range(count):
            shared = self._variable("shared", (site, gpu, str(number)), 1)
            if before is not None:
                self._row(shared - before, at_most=0)
            before = shared
            used.append(1 * shared)
            self._card((site, gpu, number), shared, list(self._useful(options)))
        self._row(total(used), at_most=count)

    def _taken_whole(
        self, site: str, gpu: str, options: Sequence[Option], count: int, state: State
    ) -> Iterator[Expression]:
        groups = [o for o in options if o.whole and o.gpus <= count]
        for option in groups:
            most = self._problem.most_replicas(option, self._node)
            replicas = self._variable("group", (site, option.name), min(count // option.gpus, most))
            self._groups[site, option] = replicas
            self._replicas[option.workload].append((option, 1 * replicas))
            yield option.gpus * replicas
        for size in GROUP_SIZES:
            taken = [o.gpus // size * self._groups[site, o] for o in groups if o.gpus >= size]
            places = total([*taken, *self._pools.places(site, gpu, size)])
            if places.terms:
                self._row(places, at_most=state.get((site, gpu, size), 0))

    def _card(self, key: tuple[str, str, int], shared: Variable, options: Sequence[Option]) -> None:
        """One shared card: one replica of a workload, bytes, time, latency."""
        room = self._problem.rooms[key[1]]
        chosen = {o: self._variable("part", (*key[:1], o.name, str(key[2])), 1) for o in options}
        self._parts[key] = chosen
        by_workload: dict[str, list[Option]] = defaultdict(list)
        for option, variable in chosen.items():
            by_workload[option.workload].append(option)
            self._replicas[option.workload].append((option, 1 * variable))
        for mine in by_workload.values():
            self._row(total(chosen[o] for o in mine) - shared, at_most=0)
        self._bytes(room, chosen, shared, (key[0], key[1], str(key[2])))
        shares = total(o.share_ppm / 1000 * v for o, v in chosen.items())
        self._row(shares - room.max_share_ppm / 1000 * shared, at_most=0)
        for first in by_workload:
            for second in by_workload:
                if first != second:
                    self._latency(by_workload[first], by_workload[second], chosen, shared)

    def _bytes(
        self,
        room: CardRoom,
        chosen: Mapping[Option, Variable],
        shared: Variable,
        key: tuple[str, ...],
    ) -> None:
        """Bytes fit, and fewer do once error correction is on."""
        taken = total(o.memory_bytes / MIB * v for o, v in chosen.items())
        lost = (room.plain_bytes - room.ecc_bytes) / MIB
        corrected = [o for o in chosen if o.ecc]
        if corrected and lost:
            switch = self._variable("ecc", key, 1)
            for workload in {o.workload: None for o in corrected}:
                mine = total(chosen[o] for o in corrected if o.workload == workload)
                self._row(mine - switch, at_most=0)
            taken = taken + lost * switch
        self._row(taken - room.plain_bytes / MIB * shared, at_most=0)

    def _latency(
        self,
        waiting: Sequence[Option],
        running: Sequence[Option],
        chosen: Mapping[Option, Variable],
        shared: Variable,
    ) -> None:
        """Of two replicas, one that cannot wait for the other's step does not share its card."""
        patience = [(o.period_us - o.step_us, o) for o in waiting if o.period_us is not None]
        for step in sorted({o.step_us for o in running}):
            impatient = [chosen[o] for slack, o in patience if slack < step]
            slow = [chosen[o] for o in running if o.step_us >= step]
            if impatient:
                self._row(total([*impatient, *slow]) - shared, at_most=0)

    def _useful(self, options: Sequence[Option]) -> Iterator[Option]:
        """Levels up to the first that carries the whole load alone.

        Higher ones take more of the card and carry no more, but may draw less for a unit; so
        they matter for the cost of serving only.
        """
        enough: set[tuple[str, str]] = set()
        for option in sorted(options, key=lambda o: o.level):
            family = option.workload, option.precision
            if option.part and (self._every_level or family not in enough):
                yield option
                if option.capacity >= self._loads[option.workload]:
                    enough.add(family)

    def serve(self) -> Expression:
        """Add what each option serves; returns the cost of serving."""
        counts: dict[tuple[str, Option], list[Variable]] = defaultdict(list)
        for (site, _, _), chosen in self._parts.items():
            for option, variable in chosen.items():
                counts[site, option].append(variable)
        for key, variable in (*self._groups.items(), *self._pools.turns.items()):
            counts[key].append(variable)
        served: dict[str, list[Variable]] = defaultdict(list)
        costs: list[Expression] = []
        for (site, option), replicas in counts.items():
            share = self._variable(
                "served", (site, option.name), self._loads[option.workload], integer=False
            )
            served[option.workload].append(share)
            self._row(share - option.capacity * total(replicas), at_most=0)
            per_watt = self._problem.cents_per_watt(site, self._node.index)
            costs.append(option.watts_per_quantum * per_watt * share)
        for workload, shares in served.items():
            mean = self._problem.load[workload, self._node.index]
            self._row(*carries(total(shares), mean))
        return total(costs)

    def packing(self, values: Mapping[Variable, float]) -> Packing | None:
        """The packing of a solution, or None if it does not hold exactly."""
        replicas: Counter[tuple[str, Option]] = Counter()
        patterns: Counter[tuple[str, CardPattern]] = Counter()
        for (site, gpu, _), chosen in self._parts.items():
            held = [o for o, v in chosen.items() if values[v] > 0.5]
            if held and not self._problem.rooms[gpu].holds(held):
                return None
            if held:
                patterns[site, pattern_of(gpu, held)] += 1
                replicas.update((site, o) for o in held)
        for key, variable in self._groups.items():
            replicas[key] += round(values[variable])
        groups, turns = self._pools.counts(lambda v: values[v])
        return packing_of(self._problem, self._node, replicas, patterns, groups, turns)

    def _variable(
        self, family: str, key: tuple[str, ...], most: int, *, integer: bool = True
    ) -> Variable:
        variable = Variable(family, key, most, integer=integer)
        self.variables.append(variable)
        return variable

    def _row(
        self, expression: Expression, at_least: Number | None = None, at_most: Number | None = None
    ) -> None:
        self.rows.append(Row(_RULE, (str(len(self.rows)),), expression, at_least, at_most))

"""What is known about serving one node, and the questions that add to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isinf

from planner.formulation.patterns import CardPattern
from planner.formulation.problem import Problem
from planner.formulation.tree import Node
from planner.solve.backend import Backend, Request, Status
from planner.solve.fleets.cards import pack_cards, thriftiest_cards
from planner.solve.fleets.coverage import Coverage, LinearCut
from planner.solve.fleets.node_program import Pool
from planner.solve.fleets.pooled import (
    Machines,
    cheapest_from_pool,
    least_worth,
    nearest_from_pool,
    pack_from_pool,
    thriftiest_from_pool,
)
from planner.solve.fleets.running import CostLine, RunningCost
from planner.solve.fleets.state import Slot, State, covers, harder_nodes, loads_of, slots_of
from planner.solve.packing import Packing, least_serving_cost, packing_of

_POOL_WORK = 50
_CARD_WORK = 2_000
_THRIFT_WORK = 100
_APPROACH_CENTS = 1_000.0
_SWAPS = 24
_COST_WORK = 500
_LIFT_WORK = 200
_MOST_PATTERNS = 5_000
_TIGHT = 1e-4
_MOST = 1e12


@dataclass(frozen=True, slots=True)
class StepCut:
    """Whatever carries the loads of a node reaches one of these thresholds at least."""

    thresholds: Mapping[Slot, int]


@dataclass(frozen=True, slots=True)
class CostStep:
    """Below all of these thresholds, serving a node costs at least so much."""

    thresholds: Mapping[Slot, int]
    cents: float


@dataclass
class Known:
    """Facts about one node.

    Attributes:
        least: serving it never costs less.
        linear: cuts from fractions.
        steps: cuts from whole replicas.
        lines: lines below the cost of serving, from fractions.
        costs: steps below the cost of serving, from whole replicas.
        packings: ways to serve it; none needs at least as much as another.
        refused: states that cannot serve it, proven.
    """

    least: float
    linear: list[LinearCut] = field(default_factory=list)
    steps: list[StepCut] = field(default_factory=list)
    lines: list[CostLine] = field(default_factory=list)
    costs: list[CostStep] = field(default_factory=list)
    packings: list[Packing] = field(default_factory=list)
    refused: list[State] = field(default_factory=list)


class Knowledge:
    """Answers whether a state can serve a node, and remembers every answer.

    Args:
        problem: sets and parameters.
        backend: solver of the packing programs.
        limit: gives a request its wall-clock limit and its stop.
    """

    def __init__(
        self, problem: Problem, backend: Backend, limit: Callable[[Request], Request]
    ) -> None:
        self.problem, self._backend, self._limit = problem, backend, limit
        self.nodes = problem.tree.nodes
        self.slots = slots_of(problem)
        self.most = {s: problem.most_units[s[0], s[1]] // s[2] for s in self.slots}
        self.pool: Pool = {}
        self.patterns: Mapping[str, CardPattern] | None = None
        """All patterns that there are, where they have been listed."""
        self.of = [Known(least_serving_cost(problem, n)) for n in self.nodes]
        for node in self.nodes:
            if not loads_of(problem, node):
                self.of[node.index].packings.append(packing_of(problem, node, {}, {}))
        self._coverage = [Coverage(problem, n, self.pool) for n in self.nodes]
        self._running = [RunningCost(problem, n, self.pool) for n in self.nodes]
        self._harder = [harder_nodes(problem, n) for n in self.nodes]
        self._easier = [
            tuple(m for m in self.nodes if n in self._harder[m.index]) for n in self.nodes
        ]

    def linear_cut(self, node: Node, state: State) -> LinearCut | None:
        """A new cut that a state, perhaps a fractional one, violates."""
        cut = self._coverage[node.index].cut(state)
        if cut is not None:
            self.of[node.index].linear.append(cut)
        return cut

    def lift(self, node: Node, state: State) -> bool:
        """Raise the cuts that a fractional state just satisfies to what whole replicas need.

        Args:
            node: the node.
            state: a state, perhaps a fractional one.

        Returns:
            Whether the state is cut off now.
        """
        known, raised = self.of[node.index], False
        assert self.patterns is not None, "with some patterns only, the cuts would not hold"
        for i, cut in enumerate(known.linear):
            if cut.lifted or abs(cut.violation(state)) > _TIGHT:
                continue
            scale = max(cut.factors.values())
            factors = {slot: f / scale for slot, f in cut.factors.items()}
            request = self._limit(Request(work=_LIFT_WORK))
            least = least_worth(self.problem, node, factors, self.patterns, self._backend, request)
            at_least = max(cut.at_least, min(least, _MOST) * scale * (1 - Coverage.tolerance))
            known.linear[i] = LinearCut(cut.factors, at_least, lifted=True)
            if known.linear[i].violation(state) > _TIGHT:
                raised = True
                for harder in self._harder[node.index]:
                    if harder != node:
                        self.of[harder.index].linear.append(known.linear[i])
        return raised

    def can_serve(self, node: Node, state: State) -> bool | None:
        """Whether a state can serve a node; None if that stayed open within the limits."""
        known = self.of[node.index]
        if any(covers(state, p.state) for p in known.packings):
            return True
        if any(covers(refused, state) for refused in known.refused):
            return False
        tolerance = Coverage.tolerance
        if any(cut.violation(state) > tolerance for cut in known.linear):
            return False
        if self.linear_cut(node, state) is not None:
            return False
        return self._in_whole_replicas(node, state)

    def _in_whole_replicas(self, node: Node, state: State) -> bool | None:
        _, packing = self._from(self.pool, node, state, _POOL_WORK)
        if packing is None:
            status, packing = self._exactly(node, state)
            if status is Status.INFEASIBLE:
                self.of[node.index].refused.append(dict(state))
                return False
        if packing is None:
            return None
        self.learn(node, packing)
        return True

    def _from(
        self, pool: Mapping[str, CardPattern], node: Node, state: State, work: int
    ) -> tuple[Status, Packing | None]:
        request = self._limit(Request(work=work))
        return pack_from_pool(self.problem, node, state, pool, self._backend, request)

    def _exactly(self, node: Node, state: State) -> tuple[Status, Packing | None]:
        """With all patterns where they are known and not too many, else card by card.

        Equal cards are one column for each pattern then, and not one for each card.
        """
        if self.patterns is not None and len(self.patterns) <= _MOST_PATTERNS:
            return self._from(self.patterns, node, state, _CARD_WORK)
        request = self._limit(Request(work=_CARD_WORK))
        return pack_cards(self.problem, node, state, self._backend, request)

    def learn(self, node: Node, packing: Packing) -> None:
        """Remember a packing, also for the nodes that it is more than enough for."""
        for _, pattern in packing.patterns:
            self.pool.setdefault(pattern.name, pattern)
        for easier in self._easier[node.index]:
            mine = packing_of(
                self.problem,
                easier,
                packing.replicas,
                packing.patterns,
                packing.pools,
                packing.turns,
            )
            packings = self.of[easier.index].packings
            if not any(covers(mine.state, p.state) and p.cents <= mine.cents for p in packings):
                packings[:] = [
                    p
                    for p in packings
                    if not (covers(p.state, mine.state) and mine.cents <= p.cents)
                ]
                packings.append(mine)

    def refuse(self, node: Node, state: State) -> None:
        """Cut off a state that cannot serve a node, and every other that is as hopeless."""
        wide = self._widened(node, state)
        thresholds = self._thresholds(wide)
        for harder in self._harder[node.index]:
            self.of[harder.index].steps.append(StepCut(thresholds))
            self.of[harder.index].refused.append(wide)

    def _thresholds(self, state: State) -> dict[Slot, int]:
        """What a state must exceed somewhere to be more than this one."""
        return {
            slot: int(state.get(slot, 0)) + 1
            for slot in self.slots
            if state.get(slot, 0) < self.most[slot]
        }

    def _widened(self, node: Node, state: State) -> dict[Slot, float]:
        """Raise a state slot by slot as long as it cannot serve the node."""
        wide = dict(state)
        every_place = {**wide, **{s: self.most[s] for s in self.slots if s[2] > 1}}
        if self.can_serve(node, every_place) is False:
            wide = every_place
        for slot in sorted(self.slots, key=lambda s: -s[2]):
            while wide.get(slot, 0) < self.most[slot]:
                more = {**wide, slot: wide.get(slot, 0) + 1}
                if self.can_serve(node, more) is not False:
                    break
                wide = more
                top = {**wide, slot: self.most[slot]}
                if self.can_serve(node, top) is False:
                    wide = top
        return wide

    def shrink(self, node: Node, state: State, price: Callable[[str, str], float | None]) -> None:
        """Take cards away from a state that can serve a node, the dearest first, while it can."""
        left = dict(state)
        cards = [slot for slot in left if slot[2] == 1]
        for slot in sorted(cards, key=lambda s: -(price(s[0], s[1]) or 0.0)):
            while left[slot] >= 1:
                less = {**left, slot: left[slot] - 1}
                if self.can_serve(node, less) is not True:
                    break
                left = less

    def swap(self, node: Node, state: State, price: Callable[[str, str], float | None]) -> None:
        """Put one card in the place of one or two others that cost more together."""
        tries = 0
        for _, other in sorted(_swaps(state, self.slots, price), key=lambda entry: -entry[0]):
            known = self.of[node.index]
            if any(cut.violation(other) > Coverage.tolerance for cut in known.linear):
                continue
            if any(covers(other, p.state) for p in known.packings):
                continue
            tries += 1
            if tries > _SWAPS:
                return
            self.can_serve(node, other)

    def approach(
        self, node: Node, state: State, price: Callable[[str, str], float | None]
    ) -> Packing | None:
        """Look for a packing that needs little more than a state."""
        request = self._limit(Request(work=_POOL_WORK, absolute_gap=_APPROACH_CENTS, cuts=False))
        packing = nearest_from_pool(
            self.problem, node, state, price, self.pool, self._backend, request
        )
        if packing is not None:
            self.learn(node, packing)
        return packing

    def spend_little(
        self,
        node: Node,
        state: State,
        price: Callable[[str, str], float | None],
        machines: Machines,
    ) -> tuple[Packing, dict[tuple[str, str], int]] | None:
        """Look for a packing and hosts that cost little beside a state and what is there."""
        request = self._limit(Request(work=_POOL_WORK, absolute_gap=_APPROACH_CENTS, cuts=False))
        found = cheapest_from_pool(
            self.problem, node, state, price, machines, self.pool, self._backend, request
        )
        if found is not None:
            self.learn(node, found[0])
        return found

    def cost_line(self, node: Node, state: State) -> CostLine:
        """A line below the cost of serving that is near it at a state."""
        return self._running[node.index].line(state)

    def cost_step(self, node: Node, state: State) -> CostStep | None:
        """What serving costs at least with a state or less, in whole replicas; learns packings.

        The places for groups are not limited: a proposal may count fewer than its cards can
        have, and the packing that the step counts on may need the others. None if whole replicas
        cannot serve with it at all; that is remembered.
        """
        wide = {**state, **{s: self.most[s] for s in self.slots if s[2] > 1}}
        cents, best = self._thriftiest(node, wide)
        if isinf(cents):
            self.of[node.index].refused.append(wide)
            self.refuse(node, wide)
            return None
        for packing in (best, self._thriftiest(node, state)[1]):
            if packing is not None:
                self.learn(node, packing)
        return CostStep(self._thresholds(wide), cents)

    def _thriftiest(self, node: Node, state: State) -> tuple[float, Packing | None]:
        request = self._limit(Request(work=_COST_WORK))
        return thriftiest_cards(self.problem, node, state, self._backend, request)

    def save_energy(self, node: Node, state: State) -> None:
        """Look for a packing of a state that serves for less."""
        request = self._limit(Request(work=_THRIFT_WORK))
        packing = thriftiest_from_pool(self.problem, node, state, self.pool, self._backend, request)
        if packing is not None:
            self.learn(node, packing)

    def is_hardest(self, node: Node) -> bool:
        """Whether no other node has loads that are all at least as large."""
        return all(node in self._harder[h.index] for h in self._harder[node.index])

    def served_everywhere(self) -> bool:
        """Whether every node has a packing."""
        return all(known.packings for known in self.of)


def _swaps(
    state: State, slots: Sequence[Slot], price: Callable[[str, str], float | None]
) -> Iterator[tuple[float, dict[Slot, float]]]:
    """States with one card in the place of one or two others, and what that saves."""
    held = [slot for slot, n in state.items() if slot[2] == 1 and n >= 1]
    leaving: list[tuple[Slot, ...]] = [(slot,) for slot in held]
    leaving += [(a, b) for a in held for b in held if a < b or (a == b and state[a] >= 2)]
    for gone in leaving:
        worth = sum(price(s[0], s[1]) or 0.0 for s in gone)
        for slot in slots:
            paid = price(slot[0], slot[1])
            if slot[2] == 1 and slot not in gone and paid is not None and paid < worth:
                other = dict(state)
                for one in gone:
                    other[one] -= 1
                other[slot] = other.get(slot, 0) + 1
                yield worth - paid, other

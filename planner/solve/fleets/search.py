"""The search over fleets: an outer master proposes, oracles answer, an inner master collects.

    repeat:  the outer master gives the cheapest path of fleets that nothing known rules out,
             and with it a bound for the whole problem;
             at each node the relaxation, then packing in whole replicas, says whether that
             fleet can serve; a "no" becomes a cut, widened as far as it stays a "no", a "yes" a
             packing for the inner master;
             the inner master gives the cheapest path of fleets that are known to serve: a plan.

It ends when bound and plan meet. This is logic-based Benders decomposition (Hooker and Ottosson,
Mathematical Programming 96, 2003) with ownership and housing in the master and serving in the
oracles. ``docs/decisions/004-search-over-fleets.md`` says what it was compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from planner.formulation.expression import Variable
from planner.formulation.patterns import CardPattern
from planner.formulation.setup import Setup
from planner.formulation.tree import Node
from planner.solve.backend import Answer, Backend, Request, Status
from planner.solve.capital import cautious, keeps_capital
from planner.solve.fleets.answers import assemble, gross_cost
from planner.solve.fleets.greedy import Greedy
from planner.solve.fleets.knowledge import Knowledge
from planner.solve.fleets.masters import InnerMaster, OuterMaster, Refined, to_be_refined
from planner.solve.fleets.pooled import Machines
from planner.solve.fleets.state import Slot
from planner.solve.mathopt import LINEAR
from planner.solve.packing import Packing, packing_of
from planner.solve.settings import StoppedBy
from planner.solve.solution import Solution
from planner.solve.watch import CENT, Watch

_LINEAR_ROUNDS = 60
_OUTER_WORK = 50_000
_INNER_WORK = 2_000
_SHARE_OF_GAP = 0.2
_TOLD = 1e-4
_SOME = 1e-6
"""More than this is some of a thing, in what a solver says."""
_LIFTS = 12
_GRACE_SECONDS = 5.0
_NEW = 1 << 30
_GREEDY_CENTS_PER_WATT = (500.0, 0.0, 5_000.0)


class FleetSearch:
    """One search over fleets.

    Args:
        setup: the problem and the fillings of its hosts.
        backend: solver of the masters and of the packings.
        watch: keeps the best solution and the bound.
        thorough: whether to try other prices and to swap cards before the first round.
        every_pattern: lists all patterns, or None where they are too many; it may take seconds,
            so it is asked after the first plan.
    """

    def __init__(
        self,
        setup: Setup,
        backend: Backend,
        watch: Watch,
        *,
        thorough: bool = True,
        every_pattern: Callable[[], Sequence[CardPattern] | None] = lambda: None,
    ) -> None:
        self._every_pattern, self._asked_for_patterns = every_pattern, False
        self._setup, self._backend, self._watch = setup, backend, watch
        self._nodes = setup.problem.tree.nodes
        self._knowledge = Knowledge(setup.problem, backend, watch.limited)
        self._greedy = Greedy(setup, _GREEDY_CENTS_PER_WATT[0], self._is_over)
        self._refined: Refined = frozenset()
        self._thorough = thorough
        self._openness = 1.0
        self.infeasible = False

    def seed(self) -> None:
        """Packings that a greedy hand finds, the heaviest node first, and a first plan."""
        demand, workloads = self._setup.problem.demand, self._setup.problem.workloads
        heaviest_first = sorted(
            self._nodes, key=lambda n: -sum(demand[w, n.index] for w in workloads)
        )
        for cents_per_watt in _GREEDY_CENTS_PER_WATT[: None if self._thorough else 1]:
            greedy = Greedy(self._setup, cents_per_watt, self._is_over)
            for node in heaviest_first:
                if self._is_over():
                    return
                packing = greedy.serve(node)
                if packing is not None:
                    self._knowledge.learn(node, packing)
            self._collect("first plan")
        if self._watch.solution is None and self._thorough:
            self._spend_little()
            if self._watch.solution is None:
                self._linear_rounds()
                self._spend_little()

    def _spend_little(self) -> None:
        """Node by node, what costs least to buy beside what is owned or what was bought before.

        Where capital or supply is short, packings that are cheap in the end may find no path.
        """
        there, cards = self._there()
        hosts: dict[int | None, dict[tuple[str, str], int]] = {None: there}
        states: dict[int | None, dict[Slot, float]] = {None: cards}
        for node in self._nodes:
            for start in (None, node.parent):
                if self._is_over():
                    return
                price = self._outlay_at(node)
                machines = Machines(self._setup.fillings, hosts[start], price)
                found = self._knowledge.spend_little(node, states[start], price, machines)
                if start == node.parent:
                    packing, used = found or (None, {})
                    states[node.index] = _joined(states[start], packing.state if packing else {})
                    hosts[node.index] = _joined(hosts[start], used)
        self._collect("first plan")

    def _there(self) -> tuple[dict[tuple[str, str], int], dict[Slot, float]]:
        """Hosts and cards that are there at the start."""
        hosts: dict[tuple[str, str], int] = {}
        cards: dict[Slot, float] = {}
        for lot in self._setup.problem.vintages:
            if lot.count is not None and lot.kind == "host":
                hosts[lot.site, lot.item] = hosts.get((lot.site, lot.item), 0) + lot.count
            elif lot.count is not None and lot.is_gpu:
                cards[lot.site, lot.item, 1] = cards.get((lot.site, lot.item, 1), 0) + lot.count
        return hosts, cards

    def _outlay_at(self, node: Node) -> Callable[[str, str], float | None]:
        """What one more card or host costs to buy at a node, by (site, item)."""
        return lambda site, item: self._greedy.outlay(site, item, node)

    def _is_over(self) -> bool:
        """Whether to stop; without any plan the search for one may take a little longer."""
        watch = self._watch
        if watch.solution is not None or watch.listener.stop.requested:
            return watch.over
        return watch.seconds >= watch.settings.seconds + _GRACE_SECONDS

    def _list_patterns(self) -> None:
        """Take note of all patterns, if they can be listed: it makes many answers exact."""
        if not self._asked_for_patterns and self._thorough and not self._watch.over:
            self._asked_for_patterns = True
            patterns = self._every_pattern()
            if patterns is not None:
                self._knowledge.patterns = {p.name: p for p in patterns}

    def take(self, solution: Solution) -> None:
        """Learn from a solution that was found elsewhere."""
        for node in self._nodes:
            self._take(node, solution)

    def start_from(self, solutions: Sequence[tuple[Node, Solution]]) -> None:
        """Learn from solutions that serve one node each, and look for a plan."""
        for node, solution in solutions:
            self._take(node, solution)
        self._collect("first plan")

    def _take(self, node: Node, solution: Solution) -> None:
        replicas = {(s, o): n for (s, o, at), n in solution.replicas.items() if at == node.index}
        patterns = {(s, p): n for (s, p, at), n in solution.patterns.items() if at == node.index}
        pools = {(s, p): n for (s, p, at), n in solution.pools.items() if at == node.index}
        turns = {(s, o): float(n) for (s, o, at), n in solution.turns.items() if at == node.index}
        problem = self._setup.problem
        packing = packing_of(problem, node, replicas, patterns, pools, turns)
        self._knowledge.learn(node, packing)

    def learn(self, packings: Sequence[Sequence[Packing]]) -> None:
        """Learn packings that were found elsewhere, by index of the node."""
        for node, mine in zip(self._nodes, packings, strict=True):
            for packing in mine:
                self._knowledge.learn(node, packing)
        self._collect("known fleets")

    @property
    def packings(self) -> tuple[tuple[Packing, ...], ...]:
        """Ways to serve each node that are known, by index of the node."""
        return tuple(tuple(known.packings) for known in self._knowledge.of)

    def run(self) -> StoppedBy:
        """Search until the gap, a limit or a stop."""
        if self._watch.settings.work == 0:
            return StoppedBy.WORK
        self._linear_rounds()
        self._list_patterns()
        self._lift()
        rounds = 0
        while not self._watch.reached:
            if self._watch.listener.stop.requested:
                return StoppedBy.INTERRUPT
            if self._watch.over:
                return StoppedBy.TIME
            if self._watch.settings.work is not None and rounds >= self._watch.settings.work:
                return StoppedBy.WORK
            rounds += 1
            if not self._round() and not self._watch.over:
                return StoppedBy.STALL
        return StoppedBy.GAP

    def _linear_rounds(self) -> dict[int, Mapping[Slot, float]]:
        """Cuts that the linear relaxation of the outer master violates; its last proposal."""
        states: list[dict[Slot, float]] = []
        for _ in range(_LINEAR_ROUNDS):
            if self._watch.over:
                break
            outer = OuterMaster(self._setup, self._refined, self._knowledge.of)
            answer = LINEAR.solve(outer.program(), self._watch.limited(Request()))
            if answer.values is None:
                break
            self._watch.raise_bound(answer.bound)
            self._watch.tell("relaxing")
            states = [outer.state(answer.values, node) for node in self._nodes]
            cuts = [
                self._knowledge.linear_cut(node, state)
                for node, state in zip(self._nodes, states, strict=True)
            ]
            if not any(cuts):
                break
        return dict(enumerate(states))

    def _lift(self) -> None:
        """Cuts of the relaxation, raised to what whole replicas need at one node alone."""
        if self._knowledge.patterns is None or not self._thorough:
            return
        for _ in range(_LIFTS):
            states = self._linear_rounds()
            raised = False
            for node in reversed(self._nodes):
                if self._watch.over or self._watch.reached or node.index not in states:
                    return
                raised |= self._knowledge.lift(node, states[node.index])
            if not raised:
                return
        self._linear_rounds()

    def _round(self) -> bool:
        """One proposal and its answers; False if nothing was learned."""
        outer = OuterMaster(self._setup, self._refined, self._knowledge.of)
        program = outer.program()
        self._watch.grow(len(program.variables), len(program.rows))
        request = Request(work=_OUTER_WORK, absolute_gap=self._tolerance(), cuts=False)
        answer = self._backend.solve(program, self._watch.limited(request))
        if answer.status is Status.INFEASIBLE:
            self.infeasible = self._watch.solution is None
            return False
        self._watch.raise_bound(answer.bound)
        if answer.values is None:
            return False
        learned = self._question(outer, answer.values)
        if learned:
            self._lift()
        self._watch.tell("proving")
        improved = self._collect("improving")
        if learned or improved or self._watch.reached:
            return True
        if self._openness > 0.0:
            self._openness = 0.0
            return True
        housed = self._house_exactly(outer, answer.values)
        costed = self._cost_exactly(outer, answer.values)
        return self._collect("improving") or housed or costed

    def _cost_exactly(self, outer: OuterMaster, values: Mapping[Variable, float]) -> bool:
        """Where fractions serve for less than whole replicas can, say what these cost."""
        learned = False
        for node in self._nodes:
            if self._watch.over:
                return True
            told = values[outer.serving[node.index]]
            step = self._knowledge.cost_step(node, outer.state(values, node))
            if step is None:
                learned = True
            elif step.cents > told + max(CENT, _TOLD * told):
                self._knowledge.of[node.index].costs.append(step)
                learned = True
        return learned

    def _question(self, outer: OuterMaster, values: Mapping[Variable, float]) -> bool:
        """Ask at each node whether the proposal can serve it; True if anything was learned."""
        learned = False
        for node in reversed(self._nodes):
            if self._watch.over:
                return True
            state = outer.state(values, node)
            answer = self._knowledge.can_serve(node, state)
            if answer is False:
                self._knowledge.refuse(node, state)
                self._knowledge.approach(node, state, self._price_at(node))
                learned = True
            elif answer:
                told = values[outer.serving[node.index]]
                line = self._knowledge.cost_line(node, state)
                if line.at(state) > told + max(CENT, _TOLD * told):
                    self._knowledge.of[node.index].lines.append(line)
                    learned = True
        return learned

    def _collect(self, doing: str) -> bool:
        """The cheapest path of known packings; True if it is better than before."""
        if self._is_over() or not all(known.packings for known in self._knowledge.of):
            return False
        inner, answer, request = self._inner(self._setup)
        if answer.values and not keeps_capital(inner.problem, inner.decisions, answer.values):
            lower = replace(self._setup, problem=cautious(self._setup.problem))
            inner, answer, request = self._inner(lower)
        if answer.values is None or not self._watch.improves(answer.cost):
            return False
        values = answer.values
        found = assemble(self._setup, inner, values, self._backend, request)
        if not isinstance(found, Solution):
            again = not found <= self._refined
            self._refined |= found
            return again and self._collect(doing)
        self._watch.keep(found, answer.cost, gross_cost(inner, values), doing)
        self._list_patterns()
        for node in reversed(self._nodes):
            if self._watch.over:
                return True
            state = inner.state(values, node)
            self._knowledge.save_energy(node, state)
            self._knowledge.shrink(node, state, self._price_at(node))
            if self._thorough and self._knowledge.is_hardest(node):
                self._knowledge.swap(node, state, self._price_at(node))
        self._collect(doing)
        return True

    def _inner(self, setup: Setup) -> tuple[InnerMaster, Answer, Request]:
        """The cheapest path of known packings under the limits of a problem."""
        inner = InnerMaster(setup, self._refined, self._knowledge.of)
        program = inner.program()
        self._watch.grow(len(program.variables), len(program.rows))
        request = self._watch.limited(Request(work=_INNER_WORK, absolute_gap=CENT, cuts=False))
        if self._watch.solution is None:
            request = replace(request, seconds=_GRACE_SECONDS)
        return inner, self._backend.solve(program, request), request

    def _price_at(self, node: Node) -> Callable[[str, str], float | None]:
        """What one more card costs at a node, by (site, card)."""
        return lambda site, gpu: self._greedy.price(site, gpu, node, _NEW)

    def _house_exactly(self, outer: OuterMaster, values: Mapping[Variable, float]) -> bool:
        """House the proposal's hosts by exact fillings; False if that has been done."""
        used: Refined = frozenset()
        for node in self._nodes:
            for site in self._setup.problem.sites:
                hosts, cards = (
                    [item for (s, item, n), v in held.items()
                     if (s, n) == (site.name, node.index) and values[v] > _SOME]
                    for held in (outer.decisions.running, outer.decisions.installed)
                )  # fmt: skip
                used |= to_be_refined(self._setup, site.name, hosts, cards)
        if used <= self._refined:
            return False
        self._refined |= used
        return True

    def _tolerance(self) -> float:
        """How exactly the outer master is solved: a part of the gap that is open or asked for.

        While the gap is wide, rough proposals teach as much as exact ones. Where a rough one
        taught nothing, the next are as exact as the gap that is asked for needs.
        """
        if self._watch.solution is None:
            return CENT
        gap = max(self._watch.settings.gap, self._openness * self._watch.gap)
        return max(CENT, _SHARE_OF_GAP * gap * self._watch.gross)


_Key = TypeVar("_Key")
_Count = TypeVar("_Count", int, float)


def _joined(first: Mapping[_Key, _Count], second: Mapping[_Key, _Count]) -> dict[_Key, _Count]:
    """The larger of two counts of everything."""
    return {key: max(first.get(key, 0), second.get(key, 0)) for key in {**first, **second}}

"""The linear relaxation of serving one node, over all card patterns, by column generation.

Fractions of replicas and of cards are allowed. Patterns are priced exactly, and only those on
cards of the state at hand become columns; for all others the price of the card is raised until
they do not pay. The dual values are then feasible for the program over *all* patterns, whatever
the state, which makes every cut from them valid for every state; they need not be optimal.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, MutableMapping, Sequence
from fractions import Fraction
from math import ceil

import numpy as np

from planner.formulation.patterns import CardPattern, families_of
from planner.formulation.problem import PoolKind, Problem, pool_of
from planner.formulation.tree import Node
from planner.sizing.option import Option
from planner.solve.fleets.state import Slot, State, loads_of, needs_of, slots_of
from planner.solve.linear import Column, Line, LinearProgram
from planner.solve.pricing import Choices, Floats, best_pattern, choices_of

Pool = MutableMapping[str, CardPattern]
"""Patterns that paid somewhere, by name; shared by all nodes."""


class NodeProgram(ABC):
    """Columns for groups and patterns, rows for cards and places; kept between calls.

    Args:
        problem: sets and parameters.
        node: the node.
        pool: patterns at hand; new ones are added to it.
    """

    tolerance = 1e-7

    def __init__(self, problem: Problem, node: Node, pool: Pool) -> None:
        self.problem, self.node = problem, node
        self.loads = loads_of(problem, node)
        self.sites = [s.name for s in problem.sites]
        self.slots = slots_of(problem)
        self.program = LinearProgram()
        self.room = {slot: self.program.line(at_most=0.0) for slot in self.slots}
        self._pool = pool
        self._known: set[str] = set()
        self._choices = {
            (site, g): [
                c
                for c in choices_of(families_of(problem.options, g))
                if c.workload in self.loads and problem.may_run(site, c.workload)
            ]
            for site in self.sites
            for g in problem.gpus
            if problem.stands(site, g)
        }
        self._groups = self._running(problem.whole_options)
        self.prepare()
        for site, option in self._groups:
            column = self.program.column()
            self.carry(site, option, column)
            self._take(column, site, option)
        self._pools: dict[tuple[str, PoolKind], list[Option]] = {}
        self._limits: dict[str, Line] = {}
        self.limited: dict[str, float] = {}
        """Price of one more group at a time, by pooled workload."""
        self._groups_least: Line | None = None
        self.first_group = 0.0
        """Price of one group less that is needed at all events."""
        for site, option in self._running(problem.pooled_options):
            self._pools.setdefault((site, pool_of(option)), []).append(option)
        if self._pools:
            self._groups_least = self.program.line(at_least=1.0)
            missing = self.program.column(cost=self.dearest())
            self.program.put(self._groups_least, missing, 1.0)
        for (site, kind), options in self._pools.items():
            self._open(site, kind, options)

    def _running(self, options: Sequence[Option]) -> list[tuple[str, Option]]:
        """Options with load, with the sites where they can run."""
        return [
            (site, o)
            for o in options
            if o.workload in self.loads
            for site in self.sites
            if self.problem.runs(site, o)
        ]

    def _take(self, column: Column, site: str, group: Option | PoolKind) -> None:
        """A group takes cards and places."""
        for slot, count in needs_of(site, group).items():
            if slot in self.room:
                self.program.put(self.room[slot], column, count)

    def _open(self, site: str, pool: PoolKind, options: Sequence[Option]) -> None:
        """Groups of a pool, and the turns that its jobs take on them."""
        groups, hours = self.program.column(), self.program.line(at_most=0.0)
        self._take(groups, site, pool)
        assert self._groups_least is not None
        self.program.put(self._groups_least, groups, 1.0 / self._least_groups())
        self.program.put(hours, groups, -1.0)
        for option in options:
            turns = self.program.column()
            self.program.put(hours, turns, 1.0)
            workload = option.workload
            if workload not in self._limits:
                most = self.problem.turns_most[workload]
                self._limits[workload] = self.program.line(at_most=float(most))
            self.program.put(self._limits[workload], turns, 1.0)
            self.carry_turns(site, option, turns)

    @abstractmethod
    def prepare(self) -> None:
        """Add the rows and columns that do not depend on patterns."""

    @abstractmethod
    def carry(self, site: str, option: Option, column: Column) -> None:
        """Say what one replica of an option, as part of a column, does for its workload."""

    def _least_groups(self) -> int:
        """Groups that all pools together have at least: each job on its fastest group."""
        best: dict[str, int] = {}
        for options in self._pools.values():
            for o in options:
                best[o.workload] = max(best.get(o.workload, 0), o.capacity)
        busy = sum(Fraction(self.loads[w], c) for w, c in best.items())
        return max(1, ceil(busy))

    @abstractmethod
    def dearest(self) -> float:
        """Cost of a whole load, or of all groups of pools, that are missing."""

    @abstractmethod
    def carry_turns(self, site: str, option: Option, column: Column) -> None:
        """Say what a group of a pool that works for an option does for its workload."""

    @abstractmethod
    def worth_of_turn(self, option: Option, site: str) -> float:
        """Value of a group that works for a pooled option, at the prices read last."""

    @abstractmethod
    def read_prices(self, duals: Mapping[Line, float]) -> None:
        """Take the dual values of the rows of ``prepare``."""

    @abstractmethod
    def worth(self, choices: Choices, site: str) -> Floats:
        """Value of each option of a workload at the prices read last; 0 for entry 0."""

    def settle(self, state: State) -> tuple[float, dict[Slot, float]]:
        """Solve for a state over all patterns.

        Returns:
            Objective, and prices of the slots that are feasible in the dual over all patterns.
        """
        for slot in self.slots:
            self.program.limit(self.room[slot], state.get(slot, 0))
        for pattern in self._pool.values():
            self._add(pattern)
        while True:
            settled = self.program.solve()
            self.read_prices(settled.duals)
            if self._groups_least is not None:
                self.first_group = max(0.0, settled.duals.get(self._groups_least, 0.0))
            self.limited = {
                w: max(0.0, -settled.duals.get(row, 0.0)) for w, row in self._limits.items()
            }
            price = {s: max(0.0, -settled.duals.get(row, 0.0)) for s, row in self.room.items()}
            if not self._generate(state, price):
                self._raise_for_groups(price)
                self._raise_for_pools(price)
                return settled.objective, price

    def _generate(self, state: State, price: dict[Slot, float]) -> bool:
        """Price every card: it is worth what its best pattern is; one that pays is a new column.

        The price rises by the last bit, for it holds for each of many cards: what a margin leaves
        out on one is left out thousands of times.
        """
        added = False
        for (site, gpu), choices in self._choices.items():
            slot = (site, gpu, 1)
            values = [self.worth(c, site) for c in choices]
            room, least = self.problem.rooms[gpu], price[slot]
            value, pattern = best_pattern(room, choices, values, least)
            if pattern is None:
                continue
            price[slot] = value
            pays = value > least + self.margin() and state.get(slot, 0) > 0
            if pays and pattern.name not in self._known:
                self._pool.setdefault(pattern.name, pattern)
                self._add(pattern)
                added = True
        return added

    def shares(self, workload: str, capacity: Floats | int) -> Floats:
        """Share of its whole need that a replica of some capacity carries at most.

        Where the loss of q replicas is to be survived, what is left after it carries the load d:
        for the capacity t of what is lost, the sum of min(c, t) is at least d + q t. A replica
        counts for min(c, t) / (d + q t) of that, which is largest at t = c.
        """
        survival = self.problem.survival.get(workload)
        need = self.loads[workload] + (survival.count if survival else 0) * capacity
        share: Floats = np.minimum(1.0, capacity / need)
        return share

    def margin(self) -> float:
        """A pattern must pay by more than this to become a column."""
        return self.tolerance

    def _raise_for_groups(self, price: dict[Slot, float]) -> None:
        """Raise the price of places until no group pays."""
        for site, option in self._groups:
            self._raise(price, site, option, float(self.worth(_single(option), site)[1]))

    def _raise_for_pools(self, price: dict[Slot, float]) -> None:
        """Raise the price of places until no group of a pool pays, whoever works there."""
        for (site, pool), options in self._pools.items():
            turns = [self.worth_of_turn(o, site) - self.limited[o.workload] for o in options]
            first = self.first_group / self._least_groups()
            self._raise(price, site, pool, max(0.0, *turns) + first)

    @staticmethod
    def _raise(price: dict[Slot, float], site: str, group: Option | PoolKind, value: float) -> None:
        needs = needs_of(site, group)
        paid = sum(count * price.get(slot, 0.0) for slot, count in needs.items())
        price[site, group.gpu, group.gpus] += max(0.0, value - paid) / max(
            1, needs[site, group.gpu, group.gpus]
        )

    def worth_of_pools(self) -> float:
        """What the rows on pools add to a bound, at the prices read last."""
        limits = sum(p * self.problem.turns_most[w] for w, p in self.limited.items())
        return self.first_group - limits

    def _add(self, pattern: CardPattern) -> None:
        if pattern.name in self._known:
            return
        self._known.add(pattern.name)
        for site in self.sites:
            if not self.problem.stands(site, pattern.gpu):
                continue
            column = self.program.column()
            for option in pattern.replicas:
                if option.workload in self.loads and self.problem.may_run(site, option.workload):
                    self.carry(site, option, column)
            self.program.put(self.room[site, pattern.gpu, 1], column, 1.0)


def _single(option: Option) -> Choices:
    return choices_of([[[option]]])[0]

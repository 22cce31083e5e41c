"""The linear relaxation of serving one node, over all card patterns, by column generation.

Fractions of replicas and of cards are allowed. Patterns are priced exactly, and only those on
cards of the state at hand become columns; for all others the price of the card is raised until
they do not pay. The dual values are then feasible for the program over *all* patterns, whatever
the state, which makes every cut from them valid for every state; they need not be optimal.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, MutableMapping

from planner.formulation.patterns import CardPattern, families_of
from planner.formulation.problem import Problem
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
            g: [c for c in choices_of(families_of(problem.options, g)) if c.workload in self.loads]
            for g in problem.gpus
        }
        self._groups = [o for o in problem.whole_options if o.workload in self.loads]
        self.prepare()
        for option in self._groups:
            for site in self.sites:
                column = self.program.column()
                self.carry(site, option, column)
                for slot, count in needs_of(site, option).items():
                    if slot in self.room:
                        self.program.put(self.room[slot], column, count)

    @abstractmethod
    def prepare(self) -> None:
        """Add the rows and columns that do not depend on patterns."""

    @abstractmethod
    def carry(self, site: str, option: Option, column: Column) -> None:
        """Say what one replica of an option, as part of a column, does for its workload."""

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
            price = {s: max(0.0, -settled.duals.get(row, 0.0)) for s, row in self.room.items()}
            if not self._generate(state, price):
                self._raise_for_groups(price)
                return settled.objective, price

    def _generate(self, state: State, price: dict[Slot, float]) -> bool:
        """Price every card: it is worth what its best pattern is; one that pays is a new column.

        The price rises by the last bit, for it holds for each of many cards: what a margin leaves
        out on one is left out thousands of times.
        """
        added = False
        for gpu, choices in self._choices.items():
            for site in self.sites:
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

    def margin(self) -> float:
        """A pattern must pay by more than this to become a column."""
        return self.tolerance

    def _raise_for_groups(self, price: dict[Slot, float]) -> None:
        """Raise the price of places until no group pays."""
        for option in self._groups:
            for site in self.sites:
                value = float(self.worth(_single(option), site)[1])
                needs = needs_of(site, option)
                paid = sum(count * price.get(slot, 0.0) for slot, count in needs.items())
                price[site, option.gpu, option.gpus] += max(0.0, value - paid) / max(
                    1, needs[site, option.gpu, option.gpus]
                )

    def _add(self, pattern: CardPattern) -> None:
        if pattern.name in self._known:
            return
        self._known.add(pattern.name)
        for site in self.sites:
            column = self.program.column()
            for option in pattern.replicas:
                if option.workload in self.loads:
                    self.carry(site, option, column)
            self.program.put(self.room[site, pattern.gpu, 1], column, 1.0)


def _single(option: Option) -> Choices:
    return choices_of([[[option]]])[0]

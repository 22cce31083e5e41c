"""Can a state carry the loads of a node, fractions allowed? A "no" comes with a linear cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.sizing.option import Option
from planner.solve.fleets.node_program import NodeProgram
from planner.solve.fleets.state import Slot, State
from planner.solve.linear import Column, Line
from planner.solve.pricing import Choices, Floats


@dataclass(frozen=True, slots=True)
class LinearCut:
    """Whatever carries the loads of a node satisfies ``sum factor x slot >= at_least``.

    Attributes:
        factors: factor of each slot.
        at_least: right-hand side.
        lifted: whether it is what whole replicas need, and not only fractions.
    """

    factors: Mapping[Slot, float]
    at_least: float
    lifted: bool = False

    def violation(self, state: State) -> float:
        """How far a state is from satisfying the cut, as a share of the right-hand side."""
        have = sum(f * state.get(slot, 0) for slot, f in self.factors.items())
        return (self.at_least - have) / self.at_least


class Coverage(NodeProgram):
    """Minimise the missing shares of the loads; zero means that fractions can carry them."""

    def prepare(self) -> None:
        """One row for each load, scaled to 1, with a column for the share that is missing."""
        self._carried = {w: self.program.line(at_least=1.0) for w in self.loads}
        self._prices = dict.fromkeys(self.loads, 0.0)
        for row in self._carried.values():
            self.program.put(row, self.program.column(cost=1.0), 1.0)

    def carry(self, site: str, option: Option, column: Column) -> None:
        """A replica carries its share of the load, and never more than all of it."""
        share = float(self.shares(option.workload, option.capacity))
        self.program.put(self._carried[option.workload], column, share)

    def dearest(self) -> float:
        """One load counts for one."""
        return 1.0

    def carry_turns(self, site: str, option: Option, column: Column) -> None:
        """A group carries as much as it can in a month; fractions of it carry fractions."""
        share = option.capacity / self.loads[option.workload]
        self.program.put(self._carried[option.workload], column, share)

    def worth_of_turn(self, option: Option, site: str) -> float:
        """Price of what a group carries in a month."""
        return option.capacity / self.loads[option.workload] * self._prices[option.workload]

    def read_prices(self, duals: Mapping[Line, float]) -> None:
        """Price of the whole load of each workload."""
        self._prices = {w: max(0.0, duals.get(row, 0.0)) for w, row in self._carried.items()}

    def worth(self, choices: Choices, site: str) -> Floats:
        """Price of the share that each option carries."""
        shares = self.shares(choices.workload, choices.capacity)
        worth: Floats = shares * self._prices[choices.workload]
        return worth

    def cut(self, state: State) -> LinearCut | None:
        """A cut that the state violates, or None if fractions can carry the loads."""
        missing, price = self.settle(state)
        if missing < self.tolerance:
            return None
        factors = {slot: p for slot, p in price.items() if p > 0}
        at_least = sum(self._prices.values()) * (1 - self.tolerance)
        at_least += self.worth_of_pools()
        if at_least <= 0 or not factors:
            return None
        cut = LinearCut(factors, at_least)
        return cut if cut.violation(state) > self.tolerance else None

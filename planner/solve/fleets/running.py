"""How little does serving a node cost with a state, fractions allowed? A line below all states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from planner.sizing.option import Option
from planner.solve.fleets.node_program import NodeProgram
from planner.solve.fleets.state import Slot, State
from planner.solve.linear import Column, Line
from planner.solve.pricing import Choices, Floats


@dataclass(frozen=True, slots=True)
class CostLine:
    """Serving a node costs at least ``cents - sum factor x slot``, whatever the state."""

    factors: Mapping[Slot, float]
    cents: float

    def at(self, state: State) -> float:
        """What serving costs at least with a state."""
        return self.cents - sum(f * state.get(slot, 0) for slot, f in self.factors.items())


class RunningCost(NodeProgram):
    """Minimise the cost of serving the mean load while the full load is carried."""

    _PENALTY = 10.0

    def prepare(self) -> None:
        """Rows for the loads and for the mean loads, scaled to 1; missing load at a high price."""
        node = self.node.index
        self._mean = {w: float(self.problem.load[w, node]) for w in self.loads}
        self._per_watt = {s: float(self.problem.cents_per_watt(s, node)) for s in self.sites}
        self._carried = {w: self.program.line(at_least=1.0) for w in self.loads}
        self._served = {w: self.program.line(at_least=1.0) for w, m in self._mean.items() if m}
        self._within: dict[tuple[str, Option], Line] = {}
        self._dearest = self._PENALTY * (100.0 + sum(self._worst(w) for w in self._served))
        self._prices: tuple[dict[str, float], dict[str, float]] = ({}, {})
        for workload, row in self._carried.items():
            missing = self.program.column(cost=self._dearest)
            self.program.put(row, missing, 1.0)
            if workload in self._served:
                self.program.put(self._served[workload], missing, 1.0)

    def margin(self) -> float:
        """Columns pay from a hundred-millionth of the penalty on.

        In 16 random programs with up to 3,000 cards, lines lie 1e-6 below the optimum at most with
        this, and up to 4e-3 with ten times as much: every card is dearer by what is left out.
        """
        return self._dearest * 1e-8

    def carry(self, site: str, option: Option, column: Column) -> None:
        """A replica carries its share of the load and lets its option serve so much more."""
        workload = option.workload
        share = float(self.shares(workload, option.capacity))
        self.program.put(self._carried[workload], column, share)
        if workload in self._served:
            row = self._within.get((site, option)) or self._open_line(site, option)
            self.program.put(row, column, -option.capacity / self._mean[workload])

    def _open_line(self, site: str, option: Option) -> Line:
        """What an option serves: at most what its replicas carry, at its power."""
        cents = float(option.watts_per_quantum) * self._per_watt[site] * self._mean[option.workload]
        row, served = self.program.line(at_most=0.0), self.program.column(cost=cents)
        self._within[site, option] = row
        self.program.put(row, served, 1.0)
        self.program.put(self._served[option.workload], served, 1.0)
        return row

    def read_prices(self, duals: Mapping[Line, float]) -> None:
        """Prices of the whole load and of the whole mean load of each workload."""
        carried = {w: max(0.0, duals.get(row, 0.0)) for w, row in self._carried.items()}
        served = {w: max(0.0, duals.get(row, 0.0)) for w, row in self._served.items()}
        self._prices = (carried, served)

    def worth(self, choices: Choices, site: str) -> Floats:
        """Price of what each option carries, and of what it serves above its own cost."""
        workload = choices.workload
        carried, served = self._prices
        shares = self.shares(workload, choices.capacity)
        worth: Floats = shares * carried[workload]
        if workload in served:
            mean = self._mean[workload]
            own = choices.watts * self._per_watt[site] * mean
            gain: Floats = choices.capacity / mean * np.maximum(0.0, served[workload] - own)
            gain[0] = 0.0
            worth = worth + gain
        return worth

    def dearest(self) -> float:
        """More than serving everything costs."""
        return self._dearest

    def carry_turns(self, site: str, option: Option, column: Column) -> None:
        """A group carries as much as it can in a month; fractions of it carry fractions."""
        share = option.capacity / self.loads[option.workload]
        self.program.put(self._carried[option.workload], column, share)
        if option.workload in self._served:
            row = self._within.get((site, option)) or self._open_line(site, option)
            self.program.put(row, column, -option.capacity / self._mean[option.workload])

    def worth_of_turn(self, option: Option, site: str) -> float:
        """Price of what a group carries in a month, and of what it serves above its own cost."""
        workload = option.workload
        carried, served = self._prices
        worth = option.capacity / self.loads[workload] * carried[workload]
        if workload in served:
            mean = self._mean[workload]
            own = float(option.watts_per_quantum) * self._per_watt[site] * mean
            worth += option.capacity / mean * max(0.0, served[workload] - own)
        return worth

    def line(self, state: State) -> CostLine:
        """A line that is near the least cost at a state and below it everywhere."""
        _, price = self.settle(state)
        carried, served = self._prices
        cents = sum(carried.values()) + sum(served.values()) + self.worth_of_pools()
        for workload in self.loads:
            pays = carried[workload] + served.get(workload, 0.0) - self._dearest
            cents -= max(0.0, pays)
        factors = {slot: p for slot, p in price.items() if p > 0}
        return CostLine(factors, cents - self.margin())

    def _worst(self, workload: str) -> float:
        dearest = max(
            float(o.watts_per_quantum) for o in self.problem.options if o.workload == workload
        )
        return dearest * max(self._per_watt.values()) * self._mean[workload]

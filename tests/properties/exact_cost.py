"""What a plan costs, unrounded, by the prices and the electricity of the brute force."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planner.plan.schema import Acquisition, Plan
from planner.scenario.inputs import Inputs
from planner.sizing.option import Sizing
from tests.properties.brute_ground import Ground
from tests.properties.brute_ownership import Market, Spell


class Bill:
    """Discounted cents of a plan for a scenario with one site."""

    def __init__(self, plan: Plan, inputs: Inputs, sizing: Sizing) -> None:
        self.plan, self.sizing = plan, sizing
        self.ground, self.market = Ground(inputs, sizing), Market(inputs)
        (self.site,) = inputs.scenario.sites
        self.months = [str(self.market.start + m) for m in range(inputs.scenario.months)]
        self.ends = [str(self.market.start + m) for m in self.market.ends]

    def total(self) -> Fraction:
        """Hardware and electricity, every amount as it is before it becomes whole cents."""
        hardware = sum(unit.count * self._spell(unit).cents for unit in self.plan.acquisitions)
        return hardware + sum(
            self.market.factors[month] * watts * self.ground.cents_per_w(self.site)
            for month, watts in enumerate(self._watts())
        )

    def _spell(self, unit: Acquisition) -> Spell:
        """The unit's spell among all that are possible."""
        if unit.lot is None:
            spells, first = self.market.bought(unit.item), self.ends.index(unit.node)
        else:
            spells, first = self.market.kept(self.market.scenario.existing[unit.lot - 1]), 0
        end = self.ends.index(unit.leaves) if unit.leaves else len(self.ends) - 1
        (found,) = [s for s in spells if (s.first, s.end) == (first, end)]
        return found

    def _watts(self) -> Iterator[Fraction]:
        """Mean watts of each month: machines at rest, and the load on the thriftiest replicas."""
        running: list[tuple[Fraction, str, int]] = []
        resting = Fraction(0)
        for month, name in enumerate(self.months):
            if name in self.plan.nodes:
                running = list(self._running(name))
            if any(h.node == name for h in self.plan.placement):
                resting = self._resting(name)
            served = {w: q.load[month] for w, q in self.sizing.quanta.items()}
            watts = resting if running else Fraction(0)
            for each, workload, most in sorted(running):
                now = min(served[workload], Fraction(most))
                served[workload] -= now
                watts += each * now
            yield watts

    def _running(self, node: str) -> Iterator[tuple[Fraction, str, int]]:
        """Watts for a quantum, workload and quanta of everything deployed at a node."""
        for d in self.plan.deployments:
            if d.node == node:
                (o,) = [
                    o
                    for o in self.sizing.options
                    if (o.workload, o.gpu, o.precision, o.gpus, o.part, o.level)
                    == (d.workload, d.gpu, d.precision, d.gpus_per_replica, d.shared, d.level)
                ]
                yield Fraction(o.power_mw, 1000 * o.capacity), o.workload, o.capacity * d.replicas

    def _resting(self, node: str) -> Fraction:
        hosts = [h for h in self.plan.placement if h.node == node]
        cards = [self.ground.gpus[c.gpu].idle_w for h in hosts for c in h.cards]
        return sum((self.ground.hosts[h.build].base_idle_w for h in hosts), sum(cards, Fraction(0)))


def exact_cost(plan: Plan, inputs: Inputs, sizing: Sizing) -> Fraction:
    """Discounted cents that a plan costs, as an exact fraction."""
    return Bill(plan, inputs, sizing).total()

"""What a plan costs, unrounded, by the prices and the electricity of the brute force."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planner.plan.schema import Acquisition, Deployment, Plan
from planner.scenario.inputs import Inputs
from planner.sizing.option import Option, Sizing
from planner.units import Month
from tests.properties.families_force import load_of
from tests.properties.families_ground import FamiliesGround
from tests.properties.families_ownership import Trade
from tests.properties.families_service import Row, Service


class Bill:
    """Discounted cents of a plan, with requests and turns routed as cheaply as can be."""

    def __init__(self, plan: Plan, inputs: Inputs, sizing: Sizing) -> None:
        self.plan, self.sizing = plan, sizing
        self.ground = FamiliesGround(inputs, sizing)
        self.trade = Trade(self.ground)
        for name, workload in self.ground.workloads.items():
            self.ground.workloads[name] = workload.model_copy(update={"survive": None})
        self.months = [str(self.trade.start + m) for m in range(inputs.scenario.months)]
        self.ends = [str(self.trade.start + m) for m in self.trade.ends]

    def total(self) -> Fraction:
        """Hardware and electricity, every amount as it is before it becomes whole cents."""
        hardware = sum(unit.count * self._hardware(unit) for unit in self.plan.acquisitions)
        electricity = zip(self.trade.factors, self._electricity(), strict=False)
        return hardware + sum((factor * cents for factor, cents in electricity), Fraction(0))

    def _hardware(self, unit: Acquisition) -> Fraction:
        """Everything that is paid for one unit, what it brings taken off."""
        if unit.term_months is not None and unit.per_month is not None:
            first = Month.parse(unit.in_service) - self.trade.start
            months = range(first, first + unit.term_months)
            horizon = self.trade.horizon
            factors = (self.trade.factors[min(m, horizon)] for m in months)
            return unit.per_month * sum(factors, Fraction(0))
        leaves = self.ends.index(unit.leaves) if unit.leaves else len(self.ends) - 1
        if unit.lot is not None:
            return self.trade.kept(self.trade.scenario.existing[unit.lot - 1])[leaves].cents
        ordered = self.ends.index(unit.node)
        (found,) = [
            s for s in self.trade.bought(unit.item) if (s.ordered, s.leaves) == (ordered, leaves)
        ]
        return found.cents

    def _electricity(self) -> Iterator[Fraction]:
        """Cents of each month: machines at rest, and the load as cheaply as can be."""
        running, resting = False, Fraction(0)
        node = self.plan.nodes[0]
        known: dict[object, Fraction] = {}
        for month, name in enumerate(self.months):
            if name in self.plan.nodes:
                node, running = name, self._is_running(name)
            if any(h.node == name for h in self.plan.placement):
                resting = self._resting(name)
            load = load_of(self.ground, range(month, month + 1))
            key = (node, *load.demand.values(), *load.load.values(), *load.classes.values())
            if running and key not in known:
                known[key] = self._serving(node, Service(self.ground, load))
            yield resting + known[key] if running else Fraction(0)

    def _is_running(self, node: str) -> bool:
        deployed = any(entry.node == node for entry in self.plan.deployments)
        return deployed or any(pool.node == node for pool in self.plan.pools)

    def _resting(self, node: str) -> Fraction:
        cents = Fraction(0)
        places = {place.name: place for place in self.ground.places}
        for host in self.plan.placement:
            if host.node == node and places[host.host.split("/")[0]].site is not None:
                watts = self.ground.hosts[host.build].base_idle_w
                watts += sum(self.ground.gpus[card.gpu].idle_w for card in host.cards)
                cents += watts * places[host.host.split("/")[0]].cents_per_w
        return cents

    def _serving(self, node: str, service: Service) -> Fraction:
        places = {place.name: place for place in self.ground.places}
        row: Row = service.none()
        for d in self.plan.deployments:
            if d.node == node and d.workload in service.wanted:
                row = row + d.replicas * service.replica(places[d.site], self._option(d))
        for pool in self.plan.pools:
            key = (pool.site, pool.gpu, pool.gpus_per_group, pool.link)
            if pool.node == node and key in service.columns:
                row[service.columns[key]] -= pool.groups
        cents = service.cents(row)
        assert cents is not None, f"what runs at {node} does not carry the load"
        return cents

    def _option(self, d: Deployment) -> Option:
        said = (d.workload, d.gpu, d.precision, d.gpus_per_replica, d.shared, d.level, d.slice)
        (found,) = [
            o
            for o in self.sizing.options
            if (o.workload, o.gpu, o.precision, o.gpus, o.part, o.level, o.slice) == said
            and o.link == d.link
        ]
        return found


def exact_cost(plan: Plan, inputs: Inputs, sizing: Sizing) -> Fraction:
    """Discounted cents that a plan costs, as an exact fraction."""
    return Bill(plan, inputs, sizing).total()

"""What the audit works on: a plan, its own inputs read again, and the sizes derived again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Protocol, TypeVar

from planner.catalog.items import Bridge, Gpu, Host, Rack
from planner.plan.options import OptionKey, key_of
from planner.plan.schema import Acquisition, Deployment, PlacedHost, Plan, Pool
from planner.scenario.inputs import Inputs
from planner.scenario.places import Place, RentedMachine, places, rented_machines
from planner.scenario.pricing import Prices
from planner.scenario.schema import Site
from planner.scenario.workloads import AnyWorkload
from planner.sizing.option import Option, Sizing
from planner.sizing.sizing import size
from planner.units import Month

HORIZON = "horizon"
DECIMAL = re.compile(r"[01]\.[0-9]{12}\Z")
TOLERANCE = Fraction(1, 10**6)
"""Shares of requests and hours are decimals of a solver: so much may be missing of them."""


class _Dated(Protocol):
    @property
    def node(self) -> str: ...


D = TypeVar("D", bound=_Dated)


@dataclass(frozen=True)
class Case:
    """A plan under audit."""

    plan: Plan
    inputs: Inputs

    def prepare(self) -> None:
        """Derive everything that may fail on broken inputs.

        Raises:
            Exception: of many kinds, if the inputs are no scenario with its facts.
        """
        for item in (*self.gpus, *self.hosts, *self.bridges, *self.racks):
            self.prices.price(item, self.start)
            self.prices.resale_curve(item)
        for site in self.sites.values():
            assert site.racks is None or site.racks.model in self.racks, "a rack is missing"
        assert self.months, "a roadmap has months"
        assert self.sizing is not None

    @cached_property
    def sizing(self) -> Sizing:
        """Deployment options, derived again from the plan's inputs."""
        return size(self.inputs)

    @cached_property
    def options(self) -> Mapping[OptionKey, Option]:
        """Options by what tells them apart."""
        return {key_of(o): o for o in self.sizing.options}

    @cached_property
    def workloads(self) -> Mapping[str, AnyWorkload]:
        """Workloads by name."""
        return {w.name: w for w in self.inputs.scenario.workloads}

    @cached_property
    def prices(self) -> Prices:
        """Prices of the scenario."""
        return self.inputs.prices()

    @cached_property
    def gpus(self) -> Mapping[str, Gpu]:
        """Cards that may be used."""
        return self.inputs.gpus()

    @cached_property
    def hosts(self) -> Mapping[str, Host]:
        """Hosts that may be used."""
        return self.inputs.hosts()

    @cached_property
    def bridges(self) -> Mapping[str, Bridge]:
        """Bridges that may be used."""
        return self.inputs.bridges()

    @cached_property
    def racks(self) -> Mapping[str, Rack]:
        """Racks that some site has or may buy."""
        return self.inputs.racks()

    @cached_property
    def rentals(self) -> Mapping[str, RentedMachine]:
        """Machines that can be rented and whose cards may be used."""
        offered = rented_machines(self.inputs.scenario)
        return {m.id: m for m in offered if m.gpu in self.gpus}

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Sites and providers by name."""
        return {p.name: p for p in places(self.inputs.scenario)}

    def kind_of(self, item: str) -> str | None:
        """What an item is, or None where it is not one that may be held."""
        kinds: dict[str, Mapping[str, object]] = {
            "gpu": self.gpus,
            "host": self.hosts,
            "bridge": self.bridges,
            "rack": self.racks,
            "rental": self.rentals,
        }
        return next((kind for kind, known in kinds.items() if item in known), None)

    def lead(self, item: str) -> int:
        """Months from the order of an item to its service."""
        return next((x.months for x in self.inputs.scenario.lead_times if x.item == item), 0)

    @cached_property
    def sites(self) -> Mapping[str, Site]:
        """Sites by name."""
        return {s.name: s for s in self.inputs.scenario.sites}

    @cached_property
    def start(self) -> Month:
        """First month."""
        return Month.parse(self.inputs.scenario.start)

    @cached_property
    def months(self) -> tuple[str, ...]:
        """Every month of the roadmap."""
        return tuple(str(self.start + m) for m in range(self.inputs.scenario.months))

    @cached_property
    def factors(self) -> tuple[Fraction, ...]:
        """Discount factors as the plan states them; -1 for what is no decimal number."""
        return tuple(
            Fraction(text) if DECIMAL.match(text) else Fraction(-1)
            for text in self.plan.discount_factors
        )

    def index(self, node: str) -> int | None:
        """Number of a month of the roadmap, of the horizon, or None."""
        if node == HORIZON:
            return len(self.months)
        return self.months.index(node) if node in self.months else None

    @cached_property
    def deployments(self) -> Mapping[str, tuple[Deployment, ...]]:
        """Deployments in each month; they are stated at every node."""
        return self._held(self.plan.deployments, emptied=frozenset(self.plan.nodes))

    @cached_property
    def pools(self) -> Mapping[str, tuple[Pool, ...]]:
        """Pools in each month; they are stated at every node."""
        return self._held(self.plan.pools, emptied=frozenset(self.plan.nodes))

    @cached_property
    def placement(self) -> Mapping[str, tuple[PlacedHost, ...]]:
        """Hosts with their cards in each month; nothing is in use where nothing is deployed."""
        idle = frozenset(
            month for month in self.months if not self.deployments[month] and not self.pools[month]
        )
        return self._held(self.plan.placement, emptied=idle)

    def arrived(self, month: str) -> Iterator[Acquisition]:
        """Units that are held in a month and have arrived."""
        for unit in self.plan.acquisitions:
            if unit.in_service <= month and (unit.leaves is None or month < unit.leaves):
                yield unit

    def usable(self, month: str) -> Iterator[Acquisition]:
        """Units that can be used all through the step of a month."""
        first, end = self.step_of(month)
        for unit in self.plan.acquisitions:
            if unit.in_service <= first and (unit.leaves is None or end <= unit.leaves):
                yield unit

    def held(self, month: str) -> Iterator[Acquisition]:
        """Units that are held all through the step of a month, on their way included."""
        first, end = self.step_of(month)
        for unit in self.plan.acquisitions:
            if unit.node <= first and (unit.leaves is None or end <= unit.leaves):
                yield unit

    def step_of(self, month: str) -> tuple[str, str]:
        """First month of the step of a month, and the month after it."""
        step = self.inputs.scenario.step_months
        first = self.months.index(month) // step * step
        return str(self.start + first), str(self.start + first + step)

    @cached_property
    def spans(self) -> tuple[tuple[str, str], ...]:
        """First month of every node, and the month after its last."""
        nodes = sorted({n for n in self.plan.nodes if n in self.months})
        end = str(self.start + len(self.months))
        return tuple(zip(nodes, [*nodes[1:], end], strict=False))

    @cached_property
    def steps(self) -> tuple[str, ...]:
        """First month of every step."""
        return self.months[:: self.inputs.scenario.step_months]

    def _held(self, entries: Iterable[D], *, emptied: frozenset[str]) -> dict[str, tuple[D, ...]]:
        """Entries of the latest node up to each month; none from an emptied month without any."""
        by_node: dict[str, list[D]] = {}
        for entry in entries:
            by_node.setdefault(entry.node, []).append(entry)
        held: dict[str, tuple[D, ...]] = {}
        now: tuple[D, ...] = ()
        for month in self.months:
            if month in by_node or month in emptied:
                now = tuple(by_node.get(month, ()))
            held[month] = now
        return held


def site_of(host: PlacedHost) -> str:
    """The place at which a machine stands."""
    return host.host.split("/")[0]


def changes(case: Case) -> Iterator[str]:
    """First month of every stretch in which loads, what runs, placement and fleet stay equal."""
    before: object = None
    for i, month in enumerate(case.months):
        now = (
            [q.demand[i] for q in case.sizing.quanta.values()],
            [shape.demand[i] for q in case.sizing.quanta.values() for shape in q.classes],
            case.deployments[month],
            case.pools[month],
            case.placement[month],
            [id(u) for u in case.usable(month)],
        )
        if now != before:
            yield month
        before = now

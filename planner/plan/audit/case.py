"""What the audit works on: a plan, its own inputs read again, and the sizes derived again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Protocol, TypeVar

from planner.catalog.items import Gpu, Host
from planner.plan.schema import Acquisition, Deployment, PlacedHost, Plan
from planner.scenario.inputs import Inputs
from planner.scenario.pricing import Prices
from planner.scenario.schema import Site
from planner.sizing.option import Option, Sizing
from planner.sizing.sizing import size
from planner.units import Month

HORIZON = "horizon"
DECIMAL = re.compile(r"[01]\.[0-9]{12}\Z")
OptionKey = tuple[str, str, str, int, bool, int]


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
        for item in (*self.gpus, *self.hosts):
            self.prices.price(item, self.start)
            self.prices.resale_curve(item)
        assert self.months, "a roadmap has months"
        assert self.sizing is not None

    @cached_property
    def sizing(self) -> Sizing:
        """Deployment options, derived again from the plan's inputs."""
        return size(self.inputs)

    @cached_property
    def options(self) -> Mapping[OptionKey, Option]:
        """Options by (workload, card, precision, cards, part, level)."""
        return {
            (o.workload, o.gpu, o.precision, o.gpus, o.part, o.level): o
            for o in self.sizing.options
        }

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
    def placement(self) -> Mapping[str, tuple[PlacedHost, ...]]:
        """Hosts with their cards in each month; nothing is in use where nothing is deployed."""
        idle = frozenset(month for month in self.months if not self.deployments[month])
        return self._held(self.plan.placement, emptied=idle)

    def owned(self, month: str) -> Iterator[Acquisition]:
        """Units that are held in a month."""
        for unit in self.plan.acquisitions:
            if unit.in_service <= month and (unit.leaves is None or month < unit.leaves):
                yield unit

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


def changes(case: Case) -> Iterator[str]:
    """First month of every stretch in which loads, deployments, placement and fleet stay equal."""
    before: object = None
    for i, month in enumerate(case.months):
        now = (
            [q.demand[i] for q in case.sizing.quanta.values()],
            case.deployments[month],
            case.placement[month],
            [id(u) for u in case.owned(month)],
        )
        if now != before:
            yield month
        before = now

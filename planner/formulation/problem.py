"""Sets and parameters of the formulation as plain frozen data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Literal, TypeAlias

from planner.formulation.builds import Build
from planner.formulation.host_rooms import HostRoom
from planner.formulation.parameters import (
    BridgeFacts,
    HostFacts,
    HostNeed,
    SiteLimits,
    Survival,
    Window,
)
from planner.formulation.patterns import CardPattern, CardRoom
from planner.formulation.tree import Node, TimeTree
from planner.sizing.option import Layout, Option
from planner.units import HOURS_PER_MONTH

ItemKind: TypeAlias = Literal["gpu", "host", "bridge", "rack", "rental"]
Mode: TypeAlias = Literal["purchase", "lease", "rent", "existing"]


@dataclass(frozen=True, slots=True)
class PoolKind:
    """Groups of whole cards that jobs use in turn.

    Attributes:
        gpu: kind of card.
        gpus: cards of a group.
        link: what joins them.
    """

    gpu: str
    gpus: int
    link: str

    @property
    def name(self) -> str:
        """Name in listings, for example ``rtx-a6000/x2/pcie``."""
        return f"{self.gpu}/x{self.gpus}/{self.link}"


def pool_of(option: Option) -> PoolKind:
    """The pool in which a pooled option works."""
    return PoolKind(option.gpu, option.gpus, option.link)


@dataclass(frozen=True, slots=True)
class Watts:
    """Power of a card, or of a host without its cards, at rest and at full load."""

    idle: Fraction
    load: Fraction


@dataclass(frozen=True, slots=True, eq=False)
class Vintage:
    """Units of an item ordered at one node, or an existing lot; all amounts in cents for one unit.

    Attributes:
        site: where they stand.
        item: id of the card, host, bridge or rack.
        kind: which of these it is; ``rental`` for a rented machine.
        mode: how it is held.
        label: node of the order, or ``lot1`` and so on for existing lots.
        node: index of the node of the order; None for an existing lot.
        count: units of an existing lot; None for a purchase.
        most: bound on the units: an order is no larger than what could be in use at its site.
        least: units that must be ordered at the node of the order; 0 if free.
        buy: price; 0 for what is not bought.
        sell: value on leaving at a node, by index of the node.
        closing: value at the horizon, by index of the leaf.
        keep_per_month: support while it is in service.
        lead: months from the order to service.
        term: months that are paid, for a lease or a rental; None for what is owned.
        per_month: payment in each of these.
        credit: no less than what it brings at a node or within the node before it, by index of
            the node; where nothing is said, ``sell``.
        stays: whether its units cannot leave before the horizon.
        settled: units that are held, no more and no less, by index of the node, where that is
            decided already.
        offered: most units of the offer at a time, whenever they were ordered, or None.
        most_merged: bound on the units that single months could have ordered between the nodes
            before and after, where it is larger than ``most``.
    """

    site: str
    item: str
    kind: ItemKind
    mode: Mode
    label: str
    node: int | None
    count: int | None
    most: int
    buy: int
    sell: Mapping[int, int]
    closing: Mapping[int, int]
    keep_per_month: Fraction
    least: int = 0
    lead: int = 0
    term: int | None = None
    per_month: int = 0
    credit: Mapping[int, int] = field(default_factory=dict)
    stays: bool = False
    settled: Mapping[int, int] = field(default_factory=dict)
    offered: int | None = None
    most_merged: int = 0

    @property
    def is_gpu(self) -> bool:
        """Whether the item is a card."""
        return self.kind == "gpu"


@dataclass(frozen=True)
class Problem:
    """Everything that the rules need; ``patterns`` and ``builds`` may be a part of all that exist.

    Attributes:
        tree: the nodes.
        sites: limits of each site.
        demand: load that must be carried, quanta, by (workload, index of the node).
        load: mean load for the energy bill, quanta, by (workload, index of the node).
        options: deployment options.
        rooms: what each kind of card offers to replicas that share it.
        patterns: card patterns, by card.
        gpus: kinds of cards.
        loose_gpus: those that are bought loose.
        hosts: kinds of hosts.
        watts: power of each card and host.
        most_units: more cards or hosts of a kind than this are never of use, by (site, item);
            what cannot stand at a site is left out.
        builds: hosts with fillings.
        vintages: what can be held.
        barred: (site, workload) of workloads that may not run at a site.
        layouts: ways to cut a card into MIG instances, by card.
        class_demand: requests per second, by (workload, number of the class, index of the node).
        survival: what may be lost, by workload.
        turns_most: most groups that a pooled job runs on at a time, by workload.
        bridges: what joins two cards of a kind, by card.
        facts: what each host brings beside its cards.
        host_rooms: what each host offers to cards.
        host_needs: what a replica takes of its host, by workload.
        windows: limits on capital.
        supply: most units that can be ordered at a node, by item.
        kinds_most: most kinds of cards at a time, or None.
        favourable: whether sales count against a limit on capital at the best value within the
            node before; then no cheaper plan is lost by merging months.
        step_months: months of a step of the roadmap; a node stands for one or more steps.
    """

    tree: TimeTree
    sites: tuple[SiteLimits, ...]
    demand: Mapping[tuple[str, int], int]
    load: Mapping[tuple[str, int], Fraction]
    options: tuple[Option, ...]
    rooms: Mapping[str, CardRoom]
    patterns: tuple[CardPattern, ...]
    gpus: tuple[str, ...]
    loose_gpus: frozenset[str]
    hosts: tuple[str, ...]
    watts: Mapping[str, Watts]
    most_units: Mapping[tuple[str, str], int]
    builds: tuple[Build, ...]
    vintages: tuple[Vintage, ...]
    barred: frozenset[tuple[str, str]] = frozenset()
    layouts: Mapping[str, tuple[Layout, ...]] = field(default_factory=dict)
    class_demand: Mapping[tuple[str, int, int], Fraction] = field(default_factory=dict)
    survival: Mapping[str, Survival] = field(default_factory=dict)
    turns_most: Mapping[str, int] = field(default_factory=dict)
    bridges: Mapping[str, BridgeFacts] = field(default_factory=dict)
    facts: Mapping[str, HostFacts] = field(default_factory=dict)
    host_rooms: Mapping[str, HostRoom] = field(default_factory=dict)
    host_needs: Mapping[str, HostNeed] = field(default_factory=dict)
    windows: tuple[Window, ...] = ()
    supply: Mapping[str, int] = field(default_factory=dict)
    kinds_most: int | None = None
    favourable: bool = False
    step_months: int = 1

    @cached_property
    def workloads(self) -> tuple[str, ...]:
        """Workloads in the order of the scenario."""
        return tuple(dict.fromkeys(w for w, _ in self.demand))

    @cached_property
    def whole_options(self) -> tuple[Option, ...]:
        """Options that take whole cards."""
        return tuple(o for o in self.options if o.whole)

    @cached_property
    def sliced_options(self) -> tuple[Option, ...]:
        """Options that run in a MIG instance."""
        return tuple(o for o in self.options if o.slice is not None)

    @cached_property
    def pooled_options(self) -> tuple[Option, ...]:
        """Options that take turns on the groups of a pool."""
        return tuple(o for o in self.options if o.pooled)

    @cached_property
    def patterned_options(self) -> tuple[Option, ...]:
        """Options that take part of a card and stand in some pattern."""
        return tuple(dict.fromkeys(o for p in self.patterns for o in p.replicas))

    @cached_property
    def deployable(self) -> tuple[Option, ...]:
        """Options that the patterns at hand allow to deploy in replicas, whole cards included."""
        return self.whole_options + self.sliced_options + self.patterned_options

    def needed(self, node: Node) -> Iterator[Option]:
        """Deployable options of workloads with load at a node."""
        return (o for o in self.deployable if self.demand[o.workload, node.index])

    def is_bridged(self, group: Option | PoolKind) -> bool:
        """Whether the cards of a group are joined by a bridge that is bought apart."""
        return group.link == "nvlink" and group.gpu in self.bridges

    def kind_of(self, vintage: Vintage) -> str | None:
        """Kind of the cards that units of a vintage are or bring; None if they have none."""
        if vintage.kind == "gpu":
            return vintage.item
        return self.facts[vintage.item].built_in if vintage.kind == "host" else None

    @cached_property
    def kinds_held(self) -> tuple[str, ...]:
        """Kinds of cards that can be held."""
        found = (self.kind_of(v) for v in self.vintages)
        return tuple(sorted({g for g in found if g is not None}))

    def in_service(self, vintage: Vintage, node: Node) -> bool:
        """Whether units of a vintage can be used at a node: through all of its months."""
        since = self.arrival(vintage)
        stays = vintage.term is None or node.month + node.length <= since + vintage.term
        return node.month >= since and stays

    def arrival(self, vintage: Vintage) -> int:
        """Month from which units of a vintage can be used."""
        ordered = 0 if vintage.node is None else self.tree.nodes[vintage.node].month
        return ordered + vintage.lead

    def may_run(self, site: str, workload: str) -> bool:
        """Whether a workload may run at a site."""
        return (site, workload) not in self.barred

    def stands(self, site: str, item: str) -> bool:
        """Whether a kind of card or host can be in use at a site."""
        return (site, item) in self.most_units

    def runs(self, site: str, option: Option) -> bool:
        """Whether an option can be deployed at a site."""
        return self.may_run(site, option.workload) and self.stands(site, option.gpu)

    def classes_of(self, workload: str) -> range:
        """Numbers of the request classes of a workload."""
        return range(self._class_counts.get(workload, 0))

    @cached_property
    def _class_counts(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for workload, number, _ in self.class_demand:
            counts[workload] = max(counts.get(workload, 0), number + 1)
        return counts

    def utilisation(self, option: Option, number: int, node: int) -> Fraction | None:
        """Replicas of an option that all requests of a class keep busy; None if it cannot."""
        rate = option.rates[number]
        return self.class_demand[option.workload, number, node] / rate if rate else None

    def most_replicas(self, option: Option, node: Node) -> int:
        """More replicas of an option than this are never of use."""
        if option.rates:
            busy = (
                self.utilisation(option, k, node.index) for k in self.classes_of(option.workload)
            )
            return ceil(sum((b for b in busy if b is not None), Fraction(0)))
        enough = -(-self.demand[option.workload, node.index] // option.capacity)
        survival = self.survival.get(option.workload)
        return survival.replicas(enough) if survival else enough

    def cents_per_watt(self, site: str, node: int) -> Fraction:
        """Discounted cost of one watt of IT power over all months of a node."""
        return self._watt_prices[site, node]

    @cached_property
    def _watt_prices(self) -> dict[tuple[str, int], Fraction]:
        running = [self.tree.running_weight(node) for node in self.tree.nodes]
        return {
            (s.name, n.index): s.pue * HOURS_PER_MONTH * s.cents_per_kwh / 1000 * running[n.index]
            for s in self.sites
            for n in self.tree.nodes
        }

    def restricted(self, patterns: tuple[CardPattern, ...], builds: tuple[Build, ...]) -> Problem:
        """The same problem with other patterns and builds."""
        return replace(self, patterns=patterns, builds=builds)

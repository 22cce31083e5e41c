"""Sets and parameters of the formulation as plain frozen data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from planner.formulation.builds import Build
from planner.formulation.patterns import CardPattern, CardRoom
from planner.formulation.tree import Node, TimeTree
from planner.sizing.option import Option
from planner.units import HOURS_PER_MONTH


@dataclass(frozen=True, slots=True)
class SiteLimits:
    """A site as the formulation sees it.

    Attributes:
        name: name of the site.
        facility_w: power that the site gives, watts, cooling included.
        pue: facility power for each unit of IT power.
        cents_per_kwh: electricity tariff.
        hosts_max: most hosts that find a place, or None.
    """

    name: str
    facility_w: Fraction
    pue: Fraction
    cents_per_kwh: Fraction
    hosts_max: int | None


@dataclass(frozen=True, slots=True)
class Watts:
    """Power of a card, or of a host without its cards, at rest and at full load."""

    idle: Fraction
    load: Fraction


@dataclass(frozen=True, slots=True, eq=False)
class Vintage:
    """Units of an item bought at one node, or an existing lot; all amounts in cents for one unit.

    Attributes:
        site: where they stand.
        item: id of the card or host.
        is_gpu: whether the item is a card.
        label: node of the order, or ``lot1`` and so on for existing lots.
        node: index of the node of the order; None for an existing lot.
        count: units of an existing lot; None for a purchase.
        most: bound on the units.
        least: units that must be bought at the node of the order; 0 if free.
        buy: price; 0 for an existing lot.
        sell: value on leaving at a node, by index of the node.
        closing: value at the horizon, by index of the leaf.
        keep_per_month: support while it is held.
    """

    site: str
    item: str
    is_gpu: bool
    label: str
    node: int | None
    count: int | None
    most: int
    buy: int
    sell: Mapping[int, int]
    closing: Mapping[int, int]
    keep_per_month: Fraction
    least: int = 0


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
        most_units: more cards or hosts of a kind than this are never of use, by (site, item).
        builds: hosts with fillings.
        vintages: what can be held.
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

    @cached_property
    def workloads(self) -> tuple[str, ...]:
        """Workloads in the order of the scenario."""
        return tuple(dict.fromkeys(w for w, _ in self.demand))

    @cached_property
    def whole_options(self) -> tuple[Option, ...]:
        """Options that take whole cards."""
        return tuple(o for o in self.options if not o.part)

    @cached_property
    def patterned_options(self) -> tuple[Option, ...]:
        """Options that take part of a card and stand in some pattern."""
        return tuple(dict.fromkeys(o for p in self.patterns for o in p.replicas))

    @cached_property
    def deployable(self) -> tuple[Option, ...]:
        """Options that the patterns at hand allow to deploy, whole cards included."""
        return self.whole_options + self.patterned_options

    def needed(self, node: Node) -> Iterator[Option]:
        """Deployable options of workloads with load at a node."""
        return (o for o in self.deployable if self.demand[o.workload, node.index])

    def most_replicas(self, option: Option, node: Node) -> int:
        """More replicas of an option than this are never of use."""
        return -(-self.demand[option.workload, node.index] // option.capacity)

    def cents_per_watt(self, site: str, node: int) -> Fraction:
        """Discounted cost of one watt of IT power over all months of a node."""
        at = next(s for s in self.sites if s.name == site)
        running = self.tree.running_weight(self.tree.nodes[node])
        return at.pue * HOURS_PER_MONTH * at.cents_per_kwh / 1000 * running

    def restricted(self, patterns: tuple[CardPattern, ...], builds: tuple[Build, ...]) -> Problem:
        """The same problem with other patterns and builds."""
        return replace(self, patterns=patterns, builds=builds)

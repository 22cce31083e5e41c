"""The decisions of the formulation, in families; each key is (site, ..., node)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from planner.formulation.builds import Build
from planner.formulation.expression import Variable
from planner.formulation.machine_variables import MACHINE_FAMILIES, MachineVariables
from planner.formulation.patterns import CardPattern
from planner.formulation.problem import PoolKind, Problem, Vintage, pool_of
from planner.formulation.tree import Node
from planner.sizing.option import Layout, Option

FAMILIES = {
    "replicas": r"x_{s,o,n} \in \mathbb Z_+: replicas in option o at node n",
    "patterns": r"z_{s,g,P,n} \in \mathbb Z_+: cards that carry pattern P",
    "cuts": r"l_{s,g,L,n} \in \mathbb Z_+: cards cut by the MIG layout L",
    "pools": r"G_{s,t,n} \in \mathbb Z_+: groups of a time-shared pool",
    "turns": r"\tau_{s,o,n} \ge 0: groups of a pool that an option keeps busy",
    "routed": r"f_{s,o,k,n} \ge 0: share of the requests of class k that an option gets",
    "thresholds": r"\beta_{w,t,n} \in \{0,1\}: capacity t of what may be lost",
    "installed": r"u_{g,s,n} \in \mathbb Z_+: cards installed in hosts",
    "running": r"r_{e,s,n} \in \mathbb Z_+: hosts of a kind in use",
    "builds": r"h_{s,b,n} \in \mathbb Z_+: hosts in use as build b",
    "racked": r"y_{s,b,r,n} \in \mathbb Z_+: hosts of build b in rack r",
    "opened": r"q_{s,r,n} \in \{0,1\}: whether a rack that is bought is in use",
    "owned": r"\mathrm{own}_{i,s,v,n} \in \mathbb Z_+: units of a vintage still held",
    "kinds": r"\mathrm{kind}_{g,n} \in \{0,1\}: whether cards of a kind are held",
    "served": r"\mathrm{srv}_{s,o,n} \ge 0: load served by an option",
    **MACHINE_FAMILIES,
}


@dataclass(frozen=True)
class Variables:
    """All decisions of a problem; look one up by its objects, for example ``replicas[s, o, n]``."""

    problem: Problem

    @cached_property
    def replicas(self) -> dict[tuple[str, Option, int], Variable]:
        """Replicas by (site, option, node)."""
        p = self.problem
        return {
            (s.name, o, n.index): Variable(
                "replicas", (s.name, o.name, n.label), p.most_replicas(o, n), priority=1
            )
            for s in p.sites
            for n in p.tree.nodes
            for o in p.needed(n)
            if p.runs(s.name, o)
        }

    @cached_property
    def turns(self) -> dict[tuple[str, Option, int], Variable]:
        """Groups that a pooled option keeps busy, by (site, option, node)."""
        p = self.problem
        return {
            (s.name, o, n.index): Variable(
                "turns", (s.name, o.name, n.label), p.turns_most[o.workload], integer=False
            )
            for s in p.sites
            for n in p.tree.nodes
            for o in p.pooled_options
            if p.runs(s.name, o) and p.demand[o.workload, n.index]
        }

    @cached_property
    def carrying(self) -> dict[tuple[str, Option, int], Variable]:
        """What carries load in multiples of its capacity: replicas and turns."""
        found = {key: v for key, v in self.replicas.items() if not key[1].rates}
        return found | self.turns

    @cached_property
    def served(self) -> dict[tuple[str, Option, int], Variable]:
        """Load served by (site, option, node)."""
        return {
            (site, o, n): Variable(
                "served", v.key, self.problem.demand[o.workload, n], integer=False
            )
            for (site, o, n), v in self.carrying.items()
        }

    @cached_property
    def routed(self) -> dict[tuple[str, Option, int, int], Variable]:
        """Share of the requests of a class by (site, option, class, node)."""
        p = self.problem
        return {
            (site, o, k, n): Variable("routed", (*v.key[:2], f"class{k + 1}", v.key[2]), 1,
                                      integer=False)
            for (site, o, n), v in self.replicas.items()
            if o.rates
            for k in p.classes_of(o.workload)
            if o.rates[k] and p.class_demand[o.workload, k, n]
        }  # fmt: skip

    @cached_property
    def thresholds(self) -> dict[tuple[str, int, int], Variable]:
        """Whether a capacity is that of what may be lost, by (workload, capacity, node)."""
        p = self.problem
        found = {}
        for workload, survival in p.survival.items():
            if survival.unit == "hosts":
                continue
            levels = sorted({o.capacity for o in p.deployable if o.workload == workload})
            for node in p.tree.nodes:
                for level in levels if p.demand[workload, node.index] else ():
                    key = (workload, str(level), node.label)
                    found[workload, level, node.index] = Variable("thresholds", key, 1)
        return found

    @cached_property
    def patterns(self) -> dict[tuple[str, CardPattern, int], Variable]:
        """Cards by (site, pattern, node)."""
        found = {}
        for site in self.problem.sites:
            for node in self.problem.tree.nodes:
                for pattern in self.problem.patterns:
                    most = self._most_cards(site.name, pattern, node)
                    if most:
                        key = (site.name, pattern.name, node.label)
                        found[site.name, pattern, node.index] = Variable(
                            "patterns", key, most, priority=2
                        )
        return found

    @cached_property
    def cuts(self) -> dict[tuple[str, str, Layout, int], Variable]:
        """Cards that are cut by (site, card, layout, node)."""
        p = self.problem
        return {
            (s.name, gpu, layout, n.index): Variable(
                "cuts", (s.name, gpu, layout_name(layout), n.label), p.most_units[s.name, gpu],
                priority=2,
            )
            for s in p.sites
            for n in p.tree.nodes
            for gpu, layouts in p.layouts.items()
            if p.stands(s.name, gpu)
            for layout in layouts
        }  # fmt: skip

    @cached_property
    def pools(self) -> dict[tuple[str, PoolKind, int], Variable]:
        """Groups of a pool by (site, pool, node)."""
        most: dict[tuple[str, PoolKind, int], dict[str, int]] = {}
        for site, option, node in self.turns:
            needs = most.setdefault((site, pool_of(option), node), {})
            needs[option.workload] = self.problem.turns_most[option.workload]
        labels = [n.label for n in self.problem.tree.nodes]
        return {
            (site, pool, node): Variable(
                "pools",
                (site, pool.name, labels[node]),
                min(sum(needs.values()), ceil(self.problem.most_units[site, pool.gpu] / pool.gpus)),
                priority=2,
            )
            for (site, pool, node), needs in most.items()
        }

    @cached_property
    def installed(self) -> dict[tuple[str, str, int], Variable]:
        """Cards installed by (site, card, node)."""
        return self._units("installed", self.problem.gpus, 4)

    @cached_property
    def running(self) -> dict[tuple[str, str, int], Variable]:
        """Hosts in use by (site, host, node)."""
        return self._units("running", self.problem.hosts, 5)

    def _units(
        self, family: str, items: tuple[str, ...], priority: int
    ) -> dict[tuple[str, str, int], Variable]:
        p = self.problem
        return {
            (s.name, i, n.index): Variable(
                family, (s.name, i, n.label), p.most_units[s.name, i], priority=priority
            )
            for s in p.sites
            for n in p.tree.nodes
            for i in items
            if p.stands(s.name, i)
        }

    @cached_property
    def builds(self) -> dict[tuple[str, Build, int], Variable]:
        """Hosts in use as a build by (site, build, node)."""
        p = self.problem
        return {
            (s.name, b, n.index): Variable(
                "builds", (s.name, b.name, n.label), p.most_units[s.name, b.host], priority=3
            )
            for s in p.sites
            for n in p.tree.nodes
            for b in p.builds
            if p.stands(s.name, b.host) and all(p.stands(s.name, g) for g, _ in b.cards)
        }

    @cached_property
    def racked(self) -> dict[tuple[str, Build, int, int], Variable]:
        """Hosts in racks by (site, build, rack, node)."""
        p = self.problem
        racks = {s.name: s.racks for s in p.sites if s.racks is not None}
        return {
            (site, b, r, n): Variable("racked", (site, b.name, f"rack{r}", v.key[2]), v.upper)
            for (site, b, n), v in self.builds.items()
            if site in racks and p.facts[b.host].racked
            for r in range(1, racks[site].count + racks[site].buy + 1)
        }

    @cached_property
    def opened(self) -> dict[tuple[str, int, int], Variable]:
        """Whether a rack that is bought is in use, by (site, rack, node)."""
        return {
            (s.name, r, n.index): Variable("opened", (s.name, f"rack{r}", n.label), 1)
            for s in self.problem.sites
            if s.racks is not None
            for n in self.problem.tree.nodes
            for r in range(s.racks.count + 1, s.racks.count + s.racks.buy + 1)
        }

    @cached_property
    def owned(self) -> dict[tuple[Vintage, int], Variable]:
        """Units held by (vintage, node); an existing lot has a fixed entry for the start, -1."""
        found: dict[tuple[Vintage, int], Variable] = {}
        for vintage in self.problem.vintages:
            if vintage.count is not None:
                start = Variable("owned", _owned_key(vintage, "start"), vintage.count)
                start.lower = vintage.count
                found[vintage, -1] = start
            for node in self.held_at(vintage):
                most = vintage.most
                if self.problem.favourable:
                    most = max(most, vintage.most_merged)
                held = Variable("owned", _owned_key(vintage, node.label), most, priority=6)
                if node.index == vintage.node:
                    held.lower = vintage.least
                if node.index in vintage.settled:
                    held.lower = held.upper = vintage.settled[node.index]
                found[vintage, node.index] = held
        return found

    @cached_property
    def kinds(self) -> dict[tuple[str, int], Variable]:
        """Whether cards of a kind are held, by (card, node)."""
        p = self.problem
        if p.kinds_most is None:
            return {}
        return {
            (g, n.index): Variable("kinds", (g, n.label), 1, priority=7)
            for n in p.tree.nodes
            for g in p.kinds_held
        }

    @cached_property
    def machines(self) -> MachineVariables:
        """Decisions about single machines, where sums over hosts are not enough."""
        return MachineVariables(self.problem, self.replicas, self.patterns, self.cuts, self.pools)

    def held_at(self, vintage: Vintage) -> tuple[Node, ...]:
        """Nodes at which a vintage can be held; for a lease, those that begin within its term."""
        tree = self.problem.tree
        if vintage.node is None:
            return tree.nodes
        first = tree.nodes[vintage.node]
        if vintage.term is None:
            return tree.below(first)
        end = first.month + vintage.lead + vintage.term
        return tuple(n for n in tree.below(first) if n.month < end)

    def __iter__(self) -> Iterator[Variable]:
        families = (
            self.owned,
            self.kinds,
            self.running,
            self.installed,
            self.builds,
            self.opened,
            self.racked,
            self.patterns,
            self.cuts,
            self.pools,
            self.replicas,
            self.thresholds,
            self.turns,
            self.routed,
            self.served,
        )
        for family in families:
            yield from family.values()
        yield from self.machines

    def _most_cards(self, site: str, pattern: CardPattern, node: Node) -> int:
        p = self.problem
        if not p.stands(site, pattern.gpu):
            return 0
        return sum(
            p.most_replicas(o, node)
            for o in pattern.replicas
            if p.demand[o.workload, node.index] and p.may_run(site, o.workload)
        )


def layout_name(layout: Layout) -> str:
    """A layout as text, for example ``2x1g.24gb+1x2g.48gb``."""
    return "+".join(f"{count}x{profile}" for profile, count in layout)


def _owned_key(vintage: Vintage, node: str) -> tuple[str, ...]:
    return (vintage.site, vintage.item, vintage.label, node)

"""The decisions of the formulation, in families; each key is (site, ..., node)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from planner.formulation.builds import Build
from planner.formulation.expression import Variable
from planner.formulation.patterns import CardPattern
from planner.formulation.problem import Problem, Vintage
from planner.formulation.tree import Node
from planner.sizing.option import Option

FAMILIES = {
    "replicas": r"x_{s,o,n} \in \mathbb Z_+: replicas in option o at node n",
    "patterns": r"z_{s,g,P,n} \in \mathbb Z_+: cards that carry pattern P",
    "installed": r"u_{g,s,n} \in \mathbb Z_+: cards installed in hosts",
    "running": r"r_{e,s,n} \in \mathbb Z_+: hosts of a kind in use",
    "builds": r"h_{s,b,n} \in \mathbb Z_+: hosts in use as build b",
    "owned": r"\mathrm{own}_{i,s,v,n} \in \mathbb Z_+: units of a vintage still held",
    "served": r"\mathrm{srv}_{s,o,n} \ge 0: load served by an option",
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
        }

    @cached_property
    def served(self) -> dict[tuple[str, Option, int], Variable]:
        """Load served by (site, option, node)."""
        return {
            (site, o, n): Variable(
                "served", v.key, self.problem.demand[o.workload, n], integer=False
            )
            for (site, o, n), v in self.replicas.items()
        }

    @cached_property
    def patterns(self) -> dict[tuple[str, CardPattern, int], Variable]:
        """Cards by (site, pattern, node)."""
        found = {}
        for site in self.problem.sites:
            for node in self.problem.tree.nodes:
                for pattern in self.problem.patterns:
                    most = self._most_cards(pattern, node)
                    if most:
                        key = (site.name, pattern.name, node.label)
                        found[site.name, pattern, node.index] = Variable(
                            "patterns", key, most, priority=2
                        )
        return found

    @cached_property
    def installed(self) -> dict[tuple[str, str, int], Variable]:
        """Cards installed by (site, card, node)."""
        p = self.problem
        return {
            (s.name, g, n.index): Variable(
                "installed", (s.name, g, n.label), p.most_units[s.name, g], priority=4
            )
            for s in p.sites
            for n in p.tree.nodes
            for g in p.gpus
        }

    @cached_property
    def running(self) -> dict[tuple[str, str, int], Variable]:
        """Hosts in use by (site, host, node)."""
        p = self.problem
        return {
            (s.name, e, n.index): Variable(
                "running", (s.name, e, n.label), p.most_units[s.name, e], priority=5
            )
            for s in p.sites
            for n in p.tree.nodes
            for e in p.hosts
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
                held = Variable("owned", _owned_key(vintage, node.label), vintage.most, priority=6)
                if node.index == vintage.node:
                    held.lower = vintage.least
                found[vintage, node.index] = held
        return found

    def held_at(self, vintage: Vintage) -> tuple[Node, ...]:
        """Nodes at which a vintage can be held."""
        tree = self.problem.tree
        return tree.nodes if vintage.node is None else tree.below(tree.nodes[vintage.node])

    def __iter__(self) -> Iterator[Variable]:
        families = (
            self.owned,
            self.running,
            self.installed,
            self.builds,
            self.patterns,
            self.replicas,
            self.served,
        )
        for family in families:
            yield from family.values()

    def _most_cards(self, pattern: CardPattern, node: Node) -> int:
        demand = self.problem.demand
        return sum(
            self.problem.most_replicas(o, node)
            for o in pattern.replicas
            if demand[o.workload, node.index]
        )


def _owned_key(vintage: Vintage, node: str) -> tuple[str, ...]:
    return (vintage.site, vintage.item, vintage.label, node)

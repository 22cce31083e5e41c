"""The masters: what is owned, in use and installed at every node, at the least cost.

Both hold the rules about the fleet word for word and the housing of cards in hosts. Instead of
everything that is about serving, the outer master holds cuts (no fleet that can serve is cut
off, so its bound is valid) and the inner one packings (so its solutions are plans).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from planner.formulation.expression import Expression, Number, Variable, total
from planner.formulation.fillings import HostFillings
from planner.formulation.objective import TERMS
from planner.formulation.rule import Row, Rule
from planner.formulation.rules import RULES
from planner.formulation.setup import Setup
from planner.formulation.tree import Node
from planner.formulation.variables import Variables
from planner.solve.backend import Program
from planner.solve.fleets.housing import Housing
from planner.solve.fleets.knowledge import Known
from planner.solve.fleets.racking import Racking
from planner.solve.fleets.state import Slot, slots_of
from planner.solve.packing import Packing

_OFFER = Rule("offer", "A state is what the hosts offer.", "", "", "housing")
_KNOWN = Rule("known", "What is known about serving holds.", "", "", "serving")

Refined = frozenset[tuple[str, str, str]]
"""(site, host, card): at the site, fillings of the host with these cards alone are exact.

The card is empty for the host as such: none of it stands empty.
"""
_ALL_LISTED = 2_000
"""Fillings of a host up to which all of them are listed as soon as any must be exact."""


def to_be_refined(setup: Setup, site: str, hosts: Iterable[str], cards: Iterable[str]) -> Refined:
    """What must be exact so that hosts hold cards of some kinds as they really can."""
    filled = {f.host.id: f for f in setup.fillings}
    return frozenset(
        (site, host, gpu)
        for host in hosts
        for gpu in ("", *(g for g in cards if filled[host].most.get(g)))
    )


def _exact(filled: HostFillings, kinds: AbstractSet[str] | None) -> AbstractSet[str] | None:
    """Kinds of cards of which exact fillings enter: all of them where they are few."""
    if kinds is None or filled.number(_ALL_LISTED) > _ALL_LISTED:
        return kinds
    return {g.id for g in filled.gpus}


class Master:
    """What both masters share.

    Args:
        setup: the problem and the fillings of its hosts.
        refined: hosts and cards of which exact fillings enter.
    """

    def __init__(self, setup: Setup, refined: Refined) -> None:
        self.problem = setup.problem.restricted((), ())
        self.decisions = Variables(self.problem)
        self.offered: dict[tuple[Slot, int], Expression] = {}
        self._variables: list[Variable] = [
            *self.decisions.owned.values(),
            *self.decisions.kinds.values(),
            *self.decisions.running.values(),
            *self.decisions.installed.values(),
        ]
        self._rows: list[Row] = []
        for file in RULES:
            if file.rule.about == "fleet":
                self._rows += file.rows(self.problem, self.decisions)
        self._cost = [
            file.cost(self.problem, self.decisions) for file in TERMS if file.term.about == "fleet"
        ]
        self._house(setup, refined)

    def program(self) -> Program:
        """The program to solve."""
        return Program(self._variables, self._rows, total(self._cost))

    def state(self, values: Mapping[Variable, float], node: Node) -> dict[Slot, float]:
        """What a solution offers at a node; whole numbers are made exact."""
        found: dict[Slot, float] = {}
        for slot in slots_of(self.problem):
            terms = self.offered[slot, node.index].terms
            have = sum(float(f) * values.get(v, 0.0) for v, f in terms.items())
            near = round(have)
            have = near if abs(have - near) < 1e-5 else have
            if have > 0:
                found[slot] = have
        return found

    def _house(self, setup: Setup, refined: Refined) -> None:
        """Cards stand in hosts; what the hosts of a site offer adds up."""
        parts: dict[tuple[Slot, int], list[Variable]] = defaultdict(list)
        sizes: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for at, gpu, size in slots_of(self.problem):
            sizes[at][gpu] |= {size} - {1}
        filled = {f.host.id: f for f in setup.fillings}
        racks = Racking(self.problem, self.decisions)
        exact: dict[tuple[str, str], set[str]] = defaultdict(set)
        for at, host, gpu in refined:
            exact[at, host].add(gpu)
        for (site, host, n), running in self.decisions.running.items():
            housing = Housing(
                filled[host],
                self.problem.tree.nodes[n],
                running,
                sizes[site],
                exact=_exact(filled[host], exact.get((site, host))),
            )
            self._variables += housing.variables()
            self._rows += housing.rows()
            racks.add(site, host, n, running, housing)
            for slot, variable in housing.offers(site):
                parts[slot, n].append(variable)
        self._rows += racks.rows()
        self._variables += racks.variables
        for (site, gpu, n), installed in self.decisions.installed.items():
            seated = total(parts[(site, gpu, 1), n])
            self._rows.append(Row(_OFFER, installed.key, installed - seated, 0, 0))
            self.offered[(site, gpu, 1), n] = 1 * installed
        for slot in slots_of(self.problem):
            for node in self.problem.tree.nodes:
                if slot[2] > 1:
                    self.offered[slot, node.index] = total(parts[slot, node.index])

    def _choose(self, family: str, key: tuple[str, ...], most: int, *, integer: bool) -> Variable:
        variable = Variable(family, key, most, integer=integer)
        self._variables.append(variable)
        return variable

    def _row(
        self,
        node: Node,
        expression: Expression,
        at_least: Number | None = None,
        at_most: Number | None = None,
    ) -> None:
        self._rows.append(Row(_KNOWN, (node.label,), expression, at_least, at_most))


_MOST_CENTS = 10**12


class OuterMaster(Master):
    """Fleets that nothing known rules out; its bound holds for the whole problem."""

    def __init__(self, setup: Setup, refined: Refined, known: Sequence[Known]) -> None:
        favourable = replace(setup.problem, favourable=True)
        super().__init__(replace(setup, problem=favourable), refined)
        self.serving: dict[int, Variable] = {}
        self._reached: dict[tuple[Slot, int, int], Variable] = {}
        for node in self.problem.tree.nodes:
            self._hold(node, known[node.index])

    def _hold(self, node: Node, known: Known) -> None:
        for cut in known.linear:
            scale = max(cut.factors.values())
            have = total(
                f / scale * self.offered[slot, node.index] for slot, f in cut.factors.items()
            )
            self._row(node, have, at_least=cut.at_least / scale)
        for step in known.steps:
            reached = total(self._reaches(s, q, node) for s, q in step.thresholds.items())
            self._row(node, reached, at_least=1)
        serving = self._choose("serving", (node.label,), _MOST_CENTS, integer=False)
        serving.lower = max(0, int(known.least))
        self.serving[node.index] = serving
        self._cost.append(1 * serving)
        for line in known.lines:
            lifted = total(f * self.offered[slot, node.index] for slot, f in line.factors.items())
            scale = max([1.0, *line.factors.values()])
            self._row(node, (1 / scale) * (serving + lifted), at_least=line.cents / scale)

        for cost in known.costs:
            more = cost.cents - serving.lower
            lifted = total(more * self._reaches(s, q, node) for s, q in cost.thresholds.items())
            if more > 0:
                self._row(node, (1 / more) * (serving + lifted), at_least=cost.cents / more)

    def _reaches(self, slot: Slot, threshold: int, node: Node) -> Variable:
        """Whether a slot reaches a threshold."""
        key = (slot, threshold, node.index)
        if key not in self._reached:
            name = (slot[0], slot[1], str(slot[2]), str(threshold), node.label)
            step = self._choose("reached", name, 1, integer=True)
            self._reached[key] = step
            self._row(node, threshold * step - self.offered[slot, node.index], at_most=0)
        return self._reached[key]


class InnerMaster(Master):
    """Fleets that are known to serve every node; its solutions are plans."""

    def __init__(self, setup: Setup, refined: Refined, known: Sequence[Known]) -> None:
        super().__init__(setup, refined)
        self._packings = [k.packings for k in known]
        self._chosen: dict[tuple[int, int], Variable] = {}
        for node in self.problem.tree.nodes:
            self._hold(node, known[node.index].packings)

    def _hold(self, node: Node, packings: Sequence[Packing]) -> None:
        chosen = [
            self._choose("packing", (node.label, str(i)), 1, integer=True)
            for i in range(len(packings))
        ]
        self._chosen.update({(node.index, i): v for i, v in enumerate(chosen)})
        self._row(node, total(chosen), 1, 1)
        for slot in slots_of(self.problem):
            need = total(
                p.state[slot] * v for p, v in zip(packings, chosen, strict=True) if slot in p.state
            )
            if need.terms:
                self._row(node, self.offered[slot, node.index] - need, at_least=0)
        self._cost.append(total(p.cents * v for p, v in zip(packings, chosen, strict=True)))

    def packings(self, values: Mapping[Variable, float]) -> list[Packing]:
        """The packing of each node in a solution."""
        picked = {n: i for (n, i), v in self._chosen.items() if values[v] > 0.5}
        return [self._packings[n.index][picked[n.index]] for n in self.problem.tree.nodes]

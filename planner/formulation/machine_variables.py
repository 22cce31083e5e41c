"""Decisions for every machine, at the sites where machines are counted one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from planner.formulation.expression import Variable
from planner.formulation.host_rooms import HostRoom
from planner.formulation.machines import (
    PART,
    Apart,
    Cut,
    Machine,
    Piece,
    Together,
    apart_at,
    is_apart,
    racks_at,
)
from planner.formulation.patterns import CardPattern
from planner.formulation.problem import PoolKind, Problem
from planner.sizing.option import Layout, Option

MACHINE_FAMILIES = {
    "standing": r"r_{s,e,j,n} \in \{0,1\}: whether machine j of a kind is in use",
    "filled": r"u_{s,e,j,g,n} \in \mathbb Z_+: cards of a kind in a machine",
    "ways": r"\lambda_{s,e,j,i,n} \in \{0,1\}: way in which a machine uses its slots",
    "racked_machines": r"y_{s,e,j,r,n} \in \{0,1\}: whether a machine stands in rack r",
    "racked_cards": r"u_{s,e,j,r,g,n} \in \mathbb Z_+: cards of a machine, if it is in rack r",
    "pieces": r"y_{s,e,j,i,n} \in \mathbb Z_+: replicas or groups of one sort on a machine",
    "shared": r"z_{s,e,j,Q,n} \in \mathbb Z_+: cards of a machine that the replicas Q may share",
    "sliced": r"l_{s,e,j,L,n} \in \mathbb Z_+: cards of a machine cut by layout L",
    "counted": r"k_{w,s,e,j,n} \ge 0: load of a machine that counts when machines are lost",
    "ceilings": r"t_{w,n} \ge 0: most load of a machine that counts",
}
At = tuple[str, str, int]
"""Site, kind of host, node."""
Parts = Mapping[tuple[str, Option, int], Variable]
Patterns = Mapping[tuple[str, CardPattern, int], Variable]
Cuts = Mapping[tuple[str, str, Layout, int], Variable]
Pools = Mapping[tuple[str, PoolKind, int], Variable]


@dataclass(frozen=True)
class MachineVariables:
    """All decisions about single machines; empty where sums over hosts are enough.

    Attributes:
        problem: the problem.
        replicas: replicas of all machines together.
        patterns: cards of all machines that carry each pattern.
        cuts: cards of all machines that are cut.
        pools: groups of each pool.
    """

    problem: Problem
    replicas: Parts
    patterns: Patterns
    cuts: Cuts
    pools: Pools

    @cached_property
    def apart(self) -> dict[str, Apart]:
        """What is told apart, by site."""
        sites = (s.name for s in self.problem.sites)
        return {s: apart_at(self.problem, s) for s in sites if is_apart(self.problem, s)}

    @cached_property
    def columns(self) -> int:
        """Number of decisions, without making them."""
        each = (
            count
            * (
                1
                + len(self._room(at).most)
                + (self._room(at).ways if self._room(at).ways > 1 else 0)
                + self._racks_for(at) * (1 + len(self._room(at).most))
                + len(self._pieces_on(at))
                + len(self._shared_on(at))
                + len(self._cuts_on(at))
                + len(self._lasting(at))
            )
            for at, count in self._counts.items()
        )
        return sum(each)

    @cached_property
    def standing(self) -> dict[tuple[Machine, int], Variable]:
        """Whether a machine is in use, by (machine, node)."""
        return {
            (Machine(site, host, j), node): self._one("standing", Machine(site, host, j), node)
            for (site, host, node), count in self._counts.items()
            for j in range(1, count + 1)
        }

    @cached_property
    def filled(self) -> dict[tuple[Machine, str, int], Variable]:
        """Cards in a machine by (machine, card, node)."""
        return {
            (m, gpu, n): self._one("filled", m, n, gpu, most=most)
            for m, n in self.standing
            for gpu, most in self._room(_at(m, n)).most.items()
        }

    @cached_property
    def ways(self) -> dict[tuple[Machine, int, int], Variable]:
        """Way of using the slots, where there are several, by (machine, way, node)."""
        return {
            (m, way, n): self._one("ways", m, n, f"way{way + 1}")
            for m, n in self.standing
            if self._room(_at(m, n)).ways > 1
            for way in range(self._room(_at(m, n)).ways)
        }

    @cached_property
    def racked(self) -> dict[tuple[Machine, int, int], Variable]:
        """Whether a machine stands in a rack, where there are several, by (machine, rack, node)."""
        return {
            (m, rack, n): self._one("racked_machines", m, n, f"rack{rack}")
            for m, n in self.standing
            for rack in range(1, self._racks_for(_at(m, n)) + 1)
        }

    @cached_property
    def racked_cards(self) -> dict[tuple[Machine, int, str, int], Variable]:
        """Cards of a machine in a rack, where there are several, by (machine, rack, card, node)."""
        return {
            (m, rack, gpu, n): self._one("racked_cards", m, n, f"rack{rack}", gpu, most=most)
            for m, rack, n in self.racked
            for gpu, most in self._room(_at(m, n)).most.items()
        }

    @cached_property
    def pieces(self) -> dict[tuple[Machine, Piece, int], Variable]:
        """Replicas and groups by (machine, piece, node)."""
        return {
            (m, piece, n): self._one("pieces", m, n, piece.name, most=most, priority=1)
            for m, n in self.standing
            for piece, most in self._pieces_on(_at(m, n)).items()
        }

    @cached_property
    def shared(self) -> dict[tuple[Machine, Together, int], Variable]:
        """Cards that several workloads may share by (machine, pieces, node)."""
        return {
            (m, pieces, n): self._one("shared", m, n, _named(pieces), most=most, priority=2)
            for m, n in self.standing
            for pieces, most in self._shared_on(_at(m, n)).items()
        }

    @cached_property
    def sliced(self) -> dict[tuple[Machine, Cut, int], Variable]:
        """Cards that are cut by (machine, cut, node)."""
        return {
            (m, cut, n): self._one("sliced", m, n, cut_name(cut), most=most, priority=2)
            for m, n in self.standing
            for cut, most in self._cuts_on(_at(m, n)).items()
        }

    @cached_property
    def counted(self) -> dict[tuple[str, Machine, int], Variable]:
        """Load that counts when machines are lost by (workload, machine, node)."""
        return {
            (w, m, n): Variable(
                "counted",
                (w, m.site, m.name, self.problem.tree.nodes[n].label),
                self.problem.demand[w, n],
                integer=False,
            )
            for m, n in self.standing
            for w in self._lasting(_at(m, n))
        }

    @cached_property
    def ceilings(self) -> dict[tuple[str, int], Variable]:
        """Most load of a machine that counts, by (workload, node)."""
        return {
            (w, node.index): Variable(
                "ceilings", (w, node.label), self.problem.demand[w, node.index], integer=False
            )
            for w, survival in self.problem.survival.items()
            if survival.unit == "hosts"
            for node in self.problem.tree.nodes
            if self.problem.demand[w, node.index]
        }

    @cached_property
    def sources(self) -> dict[tuple[str, Piece, int], list[Variable]]:
        """Replicas and groups of all machines that are a piece, by (site, piece, node)."""
        found: dict[tuple[str, Piece, int], list[Variable]] = defaultdict(list)
        for family in (self.replicas, self.pools):
            for (site, taking, node), count in family.items():
                piece = self.apart[site].piece(taking) if site in self.apart else None
                if piece is not None:
                    found[site, piece, node].append(count)
        return dict(found)

    def __iter__(self) -> Iterator[Variable]:
        families = (
            self.standing,
            self.filled,
            self.ways,
            self.racked,
            self.racked_cards,
            self.shared,
            self.sliced,
            self.pieces,
            self.counted,
            self.ceilings,
        )
        for family in families:
            yield from family.values()

    # What a machine of a kind may have

    @cached_property
    def _counts(self) -> dict[At, int]:
        """Machines of a kind: no more than may stand, and than there is work to put on them."""
        found: dict[At, int] = {}
        for site in self.apart:
            for host in self.problem.hosts:
                if self.problem.stands(site, host):
                    for node in self.problem.tree.nodes:
                        at = (site, host, node.index)
                        most = self.problem.most_units[site, host]
                        found[at] = min(most, self._useful[at])
        return {at: count for at, count in found.items() if count}

    @cached_property
    def _useful(self) -> dict[At, int]:
        """Most machines of a kind with something on each: the most replicas of each workload."""
        most: dict[At, dict[object, int]] = defaultdict(dict)
        for (site, option, node), v in self.replicas.items():
            for host in self._hosts_of(site, option.gpu):
                known = most[site, host, node]
                known[option.workload] = max(v.upper, known.get(option.workload, 0))
        for (site, pool, node), v in self.pools.items():
            for host in self._hosts_of(site, pool.gpu):
                most[site, host, node][pool] = v.upper
        return defaultdict(int, {at: sum(known.values()) for at, known in most.items()})

    def _hosts_of(self, site: str, gpu: str) -> Iterator[str]:
        if site in self.apart:
            for host in self.problem.hosts:
                if self.problem.stands(site, host) and gpu in self._rooms[site, host].most:
                    yield host

    @cached_property
    def _rooms(self) -> dict[tuple[str, str], HostRoom]:
        """What a host offers to the cards that may stand at the site."""
        p = self.problem
        return {
            (site, host): p.host_rooms[host].only(g for g in p.gpus if p.stands(site, g))
            for site in self.apart
            for host in p.hosts
            if p.stands(site, host)
        }

    def _room(self, at: At) -> HostRoom:
        return self._rooms[at[:2]]

    @cached_property
    def _racks(self) -> dict[str, int]:
        return {s.name: racks_at(s) for s in self.problem.sites}

    def _racks_for(self, at: At) -> int:
        """Racks among which a machine of a kind has a choice; sums are enough for a single one."""
        site, host, _ = at
        racks = self._racks[site] if self.problem.facts[host].racked else 0
        return racks if racks > 1 else 0

    @cached_property
    def _pieces_at(self) -> dict[tuple[str, int], dict[Piece, int]]:
        """Pieces and the most of each, by (site, node)."""
        found: dict[tuple[str, int], dict[Piece, int]] = defaultdict(dict)
        for (site, piece, node), counts in self.sources.items():
            found[site, node][piece] = sum(v.upper for v in counts)
        return found

    def _pieces_on(self, at: At) -> dict[Piece, int]:
        site, _, node = at
        cards = self._room(at).most
        found = {}
        for piece, most in self._pieces_at[site, node].items():
            places = cards.get(piece.gpu, 0) // piece.gpus * self._on_a_card(piece)
            if places:
                found[piece] = min(places, most)
        return found

    def _on_a_card(self, piece: Piece) -> int:
        """Most pieces of a sort on one card."""
        if piece.whole or piece.place == PART:
            return 1
        layouts = self.problem.layouts.get(piece.gpu, ())
        return max((dict(layout).get(piece.place, 0) for layout in layouts), default=0)

    def _shared_on(self, at: At) -> dict[Together, int]:
        """Sets of pieces that share a card of a kind on which several workloads are told apart."""
        cards = self._room(at).most
        return {
            pieces: min(cards[pieces[0].gpu], most)
            for pieces, most in self._shared_at[at[0], at[2]].items()
            if pieces[0].gpu in cards
        }

    @cached_property
    def _shared_at(self) -> dict[tuple[str, int], dict[Together, int]]:
        found: dict[tuple[str, int], dict[Together, int]] = defaultdict(dict)
        for (site, pattern, node), v in self.patterns.items():
            apart = self.apart.get(site)
            if apart is not None and pattern.gpu in apart.entangled:
                pieces = apart.together(pattern.replicas)
                if pieces:
                    known = found[site, node]
                    known[pieces] = known.get(pieces, 0) + v.upper
        return found

    def _cuts_on(self, at: At) -> dict[Cut, int]:
        """Layouts with instances for replicas that are told apart."""
        cards = self._room(at).most
        sliced = {(p.gpu, p.place) for p in self._pieces_on(at) if not p.whole}
        return {
            (gpu, layout): min(cards[gpu], v.upper)
            for (site, gpu, layout, node), v in self.cuts.items()
            if (site, node) == (at[0], at[2])
            and any((gpu, profile) in sliced for profile, _ in layout)
        }

    def _lasting(self, at: At) -> list[str]:
        """Workloads that survive the loss of hosts and may run on a machine."""
        there = {piece.workload for piece in self._pieces_on(at)}
        return [w for w, s in self.problem.survival.items() if s.unit == "hosts" and w in there]

    def _one(
        self,
        family: str,
        machine: Machine,
        node: int,
        *what: str,
        most: int = 1,
        priority: int = 3,
    ) -> Variable:
        key = (machine.site, machine.name, *what, self.problem.tree.nodes[node].label)
        return Variable(family, key, most, priority=priority)


def cut_name(cut: Cut) -> str:
    """A cut as text, for example ``card:2x1g.24gb+1x2g.48gb``."""
    gpu, layout = cut
    return f"{gpu}:" + "+".join(f"{count}x{profile}" for profile, count in layout)


def _named(pieces: Together) -> str:
    return "+".join(piece.name for piece in pieces)


def _at(machine: Machine, node: int) -> At:
    return machine.site, machine.host, node

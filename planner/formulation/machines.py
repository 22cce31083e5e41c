"""Machines one by one: where sums over hosts are not enough, and what is told apart there.

A plan may have to survive the loss of a machine, a replica may take cores and memory of its host,
and bridges may join only some places of a host while groups of four cards want places too. Such
promises cannot be kept by counts summed over hosts, so at the sites that they concern every machine
gets decisions of its own. What runs on a machine is told apart no further than the promises ask:
replicas that are alike in all that matters are one :class:`Piece`, and what takes single cards and
concerns none of the promises finds a place wherever cards are left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from planner.formulation.builds import Build
from planner.formulation.parameters import SiteLimits
from planner.formulation.problem import PoolKind, Problem
from planner.sizing.option import Layout, Option

PART = "part"
MOST_PAIRED = 2
"""Groups of more cards than this compete with bridged pairs for whole hosts."""


@dataclass(frozen=True, slots=True, order=True)
class Machine:
    """One of the machines of a kind at a site; numbers start at 1 and mean nothing over time."""

    site: str
    host: str
    number: int

    @property
    def name(self) -> str:
        """Name within the site, for example ``tower-4/1``."""
        return f"{self.host}/{self.number}"


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """Replicas, or groups of a pool, that are alike in all that counts on a machine.

    Attributes:
        gpu: kind of card.
        gpus: cards of each.
        bridged: whether a bridge joins them.
        workload: whose they are; empty where that does not matter.
        capacity: what each carries; 0 where that does not matter.
        place: ``part`` of a card, a MIG profile, or empty for whole cards.
        option: name of the only option, where options must be told apart.
    """

    gpu: str
    gpus: int
    bridged: bool
    workload: str = ""
    capacity: int = 0
    place: str = ""
    option: str = ""

    @property
    def whole(self) -> bool:
        """Whether it takes whole cards."""
        return not self.place

    @property
    def name(self) -> str:
        """Name in listings, for example ``2xcard/nvlink`` or ``chat:30@card/part``."""
        if self.option:
            return self.option
        cards = self.gpu if self.gpus == 1 else f"{self.gpus}x{self.gpu}"
        link = "/nvlink" if self.bridged else ""
        place = f"/{self.place}" if self.place else ""
        whose = f"{self.workload}:{self.capacity}@" if self.workload else ""
        return f"{whose}{cards}{link}{place}"


Together = tuple[Piece, ...]
"""Pieces that share a card, by name."""
Cut = tuple[str, Layout]
"""A way to cut a card: the kind of card and the layout."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A machine in use at a node and what is told apart on it.

    Attributes:
        machine: which one.
        node: index of the node.
        build: what it is, with its cards.
        pieces: replicas and groups, by piece.
        shared: cards that several workloads share which are told apart.
        cuts: cards that are cut, as far as instances on them are told apart.
        rack: number of the rack of the site in which it stands, or None.
    """

    machine: Machine
    node: int
    build: Build
    pieces: Mapping[Piece, int] = field(default_factory=dict)
    shared: Mapping[Together, int] = field(default_factory=dict)
    cuts: Mapping[Cut, int] = field(default_factory=dict)
    rack: int | None = None


@dataclass(frozen=True)
class Apart:
    """What must be told apart on the machines of a site.

    Attributes:
        problem: the problem.
        site: the site.
        workloads: those whose replicas are counted by machine.
        entangled: cards that may be shared by several of them.
    """

    problem: Problem
    site: str
    workloads: frozenset[str]
    entangled: frozenset[str]

    def piece(self, taking: Option | PoolKind) -> Piece | None:
        """The piece that a replica or a group of a pool is; None where it goes anywhere."""
        bridged = self.problem.is_bridged(taking)
        if isinstance(taking, Option) and taking.workload in self.workloads:
            return Piece(
                gpu=taking.gpu,
                gpus=taking.gpus,
                bridged=bridged,
                workload=taking.workload,
                capacity=taking.capacity,
                place=taking.slice or (PART if taking.part else ""),
                option=taking.name if taking.part and taking.gpu in self.entangled else "",
            )
        return Piece(taking.gpu, taking.gpus, bridged) if taking.gpus > 1 else None

    def together(self, replicas: tuple[Option, ...]) -> Together:
        """The pieces of a card pattern."""
        found = (self.piece(o) for o in replicas)
        return tuple(sorted(p for p in found if p is not None))


def by_machine(problem: Problem) -> bool:
    """Whether machines are counted one by one somewhere."""
    return any(is_apart(problem, site.name) for site in problem.sites)


def is_apart(problem: Problem, site: str) -> bool:
    """Whether machines are counted one by one at a site."""
    return bool(workloads_apart(problem, site)) or _bridges_compete(problem, site)


def apart_at(problem: Problem, site: str) -> Apart:
    """What must be told apart at a site, given the patterns that are listed."""
    workloads = workloads_apart(problem, site)
    shared = (
        p.gpu for p in problem.patterns if len({o.workload for o in p.replicas} & workloads) > 1
    )
    return Apart(problem, site, workloads, frozenset(shared))


def racks_at(site: SiteLimits) -> int:
    """Racks in which a machine may stand at a site."""
    return 0 if site.racks is None else site.racks.count + site.racks.buy


def workloads_apart(problem: Problem, site: str) -> frozenset[str]:
    """Workloads that survive the loss of hosts, or take cores or memory that may run short."""
    there = {o.workload for o in problem.options if problem.runs(site, o)}
    lasting = {w for w, s in problem.survival.items() if s.unit == "hosts"}
    needy = set() if _is_ample(problem, site) else set(problem.host_needs)
    return frozenset(there & (lasting | needy))


def _is_ample(problem: Problem, site: str) -> bool:
    """Whether every host of a site has the cores and memory for whatever its cards can carry."""
    for name in problem.hosts:
        if not problem.stands(site, name):
            continue
        host = problem.facts[name]
        cores = memory = Fraction(0)
        for workload, need in problem.host_needs.items():
            most = _most_needs(problem, site, workload, host.cards)
            cores += need.cpu_cores * most
            memory += need.memory_gib * most
        if cores > host.cpu_cores or memory > host.memory_gib:
            return False
    return True


def _most_needs(problem: Problem, site: str, workload: str, cards: int) -> Fraction:
    """No more needs of a workload than this run on a machine with so many cards.

    Spares that save no electricity are left away from every plan, so that no more are deployed
    than are asked for, but for what the last replica carries in vain.
    """
    options = [o for o in problem.options if o.workload == workload]
    here = [o for o in options if problem.runs(site, o)]
    most = max((_most_on_a_card(problem, here, o) for o in here), default=Fraction(0)) * cards
    if workload in problem.survival:
        return most
    asked = max((n for (w, _), n in problem.demand.items() if w == workload), default=0)
    return min(most, Fraction(asked + max((o.capacity for o in options), default=1) - 1))


def _most_on_a_card(problem: Problem, options: list[Option], option: Option) -> Fraction:
    if option.slice is None:
        return Fraction(option.capacity, option.gpus)
    best: dict[str, int] = {}
    for o in options:
        if o.gpu == option.gpu and o.slice is not None:
            best[o.slice] = max(best.get(o.slice, 0), o.capacity)
    layouts = problem.layouts.get(option.gpu, ())
    return Fraction(max((sum(best.get(p, 0) * n for p, n in cut) for cut in layouts), default=0))


def _bridges_compete(problem: Problem, site: str) -> bool:
    """Whether bridged pairs and larger groups of the same cards may want the same places.

    Where every host can bridge all its pairs of places, a bridged pair takes the places of any
    pair, and where none can, there are none: sums are exact. Pairs alone are no trouble either:
    bridged ones go where bridges fit, and others take what they leave.
    """
    hosts = [problem.facts[h] for h in problem.hosts if problem.stands(site, h)]
    roomy = [h for h in hosts if h.cards >= MOST_PAIRED]
    if all(h.bridge_pairs >= h.cards // 2 for h in roomy) or not any(h.bridge_pairs for h in roomy):
        return False
    groups = [o for o in problem.options if (o.whole or o.pooled) and problem.runs(site, o)]
    large = {o.gpu for o in groups if o.gpus > MOST_PAIRED}
    return any(o.gpu in large and problem.is_bridged(o) for o in groups)

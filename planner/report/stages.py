"""What stands where and what runs on it, at every month at which that changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.plan.audit.packing import groups_in, key_of_members
from planner.plan.options import NVLINK, OptionKey, key_of_deployment
from planner.plan.schema import Deployment, PlacedCard, PlacedHost, PlacedReplica, Plan, Pool
from planner.report.quantities import quantity
from planner.scenario.inputs import Inputs
from planner.sizing.option import Sizing
from planner.units import GIB, HOURS_PER_MONTH


@dataclass(frozen=True, slots=True)
class Seat:
    """A card in its host and what runs on it.

    Attributes:
        host: name of the machine.
        build: id of the host.
        rack: number of its rack, or None.
        gpu: catalogue id of the card.
        joined: whether a bridge joins it with another.
        layout: MIG instances into which it is cut, in words; empty if it is not.
        used_gib: memory that is taken.
        usable_gib: memory that replicas may use.
        time: share of the card's time that is promised at full load.
        replicas: what runs on it, in words.
    """

    host: str
    build: str
    rack: int | None
    gpu: str
    joined: bool
    layout: str
    used_gib: float
    usable_gib: float
    time: float
    replicas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """What stands where from a month on.

    Attributes:
        month: first month.
        seats: every card.
    """

    month: str
    seats: tuple[Seat, ...]


def stages_of(plan: Plan, inputs: Inputs, sizing: Sizing) -> Iterator[Stage]:
    """Every stage of a plan."""
    ecc = {w.name for w in inputs.scenario.workloads if w.requires.ecc}
    running = _Running(plan)
    for month, hosts in by_month(plan.placement).items():
        seats = []
        for host in hosts:
            site, keys = host.host.split("/")[0], _keys(host)
            for card in host.cards:
                corrected = any(r.workload in ecc for r in card.replicas)
                usable = sizing.usable_bytes[card.gpu, corrected] / GIB
                pool = running.pool(month, site, card, _cards_of(host, card.pool))
                found = [(r, running.deployment(month, site, keys[id(r)])) for r in card.replicas]
                seats.append(_seat(host, card, usable, found, pool))
        yield Stage(month, tuple(seats))


def by_month(placement: Sequence[PlacedHost]) -> dict[str, list[PlacedHost]]:
    """Hosts by the month from which on they stand so."""
    found: dict[str, list[PlacedHost]] = {}
    for host in placement:
        found.setdefault(host.node, []).append(host)
    return found


def _keys(host: PlacedHost) -> dict[int, OptionKey]:
    """Options of the placed replicas of a host, by identity."""
    return {
        id(replica): key_of_members(members)
        for members in groups_in(host)
        for _, replica in members
    }


def _cards_of(host: PlacedHost, pool: str | None) -> int:
    return sum(c.pool == pool for c in host.cards)


class _Running:
    """Deployments and pools by month, which are stated at every node."""

    def __init__(self, plan: Plan) -> None:
        self._deployed: dict[str, dict[object, Deployment]] = defaultdict(dict)
        for entry in plan.deployments:
            self._deployed[entry.node][entry.site, key_of_deployment(entry)] = entry
        self._pools: dict[str, dict[object, Pool]] = defaultdict(dict)
        for pool in plan.pools:
            kind = (pool.site, pool.gpu, pool.gpus_per_group, pool.link == NVLINK)
            self._pools[pool.node][kind] = pool

    def deployment(self, month: str, site: str, key: OptionKey) -> Deployment | None:
        """The deployment of a placed replica."""
        return self._deployed[month].get((site, key))

    def pool(self, month: str, site: str, card: PlacedCard, cards: int) -> Pool | None:
        """The pool of a card."""
        if card.pool is None:
            return None
        return self._pools[month].get((site, card.gpu, cards, card.pair is not None))


def _seat(
    host: PlacedHost,
    card: PlacedCard,
    usable: float,
    found: Sequence[tuple[PlacedReplica, Deployment | None]],
    pool: Pool | None,
) -> Seat:
    replicas = _counted_words([_words(r, d) for r, d in found])
    used, time = sum(r.gib for r in card.replicas), sum(d.time_share for _, d in found if d)
    if pool is not None:
        replicas.append(_turns(card, pool))
        used = max(job.memory_gib_each for job in pool.hours)
        time = sum(job.hours for job in pool.hours) / (HOURS_PER_MONTH * pool.groups)
    return Seat(
        host=host.host,
        build=host.build,
        rack=host.rack,
        gpu=card.gpu,
        joined=card.pair is not None,
        layout=_layout(card.layout),
        used_gib=used,
        usable_gib=usable,
        time=time,
        replicas=tuple(replicas),
    )


def _words(replica: PlacedReplica, deployment: Deployment | None) -> str:
    cut = f" in {replica.slice}" if replica.slice is not None else ""
    said = f"{replica.workload} {replica.precision}{cut}{_together(replica.group, deployment)}"
    if deployment is None:
        return said
    return f"{said}, {quantity(deployment.capacity_each, deployment.unit)}"


def _together(group: str | None, deployment: Deployment | None) -> str:
    if group is None or deployment is None or deployment.gpus_per_replica == 1:
        return ""
    number = group.rpartition("#")[2]
    return f" in group {number} of {deployment.gpus_per_replica} cards together"


def _turns(card: PlacedCard, pool: Pool) -> str:
    """Jobs that take turns on a card."""
    number = (card.pool or "").rpartition("#")[2]
    cards = "cards" if pool.gpus_per_group > 1 else "card"
    jobs = " and ".join(dict.fromkeys(f"{job.workload} {job.precision}" for job in pool.hours))
    return f"{jobs} in turns, in pool group {number} of {pool.gpus_per_group} {cards}"


def _counted_words(replicas: Sequence[str]) -> list[str]:
    """What runs several times on a card, in its instances, is said once."""
    counts = _counted(replicas)
    return [words if n == 1 else f"{n} x {words}" for words, n in counts.items()]


def _layout(layout: str | None) -> str:
    """A layout in words: ``cut into 2 x 1g.24gb + 1 x 2g.48gb``."""
    if layout is None:
        return ""
    counts = _counted(layout.split("+"))
    return "cut into " + " + ".join(f"{n} x {profile}" for profile, n in counts.items())


def _counted(words: Sequence[str]) -> dict[str, int]:
    return {w: words.count(w) for w in dict.fromkeys(words)}

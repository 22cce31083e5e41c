"""Does every replica have a place, and does every card carry what is placed on it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from planner.plan.audit.case import Case, changes
from planner.plan.audit.finding import Finding
from planner.plan.schema import PlacedCard, PlacedHost, PlacedReplica
from planner.sizing.option import Option
from planner.units import GIB

Member = tuple[str, str, PlacedReplica]
"""A part of a replica: its host, the kind of its card, and what is said of it."""
Kind = tuple[str, str, str, int, bool, str, int]
"""Replicas alike: site, workload, card, cards of each, whether shared, precision, level."""


def replicas(case: Case) -> Iterator[Finding]:
    """What is deployed is placed, and what is placed is deployed: replica by replica."""
    for month in changes(case):
        deployed: Counter[Kind] = Counter()
        for entry in case.deployments[month]:
            cards = (entry.gpu, entry.gpus_per_replica, entry.shared)
            kind = (entry.site, entry.workload, *cards, entry.precision, entry.level)
            deployed[kind] += entry.replicas
        groups = _groups(case.placement[month])
        yield from _mixed(groups, month)
        placed = Counter(_kind(members) for members in groups)
        for kind in sorted(deployed.keys() | placed.keys()):
            if deployed[kind] != placed[kind]:
                site, workload, gpu, gpus, _, precision, level = kind
                what = f"{workload} ({precision}, level {level}, {gpus} x {gpu}) in {site}"
                have = f"{deployed[kind]} deployed in one host each, {placed[kind]} placed"
                yield Finding("misplaced-replica", f"{what} at {month}: {have}")


def _groups(hosts: Iterable[PlacedHost]) -> list[list[Member]]:
    """Every replica as its parts; those on several cards of one host bear the same name."""
    found: list[list[Member]] = []
    for host in hosts:
        named: dict[str, list[Member]] = {}
        for card in host.cards:
            for replica in card.replicas:
                member = (host.host, card.gpu, replica)
                if replica.group is None:
                    found.append([member])
                else:
                    named.setdefault(replica.group, []).append(member)
        found += named.values()
    return found


def _mixed(groups: Iterable[list[Member]], month: str) -> Iterator[Finding]:
    for members in groups:
        kinds = {(gpu, r.workload, r.precision, r.level) for _, gpu, r in members}
        if len(kinds) > 1:
            host, _, replica = members[0]
            what = f"group {replica.group} in {host} at {month}"
            yield Finding("mixed-group", f"{what} mixes cards or replicas")


def _kind(members: list[Member]) -> Kind:
    host, gpu, replica = members[0]
    cards = (gpu, len(members), replica.group is None)
    return (host.split("/")[0], replica.workload, *cards, replica.precision, replica.level)


def cards(case: Case) -> Iterator[Finding]:
    """The replicas on a card fit in bytes, in time and in latency, and a group has it alone."""
    for month in changes(case):
        for host in case.placement[month]:
            for number, card in enumerate(host.cards, start=1):
                where = f"card {number} ({card.gpu}) of {host.host} at {month}"
                yield from _card(case, host, card, where)


def _card(case: Case, host: PlacedHost, card: PlacedCard, where: str) -> Iterator[Finding]:
    held: list[Option] = []
    for replica in card.replicas:
        gpus = 1
        if replica.group is not None:
            gpus = sum(r.group == replica.group for c in host.cards for r in c.replicas)
        kind = (replica.workload, card.gpu, replica.precision, gpus)
        option = case.options.get((*kind, replica.group is None, replica.level))
        what = f"{replica.workload} on {where}"
        if option is None:
            yield Finding("no-such-option", f"{what} is not an option of sizing")
            continue
        held.append(option)
        shown = round(option.memory_bytes / GIB, 3)
        if replica.gib != shown:
            yield Finding("wrong-figure", f"{what} takes {shown} GiB, not {replica.gib}")
    yield from _together(case, card, held, where)


def _together(
    case: Case, card: PlacedCard, held: Sequence[Option], where: str
) -> Iterator[Finding]:
    if card.gpu not in case.gpus or not held:
        return
    if len(held) > 1 and any(not o.part for o in held):
        yield Finding("shared-group", f"a replica that takes whole cards shares {where}")
    workloads = Counter(o.workload for o in held)
    for workload, count in workloads.items():
        if count > 1:
            yield Finding("twice-on-a-card", f"{count} replicas of {workload} on {where}")
    room = case.sizing.usable_bytes[card.gpu, any(o.ecc for o in held)]
    taken = sum(o.memory_bytes for o in held)
    if taken > room:
        yield Finding("card-memory", f"{where}: {taken:,} bytes in {room:,} usable")
    share = sum(o.share_ppm for o in held)
    if share > case.sizing.max_share_ppm:
        yield Finding("card-time", f"{where}: {share / 1e4:.2f} % of its time promised")
    for waiting in held:
        for running in held:
            late = waiting.step_us + running.step_us
            if (
                waiting is not running
                and waiting.period_us is not None
                and late > waiting.period_us
            ):
                what = f"{waiting.workload} behind {running.workload}"
                times = f"{late / 1000:.1f} ms of {waiting.period_us / 1000:.1f}"
                yield Finding("card-latency", f"{where}: {what} takes {times}")

"""Does every replica have a place, and does every card carry what is placed on it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from planner.plan.audit.case import Case, changes, site_of
from planner.plan.audit.finding import Finding
from planner.plan.options import OptionKey, key_of_deployment
from planner.plan.schema import PlacedCard, PlacedHost, PlacedReplica
from planner.sizing.option import Option
from planner.units import GIB

Member = tuple[PlacedCard, PlacedReplica]
"""A part of a replica: its card, and what is said of it."""


def replicas(case: Case) -> Iterator[Finding]:
    """What is deployed is placed, and what is placed is deployed: replica by replica."""
    for month in changes(case):
        deployed: Counter[tuple[str, OptionKey]] = Counter()
        for entry in case.deployments[month]:
            deployed[entry.site, key_of_deployment(entry)] += entry.replicas
        placed: Counter[tuple[str, OptionKey]] = Counter()
        for host in case.placement[month]:
            for members in groups_in(host):
                placed[site_of(host), key_of_members(members)] += 1
                _, replica = members[0]
                if replica.group is not None and not is_named(replica.group, replica.workload):
                    where = f"group {replica.group} in {host.host} at {month}"
                    yield Finding("wrong-name", f"{where} is one of {replica.workload}")
                if len({_alike(member) for member in members}) > 1:
                    where = f"group {replica.group} in {host.host} at {month}"
                    yield Finding("mixed-group", f"{where} mixes cards or replicas")
        for site, key in sorted(deployed.keys() | placed.keys(), key=repr):
            if deployed[site, key] != placed[site, key]:
                what = (
                    f"{key.workload} ({key.precision}, level {key.level}, {key.gpus} x {key.gpu})"
                )
                have = (
                    f"{deployed[site, key]} deployed in one host each, {placed[site, key]} placed"
                )
                yield Finding("misplaced-replica", f"{what} in {site} at {month}: {have}")


def groups_in(host: PlacedHost) -> Iterable[list[Member]]:
    """Every replica of a host as its parts; those on several cards bear the same name."""
    alone: list[list[Member]] = []
    named: dict[str, list[Member]] = {}
    for card in host.cards:
        for replica in card.replicas:
            if replica.group is None:
                alone.append([(card, replica)])
            else:
                named.setdefault(replica.group, []).append((card, replica))
    return [*alone, *named.values()]


def key_of_members(members: Sequence[Member]) -> OptionKey:
    """The option that a placed replica stands for."""
    card, replica = members[0]
    return OptionKey(
        replica.workload,
        card.gpu,
        replica.precision,
        len(members),
        replica.level,
        part=replica.group is None and replica.slice is None,
        bridged=card.pair is not None and replica.group is not None,
        slice=replica.slice,
    )


def is_named(group: str, whose: str) -> bool:
    """Whether a group bears the name of what it works for, and a number."""
    name, _, number = group.rpartition("#")
    return name == whose and number.isdecimal()


def _alike(member: Member) -> tuple[object, ...]:
    card, replica = member
    kind = (replica.workload, replica.precision, replica.level, replica.slice)
    return (card.gpu, card.pair, *kind)


def cards(case: Case) -> Iterator[Finding]:
    """The replicas on a card fit in bytes, in time and in latency, and a group has it alone."""
    for month in changes(case):
        for host in case.placement[month]:
            options = {
                id(replica): case.options.get(key_of_members(members))
                for members in groups_in(host)
                for _, replica in members
            }
            for number, card in enumerate(host.cards, start=1):
                where = f"card {number} ({card.gpu}) of {host.host} at {month}"
                held = [(replica, options[id(replica)]) for replica in card.replicas]
                yield from _card(case, card, held, where)


def _card(
    case: Case,
    card: PlacedCard,
    found: Sequence[tuple[PlacedReplica, Option | None]],
    where: str,
) -> Iterator[Finding]:
    held: list[Option] = []
    for replica, option in found:
        what = f"{replica.workload} on {where}"
        if option is None:
            yield Finding("no-such-option", f"{what} is not an option of sizing")
            continue
        held.append(option)
        shown = round(option.memory_bytes / GIB, 3)
        if replica.gib != shown:
            yield Finding("wrong-figure", f"{what} takes {shown} GiB, not {replica.gib}")
    if card.pool is not None and card.replicas:
        yield Finding("shared-group", f"replicas share {where}, which belongs to a pool")
    if card.gpu in case.gpus and held and card.layout is None:
        yield from _together(case, card, held, where)


def _together(
    case: Case, card: PlacedCard, held: Sequence[Option], where: str
) -> Iterator[Finding]:
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

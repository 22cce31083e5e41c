"""Pools: are their groups placed, and have they the hours that the jobs take?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction

from planner.catalog.items import exact
from planner.plan.audit.capacity import job_of
from planner.plan.audit.case import TOLERANCE, Case, changes, site_of
from planner.plan.audit.finding import Finding
from planner.plan.audit.packing import is_named
from planner.plan.options import NVLINK
from planner.plan.schema import Pool, PoolHours
from planner.scenario.workloads import FinetuneWorkload
from planner.sizing.option import Option
from planner.units import GIB, HOURS_PER_MONTH

Kind = tuple[str, str, int, bool]
"""Groups alike: site, kind of card, cards of each, whether a bridge joins them."""


def figures(case: Case) -> Iterator[Finding]:
    """Every job of a pool is an option that sizing allows, with the figures that sizing gives."""
    stated = Counter((p.node, p.site, p.gpu, p.gpus_per_group, p.link) for p in case.plan.pools)
    for (node, site, gpu, gpus, link), count in stated.items():
        if count > 1:
            what = f"{site}, {gpus} x {gpu} ({link}) at {node}"
            yield Finding("wrong-pool", f"the pool {what} stands {count} times")
    for pool in case.plan.pools:
        where = f"the pool of {pool.gpus_per_group} x {pool.gpu} in {pool.site} at {pool.node}"
        if pool.site not in case.places:
            yield Finding("unknown-site", where)
        if pool.groups <= 0 or not pool.hours:
            yield Finding("wrong-pool", f"{where} has {pool.groups} groups, or no jobs")
        named = Counter((job.workload, job.precision, job.level) for job in pool.hours)
        for (workload, _, _), count in named.items():
            if count > 1:
                yield Finding("wrong-pool", f"{workload} stands {count} times in {where}")
        for job in pool.hours:
            option = job_of(case, pool, job)
            if option is None:
                yield Finding("no-such-option", f"{job.workload} in {where}")
            else:
                yield from _figures(case, pool, job, option, f"{job.workload} in {where}")


def _figures(
    case: Case, pool: Pool, job: PoolHours, option: Option, what: str
) -> Iterator[Finding]:
    quantum = case.sizing.quanta[job.workload]
    capacity = float(option.capacity * quantum.size / HOURS_PER_MONTH)
    for name, said, right in (
        ("hours", job.hours > 0, True),
        ("link", pool.link, option.link),
        ("unit", job.unit, quantum.unit),
        ("capacity_per_hour", job.capacity_per_hour, capacity),
        ("memory_gib_each", job.memory_gib_each, round(option.memory_bytes / GIB, 3)),
        ("label", job.label, option.label.value),
    ):
        if said != right:
            yield Finding("wrong-figure", f"{what}: `{name}` is {said}, it must be {right}")


def hours(case: Case) -> Iterator[Finding]:
    """No pool gives more hours than its groups have, and no job runs on too many at a time."""
    for month in changes(case):
        taken: dict[str, Fraction] = defaultdict(Fraction)
        for pool in case.pools[month]:
            given = Fraction(0)
            for job in pool.hours:
                given += exact(job.hours)
                taken[job.workload] += exact(job.hours)
            most = pool.groups * HOURS_PER_MONTH
            if given > most * (1 + TOLERANCE):
                where = f"{pool.groups} groups of {pool.gpus_per_group} x {pool.gpu} at {month}"
                text = f"{where}: {float(given):g} hours of {most}"
                yield Finding("pool-hours", text)
        for name, spent in sorted(taken.items()):
            workload = case.workloads.get(name)
            if isinstance(workload, FinetuneWorkload):
                most = workload.groups_at_a_time * HOURS_PER_MONTH
                if spent > most * (1 + TOLERANCE):
                    text = f"{name} at {month}: {float(spent):g} hours of {most} on the groups"
                    yield Finding("groups-at-a-time", f"{text} that it can use at a time")


def places(case: Case) -> Iterator[Finding]:
    """Every group of a pool has its cards in one host, and no card belongs to another."""
    for month in changes(case):
        stated: Counter[Kind] = Counter()
        for pool in case.pools[month]:
            kind = (pool.site, pool.gpu, pool.gpus_per_group, pool.link == NVLINK)
            stated[kind] += pool.groups
        placed: Counter[Kind] = Counter()
        for host in case.placement[month]:
            groups: dict[str, list[tuple[str, str | None]]] = {}
            for card in host.cards:
                if card.pool is not None:
                    groups.setdefault(card.pool, []).append((card.gpu, card.pair))
            for name, cards in groups.items():
                if not is_named(name, "pool"):
                    yield Finding("wrong-name", f"group {name} in {host.host} at {month}")
                if len(set(cards)) > 1:
                    where = f"group {name} in {host.host} at {month}"
                    yield Finding("mixed-group", f"{where} mixes cards")
                gpu, pair = cards[0]
                placed[site_of(host), gpu, len(cards), pair is not None] += 1
        for kind in sorted(stated.keys() | placed.keys()):
            if stated[kind] != placed[kind]:
                site, gpu, gpus, _ = kind
                have = f"{stated[kind]} in pools, {placed[kind]} placed"
                what = f"groups of {gpus} x {gpu} in {site} at {month}"
                yield Finding("misplaced-pool", f"{what}: {have}")

"""Does everything have a place: replicas on cards, cards in hosts, hosts within the power?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from planner.catalog.items import Gpu, Host, exact
from planner.plan.audit.case import Case, changes
from planner.plan.audit.finding import Finding
from planner.plan.schema import PlacedCard, PlacedHost, PlacedReplica
from planner.sizing.option import Option


def replicas(case: Case) -> Iterator[Finding]:
    """What is deployed is placed, and what is placed is deployed: replica by replica."""
    for month in changes(case):
        deployed: Counter[tuple[object, ...]] = Counter()
        for entry in case.deployments[month]:
            key = (entry.site, entry.workload, entry.gpu, entry.precision, entry.gpus_per_replica, entry.level)
            deployed[key] += entry.replicas
        placed: Counter[tuple[object, ...]] = Counter()
        groups: dict[tuple[str, str], list[tuple[str, PlacedReplica]]] = {}
        for host in case.placement[month]:
            site = host.host.split("/")[0]
            for card in host.cards:
                for replica in card.replicas:
                    if replica.group is None:
                        placed[_key(site, card.gpu, replica, 1)] += 1
                    else:
                        group = groups.setdefault((host.host, replica.group), [])
                        group.append((card.gpu, replica))
        for (name, group), members in groups.items():
            if len({(gpu, r.workload, r.precision, r.level) for gpu, r in members}) > 1:
                yield Finding("mixed-group", f"group {group} in {name} at {month} mixes cards or replicas")
            gpu, replica = members[0]
            placed[_key(name.split("/")[0], gpu, replica, len(members))] += 1
        for key in sorted(deployed.keys() | placed.keys(), key=str):
            if deployed[key] != placed[key]:
                site, workload, gpu, precision, gpus, level = key
                yield Finding(
                    "misplaced-replica",
                    f"{workload} ({precision}, level {level}, {gpus} x {gpu}) in {site} at {month}: "
                    f"{deployed[key]} deployed in one host each, {placed[key]} placed",
                )


def _key(site: str, gpu: str, replica: PlacedReplica, gpus: int) -> tuple[object, ...]:
    return (site, replica.workload, gpu, replica.precision, gpus, replica.level)


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
        found = [
            o
            for part in (True, False)
            if (o := case.options.get((replica.workload, card.gpu, replica.precision, gpus, part, replica.level)))
            and part == (replica.group is None)
        ]
        if not found:
            yield Finding("no-such-option", f"{replica.workload} on {where} is not an option of sizing")
            continue
        held += found
        shown = round(found[0].memory_bytes / 2**30, 3)
        if replica.gib != shown:
            yield Finding("wrong-figure", f"{replica.workload} on {where} takes {shown} GiB, not {replica.gib}")
    yield from _together(case, card, held, where)


def _together(case: Case, card: PlacedCard, held: Sequence[Option], where: str) -> Iterator[Finding]:
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
            if waiting is not running and waiting.period_us is not None and late > waiting.period_us:
                yield Finding(
                    "card-latency",
                    f"{where}: {waiting.workload} behind {running.workload} takes {late / 1000:.1f} ms "
                    f"of {waiting.period_us / 1000:.1f}",
                )


def hosts(case: Case) -> Iterator[Finding]:
    """Cards fit into their host, hosts are named once, and both are owned."""
    for month in changes(case):
        placed = case.placement[month]
        names = Counter(h.host for h in placed)
        for name, count in names.items():
            if count > 1:
                yield Finding("host-twice", f"{name} stands {count} times at {month}")
        used: Counter[tuple[str, str]] = Counter()
        for entry in placed:
            site = entry.host.split("/")[0]
            used[site, entry.build] += 1
            host = case.hosts.get(entry.build)
            unknown = [c.gpu for c in entry.cards if c.gpu not in case.gpus]
            if host is None or unknown or site not in case.sites:
                yield Finding("unknown-item", f"{entry.host} at {month}: {entry.build}, {unknown}")
                continue
            kinds = [case.gpus[c.gpu] for c in entry.cards]
            if host.built_in is None:
                used.update((site, g.id) for g in kinds)
            for reason in _misfit(host, kinds):
                yield Finding("host-fit", f"{entry.host} ({host.id}) at {month}: {reason}")
        owned: Counter[tuple[str, str]] = Counter()
        for unit in case.owned(month):
            owned[unit.site, unit.item] += unit.count
        for (site, item), count in sorted(used.items()):
            if count > owned[site, item]:
                yield Finding(
                    "not-owned", f"{count} {item} in use in {site} at {month}, {owned[site, item]} owned"
                )


def _misfit(host: Host, kinds: Sequence[Gpu]) -> Iterator[str]:
    """Why cards do not fit into a host together."""
    if host.built_in is not None:
        gpu, count = host.built_in
        if Counter(g.id for g in kinds) != {gpu: count}:
            yield f"it is sold with {count} {gpu}"
        return
    if len(kinds) > host.max_gpus:
        yield f"{len(kinds)} cards, {host.max_gpus} allowed"
    widths = sorted((g.slot_width or 99 for g in kinds), reverse=True)
    if not any(
        len(layout) >= len(widths)
        and all(w <= p for w, p in zip(widths, sorted(layout, reverse=True), strict=False))
        for layout in host.slot_layouts
    ):
        yield f"slots: cards of width {widths} in {host.slot_layouts}"
    for gpu in kinds:
        if gpu.cooling not in host.cooling or gpu.form_factor != "pcie":
            yield f"{gpu.id} is cooled by {gpu.cooling}"
        if gpu.tdp_w > host.max_card_w:
            yield f"{gpu.id} takes {float(gpu.tdp_w):g} W, {float(host.max_card_w):g} W allowed for a card"
    if sum(g.cooling == "open" for g in kinds) > host.max_open_cards:
        yield "too many open cards"
    hours = host.base_load_w + sum((g.tdp_w for g in kinds), Fraction(0))
    peaks = host.base_load_w + sum((g.tdp_w * g.transient_factor for g in kinds), Fraction(0))
    if hours > host.psu_w * host.psu_planning_fraction:
        yield f"{float(hours):g} W for hours, supplies plan {float(host.psu_w * host.psu_planning_fraction):g} W"
    if peaks > host.psu_w * host.psu_transient_fraction:
        yield f"{float(peaks):g} W in peaks, supplies give {float(host.psu_w * host.psu_transient_fraction):g} W"


def sites(case: Case) -> Iterator[Finding]:
    """Hosts stay within the power and the places of their site."""
    for month in changes(case):
        for name, site in case.sites.items():
            inside = [h for h in case.placement[month] if h.host.split("/")[0] == name]
            watts = Fraction(0)
            for entry in inside:
                if entry.build in case.hosts:
                    watts += case.hosts[entry.build].base_load_w
                watts += sum((case.gpus[c.gpu].tdp_w for c in entry.cards if c.gpu in case.gpus), Fraction(0))
            drawn, limit = watts * exact(site.pue), exact(site.facility_power_kw) * 1000
            if drawn > limit:
                yield Finding("site-power", f"{name} at {month}: {float(drawn):g} W of {float(limit):g} W")
            if site.hosts_max is not None and len(inside) > site.hosts_max:
                yield Finding("site-places", f"{name} at {month}: {len(inside)} hosts of {site.hosts_max}")

"""Do cards fit into their hosts, and is everything that is in use there?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from planner.catalog.items import Gpu, Host
from planner.plan.audit.case import Case, changes, site_of
from planner.plan.audit.finding import Finding
from planner.plan.schema import PlacedHost


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
            site = site_of(entry)
            used[site, entry.build] += 1
            unknown = [c.gpu for c in entry.cards if c.gpu not in case.gpus]
            if not _is_known(case, entry) or unknown:
                yield Finding("unknown-item", f"{entry.host} at {month}: {entry.build}, {unknown}")
                continue
            kinds = [case.gpus[c.gpu] for c in entry.cards]
            host = case.hosts.get(entry.build)
            if host is not None and host.built_in is None:
                used.update((site, g.id) for g in kinds)
            for reason in _misfit(case, entry.build, kinds):
                yield Finding("host-fit", f"{entry.host} ({entry.build}) at {month}: {reason}")
        there: Counter[tuple[str, str]] = Counter()
        for unit in case.usable(month):
            there[unit.site, unit.item] += unit.count
        for (site, item), count in sorted(used.items()):
            if count > there[site, item]:
                yield Finding(
                    "not-owned",
                    f"{count} {item} in use in {site} at {month}, {there[site, item]} there",
                )


def _is_known(case: Case, entry: PlacedHost) -> bool:
    """Whether a machine is a host at a site, or a rented one at a provider."""
    known = case.hosts if site_of(entry) in case.sites else case.rentals
    return site_of(entry) in case.places and entry.build in known


def _misfit(case: Case, build: str, kinds: Sequence[Gpu]) -> Iterator[str]:
    """Why cards do not fit into a machine together."""
    host, rented = case.hosts.get(build), case.rentals.get(build)
    built_in = (rented.gpu, rented.gpus) if rented else host.built_in if host else None
    if built_in is not None:
        gpu, count = built_in
        if Counter(g.id for g in kinds) != {gpu: count}:
            yield f"it comes with {count} {gpu}"
    elif host is not None:
        if not case.inputs.may_use(host):
            least = case.inputs.least_pcie_generation
            yield f"PCI Express {host.pcie_generation}, the plan counts on {least}"
        yield from _crowded(host, kinds)


def _crowded(host: Host, kinds: Sequence[Gpu]) -> Iterator[str]:
    if len(kinds) > host.max_gpus:
        yield f"{len(kinds)} cards, {host.max_gpus} allowed"
    widths = sorted((g.slot_width or 99 for g in kinds), reverse=True)
    if not any(
        len(layout) >= len(widths)
        and all(w <= p for w, p in zip(widths, sorted(layout, reverse=True), strict=False))
        for layout in host.slot_layouts
    ):
        yield f"slots: cards of width {widths} in {host.slot_layouts}"
    for kind in kinds:
        if kind.cooling not in host.cooling or kind.form_factor != "pcie":
            yield f"{kind.id} is cooled by {kind.cooling}"
        if kind.tdp_w > host.max_card_w:
            yield f"{kind.id} takes {float(kind.tdp_w):g} W of {float(host.max_card_w):g} a card"
    if sum(g.cooling == "open" for g in kinds) > host.max_open_cards:
        yield "too many open cards"
    hours = host.base_load_w + sum((g.tdp_w for g in kinds), Fraction(0))
    peaks = host.base_load_w + sum((g.tdp_w * g.transient_factor for g in kinds), Fraction(0))
    for name, watts, limit in (
        ("for hours", hours, host.psu_w * host.psu_planning_fraction),
        ("in peaks", peaks, host.psu_w * host.psu_transient_fraction),
    ):
        if watts > limit:
            yield f"{float(watts):g} W {name}, the supplies give {float(limit):g} W"


def load_w(case: Case, entry: PlacedHost) -> Fraction:
    """Power of a host with its cards at full load, watts."""
    host = case.hosts.get(entry.build)
    watts = host.base_load_w if host is not None else Fraction(0)
    return watts + sum(
        (case.gpus[c.gpu].tdp_w for c in entry.cards if c.gpu in case.gpus), Fraction(0)
    )

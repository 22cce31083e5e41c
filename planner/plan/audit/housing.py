"""Do cards fit into their hosts, and hosts into their sites?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from planner.catalog.items import Gpu, Host, exact
from planner.plan.audit.case import Case, changes
from planner.plan.audit.finding import Finding


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
                    "not-owned",
                    f"{count} {item} in use in {site} at {month}, {owned[site, item]} owned",
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


def sites(case: Case) -> Iterator[Finding]:
    """Hosts stay within the power and the places of their site."""
    for month in changes(case):
        for name, site in case.sites.items():
            inside = [h for h in case.placement[month] if h.host.split("/")[0] == name]
            for gpu in sorted({c.gpu for h in inside for c in h.cards} & case.gpus.keys()):
                if site.kind == "data_centre" and not case.gpus[gpu].data_centre_use:
                    yield Finding("licence", f"{gpu} may not be used in the data centre {name}")
            watts = Fraction(0)
            for entry in inside:
                if entry.build in case.hosts:
                    watts += case.hosts[entry.build].base_load_w
                watts += sum(
                    (case.gpus[c.gpu].tdp_w for c in entry.cards if c.gpu in case.gpus), Fraction(0)
                )
            drawn, limit = watts * exact(site.pue), exact(site.facility_power_kw) * 1000
            if drawn > limit:
                yield Finding(
                    "site-power", f"{name} at {month}: {float(drawn):g} W of {float(limit):g} W"
                )
            if site.hosts_max is not None and len(inside) > site.hosts_max:
                yield Finding(
                    "site-places", f"{name} at {month}: {len(inside)} hosts of {site.hosts_max}"
                )

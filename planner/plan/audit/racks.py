"""Do hosts stand in racks that are there, and does each rack carry what stands in it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from planner.catalog.items import Rack, exact
from planner.plan.audit.case import Case, changes, site_of
from planner.plan.audit.finding import Finding
from planner.plan.audit.housing import load_w
from planner.plan.schema import PlacedHost
from planner.scenario.schema import Racks


def standing(case: Case) -> Iterator[Finding]:
    """At a site with racks every host that is built for one stands in one, and no other does."""
    for entry in dict.fromkeys(case.plan.placement):
        site, host = case.sites.get(site_of(entry)), case.hosts.get(entry.build)
        racked = host is not None and host.form == "rack" and site is not None and bool(site.racks)
        where = f"{entry.host} ({entry.build}) at {entry.node}"
        if racked != (entry.rack is not None):
            text = "must stand in a rack" if racked else "is not for a rack, or there is none"
            yield Finding("rack-place", f"{where} {text}")
        units = (host.rack_units or 0) if host is not None and racked else None
        if entry.rack_units != units:
            yield Finding("rack-units", f"{where} takes {units} units, not {entry.rack_units}")


def filled(case: Case) -> Iterator[Finding]:
    """Each rack has the height, the power and the sockets for what stands in it."""
    for month in changes(case):
        for name, site in case.sites.items():
            if site.racks is None:
                continue
            rack = case.racks[site.racks.model]
            inside: dict[int, list[PlacedHost]] = {}
            for entry in case.placement[month]:
                if site_of(entry) == name and entry.rack is not None:
                    inside.setdefault(entry.rack, []).append(entry)
            yield from _numbers(case, month, name, site.racks, sorted(inside))
            for number, entries in sorted(inside.items()):
                where = f"rack {number} of {name} at {month}"
                yield from _room(case, where, rack, site.racks, entries)


def _numbers(
    case: Case, month: str, site: str, racks: Racks, numbers: Sequence[int]
) -> Iterator[Finding]:
    """Racks in use are those that stand there, and bought ones that have arrived."""
    if numbers and not (numbers[0] >= 1 and numbers[-1] <= racks.count + racks.buy):
        most = racks.count + racks.buy
        yield Finding("rack-count", f"{site} at {month} uses racks {numbers}, it has 1 to {most}")
    bought = sum(u.count for u in case.usable(month) if (u.site, u.item) == (site, racks.model))
    used = sum(number > racks.count for number in numbers)
    if used > bought:
        yield Finding("rack-count", f"{site} at {month} uses {used} bought racks, it has {bought}")


def bought(case: Case) -> Iterator[Finding]:
    """No more racks are held than may be bought."""
    for name, site in case.sites.items():
        for step in case.steps if site.racks is not None else ():
            assert site.racks is not None
            held = sum(
                u.count for u in case.held(step) if (u.site, u.item) == (name, site.racks.model)
            )
            if held > site.racks.buy:
                text = f"{held} racks are bought in {name} by {step}, {site.racks.buy} may be"
                yield Finding("rack-count", text)


def _room(
    case: Case, where: str, rack: Rack, racks: Racks, entries: Sequence[PlacedHost]
) -> Iterator[Finding]:
    known = [(e, case.hosts[e.build]) for e in entries if e.build in case.hosts]
    units = sum(h.rack_units or 0 for _, h in known)
    watts = sum((load_w(case, e) for e, _ in known), Fraction(0))
    limit = rack.watts if racks.kw is None else exact(racks.kw) * 1000
    sockets = sum(h.sockets for _, h in known)
    if units > rack.rack_units:
        yield Finding("rack-units", f"{where}: {units} units of {rack.rack_units}")
    if watts > limit:
        yield Finding("rack-power", f"{where}: {float(watts):g} W of {float(limit):g} W")
    if rack.sockets is not None and sockets > rack.sockets:
        yield Finding("rack-sockets", f"{where}: {sockets} sockets of {rack.sockets}")

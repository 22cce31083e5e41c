"""Is every site allowed for what runs and stands there, and has it the power and the places?"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planner.catalog.items import exact
from planner.plan.audit.case import Case, changes, site_of
from planner.plan.audit.finding import Finding
from planner.plan.audit.housing import load_w


def workloads(case: Case) -> Iterator[Finding]:
    """A workload runs where its scenario lets it, under a law that it accepts."""
    running = {(d.workload, d.site) for d in case.plan.deployments}
    running |= {(job.workload, pool.site) for pool in case.plan.pools for job in pool.hours}
    for name, site in sorted(running):
        workload, place = case.workloads.get(name), case.places.get(site)
        if workload is None or place is None:
            continue
        if workload.sites is not None and site not in workload.sites:
            allowed = ", ".join(workload.sites)
            yield Finding("workload-site", f"{name} runs in {site}, it may in {allowed}")
        laws = workload.requires.jurisdictions
        if laws and place.jurisdiction not in laws:
            here = place.jurisdiction or "no stated law"
            text = f"{name} runs in {site} under {here}, it may under {', '.join(laws)}"
            yield Finding("jurisdiction", text)


def sites(case: Case) -> Iterator[Finding]:
    """Hosts stay within the power and the places of their site, and cards within their licence."""
    for month in changes(case):
        for name, site in case.sites.items():
            inside = [h for h in case.placement[month] if site_of(h) == name]
            for gpu in sorted({c.gpu for h in inside for c in h.cards} & case.gpus.keys()):
                if site.kind == "data_centre" and not case.gpus[gpu].data_centre_use:
                    yield Finding("licence", f"{gpu} may not be used in the data centre {name}")
            watts = sum((load_w(case, entry) for entry in inside), Fraction(0))
            drawn, limit = watts * exact(site.pue), exact(site.facility_power_kw) * 1000
            if drawn > limit:
                yield Finding(
                    "site-power", f"{name} at {month}: {float(drawn):g} W of {float(limit):g} W"
                )
            if site.hosts_max is not None and len(inside) > site.hosts_max:
                yield Finding(
                    "site-places", f"{name} at {month}: {len(inside)} hosts of {site.hosts_max}"
                )

"""What electricity costs: machines at rest, and the load of what runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from planner.catalog.items import exact
from planner.plan.audit.capacity import job_of, option_of
from planner.plan.audit.case import Case, site_of
from planner.plan.audit.routing import utilisation
from planner.sizing.option import Option
from planner.units import HOURS_PER_MONTH

NOTHING = Fraction(0)


def energy(case: Case, index: int, month: str) -> Fraction:
    """Cents of a month; providers pay for the electricity of rented machines."""
    per_w = {
        name: exact(s.pue) * exact(s.electricity_per_kwh) * 100 * HOURS_PER_MONTH / 1000
        for name, s in case.sites.items()
    }
    cents = _at_rest(case, month, per_w)
    for workload, quantum in case.sizing.quanta.items():
        load = quantum.load[index]
        if quantum.classes:
            cents += load * _routed(case, month, workload, per_w)
        else:
            cents += _cheapest(case, month, workload, load, per_w)
    return cents


def _at_rest(case: Case, month: str, per_w: Mapping[str, Fraction]) -> Fraction:
    cents = NOTHING
    for entry in case.placement[month]:
        watts = case.hosts[entry.build].base_idle_w if entry.build in case.hosts else NOTHING
        watts += sum((case.gpus[c.gpu].idle_w for c in entry.cards if c.gpu in case.gpus), NOTHING)
        cents += watts * per_w.get(site_of(entry), NOTHING)
    return cents


def _cheapest(
    case: Case, month: str, workload: str, load: Fraction, per_w: Mapping[str, Fraction]
) -> Fraction:
    """The load on what serves a unit with the least money."""
    offers = [
        (Fraction(option.power_mw, 1000 * option.capacity) * per_w.get(site, NOTHING), most)
        for site, option, most in _carrying(case, month, workload)
    ]
    cents = NOTHING
    for each, most in sorted(offers):
        served = min(load, most)
        cents += each * served
        load -= served
    return cents


def _carrying(case: Case, month: str, workload: str) -> Iterator[tuple[str, Option, Fraction]]:
    """Ways in which a workload runs, each with its place and the load that it can carry."""
    for entry in case.deployments[month]:
        option = option_of(case, entry)
        if entry.workload == workload and option is not None and entry.site in case.places:
            yield entry.site, option, Fraction(option.capacity * entry.replicas)
    for pool in case.pools[month]:
        for job in pool.hours:
            option = job_of(case, pool, job)
            if job.workload == workload and option is not None and pool.site in case.places:
                yield pool.site, option, option.capacity * exact(job.hours) / HOURS_PER_MONTH


def _routed(case: Case, month: str, workload: str, per_w: Mapping[str, Fraction]) -> Fraction:
    """Cents if the load were all that is asked for, routed as the plan says."""
    cents = NOTHING
    for entry in case.deployments[month]:
        option = option_of(case, entry)
        if entry.workload == workload and option is not None:
            busy = utilisation(case, entry, option)
            cents += Fraction(option.power_mw, 1000) * busy * per_w.get(entry.site, NOTHING)
    return cents

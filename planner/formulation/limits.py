"""Limits and needs of a scenario as the formulation counts them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from planner.catalog.items import Gpu, Host, exact
from planner.formulation.parameters import (
    BridgeFacts,
    HostFacts,
    HostNeed,
    RackLimits,
    SiteLimits,
    Survival,
    Window,
)
from planner.scenario.inputs import Inputs
from planner.scenario.places import places
from planner.scenario.schema import Site
from planner.scenario.workloads import FinetuneWorkload, FixedWorkload
from planner.units import Month


def site_limits(inputs: Inputs) -> Iterator[SiteLimits]:
    """The sites in their order, then the providers of rented machines."""
    for site in inputs.scenario.sites:
        yield SiteLimits(
            name=site.name,
            facility_w=exact(site.facility_power_kw) * 1000,
            pue=exact(site.pue),
            cents_per_kwh=exact(site.electricity_per_kwh) * 100,
            hosts_max=site.hosts_max,
            racks=_racks(inputs, site),
        )
    for place in places(inputs.scenario):
        if place.rental:
            yield SiteLimits(place.name, None, Fraction(1), Fraction(0), None, rental=True)


def _racks(inputs: Inputs, site: Site) -> RackLimits | None:
    if site.racks is None:
        return None
    rack = inputs.racks()[site.racks.model]
    watts = rack.watts if site.racks.kw is None else exact(site.racks.kw) * 1000
    return RackLimits(
        rack.id, site.racks.count, site.racks.buy, rack.rack_units, watts, rack.sockets
    )


def host_facts(hosts: Mapping[str, Host]) -> dict[str, HostFacts]:
    """What each host brings beside its cards."""
    return {
        name: HostFacts(
            racked=host.form == "rack",
            rack_units=host.rack_units or 0,
            sockets=host.sockets,
            bridge_pairs=host.bridge_pairs,
            cards=host.built_in[1] if host.built_in else host.max_gpus,
            cpu_cores=host.cpu_cores or 0,
            memory_gib=host.memory_gib or Fraction(0),
            built_in=host.built_in[0] if host.built_in else None,
        )
        for name, host in hosts.items()
    }


def bridges_of(inputs: Inputs, gpus: Mapping[str, Gpu]) -> dict[str, BridgeFacts]:
    """For each card that a bridge can join, one that is owned, or else the first to be had."""
    prices, start = inputs.prices(), Month.parse(inputs.scenario.start)
    owned = {lot.bridge for lot in inputs.scenario.existing}
    owned |= {lease.item for lease in inputs.scenario.leases}
    months = range(inputs.scenario.months)
    found: dict[str, BridgeFacts] = {}
    for bridge in sorted(inputs.bridges().values(), key=lambda bridge: bridge.id not in owned):
        priced = any(prices.price(bridge.id, start + m) is not None for m in months)
        for gpu in bridge.gpus if priced or bridge.id in owned else ():
            if gpu in gpus and gpus[gpu].nvlink == "bridge":
                found.setdefault(gpu, BridgeFacts(bridge.id, bridge.per_pair))
    return found


def survival_of(inputs: Inputs) -> dict[str, Survival]:
    """What each workload survives."""
    found = {}
    for workload in inputs.scenario.workloads:
        lost = workload.survive
        if lost is None:
            continue
        if lost.replicas is not None:
            found[workload.name] = Survival("replicas", lost.replicas)
        elif lost.cards is not None:
            found[workload.name] = Survival("cards", lost.cards)
        elif lost.hosts is not None:
            found[workload.name] = Survival("hosts", lost.hosts)
    return found


def turns_of(inputs: Inputs) -> dict[str, int]:
    """Most groups that a pooled job runs on at a time."""
    return {
        w.name: w.groups_at_a_time
        for w in inputs.scenario.workloads
        if isinstance(w, FinetuneWorkload) and w.time_shared
    }


def host_needs(inputs: Inputs) -> dict[str, HostNeed]:
    """What needs that are stated directly take of their host."""
    found = {}
    for workload in inputs.scenario.workloads:
        if isinstance(workload, FixedWorkload):
            cores, memory = workload.need.cpu_cores or 0.0, workload.need.host_memory_gib or 0.0
            if cores or memory:
                found[workload.name] = HostNeed(exact(cores), exact(memory))
    return found


def windows_of(inputs: Inputs) -> Iterator[Window]:
    """Limits on capital, each from the end of the one before."""
    budget, start = inputs.scenario.budget, Month.parse(inputs.scenario.start)
    first = 0
    for window in budget.windows if budget is not None else ():
        end = Month.parse(window.until) - start + 1
        yield Window(first, end, window.until, int(exact(window.capital) * 100))
        first = end


def supply_of(inputs: Inputs) -> dict[str, int]:
    """Units of each item that can be ordered at a node; its nodes are single steps then."""
    step = inputs.scenario.step_months
    return {limit.item: limit.per_month * step for limit in inputs.scenario.supply}

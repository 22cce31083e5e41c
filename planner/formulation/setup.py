"""A scenario and its options to the sets and parameters of the formulation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from planner.catalog.items import Gpu, Host
from planner.formulation.bounds import Bounds
from planner.formulation.fillings import HostFillings, fillings_of
from planner.formulation.host_rooms import host_room
from planner.formulation.limits import (
    bridges_of,
    host_facts,
    host_needs,
    site_limits,
    supply_of,
    survival_of,
    turns_of,
    windows_of,
)
from planner.formulation.parameters import BridgeFacts, SiteLimits
from planner.formulation.patterns import rooms_of
from planner.formulation.problem import ItemKind, Problem, Vintage, Watts
from planner.formulation.timeline import timeline
from planner.formulation.tree import TimeTree
from planner.formulation.vintages import Ledger, Stock
from planner.scenario.inputs import Inputs
from planner.scenario.places import places, rented_machines
from planner.scenario.pricing import Prices
from planner.sizing.option import Option, Sizing
from planner.units import Month


@dataclass(frozen=True, slots=True)
class Setup:
    """The problem without patterns and builds yet, and what they are made from.

    Attributes:
        problem: sets and parameters; ``patterns`` and ``builds`` are empty.
        fillings: the fillings of every host that may be used.
        left_out: why an item of the catalogue takes no part.
    """

    problem: Problem
    fillings: tuple[HostFillings, ...]
    left_out: Mapping[str, str]


def set_up(inputs: Inputs, sizing: Sizing, *, merge: bool = True) -> Setup:
    """Sets and parameters of a scenario.

    Args:
        inputs: the scenario and its catalogue.
        sizing: its deployment options.
        merge: whether months of equal data become one node.
    """
    left_out: dict[str, str] = {}
    gpus, filled = _housing(inputs, sizing, left_out)
    hosts = {f.host.id: f.host for f in filled}
    rented = {m.id: m for m in rented_machines(inputs.scenario) if m.id in hosts}
    bridges = bridges_of(inputs, gpus)
    options = tuple(o for o in sizing.options if o.gpu in gpus and _is_joined(o, gpus, bridges))
    loose = frozenset(
        g.id
        for g in gpus.values()
        if g.form_factor == "pcie" and g.id not in left_out and not _only_rented(g.id, inputs)
    )
    owned_hosts = [h for h in hosts if h not in rented]
    sites = tuple(site_limits(inputs))
    racks = {s.racks.item for s in sites if s.racks is not None}
    items = [*sorted(loose), *owned_hosts, *sorted({b.item for b in bridges.values()}), *racks]
    tree = timeline(inputs, sizing, items, merge=merge)
    demand, load, classes = _loads(sizing, tree)
    survival, turns = survival_of(inputs), turns_of(inputs)
    cards_barred = _barred_cards(inputs, gpus)
    most = Bounds(sites, options, sizing, survival, turns, filled, rented, cards_barred)
    ledger = Ledger(inputs, tree, inputs.hosts())
    stocks = list(_stocks(sites, sorted(loose), owned_hosts, bridges, most))
    vintages = [v for stock in stocks for v in ledger.orders(stock)]
    for machine in rented.values():
        vintages += ledger.rented(machine, most.hosts(machine.provider, machine.id))
    vintages += _lots(inputs, ledger, sites)
    problem = Problem(
        tree=tree,
        sites=sites,
        demand=demand,
        load=load,
        options=options,
        rooms=rooms_of(sorted(gpus), sizing.usable_bytes, sizing.max_share_ppm),
        patterns=(),
        gpus=tuple(sorted(gpus)),
        loose_gpus=loose,
        hosts=tuple(hosts),
        watts=_watts(gpus, hosts),
        most_units=_most_units([s.name for s in sites], gpus, hosts, most),
        builds=(),
        vintages=tuple(vintages),
        barred=_barred_workloads(inputs),
        layouts={g: found for g, found in sizing.layouts.items() if g in gpus and found},
        class_demand=classes,
        survival=survival,
        turns_most=turns,
        bridges=bridges,
        facts={**host_facts(inputs.hosts()), **host_facts(hosts)},
        host_rooms={f.host.id: host_room(f) for f in filled},
        host_needs=host_needs(inputs),
        windows=tuple(windows_of(inputs)),
        supply=supply_of(inputs),
        kinds_most=inputs.scenario.fleet.max_gpu_models,
        step_months=inputs.scenario.step_months,
    )
    return Setup(problem, filled, left_out)


def _housing(
    inputs: Inputs, sizing: Sizing, left_out: dict[str, str]
) -> tuple[dict[str, Gpu], tuple[HostFillings, ...]]:
    """Cards of use, and hosts with every way to fill them, rented machines among these."""
    gpus = _useful_gpus(inputs, sizing, left_out)
    hosts = _useful_hosts(inputs, gpus, left_out)
    for m in rented_machines(inputs.scenario):
        if m.gpu in gpus:
            hosts[m.id] = _as_host(m.id, m.gpu, m.gpus)
    every = (fillings_of(host, gpus) for host in hosts.values())
    filled = tuple(f for f in every if any(f.most.values()))
    return _housed(gpus, filled, left_out), filled


def _barred_cards(inputs: Inputs, gpus: Mapping[str, Gpu]) -> frozenset[tuple[str, str]]:
    """(site, card) that may not be together, by licence or because the card is only for rent."""
    return frozenset(
        (p.name, g.id)
        for p in places(inputs.scenario)
        for g in gpus.values()
        if (p.data_centre and not g.data_centre_use)
        or (g.form_factor == "pcie" and not p.rental and _only_rented(g.id, inputs))
    )


def _barred_workloads(inputs: Inputs) -> frozenset[tuple[str, str]]:
    """(site, workload) of workloads that may not run at a site."""
    return frozenset(
        (p.name, w.name)
        for p in places(inputs.scenario)
        for w in inputs.scenario.workloads
        if not p.admits(w)
    )


def _watts(gpus: Mapping[str, Gpu], hosts: Mapping[str, Host]) -> dict[str, Watts]:
    cards = {name: Watts(g.idle_w, g.tdp_w) for name, g in gpus.items()}
    return cards | {name: Watts(h.base_idle_w, h.base_load_w) for name, h in hosts.items()}


def _most_units(
    sites: Sequence[str], gpus: Mapping[str, Gpu], hosts: Mapping[str, Host], most: Bounds
) -> dict[tuple[str, str], int]:
    """Most of what may stand at a site, by (site, item)."""
    return {
        **{(s, g): most.cards(s, g) for s in sites for g in gpus if most.may_stand(s, g)},
        **{(s, h): most.hosts(s, h) for s in sites for h in hosts if most.may_stand(s, h)},
    }


def with_first_purchase(setup: Setup, bought: Mapping[tuple[str, str], int]) -> Setup:
    """The same problem with purchases at the first node that are settled.

    Args:
        setup: the problem.
        bought: units bought at the first node by (site, item); more may be bought there.
    """
    vintages = tuple(
        _with_least(v, bought.get((v.site, v.item), 0)) for v in setup.problem.vintages
    )
    return replace(setup, problem=replace(setup.problem, vintages=vintages))


def _with_least(vintage: Vintage, units: int) -> Vintage:
    if vintage.node != 0 or vintage.mode != "purchase" or not units:
        return vintage
    return replace(vintage, least=units, most=max(vintage.most, units))


def _useful_gpus(inputs: Inputs, sizing: Sizing, left_out: dict[str, str]) -> dict[str, Gpu]:
    """Cards that some option uses and that can be had."""
    used = {o.gpu for o in sizing.options}
    owned = {lot.gpu for lot in inputs.scenario.existing}
    offered = {lease.item for lease in inputs.scenario.leases}
    rented = {rental.gpu for rental in inputs.scenario.rentals}
    prices, start = inputs.prices(), Month.parse(inputs.scenario.start)
    found = {}
    for name, gpu in inputs.gpus().items():
        had = name in owned or name in offered or name in rented
        if name not in used:
            left_out[name] = "no workload can run on it"
        elif gpu.form_factor == "pcie" and not had and not _ever(prices, inputs, name, start):
            left_out[name] = f"no price in the book {inputs.scenario.catalog.prices}"
        else:
            found[name] = gpu
    return found


def _useful_hosts(
    inputs: Inputs, gpus: Mapping[str, Gpu], left_out: dict[str, str]
) -> dict[str, Host]:
    owned = {lot.host for lot in inputs.scenario.existing}
    owned |= {lease.item for lease in inputs.scenario.leases}
    prices, start = inputs.prices(), Month.parse(inputs.scenario.start)
    found = {}
    for name, host in inputs.usable_hosts().items():
        if host.built_in is not None and host.built_in[0] not in gpus:
            left_out[name] = f"no workload can run on its {host.built_in[0]}"
        elif name not in owned and not _ever(prices, inputs, name, start):
            left_out[name] = f"no price in the book {inputs.scenario.catalog.prices}"
        else:
            found[name] = host
    return found


def _ever(prices: Prices, inputs: Inputs, item: str, start: Month) -> bool:
    return any(prices.price(item, start + m) for m in range(inputs.scenario.months))


def _only_rented(gpu: str, inputs: Inputs) -> bool:
    """Whether a card is rented and can be had in no other way."""
    owned = {lot.gpu for lot in inputs.scenario.existing}
    owned |= {lease.item for lease in inputs.scenario.leases}
    start = Month.parse(inputs.scenario.start)
    rented = any(rental.gpu == gpu for rental in inputs.scenario.rentals)
    return rented and gpu not in owned and not _ever(inputs.prices(), inputs, gpu, start)


def _as_host(name: str, gpu: str, gpus: int) -> Host:
    """A rented machine: accelerators that are built in, and nothing else that counts."""
    nothing = Fraction(0)
    return Host(
        id=name,
        name=name,
        vendor="",
        form="tower",
        rack_units=None,
        slot_layouts=(),
        max_gpus=gpus,
        cooling=(),
        max_open_cards=0,
        max_card_w=nothing,
        psu_w=nothing,
        psu_planning_fraction=nothing,
        psu_transient_fraction=nothing,
        base_idle_w=nothing,
        base_load_w=nothing,
        pcie_generation=0,
        support_per_year=nothing,
        built_in=(gpu, gpus),
        attributes={},
    )


def _housed(
    gpus: Mapping[str, Gpu], filled: tuple[HostFillings, ...], left_out: dict[str, str]
) -> dict[str, Gpu]:
    fits = {gpu for f in filled for gpu, most in f.most.items() if most}
    for name in gpus:
        if name not in fits:
            left_out[name] = "it fits into no host that may be used"
    return {name: gpu for name, gpu in gpus.items() if name in fits}


def _is_joined(option: Option, gpus: Mapping[str, Gpu], bridges: Mapping[str, BridgeFacts]) -> bool:
    """Whether what joins the cards of an option can be had."""
    apart = option.link == "nvlink" and gpus[option.gpu].nvlink == "bridge"
    return not apart or option.gpu in bridges


def _stocks(
    sites: Sequence[SiteLimits],
    loose: Sequence[str],
    hosts: Sequence[str],
    bridges: Mapping[str, BridgeFacts],
    most: Bounds,
) -> Iterator[Stock]:
    """Every item that can be ordered, at every site of one's own."""
    for site in sites:
        if site.rental:
            continue
        for gpu in loose:
            yield Stock(site.name, gpu, "gpu", most.cards(site.name, gpu))
        for host in hosts:
            yield Stock(site.name, host, "host", most.hosts(site.name, host))
        for item in sorted({b.item for b in bridges.values()}):
            pairs = (
                b.per_pair * (most.cards(site.name, g) // 2)
                for g, b in bridges.items()
                if b.item == item
            )
            yield Stock(site.name, item, "bridge", sum(pairs))
        if site.racks is not None:
            yield Stock(site.name, site.racks.item, "rack", site.racks.buy)


def _lots(inputs: Inputs, ledger: Ledger, sites: Sequence[SiteLimits]) -> Iterator[Vintage]:
    for number, lot in enumerate(inputs.scenario.existing, start=1):
        item = lot.gpu or lot.host or lot.bridge or ""
        kind: ItemKind = "gpu" if lot.gpu else "host" if lot.host else "bridge"
        stock = Stock(lot.site or sites[0].name, item, kind, lot.count)
        yield ledger.existing(lot, number, stock)


Loads = dict[tuple[str, int], int]
MeanLoads = dict[tuple[str, int], Fraction]
ClassLoads = dict[tuple[str, int, int], Fraction]


def _loads(sizing: Sizing, tree: TimeTree) -> tuple[Loads, MeanLoads, ClassLoads]:
    """Demand of a node is the largest of its months, the load for the bill their mean."""
    demand, load, classes = {}, {}, {}
    for workload, quantum in sizing.quanta.items():
        for node in tree.nodes:
            months = slice(node.month, node.month + node.length)
            demand[workload, node.index] = max(quantum.demand[months])
            load[workload, node.index] = sum(quantum.load[months], Fraction(0)) / node.length
            for number, requests in enumerate(quantum.classes):
                classes[workload, number, node.index] = max(requests.demand[months])
    return demand, load, classes

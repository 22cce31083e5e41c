"""A scenario and its options to the sets and parameters of the formulation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from planner.catalog.items import Gpu, Host, exact
from planner.formulation.builds import Build, Counts, build_of, fillings
from planner.formulation.patterns import rooms_of
from planner.formulation.problem import Problem, SiteLimits, Vintage, Watts
from planner.formulation.timeline import timeline
from planner.formulation.tree import Node, TimeTree
from planner.scenario.inputs import Inputs
from planner.scenario.pricing import Prices
from planner.scenario.schema import Existing, Site
from planner.sizing.option import Option, Sizing
from planner.units import Month


@dataclass(frozen=True, slots=True)
class HostFillings:
    """Every filling of a host, as an array of counts.

    Attributes:
        host: the host.
        gpus: kinds of cards, the columns of ``counts``.
        counts: array of shape (fillings, kinds).
    """

    host: Host
    gpus: tuple[Gpu, ...]
    counts: Counts

    def build(self, row: int) -> Build:
        """One filling as a build."""
        cards = {g.id: int(n) for g, n in zip(self.gpus, self.counts[row], strict=True)}
        return build_of(self.host, cards, {g.id: g for g in self.gpus})


@dataclass(frozen=True, slots=True)
class Setup:
    """The problem without patterns and builds yet, and what they are made from.

    Attributes:
        problem: sets and parameters; ``patterns`` and ``builds`` are empty.
        fillings: every filling of every host that may be used.
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
    gpus = _useful_gpus(inputs, sizing, left_out)
    hosts = _useful_hosts(inputs, gpus, left_out)
    filled = tuple(f for host in hosts.values() if len((f := _fillings(host, gpus)).counts))
    hosts = {f.host.id: f.host for f in filled}
    gpus = _housed(gpus, filled, left_out)
    options = tuple(o for o in sizing.options if o.gpu in gpus)
    loose = frozenset(g.id for g in gpus.values() if g.form_factor == "pcie")
    items = [*sorted(loose), *hosts]
    tree = timeline(inputs, sizing, items, merge=merge)
    sites = tuple(_limits(site) for site in inputs.scenario.sites)
    demand, load = _loads(sizing, tree)
    most = _Bounds(sites, options, demand, filled)
    vintages = tuple(_vintages(inputs, tree, loose, hosts, sites, most))
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
        watts={
            **{name: Watts(g.idle_w, g.tdp_w) for name, g in gpus.items()},
            **{name: Watts(h.base_idle_w, h.base_load_w) for name, h in hosts.items()},
        },
        most_units={
            **{(s.name, g): most.cards(s.name, g) for s in sites for g in gpus},
            **{(s.name, h): most.hosts(s.name, h) for s in sites for h in hosts},
        },
        builds=(),
        vintages=vintages,
    )
    return Setup(problem, filled, left_out)


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
    if vintage.node != 0 or vintage.count is not None or not units:
        return vintage
    return replace(vintage, least=units, most=max(vintage.most, units))


def _useful_gpus(inputs: Inputs, sizing: Sizing, left_out: dict[str, str]) -> dict[str, Gpu]:
    """Cards that some option uses and that can be had."""
    used = {o.gpu for o in sizing.options}
    owned = {lot.gpu for lot in inputs.scenario.existing}
    prices, start = inputs.prices(), Month.parse(inputs.scenario.start)
    found = {}
    for name, gpu in inputs.gpus().items():
        if name not in used:
            left_out[name] = "no workload can run on it"
        elif (
            gpu.form_factor == "pcie"
            and name not in owned
            and not _ever(prices, inputs, name, start)
        ):
            left_out[name] = f"no price in the book {inputs.scenario.catalog.prices}"
        else:
            found[name] = gpu
    return found


def _useful_hosts(
    inputs: Inputs, gpus: Mapping[str, Gpu], left_out: dict[str, str]
) -> dict[str, Host]:
    owned = {lot.host for lot in inputs.scenario.existing}
    prices, start = inputs.prices(), Month.parse(inputs.scenario.start)
    found = {}
    for name, host in inputs.hosts().items():
        if host.built_in is not None and host.built_in[0] not in gpus:
            left_out[name] = f"no workload can run on its {host.built_in[0]}"
        elif name not in owned and not _ever(prices, inputs, name, start):
            left_out[name] = f"no price in the book {inputs.scenario.catalog.prices}"
        else:
            found[name] = host
    return found


def _ever(prices: Prices, inputs: Inputs, item: str, start: Month) -> bool:
    return any(prices.price(item, start + m) for m in range(inputs.scenario.months))


def _fillings(host: Host, gpus: Mapping[str, Gpu]) -> HostFillings:
    kinds = tuple(g for g in gpus.values() if _may_house(host, g))
    counts = fillings(host, kinds)
    return HostFillings(host, kinds, counts[counts.sum(axis=1) > 0])


def _may_house(host: Host, gpu: Gpu) -> bool:
    if host.built_in is not None:
        return host.built_in[0] == gpu.id
    return gpu.form_factor == "pcie"


def _housed(
    gpus: Mapping[str, Gpu], filled: tuple[HostFillings, ...], left_out: dict[str, str]
) -> dict[str, Gpu]:
    fits = {
        gpu.id
        for f in filled
        for i, gpu in enumerate(f.gpus)
        if len(f.counts) and f.counts[:, i].max() > 0
    }
    for name in gpus:
        if name not in fits:
            left_out[name] = "it fits into no host that may be used"
    return {name: gpu for name, gpu in gpus.items() if name in fits}


def _limits(site: Site) -> SiteLimits:
    return SiteLimits(
        name=site.name,
        facility_w=exact(site.facility_power_kw) * 1000,
        pue=exact(site.pue),
        cents_per_kwh=exact(site.electricity_per_kwh) * 100,
        hosts_max=site.hosts_max,
    )


def _loads(
    sizing: Sizing, tree: TimeTree
) -> tuple[dict[tuple[str, int], int], dict[tuple[str, int], Fraction]]:
    """Demand of a node is the largest of its months, the load for the bill their mean."""
    demand, load = {}, {}
    for workload, quantum in sizing.quanta.items():
        for node in tree.nodes:
            months = slice(node.month, node.month + node.length)
            demand[workload, node.index] = max(quantum.demand[months])
            load[workload, node.index] = sum(quantum.load[months], Fraction(0)) / node.length
    return demand, load


class _Bounds:
    """Finite bounds on what is ever of use."""

    def __init__(
        self,
        sites: tuple[SiteLimits, ...],
        options: tuple[Option, ...],
        demand: Mapping[tuple[str, int], int],
        filled: tuple[HostFillings, ...],
    ) -> None:
        self._sites = {s.name: s for s in sites}
        self._filled = filled
        largest: dict[str, int] = {}
        for (workload, _), amount in demand.items():
            largest[workload] = max(largest.get(workload, 0), amount)
        need: dict[tuple[str, str], int] = {}
        for o in options:
            cards = o.gpus * -(-largest[o.workload] // o.capacity)
            need[o.gpu, o.workload] = max(need.get((o.gpu, o.workload), 0), cards)
        self._need: dict[str, int] = {}
        for (gpu, _), cards in need.items():
            self._need[gpu] = self._need.get(gpu, 0) + cards

    def cards(self, site: str, gpu: str) -> int:
        """Cards of a kind: no more than could serve everything, and than the power allows."""
        houses = [(f, i) for f in self._filled for i, g in enumerate(f.gpus) if g.id == gpu]
        watts = min((f.gpus[i].tdp_w for f, i in houses), default=Fraction(1))
        built_in = [f.host.built_in[1] for f, _ in houses if f.host.built_in]
        need = self._need.get(gpu, 0)
        if built_in:  # a group may leave cards idle in every host that it needs
            need *= max(built_in)
        return min(need, self._by_power(site, watts))

    def hosts(self, site: str, host: str) -> int:
        """Hosts of a kind: no more than the power allows with one card each."""
        found = next(f for f in self._filled if f.host.id == host)
        if not len(found.counts):
            return 0
        tdp = min(g.tdp_w for i, g in enumerate(found.gpus) if found.counts[:, i].max() > 0)
        by_power = self._by_power(site, found.host.base_load_w + tdp)
        places = self._sites[site].hosts_max
        return by_power if places is None else min(by_power, places)

    def _by_power(self, site: str, watts: Fraction) -> int:
        limits = self._sites[site]
        return int(limits.facility_w / (limits.pue * watts))


def _vintages(
    inputs: Inputs,
    tree: TimeTree,
    loose: frozenset[str],
    hosts: Mapping[str, Host],
    sites: tuple[SiteLimits, ...],
    most: _Bounds,
) -> Iterator[Vintage]:
    ledger = _Ledger(inputs, tree)
    for site in sites:
        for item in [*sorted(loose), *hosts]:
            is_gpu = item in loose
            bound = most.cards(site.name, item) if is_gpu else most.hosts(site.name, item)
            keep = Fraction(0) if is_gpu else hosts[item].support_per_year / 12
            for node in tree.nodes:
                bought = ledger.purchase(site.name, item, is_gpu, node, bound, keep)
                if bought is not None:
                    yield bought
    owned_hosts = inputs.hosts()
    for i, lot in enumerate(inputs.scenario.existing, start=1):
        item = lot.gpu or lot.host or ""
        keep = owned_hosts[item].support_per_year / 12 if lot.host else Fraction(0)
        yield ledger.existing(lot, i, item, lot.host is None, lot.site or sites[0].name, keep)


class _Ledger:
    """Amounts of vintages."""

    def __init__(self, inputs: Inputs, tree: TimeTree) -> None:
        self._scenario = inputs.scenario
        self._prices = inputs.prices()
        self._start = Month.parse(inputs.scenario.start)
        self._tree = tree

    def purchase(
        self, site: str, item: str, is_gpu: bool, node: Node, bound: int, keep: Fraction
    ) -> Vintage | None:
        price = self._prices.price(item, self._start + node.month)
        if price is None or bound == 0:
            return None
        later = self._tree.below(node)

        def value(month: int) -> int:
            return self._prices.value(item, price.cents, month - node.month)

        return Vintage(
            site,
            item,
            is_gpu,
            node.label,
            node.index,
            None,
            bound,
            price.cents,
            sell={n.index: value(n.month) for n in later if n != node and self._scenario.resale},
            closing=self._closing(value),
            keep_per_month=keep * price.cents,
        )

    def existing(
        self, lot: Existing, number: int, item: str, is_gpu: bool, site: str, keep: Fraction
    ) -> Vintage:
        def value(month: int) -> int:
            return self._prices.existing_value(lot, self._start + month)

        price = self._prices.price(item, self._start)
        return Vintage(
            site,
            item,
            is_gpu,
            f"lot{number}",
            None,
            lot.count,
            lot.count,
            0,
            sell={n.index: value(n.month) for n in self._tree.nodes if self._scenario.resale},
            closing=self._closing(value),
            keep_per_month=keep * (price.cents if price else 0),
        )

    def _closing(self, value: object) -> dict[int, int]:
        if not self._scenario.horizon_value:
            return {}
        assert callable(value)
        return {leaf.index: value(self._tree.horizon) for leaf in self._tree.leaves()}

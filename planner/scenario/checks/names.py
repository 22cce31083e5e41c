"""Names: each stands for something that exists."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeAlias

from planner.errors import did_you_mean
from planner.scenario.checks.check import Check, Context, Finding
from planner.scenario.models import is_file
from planner.scenario.places import places
from planner.scenario.schema import Scenario
from planner.scenario.workloads import FixedWorkload
from planner.yaml_source import Path

Named: TypeAlias = tuple[Path, str]


def _listed(path: Path, names: Sequence[str] | None) -> Iterator[Named]:
    return (((*path, i), name) for i, name in enumerate(names or ()))


def gpu_names(scenario: Scenario) -> Iterator[Named]:
    """Every place that names a card."""
    for i, workload in enumerate(scenario.workloads):
        yield from _listed(("workloads", i, "gpus"), workload.gpus)
        for j, row in enumerate(workload.measured):
            yield ("workloads", i, "measured", j, "gpu"), row.gpu
    for i, lot in enumerate(scenario.existing):
        if lot.gpu is not None:
            yield ("existing", i, "gpu"), lot.gpu
    yield from _listed(("fleet", "gpus"), scenario.fleet.gpus)
    yield from ((("rentals", i, "gpu"), r.gpu) for i, r in enumerate(scenario.rentals))
    points = scenario.operating_points
    yield from ((("operating_points", i, "gpu"), p.gpu) for i, p in enumerate(points))


def _host_names(scenario: Scenario) -> Iterator[Named]:
    for i, lot in enumerate(scenario.existing):
        if lot.host is not None:
            yield ("existing", i, "host"), lot.host
    yield from _listed(("fleet", "hosts"), scenario.fleet.hosts)


def _rack_names(scenario: Scenario) -> Iterator[Named]:
    for i, site in enumerate(scenario.sites):
        if site.racks is not None:
            yield ("sites", i, "racks", "model"), site.racks.model


def _bridge_names(scenario: Scenario) -> Iterator[Named]:
    for i, lot in enumerate(scenario.existing):
        if lot.bridge is not None:
            yield ("existing", i, "bridge"), lot.bridge


def item_names(scenario: Scenario) -> Iterator[Named]:
    """Every place that names an item of any kind that goes into machines."""
    for section in ("supply", "lead_times", "leases"):
        for i, entry in enumerate(getattr(scenario, section)):
            yield (section, i, "item"), entry.item


def _any_names(scenario: Scenario) -> Iterator[Named]:
    yield from _listed(("catalog", "exclude"), scenario.catalog.exclude)
    yield from ((("quotes", i, "item"), q.item) for i, q in enumerate(scenario.quotes))
    yield from item_names(scenario)


def _unknown(
    named: Iterable[Named], known: Collection[str], kind: str, also: str
) -> Iterator[Finding]:
    for path, name in named:
        if name not in known:
            message = f"`{name}` is not {kind}"
            yield Finding(path, message, did_you_mean(name, known, also=also))


def _unknown_gpus(context: Context) -> Iterator[Finding]:
    named, catalog = list(gpu_names(context.scenario)), context.catalog
    hosts = [(path, name) for path, name in named if name in catalog.hosts]
    for path, name in hosts:
        yield Finding(path, f"`{name}` is a host, not a card", "name the card")
    rest = [n for n in named if n not in hosts]
    yield from _unknown(rest, catalog.gpus, _KNOWN, "`planner catalog list gpus` shows all")


def _unknown_hosts(context: Context) -> Iterator[Finding]:
    named, catalog = list(_host_names(context.scenario)), context.catalog
    cards = [(path, name) for path, name in named if name in catalog.gpus]
    for path, name in cards:
        yield Finding(path, f"`{name}` is a card, not a host", "name the host")
    rest = [n for n in named if n not in cards]
    yield from _unknown(rest, catalog.hosts, _KNOWN, "`planner catalog list hosts` shows all")


def _unknown_racks(context: Context) -> Iterator[Finding]:
    named, also = _rack_names(context.scenario), "`planner catalog list racks` shows all"
    return _unknown(named, context.catalog.racks, "a rack of the catalogue", also)


def _unknown_bridges(context: Context) -> Iterator[Finding]:
    named, also = _bridge_names(context.scenario), "`planner catalog list bridges` shows all"
    return _unknown(named, context.catalog.bridges, "a bridge of the catalogue", also)


def _unknown_items(context: Context) -> Iterator[Finding]:
    catalog, also = context.catalog, "`planner catalog list` shows all"
    yield from _unknown(_any_names(context.scenario), catalog.items, _KNOWN, also)
    for path, name in item_names(context.scenario):
        if name in catalog.racks:
            message = f"`{name}` is a rack; `{path[0]}` is about what stands in racks"
            yield Finding(path, message, "name a card, a host or a bridge")


def _unknown_models(context: Context) -> Iterator[Finding]:
    named: list[Named] = [
        (("workloads", i, "model"), w.model)
        for i, w in enumerate(context.scenario.workloads)
        if not isinstance(w, FixedWorkload) and isinstance(w.model, str) and not is_file(w.model)
    ]
    also = "`planner catalog list models` shows all; the path of a config.json is accepted too"
    return _unknown(named, context.catalog.models, _KNOWN, also)


def _unknown_sites(context: Context) -> Iterator[Finding]:
    scenario = context.scenario
    sites = [site.name for site in scenario.sites]
    all_places = [place.name for place in places(scenario)]
    for i, workload in enumerate(scenario.workloads):
        named, kind = _listed(("workloads", i, "sites"), workload.sites), "a site of this scenario"
        if len(all_places) > len(sites):
            kind = "a site or a provider of this scenario"
        also = f"there are {', '.join(all_places)}"
        yield from _unknown(named, all_places, kind, also)
    lots = [
        (("existing", i, "site"), lot.site)
        for i, lot in enumerate(scenario.existing)
        if lot.site is not None
    ]
    yield from _unknown(lots, sites, "a site of this scenario", f"its sites: {', '.join(sites)}")


def _unknown_price_book(context: Context) -> Iterator[Finding]:
    known = context.catalog.price_books
    named = [(("catalog", "prices"), context.scenario.catalog.prices)]
    also = f"price books: {', '.join(known) or 'none'}"
    return _unknown(named, known, "a price book of the catalogue", also)


_KNOWN = "in the catalogue"

CHECKS = (
    Check(
        id="unknown-gpu",
        sentence="Every card that a scenario names is in the catalogue.",
        find=_unknown_gpus,
        needs=("catalog",),
        passes="existing: [{gpu: rtx-a6000, count: 2, bought: 2023-05}]",
        fails="existing: [{gpu: rtx-a600, count: 2, bought: 2023-05}]",
    ),
    Check(
        id="unknown-host",
        sentence="Every host that a scenario names is in the catalogue.",
        find=_unknown_hosts,
        needs=("catalog",),
        passes="existing: [{host: tower-2, count: 1, bought: 2023-05}]",
        fails="existing: [{host: rtx-a6000, count: 1, bought: 2023-05}]",
    ),
    Check(
        id="unknown-rack",
        sentence="Every rack that a site has is in the catalogue.",
        find=_unknown_racks,
        needs=("catalog",),
        passes="sites: [{name: lab, racks: {model: rack-42u, count: 1}}]",
        fails="sites: [{name: lab, racks: {model: rack-24u, count: 1}}]",
    ),
    Check(
        id="unknown-bridge",
        sentence="Every bridge that is owned is in the catalogue.",
        find=_unknown_bridges,
        needs=("catalog",),
        passes="existing: [{bridge: bridge-a6000, count: 1, bought: 2023-05}]",
        fails="existing: [{bridge: rtx-a6000, count: 1, bought: 2023-05}]",
    ),
    Check(
        id="unknown-item",
        sentence="Everything that is quoted, excluded, limited or leased is in the catalogue.",
        find=_unknown_items,
        needs=("catalog",),
        passes="quotes: [{item: tower-2, price: 3100}]",
        fails="quotes: [{item: towr-2, price: 3100}]",
    ),
    Check(
        id="unknown-model",
        sentence="Every model is an id of the catalogue, a file, or described in place.",
        find=_unknown_models,
        needs=("catalog",),
        passes="workloads: [{name: chat, model: llama-3.1-8b}]",
        fails="workloads: [{name: chat, model: llama-3.1-9b}]",
    ),
    Check(
        id="unknown-site",
        sentence="Every site that a scenario names is one of its sites; work may go to a provider.",
        find=_unknown_sites,
        needs=("sites", "rentals"),
        passes="""
            rentals: [{gpu: h100-sxm, per_hour: 2.5, provider: nimbus}]
            workloads: [{name: chat, sites: [lab, nimbus]}]
            existing: [{gpu: rtx-a6000, count: 2, bought: 2023-05, site: lab}]
            """,
        fails="existing: [{gpu: rtx-a6000, count: 2, bought: 2023-05, site: cellar}]",
    ),
    Check(
        id="unknown-price-book",
        sentence="The price book is in the catalogue.",
        find=_unknown_price_book,
        needs=("catalog",),
        passes="catalog: {prices: 2026-09}",
        fails="catalog: {prices: 2026-08}",
    ),
)
